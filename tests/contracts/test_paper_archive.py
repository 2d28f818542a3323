"""What an archive of papers promises, on each engine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest

from newsletter.errors import StoreError
from newsletter.model import Paper, PaperKey, SectionSlug
from newsletter.parsing.identity import identify
from newsletter.store.checking import faults
from newsletter.store.database import Database
from newsletter.store.paper_showing import Shown, with_news
from newsletter.store.papers import PaperArchive, Remembered

DAY = date(2025, 11, 7)
NOON = datetime(2025, 11, 7, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=3)


def paper(title: str, *, arxiv: str | None = None, doi: str | None = None, **facts: object) -> Paper:
    """A paper as a parser gives it."""
    identity = identify(title, arxiv=arxiv, doi=doi)
    values: dict[str, object] = {"title_raw": title, "source": "hf"} | facts
    return Paper(key=identity.key, ids=identity.ids, title=title, **values)  # type: ignore[arg-type]


@pytest.fixture
def archive(database: Database) -> PaperArchive:
    return PaperArchive(database)


def remember(
    archive: PaperArchive, *papers: Paper, source: str = "hf", at: datetime = NOON, day: date = DAY
) -> Remembered:
    return archive.remember(papers, source=source, at=at, day=day)


def titles(papers: Sequence[Paper]) -> list[str]:
    return [one.title for one in papers]


def found(archive: PaperArchive, query: str, **where: object) -> list[str]:
    return [hit.paper.title for hit in archive.search(query, **where)]  # type: ignore[arg-type]


# --- remembering -----------------------------------------------------------------------------------------


def test_a_paper_comes_back_as_its_source_described_it(archive: PaperArchive) -> None:
    one = paper(
        "Sparse attention",
        arxiv="2511.00001",
        abstract="We propose T^(2/3).",
        abstract_raw="We propose $T^{2/3}$.",
        authors=("Ann Lee",),
        author_count=1,
        published=DAY,
        upvotes=0,
        flags=("cross",),
    )
    told = remember(archive, one)
    assert told == Remembered(keys=(one.key,), added=(one.key,))
    assert archive.papers([one.key]) == (one,)


def test_what_was_said_before_is_known(archive: PaperArchive) -> None:
    one, other = paper("One"), paper("Other")
    remember(archive, one)
    assert remember(archive, other, one, one, at=LATER) == Remembered(
        keys=(other.key, one.key, one.key), added=(other.key,), known=(one.key,)
    )


def test_two_sources_that_share_an_id_speak_of_one_paper(archive: PaperArchive) -> None:
    mine = remember(archive, paper("Sparse attention", arxiv="2511.00001", upvotes=7)).keys
    official = paper(
        "Sparse Attention, Revisited", arxiv="arXiv:2511.00001v1", source="arxiv", abstract="Long.", version=1
    )
    assert remember(archive, official, source="arxiv").known == mine
    [one] = archive.papers(mine)
    assert (one.title, one.abstract, one.upvotes, one.version) == (official.title, "Long.", 7, 1)


def test_a_doi_of_arxiv_is_the_paper_on_arxiv(archive: PaperArchive) -> None:
    key = remember(archive, paper("On sparse attention", arxiv="2511.00001")).keys
    by_doi = Paper(
        key=PaperKey("d"), ids={"doi": "10.48550/ARXIV.2511.00001"}, title="Another title", title_raw="x"
    )
    assert remember(archive, by_doi, source="crossref").keys == key


def test_a_title_makes_one_paper_unless_ids_or_authors_contradict(archive: PaperArchive) -> None:
    first = remember(archive, paper("Attention", authors=("Ann Lee",))).keys
    assert remember(archive, paper("ATTENTION!", arxiv="2511.00001"), source="arxiv").keys == first
    elsewhere = remember(archive, paper("Attention", arxiv="2511.00002", authors=("A. Lee",)), source="arxiv")
    others = remember(archive, paper("Attention", authors=("Bo Chen",)), source="list")
    assert len({*first, *elsewhere.keys, *others.keys}) == 3


def test_a_third_record_makes_two_papers_one_that_keeps_its_first_key_and_what_was_shown(
    archive: PaperArchive,
) -> None:
    [first] = remember(archive, paper("A preprint", arxiv="2511.00001")).keys
    [second] = remember(archive, paper("An article", doi="10.1000/x"), source="crossref").keys
    archive.show("daily", "2025-11-06", DAY - timedelta(days=1), [Shown(key=second)])
    archive.show("daily", "2025-11-07", DAY, [Shown(key=first), Shown(key=second)])
    both = paper("A preprint, published", arxiv="2511.00001", doi="10.1000/x", source="openalex")
    told = remember(archive, both, source="openalex", at=LATER)
    assert told.known == (first,)
    [one, again] = archive.papers([first, second])
    assert one == again
    assert (one.key, one.ids["arxiv"], one.ids["doi"]) == (first, "2511.00001", "10.1000/x")
    assert {key: found.times for key, found in archive.shown([first, second], "daily").items()} == {
        first: 2,
        second: 2,
    }
    assert titles(archive.of_days(DAY, DAY)) == [one.title]
    assert found(archive, "article") == []
    assert faults(archive.database) == ()


def test_a_later_version_updates_a_paper_and_both_stay_known(archive: PaperArchive) -> None:
    first = paper("Sparse attention", arxiv="2511.00001", source="arxiv", version=1)
    [key] = remember(archive, first, source="arxiv").keys
    second = replace(first, title="Sparser attention", title_raw="Sparser attention", version=2)
    told = remember(archive, second, source="arxiv", at=LATER, day=DAY + timedelta(days=1))
    assert told == Remembered(keys=(key,), updated=(key,))
    history = archive.history(key)
    assert history is not None
    assert (history.paper.title, history.paper.version, history.day) == ("Sparser attention", 2, DAY)
    assert [(one.paper.version, one.first_at) for one in history.sightings] == [(1, NOON), (2, LATER)]
    assert archive.of_days(DAY + timedelta(days=1), DAY + timedelta(days=1)) == ()
    assert remember(archive, first, source="arxiv", at=LATER).known == (key,)
    assert archive.papers([key])[0].version == 2


def test_a_paper_that_was_taken_back_stays_so(archive: PaperArchive) -> None:
    one = paper("Sparse attention", arxiv="2511.00001", source="arxiv", abstract="Good.")
    [key] = remember(archive, one, source="arxiv").keys
    assert remember(archive, replace(one, flags=("withdrawn",)), source="oai").updated == (key,)
    assert remember(archive, replace(one, flags=("withdrawn",)), source="oai").known == (key,)
    remember(archive, one, source="arxiv", at=LATER)
    assert archive.papers([key])[0].flags == ("withdrawn",)


def test_counters_are_the_newest_and_what_is_not_given_overwrites_nothing(archive: PaperArchive) -> None:
    one = paper("Sparse attention", upvotes=5, comments=2, abstract="Good.", authors=("Ann Lee",))
    [key] = remember(archive, one).keys
    remember(archive, paper("Sparse attention", upvotes=9), at=LATER)
    [now] = archive.papers([key])
    assert (now.upvotes, now.comments, now.abstract, now.authors) == (9, 2, "Good.", ("Ann Lee",))
    remember(archive, replace(one, upvotes=1), at=NOON - timedelta(days=1))
    assert archive.papers([key])[0].upvotes == 9


def test_papers_of_days_stand_as_their_sources_had_them(archive: PaperArchive) -> None:
    remember(archive, paper("B"), paper("A"), day=DAY)
    remember(archive, paper("C"), paper("A"), day=DAY + timedelta(days=1), at=LATER)
    assert titles(archive.of_days(DAY, DAY)) == ["B", "A"]
    assert titles(archive.of_days(DAY, DAY + timedelta(days=1))) == ["B", "A", "C"]
    assert titles(list(archive.everything(DAY + timedelta(days=1)))) == ["A", "B"]
    remember(archive, paper("A"), paper("B"), day=DAY, at=LATER)
    assert titles(archive.of_days(DAY, DAY)) == ["A", "B"]


def test_figures_of_a_day_change_with_the_texts_of_its_papers_alone(archive: PaperArchive) -> None:
    one = paper("A", abstract="Short.", upvotes=1)
    remember(archive, one, paper("B"))
    remember(archive, paper("C"), day=DAY + timedelta(days=1))
    before = archive.figures_by_day(DAY)
    assert archive.counts_by_day() == {DAY: 2, DAY + timedelta(days=1): 1}
    assert titles(archive.newest_of_day(DAY, 1)) == ["B"]
    remember(archive, replace(one, upvotes=2), at=LATER)
    assert archive.figures_by_day(DAY) == before
    remember(archive, replace(one, abstract="Longer than that."), at=LATER)
    after = archive.figures_by_day(DAY)
    assert {day for day in before if before[day] != after[day]} == {DAY}


def test_four_who_remember_at_once_make_one_paper(archive: PaperArchive) -> None:
    one = paper("Sparse attention", arxiv="2511.00001")
    threads = [Thread(target=remember, args=(archive, one), kwargs={"source": f"s{i}"}) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(archive.of_days(DAY, DAY)) == 1
    assert faults(archive.database) == ()


def test_a_rubric_that_many_papers_bear_makes_none_of_them_one(archive: PaperArchive) -> None:
    many = [paper("Editorial", doi=f"10.1000/{number}", source="crossref") for number in range(60)]
    assert len(remember(archive, *many).added) == 60
    told = remember(archive, paper("Editorial"), source="feed")
    assert len(told.added) == 1


# --- repeats ---------------------------------------------------------------------------------------------


def test_what_an_issue_showed_is_known_for_its_cadence_only(archive: PaperArchive) -> None:
    one, other = remember(archive, paper("One", version=1), paper("Other")).keys
    archive.show("daily", "2025-11-07", DAY, [Shown(key=one, version=1, section=SectionSlug("methods"))])
    shown = archive.shown([one, other], "daily")
    assert list(shown) == [one]
    assert (shown[one].slug, shown[one].day, shown[one].version) == ("2025-11-07", DAY, 1)
    assert (shown[one].times, shown[one].section) == (1, "methods")
    assert archive.shown([one], "weekly") == {}
    assert archive.shown([one], "daily", but_for="2025-11-07") == {}


def test_an_issue_that_is_made_again_replaces_what_it_showed(archive: PaperArchive) -> None:
    one, other = remember(archive, paper("One"), paper("Other")).keys
    archive.show("daily", "2025-11-07", DAY, [Shown(key=one)])
    archive.show("daily", "2025-11-07", DAY, [Shown(key=other), Shown(key=other)])
    assert list(archive.shown([one, other], "daily")) == [other]
    archive.forget_issue("daily", "2025-11-07")
    assert archive.shown([one, other], "daily") == {}


def test_a_later_version_than_was_shown_is_news(archive: PaperArchive) -> None:
    one = paper("Sparse attention", arxiv="2511.00001", source="arxiv", version=1)
    [key] = remember(archive, one, source="arxiv").keys
    archive.show("daily", "2025-11-07", DAY, [Shown(key=key, version=1)])
    before = archive.shown([key], "daily")[key]
    assert with_news(archive.papers([key])[0], before).flags == ()
    remember(archive, replace(one, version=2), source="arxiv", at=LATER)
    assert with_news(archive.papers([key])[0], before).flags == ("updated",)
    assert with_news(archive.papers([key])[0], None).flags == ()


def test_a_paper_that_is_not_there_cannot_have_been_shown(archive: PaperArchive) -> None:
    with pytest.raises(StoreError, match="is not in the archive"):
        archive.show("daily", "2025-11-07", DAY, [Shown(key=PaperKey("absent"))])


# --- finding ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2511.00001", "arXiv:2511.00001v3", "https://arxiv.org/abs/2511.00001v2", "10.48550/arXiv.2511.00001",
        "10.1000/XYZ", "https://doi.org/10.1000/xyz", "s2:ab12", "ab12", "sparse ATTENTION: for all",
        "tion for", "100%",
    ],
)  # fmt: skip
def test_a_paper_is_found_by_any_of_its_names(archive: PaperArchive, text: str) -> None:
    one = paper("Sparse Attention for All, 100%", arxiv="2511.00001", doi="10.1000/xyz")
    one = replace(one, ids={**one.ids, "s2": "ab12"})
    other = paper("Sparse Attention for All")
    remember(archive, paper("1000 ways"), one)
    if "ATTENTION" in text:
        remember(archive, other)
        one = other
    assert archive.find(text) == one
    assert archive.find(one.key) == one


@pytest.mark.parametrize("text", ["", " ", "nothing of it", "\0", "%", "_", "2511.99999", "x" * 10_000])
def test_what_names_no_paper_finds_none(archive: PaperArchive, text: str) -> None:
    remember(archive, paper("Sparse attention"))
    assert archive.find(text) is None


def test_words_are_found_in_any_form_in_any_place(archive: PaperArchive) -> None:
    remember(
        archive,
        paper("Transformers for proteins", abstract="A study of folding.", authors=("José García",)),
        paper("Diffusion models", abstract="Transformers are compared.", keywords=("image synthesis",)),
    )
    assert found(archive, "transformer") == ["Transformers for proteins", "Diffusion models"]
    assert found(archive, "garcia") == ["Transformers for proteins"]
    assert found(archive, "synthesis") == ["Diffusion models"]
    assert found(archive, '"image synthesis" transformer') == ["Diffusion models"]
    assert found(archive, '"synthesis image"') == []
    assert found(archive, "transformers -proteins") == ["Diffusion models"]
    assert found(archive, "prote*") == ["Transformers for proteins"]
    assert found(archive, "transformer whales") == []


def test_a_search_keeps_to_days_sources_and_sections(archive: PaperArchive) -> None:
    [one] = remember(archive, paper("Old whales", source="arxiv"), source="mine").keys
    remember(archive, paper("New whales"), day=DAY + timedelta(days=7), source="other")
    archive.show("daily", "x", DAY, [Shown(key=one, section=SectionSlug("methods"))])
    assert found(archive, "", limit=5) == ["New whales", "Old whales"]
    assert found(archive, "", limit=1) == ["New whales"]
    assert found(archive, "whales", since=DAY + timedelta(days=1)) == ["New whales"]
    assert found(archive, "whales", until=DAY) == ["Old whales"]
    for source in ("mine", "arxiv"):
        assert found(archive, "whales", source=source) == ["Old whales"]
    assert found(archive, "whales", section=SectionSlug("methods")) == ["Old whales"]


def test_a_paper_whose_title_changed_is_found_by_its_new_words_only(archive: PaperArchive) -> None:
    one = paper("On whales", arxiv="2511.00001", source="arxiv", version=1)
    remember(archive, one)
    remember(archive, replace(one, title="On dolphins", title_raw="On dolphins", version=2))
    assert found(archive, "whales") == []
    assert found(archive, "dolphins") == ["On dolphins"]
    assert archive.find("on whales") is not None


@pytest.mark.parametrize(
    "query",
    [
        '"', '""', "'", "*", "-", "NOT", "AND OR", "NEAR(a b, 5)", "title:whales", "^whales", "(", "{a b}: c",
        "a:*", "& | !", "<->", "whales'", "\\", "\0", "whales\0", "\ud800", "x" * 10_000, "a " * 5_000,
        "a*" * 50, '"a' * 500, "-whales", ";DROP TABLE papers", "\ufb00", "\U0001d51e", "e\u0301", "日本語",
        "🐳", ":*", "a-b-c-d", "whales*",
    ],
)  # fmt: skip
def test_any_query_gives_an_answer(archive: PaperArchive, query: str) -> None:
    remember(archive, paper("Whales sing", abstract="NOT a and or near title c'est"))
    assert len(archive.search(query)) <= 1
    archive.find(query)


@pytest.mark.parametrize("strange", ["a\0b", "\ud800", "x" * 5_000, "'; --", "\u202e", "%s", "{}", "\\N"])
def test_strange_texts_are_kept_as_they_are(archive: PaperArchive, strange: str) -> None:
    one = paper(f"Title {strange}", abstract=strange, abstract_raw=strange, authors=(strange,))
    one = replace(one, ids={**one.ids, "odd": strange})
    remember(archive, one, source=f"a source {strange}")
    assert archive.papers([one.key]) == (one,)
    assert remember(archive, one, source="other").known == (one.key,)
    assert faults(archive.database) == ()


def test_more_papers_than_fit_one_question_are_remembered(archive: PaperArchive) -> None:
    remember(archive, *(paper(f"Paper {number}", arxiv=f"2511.{number:05}") for number in range(1200)))
    assert len(archive.of_days(DAY, DAY)) == 1200
    assert faults(archive.database) == ()
