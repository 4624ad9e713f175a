"""The store's readers: one for each that reads at the same time, whatever the threads."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sync.central.storage.engine import Session, StorageFault
from sync.central.storage.sqlite import SqliteEngine

_ONE = "SELECT 1 FROM sqlite_master LIMIT 1"


def test_threads_that_read_one_after_another_share_a_reader(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "store.db", create=True)
    for _ in range(3):
        with ThreadPoolExecutor(1) as thread:
            assert thread.submit(engine.read, lambda session: session.row(_ONE)).result() == (1,)
    assert len(engine._readers) == 1
    engine.close()


def test_each_that_reads_at_the_same_time_has_its_own_state(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "store.db", create=True)
    together = threading.Barrier(3, timeout=10)

    def read(session: Session) -> int:
        session.row(_ONE)
        together.wait()
        return id(session)

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: engine.read(read), range(3)))
    assert len(engine._readers) == 3
    engine.close()


def test_a_reader_that_met_a_fault_is_lent_out_again(tmp_path: Path) -> None:
    engine = SqliteEngine(tmp_path / "store.db", create=True)
    with pytest.raises(StorageFault):
        engine.read(lambda session: session.row("SELECT nothing FROM nowhere"))
    assert engine.read(lambda session: session.row(_ONE)) == (1,)
    assert len(engine._readers) == 1
    engine.close()
