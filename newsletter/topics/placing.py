"""TF-IDF similarity between papers and sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from newsletter.model import Evidence, Fit, Paper, Placement, PlacingPolicy, Section, Term
from newsletter.topics.words import terms, without_availability

_DECIDING_TERMS = 5
_DIGITS = 6  # more would be noise of floating point, and order could show
_KEYWORD_WEIGHT = 0.05  # what a keyword found in the paper adds, once in the abstract, twice in the title


@dataclass(frozen=True, slots=True, kw_only=True)
class _Vectors:
    """Rows of TF-IDF weights; `names` are the terms of the columns."""

    papers: Any
    sections: Any
    names: Sequence[str]


def place(
    papers: Sequence[Paper], sections: Sequence[Section], *, policy: PlacingPolicy | None = None
) -> tuple[Placement, ...]:
    """Give every paper one home, in the order of `papers`.

    The score (0 to 1) is the cosine of the TF-IDF vectors of a paper (title and abstract) and of a section
    (title, description, keywords), raised by keywords found in the paper. A paper whose best score lies
    under the section's threshold, or that holds an excluded term of every section it could go to, has no
    home. The order of the papers changes nothing; of equal scores the earlier section wins.
    """
    policy = policy or PlacingPolicy()
    if not papers:
        return ()
    if not sections:
        return tuple(Placement(paper=p, section=None, score=0.0, evidence=Evidence()) for p in papers)
    vectors = _vectorise(papers, sections)
    hits = _all_hits(papers, sections)
    scores = _scores(vectors, hits)
    return tuple(
        _placement(paper, sections, scores[i], hits[i], policy, deciding=partial(_deciding, vectors, i))
        for i, paper in enumerate(papers)
    )


Hits = tuple[tuple[str, int], ...] | None


def _all_hits(papers: Sequence[Paper], sections: Sequence[Section]) -> list[list[Hits]]:
    """Find the keywords of every section in every paper."""
    wanted = [
        ({keyword: _line(keyword) for keyword in section.keywords}, [_line(term) for term in section.exclude])
        for section in sections
    ]
    found = [(_line(paper.title), _line(paper.abstract or "")) for paper in papers]
    return [
        [_hits(title, abstract, keywords, exclude) for keywords, exclude in wanted]
        for title, abstract in found
    ]


def _line(text: str) -> str:
    """Write the single words between blanks: a phrase of any length is then found as a whole."""
    return f" {' '.join(term for term in terms(text) if ' ' not in term)} "


def _hits(title: str, abstract: str, keywords: Mapping[str, str], exclude: Sequence[str]) -> Hits:
    """List the keywords that occur, with 2 for the title and 1 for the abstract; None if one is excluded."""
    if any(_count(title, abstract, term) for term in exclude):
        return None
    counted = ((keyword, _count(title, abstract, line)) for keyword, line in keywords.items())
    return tuple((keyword, count) for keyword, count in counted if count)


def _count(title: str, abstract: str, phrase: str) -> int:
    if not phrase.strip():
        return 0
    return 2 if phrase in title else int(phrase in abstract)


def _vectorise(papers: Sequence[Paper], sections: Sequence[Section]) -> _Vectors:
    texts = [f"{p.title}. {without_availability(p.abstract or '')}" for p in papers]
    queries = [f"{s.title}. {s.description} " + " . ".join(s.keywords) for s in sections]
    vectoriser = TfidfVectorizer(analyzer=terms, sublinear_tf=True)
    try:
        vectoriser.fit([*texts, *queries])
    except ValueError:  # scikit-learn's "empty vocabulary": nothing but stop words anywhere
        vectoriser.fit(["nothing"])
    return _Vectors(
        papers=vectoriser.transform(texts),
        sections=vectoriser.transform(queries),
        names=vectoriser.get_feature_names_out().tolist(),
    )


def _scores(vectors: _Vectors, hits: Sequence[Sequence[Hits]]) -> Any:
    """Give papers x sections; an excluded pair scores nothing."""
    cosine = (vectors.papers @ vectors.sections.T).toarray()
    raised = np.array([[sum(n for _, n in h) if h else 0 for h in row] for row in hits], dtype=float)
    allowed = np.array([[h is not None for h in row] for row in hits])
    scores = np.minimum(cosine + _KEYWORD_WEIGHT * raised, 1.0)
    return np.round(np.where(allowed, scores, 0.0), _DIGITS)


def _placement(
    paper: Paper,
    sections: Sequence[Section],
    scores: Any,
    hits: Sequence[Hits],
    policy: PlacingPolicy,
    *,
    deciding: Callable[[int], tuple[Term, ...]],
) -> Placement:
    ranked = sorted(range(len(sections)), key=lambda s: (-scores[s], s))
    fits = [Fit(section=sections[s].slug, score=float(scores[s])) for s in ranked]
    fitting = [fit for s, fit in zip(ranked, fits, strict=True) if _is_enough(sections[s], fit.score, policy)]
    home = fitting[0] if fitting else None
    best = next(s for s in ranked if sections[s].slug == (home or fits[0]).section)
    nearest = next((fit for fit in fits if fit.section != sections[best].slug), None)
    score = float(scores[best])
    return Placement(
        paper=paper,
        section=home.section if home else None,
        score=score,
        evidence=Evidence(
            terms=deciding(best),
            keyword_hits=tuple(keyword for keyword, _ in hits[best] or ()),
            nearest=nearest,
            margin=round(score - nearest.score, _DIGITS) if nearest else None,
        ),
        also_fits=tuple(fit for fit in fitting if fit is not home),
    )


def _is_enough(section: Section, score: float, policy: PlacingPolicy) -> bool:
    return score > 0 and score >= (policy.min_score if section.min_score is None else section.min_score)


def _deciding(vectors: _Vectors, paper: int, section: int) -> tuple[Term, ...]:
    """Name the terms that made the cosine, heaviest first."""
    products = vectors.papers[paper].multiply(vectors.sections[section]).tocoo()
    weights = [
        (round(float(w), _DIGITS), vectors.names[c]) for c, w in zip(products.col, products.data, strict=True)
    ]
    heaviest = sorted(weights, key=lambda pair: (-pair[0], pair[1]))[:_DECIDING_TERMS]
    return tuple(Term(text=name, weight=weight) for weight, name in heaviest)
