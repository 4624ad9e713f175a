"""The exchange's screen says what the office holds by its receipts: how many of how many, the newest, the head hash."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import msgspec

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.labels.fork import fork_words
from supervisor_tui.locale import set_language
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.sync_state import forked
from sync.replica.sync_state.fork_recovery import switch_device
from tests.faults.conftest import NOTE
from tests.faults.kills import copied
from tests.store import District, free_port, serving
from tests.supervisor_tui.workbench import press, shown, until
from tests.sync.laptops import give_unit, identity, new_laptop


def _heads(database: Path, device: str) -> dict[str, tuple[int, str]]:
    """Ledger -> the number and the hash of the last entry of a device that the store's database holds."""
    with sqlite3.connect(database) as connection:
        rows = connection.execute("SELECT ledger, seq, hash FROM chain WHERE device = ?", (device,)).fetchall()
    return {ledger: (seq, hash_) for ledger, seq, hash_ in rows}


def _rows(app: WorkbenchApp) -> list[tuple[str, str, str]]:
    """Number, end and hash in the rows of receipts that stand on the screen, from above."""
    receipts = query.receipts(app.replica, 500)
    rows = []
    for line in shown(app).splitlines():
        for each in receipts:
            if each.hash[7:19] in line:
                words = line.replace(">", " ").split()
                rows.append((words[0], next(word for word in words[2:] if word == str(each.seq)), each.hash))
    return rows


async def test_it_shows_how_many_the_newest_and_the_head_hash_as_the_store_holds_them(
    district: District, tmp_path: Path
) -> None:
    set_language("en")
    path = tmp_path / "replica.db"
    with serving(district.database) as district.address, district.laptop(path, "wang") as wang:
        exchange(wang)
        for unit in ("u-1", "u-2", "u-1"):
            edits.create(wang, "liaison_note", unit, NOTE)
            exchange(wang)
        device = wang.joined().device
        edits.create(wang, "liaison_note", "u-2", NOTE)
    # the store is gone: what follows is what the laptop knows by receipts alone
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(120, 40)) as pilot:
        set_language("en")
        await press(pilot, "f5")
        await until(pilot, lambda: "holds 3 of 4, by its receipts" in shown(app))
        held = _heads(district.database, device)
        newest, other = held["u-1"], held["u-2"]
        rows = _rows(app)
        assert [(int(seq), hash_) for _, seq, hash_ in rows] == [newest, other], "the newest first"
        assert int(rows[0][0]) > int(rows[1][0])


async def test_what_a_store_has_lost_is_no_longer_said_to_be_held(district: District, tmp_path: Path) -> None:
    set_language("en")
    path, port = tmp_path / "replica.db", free_port()
    with serving(district.database, port) as district.address, district.laptop(path, "wang") as wang:
        exchange(wang)
    before = copied(district.database, tmp_path / "before")
    with serving(district.database, port), Replica.open(path) as wang:
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)  # answered with 200 and receipted; then the disk of the store loses it
    with serving(before, port), Replica.open(path) as wang:
        result = exchange(wang)
        assert result.pushed == 1, "noticed, and given again"
        device = wang.joined().device
    assert _heads(before, device)["u-1"][0] == 1
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(120, 40)) as pilot:
        set_language("en")
        await press(pilot, "f5")
        await until(pilot, lambda: "holds 1 of 1, by its receipts" in shown(app))
        assert [(int(seq), hash_) for _, seq, hash_ in _rows(app)] == [_heads(before, device)["u-1"]]


async def test_a_fork_is_told_on_it_for_a_month_in_the_chosen_language(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    with new_laptop(path, device="d-old") as laptop:
        set_language("zh")
        give_unit(laptop)
        edits.create(laptop, "liaison_note", "u-1", NOTE)
        switch_device(laptop, identity(device="d-new"))
        fork = forked.recent(laptop)
        assert fork is not None
        assert (fork.device, fork.since) == ("d-old", "2026-01-01T00:00:00.000Z"), "nothing was ever delivered"
        told = "".join(fork_words(laptop, fork).split())
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(120, 40)) as pilot:
        set_language("zh")
        await press(pilot, "f5")
        await until(pilot, lambda: told in "".join(shown(app).split()))
    with Replica.open(path) as laptop:
        long_ago = msgspec.structs.replace(fork, at="2020-01-01T00:00:00.000Z")
        laptop.set_setting(forked.FORK, msgspec.json.encode(long_ago).decode())
        assert forked.recent(laptop) is None
