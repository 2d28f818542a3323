"""Whether anybody can be asked."""

from __future__ import annotations

import sys

import pytest

from newsletter.cli.asking import is_somebody_there, must_agree
from newsletter.errors import UsageError


def test_nobody_is_there_where_standard_input_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert not is_somebody_there()
    with pytest.raises(UsageError, match="nobody can be asked") as caught:
        must_agree("erase all?")
    assert "--yes" in (caught.value.hint or "")
