"""The style sheets and inline styles of a page, read by the CSS standard so that nothing is lost unseen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsletter.rendering.checks.findings import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.rendering.checks.page import Node, Page

# What may hold a brace that opens nothing: comments and strings.
_NO_BRACES = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """One property and its value, as tokens of tinycss2 and as text."""

    name: str
    tokens: tuple[Any, ...]
    text: str
    is_important: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A selector with its declarations; `conditions` are the at-rules around it, outermost first, the
    sheet's own `media` among them."""

    selector: str
    declarations: tuple[Declaration, ...]
    conditions: tuple[tuple[str, str], ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRule:
    """An at-rule, as `@media (hover)` is "media" and "(hover)"; `depth` counts the at-rules around it."""

    name: str
    prelude: str
    depth: int
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One style element. `faults` are lines where a browser drops something, and why; all lines are counted
    from the beginning of the sheet, which is on `first_line` of the page."""

    text: str
    first_line: int
    rules: tuple[Rule, ...]
    at_rules: tuple[AtRule, ...]
    faults: tuple[tuple[int, str], ...]

    def place(self, line: int) -> Place:
        """Say where a line of it is."""
        return Place(part="HTML", line=self.first_line + line - 1, element="<style>")


def sheets_of(page: Page) -> tuple[Sheet, ...]:
    """Read every style element, wherever it stands."""
    return tuple(_sheet(node, page.source) for node in page.all("style"))


def inline_style(text: str) -> tuple[Declaration, ...]:
    """Read a style attribute; what cannot be read is left out, as browsers do."""
    return tuple(found for found in _declarations(text) if isinstance(found, Declaration))


class _Reader:
    """Collects what one sheet holds."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self.at_rules: list[AtRule] = []
        self.faults: list[tuple[int, str]] = []

    def read(self, content: Any, conditions: tuple[tuple[str, str], ...]) -> None:
        import tinycss2  # noqa: PLC0415 - only who checks pays for it

        for found in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
            if found.type == "error":
                self.faults.append((found.source_line, found.message))
            elif found.type == "at-rule":
                self.at(found, conditions)
            else:
                self.rule(found, conditions)

    def at(self, found: Any, conditions: tuple[tuple[str, str], ...]) -> None:
        name, prelude = found.lower_at_keyword, _text(found.prelude)
        depth = sum(kind != "attribute" for kind, _ in conditions)
        self.at_rules.append(AtRule(name=name, prelude=prelude, depth=depth, line=found.source_line))
        if name in ("media", "supports", "layer", "container") and found.content is not None:
            self.read(found.content, (*conditions, (name, prelude)))

    def rule(self, found: Any, conditions: tuple[tuple[str, str], ...]) -> None:
        inside = list(_declarations(found.content))
        self.faults += [fault for fault in inside if not isinstance(fault, Declaration)]
        self.faults += [
            (token.source_line, token.message) for token in found.prelude if token.type == "error"
        ]
        self.rules.append(
            Rule(
                selector=_text(found.prelude),
                declarations=tuple(one for one in inside if isinstance(one, Declaration)),
                conditions=conditions,
                line=found.source_line,
            )
        )


def _sheet(node: Node, source: str) -> Sheet:
    reader, text = _Reader(), node.element.text or ""
    media = node.get("media")
    reader.read(text, (("attribute", media),) if media else ())
    bare = _NO_BRACES.sub("", text)
    if bare.count("{") > bare.count("}"):
        reader.faults.append((text.count("\n") + 1, "a block is not closed"))
    return Sheet(
        text=text,
        first_line=source.count("\n", 0, max(0, source.find(text))) + 1,
        rules=tuple(reader.rules),
        at_rules=tuple(reader.at_rules),
        faults=tuple(reader.faults),
    )


def _declarations(content: Any) -> Iterator[Declaration | tuple[int, str]]:
    import tinycss2  # noqa: PLC0415 - only who checks pays for it

    for found in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if found.type == "declaration":
            yield Declaration(
                name=found.lower_name,
                tokens=tuple(token for token in found.value if token.type not in ("whitespace", "comment")),
                text=_text(found.value),
                is_important=found.important,
            )
        elif found.type == "error":
            yield found.source_line, found.message


def _text(tokens: Any) -> str:
    import tinycss2  # noqa: PLC0415 - only who checks pays for it

    text: str = tinycss2.serialize(tokens)
    return " ".join(text.split())
