"""What is wrong with sections, by themselves and against papers that were there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from newsletter.errors import TopicError
from newsletter.topics.checking_feed import check_feed
from newsletter.topics.findings import Finding, listed
from newsletter.topics.key_phrases import contains
from newsletter.topics.pool import name_of_title, names_of
from newsletter.topics.profiles import profile_section
from newsletter.topics.words import stems_of, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsletter.model import Paper, PlacingPolicy, Section
    from newsletter.topics.background import Background
    from newsletter.topics.phrases import Phrase

# Fewer papers say too little about a section.
MIN_PAPERS = 20


def check(
    sections: Sequence[Section],
    papers: Sequence[Paper],
    *,
    policy: PlacingPolicy | None = None,
    background: Background | None = None,
) -> tuple[Finding, ...]:
    """Find what a person should change, errors first.

    What only a feed can tell is left out with fewer than 20 papers.
    """
    usable = [section for section in sections if _has_words(section)]
    findings = [*_without_words(sections), *_each(usable), *_shared_keywords(usable)]
    if papers:
        findings += _unknown_examples(usable, papers, background)
    if len(papers) >= MIN_PAPERS:
        findings += check_feed(usable, papers, policy, background)
    return tuple(sorted(findings, key=lambda finding: finding.severity))


def _has_words(section: Section) -> bool:
    try:
        profile_section(section)
    except TopicError:
        return False
    return True


def _without_words(sections: Sequence[Section]) -> Iterator[Finding]:
    for section in sections:
        if not _has_words(section):
            yield Finding(
                severity="error",
                kind="no-words",
                sections=(section.slug,),
                message=f"{section.title!r} has no word that a paper could share",
                advice="give it keywords that say what its papers are about",
            )


def _each(sections: Sequence[Section]) -> Iterator[Finding]:
    for section in sections:
        yield from _excludes_itself(section)
        yield from _idle_keywords(section)
        yield from _repeated_keywords(section)


def _excludes_itself(section: Section) -> Iterator[Finding]:
    profile = profile_section(section)
    excluded = [
        text
        for phrase, text in profile.keywords.items()
        if any(contains(phrase, other) for other in profile.exclude)
    ]
    if excluded:
        yield Finding(
            severity="error",
            kind="excludes-itself",
            sections=(section.slug,),
            message=f"{section.title!r} excludes the papers that its keywords {listed(excluded)} find",
            advice="take these out of `keywords`, or out of `exclude`",
        )


def _idle_keywords(section: Section) -> Iterator[Finding]:
    idle = [text for text in section.keywords if not any(word.says_something for word in words_of(text))]
    if idle:
        yield Finding(
            severity="warning",
            kind="idle-keyword",
            sections=(section.slug,),
            message=f"{section.title!r} has keywords of joining words only, which find no paper:"
            f" {listed(idle)}",
            advice="remove them, or write the whole phrase",
        )


def _repeated_keywords(section: Section) -> Iterator[Finding]:
    spellings: defaultdict[Phrase, list[str]] = defaultdict(list)
    for text in section.keywords:
        spellings[stems_of(text)].append(text)
    repeated = [" = ".join(texts) for stems, texts in spellings.items() if stems and len(texts) > 1]
    if repeated:
        yield Finding(
            severity="warning",
            kind="repeated-keyword",
            sections=(section.slug,),
            message=f"{section.title!r} has keywords that are the same to the grouper: {listed(repeated)}",
            advice="keep one of each; case, plural and hyphens make no difference",
        )


def _unknown_examples(
    sections: Sequence[Section], papers: Sequence[Paper], background: Background | None
) -> Iterator[Finding]:
    """A title does its work by its words; what is one word can only be the id of a paper that is known."""
    known = {name for paper in papers for name in names_of(paper)}
    if background is not None and background.pool is not None:
        known.update(name for names in background.pool.names for name in names.split("\t"))
    for section in sections:
        for field, named in (("examples", section.examples), ("counterexamples", section.counterexamples)):
            unknown = [
                name
                for name in named
                if " " not in name.strip() and known.isdisjoint((name, name_of_title(name)))
            ]
            if unknown:
                yield Finding(
                    severity="warning",
                    kind="unknown-example",
                    sections=(section.slug,),
                    message=f"{section.title!r} has {field} that are no paper's id here: {listed(unknown)}",
                    advice="write the bare id, such as 2410.22325, or the whole title,"
                    " which does its work without the paper too",
                )


def _shared_keywords(sections: Sequence[Section]) -> Iterator[Finding]:
    owners: defaultdict[Phrase, dict[str, Section]] = defaultdict(dict)
    spelling: dict[Phrase, str] = {}
    for section in sections:
        for phrase, text in profile_section(section).keywords.items():
            owners[phrase][section.slug] = section
            spelling.setdefault(phrase, text)
    pairs: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for phrase, having in owners.items():
        if len(having) > 1:
            pairs[tuple(having)].append(spelling[phrase])
    titles = {str(section.slug): section.title for section in sections}
    for slugs, keywords in pairs.items():
        yield Finding(
            severity="warning",
            kind="shared-keyword",
            sections=slugs,
            message=f"{listed([titles[slug] for slug in slugs])} have the same keywords: {listed(keywords)}",
            advice="keep each in the section whose papers it tells from the others",
        )
