"""`open`, `size`: what happens on the laptop alone, beside the same rows by hand-written SQL."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.queries.search import find
from tests.bench.exchanges import a_full_store
from tests.bench.measure import Row, Sample, paired
from tests.store import serving

_TODAY = "2026-09-30"
_MOST = 200  # hits the search screen asks for


def opened(county: Path, runs: int) -> Iterator[Row]:
    """What a key shows, over the county: read through our rooms, beside the same rows by hand-written SQL."""
    with Replica.open(county) as replica:
        bare = sqlite3.connect(county)
        (busiest,) = bare.execute(
            "SELECT ledger FROM record WHERE ledger NOT IN ('district', 'staff')"
            " GROUP BY ledger ORDER BY count(*) DESC LIMIT 1"
        ).fetchone()
        for name, ours, by_hand in _views(replica, bare, busiest):
            row = paired(name, _timed(ours), _timed(by_hand), runs=20 * runs, target=2.0)
            walls = sorted(sample.wall for sample in row.ours)
            row.ours[-1].notes = {"p95 ms": round(1000 * walls[int(len(walls) * 0.95)], 1)}
            yield row


View = tuple[str, Callable[[], object], Callable[[], object]]


def _views(replica: Replica, bare: sqlite3.Connection, busiest: str) -> list[View]:
    def rows(statement: str, *values: object) -> list[Any]:
        return bare.execute(statement, values).fetchall()

    def unit_file() -> None:
        query.unit(replica, busiest, _TODAY)
        query.history(replica, busiest).rows(0, 40)

    def unit_file_by_hand() -> None:
        rows("SELECT * FROM unit WHERE ledger = ?", busiest)
        rows("SELECT stage, count(*) FROM record WHERE ledger = ? AND kind = 'inspection' GROUP BY stage", busiest)
        rows("SELECT count(*) FROM record WHERE ledger = ?", busiest)
        for kind, limit in (("count", 1), ("survey", 1), ("inspection", query.TREND_VISITS)):
            rows(_NEWEST, busiest, kind, limit)
        for row in rows(_HISTORY, busiest):
            msgspec.json.decode(row[-1])

    def register() -> None:
        query.follow_ups(replica, today=_TODAY).rows(0, 40)

    def register_by_hand() -> None:
        rows("SELECT count(*) FROM follow_up WHERE open = 1")
        rows(_REGISTER)

    views: list[View] = [
        ("open unit file", unit_file, unit_file_by_hand),
        ("open register", register, register_by_hand),
        *_to_dos(replica, rows),
    ]
    for text in ("整", "整改", "流动党员"):
        grams = " ".join(text[place : place + 2] for place in range(max(1, len(text) - 1)))
        views.append((f"open search {text}", *_searches(replica, rows, text, grams)))
    return views


def _to_dos(replica: Replica, rows: Callable[..., list[Any]]) -> list[View]:
    """To-do where nothing was written since it was last open, and where every unit is ranked anew.

    The ranking wants each unit's row and visits, what was decided and found, is due and watched: so does the floor.
    """
    from supervisor_tui.rules import reading
    from supervisor_tui.whose_turn import waiting

    def again() -> None:
        waiting(replica, _TODAY)

    def ranked_anew() -> None:
        reading.forget(replica)
        waiting(replica, _TODAY)

    def listed() -> None:
        rows("SELECT * FROM draft")
        rows("SELECT * FROM conflict JOIN record ON record.id = conflict.record")
        rows("SELECT * FROM entry WHERE code <> ''")
        rows(_REGISTER.replace("LIMIT 40", "LIMIT 200"))

    def listed_and_asked_of_each_unit() -> None:
        listed()
        for statement in (_OF_EACH_UNIT, _OUTCOMES, _WATCHED):
            rows(statement)
        rows(_LATER, _TODAY)

    return [
        ("open to-do, again", again, listed),
        ("open to-do, ranked anew", ranked_anew, listed_and_asked_of_each_unit),
    ]


def _searches(
    replica: Replica, rows: Callable[..., list[Any]], text: str, grams: str
) -> tuple[Callable[[], object], Callable[[], object]]:
    from sync.replica.projection.bigrams import query as match

    def by_hand() -> None:
        for row in rows(_FOUND, match(text) or grams, _MOST):
            body = msgspec.json.decode(row[-1]) if row[-1] else {}
            str(body).find(text)

    return lambda: find(replica, text, limit=_MOST), by_hand


_NEWEST = (
    "SELECT r.day, e.body FROM record r LEFT JOIN entry e ON e.id = r.id WHERE r.ledger = ? AND r.kind = ?"
    " ORDER BY r.day DESC LIMIT ?"
)
_HISTORY = (
    "SELECT r.*, (SELECT max(number IS NULL) FROM entry x WHERE x.record = r.record), coalesce(r.fields, e.body)"
    " FROM record r JOIN entry e ON e.id = r.id WHERE r.ledger = ? ORDER BY r.day DESC, r.id DESC LIMIT 40"
)
_REGISTER = (
    "SELECT f.*, r.record, u.name FROM follow_up f JOIN record r ON r.id = f.id LEFT JOIN unit u ON u.ledger = f.ledger"
    " WHERE f.open = 1 ORDER BY f.due_on, f.id LIMIT 40"
)
_OF_EACH_UNIT = (
    "SELECT u.*, EXISTS (SELECT 1 FROM record WHERE ledger = u.ledger AND kind = 'inspection' AND withdrawn = 0"
    " AND stage = 'study') FROM unit u ORDER BY u.pinyin"
)
_OUTCOMES = (
    "SELECT r.ledger, r.day, o.* FROM record r JOIN outcome o ON o.id = r.id WHERE r.kind IN ('gate', 'survey')"
    " AND r.withdrawn = 0 AND r.stage = 'study'"
)
_WATCHED = "SELECT ledger, max(watch) FROM follow_up INDEXED BY follow_up_watch WHERE watch <> '' GROUP BY ledger"
_LATER = (
    "SELECT ledger, count(*) FROM follow_up INDEXED BY follow_up_due WHERE open = 1 AND due_on >= ? GROUP BY ledger"
)
_FOUND = (
    "SELECT r.*, coalesce(r.fields, e.body) FROM (SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid DESC"
    " LIMIT ?) s JOIN record r ON r.id = s.rowid JOIN entry e ON e.id = r.id"
)


def _timed(work: Callable[[], object]) -> Callable[[], Sample]:
    def sample() -> Sample:
        begun, before = time.perf_counter(), time.process_time()
        work()
        return Sample(wall=time.perf_counter() - begun, cpu=time.process_time() - before)

    return sample


def size(count: int) -> Iterator[Row]:
    """Bytes on disk on laptop and store as multiples of the entries' own bytes; the table's ms are MB here."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        district, reader = a_full_store(Path(name), count)
        with serving(district.database, int(district.address.rpartition(":")[2])), Replica.open(reader) as replica:
            exchange(replica)
            replica.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            (entries, own) = replica.connection.execute(
                "SELECT count(*), sum(length(head) + coalesce(length(body), 0)) FROM entry"
            ).fetchone()
        for what, path, target in (("laptop", reader, 3.0), ("store", district.database, 0.0)):
            held = path.stat().st_size
            notes = {"bytes an entry": round(held / entries), "its own": round(own / entries), "MB": round(held / 1e6)}
            yield Row(
                name=f"size {what}, {count:,}",
                ours=[Sample(wall=held / 1e9, notes=notes)],
                floor=[Sample(wall=own / 1e9)],
                target=target,
            )
