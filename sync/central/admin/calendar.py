"""The district's calendar as the store holds it: its time zones, the day it is there, and a change of the zone."""

from __future__ import annotations

from sync.central.admin import staff
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.ledger.governance import FROM_FIELD
from sync.ledger.ids import DISTRICT_RECORD, LEDGER_DISTRICT
from sync.model.days import DEFAULT_ZONE, ZONE_FIELD, NoSuchZone, Zones, check_zone


def zones(store: Store) -> Zones:
    """Return the time zones of the district."""
    return store.zones()


def today(store: Store) -> str:
    """Return the day it is in the district by the clock of this machine."""
    return zones(store).today()


def checked_zone(name: str) -> str:
    """Return the name of a time zone; raise `Refusal` for anything else."""
    try:
        return check_zone(name)
    except NoSuchZone as error:
        raise Refusal("bad_request", "refused.no_zone", zone=name) from error


def begin_zone(store: Store, name: str) -> None:
    """Write down the time zone that a new district begins with; the default needs no words."""
    if checked_zone(name) != DEFAULT_ZONE:
        _put(store, ZONE_FIELD, name)


def change_zone(store: Store, name: str, since: str) -> int:
    """Let a time zone hold from a day on; 0 where it does already. A day that has begun keeps its zone: refused."""
    held = zones(store)
    checked_zone(name)
    if since < (first := held.next_day_with(name)):
        raise Refusal("bad_request", "refused.zone_past", day=since, first=first)
    return 0 if held.zone_on(since) == name else _put(store, f"{ZONE_FIELD}.{since}", name)


def begin_governing(store: Store) -> bool:
    """Write down that follow-ups opened after today are governed, where the district does not say since when.

    Whether it did not: then an older store is opened for the first time after its upgrade.
    """
    if store.governance().since:
        return False
    _put(store, FROM_FIELD, today(store))
    return True


def _put(store: Store, field: str, name: str) -> int:
    fields = {field: name}
    return staff.put(store, [Edit(ledger=LEDGER_DISTRICT, kind="district", record=DISTRICT_RECORD, fields=fields)])
