"""What `newsletter.toml` may hold, checked by pydantic."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from newsletter.config.schedule import ScheduleTable
from newsletter.errors import NewsletterError
from newsletter.mailing import dkim_names
from newsletter.mailing.addresses import parse_mailbox
from newsletter.mailing.tokens import MAX_CHARS
from newsletter.model import ComposingPolicy, Mailbox, PlacingPolicy, RankingPolicy, Section, SectionSlug
from newsletter.rendering import languages
from newsletter.rendering.budget import SizeBudget
from newsletter.rendering.colours import colour
from newsletter.rendering.fonts import BODY_FONT, HEADING_FONT, font_list
from newsletter.rendering.theme import Density


def _plain_name(text: str) -> str:
    text = text.strip()
    if not text or any(not char.isprintable() for char in text):
        raise ValueError("expected one line of printable text")
    return text


def _line(text: str) -> str:
    return _plain_name(text) if text else ""


def _mailbox(text: Any) -> Mailbox:
    if isinstance(text, Mailbox):
        return text
    if not isinstance(text, str):
        raise ValueError('expected a mailbox such as "Paper Digest <digest@example.org>"')
    try:
        return parse_mailbox(text)
    except NewsletterError as error:
        raise ValueError(error.message) from error


def _bounce_address(text: str) -> str:
    address = _mailbox(text).address
    local = address.rpartition("@")[0]
    if not local.isascii() or len(local) > _MAX_BOUNCE_LOCAL:
        raise ValueError(
            f"a token is put behind it: expected at most {_MAX_BOUNCE_LOCAL} ASCII characters before @"
        )
    return address


def _language(tag: str) -> str:
    try:
        languages.spoken(tag)
    except NewsletterError as error:
        raise ValueError(error.message) from error
    return tag


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError('expected an address such as "https://news.example.org"')
    try:
        host = parts.hostname.encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        raise ValueError("expected a host name and a port that exist") from None
    if parts.username or not re.fullmatch(r"[a-z0-9.-]+", host):
        raise ValueError('expected an address such as "https://news.example.org"')
    path = quote(parts.path.rstrip("/"), safe="/%~")
    return f"{parts.scheme}://{host}{port}{path}"


def _list_id(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", text):
        raise ValueError('expected a label such as "digest.example.org" (RFC 2919)')
    return text.lower()


def _signing_domain(text: str) -> str:
    return _read_by(dkim_names.signing_domain, text)


def _selector(text: str) -> str:
    return _read_by(dkim_names.selector, text)


def _read_by(read: Callable[[str], str], text: str) -> str:
    try:
        return read(text)
    except NewsletterError as error:
        raise ValueError(error.message.partition(", found ")[0]) from error


def _slug(text: str) -> str:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text) or text == "more":
        raise ValueError('expected lower-case letters, digits and single hyphens, and not "more"')
    return text


# A local part has 64 octets at most (RFC 5321), and a + and a token follow.
_MAX_BOUNCE_LOCAL = 64 - len("+") - MAX_CHARS
_KEY_WAYS = "key_file, key_env or key_command"

Name = Annotated[str, Field(min_length=1, max_length=80), AfterValidator(_plain_name)]
Terms = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=200)], ...], Field(max_length=500)]
MailboxText = Annotated[Mailbox, BeforeValidator(_mailbox), WithJsonSchema({"type": "string"})]
Language = Annotated[
    str, Field(pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$", max_length=35), AfterValidator(_language)
]
Line = Annotated[str, Field(max_length=300), AfterValidator(_line)]
Colour = Annotated[
    str, AfterValidator(colour), WithJsonSchema({"type": "string", "pattern": "^#([0-9A-Fa-f]{3}){1,2}$"})
]
FontList = Annotated[str, Field(max_length=300), AfterValidator(font_list)]
Number = Annotated[int, Field(strict=True, ge=1, le=500)]
Rate = Annotated[int, Field(strict=True, ge=1, le=100_000_000)]
Switch = Annotated[bool, Field(strict=True)]
WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Weight = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class Table(BaseModel):
    """A table of the file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class NewsletterTable(Table):
    """`[newsletter]`: who sends it and how it signs."""

    name: Name = "Daily Papers"
    language: Language = "en"
    sender: MailboxText | None = None
    reply_to: MailboxText | None = None
    base_url: Annotated[str, AfterValidator(_base_url)] | None = None
    list_id: Annotated[str, AfterValidator(_list_id)] | None = None
    postal_address: Line = ""
    bounce_address: Annotated[str, AfterValidator(_bounce_address)] | None = None


