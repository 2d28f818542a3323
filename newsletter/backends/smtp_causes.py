"""What a reply that takes no mail is about: rules by enhanced status code and by well-known texts.

Sources: RFC 3463 and the IANA registry of enhanced status codes (RFC 5248) with RFC 7372 (authentication of
mail) and RFC 7505 (null MX); the error lists that Google and Microsoft publish for Gmail and Outlook; the
texts of Postgrey, milter-greylist, Amazon SES, Postfix and Exim, as documentation and sources show them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from newsletter.outcome import Cause

_MAX_SECONDS = 86_400
_UNITS = {"s": 1, "m": 60, "h": 3600}
# "try again in 300 seconds", "Greylisted for 5 minutes", "wait 60s"; milter-greylist: "back in 00:05:00".
_DELAY = re.compile(
    r"\b(?:in|for|after|wait)\s+(?:(?:another|at least|about)\s+)?"
    r"(?:(\d{1,6})\s?(s|m|h)(?:ec|in|r|our)?(?:ond|ute)?s?\b|(\d{1,2}):(\d\d):(\d\d)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`code` and `words` must both be found where both are given; codes are written without their class."""

    cause: Cause
    code: str = ""
    words: str = ""


# The first rule that fits decides: exact codes, then texts, then what a code means in general.
_RULES = (
    # RFC 5248 registry: credentials invalid or too weak, encryption needed first
    _Rule("authentication", code=r"7\.(8|9|11|12)"),
    # RFC 7372: DKIM, SPF, reverse DNS, several checks failed; 7.27, .29, .30, .32 Gmail; 7.509, .515 Outlook
    _Rule("authentication", code=r"7\.(2[0-7]|29|30|32|57|509|515)"),
    # Gmail: 7.28 unusual rate from an address, 5.4.5 daily sending limit, 4.2.1 mailbox receives too quickly
    _Rule("throttling", code=r"7\.28|4\.5"),
    _Rule("throttling", code=r"2\.1", words=r"\brate\b|too (quickly|many)"),
    # Outlook: 7.6xx addresses of a poor reputation, 7.5xx and 7.650 slowed down for it
    _Rule("reputation", code=r"7\.6(0[6-9]|[1-4]\d)"),
    _Rule("throttling", code=r"7\.(5\d\d|65\d)"),
    # Postgrey, milter-greylist, policyd, rspamd
    _Rule("greylisting", words=r"\bgr[ae]y[- ]?list"),
    # SES: "Throttling failure: Maximum sending rate exceeded", "Daily message quota exceeded"
    _Rule("throttling", words=r"throttl|sending (rate|limit|quota)|message (quota|limit)|rate[- ]limit"),
    # Postfix anvil: "too many connections", "too much mail"; Exim: "too many messages in this connection"
    _Rule("throttling", words=r"\btoo (many (connection|message|mail|recipient|email|login)|much mail|fast)"),
    _Rule("throttling", words=r"unusual rate of|exceeded .{0,40}\b(per|rate|hour|daily)\b"),
    # who must log in first (Postfix, Exim, Exchange), or whose mail is not authenticated (Gmail, SES)
    _Rule("authentication", words=r"relay(ing)? (access )?(denied|not permitted|prohibited)"),
    _Rule("authentication", words=r"\b(not authenticated|unauthenticated|authentication (is )?required)"),
    _Rule("authentication", words=r"\b(dmarc|dkim|spf)\b|not verified|must issue a starttls"),
    _Rule("too-large", code=r"2\.3|3\.4"),  # RFC 3463
    _Rule("mailbox-full", code=r"2\.2"),  # RFC 3463
    # RFC 3463: bad address, moved; RFC 7505: 1.10; IANA: 4.1 with a 5 is no such host
    _Rule("unknown-mailbox", code=r"1\.(1|2|3|6|10)|2\.1"),
    _Rule("too-large", words=r"message (size |is )?(exceed|too (big|large))|size limit|too large"),
    _Rule("mailbox-full", words=r"mailbox (is )?full|over ?quota|quota (exceeded|full)|exceeded storage"),
    _Rule("reputation", words=r"spam|unsolicited|block ?list|black ?list|\b(dns|r)bl\b|reputation|spamhaus"),
    # Postfix, Exim, Sendmail, qmail and Exchange, where no enhanced code says it
    _Rule(
        "unknown-mailbox", words=r"(user|recipient|mailbox|address) (is )?(unknown|not found|does not exist)"
    ),
    _Rule(
        "unknown-mailbox", words=r"unknown (user|recipient|mailbox)|no such (user|recipient|mailbox|address)"
    ),
    _Rule("unknown-mailbox", words=r"no mailbox here|unrouteable address|invalid (mailbox|recipient)"),
    _Rule("reputation", code=r"7\.1"),  # RFC 3463: not authorised, for reasons of policy
    _Rule("throttling", words=r"try again (later|in)|slow down", code=r"7\.0"),
)
_COMPILED = tuple(
    (rule.cause, re.compile(rule.code), re.compile(rule.words, re.IGNORECASE)) for rule in _RULES
)


def cause_of(code: str, text: str) -> Cause | None:
    """Say what a reply is about; `code` is its enhanced status code, else its basic one."""
    _, is_enhanced, detail = code.partition(".")
    for cause, codes, words in _COMPILED:
        has_code = not codes.pattern or (is_enhanced and codes.fullmatch(detail))
        if has_code and (not words.pattern or words.search(text)):
            return cause
    return None


def seconds_named(text: str) -> int | None:
    """Read how long the server asks us to wait, one second to a day."""
    found = _DELAY.search(text)
    if found is None:
        return None
    number, unit, *clock = found.groups()
    if number:
        seconds = int(number) * _UNITS[unit.lower()]
    else:
        hours, minutes, rest = map(int, clock)
        seconds = hours * 3600 + minutes * 60 + rest
    return min(seconds, _MAX_SECONDS) or None
