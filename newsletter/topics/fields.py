"""The fields of arXiv as a heading says them. The codes are https://arxiv.org/category_taxonomy's."""

from __future__ import annotations

from typing import Final

# cs.AI is left out: it holds everything.
FIELD_HEADINGS: Final = {
    "astro-ph.CO": "Cosmology",
    "astro-ph.EP": "Planets and exoplanets",
    "astro-ph.GA": "Galaxies and their stars",
    "astro-ph.HE": "High-energy astrophysics",
    "astro-ph.IM": "Astronomical instruments",
    "astro-ph.SR": "The Sun and stars",
    "astro-ph": "Astrophysics",
    "cond-mat.mes-hall": "Nanoscale physics",
    "cond-mat.mtrl-sci": "Materials science",
    "cond-mat.quant-gas": "Quantum gases",
    "cond-mat.soft": "Soft matter",
    "cond-mat.stat-mech": "Statistical mechanics",
    "cond-mat.str-el": "Strongly correlated electrons",
    "cond-mat.supr-con": "Superconductivity",
    "cond-mat": "Condensed matter",
    "cs.AR": "Hardware architecture",
    "cs.CC": "Computational complexity",
    "cs.CE": "Computational engineering",
    "cs.CG": "Computational geometry",
    "cs.CL": "Natural language processing",
    "cs.CR": "Security and privacy",
    "cs.CV": "Computer vision",
    "cs.CY": "Computers and society",
    "cs.DB": "Databases",
    "cs.DC": "Distributed computing",
    "cs.DL": "Digital libraries",
    "cs.DM": "Discrete mathematics",
    "cs.DS": "Algorithms and data structures",
    "cs.ET": "Emerging computing hardware",
    "cs.FL": "Formal languages",
    "cs.GR": "Computer graphics",
    "cs.GT": "Game theory",
    "cs.HC": "Human-computer interaction",
    "cs.IR": "Information retrieval",
    "cs.IT": "Information theory",
    "cs.LG": "Machine learning",
    "cs.LO": "Logic in computer science",
    "cs.MA": "Agents",
    "cs.MM": "Multimedia",
    "cs.MS": "Mathematical software",
    "cs.NA": "Numerical analysis",
    "cs.NE": "Neural and evolutionary computing",
    "cs.NI": "Networks and the internet",
    "cs.OS": "Operating systems",
    "cs.PF": "Computer performance",
    "cs.PL": "Programming languages",
    "cs.RO": "Robotics",
    "cs.SC": "Symbolic computation",
    "cs.SD": "Speech and audio",
    "cs.SE": "Software engineering",
    "cs.SI": "Social networks",
    "cs.SY": "Control systems",
    "econ": "Economics",
    "eess.AS": "Speech and audio",
    "eess.IV": "Image and video processing",
    "eess.SP": "Signal processing",
    "eess.SY": "Control systems",
    "gr-qc": "Gravitation and relativity",
    "hep-ex": "Particle physics",
    "hep-lat": "Lattice field theory",
    "hep-ph": "Particle physics",
    "hep-th": "Theoretical high-energy physics",
    "math.AC": "Commutative algebra",
    "math.AG": "Algebraic geometry",
    "math.AP": "Partial differential equations",
    "math.AT": "Algebraic topology",
    "math.CA": "Analysis",
    "math.CO": "Combinatorics",
    "math.CT": "Category theory",
    "math.CV": "Complex analysis",
    "math.DG": "Differential geometry",
    "math.DS": "Dynamical systems",
    "math.FA": "Functional analysis",
    "math.GR": "Group theory",
    "math.GT": "Geometric topology",
    "math.LO": "Logic",
    "math.NA": "Numerical analysis",
    "math.NT": "Number theory",
    "math.OC": "Optimization and control",
    "math.PR": "Probability",
    "math.QA": "Quantum algebra",
    "math.RA": "Rings and algebras",
    "math.RT": "Representation theory",
    "math.SG": "Symplectic geometry",
    "math.ST": "Statistics",
    "math": "Mathematics",
    "math-ph": "Mathematical physics",
    "nlin": "Nonlinear dynamics",
    "nucl-ex": "Nuclear physics",
    "nucl-th": "Nuclear physics",
    "physics.ao-ph": "Atmospheric and ocean physics",
    "physics.atom-ph": "Atomic physics",
    "physics.bio-ph": "Biophysics",
    "physics.chem-ph": "Chemical physics",
    "physics.flu-dyn": "Fluid dynamics",
    "physics.geo-ph": "Geophysics",
    "physics.med-ph": "Medical physics",
    "physics.optics": "Optics",
    "physics.plasm-ph": "Plasma physics",
    "physics.soc-ph": "Physics and society",
    "physics.space-ph": "Space physics",
    "physics": "Physics",
    "q-bio.BM": "Proteins and biomolecules",
    "q-bio.GN": "Genomics",
    "q-bio.NC": "Neuroscience",
    "q-bio.PE": "Populations and evolution",
    "q-bio.QM": "Quantitative biology",
    "q-bio": "Quantitative biology",
    "q-fin": "Finance",
    "quant-ph": "Quantum physics",
    "stat.ML": "Machine learning",
    "stat": "Statistics",
}


def field_heading(category: str) -> str | None:
    """Give the heading of a category; None for what is unknown or too broad."""
    return FIELD_HEADINGS.get(category)


def archive_heading(category: str) -> str | None:
    """Give the heading of the archive a category lies in ("astro-ph" for "astro-ph.GA")."""
    return FIELD_HEADINGS.get(category.partition(".")[0])


# Headings of archives, and of a field that holds papers of all the others: the last resort.
BROAD_HEADINGS: Final = frozenset(
    heading for category, heading in FIELD_HEADINGS.items() if "." not in category
) | {"Machine learning"}


def broader_heading(heading: str) -> str | None:
    """Give the heading of the archive that the fields of a heading lie in, if it has one of its own."""
    return _BROADER.get(heading)


_BROADER: Final = {
    heading: broad
    for category, heading in FIELD_HEADINGS.items()
    if (broad := archive_heading(category)) is not None and broad != heading
}
