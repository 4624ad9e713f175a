"""What a transaction that adds to the log tells of its work."""

from __future__ import annotations

import msgspec

from sync.ledger.chains import Receipt
from sync.protocol import codec


class PushResult(msgspec.Struct, kw_only=True):
    """What came of what a request brought, as its answer says it."""

    have: list[codec.Have] = []
    kept: list[codec.Kept] = []
    receipts: list[Receipt] = []
    released: list[Receipt] = []
    skews: list[codec.Skew] = []
    late: list[codec.Late] = []
    numbered: list[codec.Numbered] = []
    added: int = 0
    staff_changed: bool = False
