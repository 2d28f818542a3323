"""`newsletter subscribers set`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from newsletter.cli.options import config_option, json_option
from newsletter.cli.output import print_json
from newsletter.cli.subscribers_options import CADENCES
from newsletter.cli.subscribers_output import rhythm, sections_of
from newsletter.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@click.command("set")
@click.argument("address")
@click.option("--section", "sections", multiple=True, metavar="SLUG", help="One they want; repeatable.")
@click.option("--all-sections", is_flag=True, help="They want every section again.")
@click.option("--cadence", type=click.Choice(CADENCES), help="How often.")
@click.option("--timezone", metavar="NAME", help="Such as Europe/Berlin.")
@click.option("--hour", type=click.IntRange(0, 23), help="From when on, in that zone.")
@click.option("--language", metavar="TAG", help='Of the edition; "" is the newsletter\'s.')
@click.option("--name", metavar="TEXT", help="How to greet them.")
@json_option
@config_option
def set_(
    *,
    address: str,
    sections: tuple[str, ...],
    all_sections: bool,
    cadence: str | None,
    timezone: str | None,
    hour: int | None,
    language: str | None,
    name: str | None,
    as_json: bool,
    config_path: Path | None,
) -> None:
    """Change what a person wants; what no option names stays as it is.

    It holds for issues whose first `newsletter send` comes later.
    """
    from newsletter.app import App
    from newsletter.audience.exporting import as_data
    from newsletter.audience.wishes import change_wishes
    from newsletter.mailing.addresses import masked

    wanted = {
        "sections": "" if all_sections else " ".join(sections) if sections else None,
        "cadence": cadence,
        "timezone": timezone,
        "hour": None if hour is None else str(hour),
        "language": language,
        "name": name,
    }
    given = {column: text for column, text in wanted.items() if text is not None}
    _refuse_nonsense(sections, all_sections=all_sections, names_nothing=not given)
    app = App.open(config_path)
    app.must_have_database()
    with app.subscribers() as store:
        known = [section.slug for section in app.config.sections]
        person = change_wishes(store, address, given, known)
    if as_json:
        print_json(as_data(person))
        return
    language = person.language or "the newsletter's language"
    click.echo(f"{masked(person.address)}: sections {sections_of(person)}; {rhythm(person)}; {language}")


def _refuse_nonsense(sections: tuple[str, ...], *, all_sections: bool, names_nothing: bool) -> None:
    if sections and all_sections:
        raise UsageError("--section and --all-sections exclude each other", hint="leave one of them out")
    if sections and not all(section.strip() for section in sections):
        raise UsageError("--section names no section", hint="--all-sections means all there are")
    if names_nothing:
        raise UsageError("nothing to change", hint="name what is to change, such as --cadence weekdays")
