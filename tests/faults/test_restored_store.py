"""A store that was restored from a backup, or lost what it had acknowledged: noticed at the next exchange."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "另一件",
    "due_on": "2026-10-01",
    "opened_on": "2026-09-01",
    "status": "open",
}


def _backup(database: Path, name: str) -> Path:
    """A copy of the store's database as it stands on disk."""
    folder = database.parent.parent / name
    folder.mkdir()
    for file in database.parent.glob(database.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / database.name


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _moved(replica: Replica, address: str) -> None:
    replica.set_identity(msgspec.structs.replace(replica.joined(), server=address))


@pytest.mark.parametrize("others_first", [False, True])
def test_a_store_restored_from_a_backup_gets_back_what_the_laptops_wrote(
    district: District, tmp_path: Path, others_first: bool
) -> None:
    with serving(district.database) as district.address:
        wang = district.laptop(tmp_path / "a.db", "wang")
        director = district.laptop(tmp_path / "b.db", "director")
        for laptop in (wang, director):
            exchange(laptop)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
    backup = _backup(district.database, "backup")
    with serving(district.database, int(district.address.rpartition(":")[2])):
        for _ in range(4):
            edits.create(wang, "liaison_note", "u-1", NOTE)
        edits.create(director, "liaison_note", "u-2", NOTE)
        exchange(wang)
        exchange(director)
        exchange(wang)
        assert query.status(wang).acknowledged == 5

    with serving(backup) as address:
        for laptop in (wang, director):
            _moved(laptop, address)
        if others_first:  # other entries take the numbers that the lost ones had
            edits.create(director, "follow_up", "u-1", FOLLOW_UP)
            exchange(director)
        result = exchange(wang)
        assert result.pushed >= 4
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, 5, 5)
        exchange(director)
        exchange(wang)
        again = exchange(wang)
        assert (again.pushed, again.pulled) == (0, 0)
        reader = msgspec.structs.replace(district, database=backup, address=address).laptop(
            tmp_path / "c.db", "director"
        )
        exchange(reader)
        assert query.history(reader, "u-1", "liaison_note").count == 5
        assert query.history(reader, "u-2", "liaison_note").count == 1
        for laptop in (wang, director, reader):
            _holds(laptop)
            laptop.close()


def test_a_laptop_moved_to_an_empty_store_of_its_district_sends_everything_again(
    district: District, tmp_path: Path
) -> None:
    """The worst backup: from before anything was written."""
    empty = _backup(district.database, "empty")
    with serving(empty) as district.address:
        wang = msgspec.structs.replace(district, database=empty).laptop(tmp_path / "a.db", "wang")
    joined = _backup(empty, "joined")
    with serving(empty, int(district.address.rpartition(":")[2])):
        exchange(wang)
        for _ in range(3):
            edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
    with serving(joined) as address:
        _moved(wang, address)
        exchange(wang)
        standing = query.status(wang)
        assert (standing.pending, standing.mine) == (0, 3)
        assert standing.acknowledged == 3
        _holds(wang)
    wang.close()
