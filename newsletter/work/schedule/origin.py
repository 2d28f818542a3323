"""From where a machine that has nothing yet gets the newsletter that is installed here."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from newsletter.errors import ConfigError
from newsletter.work.schedule.requirements import asked_for

if TYPE_CHECKING:
    from collections.abc import Mapping

_PACKAGE = "newsletter"
_REQUIREMENTS = "requirements.txt"
_SECONDS = 20
_SSH = re.compile(r"(?:ssh://)?git@(github\.com|gitlab\.com|codeberg\.org)[:/](.+)")
# What stands between quotes in a shell script as it is.
_PLAIN_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/%@+=,-]+")


def install_command(root: Path, extra: str, direct_url: str | None) -> str:
    """Say how GitHub installs it, in the repository at `root`; `direct_url` is what pip noted (PEP 610).

    The name alone is never asked of a package index: it is not ours in every one. Raises `ConfigError` where
    nothing else is known.
    """
    if _is_ours(root / "pyproject.toml"):
        return f'pip install ".{extra}"'
    if _names_it(root / _REQUIREMENTS):
        return f"pip install -r {_REQUIREMENTS}"
    address = _address(json.loads(direct_url or "{}"))
    if address is None:
        raise ConfigError(
            f"it is not known from where GitHub could install {_PACKAGE}: what is installed here came from "
            "this machine",
            hint=f"name it in {root / _REQUIREMENTS}, in a line such as\n"
            f"    {_PACKAGE}{extra} @ git+https://git.example.org/{_PACKAGE}.git",
        )
    return f'pip install "{_PACKAGE}{extra} @ {address}"'


def _is_ours(project: Path) -> bool:
    return f'name = "{_PACKAGE}"' in _lines(project)


def _names_it(requirements: Path) -> bool:
    return _PACKAGE in map(asked_for, _lines(requirements))


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return []


def _address(origin: Mapping[str, Any]) -> str | None:
    url = str(origin.get("url", ""))
    if commit := origin.get("vcs_info", {}).get("commit_id"):
        return _of_repository(url, commit)
    if "dir_info" in origin:
        return _of_clone(Path(url2pathname(urlsplit(url).path)))
    digest = origin.get("archive_info", {}).get("hashes", {}).get("sha256")
    return f"{url}#sha256={digest}" if digest and _PLAIN_ADDRESS.fullmatch(url) else None


def _of_clone(folder: Path) -> str | None:
    """Name the repository that a folder was cloned from, at its commit. Raises `ConfigError` if the commit is
    not there."""
    top = _git(folder, "rev-parse", "--show-toplevel")
    if not top or Path(top).resolve() != folder.resolve():
        return None  # a folder within somebody else's repository
    url, commit = _git(folder, "remote", "get-url", "origin"), _git(folder, "rev-parse", "HEAD")
    address = _of_repository(url, commit) if url and commit else None
    if address and not _git(folder, "branch", "--remotes", "--contains", commit):
        raise ConfigError(
            f"{folder}: its commit {commit[:12]} is in no branch of its origin, where GitHub would get it",
            hint="`git push` it there first",
        )
    return address


def _of_repository(url: str, commit: str) -> str | None:
    if found := _SSH.fullmatch(url):
        url = f"https://{found[1]}/{found[2]}"
    url = re.sub(r"(?<=://)[^/@]*@", "", url)  # a password is nobody's business
    return f"git+{url}@{commit}" if _PLAIN_ADDRESS.fullmatch(url) else None


def _git(folder: Path, *words: str) -> str:
    """Ask git; "" if it cannot say."""
    try:
        done = subprocess.run(  # noqa: S603 - a program of the system, with words of ours
            ["git", "-C", str(folder), *words],  # noqa: S607 - wherever it is
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
