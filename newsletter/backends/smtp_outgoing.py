"""What is to be written on a connection, and which mails end in it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from newsletter.backends.smtp_wire import HalfWrittenError, after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsletter.backends.smtp_transaction import Transaction
    from newsletter.backends.smtp_wire import Deadline, Wire


class Outgoing:
    """Collects parts, so that they can be written together, and when there is room for them.

    `size`: how many octets they have, gone or not; 0: all have been written. A mail is committed when so much
    has left that the server may take it for whole.
    """

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._parts: Sequence[bytes | memoryview] = []
        self.size = self._gone = 0
        # where what was put of a mail begins, if none of that has left, and where a mail ends
        self._begins: deque[tuple[Transaction, int]] = deque()
        self._ends: deque[tuple[Transaction, int]] = deque()

    @property
    def has_content(self) -> bool:
        """Whether mails end in it, and not only commands."""
        return bool(self._ends)

    def put(self, parts: Sequence[bytes], *, of: Transaction, is_whole: bool = False) -> None:
        """Add what comes next, of a mail that has nothing else in it. Its last octet may make that whole."""
        self._begins.append((of, self.size))
        self._parts = [*self._parts, *parts] if self.size else parts
        self.size += sum(map(len, parts))
        if is_whole:
            self._ends.append((of, self.size))

    def has_not_begun(self, transaction: Transaction) -> bool:
        """Tell whether nothing has left of what was put of a mail."""
        return any(one is transaction for one, _ in self._begins)

    def withdraw(self) -> None:
        """Write no more. The mails of which nothing has left are owed no answers."""
        for transaction, _ in self._begins:
            transaction.due = ()
        self._parts, self.size, self._gone = (), 0, 0
        self._begins.clear()
        self._ends.clear()

    def write(self, deadline: Deadline | None) -> bool:
        """Write it all; without a deadline, as much as there is room for now. Tell whether that was all.

        Raises `HalfWrittenError`.
        """
        if not self._wire.takes_pieces and len(self._parts) > 1:
            self._parts = [b"".join(self._parts)]  # in TLS, a record for each would take longer than a copy
        while True:
            try:
                sent = self._wire.send(self._parts, deadline)
            except HalfWrittenError as error:
                self._leave(error.gone)
                raise
            self._leave(sent)
            if self._gone == self.size:
                break
            if not sent:
                return False
            self._parts = after(self._parts, sent)
        self._parts, self.size, self._gone = (), 0, 0
        return True

    def _leave(self, octets: int) -> None:
        self._gone += octets
        while self._begins and self._begins[0][1] < self._gone:
            self._begins.popleft()
        while self._ends and self._ends[0][1] <= self._gone:
            self._ends.popleft()[0].is_committed = True
