"""From the tables of an older file to those of today: sqlite-utils' Migrations, each step in the transaction it gives.

Called by `schema.bring_up_to_date` alone, and imported only where a file is new or older. What a step makes is read off
the tables as they are today, so a later step may find its own work done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.replica.called import write_names
from sync.replica.connect import Connection
from sync.replica.schema import CALLED, DERIVED, DERIVED_TABLES, PRIMARY, derived, primary, run_statements

if TYPE_CHECKING:
    from sqlite_utils import Database


def migrate(connection: Connection) -> None:
    """Apply every step that the file does not name as done."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("supervisor-tui")
    for name, step in STEPS:
        migrations(name=name)(_of_database(step))
    migrations.apply(Database(connection))


def _of_database(step: Callable[[Connection], None]) -> Callable[[Database], None]:
    return lambda database: step(database.conn)


def _make_tables(connection: Connection) -> None:
    run_statements(connection, PRIMARY)
    run_statements(connection, DERIVED)


def _order_register_and_read_names(connection: Connection) -> None:
    _spell_units(connection)  # the register is put in order by a later step


def _keep_good_practice(connection: Connection) -> None:
    run_statements(connection, "DROP TABLE IF EXISTS good_practice")
    run_statements(connection, derived("TABLE good_practice "))
    _gather_good_practice(connection)


def _find_inspections_by_day(connection: Connection) -> None:
    run_statements(connection, "DROP INDEX IF EXISTS record_day")
    run_statements(connection, derived("INDEX record_day "))


def _count_units_and_keep_names(connection: Connection) -> None:
    run_statements(connection, "DROP TABLE IF EXISTS tally; DROP TABLE IF EXISTS called")
    run_statements(connection, derived("TABLE tally "))
    run_statements(connection, "INSERT INTO tally SELECT 'units', count(*) FROM unit WHERE withdrawn = 0")
    run_statements(connection, CALLED)
    _take_names(connection)


def _keep_what_planning_wants(connection: Connection) -> None:
    run_statements(connection, "DROP INDEX IF EXISTS record_visit; DROP INDEX IF EXISTS record_gate")
    run_statements(connection, "DROP TABLE IF EXISTS answered; DROP TABLE IF EXISTS outcome")
    for named in ("INDEX record_visit ", "INDEX record_gate ", "TABLE answered ", "TABLE outcome "):
        run_statements(connection, derived(named))
    _widen_units(connection)
    _gather_outlook(connection)


def _find_unsent_by_chain(connection: Connection) -> None:
    run_statements(connection, "DROP INDEX IF EXISTS entry_pending")
    run_statements(connection, primary("INDEX entry_pending "))


def _name_records_by_entries(connection: Connection) -> None:
    _make_records_anew(connection)
    run_statements(connection, derived("('hashsize'"))


def _order_alike_everywhere(connection: Connection) -> None:
    connection.execute("ALTER TABLE follow_up RENAME TO numbered")
    run_statements(connection, ";".join(f"DROP INDEX IF EXISTS follow_up_{each}" for each in ("due", "watch", "unit")))
    run_statements(connection, derived("TABLE follow_up "))
    columns = "nature, f.title, f.due_on, f.status, f.post, f.watch, f.open, f.settled_on"
    connection.execute(
        f"INSERT INTO follow_up SELECT f.id, r.record, f.ledger, f.{columns}"
        " FROM numbered f JOIN record r ON r.id = f.id ORDER BY f.id"
    )
    connection.execute("DROP TABLE numbered")
    run_statements(connection, "DROP INDEX IF EXISTS record_history; DROP INDEX IF EXISTS record_newest")
    for named in ("follow_up_due ", "follow_up_watch ", "follow_up_unit ", "record_history ", "record_newest "):
        run_statements(connection, derived(f"INDEX {named}"))


def _fold_what_was_written_again_as_one(connection: Connection) -> None:
    """All derived rows are made anew where an entry was written again: the edit is known by its first entry now."""
    from sync.replica.rebuild import refold

    twins = "SELECT 1 FROM entry WHERE instr(head, CAST('\"was\":' AS BLOB)) > 0 LIMIT 1"
    if connection.execute(twins).fetchone() is None:
        return
    for table in DERIVED_TABLES:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    refold(connection, lambda _done, _total: None, DERIVED)


