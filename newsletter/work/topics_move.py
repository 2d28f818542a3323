"""An editor moves a paper: it becomes an example of its new section, and a counter-example of the old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.edit import add_example, read_text, remove_example, write_config
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
    """Keep a judgement in the configuration, where it outranks an earlier one on the same paper.

    Raises `ConfigError`.
    """
    name = name_of(feedback.paper)
    old = new = read_text(path)
    for section in sections:
        if name in section.examples and section.slug != feedback.liked:
            new = remove_example(new, section.slug, name)
        if name in section.counterexamples and section.slug == feedback.liked:
            new = remove_example(new, section.slug, name, of="counterexamples")
    if feedback.liked is not None:
        new = add_example(new, feedback.liked, name)
    if feedback.disliked is not None:
        new = add_example(new, feedback.disliked, name, of="counterexamples")
    write_config(path, old=old, new=new)
