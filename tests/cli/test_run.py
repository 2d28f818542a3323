"""`newsletter run`, `runs` and `approve` as a person or cron sees them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from newsletter.app import App
from newsletter.cli import cli
from newsletter.issues.editing import Edits
from newsletter.work.at_hand import look_up
from newsletter.work.editing import edit
from tests.http.serving import Reply, Website, website
from tests.work.newsroom import CONFIGURATION, empty_database, paper

DAY = "2025-11-06"
FOLDER = """
[sending]
backend = "eml"
[sources.saved]
kind = "folder"
path = "in/{date}"
"""
NOWHERE = """
[sending]
backend = "eml"
[sources.saved]
kind = "file"
path = "nowhere.json"
"""


class Desk:
    """A folder with a configuration, and what stands in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def configure(self, more: str) -> None:
        (self.folder / "newsletter.toml").write_text(CONFIGURATION + more, "utf-8")

    def bring(self, day: str, *numbers: int) -> None:
        folder = self.folder / "in" / day
        folder.mkdir(parents=True, exist_ok=True)
        papers = [paper(number) for number in numbers]
        (folder / "papers.json").write_text(json.dumps(papers), "utf-8")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, list(arguments))

    def data(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    @property
    def mails(self) -> list[Path]:
        return sorted((self.folder / "outbox").glob("*.eml"))


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A newsletter with a reader and two papers on Thursday."""
    monkeypatch.chdir(tmp_path)
    empty_database(tmp_path / "newsletter.db")
    made = Desk(tmp_path)
    made.configure(FOLDER)
    made.bring(DAY, 1, 2)
    assert made.run("subscribers", "add", "ann@example.org", "--consent-source", "test").exit_code == 0
    return made


def test_a_day_is_run_and_its_verdict_is_listed(desk: Desk) -> None:
    result = desk.run("run", "--date", DAY)
    assert result.exit_code == 0
    assert result.stdout == f"{DAY}: sent to 1 of 1 reader: 2 papers\n"
    assert "saved: 2 papers" in result.stderr
    assert len(desk.mails) == 1
    again = desk.run("run", "--date", DAY)
    assert (again.exit_code, again.stdout) == (0, result.stdout)
    assert "was sent already" in again.stderr
    assert len(desk.mails) == 1
    days = desk.data("runs")
    assert (days[-1]["day"], days[-1]["verdict"]) == (DAY, "sent")
    assert days[0]["verdict"] == "missed"
    assert "sent to 1 of 1 reader" in desk.run("runs").stdout


def test_json_is_one_object(desk: Desk) -> None:
    found = desk.data("run", "--date", DAY)
    assert (found["verdict"], found["exit_code"]) == ("sent", 0)
    assert found["sources"][0]["papers"] == 2
    assert found["issues"][0]["accepted"] == 1


def test_a_dry_run_says_who_would_get_what_and_changes_nothing(desk: Desk) -> None:
    before = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    result = desk.run("run", "--date", DAY, "--dry-run")
    assert result.exit_code == 0
    assert "saved has 2 new papers" in result.stdout
    assert f"would send issue {DAY}" in result.stdout
    assert desk.data("run", "--date", DAY, "--dry-run")["outlooks"][0]["mails"] == 1
    after = {path: path.read_bytes() for path in desk.folder.rglob("*") if path.is_file()}
    kept = {path.name for path in after} - {path.name for path in before}
    assert kept <= {"newsletter.db-shm", "newsletter.db-wal"}
    assert not desk.mails
    assert desk.data("runs") == []


def test_without_a_database_a_dry_run_makes_none(desk: Desk) -> None:
    for path in desk.folder.glob("newsletter.db*"):
        path.unlink()
    assert desk.run("run", "--date", DAY, "--dry-run").exit_code == 0
    assert not list(desk.folder.glob("newsletter.db*"))


def test_a_day_that_is_still_to_come_is_refused(desk: Desk) -> None:
    result = desk.run("run", "--date", "2999-01-01")
    assert result.exit_code == 2
    assert "still to come" in result.stderr


def test_a_run_that_fails_is_an_object_for_programs_too(desk: Desk) -> None:
    (desk.folder / "issues").write_text("in the way", "utf-8")
    result = desk.run("run", "--date", DAY, "--json")
    assert result.exit_code == 5
    assert json.loads(result.stdout)["verdict"] == "failed"
    assert "cannot be written" in result.stderr


def test_when_every_source_failed_cron_is_told(desk: Desk) -> None:
    desk.configure(NOWHERE)
    result = desk.run("run", "--date", DAY)
    assert result.exit_code == 3
    assert "broken source: saved fails since" in result.stdout
    assert desk.run("run", "--date", DAY, "--dry-run").exit_code == 3


def test_not_to_send_leaves_the_issue_for_a_later_run(desk: Desk) -> None:
    result = desk.run("run", "--date", DAY, "--no-send")
    assert result.exit_code == 0
    assert "not sent: as was wished; 2 papers" in result.stdout
    assert not desk.mails
    assert desk.run("run", "--date", DAY).stdout == f"{DAY}: sent to 1 of 1 reader: 2 papers\n"


def test_what_was_changed_since_it_was_approved_waits_where_nobody_is_asked_too(
    desk: Desk,
) -> None:
    assert desk.run("run", "--date", DAY, "--no-send").exit_code == 0
    assert desk.run("approve", DAY).exit_code == 0
    edit(look_up(DAY, None, root=Path("issues")), Edits(subject="Another"), App.open(None).recipe())
    assert desk.run("run", "--date", DAY).stdout.split(":")[1] == " waiting for approval"
    refused = desk.run("send", DAY, "--yes")
    assert refused.exit_code == 2
    assert "was changed since revision 1 of it was approved" in refused.stderr
    assert not desk.mails
    assert desk.run("approve", DAY).exit_code == 0
    assert desk.run("run", "--date", DAY).stdout == f"{DAY}: sent to 1 of 1 reader: 2 papers\n"


def test_a_run_draws_no_readers_edition_in_looks_that_nobody_approved(desk: Desk) -> None:
    assert desk.run("run", "--date", DAY, "--no-send").exit_code == 0
    assert desk.run("approve", DAY).exit_code == 0
    assert (
        desk.run(
            "subscribers", "add", "ar@example.net", "--language", "ar", "--consent-source", "a form"
        ).exit_code
        == 0
    )
    configured = (desk.folder / "newsletter.toml").read_text("utf-8")
    (desk.folder / "newsletter.toml").write_text(configured + '[theme.light]\naccent = "#123456"\n', "utf-8")
    refused = desk.run("run", "--date", DAY)
    assert (refused.exit_code, "would not look like what was approved" in refused.output) == (2, True)
    assert not desk.mails
    (desk.folder / "newsletter.toml").write_text(configured, "utf-8")
    assert desk.run("run", "--date", DAY).exit_code == 0


def test_what_is_not_approved_is_sent_by_nobody(desk: Desk) -> None:
    desk.configure(FOLDER + "[run]\napproval = true\n")
    waiting = desk.run("run", "--date", DAY)
    assert (waiting.exit_code, waiting.stdout.split(":")[1]) == (0, " waiting for approval")
    refused = desk.run("send", DAY, "--yes")
    assert refused.exit_code == 2
    assert f"newsletter approve {DAY}" in refused.stderr
    assert desk.run("approve", DAY).stdout.startswith(f"{DAY}: approved as it is now")
    assert desk.run("approve", DAY, "--withdraw").stdout == f"{DAY}: the approval is taken back\n"
    assert desk.run("send", DAY, "--yes").exit_code == 2
    assert desk.data("approve", DAY)["approved"] is True
    assert desk.run("send", DAY, "--yes").exit_code == 0
    assert len(desk.mails) == 1
    assert "needs no approval any more" in desk.run("approve", DAY).stderr


def test_mail_that_cannot_leave_is_refused_before_anything_is_fetched(desk: Desk) -> None:
    desk.configure('[sources.saved]\nkind = "folder"\npath = "in/{date}"\n')
    text = (desk.folder / "newsletter.toml").read_text("utf-8")
    (desk.folder / "newsletter.toml").write_text(text.replace("sender =", "# sender ="), "utf-8")
    result = desk.run("run", "--date", DAY)
    assert result.exit_code == 2
    assert "saved" not in result.stderr
    assert desk.run("run", "--date", DAY, "--no-send").exit_code == 0


def test_a_mail_server_that_is_not_there_is_found_before_the_first_mail(desk: Desk) -> None:
    desk.configure(
        FOLDER.replace('"eml"', '"smtp"')
        + '[backends.smtp]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'
    )
    result = desk.run("run", "--date", DAY)
    assert result.exit_code == 6
    assert "not sent" in result.stdout
    assert desk.data("runs")[-1]["exit_code"] == 6


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as made:
        yield made


def test_a_webhook_is_told_once_and_once_more(
    desk: Desk, site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_ALERTS_WEBHOOK", site.answer("/hooks/T0/secret", Reply(b"ok")))
    permitted = '[fetching]\nallow_hosts = ["127.0.0.1"]\n[alerts]\n'
    desk.configure(NOWHERE + permitted)
    desk.run("run", "--date", DAY)
    desk.run("run", "--date", "2025-11-07")
    assert [seen.method for seen in site.seen] == ["POST"]
    told = json.loads(site.seen[0].body)
    assert told["verdict"] == "broken source"
    assert "saved fails since" in told["text"]
    desk.configure(FOLDER + permitted)
    desk.run("run", "--date", "2025-11-08")
    assert "over: saved fails since" in json.loads(site.seen[1].body)["text"]


def test_a_webhook_that_is_not_public_is_not_asked(
    desk: Desk, site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLETTER_ALERTS_WEBHOOK", site.answer("/hooks/T0/secret", Reply(b"ok")))
    desk.configure(NOWHERE + "[alerts]\n")
    result = desk.run("run", "--date", DAY)
    assert "the operator could not be told" in result.stderr
    assert "secret" not in result.stderr
    assert not site.seen


def test_a_webhook_does_not_stand_in_the_file(desk: Desk) -> None:
    desk.configure(FOLDER + '[alerts]\nwebhook = "https://hooks.example.org/T0/secret"\n')
    result = desk.run("config", "check")
    assert result.exit_code == 2
    assert "NEWSLETTER_ALERTS_WEBHOOK" in result.stderr


def test_the_operator_is_mailed_through_the_backend(desk: Desk) -> None:
    desk.configure(NOWHERE + '[alerts]\nmail = "ops@example.org"\n')
    desk.run("run", "--date", DAY)
    [mail] = desk.mails
    assert mail.name.startswith("ops@example.org")
    assert "saved fails since" in mail.read_text("ascii")


def test_cron_finds_everything_beside_the_configuration(
    desk: Desk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.configure(FOLDER + "[run]\napproval = true\n")
    desk.run("run", "--date", DAY)
    elsewhere = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(elsewhere)
    given = ("--config", str(desk.folder / "newsletter.toml"))
    assert desk.run("check", DAY, *given).exit_code == 0
    assert desk.run("approve", DAY, *given).exit_code == 0
    assert desk.run("send", DAY, "--dry-run", *given).exit_code == 0
    assert desk.run("run", "--date", DAY, *given).stdout == f"{DAY}: sent to 1 of 1 reader: 2 papers\n"
    assert [one.name for one in elsewhere.rglob("*")] == []
