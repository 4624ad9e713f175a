"""The records of a unit, newest day first, and the records with a conflict. Read through `query`."""

from __future__ import annotations

from typing import Any

import msgspec

from sync.replica.as_of.past import STATUS_ON, as_of, held_by
from sync.replica.projection.tables import APART, FIELDS_JOIN, load_edits, record_fields
from sync.replica.queries.records import verdicts_of
from sync.replica.queries.rows import ConflictRow, HistoryRow, Listing
from sync.replica.replica import Replica

_RECORD = "r.record, r.ledger, r.kind, r.day, r.at, r.by, r.title, r.stage, r.campaign, r.fields, e.body"
# One that was handed over to the unit later was not there on that day.
_IS_HERE = f"NOT EXISTS (SELECT 1 FROM follow_up f WHERE f.id = r.id AND {STATUS_ON} = '')"
_STATES = ("delivered", "apart", "pending")
# The worst of a record's entries, by its place above, and 4 more where there are several.
_STATE = (
    "(SELECT max(max(2 * (x.number IS NULL), x.code <> '')) + 4 * (count(*) > 1)"
    " FROM entry x WHERE x.record = r.record)"
)


def history(
    replica: Replica, unit_id: str, kind: str | None = None, *, campaign: str = "", day: str = ""
) -> Listing[HistoryRow]:
    """Everything on one unit, newest first: by day, then by when it was made; `kind` keeps one kind of record.

    `campaign` keeps what is of that one. `day`: as it was at the end of that day, with facts as they are corrected.
    """
    only = {"r.kind = ?": kind, "r.campaign = ?": campaign, "r.day <= ?": day, _IS_HERE: day}
    where = " AND ".join(["r.ledger = ?", *(condition for condition, value in only.items() if value)])
    values = (unit_id, *filter(None, only.values()))  # before there are units, that of none is asked for

    def rows(offset: int, limit: int) -> list[HistoryRow]:
        found = replica.connection.execute(
            f"SELECT {_RECORD}, r.conflicts, r.withdrawn, r.flaws, r.id, {_STATE} FROM record r {FIELDS_JOIN}"
            f" WHERE {where} ORDER BY r.day DESC, r.at DESC, r.record DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        states = [_state(replica, row[1], row[0], row[-1]) for row in found]
        made = [_history_row(row, state) for row, state in zip(found, states, strict=True)]
        return [_then(replica, each, row[-2], day) for each, row in zip(made, found, strict=True)] if day else made

    (count,) = replica.connection.execute(f"SELECT count(*) FROM record r WHERE {where}", values).fetchone()
    return Listing(count, rows)


def _then(replica: Replica, row: HistoryRow, id_: int, day: str) -> HistoryRow:
    """A row with the states that its record had at the end of a day."""
    return msgspec.structs.replace(row, fields=as_of(row.fields, held_by(replica, id_, day)))


def _state(replica: Replica, ledger: str, record: str, worst: int) -> str:
    """The worst that became of a record's edits; of its entries it may be worse, where one was written again."""
    if worst < len(_STATES) or worst == 4:
        return _STATES[worst % 4]
    became = {verdict for verdict, _ in verdicts_of(load_edits(replica.connection, (ledger, record))).values()}
    return next((state for state in ("pending", "apart") if state in became), "delivered")


def _history_row(row: tuple[Any, ...], state: str) -> HistoryRow:
    record_id, _, kind, day, at, by, title, stage, campaign, stored, body, conflicts, withdrawn, flaws, *_ = row
    return HistoryRow(
        record=record_id,
        kind=kind,
        day=day,
        at=at,
        by=by,
        title=title,
        stage=stage,
        campaign=campaign,
        fields=record_fields(stored, body),
        conflicts=conflicts,
        withdrawn=withdrawn == 1,
        invalid=bool(flaws),
        state=state,
        apart=withdrawn == APART,
    )


def conflicts(replica: Replica) -> list[ConflictRow]:
    """Every record with a conflict, newest day first."""
    found = replica.connection.execute(
        "SELECT r.id, r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.title, r.day FROM record r"
        " LEFT JOIN unit u ON u.ledger = r.ledger WHERE r.id IN (SELECT record FROM conflict)"
        " ORDER BY r.day DESC, r.record, r.ledger"
    ).fetchall()
    return [
        ConflictRow(
            record=record_id,
            unit=ledger,
            unit_name=name,
            kind=kind,
            title=title,
            day=day,
            fields=[
                field
                for (field,) in replica.connection.execute(
                    "SELECT field FROM conflict WHERE record = ? ORDER BY field", (id_,)
                )
            ],
        )
        for id_, record_id, ledger, name, kind, title, day in found
    ]
