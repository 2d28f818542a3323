"""Getting documents by HTTP: politely, within limits, from addresses that are public."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpcore

from newsletter.errors import SourceError
from newsletter.http.answers import complaint, is_redirect, named, unexpected_page
from newsletter.http.bodies import ACCEPTED
from newsletter.http.lines import Line, Trouble
from newsletter.http.pacing import Lanes
from newsletter.http.retrying import NOTHING_DONE, PASSING, asked_to_wait, seconds_before
from newsletter.http.urls import read_url, secrets_of, with_params
from newsletter.model import Document

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from datetime import timedelta

    from newsletter.http.answers import Answer
    from newsletter.http.cache import DocumentCache, Kept
    from newsletter.http.guard import Guard
    from newsletter.http.pacing import Clock
    from newsletter.http.policy import FetchingPolicy
    from newsletter.http.urls import Target

_GIVEN_TO_EVERYBODY = frozenset({"accept", "accept-language"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for, and of whom; `secrets` are never shown."""

    target: Target
    headers: Mapping[str, str]
    pause_seconds: float
    method: str = "GET"
    body: bytes | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether asking twice is the same as asking once."""
        return self.method == "GET"

    @property
    def shown(self) -> str:
        """How it is called before people; where things are handed over, the path is often a secret itself."""
        return str(self.target) if self.is_repeatable else f"{self.target.scheme}://{self.target.authority}"

    @property
    def secrets(self) -> list[str]:
        """What stands in it and must not come out again."""
        own = [value for name, value in self.headers.items() if name.lower() not in _GIVEN_TO_EVERYBODY]
        return [*secrets_of(self.target), *own, *(part for value in own for part in value.split())]

    @property
    def key(self) -> str:
        """What tells apart all that may be answered."""
        return "\n".join(
            [self.target.url, *(f"{name.lower()}: {self.headers[name]}" for name in sorted(self.headers))]
        )


class HttpFetcher:
    """The `Fetcher` of a run: serves all its sources, from any thread."""

    def __init__(
        self,
        *,
        policy: FetchingPolicy,
        guard: Guard,
        clock: Clock,
        random: Callable[[], float],
        cache: DocumentCache | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._policy = policy
        self._guard = guard
        self._clock = clock
        self._random = random
        self._cache = cache
        self._lanes = Lanes(partial(_line, guard, policy, clock, tls), clock)
        # connections that are kept open end with the fetcher, whoever forgets to close it
        self._closing = weakref.finalize(self, _hang_up, self._lanes)

    def get(
        self,
        url: str,
        /,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        pause_seconds: float = 1.0,
        max_age: timedelta | None = None,
    ) -> Document:
        """Get what is at an address; see `ports.Fetcher`."""
        target = self._guard.check(read_url(with_params(url, params)))
        request = Request(target=target, headers=dict(headers or {}), pause_seconds=pause_seconds)
        kept = self._cache.read(request.key) if self._cache else None
        if kept and max_age is not None and abs(self._clock.now() - kept.at) < max_age:
            return kept.document(request.shown, kept.at)
        answer = self._patiently(request, kept)
        if answer.status == HTTPStatus.NOT_MODIFIED and kept and self._cache:
            now = self._clock.now()
            self._cache.refresh(request.key, kept, now)
            return kept.document(request.shown, now)
        return self._document(request, answer, kept)

    def post(self, url: str, body: bytes, /, *, headers: Mapping[str, str] | None = None) -> None:
        """Hand something over, within the same limits; where it leads elsewhere, it is not followed. Raises
        `SourceError` if it was not taken."""
        target = self._guard.check(read_url(url))
        request = Request(
            target=target, headers=dict(headers or {}), pause_seconds=1, method="POST", body=body
        )
        answer = self._patiently(request, None)
        if not answer.is_success:
            raise complaint(request.shown, answer, request.secrets)

    def close(self) -> None:
        """End all connections; it may be used again."""
        _hang_up(self._lanes)

    def _document(self, request: Request, answer: Answer, kept: Kept | None) -> Document:
        shown = request.shown
        if answer.status != HTTPStatus.OK:
            raise complaint(shown, answer, request.secrets)
        accept = next((v for k, v in request.headers.items() if k.lower() == "accept"), "")
        if wrong := unexpected_page(shown, answer, accept, request.secrets):
            raise wrong
        now = self._clock.now()
        if self._cache:
            self._cache.write(request.key, answer, now)
        return Document(
            body=answer.body,
            origin=shown,
            media_type=answer.media_type,
            fetched_at=now,
            unchanged=kept is not None and kept.body == answer.body,
        )

    def _patiently(self, request: Request, kept: Kept | None) -> Answer:
        """Ask until there is an answer that will stay the same, within the patience there is."""
        end = self._clock.monotonic() + self._policy.patience_seconds
        attempt = 1
        while True:
            asked_seconds = None
            try:
                answer = self._follow(request, kept)
            except Trouble as trouble:
                why = trouble.why
                passes = trouble.passes and (request.is_repeatable or not trouble.was_sent)
            except SourceError as error:
                raise SourceError(f"{request.shown}: {error.message}", hint=error.hint) from error
            else:
                if answer.status not in PASSING:
                    return answer
                why, passes = named(answer.status), request.is_repeatable or answer.status in NOTHING_DONE
                asked_seconds = asked_to_wait(answer.headers.get("retry-after"), self._clock.now())
            attempt += 1
            wait = seconds_before(attempt, asked_seconds, self._random)
            is_over = attempt > self._policy.max_attempts or self._clock.monotonic() + wait > end
            if not passes or is_over or wait > self._policy.max_wait_seconds:
                raise _given_up(request.shown, why, attempt - 1, asked_seconds)
            if asked_seconds is not None:
                self._lanes.to(request.target.host).close_for(wait)
            self._clock.pause(wait, lambda: False)

    def _follow(self, request: Request, kept: Kept | None) -> Answer:
        """Ask, and ask where the answer leads; each address is checked anew."""
        target = request.target
        for _ in range(self._policy.max_redirects + 1):
            answer = self._ask(target, request, kept)
            if not is_redirect(answer.status, answer.headers) or not request.is_repeatable:
                return answer
            target = self._led_to(target, answer.headers["location"])
        raise SourceError(
            f"leads on and on, at last to {target}", hint="give the address where the document itself is"
        )

    def _led_to(self, target: Target, place: str) -> Target:
        try:
            return self._guard.check(read_url(urljoin(target.url, place)))
        except ValueError as error:
            raise SourceError("leads to what is no address") from error
        except SourceError as error:
            raise SourceError(f"leads to another address: {error.message}", hint=error.hint) from error

    def _ask(self, target: Target, request: Request, kept: Kept | None) -> Answer:
        headers = {"Host": target.authority, "Accept-Encoding": ACCEPTED, "Accept": "*/*"}
        headers["User-Agent"] = self._policy.user_agent
        for name, value in request.headers.items():
            # a key is for the one who was asked, not for whom he points to
            if target.origin == request.target.origin or name.lower() in _GIVEN_TO_EVERYBODY:
                headers[name.title()] = value
        if kept:
            headers |= kept.conditions
        with self._lanes.to(target.host).taken(request.pause_seconds) as line:
            return line.ask(request.method, target, headers, request.body)


def _line(guard: Guard, policy: FetchingPolicy, clock: Clock, tls: ssl.SSLContext | None) -> Line:
    return Line(guard, policy, tls or _usual_trust(), clock.monotonic)


@cache
def _usual_trust() -> ssl.SSLContext:
    """Trust whom this machine trusts, and whom Mozilla does; made once, because it takes its time."""
    return httpcore.default_ssl_context()


def _hang_up(lanes: Lanes[Line]) -> None:
    for line in lanes.drain():
        line.close()


def _given_up(shown: str, why: str, attempts: int, asked_seconds: float | None) -> SourceError:
    asked = f"; it asks to wait for {asked_seconds:,.0f} seconds" if asked_seconds else ""
    times = f" ({attempts} attempts)" if attempts > 1 else ""
    return SourceError(f"{shown}: {why}{times}{asked}", hint="try again later")
