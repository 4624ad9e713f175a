"""The district's calendar as this laptop holds it: its time zones, and the day it is there."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sync.ledger.chains import MalformedEntry, read_body
from sync.model.days import Zones, is_behind
from sync.replica.replica import Replica
from sync.replica.storage import fast_reads
from sync.replica.sync_state.cursor import PullCursor

_known: WeakKeyDictionary[Replica, tuple[object, Zones]] = WeakKeyDictionary()
_received: WeakKeyDictionary[Replica, tuple[object, str]] = WeakKeyDictionary()


def zones(replica: Replica) -> Zones:
    """Return the time zones of the district; read again when the file has changed."""
    known, state = _known.get(replica), replica.state
    if known is None or known[0] != state:
        known = _known[replica] = (state, fast_reads.zones(replica.connection))
    return known[1]


def today(replica: Replica) -> str:
    """Return the day it is in the district by this laptop's clock."""
    return zones(replica).today()


def certain_day(replica: Replica) -> str:
    """Return the day it is, or where this laptop's clock is behind, the last day that has come for certain."""
    return max(today(replica), zones(replica).day_of(_last_receipt(replica)))


def day_to_read(replica: Replica, day: str = "") -> str:
    """Return the day as of which a list is read: the one asked for; without one the present, which is none.

    Where something is dated later than today, or holds from a later day, the present is today: what has not happened
    counts nowhere.
    """
    last = day or certain_day(replica)
    if day or replica.connection.execute(_TO_COME, (last, last)).fetchone() != (0, 0):
        return last
    return ""


_TO_COME = (
    "SELECT EXISTS (SELECT 1 FROM record WHERE day > ? AND withdrawn = 0"
    " AND kind IN ('inspection', 'liaison_note', 'survey', 'gate', 'follow_up')),"
    " EXISTS (SELECT 1 FROM past WHERE kind IN ('unit', 'follow_up') AND until > ?)"
)


def is_clock_behind(replica: Replica) -> bool:
    """Return whether this laptop's clock is behind an instant that has passed for certain.

    Those are the store's receipts, whose instants are the store's own and signed, and what was written here and has not
    been sent. Other laptops' clocks prove nothing, and neither does what this one wrote while its clock was fast: the
    receipts stand for all that was sent. The store's clock may have been fast as well: then a receipt that came later
    says less, so the last one of the log that is read counts, and none before it.
    """
    return is_behind([_last_receipt(replica), *_last_unsent(replica)])


def _last_receipt(replica: Replica) -> str:
    known, state = _received.get(replica), replica.state
    if known is None or known[0] != state:
        log, *_ = PullCursor(replica).cursor()
        row = replica.connection.execute(_LAST_RECEIPT, (log, f"{log} ")).fetchone()
        known = _received[replica] = (state, row[0] if row else "")
    return known[1]


# A receipt names the log, and after a blank what is kept apart. One of a log that is read no more counts where there is
# no other.
_LAST_RECEIPT = (
    "SELECT at FROM receipt ORDER BY (log = ?1 OR substr(log, 1, length(?2)) = ?2) DESC, number DESC, at DESC LIMIT 1"
)


def _last_unsent(replica: Replica) -> list[str]:
    """Return the instant of the entry of this device that was written last and waits to be sent, if one does."""
    row = replica.connection.execute(
        "SELECT e.body FROM entry e JOIN chain c ON c.id = e.chain WHERE e.number IS NULL AND e.code = ''"
        " AND c.device = ? ORDER BY e.id DESC LIMIT 1",
        (replica.joined().device,),
    ).fetchone()
    if row is None or not isinstance(row[0], bytes):  # a stub, or changed by hand
        return []
    try:
        return [read_body(row[0]).at]
    except MalformedEntry:
        return []


def day_to_offer(replica: Replica) -> str:
    """Return the day that a form offers: today; empty where the clock is behind, so that the day is asked for."""
    return "" if is_clock_behind(replica) else today(replica)
