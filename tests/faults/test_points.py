"""Killed at every crash point the program names: what was acknowledged is there once, the rest pending, files open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

import supervisor_tui
import sync
from supervisor_tui.reports.output_file import write_file
from sync.central.admin.backup import back_up
from sync.central.admin.backup import restore as restore_store
from sync.central.bundles.exchange import answer
from sync.central.service.store import open_store
from sync.client.bundle_exchange import write_request
from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.backup import backup, restore
from sync.replica.maintenance.verify import verify
from sync.replica.storage import encryption, rekey
from sync.system.fault_points import POINTS
from tests.faults.killing import AtPoint, forked
from tests.faults.points import LAPTOP, LINE, Attached, kill_at_points, save
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
IN_THE_CODE = re.compile(r'fault_point\("([^"]+)"\)')


def test_the_list_of_points_is_what_the_code_passes() -> None:
    rooms = [Path(sync.__file__).parent, Path(supervisor_tui.__file__).parent]
    named = {point for room in rooms for file in room.rglob("*.py") for point in IN_THE_CODE.findall(file.read_text())}
    assert named == set(POINTS)


def test_a_kill_at_every_point_loses_and_doubles_nothing(live: District, tmp_path: Path) -> None:
    outcomes = kill_at_points(live, tmp_path, 1)
    assert [(each.fault, each.lost, each.doubled) for each in outcomes if each.lost or each.doubled] == []
    assert [each.injected for each in outcomes] == [8, 9, 4]


def test_there_is_a_point_before_in_and_after_every_write(live: District, tmp_path: Path) -> None:
    """No statement changes a laptop's file outside what begins, is written and is committed at a point."""
    scene = Attached(live, tmp_path)
    writing = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE|COMMIT)", re.IGNORECASE)
    for work in (lambda replica: save(replica, scene.paper, lambda _: None), exchange):
        passed: list[str] = []
        with scene.taken() as (laptop, _), Replica.open(laptop) as replica, pytest.MonkeyPatch.context() as patch:
            patch.setattr("sync.system.fault_points.listener", passed.append)
            replica.connection.set_trace_callback(
                lambda text: passed.append(text) if writing.match(text) else None  # noqa: B023 - read within the round
            )
            work(replica)
            replica.connection.set_trace_callback(None)
        inside = False
        for before, each in zip(["", *passed], passed, strict=False):
            if each in ("laptop.begun", "laptop.committed"):
                inside = each == "laptop.begun"
            assert inside or not writing.match(each), each
            assert not each.startswith("COMMIT") or before == "laptop.written"
        assert len(passed) > 40


FileWork = Callable[[Path, Path, Path], None]  # a laptop's file, a store's database, the file to write


def _bundle(laptop: Path, database: Path, target: Path) -> None:
    with Replica.open(laptop) as replica:
        write_request(replica, target)


def _answer(laptop: Path, database: Path, target: Path) -> None:
    store = open_store(database)
    answer(store, laptop.with_name("asked"), target)
    store.close()


def _relock(laptop: Path, database: Path, target: Path) -> None:
    rekey.relock(laptop, None, encryption.new_key("four trees by the lake"))


FILES: dict[str, FileWork] = {
    "a bundle": _bundle,
    "an answer": _answer,
    "a backup": lambda laptop, _, target: backup(laptop, target),
    "a profile that is restored": lambda laptop, _, target: void(restore(laptop.with_name("copy"), target)),
    "a report": lambda _laptop, _, target: write_file(target, [b"x" * 100_000] * 20),
    "a store's backup": lambda _, database, target: void(back_up(database, target)),
    "a store that is restored": lambda _, database, target: void(restore_store(database, target)),
    "a passphrase": _relock,
}


@pytest.mark.parametrize("what", FILES)
def test_killed_around_a_files_name_it_is_there_whole_or_not_at_all(what: str, live: District, tmp_path: Path) -> None:
    laptop, target = tmp_path / "a.db", tmp_path / "target"
    with live.laptop(laptop, "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        write_request(wang, tmp_path / "asked")
    backup(laptop, tmp_path / "copy")

    last = 2 if what == "a store that is restored" else 1  # the copy it is made from is named before it

    def work(point: str) -> Callable[[Callable[[str], None]], None]:
        def do(tell: Callable[[str], None]) -> None:
            AtPoint(point, last, tell)
            FILES[what](laptop, live.database, target)

        return do

    for point in ("file.written", "file.named"):
        target.unlink(missing_ok=True)
        assert forked(work(point)).was_killed
        if what == "a passphrase":
            assert (encryption.salt_of(laptop) is not None) == (point == "file.named")
        else:
            assert target.exists() == (point == "file.named")
    if what != "a passphrase":
        target.unlink()
        assert Counter(forked(work("")).said)["at file.named"] >= 1  # what was left behind is no obstacle
        assert target.exists()
        with Replica.open(laptop) as replica:
            assert verify(replica).breaks == []
            assert query.status(replica).pending == 1


def void(_: object) -> None:
    """Forget a value."""


def test_the_scenes_reach_every_point(live: District, tmp_path: Path) -> None:
    scene = Attached(live, tmp_path)
    reached = {
        *scene.dry(LAPTOP),
        *scene.dry(LINE),
        *(point for point in POINTS if point.startswith(("store", "file"))),
    }
    assert reached == set(POINTS)