class TopicsTable(Table):
    """`[topics]`: how sure the grouper must be, and whether it learns from the issues of earlier days."""

    min_score: Annotated[float, Field(ge=0, le=1)] = PlacingPolicy().min_score
    learn_from_past: Switch = True


class IssueTable(Table):
    """`[issue]`: how much an issue shows."""

    max_papers: Number = ComposingPolicy().max_papers
    summary_chars: Annotated[int, Field(strict=True, ge=0, le=2000)] = ComposingPolicy().summary_chars
    source_summaries: Switch = ComposingPolicy().source_summaries
    size_budget: Annotated[int, Field(strict=True, ge=30_000, le=10_000_000)] = SizeBudget().html_bytes


class RankingTable(Table):
    """`[ranking]`: how much each reason for the order in a section counts, at most; 0 for not at all."""

    place: Weight = RankingPolicy().place
    upvotes: Weight = RankingPolicy().upvotes
    comments: Weight = RankingPolicy().comments
    stars: Weight = RankingPolicy().stars
    match: Weight = RankingPolicy().match
    seen: Weight = RankingPolicy().seen
    diversity: Weight = RankingPolicy().diversity
    half_life_days: Annotated[float, Field(gt=0, le=100_000)] = RankingPolicy().half_life_days
    authors: Terms = ()

    def to_policy(self) -> RankingPolicy:
        """Give the frozen value that the stages work with."""
        return RankingPolicy(**self.model_dump())


class PaletteTable(Table):
    """`[theme.light]` and `[theme.dark]`: colours of a scheme; what is not given is the default's."""

    ground: Colour | None = None
    sheet: Colour | None = None
    panel: Colour | None = None
    heading: Colour | None = None
    text: Colour | None = None
    muted: Colour | None = None
    link: Colour | None = None
    accent: Colour | None = None


class ThemeTable(Table):
    """`[theme]`: how an issue looks; a relative folder of changed templates is beside the configuration."""

    folder: str | None = None
    logo_text: Annotated[str, Field(max_length=80), AfterValidator(_line)] = ""
    heading_font: FontList = HEADING_FONT
    body_font: FontList = BODY_FONT
    density: Density = "lead"
    show_why: Switch = True
    light: PaletteTable = PaletteTable()
    dark: PaletteTable = PaletteTable()


class LimitsTable(Table):
    """`[sending.limits]`: how many mails may leave in any second, minute, hour and day. One that is given
    outranks the backend's own."""

    per_second: Rate | None = None
    per_minute: Rate | None = None
    per_hour: Rate | None = None
    per_day: Rate | None = None


class SendingTable(Table):
    """`[sending]`: how mail leaves, how patiently, and what becomes of doubtful cases."""

    backend: Annotated[str, Field(min_length=1)] = "smtp"
    connections: Annotated[int, Field(strict=True, ge=1, le=256)] | None = None
    in_doubt: Literal["hold", "resend", "drop"] = "hold"
    patience_minutes: Annotated[float, Field(strict=True, ge=0, le=10_080)] = 30
    give_up_hours: Annotated[float, Field(strict=True, gt=0, le=240)] = 48
    finish_within_hours: Annotated[float, Field(strict=True, gt=0, le=8_784)] = 24
    empty: Literal["skip", "note"] = "skip"
    limits: LimitsTable = LimitsTable()


class RunTable(Table):
    """`[run]`: the rules of the daily run."""

    catch_up: Literal["merge", "skip"] = "merge"
    max_late_days: Annotated[int, Field(strict=True, ge=0, le=60)] = 7
    repeat: Switch = False
    approval: Switch = False
    tell_readers: Switch = False
    week_day: WeekDay = "monday"


