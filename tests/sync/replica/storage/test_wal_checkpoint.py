"""The log is copied into the file while more is being written, and never grows without bound."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.storage import connect, wal_checkpoint
from sync.replica.storage.wal_checkpoint import Checkpoints
from tests.sync.laptops import give_unit, new_laptop

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习。" * 40}


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    replica = new_laptop(tmp_path / "laptop.db")
    give_unit(replica, "u-1")
    return replica


def _log_pages(replica: Replica) -> int:
    return replica.path.with_name(f"{replica.path.name}-wal").stat().st_size // 4096


def test_what_was_written_is_in_the_file_itself_once_the_context_is_left(laptop: Replica, tmp_path: Path) -> None:
    with laptop:
        with Checkpoints(laptop) as copying:
            edits.create(laptop, "liaison_note", "u-1", NOTE)
            copying.start()
            edits.create(laptop, "liaison_note", "u-1", NOTE)  # beside the copying, or before it
            copying.start()
        shutil.copy(laptop.path, tmp_path / "alone.db")
        held = laptop.connection.execute("SELECT hash FROM entry ORDER BY id").fetchall()
    with Replica.open(tmp_path / "alone.db") as alone:
        assert alone.connection.execute("SELECT hash FROM entry ORDER BY id").fetchall() == held


def test_the_log_begins_anew_however_long_somebody_goes_on_writing(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wal_checkpoint, "_LONGEST", 100)
    with laptop, Checkpoints(laptop) as copying:
        before = _log_pages(laptop)
        for _ in range(60):
            edits.create(laptop, "liaison_note", "u-1", NOTE)
            copying.start()
        assert _log_pages(laptop) < before + 200
        (usual,) = laptop.connection.execute("PRAGMA wal_autocheckpoint").fetchone()
        assert usual == 200
    assert connect.CHECKPOINT_PAGES > 200


def test_commits_copy_again_by_themselves_afterwards(laptop: Replica) -> None:
    with laptop:
        with Checkpoints(laptop) as copying:
            copying.start()
        assert laptop.connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (connect.CHECKPOINT_PAGES,)


def test_a_copy_that_cannot_be_made_is_left_to_the_commits(laptop: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    with laptop, Checkpoints(laptop) as copying:
        edits.create(laptop, "liaison_note", "u-1", NOTE)
        monkeypatch.setattr(laptop, "path", laptop.path.with_name("elsewhere.db"))
        copying.start()
    assert not laptop.path.exists()
