"""W: does unsubscribing on the web work as mail programs and scanners expect, and harm nobody?

All requests carry tokens that belong to nobody: one that is signed rightly for a number that no reader has,
and one that is made up. So nobody is unsubscribed by a look.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from newsletter.config.links import link_keys
from newsletter.errors import SourceError
from newsletter.http.asking import Asker
from newsletter.mailing.links import links_of
from newsletter.mailing.tokens import MAX_NUMBER, MIN_KEY_BYTES, LinkTokens
from newsletter.store import vitals
from newsletter.store.link_keys import LinkKeys
from newsletter.work.doctor.examining import Check
from newsletter.work.doctor.findings import Finding, found

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsletter.http.asking import Reply
    from newsletter.work.doctor.patient import Patient

_MARGIN = timedelta(days=14)
_ONE_CLICK = b"List-Unsubscribe=One-Click"
_BOUNDARY = "one-click"
_ENCODINGS = {
    "application/x-www-form-urlencoded": _ONE_CLICK,
    f"multipart/form-data; boundary={_BOUNDARY}": (
        f"--{_BOUNDARY}\r\nContent-Disposition: form-data; name="
        f'"List-Unsubscribe"\r\n\r\nOne-Click\r\n--{_BOUNDARY}--\r\n'
    ).encode("ascii"),
}
_GONE = (404, 405, 501)
_NOT_BUILT = "the pages for readers come with a later version; until then answer who asks by mail, with "
_BY_HAND = "`newsletter subscribers unsubscribe TOKEN`"


class Leaving:
    """The checks of the address to unsubscribe."""

    def __init__(self, patient: Patient, asker: Asker) -> None:
        self._patient = patient
        self._asker = asker
        self._known: str | None = None
        self._page: Reply | None = None

    def checks(self) -> tuple[Check, ...]:
        """List them; the first says whether there is anything to look at."""
        return (
            Check(code="W6", look=self._reach),
            Check(code="W1", look=self._opened),
            Check(code="W4", look=self._scanned),
            Check(code="W2", look=self._clicked),
            Check(code="W5", look=self._forged),
        )

    def _reach(self) -> Iterator[Finding]:
        base = self._patient.parts.letterhead().base_url
        is_secure = base.startswith("https://")
        if not is_secure:
            yield found(
                "W6", "warning", f"{base} is not https, so no mail offers one click", "serve it by https"
            )
        self._known = self._url(self._rightly_signed())
        try:
            page = self._asker.ask("GET", self._known)
        except SourceError as error:
            self._known = None
            yield found("W2", "warning", error.message, _NOT_BUILT + _BY_HAND)
            return
        if page.status in _GONE:
            self._known = None
            yield found(
                "W2", "warning", f"{base} has no page to unsubscribe ({page.status})", _NOT_BUILT + _BY_HAND
            )
            return
        self._page = page
        left = page.valid_until - self._patient.now() if page.valid_until else None
        if left is not None and left < _MARGIN:
            yield found("W6", "warning", f"the certificate of {base} ends in {left.days} days", "renew it")
        elif is_secure:
            yield found("W6", "ok", f"{base} answers, its certificate valid")

    def _opened(self) -> Iterator[Finding]:
        if self._known is None or self._page is None:
            return
        before = self._standing()
        reply = self._asker.ask("GET", self._known)
        if reply.status != 200 or reply.is_redirect:  # noqa: PLR2004 - a page for people
            yield found(
                "W1", "error", f"opening the link gives {reply.status}, expected a page (200)", "show one"
            )
        elif self._standing() != before:
            yield found("W1", "error", "somebody's standing changed while a link was opened", _only_post())
        else:
            yield found("W1", "ok", "opening the link shows a page, and changes nobody's standing")

    def _scanned(self) -> Iterator[Finding]:
        if self._known is None:
            return
        before = self._standing()
        reply = self._asker.ask("HEAD", self._known)
        if reply.status >= 500 or reply.body or self._standing() != before:  # noqa: PLR2004 - RFC 9110, 15.6
            yield found("W4", "error", f"HEAD gives {reply.status}, or more than a header", _only_post())
        else:
            yield found("W4", "ok", f"HEAD gives {reply.status} and changes nothing")

    def _clicked(self) -> Iterator[Finding]:
        if self._known is None:
            return
        for kind, body in _ENCODINGS.items():
            name = kind.partition(";")[0]
            replies = [self._post(self._known, kind, body) for _ in range(2)]
            problem = _problem(replies[0])
            if problem:
                yield found("W2", "error", f"one click ({name}) {problem}", _answer_post())
            else:
                yield found("W2", "ok", f"one click ({name}) is answered by {replies[0].status}, no redirect")
            if replies[1].status != replies[0].status:
                told = f"the same click again gives {replies[1].status} after {replies[0].status}"
                yield found("W3", "error", told, "answer a repeated request as the first one")

    def _forged(self) -> Iterator[Finding]:
        if self._known is None:
            return
        forged = self._url(_made_up())
        kind, body = next(iter(_ENCODINGS.items()))
        pairs = [
            (self._asker.ask("GET", self._known), self._asker.ask("GET", forged)),
            (self._post(self._known, kind, body), self._post(forged, kind, body)),
        ]
        if all(first.status == second.status for first, second in pairs):
            yield found("W5", "ok", "a made-up token is answered as a real one")
        else:
            told = ", ".join(f"{first.status} and {second.status}" for first, second in pairs)
            yield found(
                "W5", "error", f"a made-up token is told from a signed one ({told})", "answer both the same"
            )

    def _post(self, url: str, kind: str, body: bytes) -> Reply:
        return self._asker.ask("POST", url, content=body, headers={"Content-Type": kind})

    def _url(self, token: str) -> str:
        letterhead = self._patient.parts.letterhead()
        return links_of(letterhead, "0", unsubscribe=token, preferences=token).unsubscribe_url

    def _rightly_signed(self) -> str:
        """Sign for a number that no reader ever gets, with our own key where there is one."""
        keys = [*link_keys(self._patient.parts.config)]
        name = ""
        with self._patient.database() as database:
            known = LinkKeys(database).known() if database else None
        if known:
            keys, name = [*keys, *known.keys], known.newsletter
        return LinkTokens(keys, name).make("unsubscribe", MAX_NUMBER) if keys else _made_up()

    def _standing(self) -> tuple[int, int] | None:
        with self._patient.database() as database:
            if database is None:
                return None
            with database.reading() as connection:
                return vitals.standing(connection)


def _made_up() -> str:
    return LinkTokens([secrets.token_bytes(MIN_KEY_BYTES)], "nobody").make("unsubscribe", MAX_NUMBER)


def _problem(reply: Reply) -> str | None:
    if reply.is_redirect:
        return f"leads elsewhere ({reply.status})"
    if not 200 <= reply.status < 300:  # noqa: PLR2004 - RFC 9110, 15.3
        return f"is answered by {reply.status}"
    return None


def _only_post() -> str:
    return "let only POST unsubscribe"


def _answer_post() -> str:
    return "answer POST at the same address by 200 or 202, without cookies, login or a form token"
