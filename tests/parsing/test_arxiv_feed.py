"""arXiv's daily feeds, Atom and RSS."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from newsletter.errors import SourceError
from newsletter.model import Parsed

RSS = (
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
    "<channel><title>cs.LG updates on arXiv.org</title><link>http://rss.arxiv.org/rss/cs.LG</link>"
    "<pubDate>Sat, 08 Nov 2025 00:00:00 -0500</pubDate>"
    "<lastBuildDate>Sat, 08 Nov 2025 05:00:00 +0000</lastBuildDate>\n"
)


def rss(*items: str) -> str:
    return f"{RSS}{''.join(items)}</channel></rss>"


def item(text: str, *, title: str = "T", inner: str = "") -> str:
    return f"<item><title>{title}</title><description>{text}</description>{inner}</item>\n"


def test_an_atom_feed_is_read(parse_fixture: Callable[[str], Parsed]) -> None:
    parsed = parse_fixture("arxiv_feed_atom.xml")
    first, second = parsed.papers
    assert parsed.problems == ()
    assert parsed.day == date(2025, 11, 7)
    assert first.abstract == "We prune networks. If x<y then y>z ends."
    assert first.authors == ("René Example", "Žofia Muster"), "affiliations are no authors"
    assert (first.announced, first.published, first.updated) == (date(2025, 11, 7), None, None)
    assert (first.version, first.flags, first.categories) == (1, (), ("cs.LG", "stat.ML"))
    assert (second.version, second.flags) == (3, ("replacement", "cross"))
    assert second.ids["doi"] == "10.5555/loop.2"
    assert second.journal_ref == "Journal of Made-Up Results 4 (2025)"


def test_an_rss_feed_is_read_with_every_sign_of_its_abstracts(
    parse_fixture: Callable[[str], Parsed],
) -> None:
    parsed = parse_fixture("arxiv_feed_rss.xml")
    first, second = parsed.papers
    assert parsed.problems == ()
    assert parsed.day == date(2025, 11, 7)
    assert first.abstract == "We prune networks. If x<y then y>z ends, with P<0.05."
    assert first.ids["arxiv"] == "2511.90001"
    assert first.version == 1
    assert second.authors == ("MADE-UP Collaboration", "A. First", "B. Second")
    assert second.flags == ("cross",)


def test_the_day_is_the_one_written_in_new_york(parse_bytes: Callable[..., Parsed]) -> None:
    late = item(
        "arXiv:2511.90001v1 Announce Type: new\nAbstract: A.",
        inner="<pubDate>Fri, 07 Nov 2025 23:59:00 -0500</pubDate>",
    )
    assert parse_bytes(rss(late)).day == date(2025, 11, 7)


def test_an_empty_feed_says_so_and_keeps_its_day(parse_bytes: Callable[..., Parsed]) -> None:
    parsed = parse_bytes(rss())
    assert (parsed.papers, parsed.day) == ((), date(2025, 11, 8))
    assert parsed.problems[0].message.startswith("no paper: nothing was announced")


RSS_ERROR = (
    "<rss version='2.0'><channel><title>Feed error for query: cs.XX</title>"
    "<description>bad archive cs.XX</description></channel></rss>"
)
ATOM_ERROR = (
    '<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed error for query: cs.XX</title>'
    "<subtitle>bad archive cs.XX</subtitle></feed>"
)


@pytest.mark.parametrize("body", [RSS_ERROR, ATOM_ERROR])
def test_an_error_feed_is_an_error_with_its_reason(parse_bytes: Callable[..., Parsed], body: str) -> None:
    with pytest.raises(SourceError, match=r"Feed error for query: cs\.XX bad archive cs\.XX"):
        parse_bytes(body)


@pytest.mark.parametrize(
    ("text", "abstract", "flags", "version"),
    [
        ("arXiv:2511.90001v2 Announce Type: replace \nAbstract: A <b>.", "A <b>.", ("replacement",), 2),
        ("arXiv:2511.90001v1 Announce Type: cross\nAbstract:A", "A", ("cross",), 1),
        ("arXiv:2511.90001v1 Announce Type: unheard-of\nAbstract: A", "A", (), 1),
        ("Abstract: A word that stays", "Abstract: A word that stays", (), None),
    ],
)
def test_the_line_before_an_abstract_is_no_part_of_it(
    parse_bytes: Callable[..., Parsed], text: str, abstract: str, flags: tuple[str, ...], version: int | None
) -> None:
    [paper] = parse_bytes(rss(item(text.replace("<", "&lt;")))).papers
    assert (paper.abstract, paper.flags, paper.version) == (abstract, flags, version)


def test_entities_are_read_once(parse_bytes: Callable[..., Parsed]) -> None:
    [paper] = parse_bytes(rss(item("a &amp;amp; b &amp;lt;i&amp;gt;", title="AT&amp;amp;T"))).papers
    assert (paper.title, paper.abstract) == ("AT&amp;T", "a &amp; b &lt;i&gt;")


def test_the_form_before_2024_is_read_as_well(parse_bytes: Callable[..., Parsed]) -> None:
    """RSS 1.0, with the id in the title and HTML in the texts."""
    old = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<channel rdf:about="http://export.arxiv.org/rss/cs.LG"><title>cs.LG updates on arXiv.org</title>'
        "<dc:date>2023-01-05T20:30:00-05:00</dc:date></channel>"
        '<item rdf:about="http://arxiv.org/abs/2301.00001"><title>Old. (arXiv:2301.00001v2 [cs.LG] UPDATED)'
        "</title><link>http://arxiv.org/abs/2301.00001</link>"
        "<description>&lt;p&gt;We did, p &amp;lt; 1.&lt;/p&gt;</description>"
        '<dc:creator> &lt;a href="http://arxiv.org/find/1"&gt;A. First&lt;/a&gt;, '
        '&lt;a href="http://arxiv.org/find/2"&gt;B. Second&lt;/a&gt;</dc:creator></item></rdf:RDF>'
    )
    parsed = parse_bytes(old)
    [paper] = parsed.papers
    assert (paper.title, paper.ids["arxiv"], paper.version) == ("Old.", "2301.00001", 2)
    assert paper.abstract == "We did, p < 1."
    assert (paper.flags, paper.categories) == (("replacement",), ("cs.LG",))
    assert paper.authors == ("A. First", "B. Second")
    assert parsed.day == date(2023, 1, 5)


def test_a_broken_item_costs_no_other(parse_bytes: Callable[..., Parsed]) -> None:
    whole = [item(f"arXiv:2511.9000{n}v1 Announce Type: new\nAbstract: A", title=f"T{n}") for n in range(3)]
    parsed = parse_bytes(
        rss(whole[0], "<item><title>x<y</title></item>\n", whole[1], item("A & B"), whole[2])
    )
    assert [paper.title for paper in parsed.papers] == ["T0", "T1", "T", "T2"]
    assert [problem.message for problem in parsed.problems] == [
        "a record that cannot be read",
        "a record that is not well-formed was mended",
        "a paper without an arXiv id",
    ]


def test_the_real_feeds_are_read(test_data: Path, parse_bytes: Callable[..., Parsed]) -> None:
    folder = test_data / "samples" / "arxiv_rss"
    atom = parse_bytes((folder / "atom_cs.AI_2025-08-20.xml").read_bytes())
    assert (len(atom.papers), atom.problems, atom.day) == (7, (), date(2025, 8, 20))
    assert all(paper.abstract and paper.authors and paper.version for paper in atom.papers)
    assert [paper.flags for paper in atom.papers].count(("cross",)) == 5
    assert not any((paper.abstract or "").startswith(("arXiv:", "Abstract")) for paper in atom.papers)
    rss_feed = parse_bytes((folder / "rss2_item_official_docs.xml").read_bytes())
    [paper] = rss_feed.papers
    assert (paper.version, paper.flags, rss_feed.day) == (3, ("replacement", "cross"), date(2024, 8, 23))
    assert paper.journal_ref is not None
    assert paper.journal_ref.startswith("Journal de l'École polytechnique")
