"""T: can the theme be drawn?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from newsletter.model import Entry, Evidence, Issue, IssueSection, Paper, PaperKey, Placement, SectionSlug
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found
from newsletter.work.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.work.doctor.patient import Patient


class DrawnTheme:
    """The check of the theme: an issue is drawn with it, a small one where there is no other."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List it."""
        return (Check(code="T1", look=self._draw),)

    def _draw(self) -> Iterator[Finding]:
        patient = self._patient
        there = patient.issue()
        issue = there[0] if there else _small_issue(patient)
        edition = Drawing(issue, patient.parts.style()).draw((None, issue.language))
        folder = patient.parts.config.schema.theme.folder
        name = f"the theme in {folder}" if folder else "the default theme"
        what = issue.slug if there else "a made-up issue"
        yield found("T1", "ok", f"{name} draws {what}: {len(edition.html.encode('utf-8')):,} bytes of HTML")
        if edition.shortened:
            yield found(
                "T1",
                "info",
                f"of {what} {edition.shortened[0]}, to stay under size_budget",
                "`newsletter build` says what was shortened",
            )


def _small_issue(patient: Patient) -> Issue:
    day = patient.now().astimezone(UTC).date()
    paper = Paper(
        key=PaperKey("made-up"), ids={}, title="A paper", title_raw="A paper", source="file",
        announced=day, published=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )  # fmt: skip
    slug = SectionSlug("section")
    placement = Placement(paper=paper, section=slug, score=1.0, evidence=Evidence())
    section = IssueSection(
        slug=slug, title="A section", description="", entries=(Entry(placement=placement, summary=None),)
    )
    table = patient.parts.config.schema.newsletter
    return Issue(
        slug=day.isoformat(), day=day, cadence="daily", revision=1, title=table.name, language=table.language,
        sections=(section,), more=(),
    )  # fmt: skip
