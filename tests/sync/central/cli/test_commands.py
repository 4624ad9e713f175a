"""The office's command line, as a process: what it keeps, what it refuses, and with which exit code."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

import fixtures.district
from sync.central.admin import staff
from sync.central.service.store import open_store
from sync.client.session import Rejected, exchange
from sync.replica import query
from tests import warm
from tests.store import District, office

FIXTURES = fixtures.district.HERE


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A store with nothing in it."""
    database = tmp_path / "central.db"
    office(database, "init", "--district", "demo", "--name", "示例区")
    return database


def _figures(database: Path) -> dict[str, int]:
    figures: dict[str, int] = json.loads(office(database, "stats", "--json"))
    return figures


def test_a_store_is_made_once(database: Path) -> None:
    before = _figures(database)
    assert "already" in office(database, "init", "--district", "other", "--name", "x", wanted=1)
    assert _figures(database) == before


@pytest.mark.parametrize("district", ["", "a.b", "a b", "区", "x" * 65])
def test_a_district_s_id_is_plain(tmp_path: Path, district: str) -> None:
    office(tmp_path / "central.db", "init", "--district", district, "--name", "x", wanted=1)


def test_the_sample_district_is_imported_whole(database: Path, tmp_path: Path) -> None:
    campaign = tmp_path / "campaign.toml"
    campaign.write_text(
        '[campaign]\nid = "c-2"\nbatch = "2"\nstarts_on = 2026-09-01\ntitle = {zh = "第二批", en = "Second batch"}\n'
        '[[stage]]\nstage = "study"\nstarts_on = 2026-09-01\nends_on = 2026-09-30\n'
        'title = {zh = "学习动员", en = "Study"}\n'
        '[campaign.class]\ndiscipline = {zh = "组织纪律松散", en = "Discipline lax"}\n'
        '[campaign.category]\ncommittee_office = {zh = "党工委机关", en = "Work committee"}\n',
        encoding="utf-8",
    )
    assert office(database, "import", "campaign", str(campaign)) == "2 of 2 kept, 0 rejected"
    assert office(database, "import", "units", str(FIXTURES / "units.csv")).startswith("63 of 63 kept, 0 rejected")
    assert office(database, "import", "templates", str(FIXTURES / "templates")) == "8 of 8 kept, 0 rejected"
    with contextlib.closing(open_store(database)) as store:
        fields = dict(staff.district_records(store, "campaign"))["c-2"]
    assert fields["class.discipline"] == {"zh": "组织纪律松散", "en": "Discipline lax"}


