"""An editor moves a paper: it becomes an example of its new section, and a counter-example of the old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.edit import add_example
from newsletter.config.reshape import remove_example
from newsletter.config.writing import read_text, write_config
from newsletter.topics.feedback import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.model import Paper, Section, SectionSlug
    from newsletter.topics.feedback import Feedback


def is_judged(paper: Paper, sections: Sequence[Section], liked: SectionSlug | None) -> bool:
    """Say whether an earlier judgement on a paper speaks against the section it is liked in now."""
    name = name_of(paper)
    return liked is not None and any(
        name in (section.counterexamples if section.slug == liked else section.examples)
        for section in sections
    )


def record(feedback: Feedback, path: Path, sections: Sequence[Section]) -> None:
    """Keep a judgement in the configuration; see `judged`. Raises `ConfigError`, `StoreError`."""
    old = read_text(path)
    write_config(path, old=old, new=judged(old, feedback, sections))


def judged(text: str, feedback: Feedback, sections: Sequence[Section]) -> str:
    """Write a judgement into a configuration, where it outranks an earlier one on the same paper.

    A paper that is only where it is because it was moved there speaks against nothing when it moves on.
    """
    name, disliked = name_of(feedback.paper), feedback.disliked
    for section in sections:
        if name in section.examples and section.slug != feedback.liked:
            text = remove_example(text, section.slug, name)
            disliked = None if feedback.liked and section.slug == disliked else disliked
        if name in section.counterexamples and section.slug == feedback.liked:
            text = remove_example(text, section.slug, name, of="counterexamples")
    if feedback.liked is not None:
        text = add_example(text, feedback.liked, name)
    if disliked is not None:
        text = add_example(text, disliked, name, of="counterexamples")
    return text
