"""An editor moves a paper: it becomes an example of its new section, and stops being one of the old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsletter.config.edit import add_example, read_text, remove_example, write_config
from newsletter.topics.feedback import name_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsletter.model import Section
    from newsletter.topics.feedback import Feedback


def record(feedback: Feedback, path: Path, sections: Sequence[Section]) -> None:
    """Keep a judgement in the `examples` of the configuration. Raises `ConfigError`.

    The file has no place for counter-examples: all that a dislike does there is to take the paper out of
    that section's examples.
    """
    name = name_of(feedback.paper)
    old = read_text(path)
    new = old
    for section in sections:
        if name in section.examples and section.slug != feedback.liked:
            new = remove_example(new, section.slug, name)
    if feedback.liked is not None:
        new = add_example(new, feedback.liked, name)
    write_config(path, old=old, new=new)
