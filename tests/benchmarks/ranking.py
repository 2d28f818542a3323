"""What it costs to rank 2,000 papers, beside sorting them by one number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from newsletter.config import default_sections
from newsletter.issues import compose, rank
from newsletter.issues.centrality import words_in
from newsletter.model import Evidence, Paper, Placement, RankingPolicy, Section
from newsletter.work.topics_papers import read_json_lines
from tests.benchmarks.cpu_time import fastest

Row = tuple[str, object, str]
PAPERS = 2_000
DAY = date(2025, 11, 7)


def measure(data: Path) -> list[Row]:
    """Give milliseconds of processor time, and the share of ranking in composing an issue."""
    chance = Random(7)  # noqa: S311 - papers made up, no secret
    sections = default_sections()
    papers = many_papers(data / "topics" / "hf_history.jsonl", chance)
    placements = [placed(paper, sections, chance) for paper in papers]
    together = [replace(placement, section=sections[0].slug) for placement in placements]
    plain = RankingPolicy(diversity=0)
    spent = fastest(
        {
            "sorted": (100, lambda: sorted(together, key=lambda one: -one.score)),
            "words": (1, lambda: [words_in(paper) for paper in papers]),
            "ranked": (1, lambda: rank(together, policy=RankingPolicy(), day=DAY)),
            "without variety": (1, lambda: rank(together, policy=plain, day=DAY)),
            "composed": (1, lambda: compose(placements, sections, day=DAY, title="Papers")),
        },
        rounds=5,
    )
    # to count the words is no work of ranking alone: summaries take them too
    own = spent["ranked"] - spent["words"]
    return [
        (f"ms to sort {PAPERS:,} placements by score", round(1000 * spent["sorted"], 3), ""),
        ("ms to count their words, which summaries need too", round(1000 * spent["words"]), ""),
        ("ms to rank them as one section", round(1000 * spent["ranked"]), ""),
        ("ms to rank them as one section, without variety", round(1000 * spent["without variety"]), ""),
        ("ranked / sorted", round(spent["ranked"] / spent["sorted"]), "peer"),
        ("ranked, words counted before / sorted", round(own / spent["sorted"]), "peer"),
        ("ms to compose an issue of them in 12 sections", round(1000 * spent["composed"]), ""),
        ("ranking, words counted before / compose", round(own / spent["composed"], 3), "0.25"),
    ]


def many_papers(path: Path, chance: Random) -> list[Paper]:
    """Take papers of the Hugging Face pages, with counts as these have them."""
    found = [record.paper for record in read_json_lines(path).records[:PAPERS]]
    assert len(found) == PAPERS
    return [
        replace(
            paper,
            source=("hf", "arxiv")[number % 2],
            upvotes=int(chance.lognormvariate(2, 1)) if number % 2 == 0 else None,
            published=DAY - timedelta(days=chance.randrange(30)),
            authors=("Ada Byron", "Emmy Noether", f"N. Body {number}"),
        )
        for number, paper in enumerate(found)
    ]


def placed(paper: Paper, sections: Sequence[Section], chance: Random) -> Placement:
    section = chance.choice(sections)
    return Placement(paper=paper, section=section.slug, score=chance.random(), evidence=Evidence())
