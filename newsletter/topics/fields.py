"""The fields of arXiv as a heading says them. The codes are https://arxiv.org/category_taxonomy's."""

from __future__ import annotations

from typing import Final

# cs.AI, cs.LG and stat.ML are left out: they hold everything.
FIELD_HEADINGS: Final = {
    "astro-ph.CO": "Cosmology",
    "astro-ph.EP": "Planets and exoplanets",
    "astro-ph.GA": "Galaxies",
    "astro-ph.HE": "High-energy astrophysics",
    "astro-ph.IM": "Astronomical instruments",
    "astro-ph.SR": "The Sun and stars",
    "astro-ph": "Astrophysics",
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
    "math-ph": "Mathematical physics",
    "math.NA": "Numerical analysis",
    "math.OC": "Optimization and control",
    "math.PR": "Probability",
    "math.ST": "Statistics",
    "math": "Mathematics",
    "nlin": "Nonlinear dynamics",
    "nucl-ex": "Nuclear physics",
    "nucl-th": "Nuclear physics",
    "physics.ao-ph": "Atmospheric and ocean physics",
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
    "q-bio.NC": "Neuroscience",
    "q-bio": "Quantitative biology",
    "q-fin": "Finance",
    "quant-ph": "Quantum physics",
    "stat": "Statistics",
}


def field_heading(category: str) -> str | None:
    """Give the heading of a category; None for what is unknown or too broad."""
    return FIELD_HEADINGS.get(category)


def archive_heading(category: str) -> str | None:
    """Give the heading of the archive a category lies in ("astro-ph" for "astro-ph.GA")."""
    return FIELD_HEADINGS.get(category.partition(".")[0])
