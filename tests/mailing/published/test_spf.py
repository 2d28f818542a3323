"""SPF: what a record says, and what it leads to (RFC 7208)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsletter.mailing.published.answers import Names
from newsletter.mailing.published.spf import is_spf, read_spf
from newsletter.mailing.published.spf_survey import survey_spf

Published = Callable[..., Names]
HOME = "example.org"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("v=spf1", True), ("V=SPF1 ~all", True), ("v=spf10 ~all", False), ("v=spf1~all", False), ("", False)],
)
def test_a_record_is_known_by_its_version(text: str, expected: bool) -> None:
    assert is_spf(text) is expected


def test_all_kinds_of_terms_are_read() -> None:
    record = read_spf(
        "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 a mx:mail.example.org/28//64 a:host.example.org "
        "include:_spf.example.net ?exists:%{i}.example.org ptr exp=why.example.org unknown=x -all"
    )
    assert record.faults == ()
    assert [term.name for term in record.terms] == [
        "ip4",
        "ip6",
        "a",
        "mx",
        "a",
        "include",
        "exists",
        "ptr",
        "all",
    ]
    assert record.terms[3].prefixes == (28, 64)
    assert record.terms[3].domain == "mail.example.org"
    assert record.everybody == "-"


@pytest.mark.parametrize(
    "term",
    ["ipv4:1.2.3.4", "ip4:1.2.3", "ip4:2001:db8::1", "ip6:1.2.3.4", "include", "include:", "a:", "all:x",
     "a/33", "mx//129", "exists", "includ:x.example", "redirect=a.example redirect=b.example",
     "redirect=<x>"],
)  # fmt: skip
def test_a_term_that_is_none_is_told(term: str) -> None:
    assert read_spf(f"v=spf1 {term} -all").faults


def test_a_right_record_has_no_faults(published: Published) -> None:
    names = published(
        {
            HOME: ["v=spf1 mx include:relay.example ~all", "other"],
            "relay.example": "v=spf1 ip4:198.51.100.0/24 -all",
        },
        {(HOME, "MX"): ["10 mx.example.org."], ("mx.example.org.", "A"): ["192.0.2.7"]},
    )
    survey = survey_spf(HOME, names)
    assert (survey.lookups, survey.voids, survey.faults, survey.unknown) == (2, 0, (), ())
    assert survey.domains == {"relay.example"}
    assert survey.lets_send("198.51.100.9")
    assert survey.lets_send("192.0.2.7")
    assert not survey.lets_send("192.0.2.8")
    assert not survey.lets_send("2001:db8::1")


def test_look_ups_are_counted_through_all_that_is_included(published: Published) -> None:
    chain = {f"s{number}.example": f"v=spf1 include:s{number + 1}.example ~all" for number in range(10)}
    names = published(
        {HOME: "v=spf1 include:s0.example ~all", **chain, "s10.example": "v=spf1 ip4:192.0.2.1 ~all"}
    )
    survey = survey_spf(HOME, names)
    assert survey.lookups == 11
    assert survey.lets_send("192.0.2.1")


@pytest.mark.parametrize("count", [10, 11])
def test_ten_look_ups_side_by_side_are_ten(published: Published, count: int) -> None:
    terms = " ".join(f"exists:e{number}.example" for number in range(count))
    assert survey_spf(HOME, published({HOME: f"v=spf1 {terms} ~all"})).lookups == count


def test_a_circle_ends_and_is_told(published: Published) -> None:
    names = published({HOME: "v=spf1 include:b.example ~all", "b.example": "v=spf1 include:example.org ~all"})
    [fault] = survey_spf(HOME, names).faults
    assert "leads back" in fault


def test_a_tree_without_end_is_not_followed_for_ever(published: Published) -> None:
    wide = {
        f"w{number}.example": "v=spf1 " + " ".join(f"include:w{n}.example" for n in range(200))
        for number in range(200)
    }
    names = published({HOME: "v=spf1 include:w0.example ~all", **wide})
    survey = survey_spf(HOME, names)
    assert survey.lookups > 10
    assert len(names.asked) < 200  # type: ignore[attr-defined]


def test_two_records_are_none(published: Published) -> None:
    survey = survey_spf(HOME, published({HOME: ["v=spf1 mx ~all", "v=spf1 -all"]}))
    assert len(survey.texts) == 2
    assert survey.record is None


def test_a_missing_name_behind_an_include_is_an_error(published: Published) -> None:
    [fault] = survey_spf(HOME, published({HOME: "v=spf1 include:gone.example ~all"})).faults
    assert "include:gone.example has no SPF record" in fault


def test_what_cannot_be_asked_is_no_fault(published: Published) -> None:
    survey = survey_spf(
        HOME, published({HOME: "v=spf1 include:down.example ~all"}, {("down.example", "TXT"): None})
    )
    assert survey.faults == ()
    assert survey.unknown == ("down.example: it failed",)


def test_names_that_lead_nowhere_are_counted(published: Published) -> None:
    names = published({HOME: "v=spf1 a:x.example a:y.example mx:z.example ~all"})
    assert survey_spf(HOME, names).voids == 3


def test_a_redirect_counts_only_where_nothing_ends_the_record(published: Published) -> None:
    others = {"other.example": "v=spf1 ip4:192.0.2.1 -all"}
    assert survey_spf(HOME, published({HOME: "v=spf1 redirect=other.example", **others})).lookups == 1
    assert survey_spf(HOME, published({HOME: "v=spf1 -all redirect=other.example", **others})).lookups == 0


def test_a_macro_is_counted_and_not_followed(published: Published) -> None:
    names = published({HOME: "v=spf1 include:%{d}.example exists:%{i}._spf.example ~all"})
    assert survey_spf(HOME, names).lookups == 2
    assert len(names.asked) == 1  # type: ignore[attr-defined]


def test_who_is_refused_by_name_may_not_send(published: Published) -> None:
    assert not survey_spf(HOME, published({HOME: "v=spf1 -ip4:192.0.2.1 ~all"})).lets_send("192.0.2.1")
