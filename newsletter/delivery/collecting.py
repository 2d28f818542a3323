"""What the collector of cycles need not look through while mail is sent."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


# Python 3.12 sets a few hundred objects of its own aside when it starts.
_FROM_THE_START = gc.get_freeze_count()


@contextmanager
def settled_objects() -> Iterator[None]:
    """Set aside all that is there now until the block ends: modules, templates, editions.

    Nearly all of it stays anyway, but a full collection would visit some 300,000 objects, for a tenth of a
    second in which every thread stands still, and one comes due just when a send begins. What is garbage
    already stays as long. Where a program has set aside objects of its own, or another send has, nothing is
    done: nobody can tell theirs from ours afterwards.
    """
    if gc.get_freeze_count() > _FROM_THE_START:
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()
