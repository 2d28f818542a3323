"""How well papers without a section are grouped and named.

`figures` gives normalised mutual information with the labels for the groups that `discover` shows, the papers
it shows in none counted as one more group: 40 papers of 5 topics, drawn 20 times, and beside it
- draws of 2 to 8 topics and 20 to 120 papers, some topics larger than others;
- draws of other papers, half of `background.jsonl` by its arXiv categories (six of them within astronomy),
  under a landscape learnt from the other half;
- each with the fields that are asked for left out of what was learnt, as on a day of subjects that the
  landscape has never seen.
Peers are Ward on LSA-100 learnt from the same earlier papers, and our own tree, both told the number of
parts. `true_names` is the share of groups named after a field of dev.jsonl that is among the categories of
most of their papers; `namings` lists groups for a person to judge, which running this file prints.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsletter.model import Paper, PaperKey
from newsletter.topics.fields import FIELD_HEADINGS
from newsletter.topics.landscape import Landscape, landscape_of, shipped_landscape
from newsletter.topics.leftovers import Group, discover
from newsletter.topics.parting import partition
from newsletter.topics.phrasebook import phrases_of
from newsletter.topics.space import bearings

DRAWS, TOPICS, PAPERS = 20, 5, 8
MOST = 0.65  # of the papers of a group
SECTION_OF = {
    "cs.CV": "vision", "cs.CL": "nlp", "cs.LG": "ml", "stat.ML": "ml", "cs.RO": "robotics",
    "cs.CR": "security", "cs.SE": "software", "cs.HC": "hci", "cs.IR": "retrieval",
    "cs.SD": "audio", "eess.AS": "audio", "cs.GR": "graphics", "cs.GT": "games", "astro-ph": "astro",
}  # fmt: skip
OTHERS = (
    "astro-ph.CO", "astro-ph.EP", "astro-ph.GA", "astro-ph.HE", "astro-ph.IM", "astro-ph.SR", "cs.CL",
    "cs.CR", "cs.CV", "cs.GR", "cs.HC", "cs.IT", "cs.RO", "cs.SE", "eess.IV",
)  # fmt: skip

Labelled = list[tuple[Paper, str]]
ByLabel = dict[str, list[Paper]]
Draw = Callable[[ByLabel, int], Labelled]


def figures(data: Path, *, draws: int = DRAWS) -> dict[str, float]:
    """Measure grouping; `data` is the folder with dev.jsonl and background.jsonl."""
    from sklearn.metrics import normalized_mutual_info_score as nmi

    project = _lsa(data)
    samples = [_even(_dev(data), seed) for seed in range(draws)]
    parts, peer, milliseconds = [], [], []
    for sample in samples:
        papers, labels = [paper for paper, _ in sample], [label for _, label in sample]
        parts.append(nmi(labels, _parts(papers, shipped_landscape())))
        peer.append(nmi(labels, _ward(project(papers))))
        start = time.process_time()
        discover(papers)
        milliseconds.append(1000 * (time.process_time() - start))
    shown, ungrouped = _shown(samples, shipped_landscape())
    return {
        "nmi_of_shown_groups": shown,
        "share_without_group": ungrouped,
        "true_names": _true_names(data, samples),
        "nmi": statistics.mean(parts),
        "nmi_ward_lsa_100": statistics.mean(peer),
        "milliseconds": statistics.median(milliseconds),
        **_alternatives(data, draws),
    }


def namings(data: Path, *, groups: int = 30) -> Iterator[tuple[Group, list[tuple[str, str]]]]:
    """Give groups with the titles and labels of their papers, for a person to judge the names."""
    given = 0
    for seed in range(DRAWS):
        sample = _even(_dev(data), seed)
        known = {paper.key: (paper.title, label) for paper, label in sample}
        for group in discover([paper for paper, _ in sample]):
            if given < groups:
                given += 1
                yield group, [known[key] for key in group.papers]


def _alternatives(data: Path, draws: int) -> dict[str, float]:
    others, half = _halves(data)
    found = {}
    for source, papers, landscape, asked in (
        ("dev", _dev(data), shipped_landscape(), SECTION_OF.keys()),
        ("others", others, half, OTHERS),
    ):
        for kind, draw in (("5x8", _even), ("2-8", _uneven)):
            samples = [draw(papers, seed) for seed in range(draws)]
            for known, under in (("", landscape), ("_unseen", _without(landscape, asked))):
                shown, ungrouped = _shown(samples, under)
                found[f"nmi_{source}_{kind}{known}"] = shown
                found[f"ungrouped_{source}_{kind}{known}"] = ungrouped
    return found


def _shown(samples: Sequence[Labelled], landscape: Landscape) -> tuple[float, float]:
    """Give the mean NMI and the share of papers in no group."""
    from sklearn.metrics import normalized_mutual_info_score as nmi

    scores, ungrouped = [], []
    for sample in samples:
        groups = discover([paper for paper, _ in sample], landscape=landscape)
        group_of = {key: number for number, group in enumerate(groups) for key in group.papers}
        homes = [group_of.get(paper.key, -1) for paper, _ in sample]
        scores.append(nmi([label for _, label in sample], homes))
        ungrouped.append(homes.count(-1) / len(homes))
    return statistics.mean(scores), statistics.mean(ungrouped)


def _true_names(data: Path, samples: Sequence[Labelled]) -> float:
    listed = {r["id"]: {r["label"], *r["acceptable"]} for r in _records(data / "dev.jsonl")}
    section_of = {
        heading: SECTION_OF.get(category) or SECTION_OF.get(category.partition(".")[0])
        for category, heading in FIELD_HEADINGS.items()
    }
    truths = [
        sum(section_of[group.name] in listed[key] for key in group.papers) >= MOST * len(group.papers)
        for sample in samples
        for group in discover([paper for paper, _ in sample])
        if section_of.get(group.name)
    ]
    return statistics.mean(truths)


def _even(papers: ByLabel, seed: int) -> Labelled:
    source = random.Random(seed)  # noqa: S311 - a repeatable draw
    labels = source.sample(sorted(papers), TOPICS)
    return [(paper, label) for label in labels for paper in source.sample(papers[label], PAPERS)]


def _uneven(papers: ByLabel, seed: int) -> Labelled:
    source = random.Random(seed)  # noqa: S311 - a repeatable draw
    labels = source.sample(sorted(papers), source.randint(2, 8))
    total, skew = source.randint(20, 120), source.choice([0, 0.5, 1])
    weights = [1 / rank**skew for rank in range(1, len(labels) + 1)]
    drawn: Labelled = []
    for label, weight in zip(labels, weights, strict=True):
        size = max(3, round(total * weight / sum(weights)))
        drawn += [(paper, label) for paper in source.sample(papers[label], min(size, len(papers[label])))]
    return drawn


def _dev(data: Path) -> ByLabel:
    by_label: ByLabel = {}
    for record in _records(data / "dev.jsonl"):
        if record["label"] != "none":
            by_label.setdefault(record["label"], []).append(_paper(record))
    return by_label


def _halves(data: Path) -> tuple[ByLabel, Landscape]:
    """Give one half by primary category, and what the other half teaches."""
    asked: ByLabel = {category: [] for category in OTHERS}
    earlier = []
    for record in _records(data / "background.jsonl"):
        if hashlib.sha1(record["id"].encode(), usedforsecurity=False).digest()[-1] % 2:
            if record["cats"][0] in asked:
                asked[record["cats"][0]].append(_paper(record))
        else:
            earlier.append(replace(_paper(record), categories=tuple(record["cats"])))
    return asked, landscape_of(earlier)


def _without(landscape: Landscape, asked: Collection[str]) -> Landscape:
    """Forget the fields that are asked for."""
    space = landscape.space
    assert space is not None
    dropped = {"astro-ph", *asked}
    known = [n for n, c in enumerate(space.fields) if dropped.isdisjoint({c, c.partition(".")[0]})]
    fields = tuple(space.fields[n] for n in known)
    forgetful = replace(space, fields=fields, directions=space.directions[:, known], trust=space.trust[known])
    return replace(landscape, space=forgetful)


def _records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _paper(record: dict[str, Any]) -> Paper:
    """Leave out the categories: the labels come from them."""
    title = record["title"]
    return Paper(
        key=PaperKey(record["id"]), ids={}, title=title, title_raw=title, abstract=record["abstract"]
    )


def _parts(papers: Sequence[Paper], landscape: Landscape) -> list[int]:
    likeness = bearings([phrases_of(paper).words for paper in papers], landscape.space).likeness
    parts = partition(likeness, TOPICS)
    part_of = {member: number for number, members in enumerate(parts) for member in members}
    return [part_of[n] for n in range(len(papers))]


def _lsa(data: Path) -> Any:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import Normalizer

    pipeline = make_pipeline(
        TfidfVectorizer(stop_words="english", sublinear_tf=True, min_df=3),
        TruncatedSVD(100, random_state=0),
        Normalizer(),
    ).fit([f"{record['title']}. {record['abstract']}" for record in _records(data / "background.jsonl")])
    return lambda papers: pipeline.transform([f"{paper.title}. {paper.abstract}" for paper in papers])


def _ward(vectors: Any) -> Any:
    from sklearn.cluster import AgglomerativeClustering

    return AgglomerativeClustering(TOPICS, linkage="ward").fit_predict(vectors)


if __name__ == "__main__":
    folder = Path(os.environ["NEWSLETTER_TEST_DATA"]) / "topics"
    for number, (group, papers) in enumerate(namings(folder), start=1):
        print(f"{number}. {group.name}: {dict(Counter(label for _, label in papers))}")
        print("".join(f"     {title}\n" for title, _ in papers), end="")
    print(json.dumps(figures(folder), indent=2))
