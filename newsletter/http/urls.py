"""URLs, read strictly: what could be understood in two ways is not understood at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from newsletter.errors import SourceError
from newsletter.http.addresses import read_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from ipaddress import IPv4Address

DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_CHARS = 8_000

_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_][a-z0-9_-]{0,62})*")
# A name whose last part is a number is an address to inet_aton, whatever it looks like: 127.1, 0x7f000001.
_NUMBER = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")
_NOT_IN_URLS = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")
# api_key, apiKey, X-Amz-Security-Token, mailto; but not keyword, author or token_count
_SECRET_NAME = re.compile(
    r"(.*[_.-])?(api|access|auth|client|secret|session)?[_-]?"
    r"(key|token|secret|password|passwd|pwd|auth|sig|signature|session|credentials?|e?mail|mailto)",
    re.IGNORECASE,
)
_MIN_SECRET_CHARS = 4
_SAFE = "/%:@!$&'()*+,;=~"
_MASK = "***"
_MAX_QUERY_CHARS = 100  # so that what was wrong is seen behind it


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address to ask at. `host` is in ASCII and without brackets; `path` has the query, too."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)  # a query may have a key

    @property
    def address(self) -> IPv4Address | IPv6Address | None:
        """The host, where it is an address and no name."""
        return read_address(self.host)

    @property
    def origin(self) -> tuple[str, str, int]:
        """Whom it is said to: what is for one is not for another."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """The host and, where it is not the usual one, the port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole of it, secrets included."""
        return f"{self.scheme}://{self.authority}{self.path}"

    def __str__(self) -> str:
        """Show it to a person: without secrets."""
        return masked(self.url)


def read_url(text: str) -> Target:
    """Read a URL of HTTP. Raises `SourceError` for what is none, or may be understood in two ways."""
    if len(text) > MAX_CHARS or _NOT_IN_URLS.search(text):
        raise _no_url(text, "it is too long, or has blanks, control characters or backslashes")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise _no_url(text, "its host or port is malformed") from error
    scheme = parts.scheme
    if scheme not in DEFAULT_PORTS or not parts.hostname:
        raise _no_url(text, "expected one that begins with https:// and a host")
    if "@" in parts.netloc:
        raise _no_url(text, "a name or password does not belong into it")
    if port == 0:
        raise _no_url(text, "its port is malformed")
    path = quote(parts.path or "/", safe=_SAFE)
    query = f"?{quote(parts.query, safe=_SAFE + '?[]{}|')}" if parts.query else ""
    host = _host(text, parts.hostname, is_bracketed="[" in parts.netloc)
    return Target(scheme=scheme, host=host, port=port or DEFAULT_PORTS[scheme], path=path + query)


def with_params(url: str, params: Mapping[str, str] | None) -> str:
    """Add to the query of a URL."""
    if not params:
        return url
    head = url.partition("#")[0]
    return f"{head}{'&' if '?' in head else '?'}{urlencode(params)}"


def masked(url: str) -> str:
    """Give a URL as it may be shown: the values of keys and tokens are hidden, a long query is cut."""
    head, mark, query = url.partition("?")
    query, _, _ = query.partition("#")
    shown = "&".join(_masked_pair(pair) for pair in query.split("&"))
    if len(shown) > _MAX_QUERY_CHARS:
        shown = f"{shown[:_MAX_QUERY_CHARS]}..."
    return re.sub(r"//[^/@]*@", f"//{_MASK}@", head.partition("#")[0]) + mark + shown


def secrets_of(target: Target) -> list[str]:
    """List the values in a query that must never be shown, in each way to write them."""
    pairs = (pair.partition("=") for pair in target.path.partition("?")[2].split("&"))
    found = [value for name, _, value in pairs if _SECRET_NAME.fullmatch(name)]
    return [*found, *map(unquote_plus, found)]


def without_secrets(text: str, secrets: Iterable[str]) -> str:
    """Hide secrets in what somebody else wrote, who may repeat them."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _MIN_SECRET_CHARS:
            text = text.replace(secret, _MASK)
    return text


def _masked_pair(pair: str) -> str:
    name, mark, value = pair.partition("=")
    return f"{name}={_MASK}" if mark and value and _SECRET_NAME.fullmatch(name) else pair


def _host(text: str, host: str, *, is_bracketed: bool) -> str:
    if is_bracketed:
        address = read_address(host)
        if not isinstance(address, IPv6Address) or address.scope_id is not None:
            raise _no_url(text, "what stands in brackets is no IPv6 address")
        return address.compressed
    try:
        name = host.lower() if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise _no_url(text, "its host is no name that can exist") from error
    name = name.removesuffix(".")
    if not _HOST.fullmatch(name):
        raise _no_url(text, "its host is no name that can exist")
    if _NUMBER.fullmatch(name) and (read_address(name) is None or not host.isascii()):
        raise _no_url(text, "its host is a number; an address is written as 192.0.2.1")
    return name


def _no_url(text: str, why: str) -> SourceError:
    shown = masked("".join(char if char.isprintable() else "?" for char in text[:200]))
    return SourceError(
        f"{shown!r} is no address to fetch from: {why}", hint="give it as https://example.org/feed"
    )
