"""All tables of a database, whichever module describes them."""

from __future__ import annotations

from newsletter.store import schema, schema_papers, schema_runs

ROOMS = (schema, schema_papers, schema_runs)
metadata = schema.metadata
