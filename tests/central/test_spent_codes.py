"""A used enrolment code stays used, whatever copy of the database comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.exchange import ExchangeError, exchange
from sync.joining import join
from sync.replica import Replica
from tests.store import District, office, serving


def _copied_back(district: District, copy: Path) -> None:
    for file in district.database.parent.glob("central.db-*"):
        file.unlink()
    shutil.copy(copy, district.database)


def _join_again(address: str, tmp_path: Path, code: str) -> None:
    with pytest.raises(ExchangeError) as refused:
        join(tmp_path / "thief" / "replica.db", address, code, "thief")
    assert refused.value.code == "code_used"


def test_a_used_code_stays_used_when_the_file_of_before_is_copied_back(district: District, tmp_path: Path) -> None:
    code, copy = office(district.database, "code", district.people["wang"]), tmp_path / "copy.db"
    shutil.copy(district.database, copy)
    with serving(district.database) as address:
        join(tmp_path / "wang" / "replica.db", address, code, "laptop")
    _copied_back(district, copy)
    with serving(district.database) as address:
        _join_again(address, tmp_path, code)


def test_a_used_code_stays_used_once_the_laptop_that_used_it_has_come_to_a_copied_folder(
    district: District, tmp_path: Path
) -> None:
    code, copy = office(district.database, "code", district.people["wang"]), tmp_path / "copy.db"
    shutil.copy(district.database, copy)
    with serving(district.database) as address:
        join(tmp_path / "wang" / "replica.db", address, code, "laptop")
    _copied_back(district, copy)
    district.database.with_name("central.db.spent").unlink()
    with serving(district.database) as address, Replica.open(tmp_path / "wang" / "replica.db") as wang:
        wang.set_setting("identity", (wang.setting("identity") or "").replace(wang.joined().server, address))
        with pytest.raises(ExchangeError):
            exchange(wang)
        _join_again(address, tmp_path, code)
