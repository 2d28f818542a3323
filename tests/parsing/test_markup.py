"""HTML, JATS and MathML become plain text, and nothing else does."""

from __future__ import annotations

import pytest

from newsletter.parsing.markup import text_of
from newsletter.parsing.text import clean
from tests.growth import grows_with_length

MML = 'xmlns:mml="http://www.w3.org/1998/Math/MathML"'


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("H<sub>2</sub>O and x<sup>2</sup>", "H₂O and x²"),
        ("T<sup>2/3</sup>, M<sub>max</sub>, 1<sup>st</sup>, CO<inf>2</inf>", "T^(2/3), M_(max), 1st, CO₂"),
        ("Volatility <i>Risk</i> Premium &amp; More", "Volatility Risk Premium & More"),
        ("<p>One.</p><p>Two.<br/>Three.</p>", "One. Two. Three."),
        ("<a href='https://x.example/?a=1&amp;b=2' title=\"t\">link</a> <img src=x.png />text", "link text"),
        ("<jats:title>Abstract</jats:title><jats:p>We do.</jats:p>", "We do."),
        (
            "<jats:sec><jats:title>Background</jats:title><jats:p>We do.</jats:p></jats:sec>",
            "Background: We do.",
        ),
        ("<h3>Aim?</h3><p>Yes.</p>", "Aim? Yes."),
        ("<!-- hidden --><script>alert(1)</script><style>p{}</style>shown", "shown"),
        ("<![CDATA[kept]]>", "kept]]>"),
        (f"p<mml:math {MML}><mml:mo>(</mml:mo><mml:mi>P</mml:mi><mml:mo>&lt;</mml:mo></mml:math>", "p(P<"),
        ("<p>unclosed <b>bold", "unclosed bold"),
        ("</p></i>stray", "stray"),
    ],
)
def test_markup_becomes_text(raw: str, text: str) -> None:
    assert clean(text_of(raw)) == text


@pytest.mark.parametrize(
    "text",
    [
        "if $x<y$ then $y>z$ end",
        "P<0.05 and 3 <4> 5",
        "a <b and c> d",
        "a < b > c",
        "List<String> and <unknown>",
        "<script> without its end",
        "AT&T, R&D; Q&A &unknown; & more",
        "<!-- without its end",
        "x <",
    ],
)
def test_what_is_no_element_or_entity_stays(text: str) -> None:
    assert clean(text_of(text)) == text


def test_entities_are_unescaped_exactly_once() -> None:
    assert text_of("&amp;lt;i&amp;gt; &lt;b&gt; &amp;amp; &#x3c9;&#946;&eacute;") == "&lt;i&gt; <b> &amp; ωβé"


def test_entities_stay_where_a_source_writes_none() -> None:
    assert text_of("<i>R</i> &amp; D", entities=False) == "R &amp; D"


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<msup><mi>x</mi><mn>2</mn></msup>", "x²"),
        ("<msub><mi>H</mi><mrow><mi>m</mi><mo>+</mo><mn>1</mn></mrow></msub>", "H_(m+1)"),
        ("<msubsup><mi>x</mi><mn>1</mn><mn>2</mn></msubsup>", "x₁²"),
        ("<mfrac><mi>a</mi><mrow><mi>b</mi><mo>+</mo><mi>c</mi></mrow></mfrac>", "a/(b+c)"),
        ("<msqrt><mi>n</mi></msqrt><mroot><mi>n</mi><mn>3</mn></mroot>", "√n³√n"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x̄"),
        ("<mfenced open='[' close=']' separators=';'><mi>a</mi><mi>b</mi></mfenced>", "[a;b]"),
        (
            "<semantics><mi>ω</mi><annotation encoding='application/x-tex'>\\alpha</annotation></semantics>",
            "ω",
        ),
        ("\n  <mrow>\n <mi> a </mi>\n <mo>=</mo> <mn>1</mn>\n</mrow>", "a=1"),
        ("<msup><mi>x</mi></msup>", "x"),
    ],
)
def test_formulas_in_mathml_are_written_like_those_in_tex(inner: str, text: str) -> None:
    assert clean(text_of(f"<math>{inner}</math>")) == text


def test_of_two_forms_of_a_formula_one_is_told() -> None:
    tex = r"<tex-math>\documentclass{minimal}\begin{document}$$\omega^2$$\end{document}</tex-math>"
    both = f"<alternatives>{tex}<mml:math><mml:mi>ω</mml:mi></mml:math></alternatives>"
    assert text_of(f"for {both}.") == "for ω."
    assert text_of(f"for {tex}.") == "for ω²."


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a ",
        '<a b="<',
        "<!--",
        "&lt;",
        "<sup>",
        "<math><mi>x",
        "<script>",
        "</p>",
        "<b x='y' ",
        "<!x",
        "&",
        "<svg>x</svgx ",
        "<mrow>",
        "<sup></sup>",
    ],
    ids=repr,
)
def test_the_time_grows_with_the_length(unit: str) -> None:
    short, long = (unit * (size // len(unit)) for size in (20_000, 200_000))
    assert grows_with_length(text_of, short, long)
