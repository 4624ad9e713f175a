"""Everything derived, dropped and folded again from entries; the same rows come back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sync.ledger.ids import LEDGER_DISTRICT
from sync.replica.projection.campaign_of import place
from sync.replica.projection.tables import (
    Key,
    Loaded,
    Rows,
    count_staff_change,
    count_units,
    heads,
    keep_governance,
    load_records,
)
from sync.replica.replica import Replica
from sync.replica.storage import schema
from sync.replica.storage.connect import Connection
from sync.system.uncollected import uncollected

_REPORT_EVERY = 2_000
_AT_ONCE = 500  # records
# Of the records that have more than one entry: every entry, and with the first the record, which is then folded whole.
_SHARED = """INSERT INTO shared SELECT each.id, CASE WHEN each.id = begun.first THEN each.record END FROM
(SELECT record, min(id) AS first FROM entry{of_ledger} GROUP BY record HAVING count(*) > 1) AS begun
JOIN entry AS each ON each.record = begun.record{and_of_ledger} ORDER BY each.id"""
# Records in the order of their first entries, so that derived tables and the index are filled from front to back.
_ENTRIES = """SELECT entry.id, hash, code, head, body, shared.id IS NOT NULL, shared.record
FROM entry LEFT JOIN shared ON shared.id = entry.id{of_ledger} ORDER BY entry.id"""
_OF_LEDGER = "chain IN (SELECT id FROM chain WHERE ledger IN (:ledger, :district))"  # whose campaigns place records


def rebuild(replica: Replica, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Drop and remake every derived row in one transaction; how many entries were folded.

    `progress` is told (entries done, entries in all); an exception it raises stops the work and changes nothing.
    """
    with replica.transaction() as connection:
        drop_derived(connection)
        count_staff_change(connection)
        return refold(connection, progress, schema.DERIVED)


def drop_derived(connection: Connection) -> None:
    """Drop every derived table, in the transaction that is open."""
    for table in schema.DERIVED_TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")


def refold(connection: Connection, progress: Callable[[int, int], None], tables: str, ledger: str | None = None) -> int:
    """Make the derived tables by these statements, and fill them from all entries, or from one ledger's; how many.

    Indexes are made last: sorting once is quicker than finding a place for every row.
    """
    with uncollected():
        return _refold(connection, progress, tables, ledger)


def _refold(connection: Connection, progress: Callable[[int, int], None], tables: str, ledger: str | None) -> int:
    schema.run_statements(connection, schema.without_indexes(tables))
    connection.execute("CREATE TEMP TABLE shared (id INTEGER PRIMARY KEY, record TEXT)")
    where, also = (f" WHERE {_OF_LEDGER}", f" AND each.{_OF_LEDGER}") if ledger is not None else ("", "")
    values = {"ledger": ledger, "district": LEDGER_DISTRICT}
    connection.execute(_SHARED.format(of_ledger=where, and_of_ledger=also), values)
    (total,) = connection.execute(f"SELECT count(*) FROM entry{where}", values).fetchone()
    done = 0
    rows = Rows(connection)
    for entries in _records(connection, connection.execute(_ENTRIES.format(of_ledger=where), values), ledger):
        rows.add(entries)
        done += len(entries)
        if len(rows.records) >= _REPORT_EVERY:
            rows.write()
            progress(done, total)
    rows.write()
    keep_governance(connection)
    place(connection, (), {LEDGER_DISTRICT})
    connection.execute("DROP TABLE shared")
    schema.run_statements(connection, schema.indexes_alone(tables))
    count_units(connection, rows.touched)
    progress(total, total)
    return done


def _records(
    connection: Connection, entries: Iterable[tuple[Any, ...]], ledger: str | None
) -> Iterator[Sequence[Loaded]]:
    """All entries, gathered by (record, ledger)."""
    waiting: list[str] = []  # records of more than one entry, read so many at once
    for id_, hash_, code, raw_head, raw_body, is_shared, record in entries:
        if not is_shared:
            yield (Loaded(id=id_, head=heads.decode(raw_head), hash=hash_, code=code, raw_body=raw_body),)
        elif record is not None:
            waiting.append(record)
            if len(waiting) == _AT_ONCE:
                yield from _gathered(connection, waiting, ledger)
                waiting.clear()
    yield from _gathered(connection, waiting, ledger)


def _gathered(connection: Connection, records: Sequence[str], ledger: str | None) -> Iterator[Sequence[Loaded]]:
    gathered: dict[Key, list[Loaded]] = {}
    for loaded in load_records(connection, records):
        gathered.setdefault((loaded.head.ledger, loaded.head.record), []).append(loaded)
    yield from (each for (name, _), each in gathered.items() if ledger is None or name in (ledger, LEDGER_DISTRICT))
