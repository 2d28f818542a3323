"""An editor works on an issue in a real browser; what they approve is what is sent, to the byte."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from click.testing import CliRunner, Result
from playwright.sync_api import Page, expect

from newsletter.app import App
from newsletter.cli import cli
from newsletter.issues.editing import Edits
from newsletter.preview.editorial_desk import EditorialDesk
from newsletter.preview.server import PreviewServer
from newsletter.preview.subjects import subject_of
from newsletter.preview.workshop import Workshop
from newsletter.store.approvals import ApprovalStore
from newsletter.store.database import open_database
from newsletter.store.issue_folder import digest_of, read_issue
from newsletter.store.ledger import Ledger
from newsletter.work.at_hand import AtHand, look_up
from newsletter.work.editing import edit
from tests.conftest import add_people
from tests.preview.test_trial import Mailroom
from tests.preview.test_views import serious

ISSUES = Path("issues")
SLUG = "2025-11-07"
FIRST, SECOND = "Sparse attention for language models", "Grasping with a robot hand"
OWN = re.compile(rb"(?<=/unsubscribe/)[\w.~-]+|(?<=/preferences/)[\w.~-]+")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


@pytest.fixture
def mailroom() -> Mailroom:
    return Mailroom()


@pytest.fixture
def built(desk: Path, mailroom: Mailroom, start_smtp_server: Callable[..., Controller]) -> Path:
    """The folder of a built issue, with a subscriber and a mail server that waits for it."""
    port = start_smtp_server(mailroom).port
    (desk / "newsletter.toml").write_text(
        '[newsletter]\nsender = "Daily <digest@example.org>"\nbase_url = "https://news.example.org"\n'
        f'[backends.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\n',
        "utf-8",
    )
    assert run("build", "few.jsonl", "--date", SLUG).exit_code == 0
    database = open_database(f"sqlite:///{desk / 'newsletter.db'}")
    add_people(database, 1)
    database.close()
    return desk / "issues" / SLUG


@pytest.fixture
def server(built: Path, serve: Callable[[str], PreviewServer]) -> PreviewServer:
    del built
    return serve(SLUG)


@pytest.fixture
def sheet(server: PreviewServer, tab: Page) -> Page:
    tab.goto(server.url + "editorial")
    return tab


def place(page: Page, title: str) -> Any:
    return page.locator("#board .topic", has=page.get_by_role("heading", name=title, exact=True))


def test_papers_are_pinned_hidden_moved_and_all_of_it_is_taken_back(sheet: Page, built: Path) -> None:
    before = read_issue(built)
    sheet.get_by_role("button", name=f"Hide “{FIRST}”").click()
    expect(sheet.locator("#side")).to_contain_text("1 hidden")
    sheet.get_by_role("button", name=f"Pin “{SECOND}”").click()
    expect(sheet.locator(".tag", has_text="pinned")).to_be_visible()
    sheet.locator("[data-paper]", has_text=SECOND).drag_to(
        sheet.locator(".drops li", has_text="Speech & Audio")
    )
    expect(place(sheet, "Speech & Audio")).to_contain_text(SECOND)
    edits = read_issue(built).edits
    assert [len(edits.hidden), len(edits.pinned), edits.moved[0].section] == [1, 1, "speech-audio"]
    sheet.get_by_role("button", name=f"Show “{FIRST}” again").click()
    expect(sheet.locator("#side")).to_contain_text("Nothing hidden")
    for steps_left in range(4):
        expect(sheet.get_by_role("button", name="Undo")).to_be_enabled()
        sheet.keyboard.press("Control+z")
        expect(sheet.locator("#side")).to_contain_text(f"Revision {6 + steps_left}")
    expect(sheet.get_by_role("button", name="Undo")).to_be_disabled()
    after = read_issue(built)
    assert after.issue.sections == before.issue.sections
    assert (after.issue.more, after.issue.left_out) == (before.issue.more, before.issue.left_out)


def test_words_are_drawn_while_they_are_typed_and_kept_when_told(sheet: Page, built: Path) -> None:
    sheet.get_by_label("Introduction").fill("Hello **you**, see [this](https://example.org/a)\n\n<b>no</b>")
    expect(sheet.locator("#drawn b")).to_have_text("you")
    expect(sheet.locator("#drawn")).to_contain_text("<b>no</b>")
    sheet.get_by_label("Subject").fill("A subject that is longer than all the phones have room for")
    expect(sheet.locator("#inbox li", has_text="Outlook, phone")).to_contain_text("cut at 36")
    expect(sheet.get_by_text("not kept yet")).to_be_visible()
    assert read_issue(built).edits.introduction == ""
    sheet.keyboard.press("Control+s")
    expect(sheet.get_by_text("not kept yet")).to_be_hidden()
    stored = read_issue(built)
    assert stored.editions[0].subject.startswith("A subject that is longer")
    assert b"Hello <b>you</b>" in stored.html
    assert b"&lt;b&gt;no&lt;/b&gt;" in stored.html


def test_words_of_two_tabs_do_not_overwrite_each_other(
    sheet: Page, server: PreviewServer, built: Path
) -> None:
    other = sheet.context.new_page()
    other.goto(server.url + "editorial")
    other.get_by_label("Subject").fill("Theirs")
    sheet.get_by_label("Introduction").fill("Ours")
    sheet.keyboard.press("Control+s")
    expect(sheet.get_by_text("not kept yet")).to_be_hidden()
    other.get_by_label("Subject").focus()
    other.keyboard.press("Control+s")
    expect(other.get_by_text("not kept yet")).to_be_hidden()
    expect(other.get_by_label("Introduction")).to_have_value("Ours")
    edits = read_issue(built).edits
    assert (edits.introduction, edits.subject) == ("Ours", "Theirs")


def test_blanks_too_many_in_a_subject_keep_nobody_from_approving(sheet: Page) -> None:
    sheet.get_by_label("Subject").fill(" Our  subject ")
    sheet.keyboard.press("Control+s")
    expect(sheet.get_by_text("not kept yet")).to_be_hidden()
    expect(sheet.get_by_label("Subject")).to_have_value("Our subject")
    sheet.get_by_role("button", name="Approve revision 2").click()
    expect(sheet.locator(".approval")).to_contain_text("Exactly this is sent")


def test_what_somebody_writes_while_it_is_approved_is_not_approved(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = App.open(None)
    desk = EditorialDesk(Workshop(subject_of(SLUG, None, ISSUES), lambda: App.open(None)))
    seen = desk.sheet().digest

    def looked_up_just_before_a_change(name: str, ledger: Ledger | None, *, root: Path) -> AtHand:
        found = look_up(name, ledger, root=root)
        edit(found, Edits(subject=f"{found.must_be_stored().edits.subject}!"), app.recipe())
        return found

    monkeypatch.setattr("newsletter.preview.editorial_desk.look_up", looked_up_just_before_a_change)
    desk.approve(seen, at=datetime.now(UTC))
    with app.ledger() as ledger:
        approval = ApprovalStore(ledger.database).standing(SLUG)
    assert approval is not None
    assert approval.digest == seen
    assert digest_of(read_issue(built)) != seen


@pytest.mark.parametrize("step", ["change", "approve", "withdraw", "undo"])
def test_nothing_is_edited_with_a_configuration_that_was_never_right(
    built: Path, desk: Path, serve: Callable[[str], PreviewServer], ask: Callable[..., Any], step: str
) -> None:
    config = desk / "newsletter.toml"
    config.write_text("[newsletter\n" + config.read_text("utf-8"), "utf-8")
    before = (built / "issue.eml").read_bytes()
    server = serve(SLUG)
    asked = json.dumps({"do": "words", "subject": "Another"}).encode()
    own = {"Origin": server.url[: server.url.index("/", len("http://"))], "Content-Type": "application/json"}
    status, said, _ = ask(f"{server.url}editorial/{step}", headers=own, body=asked)
    assert (status, b"mend newsletter.toml first" in said) == (422, True)
    assert (built / "issue.eml").read_bytes() == before


def test_what_is_approved_is_what_is_sent_and_what_was_changed_since_is_refused(
    sheet: Page, server: PreviewServer, ask: Callable[..., Any], built: Path, mailroom: Mailroom
) -> None:
    sheet.get_by_label("Subject").fill("Our own subject")
    sheet.keyboard.press("Control+s")
    expect(sheet.get_by_text("not kept yet")).to_be_hidden()
    sheet.get_by_role("button", name="Approve revision 2").click()
    expect(sheet.locator(".approval")).to_contain_text("Exactly this is sent")
    sheet.get_by_role("button", name=f"Hide “{FIRST}”").click()
    expect(sheet.locator(".approval")).to_contain_text("changed since")
    assert "was changed since revision 2 of it was approved" in run("send", SLUG, "--dry-run").stderr
    refused = run("send", SLUG, "--yes")
    assert refused.exit_code == 2
    assert "was changed since revision 2 of it was approved" in refused.stderr
    assert mailroom.taken == []

    sheet.get_by_role("button", name="Approve revision 3").click()
    expect(sheet.locator(".approval")).to_contain_text("Exactly this is sent")
    shown = email.message_from_bytes(ask(server.url + "issue.eml")[1], policy=email.policy.default)
    assert "not yet ready" not in run("send", SLUG, "--dry-run").stderr
    assert run("send", SLUG, "--yes").exit_code == 0
    [(_, message)] = mailroom.taken
    got = email.message_from_bytes(message, policy=email.policy.default)
    assert got["Subject"] == shown["Subject"] == "Our own subject"
    for kind in ("html", "plain"):
        assert but_for_slots(got, kind) == but_for_slots(shown, kind)
    assert FIRST.encode() not in but_for_slots(got, "html")
    sheet.reload()
    expect(sheet.locator(".approval")).to_contain_text("Frozen")
    expect(sheet.get_by_role("button", name="Hide").first).to_be_disabled()
    assert but_for_slots(got, "html") == OWN.sub(b"", read_issue(built).html.rstrip())


def but_for_slots(message: Any, kind: str) -> bytes:
    text: str = message.get_body((kind,)).get_content()
    return OWN.sub(b"", text.replace("\r\n", "\n").encode()).rstrip()


def test_a_page_is_made_an_issue_before_it_is_edited(
    desk: Path, serve: Callable[[str], PreviewServer], tab: Page
) -> None:
    tab.goto(serve("few.jsonl").url + "editorial")
    expect(tab.locator("main")).to_contain_text("an edit needs a folder")
    tab.get_by_role("button", name="Make the issue").click()
    expect(tab.get_by_label("Introduction")).to_be_visible()
    assert (desk / "issues" / SLUG / "issue.json").is_file()
    tab.get_by_role("button", name=f"Hide “{FIRST}”").click()
    expect(tab.locator("#side")).to_contain_text("1 hidden")
    (desk / "newsletter.toml").write_text('[[sections]]\ntitle = "Own"\nkeywords = ["robot"]\n', "utf-8")
    tab.get_by_role("button", name="Make it again from the page").click()
    expect(place(tab, "Own")).to_contain_text(SECOND)
    expect(tab.locator("#side")).to_contain_text("1 hidden")
    tab.get_by_role("link", name="Mail", exact=True).click()
    expect(tab.locator("h1")).to_contain_text("Daily Papers")


def test_axe_is_content_with_edits_in_both_schemes(sheet: Page) -> None:
    sheet.get_by_role("button", name=f"Hide “{FIRST}”").click()
    expect(sheet.locator("#side")).to_contain_text("1 hidden")
    sheet.get_by_role("button", name=f"Pin “{SECOND}”").click()
    expect(sheet.locator(".tag", has_text="pinned")).to_be_visible()
    for scheme in ("light", "dark"):
        sheet.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert serious(sheet) == []


# --- attacks ---------------------------------------------------------------------------------------------


def post(server: PreviewServer, ask: Callable[..., Any], path: str, asked: object, **headers: str) -> Any:
    origin = {"Origin": f"http://127.0.0.1:{server.port}", "Content-Type": "application/json"}
    status, body, _ = ask(
        f"{server.url}editorial/{path}", headers=origin | headers, body=json.dumps(asked).encode()
    )
    return status, json.loads(body) if body.startswith(b"{") else {}


def test_another_page_approves_nothing(server: PreviewServer, ask: Callable[..., Any]) -> None:
    for path in ("approve", "change", "build", "undo", "withdraw", "draw"):
        for headers in (
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            assert post(server, ask, path, {}, **headers)[0] == 403


def test_only_the_state_that_was_looked_at_is_approved(
    server: PreviewServer, ask: Callable[..., Any]
) -> None:
    for digest in (None, "", "0" * 64, ["x"]):
        status, answer = post(server, ask, "approve", {"digest": digest})
        assert status == 422
        assert "changed since this page was drawn" in answer["message"]


HOSTILE = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    '<img src=x onerror="alert(1)">',
    "<style>*{display:none}</style>",
    "[x](data:text/html,<script>alert(1)</script>)",
]


def test_hostile_markdown_stays_text(server: PreviewServer, ask: Callable[..., Any], built: Path) -> None:
    for text in HOSTILE:
        words = {"do": "words", "introduction": text}
        status, answer = post(server, ask, "draw", words)
        assert status == 200
        for mark_up in (answer["drawn"], post(server, ask, "change", words)[1]["drawn"]):
            assert not re.search(r"<(?!/?(?:p|b|i|a)\b)", mark_up)
            assert not re.search(r'href="(?!https?:|mailto:)', mark_up)
        html = read_issue(built).html.decode()
        assert not re.search(r"<(?:script|img)\b|<[^<>]*\sonerror=|href=\"(?:javascript|data):", html)


REFUSED: list[tuple[object, str]] = [
    ({"do": "words", "introduction": "x" * 5001}, "5,001 characters"),
    ({"do": "words", "subject": "x" * 201}, "201 characters"),
    ({"do": "words", "subject": 7}, "expected a text"),
    ({"do": "words", "subject": "a\x00b"}, "cannot be printed"),
    ({"do": "pin", "paper": "nobody"}, "not in the issue"),
    ({"do": "explode", "paper": ["x"]}, "not in the issue"),
    ([], "expected an object"),
]


def test_what_cannot_be_done_is_refused_in_words(
    server: PreviewServer, ask: Callable[..., Any], built: Path
) -> None:
    for asked, said in REFUSED:
        status, answer = post(server, ask, "change", asked)
        assert status == 422
        assert said in answer["message"]
    assert read_issue(built).issue.revision == 1


def test_a_subject_adds_no_header(server: PreviewServer, ask: Callable[..., Any], built: Path) -> None:
    asked = {"do": "words", "subject": "Hello\r\nBcc: all@example.org", "preheader": "", "introduction": ""}
    assert post(server, ask, "change", asked)[0] == 200
    message = email.message_from_bytes(read_issue(built).message, policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["Subject"] == "Hello Bcc: all@example.org"
