"""A document that nobody can read gets one clear error."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.parsing import parse
from newsletter.parsing.detection import MAX_BYTES
from newsletter.parsing.huggingface_text import HuggingFaceText

PARSERS = {"hf-text": HuggingFaceText()}
ROOT = Path(__file__).parents[2]


def refusal(body: bytes) -> SourceError:
    with pytest.raises(SourceError) as caught:
        parse(Document(body=body, origin="input.bin"), PARSERS)
    return caught.value


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "an empty file"),
        (b" \r\n\t\n", "an empty file"),
        (b"\xef\xbb\xbf", "an empty file"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "a PDF file"),
        (
            b"<!DOCTYPE html><html><title>429 Too Many Requests</title>",
            'an HTML page titled "429 Too Many Requests"',
        ),
        (b"\xef\xbb\xbf\n<HTML><body>Daily Papers</body>", "an HTML page"),
        (b'<?xml version="1.0"?><feed/>', "XML"),
        (b"[]", "JSON"),
        (b'[{"paper": {}}]', "JSON"),
        (gzip.compress(b"Daily Papers", mtime=0), "a gzip archive"),
        (b"PK\x03\x04rest", "a ZIP archive"),
        (b"\x89PNG\r\n\x1a\n", "a picture"),
        (b"\0" * 5000, "a binary file"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"name,authors,date\nx,4 authors,Oct 2\n", "text of an unknown kind"),
        (b"# Daily Papers\n\nDaily Papers\n\nA tool for papers with 4 authors.\n", "text of an unknown kind"),
        ("Gr\xfc\xdfe".encode("latin-1"), "text of an unknown kind"),
    ],
)
def test_the_error_says_what_the_input_looks_like(body: bytes, kind: str) -> None:
    assert refusal(body).message == f"input.bin: {kind}, which no parser here can read"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"error": "not found"}', "not found"),
        (b'{"message": "Too Many Requests. Please wait", "code": "429"}', "Too Many Requests. Please wait"),
        (
            b'{"status": "failed", "message": [{"type": "x", "value": "y", "message": "y is no filter"}]}',
            "y is no filter; failed",
        ),
        (b'{"messages": [{"status": "error: no such server"}]}', "error: no such server"),
        (b'{"error": {"code": 500, "message": "oops"}}', "oops"),
    ],
)
def test_an_error_message_in_place_of_papers_is_told_in_its_own_words(body: bytes, told: str) -> None:
    assert refusal(body).message == f"input.bin: an error message instead of papers: {told}"


def test_the_error_says_what_can_be_read() -> None:
    assert PARSERS["hf-text"].reads in (refusal(b"").hint or "")


def test_an_input_that_cannot_be_read_is_exit_code_three() -> None:
    assert refusal(b"").exit_code == 3


def test_a_document_over_the_limit_is_refused_with_the_limit() -> None:
    assert f"{MAX_BYTES:,}" in refusal(b"x" * (MAX_BYTES + 1)).message


def test_a_document_at_the_limit_is_looked_at(seed_page: Path) -> None:
    body = seed_page.read_bytes()
    document = Document(body=body + b"\n" * (MAX_BYTES - len(body)), origin="page.txt")
    assert len(parse(document, PARSERS).papers) == 75


def test_no_parsers_at_all_is_said() -> None:
    with pytest.raises(SourceError) as caught:
        parse(Document(body=b"x", origin="input.bin"), {})
    assert "no parser is installed" in (caught.value.hint or "")


@pytest.mark.parametrize(
    "path",
    sorted(
        path.relative_to(ROOT).as_posix()
        for pattern in (
            "*.md",
            "pyproject.toml",
            "LICENSE",
            "newsletter/**/*.py",
            "tests/parsing/*.py",
            "templates/**/*.*",
        )
        for path in ROOT.glob(pattern)
    ),
)
def test_no_file_of_this_repository_is_taken_for_a_page(path: str) -> None:
    assert not PARSERS["hf-text"].recognises(Document(body=(ROOT / path).read_bytes(), origin=path))


def test_no_sample_of_another_format_is_taken_for_a_page(test_data: Path) -> None:
    taken = [
        path.name
        for path in sorted((test_data / "samples").rglob("*"))
        if path.is_file()
        and PARSERS["hf-text"].recognises(Document(body=path.read_bytes()[:MAX_BYTES], origin=path.name))
    ]
    assert taken == []
