"""What is wrong with sections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.config import default_sections
from newsletter.model import Paper, PlacingPolicy, Section
from newsletter.topics.background import background_of
from newsletter.topics.checking import check
from newsletter.topics.findings import Finding

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


def kinds(findings: tuple[Finding, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(finding.kind, finding.sections) for finding in findings]


def many(text_paper: MakePaper, text: str, count: int) -> list[Paper]:
    return [text_paper(f"{text} case{i}", f"About the {text} of case{i}.") for i in range(count)]


def test_an_example_that_names_no_paper_is_told(section: MakeSection, text_paper: MakePaper) -> None:
    here = replace(text_paper("Robots that fold"), ids={"arxiv": "2401.00001"})
    past = background_of([replace(text_paper("Robots that walk"), ids={"doi": "10.1/x"})])
    robots = section(
        "Robots",
        "robot",
        examples=("2401.00001", "10.1/x", "Robots that nobody knows", "https://arxiv.org/abs/2401.00001"),
        counterexamples=("2401.99999",),
    )
    first, second = check([robots], [here], background=past)
    assert (first.severity, first.kind, first.sections) == ("warning", "unknown-example", ("robots",))
    assert first.message.endswith("here: 'https://arxiv.org/abs/2401.00001'")
    assert "counterexamples" in second.message
    assert second.message.endswith("here: '2401.99999'")
    assert check([robots], []) == ()


# --- the configuration by itself -------------------------------------------------------------------------


def test_good_sections_are_left_alone(section: MakeSection) -> None:
    assert check([section("Robots", "robot"), section("Speech", "speech")], []) == ()


def test_the_built_in_sections_pass() -> None:
    assert check(default_sections(), []) == ()


def test_a_section_without_a_word_is_an_error(section: MakeSection) -> None:
    [finding] = check([section("…", "of the"), section("Robots", "robot")], [])
    assert (finding.severity, finding.kind) == ("error", "no-words")


def test_a_section_that_excludes_what_it_looks_for_is_an_error(section: MakeSection) -> None:
    [finding] = check([section("Robots", "surgical robots", "arm", exclude=("robot",))], [])
    assert (finding.severity, finding.kind) == ("error", "excludes-itself")
    assert "'surgical robots'" in finding.message
    assert "'arm'" not in finding.message


def test_a_keyword_in_two_sections_is_told_once_for_both(section: MakeSection) -> None:
    [finding] = check([section("Robots", "robot", "arm"), section("Arms", "ARMS", "robots")], [])
    assert kinds((finding,)) == [("shared-keyword", ("robots", "arms"))]
    assert "'robot'" in finding.message
    assert "'arm'" in finding.message


def test_keywords_that_are_the_same_or_find_nothing_are_told(section: MakeSection) -> None:
    findings = check([section("Robots", "robot", "Robots", "it")], [])
    assert kinds(findings) == [("idle-keyword", ("robots",)), ("repeated-keyword", ("robots",))]


def test_every_finding_says_what_to_change(section: MakeSection) -> None:
    sections = [
        section("A", "of"),
        section("…"),
        section("B", "b", "B", "c", exclude=("c",)),
        section("C", "b"),
    ]
    for finding in check(sections, []):
        assert finding.message
        assert finding.advice


# --- against papers --------------------------------------------------------------------------------------


def test_a_section_that_never_matches_is_told_with_who_took_its_papers(
    text_paper: MakePaper, section: MakeSection
) -> None:
    papers = [*many(text_paper, "robot arm", 30), *many(text_paper, "speech", 30)]
    sections = [
        section("Robot arms", "robot", "arm", "robot arm"),
        section("Speech", "speech"),
        section("Zebras", "zebra"),
        section("Case", "arm", min_score=0.0),
    ]
    findings = {
        finding.sections[-1]: finding
        for finding in check(sections, papers)
        if finding.kind == "never-matches"
    }
    assert set(findings) == {"zebras", "case"}
    assert "none holds one of its keywords" in findings["zebras"].message
    assert "30 of 30 that hold its keywords went to 'Robot arms'" in findings["case"].message


def test_a_threshold_that_nothing_reaches_is_told_with_the_best_score(
    text_paper: MakePaper, section: MakeSection
) -> None:
    papers = many(text_paper, "robot", 20)
    [finding] = check([section("Robots", "robot", min_score=1.0)], papers)
    assert finding.kind == "threshold"
    assert "its min_score" in finding.advice
    [finding] = check([section("Robots", "robot")], papers, policy=PlacingPolicy(min_score=1.0))
    assert "[topics]" in finding.advice


def test_a_section_that_takes_most_papers_is_told(text_paper: MakePaper, section: MakeSection) -> None:
    papers = [*many(text_paper, "robot", 20), *many(text_paper, "speech", 4), *many(text_paper, "whale", 4)]
    sections = [section("Robots", "robot"), section("Speech", "speech"), section("Whales", "whale")]
    assert kinds(check(sections, papers)) == [("swallows", ("robots",))]


def test_sections_that_fit_the_same_papers_overlap(text_paper: MakePaper, section: MakeSection) -> None:
    papers = [*many(text_paper, "robot gripper", 12), *many(text_paper, "speech", 12)]
    sections = [
        section("Machines", "robot", "gripper"),
        section("Hands", "gripper", "robot"),
        section("Speech", "speech"),
    ]
    assert ("overlap", ("hands", "machines")) in kinds(check(sections, papers))


def test_keywords_no_paper_holds_are_told_when_there_are_enough_papers(
    text_paper: MakePaper, section: MakeSection
) -> None:
    sections = [section("Robots", "robot", "zeppelin")]
    assert kinds(check(sections, many(text_paper, "robot", 100))) == [("unheard-keyword", ("robots",))]
    assert check(sections, many(text_paper, "robot", 50)) == ()


@pytest.mark.parametrize("count", [0, 1, 19])
def test_few_papers_say_nothing_about_sections(
    text_paper: MakePaper, section: MakeSection, count: int
) -> None:
    assert check([section("Zebras", "zebra")], many(text_paper, "robot", count)) == ()
