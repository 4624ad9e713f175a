"""Disks that fill up and logs cut off as by a power cut, under a laptop and under a store: what came of each time.

The tests inject each a few times, `python -m tests.faults disks` as often as it is told.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from functools import partial
from pathlib import Path

import pytest

from supervisor_tui.cli.doctor import looked_at
from sync.central.storage import sqlite
from sync.client.session import ExchangeError, exchange
from sync.replica import CannotWrite, Replica
from sync.replica.editing import edits
from sync.replica.storage import connect
from tests.faults.counting import Outcome, bodies_on
from tests.faults.killing import forked, store_killed_at
from tests.faults.kills import Scene, copied, moved, without_waiting
from tests.faults.small_disk import SmallDisk, small_disk
from tests.store import District, free_port

LONG = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习" * 100}
PAGE = 4096
_ROOM = 24  # pages: what is left of a disk at most
_SAVES = 100  # more than any disk here has room for
Full = Callable[[], AbstractContextManager[None]]
Struck = tuple[bool, set[str]]  # whether the fault was met, and the bodies that were told kept until then


def fill_disks(live: District, folder: Path, times: int, kind: str, seed: int = 3) -> list[Outcome]:
    """Fill a disk of that kind so many times at each of the places where one of ours may be."""
    (folder / "scene").mkdir()
    scene = Scene(live, folder / "scene")
    chance = random.Random(seed)
    with without_waiting(), small_disk(folder / "disk", kind) as disk:
        return [_filled(scene, disk, name, times, chance) for name in _PLACES]


def _filled(scene: Scene, disk: SmallDisk, name: str, times: int, chance: random.Random) -> Outcome:
    outcome = Outcome(fault=f"{disk.kind} full: {name}")
    on_disk = {"store": disk.folder} if name.startswith("store") else {"laptop": disk.folder}
    number = 0
    while outcome.injected < times:
        room = PAGE * (number if number < 8 else chance.randrange(_ROOM))
        number += 1
        with scene.taken(**on_disk) as (laptop, database):
            met, told = _PLACES[name](disk, room, laptop, database)
            outcome.injected += met
            _doctor_finds_nothing_wrong(laptop)
            scene.recover(laptop, database, told, outcome)
    return outcome


def _doctor_finds_nothing_wrong(laptop: Path) -> None:
    with Replica.open(laptop) as replica:
        states = {each.name: each.state for each in looked_at(replica)}
    assert (states["file"], states["history"]) == ("fine", "fine"), states


def _in_a_save(disk: SmallDisk, room: int, laptop: Path, _: Path) -> Struck:
    """Notes are kept until there is no room; the file is closed while there is none, too."""
    told: set[str] = set()
    with Replica.open(laptop) as replica, disk.full(room):
        held = bodies_on(replica).keys()
        with suppress(CannotWrite):
            for _number in range(_SAVES):
                edits.create(replica, "liaison_note", "u-1", LONG)
                told |= (now := bodies_on(replica).keys()) - held
                held = now
            raise AssertionError("the disk does not fill up")
        replica.close()
    return True, told


def _in_a_pull(disk: SmallDisk, room: int, laptop: Path, database: Path) -> Struck:
    port = free_port()
    moved(laptop, port)
    with store_killed_at(database, 0, port), Replica.open(laptop) as replica, disk.full(room):
        try:
            exchange(replica)
        except CannotWrite:
            return True, set()
    return False, set()


def _in_a_push(disk: SmallDisk, room: int, laptop: Path, database: Path) -> Struck:
    port = free_port()
    moved(laptop, port)
    with store_killed_at(database, 0, port) as process, Replica.open(laptop) as replica:
        code = ""
        with disk.full(room, [process]):
            try:
                exchange(replica)
            except ExchangeError as error:
                code = error.code
        assert code in ("", "unavailable"), code
    return bool(code), set()


def _checkpointing(strike: Callable[[SmallDisk, int, Path, Path], Struck]) -> Callable[..., Struck]:
    """The same while the log is copied into the file at every commit."""

    def struck(disk: SmallDisk, room: int, laptop: Path, database: Path) -> Struck:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(connect, "CHECKPOINT_PAGES", 1)
            patch.setattr(sqlite, "_CHECKPOINT_PAGES", 1)
            return strike(disk, room, laptop, database)

    return struck


_PLACES: dict[str, Callable[[SmallDisk, int, Path, Path], Struck]] = {
    "laptop, in a save": _in_a_save,
    "laptop, in a pull": _in_a_pull,
    "laptop, in a checkpoint": _checkpointing(_in_a_save),
    "store, in a push": _in_a_push,
    "store, in a checkpoint": _checkpointing(_in_a_push),
}


# --- power cuts ------------------------------------------------------------------------------------------------------


def cut_logs(live: District, folder: Path, times: int, seed: int = 3) -> list[Outcome]:
    """Cut, zero or scramble the end of a log so many times, on a laptop and on a store."""
    (folder / "scene").mkdir()
    scene = Scene(live, folder / "scene")
    chance = random.Random(seed)
    with without_waiting():
        return [cut(scene, times, chance) for cut in _CUTS]


def _cut_after_saves(scene: Scene, times: int, chance: random.Random) -> Outcome:
    """What was told kept had reached the disk; what lies behind it in the log has not, or by pieces."""
    outcome = Outcome(fault="power cut: laptop, in a save")
    whole = copied(scene.laptop, scene.folder / "saved")
    _fold_in(whole)
    said = [line.split() for line in forked(partial(_save_and_die, whole)).said]
    told = [(body, int(size)) for body, size in said]
    log = _log(whole).read_bytes()
    for number in range(times):
        kept = number % len(told)
        end = told[kept + 1][1] if kept + 1 < len(told) else len(log)
        with scene.taken() as (laptop, database):
            copied_over(whole, laptop)
            _log(laptop).write_bytes(_spoiled(log, chance.randint(told[kept][1], end), end, chance))
            outcome.injected += 1
            _doctor_finds_nothing_wrong(laptop)
            scene.recover(laptop, database, {body for body, _ in told[: kept + 1]}, outcome)
    return outcome


def _cut_after_an_exchange(scene: Scene, times: int, chance: random.Random) -> Outcome:
    """A disk that lied: what the office has given receipts for comes back, however far back the log is cut."""
    outcome = Outcome(fault="power cut: laptop, behind an exchange")
    for _ in range(times):
        with scene.taken() as (laptop, database):
            port = free_port()
            moved(laptop, port)
            _fold_in(laptop)
            with store_killed_at(database, 0, port):
                forked(partial(_exchange_and_die, laptop))
            _spoil(_log(laptop), chance)
            outcome.injected += 1
            _doctor_finds_nothing_wrong(laptop)
            scene.recover(laptop, database, set(), outcome)
    return outcome


def _cut_in_what_was_told(scene: Scene, times: int, chance: random.Random) -> Outcome:
    """What a person wrote had reached the disk before it was sent; what came of that may not have, and comes again."""
    outcome = Outcome(fault="power cut: laptop, in what the store told")
    for _ in range(times):
        with scene.taken() as (laptop, database):
            port = free_port()
            moved(laptop, port)
            _fold_in(laptop)
            with store_killed_at(database, 0, port):
                (said,) = forked(partial(_save_exchange_and_die, laptop)).said
            body, saved = said.split()
            log = _log(laptop).read_bytes()
            _log(laptop).write_bytes(_spoiled(log, chance.randrange(int(saved), len(log)), len(log), chance))
            outcome.injected += 1
            with Replica.open(laptop) as replica:
                assert body in bodies_on(replica)
            _doctor_finds_nothing_wrong(laptop)
            scene.recover(laptop, database, {body}, outcome)
    return outcome


def _cut_at_a_store(scene: Scene, times: int, chance: random.Random) -> Outcome:
    """The same of a store's disk: laptops give back what it had given receipts for."""
    outcome = Outcome(fault="power cut: store, behind an exchange")
    for _ in range(times):
        with scene.taken() as (laptop, database):
            _fold_in(database)
            port = free_port()
            moved(laptop, port)
            with store_killed_at(database, 0, port) as process, Replica.open(laptop) as replica:
                exchange(replica)
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
            _spoil(_log(database), chance)
            outcome.injected += 1
            scene.recover(laptop, database, set(), outcome)
    return outcome


