"""The renewal: `python -m newsletter.rendering.checks.client_data_command PACKAGE [-o FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsletter.rendering.checks.client_data import DATA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Features of the mark-up itself; "others" (AMP, BIMI) are none.
_CATEGORIES = ("css", "html", "image")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write `data/caniemail.json` anew from an unpacked npm package."""
    parser = argparse.ArgumentParser(
        prog="python -m newsletter.rendering.checks.client_data_command", description=main.__doc__
    )
    parser.add_argument("package", type=Path, help="the folder with package.json and data/caniemail.json")
    parser.add_argument("-o", "--out", type=Path, default=DATA, help="default: the file that ships")
    options = parser.parse_args(arguments)
    try:
        package = json.loads((options.package / "package.json").read_text("utf-8"))
        published = json.loads((options.package / "data" / "caniemail.json").read_text("utf-8"))
        data = condensed(package, published)
    except (OSError, ValueError, KeyError) as error:
        parser.exit(2, f"{options.package} is not the unpacked npm package caniemail: {error}\n")
    options.out.write_text(_written(data), "utf-8")
    sys.stdout.write(f"{len(data['features'])} features, {len(data['clients'])} clients\n")


def condensed(package: Mapping[str, Any], published: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what the check asks for: the newest test of each client, without versions, notes and texts."""
    names = published["nicenames"]
    clients: dict[str, int] = {}
    features = {}
    for feature in published["data"]:
        if feature["category"] not in _CATEGORIES:
            continue
        answers: dict[str, list[int]] = {"n": [], "a": []}
        for family, platforms in feature["stats"].items():
            for platform, tests in platforms.items():
                answer = list(tests.values())[-1].split()[0] if tests else "u"
                client = f"{names['family'][family]} {names['platform'][platform]}"
                number = clients.setdefault(client, len(clients))
                answers.get(answer, []).append(number)
        features[feature["slug"]] = [feature["title"], answers["n"], answers["a"]]
    return {
        "source": f"npm package {package['name']} {package['version']}, data of https://www.caniemail.com",
        "updated": published["last_update_date"],
        "licence": f"{package['license']}, copyright Avi Goldman and Andrew Powell (package), "
        "Rémi Parmentier and contributors (data)",
        "clients": list(clients),
        "features": features,
    }


def _written(data: Mapping[str, Any]) -> str:
    """One feature a line, so that a renewal can be read as a diff."""
    head = {key: value for key, value in data.items() if key != "features"}
    lines = [
        f"{json.dumps(slug)}: {json.dumps(f, ensure_ascii=False)}" for slug, f in data["features"].items()
    ]
    opened = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    return opened + ',\n "features": {\n  ' + ",\n  ".join(lines) + "\n }\n}\n"


if __name__ == "__main__":
    main()
