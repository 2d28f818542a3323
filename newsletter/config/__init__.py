"""`newsletter.toml`: found, read, checked, with messages that name file, line and key."""

from newsletter.config.load import (
    FILE_NAME,
    Config,
    default_sections,
    default_sections_text,
    load_config,
    starter_text,
)
from newsletter.config.secrets import options_with_secrets, refuse_written_secrets

__all__ = [
    "FILE_NAME",
    "Config",
    "default_sections",
    "default_sections_text",
    "load_config",
    "options_with_secrets",
    "refuse_written_secrets",
    "starter_text",
]
