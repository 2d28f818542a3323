"""Whatever stands in the folder of kept documents, nothing comes of it but a document or none."""

from __future__ import annotations

import hashlib
import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from newsletter.http.answers import Answer
from newsletter.http.cache import DocumentCache
from newsletter.store.files import write_at_once

AT = datetime(2025, 11, 7, tzinfo=UTC)
HEADER = st.text(st.characters(codec="latin-1"), max_size=40)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["at", "media_type", "etag", "last_modified", "sha256"])


def kept_in(folder: Path) -> DocumentCache:
    return DocumentCache(folder, write_at_once=write_at_once)


@given(st.binary(max_size=300), st.dictionaries(NAMES, PLAIN), st.booleans())
def test_no_content_of_a_file_raises_or_gets_into_a_request(
    body: bytes, head: dict[str, object], is_signed: bool
) -> None:
    forged = {"at": AT.isoformat(), "media_type": None, "etag": None, "last_modified": None, **head}
    if is_signed:
        forged["sha256"] = hashlib.sha256(body).hexdigest()
    with tempfile.TemporaryDirectory() as name:
        cache = kept_in(Path(name))
        cache.write("key", Answer(status=200, headers={}, body=b"x"), AT)
        [path] = Path(name).glob("*.document")
        for content in (body, json.dumps(forged).encode() + b"\n" + body):
            path.write_bytes(content)
            kept = cache.read("key")
            assert kept is None or all(value.isprintable() for value in kept.conditions.values())


@given(st.binary(max_size=300), HEADER, HEADER)
def test_what_is_kept_comes_back_as_it_was(body: bytes, etag: str, modified: str) -> None:
    headers = {"etag": etag, "last-modified": modified, "content-type": "text/plain"}
    with tempfile.TemporaryDirectory() as name:
        cache = kept_in(Path(name))
        cache.write("key", Answer(status=200, headers=headers, body=body), AT)
        kept = cache.read("key")
    assert kept is not None
    assert (kept.body, kept.at, kept.media_type) == (body, AT, "text/plain")
    assert kept.etag in (etag, None)
    assert all(value.isascii() for value in kept.conditions.values())
