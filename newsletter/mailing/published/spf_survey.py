"""All that an SPF record leads to: how often a receiver must ask DNS for it, and whom it lets send.

A receiver stops at the first term that matches; which one that is depends on who sends. So all are followed,
and what is counted is the most that a receiver may have to ask.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsletter.mailing.published.answers import Answer, plain
from newsletter.mailing.published.spf import ASKING, Network, SpfRecord, Term, is_spf, read_spf
from newsletter.mailing.published.tags import shortened

if TYPE_CHECKING:
    from newsletter.mailing.published.answers import Names, RecordType

# RFC 7208, 4.6.4: more is a permanent error, as if there were no record; so are more than two that find
# nothing, and more than ten hosts of one `mx`.
MAX_LOOKUPS = 10
MAX_VOID = 2
_MAX_HOSTS = 10
# A hostile record could lead on for ever.
_MOST = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SpfSurvey:
    """What was found from one domain on. `texts` are its SPF records, of which there must be one; `domains`
    all that it includes or redirects to; `networks` whom it lets send; `unknown` what could not be asked."""

    texts: tuple[str, ...]
    record: SpfRecord | None
    lookups: int = 0
    voids: int = 0
    domains: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()
    faults: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def lets_send(self, address: str) -> bool:
        """Tell whether an address is among those that may send."""
        asked = ipaddress.ip_address(address)
        return any(asked in network for network in self.networks if network.version == asked.version)


def survey_spf(domain: str, names: Names) -> SpfSurvey:
    """Follow the SPF record of a domain to its ends."""
    walk = _Walk(names)
    answer = names.look_up(plain(domain), "TXT")
    texts = tuple(filter(is_spf, answer.values))
    record = read_spf(texts[0]) if len(texts) == 1 else None
    if answer.failure:
        walk.unknown.append(f"{plain(domain)}: {answer.failure}")
    if record:
        walk.follow(plain(domain), record, (plain(domain),))
    return SpfSurvey(
        texts=texts,
        record=record,
        lookups=walk.lookups,
        voids=walk.voids,
        domains=frozenset(walk.domains),
        networks=tuple(walk.networks),
        faults=tuple(dict.fromkeys(walk.faults)),
        unknown=tuple(dict.fromkeys(walk.unknown)),
    )


@dataclass
class _Walk:
    names: Names
    lookups: int = 0
    voids: int = 0
    domains: set[str] = field(default_factory=set)
    networks: list[Network] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def follow(self, domain: str, record: SpfRecord, path: tuple[str, ...]) -> None:
        place = "" if len(path) == 1 else f" (in {shortened(domain)})"
        self.faults += [f"{fault}{place}" for fault in record.faults]
        for term in record.terms:
            if self.lookups >= _MOST:
                return
            self._take(term, domain, path)
        if record.redirect and record.everybody is None and self.lookups < _MOST:
            self.lookups += 1
            self._enter(record.redirect, path, "redirect=")

    def _take(self, term: Term, domain: str, path: tuple[str, ...]) -> None:
        self.lookups += term.name in ASKING
        target = plain(term.domain) or domain
        if term.network and term.qualifier == "+":
            self.networks.append(term.network)
        elif "%" in target:  # a macro: where it leads depends on the mail
            return
        elif term.name == "include":
            self._enter(target, path, "include:")
        elif term.name == "a":
            self._let_in(term, self._addresses(target, counts=True))
        elif term.name == "mx":
            self._let_in(term, self._hosts(target))

    def _enter(self, target: str, path: tuple[str, ...], how: str) -> None:
        target = plain(target)
        if "%" in target:
            return
        if target in path:
            self.faults.append(f"{how}{target} leads back to where it came from")
            return
        self.domains.add(target)
        texts = tuple(filter(is_spf, self._ask(target, "TXT", counts=True).values))
        if len(texts) == 1:
            self.follow(target, read_spf(texts[0]), (*path, target))
        elif texts or not self._is_unknown(target):
            self.faults.append(f"{how}{target} has {len(texts) or 'no'} SPF record{'s' * (len(texts) > 1)}")

    def _hosts(self, domain: str) -> list[str]:
        hosts = [value.split()[-1] for value in self._ask(domain, "MX", counts=True).values if value.split()]
        if len(hosts) > _MAX_HOSTS:
            self.faults.append(f"mx:{domain} has {len(hosts)} hosts, at most {_MAX_HOSTS} may be")
        found = (self._addresses(host, counts=False) for host in hosts[:_MAX_HOSTS])
        return [address for addresses in found for address in addresses]

    def _addresses(self, host: str, *, counts: bool) -> list[str]:
        four = self._ask(host, "A", counts=False)
        six = self._ask(host, "AAAA", counts=False)
        self.voids += counts and not (four.values or six.values or four.failure or six.failure)
        return [*four.values, *six.values]

    def _let_in(self, term: Term, addresses: list[str]) -> None:
        for text in addresses if term.qualifier == "+" else ():
            prefix = term.prefixes[":" in text]
            try:
                self.networks.append(ipaddress.ip_network(f"{text}/{prefix}", strict=False))
            except ValueError:
                self.faults.append(f"{shortened(text)} is no address")

    def _ask(self, name: str, kind: RecordType, *, counts: bool) -> Answer:
        answer = self.names.look_up(name, kind)
        if answer.failure:
            self.unknown.append(f"{name}: {answer.failure}")
        self.voids += counts and not (answer.values or answer.failure)
        return answer

    def _is_unknown(self, name: str) -> bool:
        return any(text.startswith(f"{name}: ") for text in self.unknown)
