"""Whatever bytes a mail consists of, the checks end with findings and not with an error."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.rendering.checks import Expectations, FinalMail, check

# Bits that combine into mark-up, styles, templates, header fields and parts.
CSS = [
    "@media (", "@import ", "@", ") {", "{", "}", "color:", "background:", "rgba(0,0,0,", "font:",
    "font-size:", "1e999px", "#fff", "!important", "url(", "calc(", "var(--x)", "color-mix(in lab,", ";",
    "p", "50%", ":is(", ":not(", "[", "]", ">*", "::before", ",", "\\", "/*", "*/", "bold", "inherit",
]  # fmt: skip
HTML = [
    "<!DOCTYPE html>", "<html>", "<body>", "<table>", "<tr>", "<td", "<p", "<a", "<img", "<h1>", "<h3>", "</",
    ">", " style='", " class=a", " href=", " lang=en", " dir=rtl", "'", '"', "<style>", "</style>", "<!--",
    "-->", "{{", "}}", "{%", "slot0123456789abcdef", "&", "&amp;", "\x92", "\0", "\n", "\u05d0", "\u4e2d",
]  # fmt: skip
MESSAGE = [
    "\r\n", "\r\n\r\n", "--b", "From: ", "Subject: =?utf-8?q?=FF?=", "List-Unsubscribe: <", "x", " ", ":",
    "Content-Type: text/html; charset=nonsense", "Content-Transfer-Encoding: base64", "Date: ",
]  # fmt: skip
BITS = st.sampled_from([*CSS, *HTML, *MESSAGE])
BYTES = st.one_of(
    st.lists(BITS, max_size=40).map("".join).map(str.encode),
    st.text(max_size=40).map(str.encode),
    st.binary(),
)


@given(html=BYTES, text=BYTES, message=BYTES)
def test_any_bytes_can_be_checked(html: bytes, text: bytes, message: bytes) -> None:
    mail = FinalMail(html=html, text=text, message=message)
    findings = check(mail, Expectations(quoted=("{{ x }}",)))
    assert findings == check(mail, Expectations(quoted=("{{ x }}",)))
    assert all(finding.message and finding.hint for finding in findings)


@given(st.lists(st.sampled_from(CSS), max_size=30).map("".join))
def test_any_style_can_be_checked(css: str) -> None:
    html = f'<!DOCTYPE html><style>{css}</style><body><p class="a" style="{css}"><a href="x">x</a></p>'
    assert check(FinalMail(html=html.encode(), text=b"x", message=b"x"))
