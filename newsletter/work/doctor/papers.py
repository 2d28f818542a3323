"""P: do the sources of papers answer?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from newsletter import plugins
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found
from newsletter.work.source_trial import try_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.sources.named import NamedSource
    from newsletter.work.doctor.patient import Patient


def rounds_of_sources(patient: Patient) -> tuple[tuple[Check, ...], ...]:
    """Give a round for each source, since each may keep us waiting. Raises `NewsletterError`."""
    return tuple((Check(code="P1", look=partial(_ask, named)),) for named in patient.parts.sources())


def _ask(named: NamedSource) -> Iterator[Finding]:
    """Fetch one document, and no more."""
    trial = try_source(named, None, plugins.load_parsers(), max_documents=1)
    if trial.error:
        yield found("P1", "error", f"{named.name}: {trial.error}", trial.hint or _looking(named))
    elif not trial.got:
        yield found("P1", "warning", f"{named.name} answers, and gives nothing", _looking(named))
    elif not trial.papers:
        yield found("P1", "warning", f"{named.name} answers, and no paper can be read in it", _looking(named))
    else:
        yield found("P1", "ok", f"{named.name} answers; papers at first sight: {trial.papers}")


def _looking(named: NamedSource) -> str:
    return f"`newsletter sources fetch {named.name}` says more"
