"""How well papers without a section are grouped and named: 40 papers of 5 topics, drawn 20 times.

`figures` gives normalised mutual information with the labels for our parts, for the groups that `discover`
shows (the rest counts as one more group) and for Ward on LSA-100, learnt from the same earlier papers.
`namings` lists groups for a person to judge.
"""

from __future__ import annotations

import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from newsletter.model import Paper, PaperKey
from newsletter.topics.landscape import Landscape, shipped_landscape
from newsletter.topics.leftovers import Group, discover, partition
from newsletter.topics.phrasebook import phrases_of
from newsletter.topics.space import bearings

DRAWS, TOPICS, PAPERS = 20, 5, 8
Labelled = list[tuple[Paper, str]]


def figures(data: Path, *, draws: int = DRAWS) -> dict[str, float]:
    """Measure grouping; `data` is the folder with dev.jsonl and background.jsonl."""
    from sklearn.metrics import normalized_mutual_info_score as nmi

    landscape = shipped_landscape()
    project = _lsa(data)
    ours, shown, peer, ungrouped, seconds = [], [], [], [], []
    for sample in _samples(data, draws):
        papers, labels = [paper for paper, _ in sample], [label for _, label in sample]
        ours.append(nmi(labels, _parts(papers, landscape)))
        peer.append(nmi(labels, _ward(project(papers))))
        start = time.process_time()
        groups = discover(papers)
        seconds.append(time.process_time() - start)
        group_of = {key: number for number, group in enumerate(groups) for key in group.papers}
        homes = [group_of.get(paper.key, -1) for paper in papers]
        shown.append(nmi(labels, homes))
        ungrouped.append(homes.count(-1) / len(homes))
    return {
        "nmi": statistics.mean(ours),
        "nmi_of_shown_groups": statistics.mean(shown),
        "share_without_group": statistics.mean(ungrouped),
        "nmi_ward_lsa_100": statistics.mean(peer),
        "milliseconds": 1000 * statistics.median(seconds),
    }


def namings(data: Path, *, groups: int = 30) -> Iterator[tuple[Group, list[tuple[str, str]]]]:
    """Give groups with the titles and labels of their papers, for a person to judge the names."""
    given = 0
    for sample in _samples(data, DRAWS):
        known = {paper.key: (paper.title, label) for paper, label in sample}
        for group in discover([paper for paper, _ in sample]):
            if given < groups:
                given += 1
                yield group, [known[key] for key in group.papers]


def _samples(data: Path, draws: int) -> Iterator[Labelled]:
    by_label: dict[str, list[Paper]] = {}
    for record in _records(data / "dev.jsonl"):
        if record["label"] != "none":
            by_label.setdefault(record["label"], []).append(_paper(record))
    for seed in range(draws):
        source = random.Random(seed)  # noqa: S311 - a repeatable draw
        labels = source.sample(sorted(by_label), TOPICS)
        yield [(paper, label) for label in labels for paper in source.sample(by_label[label], PAPERS)]


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
