"""`fold`: `rebuild` over many entries, beside decoding them, and beside writing its rows by bare statements.

`python -m tests.bench.folds rebuild|decode|write FILE PROFILE` does one of them in a process of its own.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from sync.client.session import exchange
from sync.ledger.chains import Body, Head
from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.projection.bigrams import grams
from sync.replica.projection.tables import FIELDS_JOIN, record_fields, search_text
from sync.replica.storage import schema
from tests.bench.entries import fill
from tests.bench.exchanges import UNITS, many_units
from tests.bench.measure import Row, Sample, cpu_of, paired, peak_of, profile_file, profile_into, profiled
from tests.store import serving

_WRITTEN = ("record", "follow_up", "good_practice", "unit")  # the derived tables that an undisturbed history fills


def fold(count: int, runs: int) -> Iterator[Row]:
    """`rebuild` over `count` entries, beside reading and decoding them; and beside that and writing ready-made rows.

    The second floor is what SQLite alone takes for the rows a rebuild leaves, with nothing of ours to make them.
    """
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        laptop = scratch / "laptop.db"
        district = many_units(scratch)
        with serving(district.database) as district.address, district.laptop(laptop, "wang") as replica:
            exchange(replica)
        fill(laptop, UNITS, count)
        _make_rows(laptop)
        yield _beside(laptop, "decode", f"fold {count:,}", 6.0, count, runs)
        yield _beside(laptop, "write", f"fold {count:,}, rows by hand", 0.0, count, runs)


def _beside(laptop: Path, floor: str, name: str, target: float, count: int, runs: int) -> Row:
    row = paired(
        name, lambda: in_process("rebuild", laptop), lambda: in_process(floor, laptop), runs=runs, target=target
    )
    for sample in row.ours:
        sample.notes = {"entries/s": round(count / sample.wall), "us/entry": round(1e6 * sample.wall / count, 1)}
    return row


def in_process(what: str, path: Path) -> Sample:
    """`rebuild`, `decode` or `write` a laptop's file in a process of its own."""
    profile = str(profile_file() or "") if what == "rebuild" else ""
    command = [sys.executable, "-m", "tests.bench.folds", what, str(path), profile]
    done = subprocess.run(command, check=True, capture_output=True)
    return msgspec.json.decode(done.stdout, type=Sample)


def _rows_of(laptop: Path) -> Path:
    return laptop.with_suffix(".rows")


def _make_rows(laptop: Path) -> None:
    """The rows a rebuild makes, tokens of the search index included, in a file of their own."""
    with Replica.open(laptop) as replica:
        rebuild(replica)
    rows = sqlite3.connect(_rows_of(laptop), isolation_level=None)
    rows.execute("PRAGMA journal_mode = OFF")
    rows.execute("ATTACH ? AS laptop", (str(laptop),))
    for table in _WRITTEN:
        rows.execute(f"CREATE TABLE {table} AS SELECT * FROM laptop.{table} ORDER BY 1")
    rows.execute("CREATE TABLE search (id INTEGER PRIMARY KEY, grams TEXT)")
    found = rows.execute(
        f"SELECT r.id, r.kind, r.fields, e.body FROM laptop.record r {FIELDS_JOIN.replace('entry e', 'laptop.entry e')}"
    )
    rows.execute("BEGIN")
    rows.executemany(
        "INSERT INTO search VALUES (?, ?)",
        ((id_, text) for id_, kind, own, body in found if (text := grams(search_text(kind, record_fields(own, body))))),
    )
    rows.execute("COMMIT")
    rows.close()


def _decode_all(path: Path) -> None:
    head, body = msgspec.json.Decoder(Head), msgspec.json.Decoder(Body)
    for raw_head, raw_body in sqlite3.connect(path).execute("SELECT head, body FROM entry ORDER BY id"):
        head.decode(raw_head)
        if raw_body is not None:
            body.decode(raw_body)


def _write_rows(path: Path) -> None:
    """Read and decode the entries, and write the rows that wait ready-made, in one durable transaction."""
    _decode_all(path)
    made = sqlite3.connect(_rows_of(path))
    bare = path.with_suffix(".bare")
    connection = sqlite3.connect(bare, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    schema.run_statements(connection, schema.without_indexes(schema.DERIVED))
    for table, columns in (*((each, 0) for each in _WRITTEN), ("search", 2)):
        width = columns or len(made.execute(f"SELECT * FROM {table} LIMIT 1").description)
        into = f"{table} (rowid, grams)" if columns else table
        statement = f"INSERT INTO {into} VALUES ({', '.join('?' * width)})"
        connection.executemany(statement, made.execute(f"SELECT * FROM {table} ORDER BY rowid"))
    schema.run_statements(connection, schema.indexes_alone(schema.DERIVED))
    connection.execute("COMMIT")
    connection.close()
    for each in path.parent.glob(bare.name + "*"):
        each.unlink()


_WORK = {"decode": _decode_all, "write": _write_rows}


def _main(what: str, path: Path) -> None:
    before = time.perf_counter()
    with profiled():
        if what == "rebuild":
            with Replica.open(path) as replica:
                rebuild(replica)
        else:
            _WORK[what](path)
    process = os.getpid()
    sample = Sample(wall=time.perf_counter() - before, cpu=cpu_of(process), memory=peak_of(process))
    sys.stdout.buffer.write(msgspec.json.encode(sample))


if __name__ == "__main__":
    if sys.argv[3]:
        profile_into(Path(sys.argv[3]))
    _main(sys.argv[1], Path(sys.argv[2]))
