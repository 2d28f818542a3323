"""The papers of one document and what was wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.model import Beyond, Document, Paper, Parsed, Problem
from newsletter.parsing.coverage import coverage_of
from newsletter.parsing.text import clean, clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

MAX_PAPERS = 5_000
_MAX_PROBLEMS = 200
_FOUND_CHARS = 60


class Gathering:
    """Collects papers, the first of two about one paper, and problems."""

    def __init__(self) -> None:
        self._papers: dict[str, tuple[Paper, int | None]] = {}
        self._problems: list[Problem] = []
        self._is_full = False

    @property
    def papers(self) -> tuple[Paper, ...]:
        return tuple(paper for paper, _ in self._papers.values())

    @property
    def is_silent(self) -> bool:
        """Whether nothing was read and nothing said about it."""
        return not self._papers and not self._problems

    def add(self, paper: Paper, line: int | None = None) -> None:
        """Take a paper that begins in `line`, where a document has lines."""
        first = self._papers.get(paper.key)
        if first is not None:
            place = "the first one" if first[1] is None else f"the one in line {first[1]}"
            expected = f"every paper once; {place} is used"
            self.report("a paper that was listed before", line, expected=expected, found=paper.title)
        elif len(self._papers) < MAX_PAPERS:
            self._papers[paper.key] = (paper, line)
        elif not self._is_full:
            self._is_full = True
            expected = f"at most {MAX_PAPERS:,} papers"
            self.report("the papers from here on were left out", line, expected=expected)

    def report(
        self, message: str, line: int | None = None, *, expected: str | None = None, found: str | None = None
    ) -> None:
        """Note what could not be read as it should."""
        shown = clip(clean(found[:400]), _FOUND_CHARS) if found else None
        self._problems.append(Problem(message=message, line=line, expected=expected, found=shown or None))

    def take(self, problems: Iterable[Problem]) -> None:
        """Note problems that others found."""
        self._problems.extend(problems)

    def parsed(self, document: Document, *, day: date | None, beyond: Beyond | None = None) -> Parsed:
        """Give all of it. `day` is what the document says of its day; what a person gave outranks it, and
        the day on which it was fetched stands in for it."""
        fetched = document.fetched_at
        return Parsed(
            papers=self.papers,
            problems=_listed(sorted(self._problems, key=lambda problem: problem.line or 0)),
            coverage=coverage_of(self.papers),
            day=document.day or day or (fetched.date() if fetched else None),
            beyond=beyond,
        )


def _listed(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    beyond = len(problems) - _MAX_PROBLEMS
    if beyond <= 0:
        return tuple(problems)
    last = Problem(message=f"and {beyond:,} more problems from here on", line=problems[_MAX_PROBLEMS].line)
    return (*problems[:_MAX_PROBLEMS], last)
