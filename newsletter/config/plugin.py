"""What the settings of a plug-in look like."""

from pydantic import BaseModel, ConfigDict


class PluginOptions(BaseModel):
    """Base of a plug-in's `Options`: its `[backends.NAME]` or `[sources.NAME]` table, checked.

    A field of type `SecretStr` is never read from the file: see `config.secrets`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