def _give_drafts_versions(connection: Connection) -> None:
    there = {column for _, column, *_ in connection.execute("PRAGMA table_info(draft)")}
    for column in ("base BLOB", "version INTEGER NOT NULL DEFAULT 1"):
        if column.partition(" ")[0] not in there:
            connection.execute(f"ALTER TABLE draft ADD COLUMN {column}")


STEPS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("0001_ledger_and_derived_tables", _make_tables),
    ("0002_register_in_its_order_and_units_by_every_reading", _order_register_and_read_names),
    ("0003_good_practice_by_itself", _keep_good_practice),
    ("0004_inspections_by_day", _find_inspections_by_day),
    ("0005_counted_units_and_names", _count_units_and_keep_names),
    ("0006_what_planning_wants", _keep_what_planning_wants),
    ("0007_unsent_entries_by_chain", _find_unsent_by_chain),
    ("0008_records_named_by_entries_alone", _name_records_by_entries),
    ("0009_the_same_order_on_every_laptop", _order_alike_everywhere),
    ("0010_what_was_written_again_as_one", _fold_what_was_written_again_as_one),
    ("0011_drafts_with_versions", _give_drafts_versions),
)  # `schema.SCHEMA_VERSION` is how many there are


def _spell_units(connection: Connection) -> None:
    from sync.replica.pinyin import initials, spelled

    names = connection.execute("SELECT ledger, name FROM unit").fetchall()
    connection.executemany(
        "UPDATE unit SET pinyin = ?, initials = ? WHERE ledger = ?",
        [(spelled(name), initials(name), ledger) for ledger, name in names],
    )


def _gather_good_practice(connection: Connection) -> None:
    from sync.replica.derive import FIELDS_JOIN, good_practice, record_fields

    found = connection.execute(
        f"SELECT r.id, r.kind, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.kind IN ('inspection', 'liaison_note') AND r.withdrawn <> 2"
    )
    rows = [(id_, good_practice(kind, record_fields(stored, body))) for id_, kind, stored, body in found]
    connection.executemany("INSERT INTO good_practice VALUES (?, ?)", [row for row in rows if row[1]])


def _take_names(connection: Connection) -> None:
    from json import loads

    (text,) = connection.execute("SELECT max(value) FROM setting WHERE name = 'scope'").fetchone()
    write_names(connection, *(loads(text or "{}").get(family, {}) for family in ("people", "groups")))


def _widen_units(connection: Connection) -> None:
    """Make the table of units anew with what older files have of it; the rest is counted after."""
    columns = "ledger, name, category, parent, pinyin, initials, last_visit, open"
    connection.execute("ALTER TABLE unit RENAME TO narrow_unit")
    run_statements(connection, f"DROP INDEX unit_sort; {derived('TABLE unit ')}; {derived('INDEX unit_sort ')}")
    connection.execute(f"INSERT INTO unit SELECT {columns}, '', '', '', withdrawn FROM narrow_unit")
    connection.execute("DROP TABLE narrow_unit")


def _gather_outlook(connection: Connection) -> None:
    from sync.replica.derive import FIELDS_JOIN, count_units, record_fields
    from sync.replica.outlook import outcome, verdicts

    of_kind = f"SELECT r.id, r.kind, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.withdrawn <> 2 AND r.kind"
    visits = connection.execute(f"{of_kind} = 'inspection'")
    connection.executemany(
        "INSERT INTO answered VALUES (?, ?)", ((id_, verdicts(record_fields(*row))) for id_, _, *row in visits)
    )
    held = connection.execute(f"{of_kind} IN ('gate', 'survey')")
    connection.executemany(
        "INSERT INTO outcome VALUES (?, ?, ?)",
        ((id_, *outcome(kind, record_fields(*row))) for id_, kind, *row in held),
    )
    count_units(connection, [unit for (unit,) in connection.execute("SELECT ledger FROM unit").fetchall()])


def _make_records_anew(connection: Connection) -> None:
    """Make the table of records anew, without the index that made names unique in older files, and all its indexes."""
    connection.execute("ALTER TABLE record RENAME TO named_record")
    run_statements(connection, derived("TABLE record "))
    connection.execute("INSERT INTO record SELECT * FROM named_record ORDER BY id")
    connection.execute("DROP TABLE named_record")
    run_statements(connection, ";".join(each for each in DERIVED.split(";") if " ON record (" in each))
