"""A laptop's own backup: a consistent copy of the live file, as encrypted as the file is, and its way back."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from sync.replica.maintenance.archive import set_aside
from sync.replica.replica import Replica
from sync.replica.storage import connect, encryption, high_water
from sync.replica.storage.connect import CannotWrite, Damaged
from sync.replica.storage.rekey import scrub, write_copy
from sync.system.private_files import private_folder, put_in_place


class Exists(CannotWrite):
    """A file of that name is there already; it was not touched."""


def backup(path: Path, target: Path, passphrase: str = "") -> None:
    """Copy the file at `path` while it may be in use; a plain one is encrypted on the way if a passphrase is given."""
    os.fspath(target).encode()  # SQLite takes text alone; raises `UnicodeEncodeError` before anything is written
    if target.exists():
        raise Exists("The file exists already.")
    beside = target.with_name(target.name + ".part")
    try:
        scrub(beside)
        with Replica.open(path) as replica:
            if passphrase and encryption.remembered(path) is None:
                connection = connect.keyed(path, None)
                try:
                    write_copy(connection, beside, encryption.new_key(passphrase))
                finally:
                    connection.close()
            else:
                beside.touch(mode=0o600)
                replica.connection.execute("VACUUM INTO ?", (str(beside),))
                connect.mark_copy(beside, encryption.remembered(path))
        put_in_place(beside, target)
    except OSError as error:
        raise connect.explain(error, path) from error
    except connect.Error as error:
        raise connect.explain(error, path) from error


def copy_open(replica: Replica, target: Path) -> None:
    """Copy everything the open file holds into a new file, wherever the open one is by now; `restore` takes it."""
    os.fspath(target).encode()  # SQLite takes text alone; raises `UnicodeEncodeError` before anything is written
    if target.exists():
        raise Exists("The file exists already.")
    beside = target.with_name(target.name + ".part")
    try:
        replica.must_be_whole()
        scrub(beside)
        beside.touch(mode=0o600)
        replica.connection.execute("VACUUM INTO ?", (str(beside),))
        connect.mark_copy(beside, encryption.remembered(replica.path))
        put_in_place(beside, target)
    except OSError as error:
        raise connect.explain(error, target) from error
    except connect.Error as error:
        raise connect.explain(error, target) from error


def restore(source: Path, path: Path, passphrase: str = "", *, force: bool = False) -> Path | None:
    """Make a profile's file at `path` from a backup; where the one is that stood there, which only `force` sets aside.

    Raises `Exists`, `Damaged` or `WrongPassphrase`, and changes nothing then.
    """
    if path.exists() and not force:
        raise Exists("The profile exists already.")
    beside = path.parent.with_name(f".{path.parent.name}.restoring") / path.name
    aside = None
    try:
        private_folder(beside.parent)
        scrub(beside)
        beside.touch(mode=0o600)
        shutil.copyfile(source, beside)
        key = connect.unlock(beside, passphrase)
        with Replica.open(beside) as replica:
            replica.joined()
            if replica.connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Damaged("The backup is damaged.")
        if path.exists():
            aside = set_aside(path)
        private_folder(path.parent)
        high_water.forget(path)
        put_in_place(beside, path)
    except OSError as error:
        raise connect.explain(error, path) from error
    except connect.Error as error:
        raise connect.explain(error, path) from error
    finally:
        scrub(beside)
        with suppress(OSError):
            beside.parent.rmdir()
    encryption.remember(path, key)
    return aside
