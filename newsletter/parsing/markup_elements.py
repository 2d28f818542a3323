"""The elements of HTML, JATS and MathML that are met in titles and abstracts, by what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.parsing.scripts import Script

# Elements that stand on lines of their own.
BLOCKS = frozenset(
    (
        "abstract", "address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd",
        "disp-formula", "disp-quote", "div", "dl", "dt", "fieldset", "fig", "figcaption", "figure", "footer",
        "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "list", "list-item", "main",
        "nav", "ol", "p", "para", "pre", "sec", "section", "simple-para", "table", "tbody", "td", "tfoot",
        "th", "thead", "title", "tr", "ul",
    )
)  # fmt: skip

HEADINGS = frozenset(("title", "h1", "h2", "h3", "h4", "h5", "h6"))

# Elements that only dress what is inside, or show nothing.
INLINE = frozenset(
    (
        "a", "abbr", "acronym", "alternatives", "b", "bdi", "bdo", "big", "bold", "button", "cite", "code",
        "del", "dfn", "em", "email", "ext-link", "font", "i", "img", "inline-formula", "inline-graphic",
        "input", "ins", "italic", "kbd", "label", "mark", "monospace", "named-content", "o:p", "overline",
        "picture", "q", "roman", "s", "samp", "sans-serif", "sc", "scp", "small", "source", "span", "strike",
        "strong", "styled-content", "time", "tt", "u", "underline", "uri", "var", "wbr", "xref",
    )
)  # fmt: skip

SCRIPTS: Mapping[str, Script] = {"sup": "super", "sub": "sub", "inf": "sub"}

# Elements whose content is not for readers.
DROPPED = frozenset(
    (
        "annotation", "annotation-xml", "audio", "canvas", "graphic", "head", "iframe", "noscript", "object",
        "script", "style", "svg", "template", "textarea", "video",
    )
)  # fmt: skip

# The elements of formulas; those of text itself are `TOKENS`.
TOKENS = frozenset(("mi", "mn", "mo", "ms", "mtext"))
MATH = TOKENS | frozenset(
    (
        "alternatives", "maction", "math", "menclose", "merror", "mfenced", "mfrac", "mmultiscripts", "mover",
        "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup",
        "msup", "mtable", "mtd", "mtr", "munder", "munderover", "none", "semantics", "tex-math",
    )
)  # fmt: skip
