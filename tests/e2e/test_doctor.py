"""`doctor`: what it says of a laptop that is well, one that wants a look, and one whose file is damaged."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.files.profiles import profile_file
from sync.client.session import exchange
from sync.replica import Replica
from sync.replica.editing import edits
from tests.faults.conftest import NOTE
from tests.store import District
from tests.supervisor_tui.cli.test_commands import Line

pytestmark = pytest.mark.usefixtures("in_china")


@pytest.fixture
def laptop(live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    """A laptop whose one note the office holds."""
    path = profile_file(tmp_path, "default")
    with live.laptop(path, "wang") as replica:
        exchange(replica)
        edits.create(replica, "liaison_note", "u-1", NOTE)
        exchange(replica)
    return Line(tmp_path, capsys, monkeypatch)


def _states(laptop: Line) -> tuple[int, dict[str, str]]:
    done = laptop("doctor", "--json")
    return done.code, {each["name"]: each["state"] for each in done.value["findings"]}


def test_a_laptop_whose_work_the_office_holds_is_fine(laptop: Line) -> None:
    code, states = _states(laptop)
    assert (code, set(states.values())) == (0, {"fine"})
    assert {"file", "history", "office", "clock", "disk"} <= set(states)
    assert "1 of 1" in laptop("doctor").out


def test_what_is_not_sent_yet_wants_a_look_and_says_what_to_do(laptop: Line) -> None:
    laptop("record", "liaison_note", "--unit", "u-1", given=NOTE)
    code, states = _states(laptop)
    assert (code, states["file"], states["history"], states["office"]) == (1, "fine", "fine", "look")
    assert "bundle" in laptop("doctor").out
    assert "1 条未上报" in laptop("doctor", lang="zh").out


@pytest.mark.parametrize(
    ("zone", "zh", "en"),
    [
        ("UTC0", "比本区 (Asia/Shanghai) 慢 8:00", "8:00 hours behind the district's (Asia/Shanghai)"),
        ("XXX-13:45", "比本区 (Asia/Shanghai) 快 5:45", "5:45 hours ahead of the district's (Asia/Shanghai)"),
    ],
)
def test_a_machine_in_another_time_zone_wants_a_look_and_says_by_how_much(
    laptop: Line, monkeypatch: pytest.MonkeyPatch, zone: str, zh: str, en: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    code, states = _states(laptop)
    assert (code, states["zone"]) == (1, "look")
    assert zh in laptop("doctor", lang="zh").out
    assert en in laptop("doctor").out


def test_zones_of_other_names_whose_clocks_agree_are_the_same(laptop: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Singapore")
    time.tzset()
    assert _states(laptop)[1]["zone"] == "fine"


def test_it_changes_nothing(laptop: Line) -> None:
    before = laptop.path.read_bytes()
    laptop("doctor")
    assert laptop.path.read_bytes() == before


def _cut_short(path: Path) -> None:
    os.truncate(path, 3_000)


def _zeroed_in_the_middle(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(bytes(size // 3))


def _changed_by_hand(path: Path) -> None:
    with Replica.open(path) as replica, replica.transaction() as connection:
        connection.execute("UPDATE entry SET body = replace(body, '2026', '2025') WHERE seq = 1")


@pytest.mark.parametrize("damage", [_cut_short, _zeroed_in_the_middle, _changed_by_hand])
def test_a_damaged_file_is_named_with_what_to_do(laptop: Line, damage: Callable[[Path], None]) -> None:
    damage(laptop.path)
    code, states = _states(laptop)
    assert code == 4
    assert "wrong" in states.values()
    assert "copy" in laptop("doctor").out.lower()


def test_an_encrypted_file_is_asked_for_and_said_to_be_so(laptop: Line, tmp_path: Path) -> None:
    words = tmp_path / "words"
    words.write_text("湖上的风往北吹呀\n", encoding="utf-8")
    assert laptop("passphrase", "set", "--new-file", str(words)).code == 0
    assert "not encrypted" not in laptop("--passphrase-file", str(words), "doctor").out


@pytest.mark.skipif(os.name != "posix", reason="rights of files are POSIX here")
def test_a_file_others_can_read_is_named(laptop: Line) -> None:
    laptop.path.chmod(0o644)
    code, states = _states(laptop)
    assert (code, states["rights"]) == (1, "look")
    assert laptop.path.name in laptop("doctor").out


def test_the_proxy_in_use_is_named_without_its_password_and_a_bad_one_by_its_variable(
    laptop: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replica.open(laptop.path) as replica:
        replica.set_identity(msgspec.structs.replace(replica.joined(), server="http://store.example"))
    monkeypatch.setenv("HTTP_PROXY", "http://wang:secret@proxy.example:8080")
    said = laptop("doctor").out
    assert "http://proxy.example:8080 (HTTP_PROXY)" in said
    assert "secret" not in said
    monkeypatch.setenv("HTTP_PROXY", "proxy.example:8080:")
    assert _states(laptop)[1]["proxy"] == "look"
    done = laptop("sync", "--verbose")
    assert (done.code, done.err.count("HTTP_PROXY")) == (3, 2)  # before the exchange, and as its end
    assert "http://store.example" in done.err
