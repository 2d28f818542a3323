"""The index of words by which papers are searched: FTS5 in SQLite, a `tsvector` in PostgreSQL.

Both stem English words and know no case and no accents. The title counts most, then authors and terms.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, cast, column, func, literal_column, select, table, text
from sqlalchemy.dialects.postgresql import REGCONFIG, TSQUERY
from sqlalchemy.exc import DatabaseError

from newsletter.store.engines import is_embedded
from newsletter.store.schema_papers import papers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Connection

_MOST_PIECES = 24
_MOST_WORDS = 24
_PIECE = re.compile(r'-?"[^"]*"?|\S+')
_WORD = re.compile(r"[^\W_]+")
_AT_ONCE = 500
_ENGLISH = cast(literal_column("'english'"), REGCONFIG)
_EMBEDDED = table("paper_words", column("rowid"))
_ON_SERVER = table("paper_words", column("paper_id"), column("words"))
_COLUMNS = "title, authors, abstract, terms"
_VECTOR = text(
    "INSERT INTO paper_words (paper_id, words) VALUES (:id, setweight(to_tsvector('english', :title), 'A')"
    " || setweight(to_tsvector('english', :authors), 'B') || setweight(to_tsvector('english', :terms), 'B')"
    " || setweight(to_tsvector('english', :abstract), 'D'))"
)
_IS_ANOTHER = text(
    "SELECT words <> (setweight(to_tsvector('english', :title), 'A')"
    " || setweight(to_tsvector('english', :authors), 'B') || setweight(to_tsvector('english', :terms), 'B')"
    " || setweight(to_tsvector('english', :abstract), 'D')) FROM paper_words WHERE paper_id = :id"
)
_NEWEST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A word, or words in a row, that a paper must hold or must not."""

    text: str
    is_beginning: bool = False
    is_unwanted: bool = False

    @property
    def words(self) -> list[str]:
        """The words as they are compared."""
        return _WORD.findall(folded(self.text))[:_MOST_WORDS]


def pieces_of(query: str) -> tuple[Piece, ...]:
    """Read what a person typed: words, "words in a row", -unwanted, begin*. Anything can be read."""
    found = []
    for match in _PIECE.finditer(query.replace("\0", " ")):
        typed = match[0]
        bare = typed.removeprefix("-").strip('"')
        if _WORD.search(bare):
            # one letter and a star would be half of all words
            begins = bare.endswith("*") and len(bare) > 3  # noqa: PLR2004
            found.append(Piece(text=bare, is_beginning=begins, is_unwanted=typed.startswith("-")))
    return tuple(found[:_MOST_PIECES])


