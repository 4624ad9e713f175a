"""`single`: one record written, pushed, and pulled by another laptop; beside two empty POSTs, and beside it by hand."""

from __future__ import annotations

import shutil
import sqlite3
import ssl
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import httpx
import msgspec
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sync.client.session import exchange
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.storage.connect import connect
from tests.bench import floor
from tests.bench.by_hand import Listening, Statements, write
from tests.bench.exchanges import counted, floor_server, many_units, timed_exchanges
from tests.bench.measure import Row, Sample, paired
from tests.store import serving, serving_process

_NOTE = {"noted_on": "2026-09-12", "mode": "visit", "content": "单位党员学习笔记已检查, 两人外出务工。" * 5}


class _Written(msgspec.Struct):
    """What one record comes to: its bytes, and the rows of its writing, of its receipt, and of its arrival."""

    entry: bytes
    writing: Statements
    receipt: Statements
    arrival: Statements


def single(runs: int) -> Iterator[Row]:
    """Ours beside two empty POSTs, the target; then beside the same work with nothing of ours, the true floor.

    By hand: the record's rows in a durable transaction, its bytes pushed to a server that keeps them durably, what
    three signatures to be checked and two to be made take, the receipt's rows, the bytes pulled, and their rows.
    """
    count = 4 * runs
    with tempfile.TemporaryDirectory(prefix="bench-") as name, ExitStack() as open_until_then:
        scratch = Path(name)
        by_hand = open_until_then.enter_context(closing(_ByHand(scratch / "by-hand", count + 1)))
        district = many_units(scratch)
        district.address, store = open_until_then.enter_context(serving_process(district.database))
        address, bare = open_until_then.enter_context(floor_server(scratch / "rows.db"))
        writer = open_until_then.enter_context(district.laptop(scratch / "writer.db", "wang"))
        reader = open_until_then.enter_context(district.laptop(scratch / "reader.db", "li"))
        timed_exchanges(writer, reader)

        def ours() -> Sample:
            begun = time.perf_counter()
            edits.create(writer, "liaison_note", "u-2", _NOTE)
            sample = timed_exchanges(writer, reader)
            sample.wall = time.perf_counter() - begun
            return sample

        def compared(name: str, other: Callable[[], float], target: float) -> Row:
            return paired(
                name,
                lambda: counted(store, ours),
                lambda: counted(bare, lambda: Sample(wall=other())),
                runs=count,
                target=target,
            )

        yield compared("single", lambda: floor.empty(address) + floor.empty(address), 3.0)
        yield compared("single, by hand", lambda: by_hand.once(address), 0.0)


class _ByHand:
    """The same records with SQLite, httpx, zstd and Ed25519 alone."""

    def __init__(self, folder: Path, count: int) -> None:
        folder.mkdir()
        self._waiting = iter(_recorded(folder, count))
        self._writer = connect(folder / "writer-before.db", create=False)
        self._reader = connect(folder / "reader-before.db", create=False)
        self._key = Ed25519PrivateKey.generate()
        self._line = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # as for the empty POST
        self._pulled = 0

    def close(self) -> None:
        """Close the files."""
        self._writer.close()
        self._reader.close()

    def once(self, address: str) -> float:
        """The next record; seconds."""
        written = next(self._waiting)
        statement = written.entry[:200]
        begun = time.perf_counter()
        write(self._writer, written.writing)
        seal = self._key.sign(statement)
        self._key.public_key().verify(seal, statement)
        receipt = self._key.sign(statement)
        self._push(address, written.entry)
        self._key.public_key().verify(receipt, statement)
        _write_what_is_told_again(self._writer, written.receipt)
        self._pull(address)
        self._key.public_key().verify(receipt, statement)
        _write_what_is_told_again(self._reader, written.arrival)
        return time.perf_counter() - begun

    def _push(self, address: str, entry: bytes) -> None:
        line = floor.Line(id=f"{self._pulled}", body=msgspec.Raw(msgspec.json.encode(entry.decode())))
        with httpx.Client(timeout=60, verify=self._line) as client:
            packed = zstandard.ZstdCompressor(level=3).compress(msgspec.json.encode([line]))
            client.post(f"{address}/push", content=packed).raise_for_status()

    def _pull(self, address: str) -> None:
        with httpx.Client(timeout=60, verify=self._line) as client:
            answer = client.get(f"{address}/pull?after={self._pulled}")
        self._pulled = int(answer.headers["newest"])
        msgspec.json.decode(zstandard.ZstdDecompressor().decompress(answer.content), type=list[floor.Line])


def _write_what_is_told_again(connection: sqlite3.Connection, statements: Statements) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
    write(connection, statements)
    connection.execute("PRAGMA synchronous = FULL")


def _recorded(folder: Path, count: int) -> list[_Written]:
    """What ours writes for so many records, and `writer-before.db` and `reader-before.db`, as they were before that."""
    district = many_units(folder)
    with (
        serving(district.database) as district.address,
        district.laptop(folder / "writer.db", "wang") as writer,
        district.laptop(folder / "reader.db", "li") as reader,
    ):
        timed_exchanges(writer, reader)
        for replica in (writer, reader):
            replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            shutil.copy(replica.path, folder / f"{replica.path.stem}-before.db")
        return [_record(writer, reader) for _ in range(count)]


def _record(writer: Replica, reader: Replica) -> _Written:
    writing = _heard(writer, lambda: edits.create(writer, "liaison_note", "u-2", _NOTE))
    (entry,) = writer.connection.execute(
        "SELECT CAST(head || body AS BLOB) FROM entry ORDER BY id DESC LIMIT 1"
    ).fetchone()
    receipt = _heard(writer, lambda: exchange(writer))
    return _Written(entry, writing, receipt, _heard(reader, lambda: exchange(reader)))


def _heard(replica: Replica, work: Callable[[], object]) -> Statements:
    """What writes in the course of some work on a replica."""
    connection = replica.connection
    listening: Any = Listening(connection)
    replica.connection = listening
    try:
        work()
    finally:
        replica.connection = connection
    written: Statements = listening.written
    return written
