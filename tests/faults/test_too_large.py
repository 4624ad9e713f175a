"""A record that is too large for what stands before the store: its chain waits, everything else goes on."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from textual.pilot import Pilot

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import set_language
from sync.central.bundles.exchange import answer
from sync.central.service.store import open_store
from sync.client.bundle_exchange import read_answer, write_request
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from sync.replica.sync_state import oversized
from tests.faults.conftest import NOTE
from tests.faults.kills import without_waiting
from tests.faults.proxy import Proxy, narrow, spoiled
from tests.store import District
from tests.supervisor_tui.workbench import press, screen_lines

DOOR = 12_000  # bytes


def _note(characters: int, seed: int = 1) -> dict[str, str]:
    """A note that cannot be packed much smaller."""
    chance = random.Random(seed)
    return NOTE | {"content": "".join(chr(chance.randrange(0x4E00, 0x9F00)) for _ in range(characters))}


@pytest.fixture
def proxy(live: District) -> Iterator[Proxy]:
    """A road to the store whose door takes little."""
    with spoiled(live.address) as road, without_waiting():
        yield road


def _by(proxy: Proxy, laptop: Replica) -> None:
    laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=proxy.address))


def _write(laptop: Replica) -> str:
    """Before, a large one, two behind it, and one about another unit; the large one's id."""
    edits.create(laptop, "liaison_note", "u-1", _note(50))
    large = edits.create(laptop, "liaison_note", "u-1", _note(20_000))
    for seed in (2, 3):
        edits.create(laptop, "liaison_note", "u-1", _note(50, seed))
    edits.create(laptop, "liaison_note", "u-2", _note(2_000, 4))
    return large.record


def test_other_chains_go_on_and_what_waits_is_named(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(li)
        edits.create(li, "liaison_note", "u-1", NOTE)
        exchange(li)
        exchange(wang)
        _by(proxy, wang)
        large = _write(wang)
        proxy.standing = narrow(DOOR)
        result = exchange(wang)
        (waits,) = result.waiting
        assert (result.pushed, query.status(wang).pending) == (2, 3)
        assert (waits.record, waits.ledger, waits.kind, waits.behind) == (large, "u-1", "liaison_note", 2)
        assert waits.bytes > DOOR
        exchange(li)
        assert [query.history(li, unit, "liaison_note").count for unit in ("u-1", "u-2")] == [2, 1]
        assert verify(wang).breaks == []


def test_it_is_tried_again_alone_and_costs_one_message(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        _by(proxy, wang)
        _write(wang)
        proxy.standing = narrow(DOOR)
        exchange(wang)
        proxy.injected = 0
        edits.create(wang, "liaison_note", "u-2", _note(50, 5))
        result = exchange(wang)
        assert (result.pushed, len(result.waiting), proxy.injected) == (1, 1, 1)
        proxy.standing = None  # the office has let its proxy take more
        result = exchange(wang)
        assert (result.pushed, result.waiting, query.status(wang).pending) == (3, [], 0)
        assert oversized.places(wang) == []


def test_several_chains_may_wait(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "director") as director:
        exchange(director)
        _by(proxy, director)
        for unit in ("u-1", "u-2", "u-3"):
            for size in (20_000, 50):
                edits.create(director, "liaison_note", unit, _note(size, len(unit) + size))
        edits.create(director, "liaison_note", "u-4", _note(50))
        proxy.standing = narrow(DOOR)
        result = exchange(director)
        assert (result.pushed, [each.ledger for each in result.waiting]) == (1, ["u-1", "u-2", "u-3"])
        proxy.standing = None
        assert exchange(director).pushed == 6


def test_a_stick_carries_it(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        _by(proxy, wang)
        _write(wang)
        proxy.standing = narrow(DOOR)
        exchange(wang)
        request = write_request(wang, tmp_path / "there.request").path
        store = open_store(live.database)
        answer(store, request, tmp_path / "back.answer")
        store.close()
        read_answer(wang, tmp_path / "back.answer")
        assert (query.status(wang).pending, oversized.waiting(wang)) == (0, [])
        assert exchange(wang).waiting == []


def test_commands_and_screen_say_which_record_waits_and_what_to_do(
    live: District, tmp_path: Path, proxy: Proxy, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    with live.laptop(profile_file(home, "default"), "wang") as wang:
        exchange(wang)
        _by(proxy, wang)
        large = _write(wang)
    proxy.standing = narrow(DOOR)
    for lang, words in (("en", ("too large", "stick", "2 written here later")), ("zh", ("太大", "U盘", "2 条也在等"))):
        for command in ("sync", "status"):
            assert commands.run(["--home", str(home), "--lang", lang, command]) == 0
            said = capsys.readouterr().out
            assert all(word in said for word in words), said
            assert commands.run(["--home", str(home), "--lang", lang, command, "--json"]) == 0
            (waits,) = json.loads(capsys.readouterr().out)["waiting"]
            assert (waits["record"], waits["behind"]) == (large, 2)


async def test_the_sync_screen_says_which_record_waits(live: District, tmp_path: Path, proxy: Proxy) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        _by(proxy, wang)
        _write(wang)
        proxy.standing = narrow(DOOR)
        exchange(wang)
    set_language("zh")
    app = WorkbenchApp(tmp_path / "a.db", Replica.open(tmp_path / "a.db"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5")
        await _until_quiet(app, pilot)
        shown = "".join(line.strip() for line in screen_lines(app))
        assert "太大" in shown
        assert "也在等" in shown
        assert "请写入U盘上报" in shown


async def _until_quiet(app: WorkbenchApp, pilot: Pilot[str]) -> None:
    while app.sync_job.running:
        await pilot.pause(0.05)
    await pilot.pause()
