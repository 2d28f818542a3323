"""`newsletter sources`: what there is, what comes, and what is wrong with it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.http.serving import Reply, Website, website

ROOT = Path(__file__).parents[2]
FEED = (ROOT / "fixtures" / "sources" / "journal_rss2.xml").read_bytes()
PAGE = (ROOT / "fixtures" / "daily_papers.txt").read_bytes()

Run = Callable[..., Result]


@pytest.fixture
def journal() -> Iterator[Website]:
    with website() as site:
        yield site


@pytest.fixture
def configured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, journal: Website) -> Path:
    """A saved page, and a journal that serves a feed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NEWSLETTER_CONFIG", raising=False)
    url = journal.answer("/feed", Reply(FEED, headers={"Content-Type": "application/rss+xml", "ETag": '"1"'}))
    (tmp_path / "saved").mkdir()
    (tmp_path / "saved" / "page.txt").write_bytes(PAGE)
    (tmp_path / "newsletter.toml").write_text(
        '[fetching]\nallow_hosts = ["127.0.0.1"]\n'
        '[sources.disk]\nkind = "folder"\npath = "saved"\n'
        f'[sources.journal]\nkind = "url"\nurl = "{url}"\n'
        '[sources.off]\nkind = "url"\nurl = "https://example.org/"\nenabled = false\n',
        "utf-8",
    )
    return tmp_path


def test_the_list_says_what_is_in_use_and_what_else_there_is(configured: Path, newsletter: Run) -> None:
    del configured
    done = newsletter("sources", "list")
    assert [line.split() for line in done.stdout.splitlines() if line.strip() and "─" not in line] == [
        ["Source", "Kind", "In", "use"],
        ["disk", "folder", "yes"],
        ["journal", "url", "yes"],
        ["off", "url", "no"],
    ]
    assert "[sources.arxiv] uses one" in done.stderr
    data = json.loads(newsletter("sources", "list", "--json").stdout)
    assert data["sources"][2] == {"name": "off", "kind": "url", "is_enabled": False}
    assert "hf" in data["kinds"]


def test_fetch_says_what_came_and_what_could_not_be_read(configured: Path, newsletter: Run) -> None:
    del configured
    done = newsletter("sources", "fetch")
    assert done.exit_code == 0, done.output
    rows = [line.split() for line in done.stdout.splitlines()]
    assert ["disk", "folder", "1", "75", "2"] in rows
    assert any(row[:3] == ["journal", "url", "1"] for row in rows)
    assert "saved/page.txt, line 151: a paper without authors and date; expected a line" in done.stdout


def test_what_did_not_change_is_told(configured: Path, newsletter: Run, journal: Website) -> None:
    del configured
    newsletter("sources", "fetch", "journal")
    journal.answer("/feed", Reply(status=304))
    done = newsletter("sources", "fetch", "journal")
    assert "unchanged" in done.stdout
    assert journal.seen[1].headers["if-none-match"] == '"1"'


def test_what_fails_is_told_and_the_others_go_on(configured: Path, newsletter: Run, journal: Website) -> None:
    del configured
    journal.answer("/feed", Reply(b"<html><title>Moved</title>", status=410))
    done = newsletter("sources", "fetch")
    assert done.exit_code == 3
    assert "75" in done.stdout
    assert "failed" in done.stdout
    assert f"error: journal: {journal.url}/feed: 410 Gone: Moved" in done.stderr
    assert "hint: what was there is gone for good" in done.stderr


def test_what_came_is_saved_as_it_came_and_can_be_built(configured: Path, newsletter: Run) -> None:
    done = newsletter("sources", "fetch", "--save", "kept/today", "--json")
    assert done.exit_code == 0, done.output
    disk, journal = json.loads(done.stdout)["sources"]
    assert [document["saved"] for document in disk["documents"]] == ["kept/today/disk-1.txt"]
    assert [document["saved"] for document in journal["documents"]] == ["kept/today/journal-1.xml"]
    saved = configured / "kept" / "today" / "journal-1.xml"
    assert saved.read_bytes() == FEED
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert newsletter("inspect", str(saved)).exit_code == 0


