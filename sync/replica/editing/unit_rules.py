"""What a change of a unit must not do: name units that are not there, stand above itself, end while work is open.

Asked by `append` before an edit is kept. Functions return the code of what is wrong, or the faults by field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.ledger.fold import Folded, fold_record
from sync.model.days import between
from sync.model.kinds import RECORDED_OF_A_UNIT
from sync.model.validation import Fault
from sync.model.workflow import OUTSTANDING
from sync.replica.as_of.parents import circled
from sync.replica.projection.tables import load_edits, read_governance
from sync.replica.queries.weak import FLAGS, is_mended, repairs
from sync.replica.storage import fast_reads
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed

TAKEN_BACK_WITHIN = 30  # days in which a closing may be taken back as a mistake
_NAMED = ("parent", "successor", "predecessor")


def place_faults(connection: Connection, unit: str, fields: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with the units that these fields of a unit name."""
    faults = []
    for name in _NAMED:
        value = fields.get(name)
        if not isinstance(value, str):
            continue
        if value == unit or (name == "parent" and unit in above(connection, value)):
            faults.append(Fault(field=name, code="circle"))
        elif not _is_unit(connection, value):
            faults.append(Fault(field=name, code="no_such_unit", wanted=value))
    return faults


def above(connection: Connection, unit: str) -> list[str]:
    """Return a unit and the units above it, nearest first; a parent that has no force ends it."""
    path: list[str] = []
    cut = circled(connection)
    while unit and unit not in path:
        path.append(unit)
        if unit in cut:
            break
        row = connection.execute("SELECT parent FROM unit WHERE ledger = ?", (unit,)).fetchone()
        unit = str(row[0]) if row else ""
    return path


def refusal(connection: Connection, folded: Folded, fields: Mapping[str, Any], by: str) -> str:
    """Return why a change of a unit may not be made by a person; empty if it may."""
    if not _is_mended(connection, folded, fields):
        return "not_mended"
    if fields.get("withdrawn") is True and _has_records(connection, folded.ledger):
        return "unit_has_records"
    if fields.get("closed_on") and _has_open_follow_ups(connection, folded.ledger, by):
        return "follow_ups_open"
    if "closed_on" in fields and fields["closed_on"] is None and is_closed_for_good(connection, folded):
        return "closed_for_good"
    return ""


def is_closed_for_good(connection: Connection, folded: Folded) -> bool:
    """Return whether a unit closed, and its closing was written down, too long ago to be taken back."""
    zones = fast_reads.zones(connection)
    closed_on = str(folded.fields.get("closed_on") or "")
    written = max((zones.day_of(value.at) for value in folded.live.get("closed_on", ())), default="")
    days = between(max(closed_on, written), zones.today()) if closed_on else None
    return days is not None and days > TAKEN_BACK_WITHIN


def _is_mended(connection: Connection, folded: Folded, fields: Mapping[str, Any]) -> bool:
    """Return whether every flag of weakness that is taken away was mended, and that verified."""
    cleared = [flag for flag in FLAGS if folded.fields.get(flag) is True and flag in fields and not fields[flag]]
    standing = repairs(connection, folded.record) if cleared else {}
    return all(is_mended(standing.get(flag, [])) for flag in cleared)


def _has_records(connection: Connection, unit: str) -> bool:
    """Return whether anything is recorded of a unit: then it was there, and can only be closed."""
    found = connection.execute(
        f"SELECT 1 FROM record WHERE ledger = ? AND kind IN {listed(RECORDED_OF_A_UNIT)} AND withdrawn = 0",
        (unit, *RECORDED_OF_A_UNIT),
    )
    return found.fetchone() is not None


def _has_open_follow_ups(connection: Connection, unit: str, by: str) -> bool:
    """Return whether a follow-up is still open when what was settled for this closing counts."""
    found = connection.execute("SELECT record FROM follow_up WHERE ledger = ? AND open > 0", (unit,)).fetchall()
    governance = read_governance(connection).closed_by(unit, by)
    folds = (fold_record([each.edit for each in load_edits(connection, (unit, name))], governance) for (name,) in found)
    return any(folded is not None and folded.fields.get("status") in OUTSTANDING for folded in folds)


def _is_unit(connection: Connection, unit: str) -> bool:
    found = connection.execute("SELECT 1 FROM unit WHERE ledger = ? AND withdrawn <> 1", (unit,))
    return found.fetchone() is not None
