"""From the tables of an older file to those of today: sqlite-utils' Migrations, each step in the transaction it gives.

Called by `schema.bring_up_to_date` alone, and imported only where a file is new or older. What a step makes is read off
the tables as they are today, so a later step may find its own work done.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.replica.storage.connect import Connection
from sync.replica.storage.name_table import write_names
from sync.replica.storage.schema import CALLED, DERIVED, PRIMARY, primary, run_statements

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


def _derived_later(_: Connection) -> None:
    """Do nothing: what this step did to derived rows, the last step that makes them anew does."""


def _keep_names(connection: Connection) -> None:
    run_statements(connection, "DROP TABLE IF EXISTS called")
    run_statements(connection, CALLED)
    _take_names(connection)


def _find_unsent_by_chain(connection: Connection) -> None:
    run_statements(connection, "DROP INDEX IF EXISTS entry_pending")
    run_statements(connection, primary("INDEX entry_pending "))


def _note_days(connection: Connection) -> None:
    from sync.replica.queries import upgraded

    upgraded.keep_days(connection)


def _derive_anew(connection: Connection) -> None:
    from sync.replica.maintenance.rebuild import drop_derived, refold
    from sync.replica.queries import upgraded

    drop_derived(connection)
    refold(connection, lambda _done, _total: None, DERIVED)
    upgraded.note_changes(connection)


def _give_drafts_versions(connection: Connection) -> None:
    there = {column for _, column, *_ in connection.execute("PRAGMA table_info(draft)")}
    for column in ("base BLOB", "version INTEGER NOT NULL DEFAULT 1"):
        if column.partition(" ")[0] not in there:
            connection.execute(f"ALTER TABLE draft ADD COLUMN {column}")


def _keep_terms(connection: Connection) -> None:
    for table in ("late", "duty"):
        run_statements(connection, f"DROP TABLE IF EXISTS {table}")
        run_statements(connection, primary(f"CREATE TABLE {table} "))


STEPS: tuple[tuple[str, Callable[[Connection], None]], ...] = (
    ("0001_ledger_and_derived_tables", _make_tables),
    ("0002_register_in_its_order_and_units_by_every_reading", _derived_later),
    ("0003_good_practice_by_itself", _derived_later),
    ("0004_inspections_by_day", _derived_later),
    ("0005_counted_units_and_names", _keep_names),
    ("0006_what_planning_wants", _derived_later),
    ("0007_unsent_entries_by_chain", _find_unsent_by_chain),
    ("0008_records_named_by_entries_alone", _derived_later),
    ("0009_the_same_order_on_every_laptop", _derived_later),
    ("0010_what_was_written_again_as_one", _derived_later),
    ("0011_drafts_with_versions", _give_drafts_versions),
    ("0012_campaigns_and_states_by_day", _note_days),
    ("0013_late_work_and_terms_of_duty", _keep_terms),
    ("0014_follow_ups_governed", _derived_later),
    ("0015_follow_ups_by_origin", _derived_later),
    ("0016_follow_ups_by_class", _derived_later),
    ("0017_visits_of_liaison_officers", _derive_anew),
)  # `schema.SCHEMA_VERSION` is how many there are


def _take_names(connection: Connection) -> None:
    from json import loads

    (text,) = connection.execute("SELECT max(value) FROM setting WHERE name = 'scope'").fetchone()
    write_names(connection, *(loads(text or "{}").get(family, {}) for family in ("people", "groups")))
