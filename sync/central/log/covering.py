"""Which places a receipt for a chain has to name as kept apart, in one session of the database."""

from __future__ import annotations

from sync.central.log.head import ChainHead
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.chains import ChainName, read_receipt
from sync.model import quarantine_ranges
from sync.model.quarantine_ranges import EMPTY, SeqRanges


def apart_up_to(session: Session, district: str, name: ChainName, held: ChainHead) -> SeqRanges:
    """The places apart in a chain up to its end, as its last receipt names them.

    Only where that names none are the rows read: an older program may have signed it.
    """
    if not held.receipt:
        return EMPTY
    known = quarantine_ranges.read(read_receipt(held.receipt).log)
    if known:
        return known
    return quarantine_ranges.ranges_of(
        seq for (seq,) in session.rows(statements.APART_PLACES, (district, *name, held.seq))
    )


def apart_again(session: Session, district: str, name: ChainName, seq: int, number: int) -> SeqRanges:
    """The places apart in a chain up to `seq`, which was written again under `number`, counted as the chain counts.

    What was written again stands in order, so the places before it follow; where it goes on from another chain of the
    store's in which something is apart, nobody knows any more what stood where.
    """
    apart = session.rows(statements.APART_AGAIN, (district, name[0]))
    row = session.row(statements.ENTRY_AT, (district, number))
    if row is None:
        return EMPTY
    _, device, at, *_ = row
    first = seq - at + 1  # where the chain stands in which it was written again
    here = quarantine_ranges.ranges_of((first + place - 1 for other, place in apart if other == device), exact=False)
    if any(other != device for other, _ in apart):
        before = SeqRanges(((1, first - 1),) if first > 1 else (), exact=False)
    else:
        rows = session.rows(statements.APART_PLACES, (district, *name, first - 1))
        before = quarantine_ranges.ranges_of((place for (place,) in rows), exact=False)
    return (here | before).up_to(seq)
