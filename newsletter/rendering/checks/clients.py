"""Which mail clients lose something of this mail, by the published data of caniemail."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from newsletter.rendering.checks.client_data import client_data
from newsletter.rendering.checks.features import uses
from newsletter.rendering.checks.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from newsletter.rendering.checks.client_data import Support
    from newsletter.rendering.checks.findings import Place
    from newsletter.rendering.checks.page import Page
    from newsletter.rendering.checks.style_sheets import Sheet

BASELINE = "known_losses.toml"
_PAGE = "https://www.caniemail.com/features/{}/"


def clients(page: Page, sheets: Sequence[Sheet], known_losses: Mapping[str, str]) -> Iterator[Finding]:
    """A feature that some client lacks is in `known_losses`, which says what its readers see instead."""
    data = client_data()
    for slug, place in uses(page, sheets, data).items():
        support = data[slug]
        if support.lacking or support.partial:
            yield _finding(slug, support, place, known_losses.get(slug))


def _finding(slug: str, support: Support, place: Place, known: str | None) -> Finding:
    is_new = known is None and bool(support.lacking)
    return Finding(
        severity="warning" if is_new else "info",
        check="clients",
        message=f"{support.title}: {_losers(support)}",
        hint=_hint(slug, known, is_new=is_new),
        where=place,
    )


def _hint(slug: str, known: str | None, *, is_new: bool) -> str:
    if known is not None:
        return f"known, readers there see: {known}"
    see = f"see {_PAGE.format(slug)}"
    return f'{see}; do without it, or say what readers see in {BASELINE}: {slug} = "..."' if is_new else see


def _losers(support: Support) -> str:
    parts = []
    if support.lacking:
        parts.append(f"lost in {_named(support.lacking)}")
    if support.partial:
        parts.append(f"only in part in {_named(support.partial)}")
    return "; ".join(parts)


def _named(names: Sequence[str]) -> str:
    """Name clients by family: "Gmail (iOS, Android), HEY"."""
    families: dict[str, list[str]] = defaultdict(list)
    for name in names:
        family, platform = _split(name)
        families[family].append(platform)
    return ", ".join(f"{family} ({', '.join(platforms)})" for family, platforms in families.items())


def _split(name: str) -> tuple[str, str]:
    for platform in ("Desktop Webmail", "Mobile Webmail", "Windows Mail"):
        if name.endswith(f" {platform}"):
            return name.removesuffix(f" {platform}"), platform.replace("Desktop Webmail", "webmail")
    family, _, platform = name.rpartition(" ")
    return family, platform
