"""The built-in sections on real pages, and the grouper on labelled papers."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from newsletter.config import default_sections
from newsletter.model import Document, Paper, PaperKey, Placement, Section, SectionSlug
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.topics import place


@pytest.fixture(scope="module")
def seed_placements(seed_page: Path) -> tuple[Placement, ...]:
    parsed = HuggingFaceText().parse(Document(body=seed_page.read_bytes(), origin="the seed page"))
    return place(parsed.papers, default_sections())


def read_papers(path: Path, limit: int) -> list[tuple[Paper, set[str]]]:
    """Papers with the sections that are acceptable for them, where the file says."""
    lines = path.read_text("utf-8").splitlines()[:limit]
    return [_labelled(json.loads(line)) for line in lines]


def _labelled(record: dict[str, object]) -> tuple[Paper, set[str]]:
    title, abstract, acceptable = str(record["title"]), str(record["abstract"]), record.get("acceptable")
    paper = Paper(key=PaperKey(str(record["id"])), ids={}, title=title, title_raw=title, abstract=abstract)
    labels = {str(record.get("label"))} | set(acceptable if isinstance(acceptable, list) else [])
    return paper, labels


def test_the_built_in_sections_are_few_named_and_usable() -> None:
    sections = default_sections()
    assert 8 <= len(sections) <= 11
    assert all(section.description and len(section.keywords) >= 10 for section in sections)
    assert all(len(section.slug) <= 20 for section in sections)


@pytest.mark.parametrize(
    ("start_of_title", "slug"),
    [
        ("Mavors", "vision-multimodal"),
        ("Grokking as the Transition", "learning-theory"),
        ("Colors and Dynamics of a Near-Sun", "science"),
        ("Robots Pre-train Robots", "robotics-rl"),
        ("Dynamical Linear Bandits", "robotics-rl"),
        ("TASAR", "safety"),
        ("AlignGuard-LoRA", "language-models"),
        ("Rethinking Entropy Interventions", "reasoning-agents"),
        ("Diffusion4D", "generation"),
        ("Fire Together Wire Together", "efficiency"),
        ("ATM Cash demand", "time-series-graphs"),
    ],
)
def test_papers_of_the_seed_page_go_where_an_editor_would_put_them(
    seed_placements: tuple[Placement, ...], start_of_title: str, slug: str
) -> None:
    [placement] = [p for p in seed_placements if p.paper.title.startswith(start_of_title)]
    assert placement.section == slug


def test_hardly_a_paper_of_the_seed_page_is_left_over(seed_placements: tuple[Placement, ...]) -> None:
    assert sum(placement.section is None for placement in seed_placements) <= 3


def test_every_paper_of_the_seed_page_says_why_it_is_where_it_is(
    seed_placements: tuple[Placement, ...],
) -> None:
    for placement in seed_placements:
        assert placement.evidence.terms, placement.paper.title


def test_no_built_in_section_swallows_a_real_feed(test_data: Path) -> None:
    papers = [paper for paper, _ in read_papers(test_data / "topics" / "hf_history.jsonl", 400)]
    homes = Counter(placement.section for placement in place(papers, default_sections()))
    assert max(homes.values()) <= 0.35 * len(papers)
    assert homes[None] <= 0.05 * len(papers)
    assert len(homes) >= len(default_sections()) - 1


def test_labelled_papers_in_daily_batches_beat_counting_keywords(test_data: Path) -> None:
    """Counting stemmed keyword hits places 71 % of these acceptably."""
    tables = tomllib.loads((test_data / "topics" / "dev_sections.toml").read_text("utf-8"))["sections"]
    sections = [
        Section(
            slug=SectionSlug(table["slug"]),
            title=table["title"],
            description=table["description"],
            keywords=tuple(table["keywords"]),
            min_score=0.0,
        )
        for table in tables
    ]
    labelled = [
        (paper, labels)
        for paper, labels in read_papers(test_data / "topics" / "dev.jsonl", 3000)[::3]
        if "none" not in labels
    ]
    right = 0
    for start in range(0, len(labelled), 60):
        batch = labelled[start : start + 60]
        placements = place([paper for paper, _ in batch], sections)
        right += sum(p.section in labels for p, (_, labels) in zip(placements, batch, strict=True))
    assert right / len(labelled) > 0.71
