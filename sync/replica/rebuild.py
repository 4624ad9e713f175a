"""Everything derived, dropped and folded again from entries; the same rows come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sync.replica import schema
from sync.replica.connect import Connection
from sync.replica.derive import Loaded, Rows, edit_from, heads
from sync.replica.replica import Replica

_REPORT_EVERY = 2_000
# Records in the order of their first entries, so that derived tables and the index are filled from front to back.
_ORDER = """CREATE TEMP TABLE fold_order AS
SELECT each.id AS entry FROM (SELECT record, min(id) AS first FROM entry{of_ledger} GROUP BY record) AS begun
JOIN entry AS each ON each.record = begun.record ORDER BY begun.first, each.id"""
_OF_LEDGER = " WHERE chain IN (SELECT id FROM chain WHERE ledger = ?)"


def rebuild(replica: Replica, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Drop and remake every derived row in one transaction; how many entries were folded.

    `progress` is told (entries done, entries in all); an exception it raises stops the work and changes nothing.
    """
    replica.expect_much()
    with replica.transaction() as connection:
        for table in schema.DERIVED_TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        schema.run_statements(connection, schema.DERIVED)
        return refold(connection, progress)


def refold(connection: Connection, progress: Callable[[int, int], None], ledger: str | None = None) -> int:
    """Fill empty derived tables from all entries, or from one ledger's; how many were folded."""
    connection.execute(_ORDER.format(of_ledger=_OF_LEDGER if ledger else ""), (ledger,) if ledger else ())
    (total,) = connection.execute("SELECT count(*) FROM fold_order").fetchone()
    done = 0
    rows = Rows(connection)
    for entries in _records(connection):
        if ledger is not None and entries[0].edit.ledger != ledger:
            continue
        rows.add(entries)
        done += len(entries)
        if len(rows.records) >= _REPORT_EVERY:
            rows.write()
            progress(done, total)
    rows.write()
    rows.count_units()
    connection.execute("DROP TABLE fold_order")
    progress(total, total)
    return done


def _records(connection: Connection) -> Iterator[list[Loaded]]:
    """All entries, gathered by (record, ledger)."""
    gathered: dict[str, list[Loaded]] = {}
    current = None
    for id_, record, hash_, code, raw_head, raw_body in connection.execute(
        "SELECT id, record, hash, code, head, body FROM fold_order CROSS JOIN entry ON id = fold_order.entry"
        " ORDER BY fold_order.rowid"
    ):
        if record != current:
            yield from gathered.values()
            gathered, current = {}, record
        head = heads.decode(raw_head)
        edit = edit_from(head, "sha256:" + hash_.hex(), raw_body, code=code)
        gathered.setdefault(head.ledger, []).append(Loaded(id=id_, edit=edit))
    yield from gathered.values()


def dump(replica: Replica) -> list[tuple[object, ...]]:
    """Every derived row in an order that does not depend on when it was made, for comparing two replicas."""
    rows: list[tuple[object, ...]] = []
    for name, statement in _DUMPS.items():
        rows += [(name, *row) for row in replica.connection.execute(statement)]
    return rows


_OWNER = "(SELECT record FROM record WHERE id = {0}.{1})"
_DUMPS = {
    "record": "SELECT record, ledger, kind, day, stage, title, by, at, conflicts, flaws, withdrawn,"
    " coalesce(fields, (SELECT body FROM entry e WHERE e.id = record.id)) FROM record ORDER BY record, ledger",
    "conflict": f"SELECT {_OWNER.format('conflict', 'record')}, field FROM conflict ORDER BY 1, 2",
    "flaw": f"SELECT {_OWNER.format('flaw', 'record')}, hash, code FROM flaw ORDER BY 1, 2",
    "follow_up": f"SELECT {_OWNER.format('follow_up', 'id')}, ledger, nature, title, due_on, status, post, open,"
    " settled_on FROM follow_up ORDER BY 1, 2",
    "good_practice": f"SELECT {_OWNER.format('good_practice', 'id')}, words FROM good_practice ORDER BY 1, 2",
    "unit": "SELECT * FROM unit ORDER BY ledger",
}
