"""A used enrolment code stays used, whatever copy of the database comes back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sync.client.enrolment import join
from sync.client.session import ExchangeError, exchange
from sync.replica import Replica
from tests import warm
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


def _said_at_start(district: District) -> str:
    """What `serve` says on stderr until it listens."""
    command = ["--lang", "zh", "--db", str(district.database), "serve", "--port", "0", "--until-stdin-ends"]
    done = warm.run("sync.central", command)
    assert "http://" in done.stdout
    return done.stderr


def test_an_older_copy_without_a_log_is_told_at_every_start_until_it_is_restored(
    district: District, tmp_path: Path
) -> None:
    code, copy = office(district.database, "code", district.people["wang"]), tmp_path / "copy.db"
    shutil.copy(district.database, copy)
    with serving(district.database) as address:
        join(tmp_path / "wang" / "replica.db", address, code, "laptop")
    assert _said_at_start(district) == ""
    _copied_back(district, copy)
    for _ in range(2):
        said = _said_at_start(district)
        assert "central.db 是一份旧的数据库" in said
        assert "central-store restore" in said
    office(district.database, "restore", str(copy), "--force")
    assert _said_at_start(district) == ""


def test_a_new_district_need_not_know_the_codes_of_the_one_before(district: District, tmp_path: Path) -> None:
    code = office(district.database, "code", district.people["wang"])
    with serving(district.database) as address:
        join(tmp_path / "wang" / "replica.db", address, code, "laptop")
    for file in district.database.parent.glob("central.db*"):
        if file.suffix != ".spent":
            file.unlink()
    office(district.database, "init", "--district", "demo", "--name", "示例区")
    assert _said_at_start(district) == ""
