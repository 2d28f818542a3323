"""Crumbs of TeX become text, and text that only looks like TeX stays."""

from __future__ import annotations

import pytest

from newsletter.parsing.tex import plain


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
    ("raw", "text"),
    [
        ("x^2", "x²"),
        ("x^{-1}", "x⁻¹"),
        ("H_{2}O", "H₂O"),
        ("T^{2/3}", "T^(2/3)"),
        ("B_{ex} grows", "B_(ex) grows"),
        ("x^k", "x^(k)"),
        (r"$10^{-\alpha}$", "10^(-\u03b1)"),
        ("$x_i^2$", "x_(i)²"),
        (r"$M_\odot$, $90^\circ$, $x^*$, $S^\omega$", "M_(⊙), 90°, x*, S^(ω)"),
        (r"$2^{n^2}$ and $F_{p^n}$", "2^(n²) and F_(pⁿ)"),
        (r"the 20$^{th}$ century", "the 20th century"),
        (r"$^{14}$C and $y^\mathrm{max}$", "¹⁴C and y^(max)"),
    ],
)
def test_a_script_has_characters_of_its_own_or_brackets(raw: str, text: str) -> None:
    assert plain(raw) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (
            r"$\tilde{O}(n)$, $\tilde{\mathcal{O}}(n)$, $\dot{M}$, $\hat{\theta}$",
            "Õ(n), Õ(n), Ṁ, \u03b8\u0302",
        ),
        (r"$\mathbf H \in \mathbb F_2$, $\sqrt m$", "H ∈ 𝔽₂, √m"),
        (r"\(x \to 0\) and \[y_1\]", "x → 0 and y₁"),
        (r"$\alpha $ and $71~{\rm km}$", "\u03b1  and 71 km"),
        (r"4~$\mu$m to 10$^4$~K", "4 μm to 10⁴ K"),
        (r"{\large F}aster \textcolor{red}{here}", "Faster here"),
        (r"a label\unicode{x2014}shared", "a label—shared"),
        (r"many (\eg, this, \ie. that)", "many (e.g., this, i.e. that)"),
        (r"$q \equiv 3 \pmod{4}$, $\|x\|$", "q ≡ 3 (mod 4), ‖x‖"),
        (r"a \"quoted\" text", 'a "quoted" text'),
    ],
)
def test_formulas_in_other_spellings(raw: str, text: str) -> None:
    assert plain(raw) == text
