"""The office lets units take part in a campaign from a day, or until one; every laptop follows at its next sync."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sync.replica.as_of.participants import participants_on
from sync.replica.editing.edits import Refused, put_each
from sync.replica.projection.campaign_of import read_runs, unit_terms
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection
from sync.timeline.enrolling import Fields, Held, ended, enrolled, held_from
from sync.timeline.participation import Run, Term


def enrol(replica: Replica, units: Iterable[str], wanted: Term, why: str = "") -> int:
    """Let units take part as `wanted` says, all or none; how many of them did not yet.

    Raises `InvalidFields` for anybody but the office, and `Refused`.
    """
    runs = _runs_with(replica, wanted.campaign)
    if wanted.until and wanted.until < wanted.since:
        raise Refused("until_before", "The last day is before the first.")
    return _write(replica, units, lambda unit, held: enrolled(unit, held, runs, wanted), why)


def end(replica: Replica, units: Iterable[str], campaign: str, until: str, why: str = "") -> int:
    """Let units take part no longer than to the end of a day, all or none; how many did. Raises as `enrol` does."""
    runs = _runs_with(replica, campaign)
    return _write(replica, units, lambda unit, held: ended(unit, held, runs, campaign, until), why)


def terms(replica: Replica, unit: str, day: str = "") -> list[Term]:
    """Return when a unit takes part in which campaigns, by the first day; by its batch where nothing is stated.

    `day`: by what was said at the end of that day.
    """
    if day:
        return list(participants_on(replica, day).terms.get(unit, ()))
    return unit_terms(replica.connection, unit, read_runs(replica.connection))


def _runs_with(replica: Replica, campaign: str) -> Mapping[str, Run]:
    runs = read_runs(replica.connection)
    if campaign not in runs:
        raise Refused("no_such_campaign", "There is no such campaign here.")
    return runs


def _write(replica: Replica, units: Iterable[str], wanted: Callable[[str, Held], dict[str, Fields]], why: str) -> int:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for unit in dict.fromkeys(units):
        for record, fields in wanted(unit, _held(replica.connection, unit)).items():
            found[unit, record] = fields
    put_each(replica, "participation", found, why)
    return len({unit for unit, _ in found})


def _held(connection: Connection, unit: str) -> Held:
    rows = connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'participation'"
        " AND r.withdrawn <> 2",
        (unit,),
    ).fetchall()
    batch = connection.execute("SELECT batch FROM unit WHERE ledger = ?", (unit,)).fetchone()
    stated = {record: record_fields(*row) for record, *row in rows}
    return held_from(str(batch[0]) if batch else "", stated)
