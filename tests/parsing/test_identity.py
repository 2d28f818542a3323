"""Records about one paper get one key."""

from __future__ import annotations

import pytest

from newsletter.parsing.identity import arxiv_id, identify, key_of, title_id


@pytest.mark.parametrize(
    "text",
    [
        "2508.13426",
        "2508.13426v3",
        "arXiv:2508.13426v1",
        "oai:arXiv.org:2508.13426v1",
        "http://arxiv.org/abs/2508.13426v2",
        "https://arxiv.org/pdf/2508.13426",
        "https://www.arxiv.org/pdf/2508.13426v2.pdf",
        "https://arxiv.org/html/2508.13426v1",
        "https://export.arxiv.org/abs/2508.13426?context=cs",
        "https://huggingface.co/papers/2508.13426",
        "10.48550/arXiv.2508.13426",
        "https://doi.org/10.48550/arxiv.2508.13426",
        " arxiv:2508.13426 ",
    ],
)
def test_every_way_to_write_an_arxiv_id_is_one_id(text: str) -> None:
    assert arxiv_id(text) == "2508.13426"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("astro-ph/0601001v2", "astro-ph/0601001"),
        ("math.GT/0309136", "math/0309136"),
        ("http://arxiv.org/abs/hep-th/9901001v1", "hep-th/9901001"),
        ("0704.0001", "0704.0001"),
    ],
)
def test_old_ids_are_read_too(text: str, expected: str) -> None:
    assert arxiv_id(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "2508", "2508.134260", "12508.13426", "https://example.org/abs/2508.13426x", "10.1000/2508.13426",
     "https://evil.example/abs/2508.13426", "arXiv:", "v1", "2513.00001"],
)  # fmt: skip
def test_what_is_no_arxiv_id_gives_none(text: str) -> None:
    assert arxiv_id(text) is None


@pytest.mark.parametrize(
    "other",
    [
        "SPARSE attention",
        "Sparse  Attention!",
        "sparse-attention",
        "Spärse Attention",
        "Sparse\u00a0Attention",
    ],
)
def test_case_accents_and_punctuation_make_no_other_title(other: str) -> None:
    assert title_id(other) == title_id("Sparse Attention")


def test_titles_of_other_words_differ() -> None:
    assert title_id("Sparse Attention") != title_id("Sparse Attentions")


def test_titles_without_letters_are_told_apart() -> None:
    assert title_id("???") != title_id("!!!")


def test_a_key_is_stable_over_releases() -> None:
    assert identify("Sparse Attention").key == "0e9386b76b7225226ece"


def test_an_arxiv_doi_is_its_arxiv_id() -> None:
    ids = identify("T", doi="https://doi.org/10.48550/arXiv.2508.13426").ids
    assert ids["arxiv"] == "2508.13426"


def test_a_doi_is_lower_case_and_without_its_resolver() -> None:
    ids = identify("T", doi="https://dx.doi.org/10.1093/MNRAS/Stae1").ids
    assert ids["doi"] == "10.1093/mnras/stae1"


def test_the_version_of_a_paper_does_not_change_its_key() -> None:
    first, second = (
        identify("T", url="https://arxiv.org/abs/2508.13426v1"),
        identify("T, revised", arxiv="2508.13426v2"),
    )
    assert first.key == second.key


def test_the_most_trusted_id_makes_the_key() -> None:
    assert key_of({"title": "x", "arxiv": "2508.13426"}) == key_of({"arxiv": "2508.13426"})


def test_every_identity_holds_the_title() -> None:
    assert identify("T").ids == {"title": title_id("T")}
