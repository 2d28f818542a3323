"""Crumbs of TeX become text, and text that only looks like TeX stays."""

from __future__ import annotations

import pytest

from newsletter.parsing.tex import Run, plain, runs


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"B\'ezier and R\"ossler", "Bézier and Rössler"),
        (r"Erd\H{o}s, Nemev\v{s}ek, Podgorn\'{y}", "Erdős, Nemevšek, Podgorný"),
        (r"M{\aa}ns, \O{}ystein and Stra\ss e", "Måns, Øystein and Straße"),
        (r"na\"{\i}ve and \c{c}a", "naïve and ça"),
        (r"don\'t and model\'s", "don't and model's"),
    ],
)
def test_accents_and_letters(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"{\pi}-electron", "π-electron"),
        (r"$\alpha$-divergence", "\u03b1-divergence"),
        (r"$O(n \log n)$ time", "O(n log n) time"),
        (r"$x \leq y$", "x ≤ y"),
        (r"$\sim$5 hours, $>$70%", "\u223c5 hours, >70%"),
        (r"$\mathbb{R}^{n}$", "ℝⁿ"),
        (r"\sqrt{x} and \sqrt{x+1}", "√x and √(x+1)"),
        (r"\frac{a}{b} and \frac{a+1}{b}", "a/b and (a+1)/b"),
        (r"$\mathcal{O}(T^{2/3})$", "O(T^(2/3))"),
    ],
)
def test_symbols_and_formulas(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (r"\emph{scan and \textbf{snap}}", "scan and snap"),
        (r"\textbf{L}azy \texttt{code} \textit{x}", "Lazy code x"),
        ("``bootstrapping from the void.''", "“bootstrapping from the void.”"),
        ("Fokker--Planck---in short", "Fokker–Planck—in short"),
        ("Model~(DCM) and a~failure", "Model (DCM) and a failure"),
        (r"76.9\%, R\&D, \$5, file\_name, \#1", "76.9%, R&D, $5, file_name, #1"),
        (r"text\footnote{a note} goes on", "text (a note) goes on"),
        (r"\href{https://a.example/x}{our page}", "our page (https://a.example/x)"),
        (r"\href{https://a.example/x}{https://a.example/x}", "https://a.example/x"),
        ("https://github.com/X/Y{https://github.com/X/Y}.", "https://github.com/X/Y."),
    ],
)
def test_dress_and_typography(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    "text",
    [
        "by 76.9%. Project website",
        "costs $5 per run versus $10",
        "from $5M to $10M",
        "US$5 (about A$7)",
        r"we call it \method and \ours{}",
        "file_name, a_b and __init__",
        "https://a.example/~user/x_y^z--w?q=$1&r={2}",
        "www.a.example/~user",
        "run it with --fast, or even -----",
        "~30 hours and ~ 5",
        "isn't `quoted' by '' at all",
        "Theta(sqrt{T}) and mathcal{O}",
        "{RNNs} and set {1, 2}",
        "C:\\",
        "^_^ and 2 ^ 3",
        "}{ }}} {{{ $ $$ \\",
        "\\begin{equation} x \\end{equation}",
        "Kähler, 北京, 👩\u200d🔬",
    ],
)
def test_what_is_no_tex_stays_as_it_is(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("", ()),
        ("plain", (Run(text="plain"),)),
        ("T^{2/3}", (Run(text="T"), Run(text="2/3", script="super"))),
        ("B_{ex} grows", (Run(text="B"), Run(text="ex", script="sub"), Run(text=" grows"))),
        (r"$10^{-\alpha}$", (Run(text="10"), Run(text="-\u03b1", script="super"))),
        ("10^5", (Run(text="10"), Run(text="5", script="super"))),
        ("$x_i^2$", (Run(text="x"), Run(text="i", script="sub"), Run(text="2", script="super"))),
    ],
)
def test_runs_tell_scripts_apart(raw: str, expected: tuple[Run, ...]) -> None:
    assert runs(raw) == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("x^2", "x²"),
        ("x^{-1}", "x⁻¹"),
        ("H_{2}O", "H₂O"),
        ("T^{2/3}", "T^(2/3)"),
        ("B_{ex}", "B_ex"),
        ("x^k", "x^k"),
    ],
)
def test_a_script_without_characters_of_its_own_keeps_its_mark(raw: str, text: str) -> None:
    assert plain(raw) == text
