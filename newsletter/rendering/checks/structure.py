"""What screen readers need: headings in order, layout tables that say so, a language, texts for images."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from newsletter.rendering.checks.findings import Finding, Place
from newsletter.rendering.checks.page import HEADINGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Page

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_DIRECTIONS = ("ltr", "rtl", "auto")


def headings(page: Page) -> Iterator[Finding]:
    """There is one h1, it comes first, no level is skipped, and no heading is empty."""
    found = list(page.all(*HEADINGS))
    firsts = [node for node in found if node.tag == "h1"]
    if len(firsts) != 1:
        yield Finding(
            severity="error",
            check="headings",
            message=f"there are {len(firsts)} first headings (h1), expected 1",
            hint="make the name of the newsletter the only h1",
            where=firsts[1].place() if firsts else Place(part="HTML"),
        )
    elif found[0].tag != "h1":
        yield Finding(
            severity="error",
            check="headings",
            message=f"an {found[0].tag} comes before the h1",
            hint="let the h1 be the first heading",
            where=found[0].place(),
        )
    for before, after in pairwise(found):
        if int(after.tag[1]) - int(before.tag[1]) > 1:
            yield Finding(
                severity="error",
                check="headings",
                message=f"an {after.tag} follows an {before.tag}: a level is skipped",
                hint=f"make it an h{int(before.tag[1]) + 1}; its look is a matter of its class",
                where=after.place(),
            )
    for node in found:
        if not node.inside():
            yield Finding(
                severity="error",
                check="headings",
                message=f"an {node.tag} has no text",
                hint="leave the heading out where there is nothing to say",
                where=node.place(),
            )


def layout_tables(page: Page) -> Iterator[Finding]:
    """Every table without heading cells says that it is there for the layout."""
    of_data = {id(parent) for cell in page.all("th", "caption") for parent in cell.ancestors()}
    for table in page.all("table"):
        if table.get("role") not in ("presentation", "none") and id(table) not in of_data:
            yield Finding(
                severity="error",
                check="layout-tables",
                message='a table for the layout has no role="presentation": screen readers count its rows',
                hint='write <table role="presentation" ...>',
                where=table.place(),
            )


def language(page: Page) -> Iterator[Finding]:
    """An element inside the body has language and direction: webmail drops what html and body say."""
    spoken = [node for node in page.body() if node.get("lang") and node.get("dir") in _DIRECTIONS]
    if not spoken:
        yield Finding(
            severity="error",
            check="language",
            message="no element inside the body has both lang and dir, and webmail drops html and body",
            hint='write lang and dir on the element around everything, as in <td lang="en" dir="ltr">',
            where=Place(part="HTML", element="<body>"),
        )
    for node in page.nodes:
        if node.get("lang") and not _TAG.fullmatch(node.get("lang")):
            yield Finding(
                severity="error",
                check="language",
                message=f"lang={node.get('lang')!r} is no language tag",
                hint='write a BCP 47 tag such as "en" or "pt-BR"',
                where=node.place(),
            )


def images(page: Page) -> Iterator[Finding]:
    """Every image has a text to stand for it, or an empty one if it only decorates."""
    for image in page.all("img"):
        if "alt" not in image.attributes:
            yield Finding(
                severity="error",
                check="images",
                message="an image has no alt: where images are off, nobody knows what is missing",
                hint='write what it says as alt="...", or alt="" if it only decorates',
                where=image.place(),
            )
