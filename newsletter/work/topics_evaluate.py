"""Score the sections on labelled papers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import SourceError, UsageError
from newsletter.topics.background import background_of
from newsletter.topics.evaluation import NO_SECTION, Evaluation, Labelled, evaluate
from newsletter.work.topics_papers import read_file, read_json_lines

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.model import PlacingPolicy, Problem, Section
    from newsletter.parsing.json_lines import Record, Records
    from newsletter.work.topics_papers import Shelf

_SHOWN = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The figures, and the lines of the file that are no paper."""

    evaluation: Evaluation
    skipped: tuple[Problem, ...]


def evaluate_file(
    path: Path,
    sections: Sequence[Section],
    policy: PlacingPolicy,
    shelf: Shelf,
    *,
    batch: int | None = None,
    history: Path | None = None,
    halves: bool = False,
) -> Scored:
    """Read labelled papers and place them. Raises `UsageError` for a label that is no section."""
    found = read_json_lines(path)
    labelled = _labelled(found, path)
    _refuse_unknown(labelled, sections, path)
    background = background_of(read_file(history, shelf)) if history else None
    return Scored(
        evaluation=evaluate(
            labelled, sections, policy=policy, batch=batch, background=background, halves=halves
        ),
        skipped=found.problems,
    )


def _labelled(found: Records, path: Path) -> list[Labelled]:
    records = found.records
    labelled = [
        Labelled(id=record.id, paper=record.paper, label=label, acceptable=record.acceptable)
        for record in records
        if (label := _label(record)) is not None
    ]
    if not labelled:
        what = f"none of {len(records)} papers has a label" if records else "no line of it is a paper"
        raise SourceError(
            f"{path}: {what}",
            hint='expected lines such as {"id": "...", "title": "...", "abstract": "...", "label": "SLUG"}',
        )
    return labelled


def _label(record: Record) -> str | None:
    """Where only `acceptable` is given, its first stands for the label."""
    return record.label or next(iter(record.acceptable), None)


def _refuse_unknown(labelled: Sequence[Labelled], sections: Sequence[Section], path: Path) -> None:
    known = {str(section.slug) for section in sections}
    unknown = sorted({one.label for one in labelled} - known - {NO_SECTION})
    if unknown:
        raise UsageError(
            f"{path}: labels that are no section: {', '.join(unknown[:_SHOWN])};"
            f" the configuration has {', '.join(sorted(known))}",
            hint='name the configuration that has them: --config FILE; "none" labels a paper that fits none',
        )
