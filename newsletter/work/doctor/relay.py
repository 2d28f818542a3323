"""What is known of the server that mail leaves by, from the configuration alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsletter.backends.smtp_options import is_loopback
from newsletter.backends.smtp_presets import PRESETS

if TYPE_CHECKING:
    from newsletter.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A mail server. `preset` is what the configuration says, `likely_preset` what its host looks like."""

    host: str
    preset: str | None = None
    likely_preset: str | None = None
    is_clear: bool = False

    @property
    def spf_include(self) -> str | None:
        """The name under which its senders stand in SPF records."""
        known = PRESETS.get(self.preset or self.likely_preset or "")
        return known.spf_include if known else None

    @property
    def is_here(self) -> bool:
        """Whether it is this machine, which then sends to receivers itself, or hands on to one that does."""
        return is_loopback(self.host)


def relay_of(config: Config, way: str) -> Relay | None:
    """Give the server of a backend; None for one that is not SMTP."""
    if way != "smtp":
        return None
    table = config.schema.backends.get(way, {})
    preset = table.get("preset") if table.get("preset") in PRESETS else None
    host = str(
        table.get("host") or (_host_of(preset, table.get("region")) if preset else "localhost")
    ).lower()
    security = table.get("security") or (PRESETS[preset].security if preset else "starttls")
    return Relay(host=host, preset=preset, likely_preset=_likely(host), is_clear=security == "none")


def _host_of(preset: str, region: object) -> str:
    known = PRESETS[preset]
    return known.regions.get(str(region), known.host).format(region=region or "")


def _likely(host: str) -> str | None:
    """Recognise a service by its host; the first of two that share one is the more careful."""
    for name, preset in PRESETS.items():
        known = {preset.host, *preset.regions.values()}
        begin, region, end = preset.host.partition("{region}")
        if (host in known and not is_loopback(host)) or (
            region and host.startswith(begin) and host.endswith(end)
        ):
            return name
    return None
