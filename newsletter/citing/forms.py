"""The forms in which papers can be written, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, assert_never

from newsletter.citing import bibtex, json_records, ris, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsletter.model import Paper

Form = Literal["bibtex", "ris", "json", "jsonl", "csv"]
# How the names of files end.
FORMS: dict[str, Form] = {
    ".bib": "bibtex",
    ".ris": "ris",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
}


def cited(papers: Iterable[Paper], form: Form) -> Iterator[str]:
    """Write papers, piece by piece; line ends are as the form wants them, so nothing may translate them."""
    match form:
        case "bibtex":
            return bibtex.entries(papers)
        case "ris":
            return ris.records(papers)
        case "json":
            return json_records.listed(papers)
        case "jsonl":
            return json_records.lines(papers)
        case "csv":
            return table.rows(papers)
        case _:
            assert_never(form)
