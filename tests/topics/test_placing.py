"""Papers find their homes, and say why."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from newsletter.errors import TopicError
from newsletter.model import Evidence, Paper, PlacingPolicy, Section
from newsletter.topics import place

MakePaper = Callable[..., Paper]
MakeSection = Callable[..., Section]


@pytest.fixture
def sections(section: MakeSection) -> list[Section]:
    return [
        section("Speech", "speech recognition", "audio", description="Spoken language and sound"),
        section("Robotics", "robot", "manipulation", description="Machines that move"),
        section("Language", "language model", "LLM", description="Models of text"),
    ]


@pytest.fixture
def robot_paper(text_paper: MakePaper) -> Paper:
    return text_paper("Robots that fold", "A robot arm folds shirts after manipulation training.")


@pytest.fixture
def llm_paper(text_paper: MakePaper) -> Paper:
    return text_paper("Pruning large language models", "We prune LLMs and keep their accuracy.")


@pytest.fixture
def mixed_paper(text_paper: MakePaper) -> Paper:
    return text_paper("A language model for robots", "The robot asks a language model and obeys it.")


# --- homes -----------------------------------------------------------------------------------------------


def test_papers_go_to_the_section_whose_words_they_use_in_the_order_they_came(
    robot_paper: Paper, llm_paper: Paper, sections: list[Section]
) -> None:
    placements = place([llm_paper, robot_paper], sections)
    assert [(p.paper, p.section) for p in placements] == [(llm_paper, "language"), (robot_paper, "robotics")]


def test_a_paper_that_matches_nothing_has_no_home(text_paper: MakePaper, sections: list[Section]) -> None:
    [placement] = place([text_paper("On the shape of whales", "Whales are large.")], sections)
    assert (placement.section, placement.score, placement.also_fits) == (None, 0.0, ())
    assert placement.evidence == Evidence()


def test_a_paper_under_the_threshold_has_no_home_and_says_what_came_nearest(
    robot_paper: Paper, sections: list[Section]
) -> None:
    [placement] = place([robot_paper], sections, policy=PlacingPolicy(min_score=0.99))
    assert placement.section is None
    assert placement.evidence.nearest is not None
    assert placement.evidence.nearest.section == "robotics"
    assert placement.evidence.nearest.score == placement.score
    assert placement.evidence.margin == pytest.approx(0.99 - placement.score)
    assert "robot" in placement.evidence.keyword_hits


def test_a_sections_own_threshold_outranks_the_policy(mixed_paper: Paper, section: MakeSection) -> None:
    strict = section("Robotics", "robot", min_score=1.0)
    loose = section("Language", "language model", min_score=0.0)
    [placement] = place([mixed_paper], [strict, loose], policy=PlacingPolicy(min_score=0.9))
    assert placement.section == "language"


def test_a_threshold_of_zero_still_asks_for_something_in_common(
    text_paper: MakePaper, sections: list[Section]
) -> None:
    [placement] = place([text_paper("Whales")], sections, policy=PlacingPolicy(min_score=0.0))
    assert placement.section is None


def test_other_sections_over_the_threshold_are_named_best_first(
    mixed_paper: Paper, sections: list[Section], section: MakeSection
) -> None:
    [placement] = place([mixed_paper], [*sections, section("Asking", "asks")])
    scores = [fit.score for fit in placement.also_fits]
    assert placement.section not in {fit.section for fit in placement.also_fits}
    assert {fit.section for fit in placement.also_fits} >= {"asking"}
    assert scores == sorted(scores, reverse=True)
    assert placement.score >= scores[0]


def test_of_equal_sections_the_earlier_is_the_home(robot_paper: Paper, section: MakeSection) -> None:
    twins = [section("Robots", "robot", slug="first"), section("Robots", "robot", slug="second")]
    [placement] = place([robot_paper], twins)
    assert placement.section == "first"
    assert placement.evidence.margin == 0


# --- keywords --------------------------------------------------------------------------------------------


def test_a_keyword_in_the_title_weighs_more_than_in_the_abstract(
    text_paper: MakePaper, section: MakeSection
) -> None:
    papers = [text_paper("Robots", "On whales."), text_paper("Whales", "On robots.")]
    in_title, in_abstract = place(papers, [section("Machines", "robot")])
    assert in_title.score > in_abstract.score > 0


def test_a_keyword_is_a_whole_phrase(text_paper: MakePaper, section: MakeSection) -> None:
    papers = [text_paper("Storage of fragments"), text_paper("RAG for storage")]
    hits = [p.evidence.keyword_hits for p in place(papers, [section("Retrieval", "RAG")])]
    assert hits == [(), ("RAG",)]


@pytest.mark.parametrize("again", ["robot", "Robots", "ROBOT"])
def test_a_keyword_given_twice_counts_once(robot_paper: Paper, section: MakeSection, again: str) -> None:
    once = place([robot_paper], [section("Machines", "robot")])
    assert place([robot_paper], [section("Machines", "robot", again)]) == once


def test_keyword_hits_are_named_as_the_person_wrote_them(llm_paper: Paper, section: MakeSection) -> None:
    [placement] = place([llm_paper], [section("Text", "Language-Model", "llms", "speech")])
    assert placement.evidence.keyword_hits == ("Language-Model", "llms")


def test_one_keyword_in_two_sections_serves_both(robot_paper: Paper, section: MakeSection) -> None:
    both = [section("Folding", "robot", "shirts"), section("Cooking", "robot", "soup")]
    [placement] = place([robot_paper], both)
    assert placement.section == "folding"
    assert [fit.section for fit in placement.also_fits] == ["cooking"]


def test_a_keyword_of_joining_words_matches_nothing(text_paper: MakePaper, section: MakeSection) -> None:
    [placement] = place([text_paper("It is what it is about whales")], [section("Computing", "IT")])
    assert placement.section is None


def test_a_keyword_is_found_inside_a_script_without_blanks(
    text_paper: MakePaper, section: MakeSection
) -> None:
    papers = [text_paper("深層強化学習による制御"), text_paper("音声認識のための模型")]
    sections = [section("強化学習", "強化学習"), section("音声", "音声認識")]
    assert [p.section for p in place(papers, sections)] == ["強化学習", "音声"]


# --- excluded terms --------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", ["robot", "Robots", "robot arm"])
def test_an_excluded_term_keeps_a_paper_out(robot_paper: Paper, section: MakeSection, term: str) -> None:
    machines = section("Machines", "manipulation", "shirts", exclude=(term,))
    [placement] = place([robot_paper], [machines, section("Training", "training")])
    assert placement.section == "training"
    assert placement.also_fits == ()
    assert placement.evidence.nearest is None


def test_excluded_everywhere_a_paper_has_no_home(robot_paper: Paper, section: MakeSection) -> None:
    [placement] = place([robot_paper], [section("Machines", "robot", exclude=("shirt",))])
    assert (placement.section, placement.score, placement.evidence) == (None, 0.0, Evidence())


def test_part_of_a_word_excludes_nothing(robot_paper: Paper, section: MakeSection) -> None:
    [placement] = place([robot_paper], [section("Machines", "robot", exclude=("rob", "it", ""))])
    assert placement.section == "machines"


# --- evidence --------------------------------------------------------------------------------------------


def test_the_deciding_terms_are_spelt_as_in_the_paper_and_share_out_what_speaks_for_it(
    text_paper: MakePaper, section: MakeSection
) -> None:
    paper = text_paper("Grokking Transformers", "Chains of thought.")
    [placement] = place([paper], [section("Grokking", description="transformer, chain of thought")])
    terms = placement.evidence.terms
    assert {term.text for term in terms} <= {
        "Grokking",
        "Transformers",
        "Chains",
        "thought",
        "Chains of thought",
    }
    weights = [term.weight for term in terms]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == pytest.approx(1, abs=1e-4)


def test_the_margin_is_what_the_nearest_section_lost_by(mixed_paper: Paper, sections: list[Section]) -> None:
    [placement] = place([mixed_paper], sections)
    evidence = placement.evidence
    assert evidence.nearest is not None
    assert evidence.nearest.section != placement.section
    assert evidence.margin == pytest.approx(placement.score - evidence.nearest.score)


def test_a_section_whose_threshold_is_not_reached_makes_no_evidence_a_mover(
    mixed_paper: Paper, section: MakeSection
) -> None:
    language = section("Language", "language model", examples=("A language model of text",))
    robots = section("Robots", "robot", min_score=1.0)
    [placement] = place([mixed_paper], [robots, language])
    assert placement.section == "language"
    assert placement.evidence.nearest is not None
    assert placement.evidence.nearest.score > placement.score
    assert placement.evidence.moved_by == ()


def test_what_alone_brings_a_paper_home_is_what_moved_it(text_paper: MakePaper, section: MakeSection) -> None:
    paper = text_paper("On sails", "Sails hold well.")
    sections = [section("Weather", "storm"), section("Whales", "song", authors=("Emmy Noether",))]
    [by_noether] = place([replace(paper, authors=("Emmy Noether",))], sections)
    [by_nobody] = place([paper], sections)
    assert (by_noether.section, by_nobody.section) == ("whales", None)
    assert by_noether.evidence.moved_by == ("authors",)


def test_a_notice_about_code_pulls_no_paper_into_software(
    text_paper: MakePaper, section: MakeSection
) -> None:
    paper = text_paper("Whales at sea", "Whales swim. Code is available at https://github.com/lab/whales.")
    [placement] = place([paper], [section("Software", "code", "GitHub", "repository")])
    assert placement.section is None


# --- odd days --------------------------------------------------------------------------------------------


def test_a_day_without_papers_is_an_empty_day(sections: list[Section]) -> None:
    assert place([], sections) == ()


def test_without_sections_nobody_has_a_home(robot_paper: Paper) -> None:
    [placement] = place([robot_paper], [])
    assert (placement.paper, placement.section, placement.score) == (robot_paper, None, 0.0)


@pytest.mark.parametrize("abstract", [None, ""])
def test_a_title_is_enough(text_paper: MakePaper, sections: list[Section], abstract: str | None) -> None:
    [placement] = place([text_paper("A robot", abstract)], sections)
    assert placement.section == "robotics"


@pytest.mark.parametrize("title", ["Of the and with", "…", "🙂🙂", "", "\ud83d\x00"])
def test_a_paper_that_says_nothing_has_no_home(
    text_paper: MakePaper, sections: list[Section], title: str
) -> None:
    [placement] = place([text_paper(title)], sections)
    assert placement.section is None


def test_papers_in_another_language_are_placed_by_its_keywords(
    text_paper: MakePaper, section: MakeSection
) -> None:
    paper = text_paper("Обучение роботов", "Роботы учатся ходить.")
    assert place([paper], [section("Robots", "роботы"), section("Speech", "речь")])[0].section == "robots"


def test_five_hundred_sections_find_the_one_that_fits(text_paper: MakePaper, section: MakeSection) -> None:
    many = [section(f"Subject{i}", f"topic{i} word{i}") for i in range(500)]
    papers = [text_paper(f"On topic{i} word{i}") for i in range(0, 500, 25)]
    assert [p.section for p in place(papers, many)] == [f"subject{i}" for i in range(0, 500, 25)]


def test_a_section_without_keywords_lives_by_its_title(robot_paper: Paper, section: MakeSection) -> None:
    assert place([robot_paper], [section("Robots")])[0].section == "robots"


# --- what cannot work ------------------------------------------------------------------------------------


@pytest.mark.parametrize("keywords", [(), ("",), ("…", "of the")])
def test_a_section_without_a_word_is_an_error_that_says_what_to_do(
    robot_paper: Paper, section: MakeSection, keywords: tuple[str, ...]
) -> None:
    with pytest.raises(TopicError, match="'…' has no word") as caught:
        place([robot_paper], [section("…", *keywords)])
    assert caught.value.hint is not None


def test_two_sections_with_one_slug_are_an_error(robot_paper: Paper, section: MakeSection) -> None:
    with pytest.raises(TopicError, match="2 sections have the slug 'robots'"):
        place([robot_paper], [section("Robots"), section("ROBOTS")])


def test_importing_the_room_imports_no_scikit_learn() -> None:
    program = "import sys, newsletter.topics; print('sklearn' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "False"]


def test_the_fewer_subjects_sections_ask_for_the_surer_a_paper_must_be_one_of_them(
    robot_paper: Paper, section: MakeSection
) -> None:
    machines = section("Machines", "robot")
    [alone] = place([robot_paper], [machines])
    [among] = place([robot_paper], [machines, section("Much", "model", "method", "data", "results", "we")])
    assert among.score > alone.score