def folded(given: str) -> str:
    """Give the words of a text without case, accents and signs, parted by blanks."""
    plain = unicodedata.normalize("NFKD", given.casefold())
    return " ".join(_WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a statement finds papers by their words: the column of their numbers, what to ask for, and how well
    a paper fits (the lower the better)."""

    number: ColumnElement[int]
    condition: ColumnElement[bool]
    misfit: ColumnElement[float]


def finding(connection: Connection, pieces: Sequence[Piece]) -> Finding | None:
    """Say how to find what holds the wanted pieces; None where nothing is wanted."""
    if all(piece.is_unwanted for piece in pieces):
        return None
    if is_embedded(connection):
        return Finding(
            number=_EMBEDDED.c.rowid,
            condition=_matches(pieces),
            misfit=literal_column("bm25(paper_words, 8.0, 3.0, 1.0, 3.0)"),
        )
    wanted = _as_tsquery(pieces)
    return Finding(
        number=_ON_SERVER.c.paper_id,
        condition=_ON_SERVER.c.words.op("@@")(wanted),
        misfit=-func.ts_rank(_ON_SERVER.c.words, wanted, 1),
    )


def _matches(pieces: Sequence[Piece]) -> Any:
    typed = " AND ".join(_quoted(piece) for piece in pieces if not piece.is_unwanted)
    unwanted = [_quoted(piece) for piece in pieces if piece.is_unwanted]
    query = " NOT ".join([f"({typed})", *unwanted])
    return text("paper_words MATCH :wanted").bindparams(bindparam("wanted", query, unique=True))


def _quoted(piece: Piece) -> str:
    """Write a piece as a string of FTS5, in which nothing is an operator."""
    plain = " ".join(re.findall(r"\S+", piece.text)[:_MOST_WORDS]).encode("utf-8", "replace").decode("utf-8")
    return '"' + plain.replace('"', '""') + '"' + ("*" if piece.is_beginning else "")


def _as_tsquery(pieces: Sequence[Piece]) -> ColumnElement[Any]:
    query: Any = None
    for piece in sorted(pieces, key=lambda piece: piece.is_unwanted):
        if piece.is_beginning:
            typed = " <-> ".join(f"'{word}'" for word in piece.words) + ":*"
            one: Any = func.to_tsquery(_ENGLISH, typed, type_=TSQUERY)
        else:
            one = func.phraseto_tsquery(_ENGLISH, " ".join(piece.words), type_=TSQUERY)
        one = func.tsquery_not(one, type_=TSQUERY) if piece.is_unwanted else one
        query = one if query is None else func.tsquery_and(query, one, type_=TSQUERY)
    return query  # type: ignore[no-any-return]  # at least one piece is wanted


def forget_words(connection: Connection, ids: Sequence[int]) -> None:
    """Take papers out of the index, before their rows change."""
    for some in _chunks(ids):
        if is_embedded(connection):
            old = select(literal_column("'delete'"), *_texts()).where(papers.c.id.in_(some))
            _insert(connection, f"paper_words, rowid, {_COLUMNS}", old)
        else:
            gone = text("DELETE FROM paper_words WHERE paper_id = ANY(:ids)")
            connection.execute(gone, {"ids": list(some)})


def learn_words(connection: Connection, ids: Sequence[int]) -> None:
    """Put papers into the index, after their rows changed."""
    for some in _chunks(ids):
        rows = select(*_texts()).where(papers.c.id.in_(some))
        if is_embedded(connection):
            _insert(connection, f"rowid, {_COLUMNS}", rows)
            continue
        values = [row._asdict() for row in connection.execute(rows)]
        if values:
            connection.execute(_VECTOR, [_folded_row(row) for row in values])


def learn_all_words(connection: Connection) -> int:
    """Make the index anew, and say of how many papers."""
    numbers = list(connection.scalars(select(papers.c.id)))
    if is_embedded(connection):
        connection.exec_driver_sql("INSERT INTO paper_words (paper_words) VALUES ('rebuild')")
    else:
        connection.exec_driver_sql("DELETE FROM paper_words")
        learn_words(connection, numbers)
    return len(numbers)


def unindexed(connection: Connection) -> bool:
    """Whether the index holds other words than the papers have; on a server, the newest papers are asked."""
    if is_embedded(connection):
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(
                    "INSERT INTO paper_words (paper_words, rank) VALUES ('integrity-check', 1)"
                )
        except DatabaseError as error:
            return "malformed" in str(error.orig)
        return False
    known = select(_ON_SERVER.c.paper_id)
    if connection.scalar(select(papers.c.id).where(papers.c.id.not_in(known)).limit(1)) is not None:
        return True
    newest = select(*_texts()).order_by(papers.c.id.desc()).limit(_NEWEST)
    rows = [_folded_row(row._asdict()) for row in connection.execute(newest)]
    return any(connection.scalar(_IS_ANOTHER, row) for row in rows)


def _folded_row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: folded(value) if isinstance(value, str) else value for name, value in row.items()}


def _texts() -> list[ColumnElement[Any]]:
    return [papers.c.id, papers.c.title, papers.c.authors, papers.c.abstract, papers.c.terms]


def _insert(connection: Connection, columns: str, rows: Any) -> None:
    compiled = rows.compile(connection, compile_kwargs={"render_postcompile": True})
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    connection.exec_driver_sql(f"INSERT INTO paper_words ({columns}) {compiled}", values)


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)]
