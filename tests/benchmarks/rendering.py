"""What drawing an edition costs, stage by stage, beside an lxml round trip and npm's MJML.

npm's MJML is measured where Node finds it: `npm install --prefix DIR mjml`, and NODE_PATH=DIR/node_modules.
"""

from __future__ import annotations

import importlib
import json
import shutil
import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from newsletter.config import default_sections
from newsletter.issues import compose
from newsletter.model import Document, Issue, Paper, PaperKey
from newsletter.parsing.huggingface_text import HuggingFaceText
from newsletter.rendering import Editions, SizeBudget, render
from newsletter.topics import place

Row = tuple[str, object, str]
RUNS = {10: 41, 75: 21, 500: 11}
DAY = date(2025, 11, 7)
# Nothing is shortened: the stages are those of all papers.
UNLIMITED = SizeBudget(html_bytes=10**9)

# Where each stage happens: the name there is replaced by one that is timed.
STAGES = (
    ("view", "newsletter.rendering.edition", "view_of"),
    ("Jinja, MJML source", "newsletter.rendering.html", "draw_markup"),
    ("MJML", "newsletter.rendering.html", "mjml2html"),
    ("premailer", "premailer", "transform"),
    ("plain text", "newsletter.rendering.plain_text", "draw_plain_text"),
)

NPM_MJML = """
const mjml = require('mjml');
const run = mjml.default || mjml;
const source = require('fs').readFileSync(0, 'utf8');
const runs = Number(process.argv[1]);
(async () => {
  const spent = [];
  for (let i = 0; i < runs + 3; i++) {
    const start = process.cpuUsage();
    await run(source, {validationLevel: 'skip', fonts: {}});
    const used = process.cpuUsage(start);
    if (i >= 3) spent.push((used.user + used.system) / 1000);
  }
  spent.sort((a, b) => a - b);
  console.log(JSON.stringify([require('mjml/package.json').version, spent[runs >> 1]]));
})();
"""


@dataclass
class Stopwatch:
    """Processor time in milliseconds by stage, one figure a run; and what Jinja gave last."""

    spent: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    mjml_source: str = ""

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*arguments: Any, **options: Any) -> Any:
            start = time.process_time()
            result = work(*arguments, **options)
            self.spent[stage].append(1000 * (time.process_time() - start))
            if stage == "Jinja, MJML source":
                self.mjml_source = result
            return result

        return measured

    def median(self, stage: str) -> float:
        return statistics.median(self.spent[stage])

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the stages while this is open."""
        places = [(stage, importlib.import_module(module), name) for stage, module, name in STAGES]
        kept = [(module, name, getattr(module, name)) for _, module, name in places]
        for stage, module, name in places:
            setattr(module, name, self.timed(stage, getattr(module, name)))
        try:
            yield
        finally:
            for module, name, work in kept:
                setattr(module, name, work)


def measure(data: Path) -> list[Row]:
    """Give milliseconds of processor time (medians) for 10, 75 and 500 papers."""
    papers = seed_papers()
    many = [*papers, *papers_of(data / "topics" / "hf_history.jsonl", 500 - len(papers))]
    rows: list[Row] = []
    for number, some in ((10, papers[:10]), (75, papers), (500, many)):
        assert len(some) == number
        rows += figures(some, RUNS[number])
    return rows


def figures(papers: Sequence[Paper], runs: int) -> list[Row]:
    """Measure one number of papers."""
    sections = default_sections()
    placements = place(papers, sections)
    watch = Stopwatch()
    issue = watched_compose(watch, lambda: compose(placements, sections, day=DAY, title="Papers"), runs)
    # what is imported and compiled once is not the cost of an edition
    edition = render(issue, budget=UNLIMITED)
    whole = watch.timed("whole render", render)
    within = watch.timed("whole render within the budget", render)
    round_trip = watch.timed(
        "lxml round trip", lambda: lxml_html.tostring(lxml_html.fromstring(edition.html))
    )
    for _ in range(runs):  # in turn, so that a busy machine slows all of them alike
        whole(issue, budget=UNLIMITED)
        within(issue)
        with watch.watching():
            render(issue, budget=UNLIMITED)
        round_trip()
    name = f"{len(papers):3} papers:"
    size = len(edition.html.encode("utf-8"))
    wholes = ("whole render", "whole render within the budget", "lxml round trip")
    stages = ("compose", *(stage for stage, _, _ in STAGES), *wholes)
    return [
        (f"{name} bytes of HTML", size, ""),
        *((f"{name} ms, {stage}", round(watch.median(stage), 2), "") for stage in stages),
        (f"{name} whole render / lxml round trip", ratio(watch, "lxml round trip"), "peer"),
        *npm_figures(name, watch, runs),
        (f"{name} ms, an edition drawn before", again(issue, runs), "0.1"),
    ]


def watched_compose(watch: Stopwatch, work: Callable[[], Issue], runs: int) -> Issue:
    timed = watch.timed("compose", work)
    found: list[Issue] = [timed() for _ in range(runs)]
    return found[-1]


def ratio(watch: Stopwatch, peer: str) -> float:
    return round(watch.median("whole render") / watch.median(peer), 1)


def again(issue: Issue, runs: int) -> float:
    """Time the second reader of a set of sections."""
    editions, watch = Editions(issue), Stopwatch()
    wanted = frozenset(section.slug for section in issue.sections[:2])
    editions.of(wanted)
    cached = watch.timed("again", editions.of)
    for _ in range(runs):
        cached(wanted)
    return round(watch.median("again"), 3)


def npm_figures(name: str, watch: Stopwatch, runs: int) -> list[Row]:
    """Time npm's MJML on the same source, after three runs to warm it up."""
    node = shutil.which("node")
    missing: list[Row] = [(f"{name} ms, npm mjml", "not installed", "peer")]
    if node is None:
        return missing
    done = subprocess.run(
        [node, "-e", NPM_MJML, str(runs)],
        input=watch.mjml_source,
        capture_output=True,
        text=True,
        check=False,
    )
    if "Cannot find module 'mjml'" in done.stderr:
        return missing
    version, spent = json.loads(done.stdout)
    return [
        (f"{name} ms, npm mjml {version}", round(spent, 2), "peer"),
        (f"{name} npm mjml / MJML", round(spent / watch.median("MJML"), 1), "peer"),
        (f"{name} whole render / npm mjml", round(watch.median("whole render") / spent, 2), "peer"),
    ]


def seed_papers() -> list[Paper]:
    page = Path(__file__).parents[2] / "fixtures" / "daily_papers.txt"
    return list(HuggingFaceText().parse(Document(body=page.read_bytes(), origin=page.name)).papers)


def papers_of(path: Path, number: int) -> list[Paper]:
    """Give real papers with the facts that a card of the seed page shows."""
    like = replace(seed_papers()[0], code_url=None)
    records = [json.loads(line) for line in path.read_text("utf-8").splitlines()[:number]]
    return [
        replace(
            like,
            key=PaperKey(record["id"]),
            ids={"arxiv": record["id"]},
            title=record["title"],
            title_raw=record["title"],
            abstract=record["abstract"],
            url=f"https://arxiv.org/abs/{record['id']}",
        )
        for record in records
    ]
