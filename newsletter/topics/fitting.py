"""How well papers fit sections, part by part."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, vstack

from newsletter.topics.examples import Examples, examples_of
from newsletter.topics.fits import Fits, Parts
from newsletter.topics.learning import (
    COSINE,
    HITS,
    MEANING,
    REST,
    hits_among_earlier,
    learn,
)
from newsletter.topics.pool import name_of_title, names_of
from newsletter.topics.prepared import prepared
from newsletter.topics.profiles import profile_section
from newsletter.topics.reading import PhraseSearch, read_papers, read_texts
from newsletter.topics.vectors import Vocabulary
from newsletter.topics.wanted import by_author, by_category
from newsletter.topics.weighing import unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.model import Paper, Section
    from newsletter.topics.background import Background
    from newsletter.topics.feedback import Feedback
    from newsletter.topics.learning import Lesson
    from newsletter.topics.prepared import Prepared
    from newsletter.topics.profiles import SectionProfile
    from newsletter.topics.reading import Reading

_HALF_WEIGHT = 5  # examples at which they weigh half as much as the section's own words
_AGAINST = 0.5  # what a counter-example weighs beside an example
_IN_TITLE = 3  # what a keyword in the title counts; elsewhere it is 1
_FOREIGN = 6.0  # the fewer subjects the sections ask for, the likelier a paper is of none


class Fitting:
    """Sections made ready to take in papers."""

    def __init__(
        self,
        sections: Sequence[Section],
        profiles: Sequence[SectionProfile],
        base: Prepared,
        examples: Sequence[Examples],
    ) -> None:
        self._sections = sections
        self._profiles = profiles
        self.vocabulary = Vocabulary(base, [text for profile in profiles for text in profile.texts])
        own = self._own_queries()
        self._queries = self._with_examples(own, sections, base, examples)
        self._moved = (self._queries - own) if self._queries is not own else None
        self._points = unit_rows(self.vocabulary.meanings(self._queries))
        self.lesson: Lesson = self._learnt(base, self._columns_of_keywords())
        self._search_phrases()

    def _columns_of_keywords(self) -> list[list[tuple[int, ...]]]:
        sought = list({phrase: None for profile in self._profiles for phrase in profile.keywords})
        columns = dict(zip(sought, self.vocabulary.columns_of_phrases(sought), strict=True)) if sought else {}
        return [
            [columns[phrase] for phrase in profile.keywords if columns[phrase]] for profile in self._profiles
        ]

    def _learnt(self, base: Prepared, phrases: Sequence[Sequence[tuple[int, ...]]]) -> Lesson:
        """Learn about sections; two that ask for the same are one, or each would speak against the other."""
        first: dict[tuple[object, ...], int] = {}
        same = [
            first.setdefault((profile.texts, section.examples, section.counterexamples), number)
            for number, (profile, section) in enumerate(zip(self._profiles, self._sections, strict=True))
        ]
        different = sorted(first.values())
        hits = hits_among_earlier(base, [phrases[number] for number in different])
        lesson = learn(
            base,
            self.vocabulary,
            self._queries[different],
            hits,
            examples=[base.rows_of(self._sections[number].examples) for number in different],
            counterexamples=[base.rows_of(self._sections[number].counterexamples) for number in different],
        )
        if len(different) == len(same):
            return lesson
        columns = [different.index(number) for number in same]
        return replace(lesson, odds=lesson.odds[:, columns], papers=lesson.papers[columns])

    def _own_queries(self) -> Any:
        owners = np.repeat(np.arange(len(self._profiles)), [len(profile.texts) for profile in self._profiles])
        reading = read_texts(
            [text for profile in self._profiles for text in profile.texts], self.vocabulary.lexicon
        )
        merged = replace(reading, texts=len(self._profiles), rows=owners[reading.rows])
        return self.vocabulary.vectors(merged).rows

    def _with_examples(
        self,
        own: Any,
        sections: Sequence[Section],
        base: Prepared,
        examples: Sequence[Examples],
    ) -> Any:
        """Add the mean of the examples and take that of the counter-examples away, n of them with n/(n+5) of
        the weight of the section's own words."""
        if not any(
            section.examples or section.counterexamples or one.good or one.bad
            for section, one in zip(sections, examples, strict=True)
        ):
            return own
        rows = []
        for row, section, one in zip(own, sections, examples, strict=True):
            good = [*self._vectors_of(one.good), *self._named(section.examples, one.good, base)]
            bad = [*self._vectors_of(one.bad), *self._named(section.counterexamples, one.bad, base)]
            rows.append(row + _mean(good) - _AGAINST * _mean(bad))
        matrix = csr_matrix(vstack(rows))
        lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
        return csr_matrix(matrix.multiply(1 / np.where(lengths > 0, lengths, 1)[:, None]))

    def _vectors_of(self, papers: Sequence[Paper]) -> list[Any]:
        if not papers:
            return []
        rows = self.vocabulary.vectors(read_papers(papers, self.vocabulary.lexicon)).rows
        return [rows[number] for number in range(len(papers))]

    def _named(self, examples: Sequence[str], found: Sequence[Paper], base: Prepared) -> list[Any]:
        """Take examples that are no paper of today from the past, else a title by its words."""
        here = {name for paper in found for name in names_of(paper)}
        vectors = []
        for example in examples:
            if example in here or name_of_title(example) in here:
                continue
            row = base.row_of(example)
            if row is not None:
                wide = base.rows[row].copy()
                wide.resize((1, self.vocabulary.width))
                vectors.append(wide)
            elif " " in example.strip():
                vectors.append(
                    self.vocabulary.vectors(read_texts([example], self.vocabulary.lexicon)).rows[0]
                )
        return vectors

    def _search_phrases(self) -> None:
        lexicon = self.vocabulary.lexicon
        sought: dict[tuple[int, ...], list[tuple[int, str | None]]] = {}
        for number, profile in enumerate(self._profiles):
            for phrase, text in profile.keywords.items():
                sought.setdefault(lexicon.phrase(phrase), []).append((number, text))
            for phrase in profile.exclude:
                sought.setdefault(lexicon.phrase(phrase), []).append((number, None))
        self._search = PhraseSearch(sought)
        self._meant = {self._search.node(phrase): meant for phrase, meant in sought.items()}

    def fit(self, papers: Sequence[Paper]) -> Fits:
        """Compare papers with the sections."""
        reading = read_papers(papers, self.vocabulary.lexicon)
        vectors = self.vocabulary.vectors(reading)
        hits, excluded, keywords = self._hits(reading)
        rest = (vectors.rows @ self.lesson.rest - self.lesson.usual) / self.lesson.spread
        categories, authors = by_category(papers, self._sections), by_author(papers, self._sections)
        parts = Parts(
            words=COSINE * (vectors.rows @ self._queries.T).toarray(),
            meaning=MEANING * (vectors.points @ self._points.T),
            keywords=HITS * np.sqrt(hits),
            learnt=self.lesson.weight * (vectors.rows @ self.lesson.odds),
            rest=REST * rest[:, None],
            wanted=categories + authors,
            foreign=_FOREIGN * self.lesson.foreign,
        )
        without = {"background": replace(parts, meaning=0, learnt=0, rest=0)}
        if self._moved is not None:
            from_examples = COSINE * (vectors.rows @ self._moved.T).toarray()
            without["examples"] = replace(parts, words=parts.words - from_examples)
        if categories.any():
            without["categories"] = replace(parts, wanted=authors)
        if authors.any():
            without["authors"] = replace(parts, wanted=categories)
        return Fits(
            all=parts.fit(),
            excluded=excluded,
            without={kind: part.fit() for kind, part in without.items()},
            keywords=keywords,
            reading=reading,
            vectors=vectors,
        )

    def _hits(self, reading: Reading) -> tuple[Any, Any, list[dict[int, tuple[str, ...]]]]:
        """Count keywords, one in the title thrice."""
        places, nodes = self._search.find(reading)
        hits = np.zeros((reading.texts, len(self._profiles)), dtype=np.float32)
        excluded = np.zeros(hits.shape, dtype=bool)
        found: list[dict[int, list[str]]] = [{} for _ in range(reading.texts)]
        for row, node, title in self._once(reading, places, nodes):
            for section, text in self._meant[node]:
                if text is None:
                    excluded[row, section] = True
                else:
                    hits[row, section] += _IN_TITLE if title else 1
                    found[row].setdefault(section, []).append(text)
        return hits, excluded, [self._in_order(one) for one in found]

    def _once(self, reading: Reading, places: Any, nodes: Any) -> Iterator[tuple[int, int, bool]]:
        """List which phrases stand in which text, each once, and whether in its title."""
        keys = reading.rows[places] << 32 | nodes
        found = np.unique(keys)
        titled = np.isin(found, keys[reading.in_title[places]])
        return zip((found >> 32).tolist(), (found & 0xFFFFFFFF).tolist(), titled.tolist(), strict=True)

    def _in_order(self, found: dict[int, list[str]]) -> dict[int, tuple[str, ...]]:
        return {
            section: tuple(text for text in self._profiles[section].keywords.values() if text in texts)
            if len(texts) > 1
            else tuple(texts)
            for section, texts in found.items()
        }

    @cached_property
    def speaking(self) -> Any:
        """How much each term speaks for each section (sections x terms), for texts of unit length."""
        spread = self.vocabulary.meaning_of_terms(self._points)
        known = COSINE * self._queries.toarray().T + self.lesson.weight * self.lesson.odds
        return np.ascontiguousarray((known + MEANING * spread).T)


def _mean(vectors: Sequence[Any]) -> Any:
    """Give the mean of n vectors, with n/(n+5) of its weight: one alone says little."""
    return sum(vectors) / (len(vectors) + _HALF_WEIGHT) if vectors else 0


def fitting_for(
    sections: Sequence[Section],
    papers: Sequence[Paper],
    background: Background | None,
    feedback: Sequence[Feedback] = (),
) -> Fitting:
    """Make sections ready. Without examples among the papers, the same sections need it only once."""
    examples = examples_of(sections, papers, feedback)
    if not any(one.good or one.bad for one in examples):
        return _kept(tuple(sections), background)
    return _made(sections, background, examples)


@lru_cache(maxsize=8)
def _kept(sections: tuple[Section, ...], background: Background | None) -> Fitting:
    return _made(sections, background, [Examples()] * len(sections))


def _made(
    sections: Sequence[Section],
    background: Background | None,
    examples: Sequence[Examples],
) -> Fitting:
    profiles = [profile_section(section) for section in sections]
    return Fitting(sections, profiles, prepared(background), examples)
