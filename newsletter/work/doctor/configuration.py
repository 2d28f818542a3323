"""G: can the configuration be used, and is it nobody else's?"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from newsletter.config.links import link_keys
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.work.doctor.patient import Patient

# Names that stand in examples (RFC 2606): nobody owns them, and mail from them goes nowhere.
_EXAMPLES = ("example", "example.com", "example.net", "example.org", "invalid", "localhost", "test")


class Configuration:
    """The checks of newsletter.toml and its secrets."""

    def __init__(self, patient: Patient) -> None:
        self._patient = patient

    def checks(self) -> tuple[Check, ...]:
        """List them."""
        return (
            Check(code="G1", look=self._file),
            Check(code="G2", look=self._placeholders),
            Check(code="G3", look=self._login),
            Check(code="G3", look=self._store),
            Check(code="G3", look=self._keys),
            Check(code="G4", look=self._writers),
        )

    def _file(self) -> Iterator[Finding]:
        config = self._patient.parts.config
        if config.path is None:
            yield found(
                "G1", "info", "no newsletter.toml here: the defaults are used", "`newsletter init` writes one"
            )
        else:
            sections = f"{len(config.sections)} sections"
            yield found(
                "G1", "ok", f"{config.path} can be used: {sections}, mail by {self._patient.way_name}"
            )

    def _placeholders(self) -> Iterator[Finding]:
        patient = self._patient
        refusal = patient.parts.refusal_to_reach_people()
        if refusal:
            reaches = patient.parts.backend(patient.way).reaches_people
            yield found("G2", "error" if reaches else "info", refusal.message, refusal.hint or "")
            return
        letterhead = patient.parts.letterhead()
        host = letterhead.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
        names = {"sender": patient.from_domain, "base_url": host}
        invented = [f"{key} ({name})" for key, name in names.items() if _is_example(name)]
        if invented:
            yield found(
                "G2",
                "warning",
                f"taken from an example: {' and '.join(invented)}",
                "write a domain of your own into [newsletter]",
            )
        else:
            yield found("G2", "ok", f"mail from {patient.from_domain}, links to {host}")

    def _login(self) -> Iterator[Finding]:
        self._patient.parts.backend(self._patient.way)
        yield found(
            "G3", "ok", f"the settings of {self._patient.way_name} can be used, with what they keep secret"
        )

    def _store(self) -> Iterator[Finding]:
        self._patient.parts.store_place()
        yield found("G3", "ok", "the settings of the database can be used")

    def _keys(self) -> Iterator[Finding]:
        signer = self._patient.parts.signer()
        link_keys(self._patient.parts.config)
        told = f"keys that sign mail: {len(signer.keys) if signer else 0}"
        yield found("G3", "ok", f"{told}; those in files are readable by you alone")

    def _writers(self) -> Iterator[Finding]:
        path = self._patient.parts.config.path
        if path is None or os.name != "posix":
            return
        mode = path.stat().st_mode
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            yield found(
                "G4", "warning", f"others may write {path}", f"make it yours alone: chmod go-w {path}"
            )
        else:
            yield found("G4", "ok", f"nobody else may write {path}")


def _is_example(domain: str) -> bool:
    return any(domain == name or domain.endswith(f".{name}") for name in _EXAMPLES)
