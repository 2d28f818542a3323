"""TeX macros that have a Unicode form, and what their form is."""

from __future__ import annotations

# Combining characters of the accents: those written with a sign, and those written with a letter.
SIGN_ACCENTS = {
    "'": "\u0301",
    "`": "\u0300",
    '"': "\u0308",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
}
LETTER_ACCENTS = {
    "H": "\u030b",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "k": "\u0328",
    "r": "\u030a",
    "d": "\u0323",
    "b": "\u0331",
}

# Accents of formulas; they stand on letters and on symbols that are letters.
MATH_ACCENTS = {
    "acute": "\u0301", "bar": "\u0304", "breve": "\u0306", "check": "\u030c", "ddot": "\u0308",
    "dot": "\u0307", "grave": "\u0300", "hat": "\u0302", "mathring": "\u030a", "overline": "\u0304",
    "tilde": "\u0303", "vec": "\u20d7", "widehat": "\u0302", "widetilde": "\u0303",
}  # fmt: skip

# Letters of their own; TeX swallows the blank behind such a macro, so that words stay whole.
LETTERS = {
    "aa": "å",
    "AA": "Å",
    "ae": "æ",
    "AE": "Æ",
    "oe": "œ",
    "OE": "Œ",
    "o": "ø",
    "O": "Ø",
    "l": "ł",
    "L": "Ł",
    "ss": "ß",
    "i": "ı",
    "j": "ȷ",
    "dh": "ð",
    "DH": "Ð",
    "th": "þ",
    "TH": "Þ",
    "dj": "đ",
    "DJ": "Đ",
    "ng": "ŋ",
    "NG": "Ŋ",
}

_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ", "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ",
    "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
}  # fmt: skip
_SIGNS = {
    "times": "×", "cdot": "·", "pm": "±", "mp": "∓", "div": "÷", "ast": "∗", "star": "⋆", "circ": "∘",
    "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "ne": "≠", "equiv": "≡", "approx": "≈",
    "sim": "∼", "simeq": "≃", "cong": "≅", "propto": "∝", "ll": "≪", "gg": "≫", "lesssim": "≲",
    "gtrsim": "≳", "infty": "∞", "partial": "∂", "nabla": "∇", "sum": "∑", "prod": "∏", "int": "∫",
    "forall": "∀", "exists": "∃", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "supset": "⊃",
    "cup": "∪", "cap": "∩", "setminus": "∖", "emptyset": "∅", "otimes": "⊗", "oplus": "⊕", "wedge": "∧",
    "vee": "∨", "neg": "¬", "to": "→", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔",
    "Rightarrow": "⇒", "Leftrightarrow": "⇔", "mapsto": "↦", "longrightarrow": "⟶", "uparrow": "↑",
    "downarrow": "↓", "ldots": "…", "dots": "…", "cdots": "⋯", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊",
    "rfloor": "⌋", "lceil": "⌈", "rceil": "⌉", "ell": "ℓ", "hbar": "ℏ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ",
    "dagger": "†", "perp": "⊥", "parallel": "∥", "mid": "|", "vert": "|", "Vert": "‖", "odot": "⊙",
    "prime": "′", "degree": "°", "textdegree": "°", "S": "§", "P": "¶", "copyright": "©", "pounds": "£",
    "euro": "€", "textmu": "µ", "textasciitilde": "~", "sun": "☉", "checkmark": "✓", "bullet": "•",
    "quad": " ", "qquad": " ", "textendash": "–", "textemdash": "—", "textquoteright": "’",
    "textquoteleft": "‘", "textbackslash": "\\", "backslash": "\\", "lbrace": "{", "rbrace": "}",
    "top": "⊤", "bot": "⊥", "iff": "⇔", "implies": "⇒", "gets": "←", "colon": ":", "lvert": "|",
    "rvert": "|", "lVert": "‖", "rVert": "‖", "varnothing": "∅", "triangle": "△", "multimap": "⊸",
    "models": "⊨", "vdash": "⊢", "asymp": "≍", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰",
    "sqsubseteq": "⊑", "triangleq": "≜", "coloneqq": "≔", "doteq": "≐", "ominus": "⊖", "bigcup": "⋃",
    "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂", "leqslant": "⩽", "geqslant": "⩾", "supseteq": "⊇",
    "subsetneq": "⊊", "ni": "∋", "nexists": "∄", "lnot": "¬", "land": "∧", "lor": "∨",
    "hookrightarrow": "↪", "Leftarrow": "⇐", "rightleftharpoons": "⇌", "textgreater": ">", "textless": "<",
    "textbar": "|", "textunderscore": "_", "textasciicircum": "^", "textdollar": "$", "texttrademark": "™",
    "textregistered": "®", "arcdeg": "°", "arcmin": "′", "arcsec": "″", "fdg": "°.", "farcm": "′.",
    "farcs": "″.", "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "textasciigrave": "`",
}  # fmt: skip
_FUNCTIONS = {
    name: name
    for name in (
        "log", "ln", "exp", "min", "max", "sup", "inf", "lim", "sin", "cos", "tan", "sinh", "cosh", "tanh",
        "arg", "argmin", "argmax", "det", "dim", "ker", "gcd", "deg", "Pr", "mod", "bmod", "limsup", "liminf",
        "TeX", "LaTeX",
    )
}  # fmt: skip
SYMBOLS = _GREEK | _SIGNS | _FUNCTIONS

# Macros whose braces only dress what is inside.
DRESSING = frozenset(
    (
        "emph", "textbf", "textit", "texttt", "textsc", "textsf", "textrm", "textsl", "textup", "textnormal",
        "text", "mathrm", "mathbf", "mathit", "mathsf", "mathtt", "mathcal", "mathfrak", "mathscr",
        "boldsymbol", "bm", "pmb", "operatorname", "underline", "mbox", "hbox", "enquote", "uppercase",
        "mathnormal", "textmd", "ensuremath", "url", "nolinkurl", "ce", "uline", "ul",
    )
)  # fmt: skip

# Macros that only size or switch; they vanish.
SILENT = frozenset(
    (
        "left", "right", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "displaystyle",
        "textstyle", "rm", "bf", "it", "em", "tt", "sf", "sc", "sl", "cal", "boldmath", "unboldmath",
        "limits", "nolimits", "protect", "relax", "noindent", "xspace", "tiny", "small", "normalsize",
        "large", "Large", "LARGE", "huge", "Huge", "itshape", "bfseries", "scshape", "ttfamily",
    )
)  # fmt: skip

DOUBLE_STRUCK = {"R": "ℝ", "N": "ℕ", "Z": "ℤ", "Q": "ℚ", "C": "ℂ", "P": "ℙ", "E": "𝔼", "F": "𝔽", "H": "ℍ"}
