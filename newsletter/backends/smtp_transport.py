"""Which of the things a server offers are used to bring mail over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.errors import MailError

if TYPE_CHECKING:
    from newsletter.backends.smtp_options import SmtpOptions
    from newsletter.backends.smtp_setup import Features


@dataclass(frozen=True, slots=True, kw_only=True)
class Transport:
    """What of the server's offers is used; `depth`: how many mails may be in flight at once."""

    is_chunked: bool
    is_pipelined: bool
    depth: int


def choose(options: SmtpOptions, features: Features, *, is_plain: bool) -> Transport:
    """Choose the way; `is_plain`: another one has failed. Raises `MailError` for one that is not offered."""
    wanted = options.transport
    for name, keyword in (("chunking", "CHUNKING"), ("pipelining", "PIPELINING")):
        if wanted == name and not features.offers(keyword):
            raise MailError(
                f"the mail server {options.host} offers no {keyword}",
                hint='set transport = "auto" in [backends.smtp], which takes what there is',
            )
    if is_plain:
        return Transport(is_chunked=False, is_pipelined=False, depth=1)
    is_chunked = wanted in ("auto", "chunking") and features.offers("CHUNKING")
    is_pipelined = wanted != "plain" and features.offers("PIPELINING")
    depth = options.pipeline_depth if is_chunked and is_pipelined else 1
    return Transport(is_chunked=is_chunked, is_pipelined=is_pipelined, depth=depth)
