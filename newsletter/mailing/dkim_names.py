"""The names of DKIM: which domain signs, and under which selector DNS keeps its key."""

from __future__ import annotations

import re

from newsletter.errors import UsageError

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
# RFC 1035 allows 253 characters for the whole name; the selector and `._domainkey.` share them.
_MAX_DOMAIN = 180
_MAX_SELECTOR = 60


def signing_domain(text: str) -> str:
    """Read a domain and give its ASCII form in lower case. Raises `UsageError`."""
    try:
        domain = text.strip().rstrip(".").encode("idna").decode("ascii").lower()
    except ValueError:
        domain = ""
    if "." not in domain or len(domain) > _MAX_DOMAIN or not _NAME.fullmatch(domain):
        raise UsageError(f'expected a domain such as "example.org", found {text[:60]!r}')
    return domain


def selector(text: str) -> str:
    """Read a selector. Raises `UsageError`."""
    if len(text) > _MAX_SELECTOR or not _NAME.fullmatch(text):
        raise UsageError(
            f'expected a selector such as "news-2025" (letters, digits, hyphens), found {text[:60]!r}'
        )
    return text.lower()


def is_aligned(domain: str, sender_domain: str) -> bool:
    """Tell whether a signature by `domain` surely counts for mail from `sender_domain` (DMARC, relaxed).

    That is so when one lies within the other. Two domains side by side may count too; only DNS knows.
    """
    first, second = (f".{name.lower()}" for name in (domain, sender_domain))
    return first.endswith(second) or second.endswith(first)
