"""Which variables of the environment a configuration takes its secrets from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from newsletter.config.load import Config

_PREFIX = "NEWSLETTER_"
# Settings of ours that are no secrets.
_OTHERS = ("NEWSLETTER_CONFIG", "NEWSLETTER_TEST_DATA", "NEWSLETTER_WRITE_GOLDEN")


def secret_names(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Name them, sorted: those that the file names (`password_env`), those that are set now, and the
    passwords that a mail server with a user name, and a database on a server, will ask for. Their values are
    not read.
    """
    schema = config.schema
    named = {value for table in _tables(schema.model_dump()) for value in _variables(table)}
    present = {name for name in environ if name.startswith(_PREFIX) and name not in _OTHERS}
    mail = schema.backends.get(schema.sending.backend, {})
    if "username" in mail and not _is_told(mail):
        named.add(f"{_PREFIX}{schema.sending.backend.upper().replace('-', '_')}_PASSWORD")
    if str(schema.store.get("url", "")).startswith("postgresql:") and not _is_told(schema.store):
        named.add(f"{_PREFIX}STORE_PASSWORD")
    return tuple(sorted(named | present))


def _tables(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for one in inside:
        yield from _tables(one)


def _variables(table: dict[str, Any]) -> Iterator[str]:
    for key, value in table.items():
        if key.endswith("_env") and isinstance(value, str):
            yield value


def _is_told(table: Mapping[str, Any]) -> bool:
    return any(f"password_{way}" in table for way in ("env", "file", "command"))
