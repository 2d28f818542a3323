"""P: do the sources of papers answer?"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from newsletter import plugins
from newsletter.parsing import parse
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsletter.ports import PaperSource
    from newsletter.work.doctor.patient import Patient


class Named(Protocol):
    """A source that is switched on, and what the configuration calls it."""

    @property
    def name(self) -> str: ...
    @property
    def source(self) -> PaperSource: ...


@runtime_checkable
class Stocked(Protocol):
    """A newsletter that fetches papers by itself."""

    def sources(self) -> Sequence[Named]: ...


def rounds_of_sources(patient: Patient) -> tuple[tuple[Check, ...], ...]:
    """Give a round for each source, since each may keep us waiting. Raises `NewsletterError`."""
    if not isinstance(patient.parts, Stocked):
        return ()
    return tuple((Check(code="P1", look=_asking(named)),) for named in patient.parts.sources())


def _asking(named: Named) -> Callable[[], Iterator[Finding]]:
    def look() -> Iterator[Finding]:
        """Fetch one document, and no more."""
        documents = list(islice(named.source.fetch(None), 1))
        if not documents:
            yield found("P1", "warning", f"{named.name} answers, and gives nothing", "look at its settings")
            return
        parsed = parse(documents[0], plugins.load_parsers())
        count = len(parsed.papers)
        if count:
            yield found("P1", "ok", f"{named.name} answers: {count} papers at first sight")
        else:
            yield found(
                "P1",
                "warning",
                f"{named.name} answers, and no paper can be read in it",
                f"`newsletter sources fetch {named.name}` says why",
            )

    return look
