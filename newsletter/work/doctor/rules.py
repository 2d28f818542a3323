"""Why each check is made, and who says so. The letters are the areas of `findings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_GOOGLE = "Google, sender guidelines (support.google.com/a/answer/81126)"
_YAHOO = "Yahoo (senders.yahooinc.com)"
_OUTLOOK = "Microsoft, requirements for high-volume senders (2025)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Why a check matters, in a sentence, and its source."""

    why: str
    source: str


RULES: Mapping[str, Rule] = {
    "G1": Rule(why="without a configuration that can be read nothing else can work", source="README, Send"),
    "G2": Rule(
        why="readers must know who writes, and their links to unsubscribe must lead somewhere",
        source="RFC 5322, 3.6.2; RFC 8058; " + _GOOGLE,
    ),
    "G3": Rule(
        why="a password or key that is missing stops a send half-way, and one that others may read is theirs",
        source="README, Send and Signatures",
    ),
    "G4": Rule(
        why="whoever may write the configuration may run commands as you (password_command)",
        source="newsletter.toml, *_command",
    ),
    "T1": Rule(why="a theme that cannot be drawn means that nobody gets a mail", source="README, Theme"),
    "P1": Rule(
        why="an issue is as good as what its sources give: one that is silent means an empty morning",
        source="README, Sources",
    ),
    "S1": Rule(
        why="mail and password must reach the right server, unseen and unchanged",
        source="RFC 8314, 3; RFC 3207, 6",
    ),
    "S2": Rule(why="what a server cannot take it refuses for every reader", source="RFC 1870; RFC 6531"),
    "S3": Rule(
        why="a server that does not take the sender refuses every mail", source="RFC 5321, 3.3; RFC 6409, 6.1"
    ),
    "S4": Rule(
        why="a service refuses or suspends who sends faster than it allows",
        source="the quota pages of the service",
    ),
    "S5": Rule(
        why="a digest of the morning should arrive in the morning, and a quota that ends half-way splits it",
        source="[sending] finish_within_hours",
    ),
    "D1": Rule(
        why="receivers look there for who may send for your domain; more than one record, or more than ten "
        "look-ups, counts as an error of yours",
        source=f"RFC 7208, 3.2, 4.5 and 4.6.4; {_GOOGLE}; {_YAHOO}; {_OUTLOOK}",
    ),
    "D2": Rule(
        why="a signature counts only if DNS has the key that it was made with, in 1,024 bits at least and "
        "better 2,048",
        source=f"RFC 6376, 3.6; RFC 8301, 3.2; RFC 8463; {_GOOGLE}",
    ),
    "D3": Rule(
        why="large providers take no mail of many from a domain without a DMARC record, p=none at least",
        source=f"RFC 9989, 4.7 and 4.10; {_GOOGLE}; {_YAHOO}; {_OUTLOOK}",
    ),
    "D4": Rule(
        why="SPF or DKIM must be by the domain in From, or one of the same organisation, or DMARC fails",
        source=f"RFC 9989, 4.4; {_GOOGLE}",
    ),
    "D5": Rule(
        why="what cannot be delivered comes back there, and a sender that takes no mail is refused by many",
        source="RFC 5321, 4.5.5 and 5.1; RFC 7505",
    ),
    "D6": Rule(
        why="who sends directly needs an address whose name leads back to it, or Gmail refuses (5.7.25)",
        source=f"RFC 1912, 2.1; {_GOOGLE}",
    ),
    "D7": Rule(
        why="nice to have: mail to you is encrypted for sure, failures are told, a logo may be shown",
        source="RFC 8461 (MTA-STS); RFC 8460 (TLS-RPT); BIMI",
    ),
    "M1": Rule(
        why="a mail whose header is not well-formed is refused or shown as spam", source="RFC 5322, 3.6"
    ),
    "M2": Rule(
        why="mail programs show their button to unsubscribe only for a plain List-Unsubscribe, https first",
        source=f"RFC 2369; RFC 8058, 3.1; {_GOOGLE}",
    ),
    "M3": Rule(
        why="one click must be enough to leave, promised in exactly these words", source="RFC 8058, 3.1"
    ),
    "M4": Rule(
        why="a signature that does not verify is none, and one that leaves out the fields of leaving takes "
        "the button away",
        source="RFC 6376, 3.7 and 5.4; RFC 8058, 4",
    ),
    "M5": Rule(
        why="long lines are cut on the way, and a lone CR or LF lets one mail smuggle in another",
        source="RFC 5322, 2.1.1; RFC 5321, 2.3.8",
    ),
    "M6": Rule(why="in another charset letters break, and Gmail cuts the mail", source="RFC 2046, 5.1.4"),
    "M7": Rule(
        why="Gmail cuts off what is longer than about 102 kB, the link to unsubscribe with it",
        source="measured by senders; README, size_budget",
    ),
    "M8": Rule(
        why="some read plain text only, and a mail without it looks like spam", source="RFC 2046, 5.1.4"
    ),
    "M9": Rule(
        why="laws on commercial mail ask for a postal address, and readers for a link to leave",
        source="CAN-SPAM Act, 15 U.S.C. 7704(a)(5)",
    ),
    "M10": Rule(why="links that are not https, or lead nowhere, cost trust and clicks", source=_GOOGLE),
    "M11": Rule(why="everybody should be able to read it", source="WCAG 2.2, level AA"),
    "M12": Rule(why="most programs show no more than a short subject", source="RFC 5322, 2.1.1"),
    "M13": Rule(
        why="what a stranger reads must be what was meant: no header or part may be smuggled in",
        source="RFC 5322, 2.2",
    ),
    "W1": Rule(
        why="programs open every link of a mail; one that unsubscribes by being opened loses readers",
        source="RFC 8058, 3.1; RFC 9110, 9.2.1",
    ),
    "W2": Rule(
        why="mail programs unsubscribe by one POST without cookies, in either of two encodings",
        source=f"RFC 8058, 3.2; {_GOOGLE}",
    ),
    "W3": Rule(why="the same request may come twice", source="RFC 9110, 9.2.2; RFC 8058, 3.2"),
    "W4": Rule(why="scanners ask by HEAD; nothing may change by that", source="RFC 9110, 9.3.2"),
    "W5": Rule(
        why="an answer that tells a real token from a made-up one tells strangers who reads",
        source="OWASP, Authentication: account enumeration",
    ),
    "W6": Rule(
        why="only an https address may be offered for one click, and its certificate must be valid",
        source=f"RFC 8058, 3.1; {_GOOGLE}",
    ),
    "L1": Rule(
        why="who did not ask for it complains, and the law wants to know who agreed, and when",
        source="GDPR, art. 7(1); M3AAWG, Sender best common practices",
    ),
    "L2": Rule(why="one person with two subscriptions gets two mails, and complains", source="M3AAWG"),
    "L3": Rule(
        why="addresses such as abuse@ are read by several, or by who keeps lists of spammers",
        source="RFC 2142; M3AAWG",
    ),
    "L4": Rule(why="mail to domains that take none harms the sender's reputation", source="RFC 5321, 5.1"),
    "L5": Rule(
        why="with more than 0.3 % complaints large providers put mail into spam; below 0.1 % is healthy",
        source=f"{_GOOGLE}; {_YAHOO}",
    ),
    "L6": Rule(
        why="who ever sent 5,000 mails in a day to personal Gmail accounts must keep the rules for bulk",
        source=f"{_GOOGLE}; {_OUTLOOK}",
    ),
    "L7": Rule(
        why="many mails from a sender that nobody knows yet are taken for spam: begin with few",
        source=f"{_GOOGLE}; M3AAWG",
    ),
    "C1": Rule(
        why="the books must balance, or somebody is forgotten or mailed twice", source="README, Database"
    ),
    "C2": Rule(
        why="nobody knows whether these mails arrived, and nothing decides it but you",
        source="RFC 1047; README, What exactly-once means",
    ),
    "C3": Rule(
        why="a wrong clock dates mails wrongly, and lets quotas and retries run too early or late",
        source="RFC 5322, 3.6.1",
    ),
    "C4": Rule(
        why="a file system without real locks or fsync breaks the promise that nobody is mailed twice",
        source="sqlite.org/howtocorrupt.html, 2; sqlite.org/wal.html",
    ),
    "C5": Rule(
        why="who unsubscribed stands in the database alone: without a backup a broken disk brings them back",
        source="README, Database",
    ),
}
