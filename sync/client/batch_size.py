"""How much one message of an exchange carries: more while answers come quickly, less once one was too large or slow."""

from __future__ import annotations

from sync.client.http import NoConnection, PayloadTooLarge
from sync.protocol import codec

_FIRST_BYTES = 512 * 1024
_SMALLEST_BYTES = 1024
_SMALLEST_ENTRIES = 1
_MOST_ENTRIES = 100_000
_AT_ONCE, _QUICK, _SLOW = 0.5, 2.0, 10.0  # seconds of a round trip: messages grow fast, grow; over the last they shrink
_SLOW_LINE = 8  # by how much less is sent after a message that took too long; each costs a minute to find out


class BatchSizer:
    """What the next message may carry: `bytes` of entries, either way, and so many `entries` to the store."""

    def __init__(self) -> None:
        self.bytes = min(_FIRST_BYTES, codec.BATCH_BYTES)
        self.entries = _MOST_ENTRIES
        self._most_sent = codec.BATCH_BYTES  # of bytes to the store, once a message was too large

    @property
    def sent_bytes(self) -> int:
        """So many bytes of entries to the store."""
        return self.at_most(self.bytes)

    def at_most(self, wanted: int) -> int:
        """As many of the bytes wanted as the way to the store takes."""
        return min(wanted, self._most_sent)

    def grown(self, seconds: float) -> int:
        """How many bytes a message may carry after one that was answered in so many seconds, which is quick."""
        return min(self.bytes * (8 if seconds < _AT_ONCE else 2), codec.BATCH_BYTES)

    def answered_in(self, seconds: float) -> None:
        """Carry more after a quick answer, less after a slow one."""
        if seconds < _QUICK:
            self.bytes = self.grown(seconds)
        elif seconds > _SLOW:
            self.bytes = max(self.bytes // 2, _SMALLEST_BYTES)

    def shrink(self, error: PayloadTooLarge, last_sent: int) -> None:
        """After a message of so many bytes that was too large, half, and never more again; after a slow one, far less.

        Raises `NoConnection` where not even one entry gets through.
        """
        if self.entries <= _SMALLEST_ENTRIES:
            raise NoConnection(error.code, "Not even one record gets through; everything is kept for later.")
        if error.code == "too_large":
            self._most_sent = max(min(self.sent_bytes, last_sent) // 2, _SMALLEST_BYTES)
        else:
            self.bytes = max(self.bytes // _SLOW_LINE, _SMALLEST_BYTES)
        if self.sent_bytes == _SMALLEST_BYTES:
            self.entries = max(min(self.entries, 16) // 2, _SMALLEST_ENTRIES)

    def as_many_entries_as_before(self) -> None:
        """The one entry that did not get through waits: the others need not be sent one by one."""
        self.entries = _MOST_ENTRIES
