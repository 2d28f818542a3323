"""`python -m newsletter.rendering.catalogues` brings the catalogues up to date with code and templates.

It collects the messages in `newsletter.pot`, merges them into each `newsletter.po`, and compiles those to the
`newsletter.mo` that editions read: reading a .po takes a hundred times as long.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from newsletter.rendering.theme import default_templates
from newsletter.rendering.wording import CATALOGUES, DOMAIN

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = CATALOGUES / f"{DOMAIN}.pot"
_METHODS: tuple[tuple[Path, str, str, dict[str, str]], ...] = (
    (Path(__file__).parent, "**.py", "python", {}),
    (default_templates() / "email", "**.j2", "jinja2", {"trimmed": "true"}),
)


def catalogue_files() -> list[Path]:
    """Give the .po files, one a language."""
    return sorted(CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read_catalogue(path: Path) -> Catalog:
    """Read a .po or .pot file."""
    language = None if path == TEMPLATE else path.parts[-3]
    with path.open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def texts_of(said: object) -> tuple[str, ...]:
    """Give the forms of a message's `id` or `string`; "" stands for one that is missing."""
    return tuple(str(text or "") for text in (said if isinstance(said, tuple | list) else (said,)))


def renewed() -> Iterator[tuple[Path, bytes]]:
    """Give every file of the catalogues as it should be."""
    template = _extracted()
    yield TEMPLATE, _as_po(template)
    for path in catalogue_files():
        catalogue = read_catalogue(path)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        catalogue.obsolete.clear()
        yield path, _as_po(catalogue)
        yield path.with_suffix(".mo"), _as_mo(catalogue)


def _extracted() -> Catalog:
    """Collect the messages of code and templates, in the order of the files; the head stays as it is."""
    old = read_catalogue(TEMPLATE)
    template = Catalog(
        project=old.project, version=old.version, header_comment=old.header_comment, fuzzy=False
    )
    template.mime_headers = old.mime_headers
    for folder, pattern, method, options in _METHODS:
        found = extract_from_dir(
            folder, [(pattern, method)], {pattern: options}, comment_tags=["Translators:"]
        )
        for _, _, message, comments, context in found:
            template.add(message, auto_comments=comments, context=context)
    return template


def _as_po(catalogue: Catalog) -> bytes:
    stream = BytesIO()
    write_po(stream, catalogue, width=0)
    return stream.getvalue()


def _as_mo(catalogue: Catalog) -> bytes:
    stream = BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


if __name__ == "__main__":
    for path, content in renewed():
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
            sys.stderr.write(f"renewed {path}\n")
