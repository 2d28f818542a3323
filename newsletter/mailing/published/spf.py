"""SPF records (RFC 7208), term by term."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from newsletter.mailing.published.tags import shortened

_MAX_TERMS = 200
_TERM = re.compile(r"(?P<qualifier>[+?~-]?)(?P<name>[A-Za-z][A-Za-z0-9._-]*)(?P<rest>[:/].*)?")
_MODIFIER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9._-]*)=(?P<value>.*)")
_CIDR = re.compile(r"(/(?P<four>\d{1,2}))?(//(?P<six>\d{1,3}))?$")
_HOST = re.compile(r"[A-Za-z0-9_%{}./+,=-]{1,253}")
# What makes a receiver ask DNS, each time (4.6.4).
ASKING = frozenset({"include", "a", "mx", "ptr", "exists"})
_MECHANISMS = ASKING | {"all", "ip4", "ip6"}
_NEEDS_VALUE = frozenset({"include", "exists", "ip4", "ip6"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A mechanism; `domain` is "" where the record's own is meant, `network` is that of ip4 and ip6."""

    name: str
    qualifier: str = "+"
    domain: str = ""
    network: Network | None = None
    prefixes: tuple[int, int] = (32, 128)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfRecord:
    """A record; `faults` is what makes receivers give it up (permerror)."""

    text: str
    terms: tuple[Term, ...] = ()
    redirect: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def everybody(self) -> str | None:
        """The qualifier of `all`: what becomes of whoever is not named; None without one."""
        return next((term.qualifier for term in self.terms if term.name == "all"), None)


def is_spf(text: str) -> bool:
    """Tell an SPF record from other texts (4.5)."""
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


def read_spf(text: str) -> SpfRecord:
    """Read a record, whatever stands in it."""
    terms: list[Term] = []
    faults: list[str] = []
    redirects: list[str] = []
    for word in text.split()[1 : _MAX_TERMS + 1]:
        if modifier := _MODIFIER.fullmatch(word):
            if modifier["name"].lower() == "redirect":
                redirects.append(modifier["value"])
            continue
        term = _mechanism(word)
        if isinstance(term, str):
            faults.append(term)
        else:
            terms.append(term)
    if len(redirects) > 1:
        faults.append("redirect= is there more than once")
    if not text.isascii():
        faults.append("it holds characters beyond ASCII")
    redirect = redirects[0] if redirects else None
    if redirect is not None and not _HOST.fullmatch(redirect):
        faults.append(f"redirect= leads to {shortened(redirect)}, which is no domain")
        redirect = None
    return SpfRecord(text=text, terms=tuple(terms), redirect=redirect, faults=tuple(dict.fromkeys(faults)))


def _mechanism(word: str) -> Term | str:
    """Read a mechanism, or say what is wrong with it."""
    found = _TERM.fullmatch(word)
    name = found["name"].lower() if found else ""
    if found is None or name not in _MECHANISMS:
        return f"{shortened(word)} is no mechanism"
    qualifier, rest = found["qualifier"] or "+", found["rest"] or ""
    if name in _NEEDS_VALUE and not rest.startswith(":"):
        return f"{shortened(word)} names nothing"
    if name == "all" and rest:
        return f"{shortened(word)} takes no value"
    if name in ("ip4", "ip6"):
        return _network(name, qualifier, rest[1:], word)
    return _domain(name, qualifier, rest, word)


def _network(name: str, qualifier: str, text: str, word: str) -> Term | str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return f"{shortened(word)} is no network"
    if network.version != int(name[-1]):
        return f"{shortened(word)} is no {name} network"
    return Term(name=name, qualifier=qualifier, network=network)


def _domain(name: str, qualifier: str, rest: str, word: str) -> Term | str:
    cidr = _CIDR.search(rest) if name in ("a", "mx") else None
    domain = (rest[: cidr.start()] if cidr else rest).removeprefix(":")
    four, six = (int(cidr[part] or full) if cidr else full for part, full in (("four", 32), ("six", 128)))
    if four > 32 or six > 128:  # noqa: PLR2004 - the bits of an address
        return f"{shortened(word)} has a prefix that is too long"
    if (rest.startswith(":") and not domain) or (domain and not _HOST.fullmatch(domain)):
        return f"{shortened(word)} names no domain"
    return Term(name=name, qualifier=qualifier, domain=domain, prefixes=(four, six))
