"""A chain that a restored store knows otherwise than a laptop: its other side comes back whole, however long it is."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from sync.central.admin.quarantine import every_item
from sync.central.bundles.exchange import answer
from sync.central.log.verify import Verifier
from sync.central.service.store import Store, open_store
from sync.client.bundle_exchange import read_answer, write_request
from sync.client.session import Result, exchange
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.faults.test_set_aside import write_unchecked
from tests.rows import dump
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit"}


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir()
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def _write(replica: Replica, what: str, count: int, length: int) -> set[str]:
    """Notes on a unit that are long; what they begin with."""
    for number in range(count):
        content = f"{what} {number} " + "学" * length
        edits.create(replica, "liaison_note", "u-1", NOTE | {"content": content})
    return {f"{what} {number}" for number in range(count)}


def _read(replica: Replica) -> list[str]:
    listing = query.history(replica, "u-1", "liaison_note")
    return sorted(" ".join(str(row.fields["content"]).split()[:2]) for row in listing.rows(0, listing.count))


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    assert query.status(replica).pending == 0
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _is_sound(database: Path) -> None:
    store = open_store(database)
    key = store.district.public_key
    verified = store.engine.read(lambda session: Verifier(session, "demo", key).verify())
    again = store.engine.read(lambda session: session.rows("SELECT hash FROM again"))
    written = store.engine.read(lambda session: session.rows("SELECT head FROM entry WHERE device LIKE 'again-%'"))
    store.close()
    assert (verified.breaks, verified.unsealed) == ([], 0)
    assert {hash_ for (hash_,) in again} <= {msgspec.json.decode(head)["was"] for (head,) in written}


class Parted(msgspec.Struct, kw_only=True):
    """A restored store in whose copy of a chain an old copy of the laptop has gone on, and who holds the other side."""

    district: District
    wang: Replica
    old_copy: Replica
    director: Replica
    backup: Path
    wanted: set[str]


SMALL, REAL = (1, 6, 1), (0, 100, 2_500)  # bytes at once (0: as it comes), notes before and after, their length


@pytest.fixture(params=[SMALL, REAL], ids=["an entry a message", "real messages"])
def parted(
    district: District, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Parted:
    """What both sides share is longer than a message, and so is what they do not."""
    at_once, count, length = request.param
    if at_once:
        monkeypatch.setattr("sync.client.batch_size._FIRST_BYTES", at_once)
    with serving(district.database) as district.address:
        wang = district.laptop(tmp_path / "wang.db", "wang")
        director = district.laptop(tmp_path / "director.db", "director")
        exchange(wang)
        wanted = _write(wang, "before", count, length)
        exchange(wang)
        exchange(director)
        wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old_copy = Replica.open(_copied(wang.path, tmp_path / "old"))
    backup = _copied(district.database, tmp_path / "backup")
    with serving(district.database, int(district.address.rpartition(":")[2])):
        wanted |= _write(wang, "after", count, length)
        exchange(wang)
        exchange(director)
    return Parted(district=district, wang=wang, old_copy=old_copy, director=director, backup=backup, wanted=wanted)


@pytest.mark.parametrize("giver", ["director", "wang"])
def test_the_other_side_of_a_chain_comes_back_whole_in_as_many_messages_as_it_takes(parted: Parted, giver: str) -> None:
    """An old copy of the laptop has written in the place of what the store has lost, and went on for a while."""
    laptops = {"director": parted.director, "wang": parted.wang, "old copy": parted.old_copy}
    with serving(parted.backup, int(parted.district.address.rpartition(":")[2])):
        wanted = parted.wanted | _write(parted.old_copy, "instead", 3, 1)
        exchange(parted.old_copy)
        exchange(laptops[giver])
        fresh = msgspec.structs.replace(parted.district, database=parted.backup).laptop(
            parted.backup.parent / "fresh.db", "director"
        )
        exchange(fresh)
        assert _read(fresh) == sorted(wanted)
        laptops["fresh"] = fresh
        for laptop in (*laptops.values(), *laptops.values()):
            exchange(laptop)
        for laptop in laptops.values():
            again = exchange(laptop)
            assert (again.pushed, again.pulled) == (0, 0)
            assert _read(laptop) == sorted(wanted)
            _holds(laptop)
            laptop.close()
    _is_sound(parted.backup)


@pytest.mark.parametrize("parted", [SMALL], ids=["an entry a message"], indirect=True)
@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 0, 2)])
def test_many_sides_of_one_chain_of_which_some_share_a_beginning_come_back_whole(
    parted: Parted, tmp_path: Path, order: tuple[int, ...]
) -> None:
    """A store is put back to one backup again and again, and each time another copy of the laptop's file goes on."""
    port = int(parted.district.address.rpartition(":")[2])
    wanted = set(parted.wanted)
    holders = [parted.director]
    copies = [Replica.open(_copied(parted.wang.path, tmp_path / f"copy {number}")) for number in range(2)]
    for number, laptop in enumerate((parted.old_copy, *copies)):
        database = _copied(parted.backup, tmp_path / f"store {number}")
        with serving(database, port):
            exchange(laptop)
            wanted |= _write(laptop, f"side-{number}", 4, 1)
            exchange(laptop)
            path = tmp_path / f"reader {number}.db"
            reader = msgspec.structs.replace(parted.district, database=database).laptop(path, "director")
            exchange(reader)
            holders.append(reader)
        laptop.close()
    last = _copied(parted.backup, tmp_path / "last")
    with serving(last, port):
        for which in (*order, *order):
            exchange(holders[which])
        for which in order:
            assert _read(holders[which]) == sorted(wanted)
            _holds(holders[which])
    _is_sound(last)


