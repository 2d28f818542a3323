"""All tables of a database, whichever module describes them."""

from __future__ import annotations

from newsletter.store import schema, schema_papers

ROOMS = (schema, schema_papers)
metadata = schema.metadata
