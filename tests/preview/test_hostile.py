"""Text of strangers in every view, in a real browser: it is shown, and does nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from newsletter.preview.server import PreviewServer

ATTACKS = (
    "<script>window.hacked = 1</script>",
    '"><img src=x onerror="window.hacked = 1">',
    "</title></style></textarea></iframe><svg onload=window.hacked=1>",
    "{{ 7 * 7 }} {% raise %} ${window.hacked = 1}",
    "' onmouseover='window.hacked = 1' autofocus onfocus='window.hacked = 1",
    "]]><!-- <h2>not a section</h2> --><style>body { display: none }</style>",
    "<base href=https://evil.example/><meta http-equiv=refresh content=0;url=https://evil.example/>",
)
PATHS = (
    "",
    "inbox",
    "text",
    "headers",
    "source",
    "source?part=html",
    "checks",
    "size",
    "links",
    "difference",
)


@pytest.fixture
def opened(desk: Path, serve: Callable[[str], PreviewServer], tab: Page) -> tuple[PreviewServer, Page]:
    """An issue all of whose texts are attacks; the tab complains of whatever the policies had to stop."""
    papers = [
        {
            "title": f"{number} {attack}",
            "abstract": f"We show {attack}. It is fast.",
            "authors": [attack],
            "url": f"javascript:window.hacked={number}",
        }
        for number, attack in enumerate(ATTACKS)
    ]
    (desk / "few.jsonl").write_text("\n".join(map(json.dumps, papers)), "utf-8")
    name = json.dumps(ATTACKS[0])
    (desk / "newsletter.toml").write_text(f"[newsletter]\nname = {name}\n", "utf-8")
    tab.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    return serve("few.jsonl"), tab


def test_no_view_runs_what_a_title_says(opened: tuple[PreviewServer, Page]) -> None:
    server, tab = opened
    for path in PATHS:
        tab.goto(server.url + path)
        expect(tab.locator("h1")).to_be_visible()
        for frame in tab.frames:
            assert frame.evaluate("window.hacked") is None
    tab.goto(server.url + "links")
    expect(tab.locator("tbody")).not_to_contain_text("javascript:")


def test_an_address_decides_nothing_but_what_is_looked_at(
    opened: tuple[PreviewServer, Page], ask: Callable[..., tuple[int, bytes, object]]
) -> None:
    server, _ = opened
    for query in (
        "as=<script>", "width=<script>", "px=99999999999999999999", "px=x", "mark=h3.<script>",
        "mark=../../x.1",
        "mark=script.0", "at=h2.999999999", "at=%00", "mark=h3.0&at=h2.0&as=%0d%0aX:y",
    ):  # fmt: skip
        for path in ("", "frame.html"):
            status, body, _ = ask(f"{server.url}{path}?{query}")
            assert status == 200
            assert b"<script>" not in body


def test_a_mistake_is_shown_as_text(opened: tuple[PreviewServer, Page], desk: Path) -> None:
    server, tab = opened
    tab.goto(server.url)
    (desk / "newsletter.toml").write_text('["<img src=x onerror=alert(1)>"]\n', "utf-8")
    expect(tab.get_by_role("alert")).to_contain_text("<img src=x onerror=alert(1)>", timeout=8_000)
