"""Papers and sections as the grouper sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.topics.notices import without_notices
from newsletter.topics.words import Word, stems_of, terms_of, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Paper, Section
    from newsletter.topics.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperProfile:
    """The words of a paper; `terms` and `spellings` are what they are counted by and shown as."""

    title: tuple[str, ...]
    abstract: tuple[str, ...]
    terms: tuple[str, ...]
    spellings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionProfile:
    """What a section asks for; `keywords` maps each phrase to how the person wrote it first."""

    terms: tuple[str, ...]
    keywords: Mapping[Phrase, str]
    exclude: frozenset[Phrase]


def profile_paper(paper: Paper) -> PaperProfile:
    """Read the title and the abstract of a paper."""
    title, abstract = words_of(paper.title), words_of(without_notices(paper.abstract or ""))
    terms = terms_of(title) + terms_of(abstract)
    return PaperProfile(
        title=_stems(title),
        abstract=_stems(abstract),
        terms=tuple(term for term, _ in terms),
        spellings=dict(reversed(terms)),
    )


def profile_section(section: Section) -> SectionProfile:
    """Read the title, the description and the keywords of a section; a keyword given twice counts once.

    Raises `TopicError` if they hold no word that a paper could share.
    """
    keywords = {phrase: text for text in reversed(section.keywords) if (phrase := _phrase(text))}
    texts = [section.title, section.description, *reversed(keywords.values())]
    terms = tuple(term for text in texts for term, _ in terms_of(words_of(text)))
    if not terms:
        raise TopicError(
            f"the section {section.title!r} has no word that a paper could share",
            hint='give it keywords that say what its papers are about, such as "speech recognition"',
        )
    exclude = frozenset(phrase for text in section.exclude if (phrase := _phrase(text)))
    return SectionProfile(terms=terms, keywords=dict(reversed(keywords.items())), exclude=exclude)


def _stems(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.stem for word in words)


def _phrase(text: str) -> Phrase | None:
    """Make a phrase of a keyword; one of joining words only ("it", "of the") would match every paper."""
    words = words_of(text)
    return stems_of(text) if any(word.says_something for word in words) else None
