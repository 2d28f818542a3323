"""Records of strangers: whatever stands in them, reading ends, and what is said is fit for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from newsletter.mailing.published.answers import Answer, RecordType
from newsletter.mailing.published.dkim_record import read_dkim
from newsletter.mailing.published.dmarc import is_dmarc, read_dmarc
from newsletter.mailing.published.dmarc_walk import targets, walk_dmarc
from newsletter.mailing.published.mending import mended_dmarc, mended_spf
from newsletter.mailing.published.spf import is_spf, read_spf
from newsletter.mailing.published.spf_survey import survey_spf

WORDS = st.sampled_from([
    "include:a.example", "include:b.example", "a", "mx", "mx:b.example//64", "ptr", "exists:%{i}.example",
    "-all", "~all", "ip4:192.0.2.0/24", "ip6:::/0", "redirect=a.example", "redirect=b.example", "ip4:x",
    "include:", "\x1b[2J", "=", ":",
])  # fmt: skip
SPF = st.lists(WORDS | st.text(max_size=12), max_size=12).map(lambda words: " ".join(["v=spf1", *words]))
NAMES = st.sampled_from(["v", "p", "sp", "np", "psd", "t", "k", "h", "s", "pct", "rua", ""])
VALUES = st.sampled_from(["none", "reject", "y", "n", "DMARC1", "rsa", "AAAA", ""])
TAG = st.tuples(NAMES | st.text(max_size=5), VALUES | st.text(max_size=12)).map("=".join)
TAGS = st.lists(TAG, max_size=8).map("; ".join)


class Strange:
    """Gives one answer to everything."""

    def __init__(self, values: list[str]) -> None:
        self._answer = Answer(values=tuple(values))
        self.asked = 0

    def look_up(self, _name: str, _kind: RecordType, /) -> Answer:
        self.asked += 1
        return self._answer


def assert_printable(said: tuple[str, ...]) -> None:
    assert all(text.isprintable() for text in said)
    assert all(len(text) < 400 for text in said)


@given(SPF | st.text(max_size=300))
def test_spf_of_any_kind_is_read(text: str) -> None:
    assert_printable(read_spf(text).faults)


@given(st.lists(SPF | st.text(max_size=60), max_size=3))
def test_whatever_dns_says_an_spf_survey_ends(texts: list[str]) -> None:
    names = Strange(texts)
    survey = survey_spf("example.org", names)
    assert_printable((*survey.faults, *survey.unknown))
    assert names.asked < 2_000


@given(st.lists(SPF, max_size=3), st.lists(st.just("include:relay.example"), max_size=1))
def test_a_mended_spf_record_has_no_faults(texts: list[str], wanted: list[str]) -> None:
    mended = mended_spf(list(filter(is_spf, texts)), wanted)
    assert is_spf(mended)
    assert read_spf(mended).faults == ()
    assert mended.isascii()
    assert mended.isprintable()
    assert mended_spf([mended], wanted) == mended


@given(TAGS | st.text(max_size=200))
def test_tags_of_any_kind_are_read(text: str) -> None:
    assert_printable(read_dmarc(text).faults)
    assert_printable(read_dkim(text).faults)


@given(TAGS)
def test_a_mended_dmarc_record_has_no_faults(text: str) -> None:
    record = read_dmarc(mended := mended_dmarc(text, "d@example.org"))
    assert is_dmarc(mended)
    assert (record.faults, record.removed, record.has_policy) == ((), (), True)
    assert mended.isascii()
    assert mended.isprintable()


@given(st.text(alphabet="ab.", max_size=60), st.lists(TAGS.map(lambda tags: f"v=DMARC1; {tags}"), max_size=2))
def test_a_walk_has_eight_steps_at_most(domain: str, texts: list[str]) -> None:
    names = Strange(texts)
    walk = walk_dmarc(domain, names)
    assert names.asked <= 8
    assert walk.organization == walk.start or walk.start.endswith(walk.organization)
    assert len(targets(domain)) <= 8
