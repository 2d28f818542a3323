"""Strangers' text comes out as text and never breaks an issue."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import html5lib
import pytest
from click.testing import CliRunner

from newsletter.cli import cli
from newsletter.rendering.subject import shortened

PAPERS_PER_PAGE = 60
MAX_TITLE_CHARS = 300


def page_of(texts: list[str]) -> str:
    """A page that has each text as a title, in an abstract, and between harmless papers."""
    blocks = ["new", "Daily Papers", "Nov 7"]
    for number, text in enumerate(texts):
        blocks += [
            f"{text} number {number}",
            f"We study the language model {number}. {text} It works.",
            "  • 3 authors\n·\nOct 2, 2024",
        ]
    return "\n\n".join(blocks) + "\n"


def one_line(text: str) -> str:
    """A page is read line by line: what breaks a line is no part of a title."""
    return " ".join(text.split())


def corpora(test_data: Path) -> Iterator[tuple[str, list[str]]]:
    yield "blns", json.loads((test_data / "corpora" / "blns" / "blns.json").read_text("utf-8"))
    xss = sorted((test_data / "corpora" / "xss").rglob("*.test"))
    yield "xss", [path.read_text("utf-8", "replace") for path in xss]
    trees = sorted((test_data / "corpora" / "html5lib").rglob("*.dat"))
    found = [
        case
        for path in trees
        for case in re.findall(r"#data\n(.*?)\n#errors", path.read_text("utf-8", "replace"), re.DOTALL)
    ]
    yield "html5lib", found[:: max(1, len(found) // 300)]


INJECTIONS = [
    "=?utf-8?q?Hi=0D=0ABcc:_evil@example.org?=",
    "=?utf-8?b?DQpCY2M6IGV2aWxAZXhhbXBsZS5vcmc=?=",
    "=??Q?=0D",
    "Title\u2028Bcc: evil@example.org",
    "Title\u0085Bcc: evil@example.org",
    "Title\x0bBcc: evil@example.org",
    "\u202etxet desrever\u202c",
    "{{7*7}} {% raw %} {# x #} ${x} <% x %>",
    "</mj-raw><mj-include path='/etc/passwd' /><mj-raw>",
    "<script>alert(1)</script><style>*{display:none}</style>",
    "slot0000000000000000unsubscribeurlend",
    "<![endif]--><!--[if mso]>",
    "a" * 3000,
]


def build(tmp_path: Path, texts: list[str]) -> tuple[Path, list[dict[str, object]]]:
    runner = CliRunner()
    page = tmp_path / "page.txt"
    page.write_text(page_of(texts), "utf-8", newline="\n")
    inspected = runner.invoke(cli, ["inspect", str(page), "--date", "2025-11-07", "--json"])
    assert inspected.exit_code == 0, inspected.output
    out = tmp_path / "out"
    built = runner.invoke(cli, ["build", str(page), "--date", "2025-11-07", "--out", str(out), "--force"])
    assert built.exit_code == 0, built.output
    return out, json.loads(inspected.stdout)["papers"]


def check(folder: Path, papers: list[dict[str, object]]) -> None:
    html = (folder / "issue.html").read_text("utf-8")
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(html)
    dangerous = {"script", "iframe", "object", "embed", "form", "img", "base", "svg", "math", "link"}
    assert dangerous.isdisjoint({element.tag for element in tree.iter()})
    assert len([e for e in tree.iter("style") if "display:none}" in (e.text or "")]) == 0
    for link in tree.iter("a"):
        assert link.get("href", "").startswith(("https://", "http://", "mailto:"))
        assert not [name for name in link.attrib if name.startswith("on")]
    texts = {" ".join("".join(e.itertext()).split()) for e in tree.iter("a")}
    for paper in papers:
        assert shortened(str(paper["title"]), MAX_TITLE_CHARS) in texts
    message = email.message_from_bytes((folder / "issue.eml").read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert message.keys().count("To") == 1
    assert "Bcc" not in message
    assert not message.defects


def test_strings_made_to_break_headers_templates_and_markup_stay_text(tmp_path: Path) -> None:
    folder, papers = build(tmp_path, INJECTIONS)
    assert len(papers) == len(INJECTIONS)
    check(folder, papers)


def test_no_injection_as_the_leading_title_adds_a_header(tmp_path: Path) -> None:
    """The first title is in the subject."""
    for number, text in enumerate(INJECTIONS):
        folder = tmp_path / str(number)
        folder.mkdir()
        check(*build(folder, [text]))


@pytest.mark.parametrize("name", ["blns", "xss", "html5lib"])
def test_the_sets_of_hostile_strings_stay_text(tmp_path: Path, test_data: Path, name: str) -> None:
    texts = [one_line(text) for text in dict(corpora(test_data))[name]]
    texts = [text for text in texts if text]
    assert len(texts) >= 15
    for start in range(0, len(texts), PAPERS_PER_PAGE):
        folder = tmp_path / str(start)
        folder.mkdir()
        some = texts[start : start + PAPERS_PER_PAGE]
        issue, papers = build(folder, some)
        assert len(papers) == len(some)
        check(issue, papers)