def test_units_come_from_json_too(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "units.json"
    file.write_text(json.dumps([{"id": "a", "name": "甲支部", "category": "farm"}]), encoding="utf-8")
    assert office(database, "import", "units", str(file)) == "1 of 1 kept, 0 rejected"


def _import_bad(database: Path, tmp_path: Path, *more: str) -> tuple[int, str, str]:
    file = tmp_path / "units.csv"
    file.write_text(
        "id,name,category,parent,weak.head\n"
        "a,甲支部,farm,,\n"
        "a,乙支部,farm,,\n"
        "c,,farm,,\n"
        "d,丁支部,palace,,\n"
        "e,戊支部,farm,nobody,\n"
        "f,己支部,farm,a,也许\n"
        "g,庚支部,farm,a,是\n",
        encoding="utf-8",
    )
    done = warm.run("sync.central", ["--db", str(database), "import", "units", str(file), *more])
    return done.returncode, done.stdout, done.stderr


def test_every_rejected_row_is_named_with_its_reason_and_nothing_is_kept(database: Path, tmp_path: Path) -> None:
    before = _figures(database)
    code, out, err = _import_bad(database, tmp_path)
    assert code == 1
    assert "0 of 7 kept, 5 rejected" in out
    reasons = dict(row.split(": ", 1) for row in err.splitlines())
    assert list(reasons) == ["line 3", "line 4", "line 5", "line 6", "line 7"]
    for line, word in zip(reasons, ("taken", "name", "category", "nobody", "weak.head"), strict=True):
        assert word in reasons[line]
    assert _figures(database) == before


def test_the_good_rows_alone_are_kept_when_asked_for(database: Path, tmp_path: Path) -> None:
    code, out, _ = _import_bad(database, tmp_path, "--partial")
    assert code == 0
    assert "2 of 7 kept, 5 rejected" in out


@pytest.mark.parametrize(
    ("what", "name", "content"),
    [
        ("units", "units.txt", b"id,name\n"),
        ("units", "units.csv", b"\xff\xfe\x00"),
        ("units", "units.json", b'{"id": 1}'),
        ("campaign", "campaign.toml", b"[campaign\n"),
        ("campaign", "campaign.toml", b"[campaign]\n"),
        ("templates", "missing", b""),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_refused_in_one_sentence(
    database: Path, tmp_path: Path, what: str, name: str, content: bytes
) -> None:
    file = tmp_path / name
    if content:
        file.write_bytes(content)
    refusal = office(database, "import", what, str(file), wanted=1)
    assert refusal
    assert len(refusal.splitlines()) == 1
    assert str(tmp_path) not in refusal


def test_a_wrong_template_names_its_file(database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "bad.toml").write_text('name = "x"\nversion = "1"\n', encoding="utf-8")
    assert "bad.toml" in office(database, "import", "templates", str(folder), wanted=1)


@pytest.mark.parametrize(
    "command",
    [
        ("person", "add", "x", "--role", "group", "--group", "nobody"),
        ("person", "leave", "nobody"),
        ("assign", "nothing", "--group", "first"),
        ("assign", "u-1", "--group", "nothing"),
        ("assign", "u-1", "--liaison", "nobody"),
        ("code", "nobody"),
        ("revoke", "d-NOTHING"),
    ],
    ids=" ".join,
)
def test_what_is_not_there_is_refused_in_one_sentence(district: District, command: tuple[str, ...]) -> None:
    before = _figures(district.database)
    refusal = office(district.database, *command, wanted=1)
    assert len(refusal.splitlines()) == 1
    assert _figures(district.database) == before


@pytest.mark.parametrize(
    "command", [("nonsense",), ("person", "add", "x", "--role", "king"), ("assign", "u-1"), ("import", "people", "x")]
)
def test_wrong_usage_is_two(district: District, command: tuple[str, ...]) -> None:
    office(district.database, *command, wanted=2)


def test_a_whole_subtree_is_assigned_at_once(live: District, tmp_path: Path) -> None:
    assert office(live.database, "assign", "u-1", "--group", "second", "--subtree") == "2 assigned"
    with live.laptop(tmp_path / "z.db", "zhao") as zhao:
        exchange(zhao)
        assert {row.id for row in query.units(zhao).rows(0, 9)} == {"u-1", "u-2", "u-3", "u-4"}


def test_devices_are_listed_and_revoked(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        (row,) = [row for row in json.loads(office(live.database, "devices", "--json")) if row["person_name"] == "wang"]
        assert row["name"] == "laptop of wang"
        office(live.database, "revoke", row["device"])
        with pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "device_revoked"


def test_who_has_left_joins_no_more(live: District) -> None:
    code = office(live.database, "code", live.people["li"])
    office(live.database, "person", "leave", live.people["li"])
    answer = httpx.post(live.address + "/v1/join", json={"code": code, "device": "x", "public_key": "x", "protocol": 1})
    assert answer.status_code in (403, 410, 422)
    office(live.database, "code", live.people["li"], wanted=1)


@pytest.mark.parametrize("content", [b"this is no database" * 100, b"SQLite format 3\x00" + b"\x55" * 9_000])
def test_a_damaged_database_is_said_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    database = tmp_path / "central.db"
    database.write_bytes(content)
    refusal = office(database, "stats", wanted=4)
    assert len(refusal.splitlines()) == 1
    assert database.read_bytes() == content


def test_a_database_that_is_missing_is_not_made_by_reading(tmp_path: Path) -> None:
    refusal = office(tmp_path / "none.db", "stats", wanted=1)
    assert "init" in refusal
    assert not (tmp_path / "none.db").exists()


def test_a_laptop_s_file_is_no_store(live: District, tmp_path: Path) -> None:
    live.laptop(tmp_path / "a.db", "wang").close()
    refusal = office(tmp_path / "a.db", "stats", wanted=4)
    assert len(refusal.splitlines()) == 1
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'district'").fetchone() == (0,)


def test_help_and_version_answer_without_a_database() -> None:
    for option in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-m", "sync.central", option], capture_output=True, text=True, check=True
        )
        assert "central-store" in done.stdout
