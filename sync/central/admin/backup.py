"""Backups of the store's database, and going on from one.

A backup holds the store's private key: whoever has it can be the store. It is written for its owner alone (0600).
"""

from __future__ import annotations

from pathlib import Path

from sync.central.log import audit
from sync.central.service.refusals import Refusal
from sync.central.service.store import Store
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.central.storage.spent_codes import SpentNames
from sync.central.storage.sqlite import SqliteEngine, copy_database, is_sound, may_hold, rest
from sync.ledger import ids
from sync.model.days import stamp
from sync.model.validation import STORE
from sync.system.database_file import has_foreign_log, is_open_elsewhere
from sync.system.private_files import private_folder, put_in_place


def back_up(database: Path, target: Path) -> int:
    """Write a consistent copy of a database, also while it is served; its size in bytes.

    Raises `Denied` if there is a file already: a backup is never written over another.
    """
    if target.exists():
        raise Refusal("bad_request", "refused.file_exists", file=target.name)
    store = Store.open(SqliteEngine(database))
    try:
        copy_database(database, target)
        store.engine.transact(lambda session: audit.note(session, store.district.id, STORE, "backup", target.name))
    finally:
        store.close()
    return target.stat().st_size


def restore(backup: Path, database: Path, *, force: bool = False) -> Path | None:
    """Make a backup the store's database; what stood there before is kept aside, at the path returned.

    Raises `Denied` for a backup that does not hold, for a district that would be replaced without `force`, and for a
    store that is being served.
    """
    _check(backup)
    copied_back = database.exists() and has_foreign_log(database)  # opened, its pages and the log's would be mixed
    if (copied_back or may_hold(database, statements.ANY_DISTRICT)) and not force:
        raise Refusal("bad_request", "refused.holds_a_district", file=database.name)
    if copied_back and is_open_elsewhere(database):
        raise Refusal("unavailable", "refused.in_use", file=database.name)
    if database.exists() and not copied_back:
        _rest(database)
    fresh = database.with_name(f"{database.name}.restoring")
    for leftover in _files_of(fresh):
        leftover.unlink()
    private_folder(database.parent)
    copy_database(backup, fresh)
    _go_on_anew(fresh, backup.name)
    _rest(fresh)
    aside = _set_aside(database) if database.exists() else None
    put_in_place(fresh, database)
    SpentNames(database).note_restored()
    return aside


def _go_on_anew(database: Path, name: str) -> None:
    """A new log and a new name for the store's own device, so that nothing stands in the place of what was lost.

    Enrolment codes that were open then may have been used since: they end here.
    """
    store = Store.open(SqliteEngine(database))
    district, device = store.district.id, "store-" + ids.random_bytes(4).hex()

    def begin(session: Session) -> None:
        session.run(statements.NEW_LOG, ("log-" + ids.random_bytes(8).hex(), device, district))
        session.run(statements.END_CODES, (district,))
        store.enrolment.certify_itself(session, device)
        audit.note(session, district, STORE, "restored", name)

    try:
        store.engine.transact(begin)
    finally:
        store.close()


def _check(backup: Path) -> None:
    if not backup.is_file():
        raise Refusal("not_found", "refused.no_file", file=backup.name)
    if not is_sound(backup, statements.ANY_DISTRICT):
        raise Refusal("bad_request", "refused.no_backup", file=backup.name)


def _rest(database: Path) -> None:
    if not rest(database):
        raise Refusal("unavailable", "refused.in_use", file=database.name)


def _set_aside(database: Path) -> Path:
    """Give the old database, which nobody serves, another name."""
    aside = database.with_name(f"{database.name}.before-{stamp()}")
    for file in _files_of(database):
        file.rename(aside.with_name(aside.name + file.name[len(database.name) :]))
    return aside


def _files_of(database: Path) -> list[Path]:
    return [file for end in ("", "-wal", "-shm") if (file := database.with_name(database.name + end)).exists()]
