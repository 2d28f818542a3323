"""DMARC: what a record says, and whose record counts (RFC 9989)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.mailing.published.answers import Names
from newsletter.mailing.published.dmarc import is_dmarc, read_dmarc
from newsletter.mailing.published.dmarc_walk import are_aligned, targets, walk_dmarc

Published = Callable[..., Names]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("v=DMARC1", True),
        ("v=DMARC1; p=none", True),
        ("v = DMARC1 ;p=none", True),
        ("v=dmarc1; p=none", False),
        ("p=none; v=DMARC1", False),
        ("v=DMARC12; p=none", False),
        (" v=DMARC1; p=none", False),
    ],
)
def test_the_version_comes_first_and_exactly_so(text: str, expected: bool) -> None:
    assert is_dmarc(text) is expected


def test_all_that_a_record_may_say_is_read() -> None:
    record = read_dmarc(
        "v=DMARC1; p=reject; sp=quarantine; np=reject; adkim=s; aspf=s; psd=n; t=y; "
        "rua=mailto:a@x.example,mailto:b@x.example"
    )
    assert (record.policy, record.subdomains, record.absent_subdomains) == ("reject", "quarantine", "reject")
    assert (record.psd, record.is_testing, record.is_strict_dkim, record.is_strict_spf) == (
        "n",
        True,
        True,
        True,
    )
    assert record.reports_to == ("mailto:a@x.example", "mailto:b@x.example")
    assert record.faults == ()


def test_subdomains_inherit_step_by_step() -> None:
    record = read_dmarc("v=DMARC1; p=quarantine")
    assert (record.subdomains, record.absent_subdomains) == ("quarantine", "quarantine")
    assert read_dmarc("v=DMARC1; p=none; sp=reject").absent_subdomains == "reject"


def test_tags_of_the_past_are_told_and_do_no_harm() -> None:
    record = read_dmarc("v=DMARC1; p=none; pct=50; rf=afrf; ri=3600")
    assert record.removed == ("pct", "rf", "ri")
    assert record.faults == ()


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1; rua=mailto:a@x.example", "v=DMARC1; p=strict"])
def test_without_a_policy_it_counts_as_none(text: str) -> None:
    record = read_dmarc(text)
    assert record.policy == "none"
    assert not record.has_policy


@pytest.mark.parametrize(
    "tag", ["p=strict", "sp=x", "np=", "adkim=q", "t=yes", "psd=rs", "foo=1", "nonsense"]
)
def test_what_is_wrong_is_told_and_ignored(tag: str) -> None:
    record = read_dmarc(f"v=DMARC1; {tag}")
    assert record.faults
    assert record.policy == "none"
    assert not record.is_testing


def test_eight_looks_always_do() -> None:
    long = "a.b.c.d.e.f.g.h.i.j.mail.example.com"
    walked = targets(long)
    assert walked[0] == long
    assert walked[1] == "g.h.i.j.mail.example.com"
    assert walked[-1] == "com"
    assert len(walked) == 8
    assert targets("example.com") == ("example.com", "com")
    assert targets("com") == ("com",)
    assert targets("") == ()


def test_the_own_record_counts_before_that_of_the_organisation(published: Published) -> None:
    names = published(
        {"_dmarc.news.example.org": "v=DMARC1; p=none", "_dmarc.example.org": "v=DMARC1; p=reject"}
    )
    walk = walk_dmarc("news.example.org", names)
    assert walk.governing
    assert walk.governing[0] == "news.example.org"
    assert walk.organization == "example.org"


def test_a_subdomain_goes_by_its_organisation(published: Published) -> None:
    walk = walk_dmarc("a.b.example.org", published({"_dmarc.example.org": "v=DMARC1; p=reject; sp=none"}))
    assert walk.governing
    assert walk.governing[0] == "example.org"
    assert walk.governing[1].subdomains == "none"


def test_a_record_half_way_up_does_not_govern(published: Published) -> None:
    """4.10.1: the domain's own, its organisation's, its public suffix's; no other."""
    names = published(
        {"_dmarc.b.example.org": "v=DMARC1; p=none", "_dmarc.example.org": "v=DMARC1; p=reject"}
    )
    walk = walk_dmarc("a.b.example.org", names)
    assert walk.governing
    assert walk.governing[0] == "example.org"


def test_a_public_suffix_ends_the_walk_and_parts_organisations(published: Published) -> None:
    names = published({"_dmarc.bank.example": "v=DMARC1; p=reject; psd=y; np=reject"})
    one, other = walk_dmarc("mail.one.bank.example", names), walk_dmarc("other.bank.example", names)
    assert one.organization == "one.bank.example"
    assert one.governing
    assert one.governing[0] == "bank.example"
    assert not are_aligned(one, other, is_strict=False)
    assert ("_dmarc.example", "TXT") not in names.asked  # type: ignore[attr-defined]


def test_psd_n_makes_an_organisation_of_its_own(published: Published) -> None:
    names = published(
        {"_dmarc.dept.uni.example": "v=DMARC1; p=none; psd=n", "_dmarc.uni.example": "v=DMARC1; p=reject"}
    )
    assert walk_dmarc("mail.dept.uni.example", names).organization == "dept.uni.example"
    assert not are_aligned(
        walk_dmarc("mail.dept.uni.example", names), walk_dmarc("uni.example", names), is_strict=False
    )


def test_without_any_record_a_domain_is_its_own_organisation(published: Published) -> None:
    walk = walk_dmarc("news.example.org", published({}))
    assert walk.organization == "news.example.org"
    assert walk.governing is None
    assert not are_aligned(walk, walk_dmarc("example.org", published({})), is_strict=False)


def test_several_records_count_as_none_and_the_walk_goes_on(published: Published) -> None:
    names = published(
        {
            "_dmarc.news.example.org": ["v=DMARC1; p=none", "v=DMARC1; p=reject"],
            "_dmarc.example.org": "v=DMARC1; p=none",
        }
    )
    walk = walk_dmarc("news.example.org", names)
    assert walk.several == ("news.example.org",)
    assert walk.governing
    assert walk.governing[0] == "example.org"


def test_other_texts_are_not_looked_at(published: Published) -> None:
    walk = walk_dmarc("example.org", published({"_dmarc.example.org": ["hello", "v=DMARC1; p=none"]}))
    assert walk.several == ()
    assert walk.governing


def test_relaxed_alignment_goes_by_organisation_and_strict_by_name(published: Published) -> None:
    names = published({"_dmarc.example.org": "v=DMARC1; p=none"})
    first, second = walk_dmarc("example.org", names), walk_dmarc("bounces.example.org", names)
    assert are_aligned(first, second, is_strict=False)
    assert not are_aligned(first, second, is_strict=True)
    assert are_aligned(first, first, is_strict=True)


def test_a_failure_ends_the_walk_and_nothing_is_concluded(published: Published) -> None:
    walk = walk_dmarc("news.example.org", published({}, {("_dmarc.news.example.org", "TXT"): None}))
    assert walk.failure == "_dmarc.news.example.org: it failed"
    assert walk.governing is None
