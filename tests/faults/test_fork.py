"""A laptop restored from an old copy, and a copied profile used on two laptops: noticed, gone on with, nothing lost."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.client.session import Rejected, exchange
from sync.ledger import keys
from sync.model.days import DEFAULT
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.sync_state import forked
from tests.faults.killing import on_a_laptop
from tests.rows import dump
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _copied(path: Path, name: str) -> Path:
    """A copy of a closed laptop file."""
    copy = path.parent / name / "replica.db"
    copy.parent.mkdir()
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, copy.with_name(copy.name + file.name[len(path.name) :]))
    return copy


def _note(replica: Replica, content: str, unit: str = "u-1") -> str:
    return edits.create(replica, "liaison_note", unit, NOTE | {"content": content}).record


def _contents(replica: Replica, unit: str = "u-1") -> set[str]:
    listing = query.history(replica, unit, "liaison_note")
    return {str(row.fields["content"]) for row in listing.rows(0, listing.count)}


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    assert query.status(replica).pending == 0
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _same_records(one: Replica, other: Replica) -> None:
    """Both fold to the same records of the units both may see."""
    rows = [{row for row in dump(each) if row[0] == "record" and row[2] in ("u-1", "u-2")} for each in (one, other)]
    assert rows[0] == rows[1]


def test_a_laptop_restored_from_an_old_copy_goes_on_as_a_new_device(live: District, tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "before the copy")
        exchange(wang)
    old = _copied(path, "old")
    with Replica.open(path) as wang:
        for number in range(3):
            _note(wang, f"after the copy {number}")
        _note(wang, "on another unit", "u-2")
        exchange(wang)
    with Replica.open(old) as restored, live.laptop(tmp_path / "b.db", "director") as director:
        device = restored.joined().device
        _note(restored, "after the restoration")
        _note(restored, "and once more")
        result = exchange(restored)
        assert (result.renewed, result.quarantined) == (True, [])
        assert restored.joined().device != device
        assert len(_contents(restored)) == 6
        assert _contents(restored, "u-2") == {"on another unit"}
        _holds(restored)
        _note(restored, "the next day")
        again = exchange(restored)
        assert (again.renewed, again.pushed) == (False, 1)
        exchange(director)
        assert _contents(director) == _contents(restored)
        assert len(_contents(director)) == 7
        _holds(director)
        _same_records(restored, director)


def test_a_copied_profile_used_on_two_laptops_at_once_loses_nothing(live: District, tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        record = _note(wang, "shared")
        exchange(wang)
    copy = _copied(path, "copy")
    with Replica.open(path) as one, Replica.open(copy) as other:
        edits.correct(one, record, {"content": "as the first has it"}, "x")
        edits.correct(other, record, {"content": "as the second has it"}, "x")
        _note(one, "the first's own")
        _note(other, "the second's own")
        assert not exchange(one).renewed
        assert exchange(other).renewed
        exchange(one)
        for laptop in (one, other):
            found = query.record(laptop, record)
            assert found is not None
            assert {value.value for value in found.conflicts["content"]} == {
                "as the first has it",
                "as the second has it",
            }
            assert {"the first's own", "the second's own"} <= _contents(laptop)
            _holds(laptop)
        _same_records(one, other)


def test_an_open_handle_notices_that_another_went_on_as_a_new_device(live: District, tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "shared")
    copy = _copied(path, "copy")
    with Replica.open(path) as one:
        _note(one, "the first's own")
        exchange(one)
    with Replica.open(copy) as screen, Replica.open(copy) as worker:
        _note(screen, "the second's own")
        assert exchange(worker).renewed
        assert screen.joined().device == worker.joined().device
        _note(screen, "written on the screen meanwhile")
        assert exchange(worker).pushed == 1


@pytest.mark.parametrize("seed", range(6))
def test_killed_on_the_way_it_goes_on_all_the_same(live: District, tmp_path: Path, seed: int) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "shared")
        exchange(wang)
    copy = _copied(path, "copy")
    with Replica.open(path) as one:
        _note(one, "the first's own")
        exchange(one)
    with Replica.open(copy) as other:
        _note(other, "the second's own")
    at = random.Random(seed).randrange(20, 160)
    on_a_laptop(copy, at, _exchange)
    with Replica.open(copy) as other:
        exchange(other)
        assert _contents(other) == {"shared", "the first's own", "the second's own"}
        _holds(other)


def _exchange(replica: Replica, tell: Callable[[str], None]) -> None:
    exchange(replica)


def test_a_revoked_laptop_has_no_successor(live: District, tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "shared")
    copy = _copied(path, "copy")
    with Replica.open(path) as one:
        _note(one, "the first's own")
        exchange(one)
    with Replica.open(copy) as other:
        _note(other, "the second's own")
        office(live.database, "revoke", other.joined().device)
        with pytest.raises(Rejected):
            exchange(other)
        assert query.status(other).pending == 1
        assert "the second's own" in _contents(other)
    assert json.loads(office(live.database, "stats", "--json"))["quarantine"] == 1  # held for the office to read


def test_a_laptop_rolled_back_with_nothing_unsent_fetches_its_own_and_keeps_its_name(
    live: District, tmp_path: Path
) -> None:
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "before the copy")
        exchange(wang)
    old = _copied(path, "old")
    with Replica.open(path) as wang:
        for number in range(3):
            _note(wang, f"after the copy {number}")
        _note(wang, "on another unit", "u-2")
        exchange(wang)
    with Replica.open(old) as restored:
        device = restored.joined().device
        result = exchange(restored)
        assert (result.renewed, restored.joined().device) == (False, device)
        assert forked.recent(restored) is None
        assert len(_contents(restored)) == 4
        assert _contents(restored, "u-2") == {"on another unit"}
        _holds(restored)
        _note(restored, "and goes on")
        result = exchange(restored)
        assert (result.pushed, result.renewed) == (1, False)
        assert exchange(restored).round_trips == 1
    assert len(_devices(live)) == 1


def _devices(live: District) -> list[dict[str, str]]:
    """The laptops the office lists, without the store itself."""
    return [each for each in json.loads(office(live.database, "devices", "--json")) if each["person"] != "store"]


def _forked(live: District, tmp_path: Path) -> tuple[Path, Path, list[str]]:
    """Two files of one profile that were both written in, and the names of the devices they are now, oldest first."""
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "shared")
        exchange(wang)
    copy = _copied(path, "copy")
    with Replica.open(path) as one, Replica.open(copy) as other:
        _note(one, "the first's own")
        exchange(one)
        _note(other, "the second's own")
        exchange(other)
        return path, copy, [one.joined().device, other.joined().device]


def test_the_office_sees_which_device_follows_which(live: District, tmp_path: Path) -> None:
    *_, (first, second) = _forked(live, tmp_path)
    assert {each["device"]: each["follows"] for each in _devices(live)} == {first: "", second: first}
    (line,) = (line for line in office(live.database, "devices").splitlines() if line.startswith(second))
    assert f"follows {first}" in line


@pytest.mark.parametrize("only", [False, True])
def test_a_revoked_device_takes_those_that_follow_it_along_unless_it_alone_is_meant(
    live: District, tmp_path: Path, only: bool
) -> None:
    path, copy, (first, second) = _forked(live, tmp_path)
    again = _copied(copy, "again")
    with Replica.open(copy) as one, Replica.open(again) as other:
        for laptop, content in ((one, "of the second"), (other, "of the third")):
            _note(laptop, content)
            exchange(laptop)
        third = other.joined().device
    said = office(live.database, "revoke", first, *(["--only"] if only else []))
    revoked = {each["device"] for each in _devices(live) if each["revoked_at"]}
    assert revoked == ({first} if only else {first, second, third})
    assert all(device in said for device in revoked)
    for file in (path, copy, again):
        with Replica.open(file) as laptop:
            if only and file != path:
                exchange(laptop)
            else:
                with pytest.raises(Rejected):
                    exchange(laptop)


def test_who_revokes_a_follower_is_told_of_the_device_it_follows(live: District, tmp_path: Path) -> None:
    *_, (first, second) = _forked(live, tmp_path)
    said = office(live.database, "revoke", second)
    assert f"{second} follows {first}, which is not revoked" in said
    assert [bool(each["revoked_at"]) for each in _devices(live)] == [False, True]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_fork_is_told_in_one_sentence(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    from supervisor_tui.cli import commands

    path = tmp_path / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "shared")
        exchange(wang)
        device = wang.joined().device
        (receipt,) = query.receipts(wang)
    copy = _copied(path, "copy")
    with Replica.open(copy) as one:
        _note(one, "the first's own")
        exchange(one)
    with Replica.open(path) as other:
        _note(other, "the second's own")
    home = ("--home", str(tmp_path), "--lang", language)
    assert commands.run([*home, "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["fork"] is None
    for command in ("sync", "status"):
        assert commands.run([*home, command]) == 0
        said = "".join(capsys.readouterr().out.split())
        for words in FORK_WORDS[language]:
            assert "".join(words.split()) in said, command
        assert "laptopofwang" in said
        assert device in said
        assert "".join(f"{DEFAULT.local(receipt.at):%Y-%m-%d %H:%M}".split()) in said
    assert commands.run([*home, "status", "--json"]) == 0
    fork = json.loads(capsys.readouterr().out)["fork"]
    assert (fork["device"], fork["name"], fork["since"]) == (device, "laptop of wang", receipt.at)


FORK_WORDS = {
    "zh": ("档案有两份在用", "什么都没有丢", "请只留一份", "请办公室停用"),
    "en": ("is in use twice", "nothing is lost", "keep one of the two", "ask the office to revoke the other"),
}


def test_nobody_becomes_a_device_without_its_key(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        identity = wang.joined()
    public = keys.public_key(keys.new_private_key())
    for signature in ("", "x", keys.sign(keys.new_private_key(), codec.succession_statement(identity.token, public))):
        request = codec.JoinRequest(device="x", public_key=public, succeeds=identity.token, signature=signature)
        answer = httpx.post(
            live.address + codec.JOIN_PATH,
            content=msgspec.json.encode(request),
            headers={"Content-Type": "application/json"},
        )
        assert answer.status_code == 401
    right = keys.sign(identity.private_key, codec.succession_statement(identity.token, public))
    other_key = keys.public_key(keys.new_private_key())
    request = codec.JoinRequest(device="x", public_key=other_key, succeeds=identity.token, signature=right)
    assert httpx.post(live.address + codec.JOIN_PATH, content=msgspec.json.encode(request)).status_code == 401
