"""Earlier papers tell which terms are common, and can be kept as counts."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from newsletter.errors import TopicError
from newsletter.model import Paper, Section
from newsletter.topics import background_of, place, read_background, write_background
from newsletter.topics.background import shipped_background

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


def test_a_paper_counts_once_for_each_of_its_terms(text_paper: MakePaper) -> None:
    background = background_of([text_paper("Robots", "A robot meets robots."), text_paper("A robot arm")])
    assert background.papers == 2
    assert background.counts["robot"] == 2
    assert background.counts["robot arm"] == 1


def test_no_papers_are_a_background_that_changes_nothing(text_paper: MakePaper, section: MakeSection) -> None:
    papers, sections = [text_paper("Speech for robots")], [section("Speech"), section("Robotics", "robot")]
    assert place(papers, sections, background=background_of([])) == place(papers, sections)


def test_counts_survive_a_file_and_give_the_same_bytes(text_paper: MakePaper, section: MakeSection) -> None:
    past = background_of(text_paper(f"Whale song {i}", "Songs of whales at sea") for i in range(9))
    first, second = io.BytesIO(), io.BytesIO()
    write_background(past, first)
    write_background(past, second)
    assert first.getvalue() == second.getvalue()
    again = read_background(io.BytesIO(first.getvalue()))
    assert (again.papers, again.counts) == (past.papers, past.counts)
    papers, sections = [text_paper("Songs at sea")], [section("Whales", "whale song"), section("Robots")]
    assert place(papers, sections, background=again) == place(papers, sections, background=past)


@pytest.mark.parametrize("content", [b"", b"not a file of arrays", b"PK\x03\x04 broken"])
def test_a_broken_file_says_how_to_build_another(content: bytes) -> None:
    with pytest.raises(TopicError, match="cannot be read") as caught:
        read_background(io.BytesIO(content))
    assert caught.value.hint is not None


def test_what_ships_knows_thousands_of_papers_and_none_of_their_texts() -> None:
    background = shipped_background()
    assert background.papers > 5000
    assert background.pool is not None
    assert background.pool.counts.shape[0] < background.papers / 2
    assert background.pool.names == ()


def test_the_statistics_are_built_by_a_command(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "Whales sing", "abstract": "They sing at sea"}\n' * 9, "utf-8")
    out = tmp_path / "background.npz"
    command = [sys.executable, "-m", "newsletter.topics.background", str(papers), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("9 papers, ")
    with out.open("rb") as file:
        assert read_background(file).counts["whale"] == 9


def test_a_line_that_is_no_paper_is_named(tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"title": "Whales"}\n[1]\n', "utf-8")
    command = [sys.executable, "-m", "newsletter.topics.background", str(papers), "-o", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "line 2" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
