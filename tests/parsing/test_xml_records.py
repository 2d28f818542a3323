"""Records out of XML, whatever is broken in between."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter.errors import SourceError
from newsletter.model import Document
from newsletter.parsing.xml_records import MAX_RECORDS, XmlDocument, read_xml
from newsletter.parsing.xml_text import head
from tests.growth import grows_with_length

RECORDS = ("item", "atom:entry", "oai:record")
HEAD = "<rss><channel>\n<title>T</title>\n"
TAIL = "<link>https://example.org</link></channel></rss>"


def read(text: str | bytes) -> XmlDocument:
    body = text.encode() if isinstance(text, str) else text
    return read_xml(Document(body=body, origin="feed.xml"), RECORDS)


def item(title: str) -> str:
    return f"<item><title>{title}</title></item>\n"


def titles(document: XmlDocument) -> list[str | None]:
    return [record.text_of("title") for record in document.records]


def test_records_and_root_come_apart() -> None:
    document = read(HEAD + item("a") + item("b") + TAIL)
    channel = document.root.child("channel")
    assert titles(document) == ["a", "b"]
    assert [record.line for record in document.records] == [3, 4]
    assert channel is not None
    assert [child.name for child in channel.children()] == ["title", "link"]
    assert document.problems == ()


def test_a_namespace_has_our_name_whatever_the_document_calls_it() -> None:
    document = read(
        '<a:feed xmlns:a="http://www.w3.org/2005/Atom"'
        ' xmlns:q="http://purl.org/dc/elements/1.1/" xmlns:z="urn:z">'
        '<a:entry z:k="v"><q:creator>A</q:creator><z:x/></a:entry></a:feed>'
    )
    [entry] = document.records
    assert [child.name for child in entry.children()] == ["dc:creator", "{urn:z}x"]
    assert entry.attributes == {"{urn:z}k": "v"}


def test_text_is_verbatim_and_keeps_its_inner_elements() -> None:
    [record] = read("<rss><item><d>a <i>b</i> &lt;c&gt; <![CDATA[<x>]]></d></item></rss>").records
    assert record.text_of("d") == "a b <c> <x>"
    assert [element.name for element in record.within("i")] == ["i"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("AT&T", "AT&T"),
        ("p < 0.05", "p < 0.05"),
        ("x&nbsp;y&rarr;z", "x\xa0y→z"),
        ("a&#11;b&#x2;", "ab"),
        ("&lt;i> &#233;", "<i> é"),
    ],
)
def test_a_plain_slip_is_mended_and_told(written: str, meant: str) -> None:
    document = read(HEAD + item("a") + item(f"{written} & co") + item("c") + TAIL)
    assert titles(document) == ["a", f"{meant} & co", "c"]
    [problem] = document.problems
    assert problem.message == "a record that is not well-formed was mended"
    assert problem.line == 4


@pytest.mark.parametrize(
    "broken", ["<item><title>q\n", item("x<y"), "<item></title></item>\n", "<item a=1/>\n"]
)
def test_a_broken_record_never_costs_another(broken: str) -> None:
    document = read(HEAD + item("a") + broken + item("c") + item("d") + TAIL)
    assert titles(document) == ["a", "c", "d"]
    assert [(problem.message, problem.line) for problem in document.problems] == [
        ("a record that cannot be read", 4)
    ]
    assert document.root.name == "rss"


def test_a_slip_made_throughout_is_mended_throughout() -> None:
    document = read(HEAD + "".join(item(f"A&{n}") for n in range(900)) + TAIL)
    assert titles(document) == [f"A&{n}" for n in range(900)]
    assert "throughout" in document.problems[-1].message


def test_a_slip_before_the_first_record_costs_no_record() -> None:
    document = read("<rss><channel>\n<title>Q&A</title>\n" + item("a") + item("b") + TAIL)
    assert titles(document) == ["a", "b"]
    assert document.problems[0].line == 2


def test_a_document_cut_anywhere_keeps_what_stands_before_the_cut() -> None:
    whole = (HEAD + item("a") + item("b") + TAIL).encode()
    for cut in range(6, len(whole)):
        document = read(whole[:cut])
        complete = whole[:cut].count(b"</item>")
        assert titles(document) == ["a", "b"][:complete], cut
        assert document.problems, cut


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (b'<?xml version="1.0" encoding="iso-8859-1"?>' + item("café").encode("latin-1"), "café"),
        (item("café").encode("utf-16"), "café"),
        (('<?xml version="1.0" encoding="utf-16"?>' + item("café")).encode(), "café"),
        (b"\xef\xbb\xbf" + item("café").encode(), "café"),
        (item("a\x0bb\x00c").encode(), "abc"),
    ],
)  # fmt: skip
def test_encodings_and_controls_are_no_trouble(body: bytes, title: str) -> None:
    assert titles(read(body)) == [title]
    assert read(body).problems == ()


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    document = read((HEAD + item("caf\xe9")).encode("latin-1") + TAIL.encode())
    assert titles(document) == ["caf\ufffd"]
    assert [problem.line for problem in document.problems] == [3]


def test_html_names_of_characters_are_known_where_a_document_names_a_dtd() -> None:
    doctype = '<!DOCTYPE rss PUBLIC "-//N//DTD RSS 0.91//EN" "http://example.org/rss-0.91.dtd">'
    assert titles(read(doctype + HEAD + item("a&nbsp;b &foo; c") + item("d") + TAIL)) == [
        "a\xa0b &foo; c",
        "d",
    ]


@pytest.mark.parametrize("body", ["", "hello", "{}", "<", "<<a>", "&"])
def test_what_is_no_xml_is_refused(body: str) -> None:
    with pytest.raises(SourceError, match=r"feed\.xml: XML of which nothing can be read"):
        read(body)


def test_entities_are_refused_before_they_grow() -> None:
    bomb = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><rss>' + item("&b;") + "</rss>"
    with pytest.raises(SourceError, match="entities"):
        read(bomb)


def test_bombs_and_external_entities_of_others_are_refused_at_once(test_data: Path) -> None:
    for path in sorted((test_data / "corpora" / "xml-attacks").glob("*.x*")):
        start = time.process_time()
        try:
            document = read(path.read_bytes())
        except SourceError:
            pass
        else:
            assert len(document.root.text) < 1_000, path.name
        assert time.process_time() - start < 1, path.name


def test_no_feed_of_others_raises_anything_else(test_data: Path) -> None:
    paths = sorted((test_data / "corpora" / "feedparser" / "tests").rglob("*.xml"))
    assert len(paths) > 1_000
    read_well = 0
    for path in paths:
        try:
            read_well += bool(read(path.read_bytes()).root)
        except SourceError:
            continue
    assert read_well > 0.95 * len(paths)


def test_records_over_the_limit_are_left_out_and_told() -> None:
    document = read(HEAD + item("a") * (MAX_RECORDS + 1) + TAIL)
    assert len(document.records) == MAX_RECORDS
    assert "left out" in document.problems[-1].message


def test_only_what_begins_like_markup_has_a_head() -> None:
    assert head(b"\xef\xbb\xbf\n <?xml version='1.0'?><feed>").endswith("<feed>")
    assert head("<feed>".encode("utf-16")) == "<feed>"
    assert head(b"Date: Fri") == ""


PIECES = st.sampled_from(
    ["<item>", "</item>", "<item/>", "<title>", "</title>", "a", "&", "<", ">", "&amp;", "\n", "<![CDATA[",
     "]]>", "<!--", "-->", "<rss>", "</rss>", "<?x ?>", "<!DOCTYPE a>",
     "\x00", "é", "<item x='", "'>", "&nbsp;"],
)  # fmt: skip


@given(st.lists(PIECES, max_size=40))
def test_any_pieces_of_xml_are_read_or_refused(pieces: list[str]) -> None:
    try:
        document = read("<rss>" + "".join(pieces))
    except SourceError:
        return
    assert len(document.records) <= pieces.count("<item>") + pieces.count("<item/>") + pieces.count(
        "<item x='"
    )


HOSTILE = [
    "<a>", "<item>", "<item>&</item>", "<item>x<y</item>", "<a/>", "<![CDATA[", "<!--", "<", "<item ",
    "&amp;", "&", "<a b='",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_time_of_reading_xml_grows_with_the_length(unit: str) -> None:
    assert grows_with_length(_tried, HEAD + unit * 8_000, HEAD + unit * 80_000)


def test_many_attributes_take_no_time() -> None:
    short, long = ("<a " + " ".join(f'x{n}="1"' for n in range(count)) + "/>" for count in (5_000, 50_000))
    assert grows_with_length(_tried, short, long)


def _tried(text: str) -> None:
    with suppress(SourceError):
        read(text)


@pytest.mark.parametrize("stray", ["<", '<"item>', "</title>", "<![CDATA[", "<!--", "<b>", "&", "]]>"])
def test_what_is_broken_before_the_first_record_costs_no_record_behind_it(stray: str) -> None:
    document = read(HEAD + stray + item("a") + item("b") + item("c") + TAIL)
    assert titles(document)[-2:] == ["b", "c"]
    assert document.problems
