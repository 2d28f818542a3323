"""What a person may change about the sections, as the page asks for it and as it is done to the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from newsletter.config.edit import add_excluded, add_keywords, add_sections
from newsletter.config.reshape import remove_item, remove_keyword, remove_section, rename, reorder, set_value
from newsletter.config.schema import slugify
from newsletter.errors import UsageError
from newsletter.model import Section, SectionSlug
from newsletter.preview.drafting import Change
from newsletter.topics.feedback import Feedback
from newsletter.topics.words import stems_of
from newsletter.work.topics_move import judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.model import Placement
    from newsletter.topics.suggestion import NewSection

_MAX_TERM, _MAX_TITLE, _MAX_TERMS = 200, 80, 30
_SHOWN = 60

Asked = Mapping[str, object]


def change_of(
    asked: Asked,
    sections: Sequence[Section],
    placements: Sequence[Placement],
    proposals: Sequence[NewSection],
) -> Change:
    """Read what a page asks for. Raises `UsageError` for what cannot be done."""
    match asked.get("do"):
        case "create":
            return _created(_text(asked, "group", _MAX_TERM), proposals)
        case "new":
            return _new(_text(asked, "title", _MAX_TITLE), _text(asked, "keywords", 2_000))
        case "move":
            return _moved(asked, sections, placements)
    section = _section(asked.get("section"), sections)
    match asked.get("do"):
        case "add-keyword":
            term = _term(asked)
            return Change(
                said=f"“{term}” is a keyword of {section.title}",
                apply=lambda text: add_keywords(text, section.slug, [term]),
            )
        case "remove-keyword":
            term = _text(asked, "text", _MAX_TERM)
            return Change(
                said=f"“{term}” is no keyword of {section.title} any more",
                apply=lambda text: remove_keyword(text, section.slug, term),
            )
        case "exclude":
            term = _term(asked)
            return Change(
                said=f"“{term}” keeps papers out of {section.title}",
                apply=lambda text: add_excluded(text, section.slug, [term]),
            )
        case "include":
            term = _text(asked, "text", _MAX_TERM)
            return Change(
                said=f"“{term}” keeps no paper out of {section.title} any more",
                apply=lambda text: remove_item(text, section.slug, "exclude", term),
            )
        case _:
            return _shaped(asked, section, sections)


def _shaped(asked: Asked, section: Section, sections: Sequence[Section]) -> Change:
    match asked.get("do"):
        case "rename":
            title = _text(asked, "text", _MAX_TITLE)
            return Change(
                said=f"{section.title} is called {title}",
                apply=lambda text: rename(text, section.slug, title),
            )
        case "threshold":
            least = _number(asked.get("value"), 1)
            return Change(
                said=f"the threshold of {section.title} is {_or_default(least)}",
                apply=lambda text: set_value(text, section.slug, "min_score", least),
            )
        case "cap":
            most = _number(asked.get("value"), 500)
            whole = None if most is None else max(1, int(most))
            return Change(
                said=f"{section.title} shows at most {_or_default(whole)}",
                apply=lambda text: set_value(text, section.slug, "max_papers", whole),
            )
        case "up" | "down" as way:
            order = _swapped([one.slug for one in sections], section.slug, -1 if way == "up" else 1)
            return Change(said=f"{section.title} moved {way}", apply=lambda text: reorder(text, order))
        case "delete":
            return Change(
                said=f"{section.title} is deleted", apply=lambda text: remove_section(text, section.slug)
            )
        case other:
            raise UsageError(f"nothing is known that is called {str(other)[:_SHOWN]!r}")


def _moved(asked: Asked, sections: Sequence[Section], placements: Sequence[Placement]) -> Change:
    placement = next((one for one in placements if one.paper.key == asked.get("paper")), None)
    if placement is None:
        raise UsageError("this paper is not here any more", hint="load the page again")
    liked = _section(asked["to"], sections) if asked.get("to") else None
    if placement.section == (liked.slug if liked else None):
        raise UsageError("the paper is there already")
    feedback = Feedback(
        paper=placement.paper, liked=liked.slug if liked else None, disliked=placement.section
    )
    title = _clipped(placement.paper.title)
    where = f"is an example of {liked.title}" if liked else "is in no section"
    return Change(said=f"“{title}” {where}", apply=lambda text: judged(text, feedback, sections))


def _created(name: str, proposals: Sequence[NewSection]) -> Change:
    found = next((one.section for one in proposals if one.section.title == name), None)
    if found is None:
        raise UsageError(
            f"{name[:_SHOWN]!r} has no words of its own that could be keywords",
            hint="add a section by hand below, with keywords that you choose",
        )
    return Change(said=f"{found.title} is a section", apply=lambda text: add_sections(text, [found]))


def _new(title: str, keywords: str) -> Change:
    terms = tuple(filter(None, (" ".join(term.split()) for term in keywords.split(","))))
    for term in terms:
        _must_say_something(term)
    if not terms or len(terms) > _MAX_TERMS or max(map(len, terms)) > _MAX_TERM:
        raise UsageError(f"a section needs keywords: 1 to {_MAX_TERMS}, parted by commas")
    section = Section(slug=SectionSlug(slugify(title)), title=title, keywords=terms)
    return Change(said=f"{title} is a section", apply=lambda text: add_sections(text, [section]))


def _section(slug: object, sections: Sequence[Section]) -> Section:
    for section in sections:
        if section.slug == slug:
            return section
    raise UsageError("this section is not there any more", hint="load the page again")


def _term(asked: Asked) -> str:
    term = _text(asked, "text", _MAX_TERM)
    _must_say_something(term)
    return term


def _must_say_something(term: str) -> None:
    if not stems_of(term):
        raise UsageError(f"{term[:_SHOWN]!r} has no word in it that a paper could hold")


def _text(asked: Asked, name: str, most: int) -> str:
    given = asked.get(name)
    text = " ".join(given.split()) if isinstance(given, str) else ""
    if not text:
        raise UsageError(f"the {name} is empty", hint="type a word or a phrase")
    if len(text) > most or not text.isprintable():
        raise UsageError(f"expected at most {most} printable characters")
    return text


def _number(value: object, most: float) -> float | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise UsageError(f"expected a number from 0 to {most}, or nothing for the default")
    return value


def _clipped(title: str) -> str:
    return title if len(title) <= _SHOWN else f"{title[: _SHOWN - 1].rstrip()}…"


def _or_default(value: float | None) -> str:
    return "the default" if value is None else f"{value:g}"


def _swapped(slugs: list[SectionSlug], slug: SectionSlug, step: int) -> list[SectionSlug]:
    at = slugs.index(slug)
    to = min(max(at + step, 0), len(slugs) - 1)
    slugs[at], slugs[to] = slugs[to], slugs[at]
    return slugs
