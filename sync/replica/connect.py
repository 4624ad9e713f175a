"""Opening a laptop's file: the only room that imports a database driver."""

from __future__ import annotations

import sqlite3
from pathlib import Path

Connection = sqlite3.Connection
Row = sqlite3.Row
Error = sqlite3.Error

BUSY_SECONDS = 10.0
CACHE_KIB = 16_000  # taken as pages are read; a large pull keeps its indexes in it
CHECKPOINT_PAGES = 4_000  # 16 MB of WAL, so that a pull does not copy every page at each commit


class ReplicaError(Exception):
    """Something about the local file that the person must know; the text is one plain sentence."""


class Missing(ReplicaError):
    """There is no such file yet."""


class Damaged(ReplicaError):
    """The file is not a replica, or can no longer be read."""


class CannotWrite(ReplicaError):
    """The file cannot be written: the disk is full, or the file or folder is read-only. Nothing was half-kept."""


def connect(path: Path, *, create: bool) -> Connection:
    """A connection with the replica's settings: WAL, FULL (a saved record survives a power cut), no implicit BEGIN."""
    if not create and not path.exists():
        raise Missing(f"There is no file {path.name} here yet.")
    try:
        if create:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600, exist_ok=True)
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
    except (OSError, sqlite3.Error) as error:
        raise explain(error) from error
    return connection


def explain(error: Exception) -> ReplicaError:
    """What a driver's error means to a person."""
    text = str(error).lower()
    if isinstance(error, OSError) or any(word in text for word in ("full", "readonly", "read-only", "unable to open")):
        return CannotWrite("The file cannot be written: the disk is full or the place is read-only. Nothing was lost.")
    if "locked" in text or "busy" in text:
        return CannotWrite("Another program is holding the file; nothing was lost, try again.")
    return Damaged("The local file is damaged or not one of ours.")
