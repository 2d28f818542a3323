"""A person shapes their sections in a real browser, and the file says what they meant."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.config import starter_text
from newsletter.preview.server import PreviewServer
from tests.preview.conftest import watched_tab
from tests.preview.test_views import serious

FILE = """\
# my digest
[newsletter]
name = "Daily Papers"   # ours

# machines that read
[[sections]]
title = "Language"
keywords = ["language model", "attention"]   # words

# machines that move
[[sections]]
title = "Robots"
keywords = ["robot"]
max_papers = 3   # enough
"""
ROBOT = "Grasping with a robot hand"


@pytest.fixture
def file(desk: Path) -> Path:
    path = desk / "newsletter.toml"
    path.write_text(FILE, "utf-8")
    return path


@pytest.fixture
def server(file: Path, serve: Callable[[str], PreviewServer]) -> PreviewServer:
    del file
    return serve("few.jsonl")


@pytest.fixture
def board(server: PreviewServer, tab: Page) -> Page:
    tab.goto(server.url + "topics")
    return tab


def paper(page: Page, title: str) -> Any:
    return page.locator("[data-paper]", has_text=title)


def section(page: Page, title: str) -> Any:
    return page.locator(".topic", has=page.get_by_role("heading", name=title, exact=True))


def changed(old: str, new: str) -> list[str]:
    lines = difflib.ndiff(old.splitlines(), new.splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_a_paper_is_dragged_listed_saved_and_taken_back(board: Page, file: Path) -> None:
    paper(board, ROBOT).drag_to(board.locator(".drops [data-drop=language]"))
    expect(board.locator("#moves")).to_contain_text("1 of 3 papers move")
    expect(board.locator("#moves li")).to_have_text(f"{ROBOT}Robots →now Language")
    expect(section(board, "Language")).to_contain_text(ROBOT)
    assert file.read_text("utf-8") == FILE

    board.get_by_role("button", name="Save", exact=True).click()
    expect(board.locator("#side")).to_contain_text("Nothing is changed")
    assert changed(FILE, file.read_text("utf-8")) == [
        f'+ examples = ["{ROBOT}"]',
        f'+ counterexamples = ["{ROBOT}"]',
    ]
    board.get_by_role("button", name="Undo the last save").click()
    expect(board.locator("#side")).to_contain_text("1 change, not saved")
    assert file.read_text("utf-8") == FILE


def test_the_keyboard_moves_a_paper_and_steps_are_taken_back(board: Page) -> None:
    menu = paper(board, ROBOT).get_by_label(f"Move “{ROBOT}” to")
    menu.focus()
    menu.select_option("Language")
    expect(board.locator("#side")).to_contain_text("1 change, not saved")
    expect(board.locator(f"[aria-label='Move “{ROBOT}” to']")).to_be_focused()
    board.keyboard.press("Control+z")
    expect(board.locator("#side")).to_contain_text("Nothing is changed")
    expect(section(board, "Robots")).to_contain_text(ROBOT)
    board.keyboard.press("Control+Shift+z")
    expect(section(board, "Language")).to_contain_text(ROBOT)
    board.keyboard.press("Control+s")
    expect(board.locator("#said")).to_contain_text("saved in newsletter.toml")


def test_words_limits_titles_and_order_are_changed_and_comments_stay(board: Page, file: Path) -> None:
    robots = section(board, "Robots")
    robots.get_by_label("Add a keyword to Robots").fill("diffusion")
    board.keyboard.press("Enter")
    expect(board.locator("#moves")).to_contain_text("Diffusion models for images")
    robots.get_by_label("Exclude a term from Robots").fill("cups")
    board.keyboard.press("Enter")
    expect(section(board, "More papers")).to_contain_text(ROBOT)
    robots.get_by_text("Title, threshold, limit").click()
    robots.get_by_label("At most").fill("7")
    robots.get_by_label("Title", exact=True).click()
    expect(board.locator("#side")).to_contain_text("3 changes, not saved")
    robots.get_by_label("Threshold").press("ArrowRight")
    expect(board.locator("#side")).to_contain_text("4 changes, not saved")
    robots.get_by_label("Title", exact=True).fill("Things that move")
    board.keyboard.press("Enter")
    moving = section(board, "Things that move")
    moving.get_by_role("button", name="Move Things that move up").click()
    expect(board.locator("#side")).to_contain_text("6 changes, not saved")
    section(board, "Language").get_by_role("button", name="Remove the keyword attention").click()
    board.get_by_role("button", name="Save", exact=True).click()
    expect(board.locator("#side")).to_contain_text("Nothing is changed")

    text = file.read_text("utf-8")
    first, second = tomllib.loads(text)["sections"]
    assert first == {
        "title": "Things that move",
        "slug": "robots",
        "keywords": ["robot", "diffusion"],
        "exclude": ["cups"],
        "max_papers": 7,
        "min_score": 0.06,
    }
    assert second == {"title": "Language", "keywords": ["language model"]}
    for comment in (
        "# my digest",
        "# ours",
        "# machines that read",
        "# words",
        "# machines that move",
        "# enough",
    ):
        assert comment in text


def test_a_change_made_in_an_editor_is_never_overwritten(board: Page, file: Path) -> None:
    section(board, "Robots").get_by_label("Add a keyword to Robots").fill("grasping")
    board.keyboard.press("Enter")
    expect(board.locator("#side")).to_contain_text("1 change, not saved")
    theirs = FILE.replace('"Robots"', '"Machines"\nslug = "robots"')
    file.write_text(theirs, "utf-8")
    contested = board.locator("#contested")
    expect(contested).to_contain_text("The file was changed elsewhere", timeout=10_000)
    board.get_by_role("button", name="Save", exact=True).click()
    expect(board.locator("#said")).to_contain_text("was changed by somebody else meanwhile")
    assert file.read_text("utf-8") == theirs

    contested.get_by_role("button", name="Keep mine as a draft").click()
    expect(contested).to_have_count(0)
    expect(section(board, "Machines")).to_contain_text("grasping")
    board.get_by_role("button", name="Save", exact=True).click()
    expect(board.locator("#side")).to_contain_text("Nothing is changed")
    assert changed(theirs, file.read_text("utf-8")) == [
        '- keywords = ["robot"]',
        '+ keywords = ["robot", "grasping"]',
    ]


def test_theirs_can_be_loaded_instead(board: Page, file: Path) -> None:
    section(board, "Robots").get_by_text("Title, threshold, limit").click()
    section(board, "Robots").get_by_role("button", name="Delete the section").click()
    expect(section(board, "Robots")).to_have_count(0)
    file.write_text(FILE.replace("Language", "Reading"), "utf-8")
    board.locator("#contested").get_by_role("button", name="Reload theirs").click(timeout=10_000)
    expect(section(board, "Reading")).to_be_visible()
    expect(section(board, "Robots")).to_be_visible()


def test_a_group_becomes_a_section_with_one_click(
    desk: Path, serve: Callable[[str], PreviewServer], tab: Page
) -> None:
    path = desk / "newsletter.toml"
    path.write_text('# mine\n[[sections]]\ntitle = "Speech"\nkeywords = ["speech"]\n', "utf-8")
    tab.goto(serve("page.txt").url + "topics")
    group = tab.locator(".group").first
    title = group.locator("h3").inner_text()
    group.get_by_role("button", name="Make it a section").click()
    expect(section(tab, title).locator(".topic-paper").first).to_be_visible()
    expect(tab.locator("#moves")).to_contain_text(title)
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#side")).to_contain_text("Nothing is changed")
    text = path.read_text("utf-8")
    assert text.startswith("# mine\n")
    assert [one["title"] for one in tomllib.loads(text)["sections"]] == ["Speech", title]


def test_without_a_file_saving_makes_one_and_undoing_that_takes_it_away(
    desk: Path, serve: Callable[[str], PreviewServer], tab: Page
) -> None:
    tab.goto(serve("few.jsonl").url + "topics")
    tab.get_by_label("Add a keyword to Language Models").fill("sparse")
    tab.keyboard.press("Enter")
    tab.get_by_role("button", name="Save", exact=True).click()
    expect(tab.locator("#said")).to_contain_text("saved in")
    path = desk / "newsletter.toml"
    assert changed(starter_text(), path.read_text("utf-8"))[-1].endswith('"sparse",')
    tab.get_by_role("button", name="Undo the last save").click()
    expect(tab.locator("#side")).to_contain_text("1 change, not saved")
    assert not path.exists()


@pytest.fixture(scope="module")
def dark_phone(chromium: Browser) -> Iterator[Page]:
    with watched_tab(chromium, viewport={"width": 375, "height": 800}, color_scheme="dark") as page:
        yield page


@pytest.mark.parametrize("path", ["topics", "editorial"])
def test_on_a_phone_nothing_scrolls_sideways_and_axe_is_content(
    few: PreviewServer, seed: PreviewServer, dark_phone: Page, path: str
) -> None:
    dark_phone.goto(seed.url + path)
    assert dark_phone.evaluate("document.documentElement.scrollWidth") <= 375
    dark_phone.goto(few.url + path)
    assert serious(dark_phone) == []


def test_axe_is_content_with_a_draft_in_light_colours(board: Page) -> None:
    paper(board, ROBOT).get_by_label(f"Move “{ROBOT}” to").select_option("Language")
    expect(board.locator("#moves")).to_contain_text("1 of 3 papers move")
    for summary in board.locator("summary").all():
        summary.click()
    assert serious(board) == []


# --- attacks ---------------------------------------------------------------------------------------------


def change(server: PreviewServer, ask: Callable[..., Any], asked: object, **headers: str) -> tuple[int, Any]:
    origin = {"Origin": f"http://127.0.0.1:{server.port}", "Content-Type": "application/json"}
    status, body, _ = ask(
        server.url + "topics/change", headers=origin | headers, body=json.dumps(asked).encode()
    )
    return status, json.loads(body) if body.startswith(b"{") else body


KEYWORD = {"do": "add-keyword", "section": "robots", "text": "arm"}


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_another_page_changes_nothing(
    server: PreviewServer, ask: Callable[..., Any], headers: dict[str, str]
) -> None:
    assert change(server, ask, KEYWORD, **headers)[0] == 403
    for path in ("save", "undo", "discard", "keep", "undo-save"):
        assert ask(f"{server.url}topics/{path}", headers={"Origin": "null"}, body=b"{}")[0] == 403


def test_without_the_key_nothing_is_changed(server: PreviewServer, ask: Callable[..., Any]) -> None:
    origin = f"http://127.0.0.1:{server.port}"
    for path in ("topics/change", "topics/save", "editorial/change", "editorial/approve", "editorial/build"):
        assert ask(f"{origin}/{path}", headers={"Origin": origin}, body=b"{}")[0] == 403


HOSTILE = ['"]\n[evil]\nx = ["', "<script>alert(1)</script>", "'''\n\"\"\"", "[[sections]]", "a\\u0000b # c"]


def test_a_hostile_keyword_is_a_keyword(server: PreviewServer, ask: Callable[..., Any], file: Path) -> None:
    taken = []
    for text in HOSTILE:
        status, answer = change(server, ask, {"do": "add-keyword", "section": "robots", "text": text})
        assert status in {200, 422}
        assert "<script>" not in f"{answer.get('board')}{answer.get('side')}"
        taken += [" ".join(text.split())] if status == 200 else []
    origin = {"Origin": f"http://127.0.0.1:{server.port}", "Content-Type": "application/json"}
    assert ask(server.url + "topics/save", headers=origin, body=b"{}")[0] == 200
    data = tomllib.loads(file.read_text("utf-8"))
    assert set(data) == {"newsletter", "sections"}
    assert "<script>alert(1)</script>" in taken
    assert data["sections"][1]["keywords"] == ["robot", *taken]


REFUSED: list[tuple[object, str]] = [
    ([], "expected an object"),
    ({"do": "explode", "section": "robots"}, "nothing is known"),
    ({"do": "add-keyword", "section": "../../etc", "text": "x"}, "not there any more"),
    ({"do": "add-keyword", "section": ["robots"], "text": "x"}, "not there any more"),
    ({"do": "add-keyword", "section": "robots", "text": "\x1b[2J"}, "printable"),
    ({"do": "add-keyword", "section": "robots", "text": "x" * 999}, "at most 200"),
    ({"do": "add-keyword", "section": "robots", "text": "!!!"}, "no word"),
    ({"do": "remove-keyword", "section": "robots", "text": "robot"}, "the last keyword"),
    ({"do": "threshold", "section": "robots", "value": 2}, "from 0 to 1"),
    ({"do": "threshold", "section": "robots", "value": True}, "from 0 to 1"),
    ({"do": "cap", "section": "robots", "value": "9"}, "from 0 to 500"),
    ({"do": "move", "paper": "nobody", "to": "robots"}, "not here any more"),
    ({"do": "new", "title": "Robots", "keywords": "a"}, "robots"),
    ({"do": "create", "group": "Nothing"}, "no words of its own"),
]


def test_what_cannot_be_done_is_refused_in_words(
    server: PreviewServer, ask: Callable[..., Any], file: Path
) -> None:
    for asked, said in REFUSED:
        status, answer = change(server, ask, asked)
        assert status == 422
        assert said in answer["message"]
    assert file.read_text("utf-8") == FILE
