"""A stick that is under way while the store is restored from a backup: request there and answer back lose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.central.admin.backup import back_up
from sync.central.bundles.exchange import answer
from sync.central.service.store import Store, open_store
from sync.client.bundle_exchange import read_answer, write_request
from sync.protocol.bundle import BadBundle
from sync.replica import Replica, query
from tests.faults.test_stick import _fresh, _holds, _laptop, _note, _restored, _trip, store, wang
from tests.store import District

__all__ = ["store", "wang"]


def _everything_is_at(restored: Store, district: District, wang: Replica, folder: Path, notes: int) -> None:
    """After a few more trips both sides hold all of it, by receipts."""
    for _ in range(3):
        _trip(restored, wang, folder)
    standing = query.status(wang)
    assert (standing.pending, standing.acknowledged, standing.mine) == (0, notes, notes)
    with _laptop(restored, folder / "director.db", district.people["director"]) as director:
        _trip(restored, director, folder)
        assert query.history(director, "u-1", "liaison_note").count == notes
        _holds(director)
    _holds(wang)
    restored.close()


def test_a_request_of_before_a_restoration_is_answered_after_it(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    _note(wang, "in the backup")
    _trip(store, wang, tmp_path)
    back_up(district.database, backup := tmp_path / "backup.db")
    _note(wang, "lost by the store")
    _trip(store, wang, tmp_path)
    _note(wang, "under way")
    request = write_request(wang, tmp_path).path
    restored = open_store(_restored(backup, tmp_path))
    read_answer(wang, answer(restored, request, _fresh(tmp_path)).path)
    assert query.status(wang).pending > 0  # it is known that more is to be given back
    _everything_is_at(restored, district, wang, tmp_path, 3)


def test_an_answer_of_before_a_restoration_is_read_after_it(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    _note(wang, "in the backup")
    _trip(store, wang, tmp_path)
    back_up(district.database, backup := tmp_path / "backup.db")
    _note(wang, "answered, then lost by the store")
    under_way = answer(store, write_request(wang, tmp_path).path, _fresh(tmp_path)).path
    restored = open_store(_restored(backup, tmp_path))
    assert read_answer(wang, under_way).pushed == 1  # as the store then held it
    _everything_is_at(restored, district, wang, tmp_path, 2)


def test_an_answer_of_before_a_restoration_that_another_has_overtaken_changes_nothing(
    store: Store, district: District, wang: Replica, tmp_path: Path
) -> None:
    back_up(district.database, backup := tmp_path / "backup.db")
    _note(wang, "answered, then lost by the store")
    under_way = answer(store, write_request(wang, tmp_path).path, _fresh(tmp_path)).path
    restored = open_store(_restored(backup, tmp_path))
    _trip(restored, wang, tmp_path)
    before = query.status(wang)
    with pytest.raises(BadBundle):
        read_answer(wang, under_way)
    assert query.status(wang) == before
    _everything_is_at(restored, district, wang, tmp_path, 1)
