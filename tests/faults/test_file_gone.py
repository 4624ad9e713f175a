"""The file under an open program is deleted, renamed or replaced: nothing is called saved, a copy can be written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from sync.client.session import ExchangeError, exchange
from sync.replica import Replica, query
from sync.replica.editing import drafts, edits
from sync.replica.maintenance.backup import copy_open, restore
from sync.replica.storage import connect
from tests.faults.kills import without_waiting
from tests.faults.test_disk import LONG
from tests.store import District, office, serving


def _delete(file: Path) -> None:
    shutil.rmtree(file.parent)


def _rename(file: Path) -> None:
    file.parent.rename(file.parent.with_name("elsewhere"))


def _replace(file: Path) -> None:
    other = file.with_name("other.db")
    shutil.copy(file, other)
    other.replace(file)


def _lose_the_log(file: Path) -> None:
    file.with_name(file.name + "-wal").unlink()


GONE = pytest.mark.parametrize("go", [_delete, _rename, _replace, _lose_the_log])


@GONE
def test_a_laptop_whose_file_has_gone_keeps_nothing_without_saying_so(
    live: District, tmp_path: Path, go: Callable[[Path], None]
) -> None:
    file = tmp_path / "home" / "replica.db"
    with live.laptop(file, "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", LONG)
        go(file)
        with pytest.raises(connect.Moved):
            edits.create(wang, "liaison_note", "u-1", LONG)
        with pytest.raises(connect.Moved):
            wang.set_setting("language", "en")
        assert query.status(wang).pending == 1, "what was refused is not half kept"


@GONE
def test_a_copy_of_what_is_held_has_everything_even_the_draft_written_since(
    live: District, tmp_path: Path, go: Callable[[Path], None]
) -> None:
    file, copy = tmp_path / "home" / "replica.db", tmp_path / "copy.db"
    with live.laptop(file, "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", LONG)
        go(file)
        with pytest.raises(connect.Moved):
            drafts.start(wang, "liaison_note", "u-2", fields={"content": "写到一半"})
        copy_open(wang, copy)
    restored = tmp_path / "new" / "replica.db"
    restore(copy, restored)
    with Replica.open(restored) as wang:
        assert query.status(wang).pending == 1
        assert [draft.fields["content"] for draft in drafts.listed(wang, "u-2")] == ["写到一半"]


def test_a_file_that_comes_back_to_its_place_is_written_again(live: District, tmp_path: Path) -> None:
    file = tmp_path / "home" / "replica.db"
    with live.laptop(file, "wang") as wang:
        _rename(file)
        with pytest.raises(connect.Moved):
            wang.set_setting("language", "en")
        file.parent.with_name("elsewhere").rename(file.parent)
        wang.set_setting("language", "zh")
    with Replica.open(file) as wang:
        assert wang.setting("language") == "zh"


@pytest.mark.parametrize("go", [_delete, _rename, _replace])
def test_a_store_whose_file_has_gone_signs_nothing_more_and_writes_a_copy_that_restore_takes(
    district: District, tmp_path: Path, go: Callable[[Path], None]
) -> None:
    with without_waiting(), serving(district.database) as address:
        district.address = address
        with district.laptop(tmp_path / "wang" / "replica.db", "wang") as wang:
            exchange(wang)
            edits.create(wang, "liaison_note", "u-1", LONG)
            exchange(wang)
            edits.create(wang, "liaison_note", "u-1", LONG)
            go(district.database)
            for _ in range(2):
                with pytest.raises(ExchangeError) as refused:
                    exchange(wang)
                assert refused.value.code == "unavailable"
            assert query.status(wang).pending == 1, "no receipt for what is nowhere"
            (copy,) = tmp_path.glob("**/central.db.rescued-*")
            assert copy.stat().st_mode & 0o077 == 0
    restored = tmp_path / "new" / "central.db"
    office(restored, "restore", str(copy))
    with serving(restored) as address, Replica.open(tmp_path / "wang" / "replica.db") as wang:
        identity = wang.joined()
        wang.set_identity(msgspec.structs.replace(identity, server=address))
        exchange(wang)
        assert query.status(wang).pending == 0