class DkimKeyTable(Table):
    """One `[[dkim.keys]]` table: a selector, and where its private key comes from."""

    selector: Annotated[str, AfterValidator(_selector)]
    key_file: str | None = None
    key_env: str | None = None
    key_command: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_key_stands_here(cls, data: Any) -> Any:
        if isinstance(data, dict) and "key" in data:
            raise ValueError(f"a key does not belong into the file: {_KEY_WAYS}")
        return data

    @model_validator(mode="after")
    def _has_a_key(self) -> DkimKeyTable:
        if len(self.given) != 1:
            raise ValueError(f"expected one way to the key: {_KEY_WAYS}")
        return self

    @property
    def given(self) -> dict[str, str]:
        """How the key is given, as `config.secrets` names the ways."""
        ways = {"file": self.key_file, "env": self.key_env, "command": self.key_command}
        return {how: value for how, value in ways.items() if value is not None}


class DkimTable(Table):
    """`[dkim]`: the domain that signs, and its keys; each message gets one signature per key."""

    domain: Annotated[str, AfterValidator(_signing_domain)]
    keys: Annotated[tuple[DkimKeyTable, ...], Field(max_length=4)]
    unsigned: tuple[Literal["Date", "Message-ID"], ...] = ()

    @model_validator(mode="after")
    def _keys_differ(self) -> DkimTable:
        if not self.keys:
            raise ValueError("expected a [[dkim.keys]] table at least")
        if len({key.selector.lower() for key in self.keys}) < len(self.keys):
            raise ValueError("each key needs a selector of its own")
        return self


class SectionTable(Table):
    """One `[[sections]]` table; `title` and `keywords` are enough."""

    title: Name
    keywords: Annotated[Terms, Field(min_length=1)]
    slug: Annotated[str, AfterValidator(_slug)] | None = None
    description: Annotated[str, Field(max_length=500)] = ""
    exclude: Terms = ()
    examples: Terms = ()
    counterexamples: Terms = ()
    categories: Terms = ()
    authors: Terms = ()
    max_papers: Number | None = None
    min_score: Annotated[float, Field(ge=0, le=1)] | None = None

    def to_section(self) -> Section:
        """Give the frozen value that the stages work with."""
        values = self.model_dump(exclude={"slug"})
        return Section(slug=SectionSlug(self.slug or slugify(self.title)), **values)


class Schema(Table):
    """The whole file. Tables that may have secrets, `[store]`, `[links]`, `[alerts]`, `[fetching]` and those
    of plug-ins, are checked against options of their own when they are used."""

    newsletter: NewsletterTable = NewsletterTable()
    topics: TopicsTable = TopicsTable()
    issue: IssueTable = IssueTable()
    ranking: RankingTable = RankingTable()
    theme: ThemeTable = ThemeTable()
    sending: SendingTable = SendingTable()
    run: RunTable = RunTable()
    schedule: ScheduleTable = ScheduleTable()
    dkim: DkimTable | None = None
    store: dict[str, Any] = {}
    links: dict[str, Any] = {}
    alerts: dict[str, Any] = {}
    fetching: dict[str, Any] = {}
    sources: dict[str, dict[str, Any]] = {}
    backends: dict[str, dict[str, Any]] = {}
    sections: Annotated[tuple[SectionTable, ...], Field(max_length=500)] = ()

    @model_validator(mode="after")
    def _slugs_are_unique(self) -> Schema:
        seen: dict[str, str] = {}
        for table in self.sections:
            slug = table.to_section().slug
            if slug in seen:
                raise ValueError(
                    f"the sections {seen[slug]!r} and {table.title!r} have the same slug {slug!r}; "
                    f'give one of them its own: slug = "{slug}-2"'
                )
            seen[slug] = table.title
        return self


def slugify(title: str) -> str:
    """Make a slug of a title: "Vision & Language" gives "vision-language"."""
    slug = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    return slug if slug and slug != "more" else f"section-{slug or _fingerprint(title)}"


def _fingerprint(title: str) -> str:
    """Name a title without a Latin letter; stable, so that readers' choices survive."""
    return hashlib.sha256(title.encode("utf-8")).hexdigest()[:12]
