"""Every view of the seed page in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from newsletter.app import App
from newsletter.model import Document
from newsletter.preview.server import PreviewServer
from newsletter.work.build import build
from tests.preview.conftest import watched_tab

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# The mail in the frame has its own tests.
RUN = """async () => {
    const found = await axe.run({exclude: ["iframe"]}, {resultTypes: ["violations"], iframes: false});
    return found.violations.map(({id, impact, nodes}) => ({id, impact, html: nodes.map(node => node.html)}));
}"""
PATHS = ("", "inbox", "text", "headers", "source", "checks", "size", "links", "difference", "test")
LOOKS = {
    "light": "rgb(255, 255, 255)",
    "dark": "rgb(25, 28, 32)",
    "gmail": "rgb(18, 18, 18)",
    "outlook": "rgb(25, 28, 32)",
}


@pytest.fixture
def opened(seed: PreviewServer, tab: Page) -> Page:
    tab.goto(seed.url)
    return tab


@pytest.fixture(scope="module")
def dark_phone(chromium: Browser) -> Iterator[Page]:
    with watched_tab(chromium, viewport={"width": 375, "height": 800}, color_scheme="dark") as page:
        yield page


@pytest.fixture(scope="module")
def light_desktop(chromium: Browser) -> Iterator[Page]:
    with watched_tab(chromium) as page:
        yield page


def serious(page: Page) -> list[dict[str, Any]]:
    page.evaluate(AXE)
    found: list[dict[str, Any]] = page.evaluate(RUN)
    return [one for one in found if one["impact"] in {"serious", "critical"}]


@pytest.mark.parametrize("path", PATHS)
def test_axe_holds_nothing_serious_against_a_view(few: PreviewServer, light_desktop: Page, path: str) -> None:
    light_desktop.goto(few.url + path)
    assert serious(light_desktop) == []


# In dark colours the plain suite looks at the view that has most of them.
@pytest.mark.parametrize(
    "path", [path if path == "checks" else pytest.param(path, marks=pytest.mark.slow) for path in PATHS]
)
def test_axe_holds_nothing_serious_against_a_dark_view_on_a_phone(
    few: PreviewServer, dark_phone: Page, path: str
) -> None:
    dark_phone.goto(few.url + path)
    assert serious(dark_phone) == []


@pytest.mark.parametrize("path", PATHS)
def test_nothing_scrolls_sideways_on_a_phone(seed: PreviewServer, dark_phone: Page, path: str) -> None:
    dark_phone.goto(seed.url + path)
    assert dark_phone.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_keyboard_reaches_every_view(opened: Page, desk: Path) -> None:
    del desk  # where no issue is the one before
    for key, heading in (
        ("i", "In the inbox"),
        ("p", "Plain text"),
        ("h", "Headers"),
        ("r", "Source"),
        ("c", "Nothing to mend"),
        ("s", "bytes"),
        ("l", "hosts"),
        ("d", "Nothing to compare with"),
        ("t", "Send a test"),
        ("m", "Daily Papers"),
    ):
        opened.keyboard.press(key)
        expect(opened.locator("h1")).to_contain_text(heading)
        opened.wait_for_load_state()  # then its script listens


def test_a_question_mark_lists_the_keys_and_they_can_be_switched_off(opened: Page) -> None:
    opened.keyboard.press("?")
    expect(opened.get_by_role("dialog")).to_contain_text("Next appearance")
    opened.get_by_label("Use single-key shortcuts").uncheck()
    opened.keyboard.press("Escape")
    expect(opened.get_by_role("dialog")).to_have_count(0)
    opened.keyboard.press("s")
    opened.wait_for_load_state()
    expect(opened.locator("h1")).to_contain_text("Daily Papers")


@pytest.mark.parametrize(("name", "widths"), [("Phone", [375]), ("Desktop", [600]), ("Both", [600, 375])])
def test_a_width_is_that_of_the_frame(opened: Page, name: str, widths: list[int]) -> None:
    opened.get_by_role("link", name=name, exact=True).click()
    expect(opened.locator("iframe")).to_have_count(len(widths))
    assert [round(box["width"]) for box in boxes(opened)] == widths


def boxes(page: Page) -> list[Any]:
    return [frame.bounding_box() for frame in page.locator("iframe").all()]


def test_the_free_width_is_dragged_or_set_by_keys(opened: Page) -> None:
    opened.get_by_role("link", name="Free", exact=True).click()
    grip = opened.get_by_label("Drag to change the width")
    box = grip.bounding_box()
    assert box
    opened.mouse.move(box["x"] + 7, box["y"] + 100)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 57, box["y"] + 100)
    opened.mouse.up()
    assert [round(one["width"]) for one in boxes(opened)] == [700]
    opened.get_by_role("slider", name="Width").press("ArrowRight")
    assert [round(one["width"]) for one in boxes(opened)] == [701]
    assert "px=701" in opened.url


@pytest.mark.parametrize("form", LOOKS)
def test_each_scheme_paints_the_mail(seed: PreviewServer, light_desktop: Page, form: str) -> None:
    light_desktop.goto(f"{seed.url}?width=desktop&as={form}")
    sheet = light_desktop.frame_locator("iframe").locator(".sheet").first
    assert sheet.evaluate("element => getComputedStyle(element).backgroundColor") == LOOKS[form]


def test_styles_can_be_stripped_and_everything_inverted(seed: PreviewServer, light_desktop: Page) -> None:
    light_desktop.goto(f"{seed.url}?width=desktop&as=unstyled")
    expect(light_desktop.frame_locator("iframe").locator("style")).to_have_count(0)
    light_desktop.goto(f"{seed.url}?width=desktop&as=inverted")
    root = light_desktop.frame_locator("iframe").locator("html")
    assert "invert(1)" in root.evaluate("element => getComputedStyle(element).filter")


def test_all_frames_begin_with_the_section_that_is_chosen(opened: Page) -> None:
    opened.keyboard.press("j")
    opened.get_by_label("Begin with the section").select_option("Robotics & Reinforcement Learning")
    opened.wait_for_url("**at=h2**")
    for number in (0, 1):
        heading = opened.frame_locator("iframe").nth(number).locator("#newsletter-mark")
        expect(heading).to_have_text("Robotics & Reinforcement Learning")
        expect(heading).to_be_in_viewport()
    opened.wait_for_load_state()
    opened.keyboard.press("k")
    expect(opened.get_by_label("Begin with the section")).not_to_have_value("")


def test_no_script_of_ours_or_theirs_reaches_into_the_mail(opened: Page) -> None:
    assert opened.evaluate("document.querySelector('iframe').contentDocument") is None


def test_a_card_leads_to_its_place_in_the_mail(seed: PreviewServer, tab: Page) -> None:
    tab.goto(seed.url + "size")
    tab.locator("summary", has_text="Time Series, Graphs & Tables").click()
    card = tab.locator("details[open] .cards a").last
    title = card.inner_text()
    card.click()
    marked = tab.frame_locator("iframe").locator("#newsletter-mark")
    expect(marked).to_have_text(title)
    expect(marked).to_be_in_viewport()


def test_what_a_check_finds_leads_to_its_place(
    desk: Path, serve: Callable[[str], PreviewServer], tab: Page
) -> None:
    theme = desk / "looks"
    theme.mkdir()
    masthead = (
        '<tr><td class="top"><h1 class="h1">{{ view.masthead }}</h1><p>one</p><img src="data:,"></td></tr>\n'
    )
    (theme / "masthead.mjml.j2").write_text(masthead.replace('"data:,">', '"data:," />'), "utf-8")
    (desk / "newsletter.toml").write_text('[theme]\nfolder = "looks"\n', "utf-8")
    tab.goto(serve("few.jsonl").url + "checks")
    finding = tab.locator(".finding.error", has_text="an image has no alt")
    finding.get_by_role("link", name="Show the place").click()
    marked = tab.frame_locator("iframe").locator("#newsletter-mark")
    assert marked.evaluate("element => element.tagName") == "IMG"
    assert "3px" in marked.evaluate("element => getComputedStyle(element).outline")


def test_a_fault_of_a_line_leads_to_the_line(seed: PreviewServer, light_desktop: Page) -> None:
    light_desktop.goto(seed.url + "source?part=html#L3")
    line = light_desktop.locator("#L3")
    expect(line).to_be_in_viewport()
    expect(line).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")


def test_the_difference_to_the_issue_before_is_shown(
    desk: Path, serve: Callable[[str], PreviewServer], tab: Page
) -> None:
    app = App.open(None)
    lines = (desk / "few.jsonl").read_text("utf-8").splitlines()
    for day, text in ((5, lines[0]), (6, "\n".join(lines[:2]).replace("Grasping", "Holding"))):
        document = Document(body=text.encode(), origin="x", day=date(2025, 11, day))
        build(document, app.recipe(), root=app.issues)
    tab.goto(serve("few.jsonl").url + "difference")
    expect(tab.locator("h1")).to_have_text("Since 2025-11-06")
    for title, paper in (
        ("In both issues", "Sparse attention"),
        ("New", "Grasping with a robot hand"),
        ("No longer there", "Holding with a robot hand"),
    ):
        part = tab.locator("details", has=tab.get_by_role("heading", name=title))
        expect(part.locator("ol")).to_contain_text(paper)
    expect(tab.get_by_role("row", name="Papers 2 3 +1")).to_be_visible()


def test_the_sizes_of_the_parts_add_up(seed: PreviewServer, light_desktop: Page) -> None:
    light_desktop.goto(seed.url + "size")
    figures = light_desktop.locator(".part-row .figure:not(.share)").all_inner_texts()
    total = light_desktop.locator("h1").inner_text().split()[0]
    assert sum(int(figure.replace(",", "")) for figure in figures) == int(total.replace(",", ""))


def test_the_links_are_listed_with_their_hosts(seed: PreviewServer, light_desktop: Page) -> None:
    light_desktop.goto(seed.url + "links")
    expect(light_desktop.locator(".chips")).to_contain_text("huggingface.co 75")
    expect(light_desktop.locator("tbody tr").last).to_contain_text("example.invalid")


def test_what_is_downloaded_is_what_is_sent(
    opened: Page, seed: PreviewServer, ask: Callable[..., Any], tmp_path: Path
) -> None:
    for kind in ("eml", "html"):
        with opened.expect_download() as waiting:
            opened.get_by_role("link", name=f".{kind}", exact=True).click()
        assert waiting.value.suggested_filename == f"2025-11-07.{kind}"
        waiting.value.save_as(tmp_path / kind)
        assert (tmp_path / kind).read_bytes() == ask(f"{seed.url}issue.{kind}")[1]
