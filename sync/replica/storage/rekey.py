"""Encrypting a laptop's file, changing its passphrase, and taking it off: a new file is written, then takes its place.

At every moment the profile's name stands for one whole file, the old or the new: a power cut leaves at most a file
beside it, which the next change clears away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sync.replica.storage import connect, encryption, high_water
from sync.replica.storage.connect import Connection, Damaged
from sync.system.database_file import mark_anew
from sync.system.private_files import put_in_place

_CHUNK = 1 << 20


def clear_leftover(path: Path) -> None:
    """Do away with what a change that was killed left beside the file: it may be in clear."""
    beside = path.with_name(path.name + ".new")
    if beside.exists():
        scrub(beside)


def relock(path: Path, old: encryption.Key | None, new: encryption.Key | None) -> None:
    """Give the file at `path` another key; None is no key. Raises `InUse` while any other program has it open."""
    beside = path.with_name(path.name + ".new")
    scrub(beside)
    try:
        with alone(path, old) as connection, _contents_of(path) as contents:
            try:
                write_copy(connection, beside, new)
                check(beside, new)
                put_in_place(beside, path)
            except BaseException:
                scrub(beside)
                raise
            if old is None:  # the old file has no name any more, but we still hold it
                _overwrite(contents)
    except OSError as error:
        raise connect.explain(error, path) from error
    except connect.Error as error:
        raise connect.explain(error, path) from error
    if old is None:
        for copy in path.parent.glob(path.name + ".before-*"):
            scrub(copy)
    encryption.remember(path, new)


@contextmanager
def alone(path: Path, key: encryption.Key | None) -> Iterator[Connection]:
    """The file for ourselves alone: its log is folded in and gone, and nobody else has it open or can write it."""
    with _contents_of(path.with_name(path.name + "-wal")) as log:
        connection = connect.keyed(path, key)
        try:
            connection.execute("PRAGMA journal_mode = DELETE")  # fails as locked while another has the file open
            connection.execute("PRAGMA main.locking_mode = EXCLUSIVE")  # held until closed, beyond each transaction
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
            if key is None:
                _overwrite(log)
            yield connection
        finally:
            connection.close()


def write_copy(connection: Connection, target: Path, key: encryption.Key | None) -> None:
    """Write everything the connection sees into a new file under another key."""
    target.touch(mode=0o600)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.execute(f"ATTACH ? AS fresh KEY {key.sql if key else repr('')}", (str(target),))
    connection.execute("PRAGMA fresh.synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("SELECT sqlcipher_export('fresh')")
    connection.execute(f"PRAGMA fresh.user_version = {int(version)}")
    mark_anew(connection, "fresh")
    connection.execute("COMMIT")
    connection.execute("DETACH fresh")


def check(path: Path, key: encryption.Key | None) -> None:
    """Read a file through; raises `Damaged`."""
    connection = connect.keyed(path, key)
    try:
        if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise Damaged("The new file could not be read back; the old one was not touched.")
    finally:
        connection.close()


@contextmanager
def _contents_of(path: Path) -> Iterator[int | None]:
    """The file's contents, held even when its name goes; None if there is no such file."""
    try:
        held = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        yield None
        return
    try:
        yield held
    finally:
        os.close(held)


def _overwrite(held: int | None) -> None:
    """Overwrite as far as the file system allows: a solid-state disk or a snapshot may keep what stood there."""
    if held is None:
        return
    left = os.lseek(held, 0, os.SEEK_END)
    os.lseek(held, 0, os.SEEK_SET)
    while left > 0:
        left -= os.write(held, os.urandom(min(left, _CHUNK)))
    os.fsync(held)


def scrub(path: Path) -> None:
    """Overwrite a file and remove it; nothing if there is none."""
    with _contents_of(path) as held:
        _overwrite(held)
    path.unlink(missing_ok=True)
    high_water.forget(path)
    for ending in ("-journal", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
