"""`newsletter doctor`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.errors import EXIT_DONE, EXIT_FOUND_ERRORS, ConfigError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from newsletter.http.resolver import Resolver
    from newsletter.work.doctor.findings import Area, Finding
    from newsletter.work.doctor.patient import Patient


@click.command()
@click.argument("issue", required=False)
@click.option("--only", metavar="LETTERS", help="Some areas, by the letters of their codes: D,S,M.")
@click.option("--offline", is_flag=True, help="Ask nobody: no mail server, no DNS, no web, no sources.")
@click.option("--fix-dns", is_flag=True, help="Print the DNS records to publish, as lines of a zone file.")
@click.option("--nameserver", metavar="ADDRESS[:PORT]", help="Ask this name server, not this machine's.")
@json_option
@config_option
@click.pass_context
def doctor(
    context: click.Context,
    *,
    issue: str | None,
    only: str | None,
    offline: bool,
    fix_dns: bool,
    nameserver: str | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Look at everything that can keep mail from arriving, before it goes out.

    Configuration (G), theme (T), sources (P), mail server (S), DNS (D), the longest mail of ISSUE, else of
    the newest one (M), unsubscribing on the web (W), the list (L) and the ledger (C). Each finding says what
    is so, why it matters by which rule, and how to mend it. Nothing is sent and nobody is unsubscribed. Exit
    code 8 says that there are errors.
    """
    from newsletter.app import App
    from newsletter.cli import doctor_output as output
    from newsletter.http.resolver import Resolver
    from newsletter.work.doctor.patient import Patient

    areas = _areas(only, offline=offline)
    if offline and fix_dns:
        raise UsageError("--fix-dns has to ask DNS what is there, and --offline asks nobody")
    try:
        app = App.open(config_path)
    except ConfigError as error:
        findings: tuple[Finding, ...] = (_unreadable(error),)
    else:
        resolver = Resolver(nameserver)
        patient = Patient(app, resolver, issue=issue)
        if fix_dns:
            _print_records(patient, as_json=as_json)
            context.exit(_unanswered(resolver))
        findings = _examined(patient, areas, offline=offline)
    if as_json:
        output.print_json_report(findings)
    else:
        output.print_report(findings)
    failed = any(finding.severity == "error" for finding in findings)
    context.exit(EXIT_FOUND_ERRORS if failed else EXIT_DONE)


def _areas(only: str | None, *, offline: bool) -> tuple[Area, ...]:
    from newsletter.work.doctor.findings import AREAS
    from newsletter.work.doctor.rounds import ONLINE

    if only is None:
        return tuple(AREAS)
    letters = only.upper().replace(",", " ").split()
    wanted = tuple(area for area in AREAS if area in letters)
    if len(wanted) != len(set(letters)) or not wanted:
        known = ", ".join(f"{area} ({name})" for area, name in AREAS.items())
        raise UsageError(f"--only wants letters of areas, found {only[:40]!r}", hint=f"there are {known}")
    if offline and set(wanted) <= ONLINE:
        raise UsageError(f"{', '.join(wanted)} cannot be looked at without asking anybody (--offline)")
    return wanted


def _unreadable(error: ConfigError) -> Finding:
    from newsletter.work.doctor.findings import found

    return found(
        "G1", "error", error.message, error.hint or "mend the file; `newsletter config check` reads it alone"
    )


def _examined(patient: Patient, areas: tuple[Area, ...], *, offline: bool) -> tuple[Finding, ...]:
    from newsletter.http.asking import Asker
    from newsletter.work.doctor.rounds import examination

    return examination(patient, Asker(), only=areas, offline=offline)


def _print_records(patient: Patient, *, as_json: bool) -> None:
    from newsletter.cli.output import print_json
    from newsletter.work.doctor.publishing import publications

    records = publications(patient)
    if as_json:
        print_json(
            [
                {
                    "code": one.code,
                    "name": one.name,
                    "type": one.type,
                    "value": one.value,
                    "replaces": one.replaces,
                    "zone": one.zone,
                }
                for one in records
            ]
        )
        return
    for record in records:
        click.echo(record.zone)
    if not records:
        click.echo("nothing is to be published, as far as DNS tells", err=True)


def _unanswered(resolver: Resolver) -> int:
    """Say what could not be asked about, where a record may be missing, and give the exit code."""
    names = resolver.unanswered()
    for told in names:
        click.echo(f"could not be asked: {told}", err=True)
    if names:
        click.echo(
            "hint: what is to be published there is not known: run it again, or name another name "
            "server (--nameserver)",
            err=True,
        )
    return EXIT_FOUND_ERRORS if names else EXIT_DONE
