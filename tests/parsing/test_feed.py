"""Feeds of journals, in the shapes that journals give them."""

from __future__ import annotations

from datetime import date

import pytest

from newsletter.errors import SourceError
from newsletter.model import Document, Paper, Parsed
from newsletter.parsing import parse
from newsletter.parsing.feed import Feed

RDF = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.1/">
<channel rdf:about="https://example.org/feed"><title>J</title><dc:date>2025-11-07</dc:date></channel>
{}</rdf:RDF>"""
RSS = """<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:prism="http://purl.org/rss/1.0/modules/prism/">
<channel><title>J</title><atom:link href="https://example.org/self" rel="self"/>
<lastBuildDate>Fri, 07 Nov 2025 01:00:00 GMT</lastBuildDate>{}</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>J</title><updated>2025-11-07T08:00:00Z</updated>{}</feed>"""


def read(xml: str) -> Parsed:
    return parse(Document(body=xml.encode(), origin="feed.xml"), {"feed": Feed()})


def only(xml: str) -> Paper:
    parsed = read(xml)
    assert parsed.problems == ()
    [paper] = parsed.papers
    return paper


def test_a_feed_like_natures_loses_the_line_that_cites() -> None:
    paper = only(
        RDF.format(
            """<item rdf:about="https://www.nature.com/articles/s1">
        <title><![CDATA[Whales &amp; <i>E. coli</i>]]></title>
        <link>https://www.nature.com/articles/s1</link><content:encoded><![CDATA[<p>Nature, Published online:
        05 November 2025; <a href="https://www.nature.com/articles/s1">doi:10.1038/s1</a></p>
        We found CO<sub>2</sub>.]]>
        </content:encoded><dc:title>Whales</dc:title><dc:creator>Ada Byron</dc:creator>
        <dc:creator>Alan Turing</dc:creator>
        <dc:identifier>doi:10.1038/s1</dc:identifier><dc:date>2025-11-05</dc:date><prism:doi>10.1038/S1</prism:doi></item>"""
        )
    )
    assert (paper.title, paper.abstract) == ("Whales & E. coli", "We found CO₂.")
    assert (paper.authors, paper.published) == (("Ada Byron", "Alan Turing"), date(2025, 11, 5))
    assert (paper.ids["doi"], paper.url) == ("10.1038/s1", "https://www.nature.com/articles/s1")
    assert paper.abstract_raw is not None
    assert "Published online" in paper.abstract_raw


def test_a_feed_like_bioarchives_names_last_and_first_in_turn() -> None:
    link = "https://www.biorxiv.org/content/10.1101/2025.11.05.686789v2?rss=1"
    paper = only(
        RDF.format(
            f"""<item rdf:about="{link}"><title>Cells</title><link>{link}</link><description>
        They grow &amp;amp; p &amp;lt; 0.05.</description><dc:creator>Smith, J., Doe, A. B.</dc:creator>
        <dc:date>2025-11-06</dc:date><prism:section>Neuroscience</prism:section></item>"""
        )
    )
    assert paper.authors == ("J. Smith", "A. B. Doe")
    assert (paper.ids["doi"], paper.version) == ("10.1101/2025.11.05.686789", 2)
    assert (paper.abstract, paper.categories) == ("They grow & p < 0.05.", ("Neuroscience",))


def test_a_feed_like_springers_loses_the_heading() -> None:
    paper = only(
        RSS.format(
            """<item><title>A Study</title><link>https://link.springer.com/10.1007/s1-025-1</link><description><![CDATA[
        <h3>Abstract</h3><p>We do it.</p>]]></description><pubDate>2025-11-06</pubDate>
        <guid isPermaLink="false">10.1007/s1-025-1</guid></item>"""
        )
    )
    assert (paper.abstract, paper.ids["doi"]) == ("We do it.", "10.1007/s1-025-1")


def test_a_feed_like_plos_gives_names_and_both_addresses() -> None:
    paper = only(
        ATOM.format(
            """<entry><title>Sleep and P&lt;0.05</title><id>10.1371/journal.pone.1</id>
        <link rel="alternate" href="https://journals.plos.org/plosone/article?id=10.1371/journal.pone.1"/>
        <link rel="related" type="application/pdf" href="https://journals.plos.org/x.pdf"/>
        <author><name>Ada Byron</name></author><author><name>Bob Cee</name></author>
        <published>2025-11-06T14:00:00Z</published><updated>2025-11-06T14:00:00Z</updated>
        <content type="html">&lt;p&gt;by Ada Byron, Bob Cee&lt;/p&gt;\n\nWe slept.</content></entry>"""
        )
    )
    assert (paper.title, paper.abstract) == ("Sleep and P<0.05", "We slept.")
    assert (paper.authors, paper.ids["doi"]) == (("Ada Byron", "Bob Cee"), "10.1371/journal.pone.1")
    assert paper.pdf_url == "https://journals.plos.org/x.pdf"
    assert (paper.published, paper.updated) == (date(2025, 11, 6), None)


def test_a_feed_like_pnas_and_wiley_has_names_in_lines_and_cites_its_issue() -> None:
    paper = only(
        RSS.format(
            """<item><title>A thing</title><link>https://www.pnas.org/doi/abs/10.1073/pnas.2500001?af=R</link>
        <description>
            Proceedings of X, Volume 122, Issue 44, November 2025. &lt;br/&gt;Cells do it.</description>
        <dc:creator>\nAda Byron, \nBob Cee\n</dc:creator>
            <pubDate>Thu, 06 Nov 2025 23:00:00 -0500</pubDate></item>"""
        )
    )
    assert (paper.abstract, paper.ids["doi"]) == ("Cells do it.", "10.1073/pnas.2500001")
    assert (paper.authors, paper.published) == (("Ada Byron", "Bob Cee"), date(2025, 11, 6))


def test_an_item_that_only_cites_has_no_abstract() -> None:
    paper = only(
        RSS.format(
            """<item><title>Batteries</title>
        <description><![CDATA[<p>Publication date: March 2026</p><p><b>Source:</b>
        Journal, Volume 5</p><p>Author(s): Ada Byron, Bob Cee</p>]]></description></item>"""
        )
    )
    assert (paper.abstract, paper.authors) == (None, ("Ada Byron", "Bob Cee"))
    assert (paper.published, paper.flags) == (None, ("dated 2026-03",))


def test_a_description_that_repeats_the_title_is_no_abstract() -> None:
    assert (
        only(RSS.format("<item><title>A thing</title><description>A thing.</description></item>")).abstract
        is None
    )


def test_a_feed_like_ieees_has_names_by_semicolons() -> None:
    paper = only(
        RSS.format(
            "<item><title>T</title><authors>Ada Byron;Bob Cee</authors><description>D.</description></item>"
        )
    )
    assert paper.authors == ("Ada Byron", "Bob Cee")


def test_an_address_is_no_author() -> None:
    item = "<item><title>T</title><author>{}</author></item>"
    assert only(RSS.format(item.format("a@example.org (Ada Byron)"))).authors == ("Ada Byron",)
    assert only(RSS.format(item.format("a@example.org"))).authors is None


def test_text_of_atom_is_no_markup_unless_it_says_so() -> None:
    summary = "<summary{0}>if $x&lt;y$ then $y&gt;z$ &amp;amp; end</summary>"
    entry = f"<entry><title{{0}}>a &amp;amp; b</title>{summary}</entry>"
    plain, marked = (only(ATOM.format(entry.format(kind))) for kind in ("", ' type="html"'))
    assert (plain.title, plain.abstract) == ("a &amp; b", "if x<y then y>z &amp; end")
    assert (marked.title, marked.abstract) == ("a & b", "if x<y then y>z & end")


def test_xhtml_in_atom_is_read_as_what_it_shows() -> None:
    div = '<div xmlns="http://www.w3.org/1999/xhtml">A <i>b</i>, H<sub>2</sub>O &amp;amp; c</div>'
    paper = only(ATOM.format(f'<entry><title type="xhtml">{div}</title></entry>'))
    assert paper.title == "A b, H₂O &amp; c"


def test_a_broken_item_is_a_problem_with_its_line_and_the_others_are_read() -> None:
    parsed = read(
        RSS.format("\n".join(f"<item><title>T{i}</title>{'<b>' * (i == 1)}</item>" for i in range(3)))
    )
    assert [paper.title for paper in parsed.papers] == ["T0", "T2"]
    [problem] = parsed.problems
    assert problem.line == 5


def test_an_item_without_a_title_is_a_problem() -> None:
    parsed = read(RSS.format("<item><description>D</description></item><item><title>T</title></item>"))
    assert [problem.message for problem in parsed.problems] == ["item 1: no title, so it was left out"]
    assert len(parsed.papers) == 1


def test_the_feed_says_its_own_day() -> None:
    for feed in (RDF, RSS, ATOM):
        assert read(feed.format("")).day == date(2025, 11, 7)


def test_an_empty_feed_says_so() -> None:
    assert [problem.message for problem in read(RSS.format("")).problems] == ["no paper in it"]


@pytest.mark.parametrize(
    "xml",
    [
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"></feed>',
        '<rss version="2.0"><channel><link>http://rss.arxiv.org/rss/cs.AI</link></channel></rss>',
        "<html><body>429</body></html>",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF>',
    ],
)
def test_feeds_of_arxiv_and_other_xml_are_left_to_others(xml: str) -> None:
    assert not Feed().recognises(Document(body=xml.encode(), origin="x"))


def test_entities_of_its_own_are_refused() -> None:
    bomb = '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + RSS.format(
        "<item><title>&b;</title></item>"
    )
    with pytest.raises(SourceError, match="entities"):
        read(bomb)
