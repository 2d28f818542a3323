"""What an editor may do to an issue, as the page asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from newsletter.errors import UsageError
from newsletter.issues.editing import Move
from newsletter.model import PaperKey, SectionSlug
from newsletter.rendering.introduction import MAX_CHARS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsletter.issues.editing import Edits
    from newsletter.model import Issue, Section

MAX_SUBJECT, MAX_PREHEADER = 200, 300
_MAX_PINNED = 50
_SHOWN = 60


def words_of(asked: Mapping[str, object]) -> tuple[str, str, str]:
    """Read an introduction, a subject and a preheader. Raises `UsageError` for what is too long."""
    introduction = _text(asked, "introduction", MAX_CHARS).replace("\r\n", "\n").strip()
    subject, preheader = (
        " ".join(_text(asked, name, most).split())
        for name, most in (("subject", MAX_SUBJECT), ("preheader", MAX_PREHEADER))
    )
    for name, line in (("subject", subject), ("preheader", preheader)):
        if not line.isprintable():
            raise UsageError(f"the {name} has a character in it that cannot be printed")
    return introduction, subject, preheader


def step_of(
    asked: Mapping[str, object], edits: Edits, draft: Issue, sections: Sequence[Section]
) -> tuple[str, Edits]:
    """Give what is said of a step, and the edits after it. Raises `UsageError` for what cannot be done."""
    if asked.get("do") == "words":
        introduction, subject, preheader = words_of(asked)
        return "the words are kept", replace(
            edits, introduction=introduction, subject=subject, preheader=preheader
        )
    key, title = _paper(asked, draft)
    pinned = tuple(one for one in edits.pinned if one != key)
    hidden = tuple(one for one in edits.hidden if one != key)
    match asked.get("do"):
        case "pin":
            if len(pinned) >= _MAX_PINNED:
                raise UsageError(f"{_MAX_PINNED} papers are pinned already")
            return f"“{title}” stands first", replace(edits, pinned=(*pinned, key), hidden=hidden)
        case "unpin":
            return f"“{title}” stands where it was composed", replace(edits, pinned=pinned)
        case "hide":
            return f"“{title}” is hidden", replace(edits, pinned=pinned, hidden=(*hidden, key))
        case "show":
            return f"“{title}” is shown again", replace(edits, hidden=hidden)
        case "move":
            home, name = _home(asked.get("to"), draft, sections)
            others = tuple(move for move in edits.moved if move.key != key)
            moved = others if home == _composed_home(key, draft) else (*others, Move(key=key, section=home))
            return f"“{title}” is in {name}", replace(edits, moved=moved)
        case other:
            raise UsageError(f"nothing is known that is called {str(other)[:_SHOWN]!r}")


def _paper(asked: Mapping[str, object], draft: Issue) -> tuple[PaperKey, str]:
    for entry in draft.entries:
        if entry.paper.key == asked.get("paper"):
            title = entry.paper.title
            return entry.paper.key, title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1].rstrip()}…"
    raise UsageError("this paper is not in the issue", hint="load the page again")


def _home(asked: object, draft: Issue, sections: Sequence[Section]) -> tuple[SectionSlug | None, str]:
    if not asked:
        return None, "“More papers”"
    titles = {one.slug: one.title for one in sections} | {one.slug: one.title for one in draft.sections}
    for slug, title in titles.items():
        if slug == asked:
            return slug, title
    raise UsageError("this section is not there any more", hint="load the page again")


def _composed_home(key: PaperKey, draft: Issue) -> SectionSlug | None:
    for section in draft.sections:
        if any(entry.paper.key == key for entry in section.entries):
            return section.slug
    return None


def _text(asked: Mapping[str, object], name: str, most: int) -> str:
    text = asked.get(name, "")
    if not isinstance(text, str):
        raise UsageError(f"expected a text as {name}")
    if len(text) > most:
        raise UsageError(f"the {name} has {len(text):,} characters", hint=f"at most {most:,} fit")
    return text
