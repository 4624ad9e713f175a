"""A laptop's file as the rest of the program holds it: one handle per thread, its transactions, settings and identity.

What is read and written through the handle is in the packages beside it: `editing`, `queries`, `as_of`, `projection`,
`maintenance`, `sync_state`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from sync.ledger.chains import Certificate
from sync.protocol.codec import Scope, read_scope
from sync.replica.storage import connect, high_water, schema
from sync.replica.storage.connect import Connection
from sync.replica.storage.high_water import HighWater
from sync.replica.storage.name_table import write_names
from sync.system.database_file import OpenFile, leave_mark
from sync.system.fault_points import fault_point

STAFF_CHANGES = "staff_changes"  # setting: how often something of the ledger `staff` was folded
UNFINISHED = "pull_unfinished"  # setting: "1" while a pull that was begun has not brought everything


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who this laptop is: what joining gave it, and its own private key, which never leaves it."""

    district: str
    district_name: str
    person: str
    person_name: str
    role: str
    device: str
    device_name: str
    server: str
    token: str
    private_key: str
    store_key: str
    certificate: Certificate
    group: str = ""

    def __repr__(self) -> str:
        return f"Identity({self.person}, {self.device})"  # never the token or the key, wherever it is printed


class Reach(msgspec.Struct, frozen=True, kw_only=True):
    """A scope without the names it shows: all or which units, whose groups and liaison officers; see `wire.Scope`."""

    version: str
    group: str = ""
    everything: bool = False
    staff: bool = False
    liaisons: dict[str, str] = {}
    unit_groups: dict[str, str] = {}
    gone: list[str] = []


_identities = msgspec.json.Decoder(Identity)
_reaches = msgspec.json.Decoder(Reach)


