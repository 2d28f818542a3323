"""One item of the Hugging Face daily papers, as its interface and its pages have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from newsletter.model import Paper, Summary
from newsletter.parsing.arxiv_records import LIMITS
from newsletter.parsing.author_lists import MAX_AUTHORS, names_of
from newsletter.parsing.code_links import code_url
from newsletter.parsing.huggingface_text import SOURCE
from newsletter.parsing.identity import arxiv_id, arxiv_version, identify
from newsletter.parsing.readable import readable
from newsletter.parsing.text import MAX_ABSTRACT_CHARS, MAX_TITLE_CHARS, clean
from newsletter.parsing.written_days import written_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    from newsletter.parsing.gathering import Gathering

_MAX_SUMMARY_CHARS = 2_000
_MAX_KEYWORDS = 50
_MAX_KEYWORD_CHARS = 100
_MAX_URL_CHARS = 2_000
_LARGEST_COUNT = 2**53


def is_item(value: object) -> bool:
    """Whether a value looks like an item: a paper under `paper`, or a paper itself."""
    paper = paper_in(value)
    return paper is not None and ("title" in paper or "id" in paper)


def paper_in(value: object) -> Mapping[str, Any] | None:
    """Give the paper of an item; the outer fields of an item repeat it, one of them wrongly."""
    if not isinstance(value, dict):
        return None
    if isinstance(value.get("paper"), dict):
        paper: Mapping[str, Any] = value["paper"]
        return paper
    return value if "id" in value and "title" in value else None


def add_item(item: object, gathering: Gathering, *, line: int | None, place: str) -> None:
    """Add the paper of an item; one that is none, or has no title, is a problem."""
    paper = paper_in(item)
    outer: Mapping[str, Any] = item if isinstance(item, dict) else {}
    raw = (_text(paper, "title") or _text(outer, "title")) if paper is not None else None
    title, _ = readable(raw or "", MAX_TITLE_CHARS)
    if paper is None or not title:
        found = str(item)[:100]
        gathering.report(f"{place} is no paper", line, expected='an object with a "title"', found=found)
        return
    texts = _Texts.of(paper, outer, raw or title)
    if texts.is_cut or len(texts.authors) > MAX_AUTHORS:
        gathering.report(f"{place} was cut to the limit", line, expected=LIMITS, found=title)
    if _text(paper, "id") is None:
        gathering.report(f"{place} has no id", line, expected="an id such as 2511.04502", found=title)
    gathering.add(_paper(paper, outer, texts), line)


def day_of(papers: Iterable[Paper], shown: object = None) -> date | None:
    """Give the day of a list: the one it shows, else the one on which most of its papers were taken in."""
    day = written_day(shown) if isinstance(shown, str) else None
    days = Counter(paper.announced for paper in papers if paper.announced)
    return day or max(days, key=lambda day: (days[day], day), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """The texts of an item, cleaned."""

    title: str
    title_raw: str
    abstract: str | None
    abstract_raw: str | None
    authors: tuple[str, ...]
    is_cut: bool

    @classmethod
    def of(cls, paper: Mapping[str, Any], outer: Mapping[str, Any], title_raw: str) -> _Texts:
        title, title_cut = readable(title_raw, MAX_TITLE_CHARS)
        raw = _text(paper, "summary") or _text(outer, "summary") or _text(paper, "abstract")
        abstract, abstract_cut = readable(raw or "", MAX_ABSTRACT_CHARS)
        return cls(
            title=title,
            title_raw=title_raw,
            abstract=abstract or None,
            abstract_raw=raw if abstract else None,
            authors=_authors(paper.get("authors")),
            is_cut=title_cut or abstract_cut,
        )


def _paper(paper: Mapping[str, Any], outer: Mapping[str, Any], texts: _Texts) -> Paper:
    own = _text(paper, "id")
    number = arxiv_id(own) if own else None
    identity = identify(texts.title, arxiv=number, hf=number or own)
    summary, _ = readable(_text(paper, "ai_summary") or _text(outer, "ai_summary") or "", _MAX_SUMMARY_CHARS)
    return Paper(
        key=identity.key,
        ids=identity.ids,
        title=texts.title,
        title_raw=texts.title_raw,
        abstract=texts.abstract,
        abstract_raw=texts.abstract_raw,
        authors=texts.authors[:MAX_AUTHORS] or None,
        author_count=len(texts.authors) or None,
        # the outer date is shifted by hours, and with them by a day
        published=written_day(_text(paper, "publishedAt")),
        announced=written_day(_text(paper, "submittedOnDailyAt") or _text(outer, "submittedOnDailyAt")),
        url=f"https://huggingface.co/papers/{number}" if number else None,
        pdf_url=f"https://arxiv.org/pdf/{number}" if number else None,
        code_url=_address(paper.get("githubRepo")) or (code_url(texts.abstract) if texts.abstract else None),
        source=SOURCE,
        keywords=_keywords(paper.get("ai_keywords")),
        upvotes=_count(paper.get("upvotes")),
        comments=_count(outer.get("numComments", paper.get("numComments"))),
        stars=_count(paper.get("githubStars")),
        thumbnail=_address(outer.get("thumbnail", paper.get("thumbnail"))),
        summary=Summary(text=summary, origin="source") if summary else None,
        version=arxiv_version(own) if own else None,
    )


def _text(data: Mapping[str, Any], name: str) -> str | None:
    value = data.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _authors(value: object) -> tuple[str, ...]:
    """Take the names in order; who asked to be hidden on the site is an author all the same."""
    if not isinstance(value, list):
        return ()
    names = (author.get("name") if isinstance(author, dict) else author for author in value)
    return names_of(name for name in names if isinstance(name, str))


def _keywords(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list):
        return None
    words = [clean(word[:_MAX_KEYWORD_CHARS]) for word in value[:_MAX_KEYWORDS] if isinstance(word, str)]
    return tuple(word for word in words if word) or None


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_COUNT:
        return None
    return value


def _address(value: object) -> str | None:
    """Take a whole address; those relative to the site are pictures of people."""
    if not isinstance(value, str) or len(value) > _MAX_URL_CHARS or not value.isprintable():
        return None
    return value if value.startswith(("https://", "http://")) and " " not in value else None