_CUTS = (_cut_after_saves, _cut_after_an_exchange, _cut_in_what_was_told, _cut_at_a_store)


def _save_and_die(path: Path, tell: Callable[[str], None]) -> None:
    replica = Replica.open(path)
    held = bodies_on(replica).keys()
    for _ in range(6):
        edits.create(replica, "liaison_note", "u-1", LONG)
        (body,) = (now := bodies_on(replica).keys()) - held
        held = now
        tell(f"{body} {_log(path).stat().st_size}")
    os.kill(os.getpid(), signal.SIGKILL)


def _save_exchange_and_die(path: Path, tell: Callable[[str], None]) -> None:
    replica = Replica.open(path)
    held = bodies_on(replica).keys()
    edits.create(replica, "liaison_note", "u-1", LONG)
    (body,) = bodies_on(replica).keys() - held
    tell(f"{body} {_log(path).stat().st_size}")
    exchange(replica)
    os.kill(os.getpid(), signal.SIGKILL)


def _exchange_and_die(path: Path, tell: Callable[[str], None]) -> None:
    exchange(Replica.open(path))
    os.kill(os.getpid(), signal.SIGKILL)


def _spoil(log: Path, chance: random.Random) -> None:
    content = log.read_bytes()
    assert content
    log.write_bytes(_spoiled(content, chance.randint(0, len(content) - 1), len(content), chance))


def _spoiled(log: bytes, at: int, end: int, chance: random.Random) -> bytes:
    """The log up to `end`, of which what follows `at` did not reach the disk, or only sectors of it did."""
    tail = bytearray(log[at:end])
    how = chance.choice(("cut", "zeros", "noise", "sectors"))
    if how == "cut":
        return log[:at]
    if how == "zeros":
        return log[:at] + bytes(len(tail))
    if how == "noise":
        return log[:at] + chance.randbytes(len(tail))
    for first in range(0, len(tail), 512):
        if first == 0 or chance.random() < 0.5:
            tail[first : first + 512] = bytes(len(tail[first : first + 512]))
    return log[:at] + bytes(tail)


def _fold_in(path: Path) -> None:
    """Bring everything into the one file, so that the log holds only what follows."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _log(path: Path) -> Path:
    return path.with_name(path.name + "-wal")


def copied_over(source: Path, target: Path) -> None:
    """Put a database's file in the place of another's, without its log."""
    for ending in ("-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    target.write_bytes(source.read_bytes())
