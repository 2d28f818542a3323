"""Which service a JSON document is from, told by the names it uses; looked for near its beginning only."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from newsletter.parsing.decoding import decode

if TYPE_CHECKING:
    from newsletter.model import Document

Kind = Literal["biorxiv", "crossref", "openalex", "semanticscholar"]

_HEAD_BYTES = 400_000
_BEGINS = re.compile(r"\s*[{\[]")
_BIORXIV = re.compile(r'"collection"\s*:\s*\[')
_BIORXIV_MESSAGES = re.compile(r'"messages"\s*:\s*\[|"(?:preprint|biorxiv)_doi"\s*:|"jatsxml"\s*:')
_SEMANTIC_SCHOLAR = re.compile(r'"paperId"\s*:|"recommendedPapers"\s*:\s*\[|"s2FieldsOfStudy"\s*:')
_SEMANTIC_SCHOLAR_NOTHING = re.compile(
    r'\s*\{\s*"total"\s*:\s*\d+\s*,(?:\s*"\w+"\s*:[^,\[\]{}]*,)*\s*"data"\s*:\s*\['
    r'|\s*\{\s*"total"\s*:\s*0\s*,\s*"offset"\s*:\s*0\s*\}\s*$'
)
_OPENALEX = re.compile(
    r'"(?:abstract_inverted_index|authorships)"\s*:|"id"\s*:\s*"https?://(?:api\.)?openalex\.org/W'
    r'|"results"\s*:\s*\[[^{]{0,100}\]?.{0,100}"group_by"|"meta"\s*:\s*\{[^{}]*"db_response_time_ms"',
    re.DOTALL,
)
_CROSSREF = re.compile(
    r'"(?:message-type|message-version|date-parts|container-title|is-referenced-by-count)"\s*:'
)
_CROSSREF_IDS = re.compile(r'"DOI"\s*:|"title"\s*:')
_CROSSREF_WRAPPED = re.compile(r'"message-type"\s*:\s*"work(?:-list)?"')


def json_kind(document: Document) -> Kind | None:
    """Name the service; None for any other document."""
    head = decode(document.body[:_HEAD_BYTES])
    if not _BEGINS.match(head):
        return None
    if _BIORXIV.search(head) and _BIORXIV_MESSAGES.search(head):
        return "biorxiv"
    if _OPENALEX.search(head):
        return "openalex"
    if _SEMANTIC_SCHOLAR.search(head) or _SEMANTIC_SCHOLAR_NOTHING.match(head):
        return "semanticscholar"
    if _CROSSREF_WRAPPED.search(head) or (_CROSSREF.search(head) and _CROSSREF_IDS.search(head)):
        return "crossref"
    return None