class Replica:
    """An open laptop file. Not for use by two threads at once: every thread opens its own handle."""

    def __init__(self, path: Path, connection: Connection, file: OpenFile, high_water: HighWater) -> None:
        self.path = path
        self.connection = connection
        self._file = file
        self._high_water = high_water
        self._is_durable = True
        self._identity: Identity | None = None
        self._identity_text = ""
        self._scope: Scope | None = None
        self._reach: Reach | None = None
        self._undone = 0

    @classmethod
    def open(cls, path: Path, *, create: bool = False) -> Self:
        """Open the file at `path`; raises `Missing`, `Damaged` or `CannotWrite`."""
        noted = HighWater(path)
        file = OpenFile(path, connect.marks_of(path))
        try:
            connection = connect.connect(path, create=create)
            try:
                schema.bring_up_to_date(connection, path)
            except BaseException:
                connection.close()
                raise
        except BaseException as error:
            file.close()
            if isinstance(error, connect.Error):
                raise connect.explain(error, path) from error
            raise
        return cls(path, connection, file, noted)

    def close(self) -> None:
        """Close the file; the handle is of no use afterwards."""
        self.connection.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def transaction(self, *, also_moved: bool = False) -> Iterator[Connection]:
        """One durable transaction: all of it is kept, or nothing. Raises `ReplicaError` for the driver's own faults.

        Raises `Moved` unless the file that is open lies at its path before and after: only then is anything kept.
        With `also_moved` a moved file has the change in it all the same when `Moved` is raised, for a copy of it.
        """
        try:
            self.connection.execute("BEGIN IMMEDIATE")
        except connect.Error as error:
            raise connect.explain(error, self.path) from error
        before, kept = self.connection.total_changes, 0
        try:
            fault_point("laptop.begun")
            yield self.connection
            if self.connection.total_changes != before:
                kept = high_water.add_one(self.connection)
                leave_mark(self.connection)
            fault_point("laptop.written")
            if not also_moved:
                self.must_be_there()
            self.connection.execute("COMMIT")
            self.must_be_there()
            fault_point("laptop.committed")
            if kept:
                self._high_water.note(kept, is_durable=self._is_durable)
        except BaseException as error:
            self._undo()
            if isinstance(error, connect.Error):
                raise connect.explain(error, self.path) from error
            raise

    def must_be_there(self) -> None:
        """Raise `Moved` where the path no longer leads to the file that is open."""
        if not self.is_there:
            raise connect.moved(self.path)

    @property
    def is_there(self) -> bool:
        """Whether the path leads to the file that is open, so that what is kept is kept there."""
        return self._file.is_there()

    @property
    def is_older(self) -> bool:
        """Whether the file has not what was kept in its place before: an older copy was put there."""
        return int(self.setting(high_water.KEPT) or 0) < self._high_water.highest

    def accept_as_newest(self) -> None:
        """Say no more that the file is an older copy, once the next transaction is kept."""
        if self.is_older:
            self._high_water.accept()

    def must_be_whole(self) -> None:
        """Raise `Damaged` where another file was copied into the open one and the two are mixed."""
        if self._file.was_written_over and self.connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise connect.Damaged("The file was written over; what is open cannot be copied.")

    @contextmanager
    def told_again(self) -> Iterator[Connection]:
        """The same for what the store tells again: nobody waits for the disk, and a power cut may take it back.

        The log is one sequence, and a cut takes its end: this transaction whole, with nothing before it and with all
        that followed, up to the next durable one, which makes everything before it durable, too. Whoever then asks
        again stands where the file stands. Nothing that a person wrote, and no key, may be kept in here.
        """
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self._is_durable = False
        try:
            with self.transaction() as connection:
                yield connection
        finally:
            self._is_durable = True
            self.connection.execute("PRAGMA synchronous = FULL")

    @property
    def state(self) -> tuple[int, int, int]:
        """Equal to an earlier one only if the file has not changed since, by this handle or any other."""
        (others,) = self.connection.execute("PRAGMA data_version").fetchone()
        return others, self.connection.total_changes, self._undone

    @property
    def staff_state(self) -> tuple[str, int]:
        """Equal to an earlier one only if nothing of the ledger `staff` has changed since."""
        return self.setting(STAFF_CHANGES) or "", self._undone

    def _undo(self) -> None:
        self._scope = self._reach = None
        self._undone += 1
        self._identity, self._identity_text = None, ""
        if self.connection.in_transaction:
            self.connection.execute("ROLLBACK")

    def setting(self, name: str) -> str | None:
        """A kept setting, None if it was never set."""
        row = self.connection.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def set_setting(self, name: str, value: str) -> None:
        """Keep a setting, in the transaction that is open or in one of its own."""
        if self.connection.in_transaction:
            self._write_setting(name, value)
        else:
            with self.transaction():
                self._write_setting(name, value)

    def _write_setting(self, name: str, value: str) -> None:
        self.connection.execute(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
        )

    @property
    def identity(self) -> Identity | None:
        """Who this laptop is; None before it has joined."""
        text = self.setting("identity")
        if text is not None and text != self._identity_text:  # another handle may have gone on as a new device
            self._identity, self._identity_text = _identities.decode(text), text
        return self._identity

    def set_identity(self, identity: Identity) -> None:
        """Keep who this laptop is."""
        text = msgspec.json.encode(identity).decode()
        self.set_setting("identity", text)
        self._identity, self._identity_text = identity, text

    def joined(self) -> Identity:
        """Who this laptop is; raises `Missing` before it has joined."""
        if (identity := self.identity) is None:
            raise connect.Missing("This laptop has not joined a district yet.")
        return identity

    @property
    def scope(self) -> Scope | None:
        """What this person may see, as the store last said; None before the first exchange."""
        version = self.setting("scope_version")
        if version is None:
            return None
        if self._scope is None or version != self._scope.version:
            self._scope = read_scope(self.setting("scope") or "")
        return self._scope

    @property
    def reach(self) -> Reach | None:
        """The same without the names, which `names` reads one by one: for screens over a whole district."""
        version = self.setting("scope_version")
        if version is None:
            return None
        if self._reach is None or version != self._reach.version:
            self._reach = _reaches.decode(self.setting("scope") or "")
        return self._reach

    def set_scope(self, scope: Scope) -> None:
        """Keep what this person may see, in the transaction that is open or in one of its own."""
        if not self.connection.in_transaction:
            with self.transaction():
                return self.set_scope(scope)
        self._write_setting("scope", msgspec.json.encode(scope).decode())
        self._write_setting("scope_version", scope.version)
        write_names(self.connection, scope.people, scope.groups)
        self._scope = scope
        return None


def is_unfinished(replica: Replica) -> bool:
    """Whether a pull was broken off, so that the ends of some chains are still to come."""
    return replica.setting(UNFINISHED) == "1"
