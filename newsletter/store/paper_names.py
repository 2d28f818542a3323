"""Which stored papers a text names: a key, an id of any scheme in any spelling, a title or a part of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from newsletter.parsing.identity import arxiv_id, arxiv_id_in, doi_of, title_id
from newsletter.parsing.same_paper import TITLE, compared
from newsletter.store.engines import is_embedded
from newsletter.store.paper_neighbours import KEY, in_chunks
from newsletter.store.paper_rows import name_value, storable
from newsletter.store.schema_papers import paper_names, papers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from newsletter.model import PaperKey

_MAX_CHARS = 2_000


def numbers_of(connection: Connection, keys: Sequence[PaperKey]) -> dict[PaperKey, int]:
    """Give the numbers of papers by the keys they have, or once had; unknown ones are left out."""
    by_name = {name_value(key): key for key in reversed(keys)}
    found: dict[PaperKey, int] = {}
    own: dict[PaperKey, int] = {}
    for some in in_chunks(list(by_name)):
        names = select(paper_names.c.value, paper_names.c.paper_id).where(
            paper_names.c.scheme == KEY, paper_names.c.value.in_(some)
        )
        for value, number in connection.execute(names.order_by(paper_names.c.paper_id.desc())):
            found[by_name[value]] = number
        for key, number in connection.execute(
            select(papers.c.key, papers.c.id).where(papers.c.key.in_(some))
        ):
            own[by_name[key]] = number
    return found | own


def numbers_named(connection: Connection, text: str, limit: int) -> list[int]:
    """List the papers that a text names: by the surest reading that finds any, the newest first."""
    given = storable(text[:_MAX_CHARS]).strip()
    if not given:
        return []
    for scheme, value in _readings(given):
        wanted = select(paper_names.c.paper_id).where(paper_names.c.value == name_value(value))
        if scheme:
            wanted = wanted.where(paper_names.c.scheme == scheme)
        found = connection.scalars(wanted.distinct().order_by(paper_names.c.paper_id.desc()).limit(limit))
        if numbers := list(found):
            return numbers
    within = papers.c.title.contains if is_embedded(connection) else papers.c.title.icontains
    part = within(given, autoescape=True)  # SQLite knows no case there
    newest_first = papers.c.day.desc(), papers.c.id.desc()
    return list(connection.scalars(select(papers.c.id).where(part).order_by(*newest_first).limit(limit)))


def _readings(given: str) -> Iterator[tuple[str | None, str]]:
    """Say as what a text can be looked up, the surest first; a scheme of None is any."""
    yield KEY, given
    if number := arxiv_id(given) or arxiv_id_in(given):
        yield "arxiv", number
    if doi_of(given):
        yield compared("doi", given)
    scheme, colon, value = given.partition(":")
    if colon and value.strip() and scheme.strip().isalnum():
        yield compared(scheme.strip().casefold(), value.strip())
    yield TITLE, title_id(given)
    yield None, given
