"""Getting documents by HTTP: politely, within limits, from addresses that are public."""

from __future__ import annotations

import weakref
from functools import cache, partial
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpcore

from newsletter.errors import SourceError
from newsletter.http.answers import complaint, is_redirect, told, unexpected_page
from newsletter.http.bodies import ACCEPTED
from newsletter.http.lines import Line, Trouble
from newsletter.http.pacing import Lanes
from newsletter.http.request import Request, sendable
from newsletter.http.retrying import NOTHING_DONE, PASSING, asked_to_wait, seconds_before
from newsletter.http.urls import read_url, with_params, without_secrets
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
        request = Request(target=target, headers=sendable(headers), pause_seconds=pause_seconds)
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
        request = Request(target=target, headers=sendable(headers), pause_seconds=1, method="POST", body=body)
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
        if wrong := unexpected_page(shown, answer, request.accept, request.secrets):
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
                raise _unsaid(request, error) from error
            else:
                if answer.status not in PASSING:
                    return answer
                why = told(answer, request.secrets)
                passes = request.is_repeatable or answer.status in NOTHING_DONE
                asked_seconds = asked_to_wait(answer.headers.get("retry-after"), self._clock.now())
                if asked_seconds is not None:
                    self._lanes.to(request.target.host).close_for(asked_seconds)
            attempt += 1
            wait = seconds_before(attempt, asked_seconds, self._random)
            is_over = attempt > self._policy.max_attempts or self._clock.monotonic() + wait > end
            if not passes or is_over or wait > self._policy.max_wait_seconds:
                raise _given_up(request.shown, why, attempt - 1, asked_seconds)
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
            # in a header it came as bytes, which browsers take for UTF-8
            place = place.encode("latin-1").decode("utf-8", "replace")
            return self._guard.check(read_url(urljoin(target.url, place)))
        except ValueError as error:
            raise SourceError("leads to what is no address") from error
        except SourceError as error:
            raise SourceError(f"leads to another address: {error.message}", hint=error.hint) from error

    def _ask(self, target: Target, request: Request, kept: Kept | None) -> Answer:
        headers = {"Host": target.authority, "User-Agent": self._policy.user_agent}
        headers |= {
            "Accept-Encoding": ACCEPTED,
            **request.headers_for(target),
            **(kept.conditions if kept else {}),
        }
        lane = self._lanes.to(target.host)
        if lane.closed_seconds > self._policy.max_wait_seconds:
            seconds = f"{lane.closed_seconds:,.0f}"
            raise Trouble(f"the service said to leave it alone for {seconds} seconds more", passes=False)
        with lane.taken(request.pause_seconds) as line:
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


def _unsaid(request: Request, error: SourceError) -> SourceError:
    """Tell what was asked for, without what a server repeats of our secrets in the address it leads to."""
    hint = without_secrets(error.hint, request.secrets) if error.hint else None
    return SourceError(f"{request.shown}: {without_secrets(error.message, request.secrets)}", hint=hint)


def _given_up(shown: str, why: str, attempts: int, asked_seconds: float | None) -> SourceError:
    asked = f"; it asks to wait for {asked_seconds:,.0f} seconds" if asked_seconds else ""
    times = f" ({attempts} attempts)" if attempts > 1 else ""
    return SourceError(f"{shown}: {why}{times}{asked}", hint="try again later")
