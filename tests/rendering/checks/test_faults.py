"""Each fault is found by its check, and by no other; a good mail has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from newsletter.rendering.checks import FinalMail, Finding
from newsletter.rendering.checks import check as check_mail

Found = Callable[..., tuple[Finding, ...]]
Spoil = Callable[[Any], Any]

STYLE = ".l:hover"
LINK = '<p><a class="l" style="color:#174a84" href="{}">x</a>'
PARAGRAPH = '<p class="s">'


def html(old: str, new: str) -> Spoil:
    return lambda draft: draft.with_html(old, new)


def text(old: str, new: str) -> Spoil:
    return lambda draft: draft.with_text(old, new)


def field(name: str, *fields: str) -> Spoil:
    return lambda draft: draft.with_field(name, *fields)


# What is done to a good mail, the check that finds it, words of its message.
FAULTS: list[tuple[Spoil, str, str]] = [
    (html("<!DOCTYPE html>", ""), "doctype", "quirks mode"),
    (html("<!DOCTYPE html>", "<!doctype html>"), "doctype", "quirks mode"),
    (html("</h1>", "</h2>"), "html", "h2"),
    (html("variant.", "variant &bogus; it."), "html", "&bogus;"),
    (html("<tr>", "<tr>stray"), "html", "stray"),
    (html("variant.", "{{ view.title }}"), "leftovers", "'{{ view.title }}'"),
    (html("variant.", "{% if x %}"), "leftovers", "'{% if x %}'"),
    (html('class="w"', 'class="w {{ x }}"'), "leftovers", "'{{ x }}'"),
    (html("/paper", "/%7B%7B%20p.url%20%7D%7D"), "leftovers", "'{{ p.url }}'"),
    (html("variant.", "variant &lt;mj-text&gt;"), "leftovers", "MJML"),
    (html("variant.", "variant <mj-text>it</mj-text>"), "leftovers", "<mj-text>"),
    (html("variant.", "slot0123456789abcdefarchiveurlend"), "leftovers", "an open slot"),
    (html("<body>", "<body><!-- {{ x }} -->"), "leftovers", "'{{ x }}'"),
    (text("variant", "{{ x }}"), "leftovers", "'{{ x }}'"),
    (field("Subject", "Subject: {{ view.subject }}"), "leftovers", "'{{ view.subject }}'"),
    (html(PARAGRAPH, LINK.format("javascript:alert(1)")), "links", "is not http, https or mailto"),
    (html(PARAGRAPH, LINK.format("/papers")), "links", "is not http, https or mailto"),
    (html(PARAGRAPH, LINK.format("")), "links", "is not http, https or mailto"),
    (html(PARAGRAPH, LINK.format("https:///x")), "links", "names no host"),
    (html(PARAGRAPH, LINK.format("https://a@b.example/")), "links", "user name"),
    (html(PARAGRAPH, LINK.format("mailto:")), "links", "names no mailbox"),
    (html(PARAGRAPH, LINK.format("#top")), "links", "points into the mail"),
    (html("Sparse attention</a>", "</a>Sparse attention"), "links", "stands on no words"),
    (html(PARAGRAPH, '<p><img alt="" src="https://example.org/a.png">'), "remote", "src loads"),
    (html(PARAGRAPH, '<p><img alt="" src="//example.org/a.png">'), "remote", "src loads"),
    (html(PARAGRAPH, '<p><img alt="" srcset="a.png 2x">'), "remote", "srcset loads"),
    (html("<table", '<table background="a.png"'), "remote", "background loads"),
    (html("<title>", '<link rel="stylesheet" href="x.css"><title>'), "remote", "<link> loads"),
    (html(STYLE, "@import 'https://example.org/x.css';\n.l:hover"), "remote", "@import"),
    (html(STYLE, ".x { background: url(x.png) }\n.l:hover"), "remote", "url(x.png)"),
    (html("color:#22262b", "background-image:url('x.png');color:#22262b"), "remote", "url("),
    (html(PARAGRAPH, "<script>1</script><p>"), "remote", "<script>"),
    (html(PARAGRAPH, '<form action="https://example.org"></form><p>'), "remote", "<form>"),
    (html(PARAGRAPH, '<p onclick="x()">'), "remote", "onclick"),
    (html("<title>", '<meta http-equiv="refresh" content="1"><title>'), "remote", "<meta>"),
    (html("<body>", '<body><!--[if mso]><v:fill src="//e.org/x"><![endif]-->'), "remote", "Outlook"),
    (field("From"), "headers", "0 fields From"),
    (field("From", "From: a@example.org", "From: b@example.org"), "headers", "2 fields From"),
    (field("From", "From: a@example.org, b@example.org"), "headers", "one mailbox"),
    (field("Date"), "headers", "0 fields Date"),
    (field("Date", "Date: yesterday"), "headers", "'yesterday'"),
    (field("Message-ID", "Message-ID: 1"), "headers", "Message-ID '1'"),
    (field("To", "To: reader@example.org", "Bcc: boss@example.org"), "headers", "Bcc"),
    (field("To", "To: reader@example.org", "no colon here"), "headers", "'no colon here' is no header"),
    (field("To", "To : reader@example.org"), "headers", "is no header field"),
    (field("Subject", "Subject: "), "headers", "the subject is empty"),
    (field("Subject", f"Subject: {'long ' * 20}"), "headers", "99 characters"),
    (field("List-Id", "List-Id: papers"), "headers", "List-Id 'papers'"),
    (field("List-Unsubscribe-Post"), "headers", "List-Unsubscribe-Post is 'missing'"),
    (field("List-Unsubscribe-Post", "List-Unsubscribe-Post: yes"), "headers", "Post is 'yes'"),
    (
        field("List-Unsubscribe", "List-Unsubscribe: =?utf-8?q?=3Chttps?="),
        "headers",
        "is not <address>, <address>",
    ),
    (
        field("List-Unsubscribe", "List-Unsubscribe: <https://other.example/>"),
        "headers",
        "no link in the HTML leads to",
    ),
    (
        field(
            "List-Unsubscribe",
            "List-Unsubscribe: <mailto:a@example.org>, <https://news.example.org/unsubscribe/1>",
        ),
        "headers",
        "it is not the first",
    ),
    (lambda draft: replace(draft, charset="iso-8859-1"), "message", "charset iso-8859-1"),
    (lambda draft: replace(draft, ending="bare\nfeed\r\n"), "lines", "not CRLF"),
    (lambda draft: replace(draft, ending=f"{'x' * 999}\r\n"), "lines", "999 octets"),
    (lambda draft: replace(draft, ending="\0\r\n"), "lines", "NUL"),
    (html("variant.", f"variant. {'word ' * 20_000}"), "size", "over the budget of 100,000"),
    (html("variant.", "variant.\x92"), "size", "U+0092"),
    (html(STYLE, ".x { color: #ffffff }\n" * 900 + STYLE), "styles", "Gmail drops all"),
    (html(STYLE, "@media all { @media (hover) { p { top: 0 } } }\n.l"), "styles", "inside another"),
    (html(STYLE, ".x { color }\n.l:hover"), "styles", "a fault in a style sheet"),
    (html(STYLE, "} .l:hover"), "styles", "a fault in a style sheet"),
    (html("</style>", ".x { color: red </style>"), "styles", "a block is not closed"),
    (html("<h1>Daily Papers</h1>", ""), "headings", "there are 0 first headings"),
    (html("<h2>Methods</h2>", "<h1>Methods</h1><h2>Methods</h2>"), "headings", "there are 2 first headings"),
    (html("<h2>Methods</h2>", ""), "headings", "an h3 follows an h1"),
    (html("<h1>", "<h2>Methods</h2><h1>"), "headings", "comes before the h1"),
    (html("<h2>Methods</h2>", "<h2>Methods</h2><h2></h2>"), "headings", "has no text"),
    (html(' role="presentation"', ""), "layout-tables", "role"),
    (html('lang="en" dir="ltr"', 'lang="en"'), "language", "both lang and dir"),
    (html('lang="en" dir="ltr"', 'dir="ltr"'), "language", "both lang and dir"),
    (html('lang="en" dir="ltr"', 'lang="english text" dir="ltr"'), "language", "no language tag"),
    (html(PARAGRAPH, '<p><img src="cid:1">'), "images", "no alt"),
    (text("Sparse", "Dense"), "plain-text", "lacks the heading 'Sparse attention'"),
    (text("https://example.org/paper", "-"), "plain-text", "lacks the link"),
    (text("We propose", "We propose and propose" * 5), "plain-text", "columns, more than 78"),
    (lambda draft: replace(draft, text=" \n"), "plain-text", "is empty"),
]  # fmt: skip


def test_a_good_mail_has_no_fault(draft: Any, found: Found) -> None:
    assert found(draft) == ()


@pytest.mark.parametrize(
    ("spoil", "check", "words"), FAULTS, ids=[f"{check}-{words}" for _, check, words in FAULTS]
)
def test_a_fault_is_found_and_named(draft: Any, found: Found, spoil: Spoil, check: str, words: str) -> None:
    findings = found(spoil(draft))
    assert [finding for finding in findings if finding.check == check and words in finding.message]
    assert {finding.check for finding in findings} <= {check, *ALONG.get(check, ())}
    assert all(finding.hint and finding.where for finding in findings if finding.check == check)


# A fault may rightly be seen by a second check.
ALONG = {
    "links": ("plain-text",),
    "html": ("headings", "plain-text", "contrast"),
    "headers": ("message",),
    "leftovers": ("plain-text", "html", "headers"),
    "styles": ("clients",),
    "remote": ("styles",),
    "size": ("html",),
}

HARMLESS: list[Spoil] = [
    html("variant.", "variant of x^{{2}} and {a}."),
    html(PARAGRAPH, '<table><tr><th scope="col">n</th></tr></table><p>'),
    html(PARAGRAPH, '<p><img alt="" src="cid:1"><img alt="" src="data:image/gif;base64,R0lGOD">'),
    html(PARAGRAPH, '<p><a name="here"></a>'),
    html("variant.", "variant. <!--[if mso]><table><tr><td><![endif]-->"),
    text("We propose", "x" * 200),
    text("We propose", f"\n* {'x' * 77}"),
    text("We propose", "https://example.org/" + "y" * 100),
    lambda draft: draft.with_html("ion<", "ion<sup>2</sup><").with_text("attention", "attention²"),
]  # fmt: skip


@pytest.mark.parametrize("change", HARMLESS, ids=range(len(HARMLESS)))
def test_what_only_looks_like_a_fault_is_none(draft: Any, found: Found, change: Spoil) -> None:
    assert found(change(draft), quoted=["x^{{2}}"]) == ()


def test_template_syntax_that_a_paper_wrote_is_the_papers(draft: Any, found: Found) -> None:
    spoilt = draft.with_html("variant.", "variant {{ x }}.").with_text("variant.", "variant {{\n  x }}.")
    assert len(found(spoilt)) == 2
    assert found(spoilt, quoted=["On {{ x }} in Jinja"]) == ()
    assert len(found(spoilt, quoted=["On {{ y }} in Jinja"])) == 2


def test_brackets_of_two_papers_make_no_template(draft: Any, found: Found) -> None:
    spoilt = draft.with_html("variant.", "an odd {{, a second }}.")
    assert found(spoilt, quoted=["an odd {{", "a second }}"]) == ()


def test_a_finding_says_in_which_card_it_is(draft: Any, found: Found) -> None:
    [finding] = found(draft.with_html(PARAGRAPH, '<p class="s"><img class="pic" src="cid:1">'))
    assert str(finding.where) == 'HTML <img class="pic"> in “Sparse attention”'


def test_a_finding_says_on_which_line_it_is(draft: Any, found: Found) -> None:
    [finding] = found(draft.with_html("</h3>", "</h3></b>"))
    assert str(finding.where) == "HTML, line 15"
    [finding] = found(draft.with_html(STYLE, ".x { color }\n.l:hover"))
    assert str(finding.where) == "HTML, line 5 <style>"


def test_the_budget_is_the_callers(draft: Any, found: Found) -> None:
    exactly = len(draft.html.encode())
    assert found(draft, budget=exactly) == ()
    [finding] = found(draft, budget=exactly - 1)
    assert finding.check == "size"


def test_of_html_that_nobody_can_read_only_the_size_is_told(draft: Any, found: Found) -> None:
    [finding] = found(draft.with_html("variant.", "&lt;" * 300_000))
    assert finding.check == "size"


def test_errors_come_first(draft: Any, found: Found) -> None:
    spoilt = draft.with_field("Subject", f"Subject: {'long ' * 20}").with_html(' role="presentation"', "")
    assert [finding.severity for finding in found(spoilt)] == ["error", "warning"]


def test_a_message_with_another_html_than_the_files_is_told(draft: Any) -> None:
    mail = replace(draft.mail(), html=draft.html.replace("variant", "verdict").encode())
    assert "its text/html part is not what the issue's file holds" in "".join(
        f.message for f in check_mail(mail)
    )


def test_bytes_that_are_no_text_are_told_and_break_nothing() -> None:
    findings = check_mail(FinalMail(html=b"\xff<p", text=b"\xfe", message=b"\xfd"))
    assert [finding.message for finding in findings if finding.check == "encoding"] == [
        "byte 0xff is not UTF-8",
        "byte 0xfe is not UTF-8",
    ]
    assert check_mail(FinalMail(html=b"", text=b"", message=b""))
