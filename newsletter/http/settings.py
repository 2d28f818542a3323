"""`[fetching]`: how documents are got, and from where besides the public Internet."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

import newsletter
from newsletter.config import options_with_secrets
from newsletter.config.plugin import PluginOptions
from newsletter.errors import NewsletterError, SourceError
from newsletter.http.guard import AllowedHost, read_allowed_host
from newsletter.http.policy import MAX_BYTES, FetchingPolicy, Proxy
from newsletter.http.urls import read_url
from newsletter.mailing.addresses import parse_mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsletter.config import Config

TABLE = ("fetching",)
CACHE_FOLDER = Path(".newsletter-cache")


def _contact(text: str) -> str:
    if re.fullmatch(r"https?://[!-~]{1,200}", text):
        return text
    try:
        return f"mailto:{parse_mailbox(text).address}"
    except NewsletterError:
        raise ValueError(
            "expected an address such as news@example.org, or https://example.org/about"
        ) from None


def _allowed(text: str) -> str:
    read_allowed_host(text)
    return text


def _proxy(text: str) -> str:
    try:
        target = read_url(text)
    except SourceError as error:
        raise ValueError(f"{error.message}; a password comes from proxy_password") from None
    return target.url


class FetchingOptions(PluginOptions):
    """What `[fetching]` may hold. Without a cache folder nothing is kept."""

    contact: Annotated[str, AfterValidator(_contact)] | None = None
    timeout_seconds: Annotated[float, Field(strict=True, gt=0, le=600)] = FetchingPolicy().timeout_seconds
    max_bytes: Annotated[int, Field(strict=True, ge=1_000, le=MAX_BYTES)] = MAX_BYTES
    allow_hosts: tuple[Annotated[str, AfterValidator(_allowed)], ...] = ()
    cache_folder: Path | None = None
    cache_days: Annotated[int, Field(strict=True, ge=0, le=3_650)] = 30
    cache_megabytes: Annotated[int, Field(strict=True, ge=1, le=100_000)] = 200
    proxy: Annotated[str, AfterValidator(_proxy)] | None = None
    proxy_username: Annotated[str, Field(pattern=r"^[!-9;-~]+$")] | None = None
    proxy_password: SecretStr | None = None

    @model_validator(mode="after")
    def _names_a_proxy(self) -> FetchingOptions:
        if self.proxy is None and self.proxy_username is not None:
            raise ValueError("a proxy_username without a proxy")
        return self

    @property
    def allowed(self) -> tuple[AllowedHost, ...]:
        """What a person permits besides public addresses."""
        return tuple(read_allowed_host(text) for text in self.allow_hosts)


def fetching_options(config: Config, environ: Mapping[str, str] | None = None) -> FetchingOptions:
    """Read `[fetching]` with its secret. Raises `ConfigError`."""
    options: FetchingOptions = options_with_secrets(config, FetchingOptions, TABLE, environ)
    return options


def cache_folder(config: Config, options: FetchingOptions) -> Path | None:
    """Say where documents are kept: beside the configuration unless told otherwise; None for 0 days."""
    if not options.cache_days:
        return None
    return options.cache_folder or config.folder / CACHE_FOLDER


def fetching_policy(config: Config, options: FetchingOptions) -> FetchingPolicy:
    """Say how patient a fetcher is and by which name it goes: with the sender as its contact, unless another
    is given."""
    sender = config.schema.newsletter.sender
    contact = options.contact or (f"mailto:{sender.address}" if sender else None)
    name = f"newsletter/{newsletter.__version__}"
    agent = f"{name} ({contact})" if contact and contact.isascii() else name
    password = options.proxy_password.get_secret_value() if options.proxy_password else ""
    return FetchingPolicy(
        user_agent=agent,
        timeout_seconds=options.timeout_seconds,
        max_bytes=options.max_bytes,
        proxy=Proxy(url=options.proxy, username=options.proxy_username or "", password=password)
        if options.proxy
        else None,
    )
