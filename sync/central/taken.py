"""What a transaction that adds to the log tells of its work."""

from __future__ import annotations

import msgspec

from sync import wire
from sync.ledger import Receipt


class Taken(msgspec.Struct, kw_only=True):
    """What came of what a request brought, as its answer says it."""

    have: list[wire.Have] = []
    kept: list[wire.Kept] = []
    receipts: list[Receipt] = []
    released: list[Receipt] = []
    skews: list[wire.Skew] = []
    late: list[wire.Late] = []
    numbered: list[wire.Numbered] = []
    added: int = 0
    staff_changed: bool = False
