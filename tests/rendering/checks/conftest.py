"""A small good mail, to be spoiled in one place at a time."""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from newsletter.rendering.checks import Expectations, FinalMail, Finding, check

UNSUBSCRIBE = "https://news.example.org/unsubscribe/1"
PAPER = "https://example.org/paper"

HTML = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Daily Papers</title>
<meta name="color-scheme" content="light dark">
<style>
.l:hover {{ text-decoration: underline }}
@media (prefers-color-scheme: dark) {{
  .bg {{ background-color: #101214 !important }}
  .w {{ color: #dfe2e6 !important }}
  .l {{ color: #93c1f8 !important }}
}}
</style></head>
<body><div class="bg" style="background-color:#ffffff">
<table role="presentation"><tr><td class="w" lang="en" dir="ltr" style="color:#22262b;font-size:15px">
<h1>Daily Papers</h1><h2>Methods</h2>
<h3><a class="l" style="color:#174a84" href="{PAPER}">Sparse attention</a></h3>
<p class="s">We propose a variant.</p>
<p><a class="l" style="color:#174a84" href="{UNSUBSCRIBE}">Unsubscribe</a></p>
</td></tr></table></div></body></html>
"""
TEXT = f"""Daily Papers

Methods

* Sparse attention
  We propose a variant.
  {PAPER}

Unsubscribe:
  {UNSUBSCRIBE}
"""
FIELDS = (
    "From: Daily Papers <digest@example.org>",
    "To: reader@example.org",
    "Subject: Daily Papers",
    "Date: Fri, 07 Nov 2025 06:00:00 +0000",
    "Message-ID: <1@example.org>",
    "List-Id: <news.example.org>",
    f"List-Unsubscribe: <{UNSUBSCRIBE}>,\r\n <mailto:digest@example.org?subject=unsubscribe>",
    "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    "MIME-Version: 1.0",
    'Content-Type: multipart/alternative; boundary="b"',
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A mail to spoil: `with_html("old", "new")` and the like give changed copies."""

    html: str = HTML
    text: str = TEXT
    fields: tuple[str, ...] = FIELDS
    charset: str = "utf-8"
    ending: str = ""

    def with_html(self, old: str, new: str) -> Draft:
        assert old in self.html
        return replace(self, html=self.html.replace(old, new, 1))

    def with_text(self, old: str, new: str) -> Draft:
        assert old in self.text
        return replace(self, text=self.text.replace(old, new))

    def with_field(self, name: str, *fields: str) -> Draft:
        """Put other fields in the place of one."""
        at = next(number for number, field in enumerate(self.fields) if field.startswith(f"{name}:"))
        return replace(self, fields=(*self.fields[:at], *fields, *self.fields[at + 1 :]))

    def mail(self) -> FinalMail:
        html, text = self.html.encode(), self.text.encode()
        parts = [self._part("plain", text), self._part("html", html)]
        body = "".join(f"--b\r\n{part}\r\n" for part in parts) + f"--b--\r\n{self.ending}"
        return FinalMail(
            html=html, text=text, message=("\r\n".join(self.fields) + "\r\n\r\n" + body).encode()
        )

    def _part(self, kind: str, body: bytes) -> str:
        encoded = encodebytes(body).decode().replace("\n", "\r\n")
        return (
            f"Content-Type: text/{kind}; charset={self.charset}\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{encoded}"
        )


@pytest.fixture
def draft() -> Draft:
    return Draft()


class Everything(dict[str, str]):
    """A baseline in which every loss is known: what clients support is another test's matter."""

    def get(self, key: str, default: object = None) -> str:
        return f"{key} {default}"


@pytest.fixture
def found() -> Callable[..., tuple[Finding, ...]]:
    """Check a draft; what it finds besides notes."""

    def run(draft: Draft, **expected: object) -> tuple[Finding, ...]:
        values: dict[str, object] = {"known_losses": Everything(), **expected}
        findings = check(draft.mail(), Expectations(**values))  # type: ignore[arg-type]
        return tuple(finding for finding in findings if finding.severity != "info")

    return run
