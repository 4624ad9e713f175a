"""A store's disk turns read-only while it serves: said, nothing lost, and it goes on once that is mended."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.locale import set_language, t
from sync.client.session import ExchangeError, NoConnection, exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.faults.conftest import NOTE
from tests.faults.kills import without_waiting
from tests.faults.small_disk import FailingDisk, failing_disk, may_loop
from tests.store import District, office, serving

pytestmark = pytest.mark.skipif(not may_loop(), reason="a file cannot be mounted as a file system here")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[FailingDisk]:
    """A disk for the store."""
    with failing_disk(tmp_path / "disk") as made, without_waiting():
        yield made


def _moved(district: District, disk: FailingDisk) -> District:
    database = disk.folder / "central.db"
    for file in district.database.parent.glob("central.db*"):
        shutil.copy(file, disk.folder / file.name)
    return msgspec.structs.replace(district, database=database)


def _refused(laptop: Replica) -> str:
    """The reason of an exchange that cannot be."""
    with pytest.raises(ExchangeError) as said:
        exchange(laptop)
    set_language("zh")
    assert "服务器" in t(f"error.{said.value.code}")
    assert isinstance(said.value, NoConnection)  # later it may go through
    return said.value.code


@pytest.mark.parametrize("which", [("central.db-wal",), ("central.db", "central.db-wal", "central.db-shm")])
def test_files_that_can_be_written_no_more_are_said_and_the_store_goes_on_when_they_can(
    district: District, tmp_path: Path, disk: FailingDisk, which: tuple[str, ...]
) -> None:
    moved = _moved(district, disk)
    with serving(moved.database) as moved.address, moved.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        with disk.unwritable(*(disk.folder / name for name in which)):
            assert _refused(wang) == "unavailable"
            edits.create(wang, "liaison_note", "u-1", NOTE)  # writing goes on here
            assert query.status(wang).pending == 2
        assert exchange(wang).pushed == 2
        assert (query.status(wang).pending, verify(wang).breaks) == (0, [])
    assert "0 broken" in office(moved.database, "verify")


def test_a_disk_that_fails_is_said_and_the_store_goes_on_from_what_it_had_acknowledged(
    district: District, tmp_path: Path, disk: FailingDisk
) -> None:
    moved = _moved(district, disk)
    with moved_laptop(moved, tmp_path) as wang:
        with serving(moved.database) as address:
            _at(wang, address)
            edits.create(wang, "liaison_note", "u-1", NOTE)
            assert exchange(wang).pushed == 1
            edits.create(wang, "liaison_note", "u-1", NOTE)
            disk.turn_read_only()
            assert _refused(wang) == "unavailable"
            assert query.status(wang).pending == 1
        disk.mend()
        with serving(moved.database) as address:
            _at(wang, address)
            assert exchange(wang).pushed == 1
            assert (query.status(wang).acknowledged, verify(wang).breaks) == (2, [])
    assert "0 broken" in office(moved.database, "verify")


def moved_laptop(moved: District, folder: Path) -> Replica:
    """A laptop that has joined and exchanged."""
    with serving(moved.database) as moved.address:
        laptop = moved.laptop(folder / "a.db", "wang")
        exchange(laptop)
    return laptop


def _at(laptop: Replica, address: str) -> None:
    laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=address))
