"""The district's calendar as this laptop holds it: its time zones, and the day it is there."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sync.days import Zones
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
