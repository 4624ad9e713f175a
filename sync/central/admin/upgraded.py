"""What the upgrade to days and campaigns changed of an older store: the records whose day or campaign is another now.

The store holds entries and no days of records: what differs is worked out anew from all that had arrived when it wrote
down since when follow-ups are governed, which is the first thing an upgraded store does.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sync.central.access.permissions import edit_of_row
from sync.central.admin import staff
from sync.central.admin.participants import Roster, runs_of
from sync.central.service.store import Store
from sync.central.storage import statements
from sync.central.storage.engine import Row, Session
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, fold_record
from sync.ledger.governance import ALWAYS_GOVERNED, FROM_FIELD
from sync.ledger.ids import COMMON_LEDGERS, DISTRICT_RECORD, LEDGER_DISTRICT
from sync.model.days import Zones
from sync.model.kinds import CAMPAIGN_KINDS, KINDS, RECORDED_OF_A_UNIT
from sync.model.upgrade_changes import Changed, listed_order

_DAY = len("2026-11-30")


def changes(store: Store) -> list[Changed]:
    """Return the records that have another day or campaign since the upgrade, by unit and day."""
    before = _upgraded_at(store)
    if not before:
        return []
    units = staff.unit_records(store)
    placing = Roster(store, units)
    worked_in = max(runs_of(store).values(), key=lambda run: run.starts_on, default=None)
    zones, found = store.zones(), []
    for each in _records(store, before):
        day_before, day = _days(each, zones)
        was = now = str(each.fields.get("campaign") or "")
        if each.kind in CAMPAIGN_KINDS and not was and worked_in is not None:
            was, now = worked_in.id, placing.campaign_on(each.ledger, day)
        if (day_before, was) != (day, now):
            name = str(units.get(each.ledger, {}).get("name", each.ledger))
            found.append(Changed(each.record, each.ledger, name, each.kind, _title(each), day_before, day, was, now))
    return sorted(found, key=listed_order)


def _upgraded_at(store: Store) -> int:
    """Return the arrival number under which an older store said since when it governs; 0 for one that always did."""
    values = (store.district.id, LEDGER_DISTRICT, DISTRICT_RECORD)
    for number, *row in store.engine.read(lambda session: session.rows(statements.NUMBERED_EDITS, values)):
        since = (edit_of_row(*row).set or {}).get(FROM_FIELD)
        if since is not None:
            return 0 if since == ALWAYS_GOVERNED else int(number)
    return 0


def _records(store: Store, before: int) -> Iterator[Folded]:
    """The records of units as they stand by what had arrived before a number, kind by kind."""
    for kind in RECORDED_OF_A_UNIT:
        edits: dict[tuple[str, str], list[Edit]] = {}
        values = (store.district.id, kind, before)
        for row in store.engine.read(partial(_rows, values=values)):
            edit = edit_of_row(*row)
            if edit.ledger not in COMMON_LEDGERS:
                edits.setdefault((edit.ledger, edit.record), []).append(edit)
        for each in edits.values():
            if (folded := fold_record(each, with_live=False)) is not None:
                yield folded


def _rows(session: Session, values: tuple[object, ...]) -> list[Row]:
    return session.rows(statements.KIND_BEFORE, values)


def _days(folded: Folded, zones: Zones) -> tuple[str, str]:
    """Return the day a record had before, which was that of its instant in UTC unless it was stated, and today's."""
    stated = folded.fields.get(KINDS[folded.kind].day) if KINDS[folded.kind].day else None
    if isinstance(stated, str):
        return stated, stated
    return folded.at[:_DAY], zones.day_of(folded.at)


def _title(folded: Folded) -> str:
    title = folded.fields.get(KINDS[folded.kind].title) if KINDS[folded.kind].title else None
    return title.strip().split("\n")[0] if isinstance(title, str) else ""
