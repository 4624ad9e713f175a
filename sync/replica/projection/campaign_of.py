"""The campaign that each record of a file belongs to, where the record itself names none.

Called where rows are derived: by `derive` for the records of what arrived, by `rebuild` for all. A record without a
campaign has `placed` set, and is placed anew whenever a campaign, its stages, or the participation or batch of its unit
has changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any

from sync.ledger.ids import LEDGER_DISTRICT
from sync.replica.projection.stored import FIELDS_JOIN, record_fields
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed
from sync.timeline.participation import Run, Term, campaign_on, runs_from, terms_of


def place(connection: Connection, unplaced: Collection[int], moved: Collection[str]) -> None:
    """Give these records, and all of the ledgers in `moved`, their campaign; of `district`: of every ledger."""
    if not unplaced and not moved:
        return
    runs = read_runs(connection)

    @cache
    def terms(unit: str) -> tuple[Term, ...]:
        return tuple(unit_terms(connection, unit, runs))

    @cache  # units of a batch have the same terms
    def campaign(day: str, held: tuple[Term, ...]) -> str:
        return campaign_on(day, held, runs)

    changed = [
        (wanted, id_)
        for id_, ledger, day, held in _rows(connection, unplaced, moved)
        if (wanted := campaign(day, terms(ledger))) != held
    ]
    connection.executemany("UPDATE record SET campaign = ? WHERE id = ?", changed)


def _rows(connection: Connection, unplaced: Collection[int], moved: Collection[str]) -> Iterable[tuple[Any, ...]]:
    if LEDGER_DISTRICT in moved:
        return connection.execute(f"{_UNPLACED} ORDER BY ledger").fetchall()
    rows: dict[int, tuple[Any, ...]] = {}
    for ledger in moved:
        rows |= {row[0]: row for row in connection.execute(f"{_UNPLACED} AND ledger = ?", (ledger,))}
    others = [id_ for id_ in unplaced if id_ not in rows]
    for start in range(0, len(others), _AT_ONCE):
        ids = others[start : start + _AT_ONCE]
        rows |= {row[0]: row for row in connection.execute(f"{_UNPLACED} AND id IN {listed(ids)}", ids)}
    return rows.values()


_AT_ONCE = 500  # records
_UNPLACED = "SELECT id, ledger, day, campaign FROM record WHERE placed = 1"


def read_runs(connection: Connection) -> dict[str, Run]:
    """Return the campaigns of the district by their ids, with their days and stages."""
    plans = _district_records(connection, "stage_plan").values()
    return runs_from(_district_records(connection, "campaign"), plans)


def unit_terms(connection: Connection, unit: str, runs: Mapping[str, Run]) -> list[Term]:
    """Return when a unit takes part in which campaigns."""
    stated = [
        Term(*row)
        for row in connection.execute("SELECT campaign, since, until FROM participation WHERE ledger = ?", (unit,))
    ]
    batch = "" if stated else _batch(connection, unit)
    return terms_of(stated, batch, runs.values())


def _batch(connection: Connection, unit: str) -> str:
    row = connection.execute("SELECT batch FROM unit WHERE ledger = ?", (unit,)).fetchone()
    return "" if row is None else str(row[0])


def _district_records(connection: Connection, kind: str) -> dict[str, dict[str, Any]]:
    found = connection.execute(
        f"SELECT r.record, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.record",
        (LEDGER_DISTRICT, kind),
    )
    return {row[0]: record_fields(*row[1:]) for row in found}
