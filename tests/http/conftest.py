"""A web server per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.http.serving import Website, website


@pytest.fixture
def site() -> Iterator[Website]:
    """A real web server that answers as it is told."""
    with website() as site:
        yield site
