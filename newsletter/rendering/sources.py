"""What readers know the sources as."""

from __future__ import annotations

_SOURCES = {
    "arxiv": "arXiv",
    "biorxiv": "bioRxiv",
    "crossref": "Crossref",
    "hf": "Hugging Face",
    "medrxiv": "medRxiv",
    "openalex": "OpenAlex",
    "semanticscholar": "Semantic Scholar",
}


def shown_source(name: str) -> str:
    """Name a source as readers know it."""
    return _SOURCES.get(name, name)
