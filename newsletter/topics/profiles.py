"""Sections as the grouper sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.topics.words import stems_of, terms_of, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.model import Section
    from newsletter.topics.phrases import Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionProfile:
    """What a section asks for: the `texts` that describe it; `keywords` maps each phrase to how the person
    wrote it first."""

    texts: tuple[str, ...]
    keywords: Mapping[Phrase, str]
    exclude: frozenset[Phrase]


def profile_section(section: Section) -> SectionProfile:
    """Read the title, the description and the keywords of a section; a keyword given twice counts once.

    Raises `TopicError` if they hold no word that a paper could share.
    """
    keywords = {phrase: text for text in reversed(section.keywords) if (phrase := _phrase(text))}
    texts = (section.title, section.description, *reversed(keywords.values()))
    if not any(terms_of(words_of(text)) for text in texts):
        raise TopicError(
            f"the section {section.title!r} has no word that a paper could share",
            hint='give it keywords that say what its papers are about, such as "speech recognition"',
        )
    exclude = frozenset(phrase for text in section.exclude if (phrase := _phrase(text)))
    return SectionProfile(texts=texts, keywords=dict(reversed(keywords.items())), exclude=exclude)


def _phrase(text: str) -> Phrase | None:
    """Make a phrase of a keyword; one of joining words only ("it", "of the") would match every paper."""
    words = words_of(text)
    return stems_of(text) if any(word.says_something for word in words) else None
