"""Fold everything again beside the file's own derived rows, and name what differs: screens show what was written.

The second set of rows is kept in temporary tables (in memory, never on disk), where it hides the file's own of the same
names; the file itself is only read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest

from sync.ledger.chains import Break
from sync.replica.maintenance.rebuild import refold
from sync.replica.replica import Replica
from sync.replica.storage import schema
from sync.replica.storage.connect import Connection
from sync.replica.storage.name_table import names_of

# The column that names the record.
_OWNED = {"record": "id", "conflict": "record", "flaw": "record"} | dict.fromkeys(
    (
        *("follow_up", "request", "review", "good_practice", "liaison_visit"),
        *("answered", "outcome", "participation", "past"),
    ),
    "id",
)


def differing(
    replica: Replica, ledger: str | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> list[Break]:
    """Derived rows, of one ledger or all, that are not what the entries give; named by their records' first entries."""
    with Replica.open(replica.path) as reader:  # a handle of its own: the temporary tables are its alone
        connection = reader.connection
        connection.execute("BEGIN")
        refold(connection, progress, schema.derived_in_memory(), ledger)
        found = [*_records(connection, ledger), *_units(connection, ledger)]
        if not found and ledger is None and (_tallies_differ(reader) or _index_differs(connection)):
            found.append(Break(ledger="", device="", seq=0, reason="index"))
        connection.execute("ROLLBACK")
    return found


def _records(connection: Connection, ledger: str | None) -> Iterator[Break]:
    """Rows of records that only one side has."""
    places: set[tuple[str, str, int]] = set()
    for table, owner in _OWNED.items():
        of_ledger = (
            f" WHERE {owner} IN (SELECT e.id FROM main.entry e JOIN main.chain c ON c.id = e.chain WHERE c.ledger = ?)"
            if ledger
            else ""
        )
        one, other = (f"SELECT * FROM {side}.{table}{of_ledger}" for side in ("main", "temp"))
        values = (ledger, ledger) if ledger else ()
        for statement in (f"{one} EXCEPT {other}", f"{other} EXCEPT {one}"):
            places.update(
                connection.execute(
                    "SELECT coalesce(c.ledger, ''), coalesce(c.device, ''), coalesce(e.seq, 0)"
                    f" FROM ({statement}) AS d LEFT JOIN main.entry e ON e.id = d.{owner}"
                    " LEFT JOIN main.chain c ON c.id = e.chain",
                    values,
                )
            )
    for name, device, seq in sorted(places):
        yield Break(ledger=name, device=device, seq=seq, reason="derived")


def _units(connection: Connection, ledger: str | None) -> Iterator[Break]:
    one, other = (f"SELECT * FROM {side}.unit{' WHERE ledger = ?' if ledger else ''}" for side in ("main", "temp"))
    values = (ledger, ledger) if ledger else ()
    names: set[str] = set()
    for statement in (f"{one} EXCEPT {other}", f"{other} EXCEPT {one}"):
        names.update(name for (name,) in connection.execute(f"SELECT ledger FROM ({statement})", values))
    for name in sorted(names):
        yield Break(ledger=name, device="", seq=0, reason="derived")


def _tallies_differ(reader: Replica) -> bool:
    """Whether counts or time zones differ, or people and groups are called otherwise in the scope."""
    one, other = (
        [
            reader.connection.execute(f"SELECT * FROM {side}.{table} ORDER BY 1").fetchall()
            for table in ("tally", "zone", "governed")
        ]
        for side in ("main", "temp")
    )
    called = dict(reader.connection.execute("SELECT id, name FROM called").fetchall())
    scope = reader.scope
    named = names_of(scope.people, scope.groups) if scope is not None else {}
    return bool(one != other) or called != named


def _index_differs(connection: Connection) -> bool:
    """Whether the search index holds other words, or words of other records."""
    for side in ("main", "temp"):
        connection.execute(f"CREATE VIRTUAL TABLE temp.words_{side} USING fts5vocab('{side}', 'search', 'instance')")
    one, other = (connection.execute(f"SELECT term, doc, offset FROM temp.words_{side}") for side in ("main", "temp"))
    return any(mine != again for mine, again in zip_longest(one, other))