def test_data_say_all_that_is_known(configured: Path, newsletter: Run, journal: Website) -> None:
    del configured
    done = newsletter("sources", "fetch", "journal", "--json", "--date", "2025-11-07")
    data = json.loads(done.stdout)
    assert data["day"] == "2025-11-07"
    [source] = data["sources"]
    assert (source["source"], source["kind"], source["error"]) == ("journal", "url", None)
    [document] = source["documents"]
    assert (document["origin"], document["media_type"]) == (f"{journal.url}/feed", "application/rss+xml")
    assert (document["bytes"], document["unchanged"], document["papers"]) == (
        len(FEED),
        False,
        source["papers"],
    )


def test_check_asks_each_and_ends_with_8_if_one_fails(
    configured: Path, newsletter: Run, journal: Website
) -> None:
    del configured
    done = newsletter("sources", "check")
    assert done.exit_code == 0, done.output
    assert "disk: 75 papers in saved/page.txt" in done.stdout
    journal.answer("/feed", Reply(b"<!doctype html><title>Log in</title>"))
    done = newsletter("sources", "check")
    assert done.exit_code == 8
    assert f'error: journal: {journal.url}/feed: an HTML page titled "Log in", which no parser' in done.stdout
    data = json.loads(newsletter("sources", "check", "journal", "--json").stdout)
    assert "Log in" in data["sources"][0]["error"]


def test_a_source_out_of_use_can_be_asked_by_its_name(configured: Path, newsletter: Run) -> None:
    text = (configured / "newsletter.toml").read_text("utf-8")
    changed = text.replace('"https://example.org/"', '"https://127.0.0.2/"')
    (configured / "newsletter.toml").write_text(changed, "utf-8")
    done = newsletter("sources", "check", "off")
    assert "https://127.0.0.2/: " in done.stdout or "127.0.0.2 leads to" in done.stdout
    assert done.exit_code == 8


def test_a_name_that_is_not_there_is_told(configured: Path, newsletter: Run) -> None:
    del configured
    done = newsletter("sources", "fetch", "nature")
    assert done.exit_code == 2
    assert "no source 'nature'; the configuration has disk, journal, off" in done.stderr


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ('[sources.x]\nkind = "ulr"', "newsletter.toml, line 2, sources.x.kind: no source 'ulr'"),
        ('[sources.x]\nkind = "url"\nulr = "a"', "newsletter.toml, line 3, sources.x.ulr: unknown key 'ulr'"),
        (
            '[fetching]\nallow_hosts = ["*"]',
            "newsletter.toml, line 2, fetching.allow_hosts[1]: expected a host",
        ),
        (
            '[sources.semanticscholar]\nquery = "x"\napi_key = "s3cret"',
            "a secret does not belong into the file",
        ),
    ],
)
@pytest.mark.parametrize("command", ["check", "show"])
def test_the_configuration_of_sources_is_checked_with_the_rest(
    table: str, complaint: str, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, newsletter: Run
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "newsletter.toml").write_text(table, "utf-8")
    done = newsletter("config", command)
    assert "s3cret" not in done.output
    if command == "check" or "secret" in complaint:
        assert done.exit_code == 2
        assert complaint in done.stderr


def test_nothing_that_a_server_says_moves_the_cursor(
    configured: Path, newsletter: Run, journal: Website
) -> None:
    del configured
    journal.answer(
        "/feed",
        Reply(
            b'{"error": "\x1b]0;owned\x07\x1b[2J gone"}'.replace(b"\x1b", b"\\u001b").replace(
                b"\x07", b"\\u0007"
            ),
            status=400,
        ),
    )
    done = newsletter("sources", "fetch", "journal")
    assert "gone" in done.stderr
    assert "\x1b" not in done.output
    assert "\x07" not in done.output