@pytest.mark.parametrize("parted", [SMALL], ids=["an entry a message"], indirect=True)
def test_the_other_side_comes_back_whole_by_stick_in_one_trip(
    parted: Parted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request says all at once, message after message, before the store has said what it lacks."""
    monkeypatch.setattr("sync.client.bundle_exchange._MESSAGE_BYTES", 1)
    store = open_store(parted.backup)
    wanted = parted.wanted | _write(parted.old_copy, "instead", 3, 1)
    _trip(store, parted.old_copy, tmp_path)
    assert _trip(store, parted.director, tmp_path).again  # the store was restored
    assert not _trip(store, parted.director, tmp_path).again
    for laptop in (parted.wang, parted.old_copy, parted.director) * 4:
        _trip(store, laptop, tmp_path)
    for laptop in (parted.director, parted.wang, parted.old_copy):
        assert _read(laptop) == sorted(wanted)
        _holds(laptop)
    store.close()
    _is_sound(parted.backup)


def _trip(store: Store, laptop: Replica, folder: Path) -> Result:
    return read_answer(laptop, answer(store, write_request(laptop, folder).path, folder).path)


def test_content_whose_bare_head_others_gave_back_reaches_the_other_side_too(
    district: District, tmp_path: Path
) -> None:
    """A colleague may not read what is kept apart: she gives back its head alone, and its author the rest."""
    with serving(district.database) as district.address:
        wang, li = (district.laptop(tmp_path / f"{who}.db", who) for who in ("wang", "li"))
        for laptop in (wang, li):
            exchange(laptop)
        _write(wang, "before", 2, 1)
        exchange(wang)
        wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        old_copy = Replica.open(_copied(wang.path, tmp_path / "old"))
    backup = _copied(district.database, tmp_path / "backup")
    port = int(district.address.rpartition(":")[2])
    with serving(district.database, port):
        _write(wang, "after", 2, 1)
        write_unchecked(wang, "u-1", NOTE | {"content": "apart 0", "mode": "telepathy"})
        _write(wang, "later", 1, 1)
        for laptop in (wang, li):
            exchange(laptop)
    with serving(backup, port):
        _write(old_copy, "instead", 1, 1)
        exchange(old_copy)
        exchange(li)
        assert _kept_apart(backup) == [""]
        for laptop in (wang, old_copy, li, wang, old_copy, li):
            exchange(laptop)
        assert _kept_apart(backup) == ["apart 0"]
        shown = ["after 0", "after 1", "before 0", "before 1", "instead 0", "later 0"]
        for laptop in (wang, old_copy, li):
            own = query.record(laptop, "r-bad")
            assert (own is None) == (laptop is li), "others hold a stub"
            assert own is None or own.apart
            assert _read(laptop) == sorted(shown + ["apart 0"] * (own is not None))
            _holds(laptop)
            laptop.close()
    _is_sound(backup)


def _kept_apart(database: Path) -> list[str]:
    """What is kept apart says, as far as the store holds its content."""
    store = open_store(database)
    items = every_item(store)
    store.close()
    return [" ".join(str(item.set.get("content", "")).split()[:2]) for item in items if item.seq]


@pytest.mark.parametrize("parted", [SMALL], ids=["an entry a message"], indirect=True)
@pytest.mark.parametrize("went_on", [False, True])
def test_the_long_chain_of_a_laptop_revoked_after_the_backup_comes_back_whole(parted: Parted, went_on: bool) -> None:
    """The laptop itself is gone; what its receipts prove stays accepted, though it may write no more."""
    lost, port = parted.district.database, int(parted.district.address.rpartition(":")[2])
    with serving(lost, port):
        office(lost, "revoke", parted.wang.joined().device)
        exchange(parted.director)
    with serving(parted.backup, port):
        wanted = parted.wanted
        if went_on:
            wanted = wanted | _write(parted.old_copy, "instead", 2, 1)
            exchange(parted.old_copy)
        exchange(parted.director)
        assert _read(parted.director) == sorted(wanted)
        _holds(parted.director)
        assert _kept_apart(parted.backup) == []
    _is_sound(parted.backup)
