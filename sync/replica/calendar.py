"""The district's calendar as this laptop holds it: its time zones, and the day it is there."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sync.days import Zones, is_behind
from sync.ledger import MalformedEntry, read_body
from sync.replica import glance
from sync.replica.replica import Replica

_known: WeakKeyDictionary[Replica, tuple[object, Zones]] = WeakKeyDictionary()


def zones(replica: Replica) -> Zones:
    """Return the time zones of the district; read again when the file has changed."""
    known, state = _known.get(replica), replica.state
    if known is None or known[0] != state:
        known = _known[replica] = (state, glance.zones(replica.connection))
    return known[1]


def today(replica: Replica) -> str:
    """Return the day it is in the district by this laptop's clock."""
    return zones(replica).today()


def is_clock_behind(replica: Replica) -> bool:
    """Return whether this laptop's clock is behind the newest entry that its file holds."""
    row = replica.connection.execute("SELECT body FROM entry ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or not isinstance(row[0], bytes):  # a stub, or changed by hand
        return False
    try:
        return is_behind([read_body(row[0]).at])
    except MalformedEntry:
        return False


def day_to_offer(replica: Replica) -> str:
    """Return the day that a form offers: today; empty where the clock is behind, so that the day is asked for."""
    return "" if is_clock_behind(replica) else today(replica)
