"""What records should say instead."""

from __future__ import annotations

import pytest

from newsletter.mailing.published.mending import mended_dmarc, mended_spf


@pytest.mark.parametrize(
    ("texts", "wanted", "expected"),
    [
        ([], ["include:relay.example"], "v=spf1 include:relay.example ~all"),
        ([], [], "v=spf1 mx ~all"),
        (["v=spf1 mx -all"], ["include:relay.example"], "v=spf1 mx include:relay.example -all"),
        (["v=spf1 mx ~all", "v=spf1 a mx -all"], [], "v=spf1 mx a -all"),
        (["v=spf1 mx +all"], [], "v=spf1 mx ~all"),
        (["v=spf1 ipv4:1.2.3.4 mx"], [], "v=spf1 mx ~all"),
        (["v=spf1 redirect=_spf.example.org"], [], "v=spf1 redirect=_spf.example.org"),
        (["v=spf1 mx exp=why.example.org -all"], [], "v=spf1 mx -all exp=why.example.org"),
        (["v=spf1 -all"], [], "v=spf1 -all"),
        (['v=spf1 mx "evil" \x1b[31m ~all'], [], "v=spf1 mx ~all"),
    ],
)
def test_one_spf_record_comes_out_with_what_was_meant(
    texts: list[str], wanted: list[str], expected: str
) -> None:
    assert mended_spf(texts, wanted) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, "v=DMARC1; p=none; rua=mailto:d@example.org"),
        ("v=DMARC1; p=reject; pct=100; ri=3600; rf=afrf", "v=DMARC1; p=reject"),
        ("v=DMARC1; p=reject; pct=0", "v=DMARC1; p=reject; t=y"),
        ("v=DMARC1; rua=mailto:a@example.org", "v=DMARC1; p=none; rua=mailto:a@example.org"),
        ("v=DMARC1; p=strict; adkim=s; foo=bar", "v=DMARC1; p=none; adkim=s"),
    ],
)
def test_a_dmarc_record_of_today_comes_out(text: str | None, expected: str) -> None:
    assert mended_dmarc(text, "d@example.org") == expected
