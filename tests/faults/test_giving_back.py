"""A store put back to last week's copy gets everything back from whoever holds it, in any order, and nothing twice."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest

from sync.central.log.verify import Verifier
from sync.central.service.store import open_store
from sync.client.session import Rejected, exchange
from sync.ledger import keys
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "另一件",
    "due_on": "2026-10-01",
    "opened_on": "2026-09-01",
    "status": "open",
}
CAMPAIGN = """[campaign]
id = "c-2"
batch = "2"
starts_on = "2026-09-01"
title = { zh = "第二批" }
[[stage]]
stage = "study"
title = { zh = "学习" }
starts_on = "2026-09-01"
ends_on = "2026-10-31"
"""


def _copy(path: Path, name: str) -> Path:
    folder = path.parent.parent / name if path.parent.name in ("store", "laptop") else path.parent / name
    folder.mkdir(parents=True)
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def _note(replica: Replica, content: str, unit: str = "u-1") -> str:
    return edits.create(replica, "liaison_note", unit, NOTE | {"content": content}).record


def _contents(replica: Replica, unit: str = "u-1") -> list[str]:
    listing = query.history(replica, unit, "liaison_note")
    return sorted(str(row.fields["content"]) for row in listing.rows(0, listing.count))


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    assert query.status(replica).pending == 0
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def _folded(replica: Replica) -> list[tuple[object, ...]]:
    """What a person sees of every record, wherever its entries stand."""
    rows = replica.connection.execute("SELECT DISTINCT record FROM record WHERE kind <> 'device' ORDER BY record")
    found = [query.record(replica, record) for (record,) in rows.fetchall()]
    return [(each.record, each.kind, each.fields, sorted(each.conflicts)) for each in found if each is not None]


def _stored(database: Path) -> list[tuple[str, str]]:
    """Every entry of the store: hash and verdict; none stands there twice."""
    store = open_store(database)
    rows = store.engine.read(lambda session: session.rows("SELECT hash, code FROM entry ORDER BY hash"))
    key = store.district.public_key
    verified = store.engine.read(lambda session: Verifier(session, "demo", key).verify())
    store.close()
    assert (verified.breaks, verified.unsealed) == ([], 0)
    assert len({hash_ for hash_, _ in rows}) == len(rows)
    return [(str(hash_), str(code)) for hash_, code in rows]


class Week(msgspec.Struct, kw_only=True):
    """A week of work after a backup: what the store held at its end, and the laptops as they stood then."""

    district: District
    backup: Path
    laptops: dict[str, Path]
    stored: list[tuple[str, str]]
    folded: dict[str, list[tuple[object, ...]]]

    @contextmanager
    def restored(self, name: str) -> Iterator[Path]:
        """The store as it stood a week ago, served where the laptops look for it."""
        database = _copy(self.backup, name)
        with serving(database, int(self.district.address.rpartition(":")[2])):
            yield database

    def open(self, who: str, name: str = "") -> Replica:
        """A laptop as it stood at the end of the week; a copy of it if it is given a name."""
        path = self.laptops[who]
        return Replica.open(_copy(path, f"{name}-{who}") if name else path)


@pytest.fixture(scope="module")
def week(district_made_once: District, tmp_path_factory: pytest.TempPathFactory) -> Week:
    """Wang, Zhao and the office work for a week; Zhao's unit changes hands, units and a campaign come in."""
    folder = tmp_path_factory.mktemp("week")
    database = folder / "store" / "central.db"
    database.parent.mkdir()
    for file in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(file, database.parent / file.name)
    district = msgspec.structs.replace(district_made_once, database=database)
    laptops = {who: folder / who / "replica.db" for who in ("wang", "zhao", "director")}
    with serving(database) as district.address:
        for who, path in laptops.items():
            path.parent.mkdir()
            with district.laptop(path, who) as laptop:
                exchange(laptop)
                if who == "wang":
                    _note(laptop, "before the backup")
                    exchange(laptop)
    backup = _copy(database, "backup")
    with serving(database, int(district.address.rpartition(":")[2])):
        _work_a_week(district, laptops, folder)
    folded = {}
    for who, path in laptops.items():
        with Replica.open(path) as laptop:
            folded[who] = _folded(laptop)
    return Week(district=district, backup=backup, laptops=laptops, stored=_stored(database), folded=folded)


def _work_a_week(district: District, laptops: dict[str, Path], folder: Path) -> None:
    with (
        Replica.open(laptops["wang"]) as wang,
        Replica.open(laptops["zhao"]) as zhao,
        Replica.open(laptops["director"]) as director,
    ):
        _note(wang, "of Monday")
        _note(zhao, "of Tuesday", "u-3")
        problem = edits.create(wang, "follow_up", "u-2", FOLLOW_UP)
        for laptop in (wang, zhao, director):
            exchange(laptop)
        edits.step(director, problem.record, "in_progress", "已联系")
        office(district.database, "assign", "u-3", "--group", "first")
        _note(zhao, "written after the unit had changed hands", "u-3")  # kept apart: out of scope
        exchange(zhao)
        (folder / "campaign.toml").write_text(CAMPAIGN, encoding="utf-8")
        (folder / "more.csv").write_text("id,name,category\nu-9,新到单位,farm\n", encoding="utf-8")
        office(district.database, "import", "campaign", str(folder / "campaign.toml"))
        office(district.database, "import", "units", str(folder / "more.csv"))
        office(district.database, "assign", "u-9", "--group", "first")
        exchange(wang)
        _note(wang, "on the new unit", "u-9")
        for laptop in (wang, director, zhao, wang):
            exchange(laptop)


@pytest.mark.parametrize("order", list(itertools.permutations(("wang", "zhao", "director"))))
def test_laptops_that_give_back_in_any_order_bring_back_the_same(week: Week, order: tuple[str, ...]) -> None:
    name = "-".join(order)
    with week.restored(name) as database:
        laptops = {who: week.open(who, name) for who in order}
        for who in (*order, *order):
            exchange(laptops[who])
        assert _stored(database) == week.stored
        for who, laptop in laptops.items():
            assert _folded(laptop) == week.folded[who]
            again = exchange(laptop)
            assert (again.pushed, again.pulled) == (0, 0)
            _holds(laptop)
            laptop.close()


def test_one_office_laptop_alone_brings_back_everything_it_may_read(week: Week) -> None:
    """The authors' laptops are lost; the director only read what they wrote."""
    with week.restored("alone") as database, week.open("director", "alone") as director:
        exchange(director)
        exchange(director)
        assert _stored(database) == week.stored
        assert _folded(director) == week.folded["director"]
        _holds(director)


def test_a_message_that_holds_a_part_of_a_chain_only_is_followed_by_the_rest(
    week: Week, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A chain longer than a message goes in pieces that are each proved by the seal at its end."""
    monkeypatch.setattr("sync.client.batch_size._FIRST_BYTES", 1)
    with week.restored("pieces") as database, week.open("director", "pieces") as director:
        assert exchange(director).round_trips > 10
        assert _stored(database) == week.stored


def test_laptops_that_give_back_at_the_same_time_bring_back_the_same(week: Week) -> None:
    with week.restored("at-once") as database:
        laptops = [week.open(who, "at-once") for who in week.laptops]
        with ThreadPoolExecutor(3) as threads:
            list(threads.map(exchange, laptops))
        for laptop in (*laptops, *laptops):
            exchange(laptop)
        assert _stored(database) == week.stored
        for laptop, who in zip(laptops, week.laptops, strict=True):
            assert _folded(laptop) == week.folded[who]
            _holds(laptop)
            laptop.close()


def test_restored_by_the_command_the_same_comes_back_into_a_new_log(week: Week) -> None:
    database = week.backup.parent.parent / "by-command" / "central.db"
    office(database, "restore", str(week.backup))
    port = int(week.district.address.rpartition(":")[2])
    with serving(database, port):
        office(database, "group", "add", "new")  # nothing of the store's own stands in a lost place now
        laptops = {who: week.open(who, "by-command") for who in week.laptops}
        for laptop in (*laptops.values(), *laptops.values()):
            exchange(laptop)
        stored = _stored(database)
        assert set(week.stored) <= set(stored)
        assert len(stored) == len(week.stored) + 2  # the store's new name, and the group
        assert _written_again(database) == set()
        for who, laptop in laptops.items():
            assert set(map(str, week.folded[who])) <= set(map(str, _folded(laptop)))
            again = exchange(laptop)
            assert (again.pushed, again.pulled) == (0, 0)
            _holds(laptop)
            laptop.close()


def test_restored_twice_it_gets_everything_back_twice(week: Week) -> None:
    with week.restored("once") as database, week.open("director", "once") as director:
        exchange(director)
    with week.restored("twice") as database, week.open("wang", "twice") as wang:
        exchange(wang)
        with Replica.open(director.path) as director:
            exchange(director)
            exchange(wang)
            assert _stored(database) == week.stored
            for who, laptop in (("director", director), ("wang", wang)):
                assert _folded(laptop) == week.folded[who]
                _holds(laptop)


def test_what_the_store_wrote_in_the_place_of_what_it_lost_stands_beside_it(week: Week) -> None:
    """Put back by hand, the store goes on in its own old chains: both sides reach every laptop."""
    with week.restored("by-hand") as database:
        for number in range(12):
            office(database, "group", "add", f"new {number}")
        office(database, "assign", "u-4", "--group", "first")
        fresh = msgspec.structs.replace(week.district, database=database).laptop(
            database.parent / "fresh" / "replica.db", "director"
        )
        exchange(fresh)
        laptops = {who: week.open(who, "by-hand") for who in week.laptops}
        for laptop in (*laptops.values(), fresh, *laptops.values(), fresh):
            exchange(laptop)
        lost = {hash_ for hash_, _ in week.stored}
        assert lost <= {hash_ for hash_, _ in _stored(database)} | _written_again(database)
        assert "u-4" in [row.id for row in query.units(laptops["wang"]).rows(0, 9)]
        assert "u-9" in [row.id for row in query.units(laptops["wang"]).rows(0, 9)]
        for laptop in (laptops["director"], fresh):
            scope = laptop.scope
            assert scope is not None
            assert {f"new {number}" for number in range(12)} <= set(scope.groups.values())
            assert _contents(laptop, "u-9") == ["on the new unit"]
        assert _folded(fresh) == _folded(laptops["director"])
        office(database, "group", "add", "after")
        for laptop in (*laptops.values(), fresh):
            exchange(laptop)
            again = exchange(laptop)
            assert (again.pushed, again.pulled) == (0, 0)
            _holds(laptop)
            laptop.close()


def _written_again(database: Path) -> set[str]:
    store = open_store(database)
    rows = store.engine.read(lambda session: session.rows("SELECT hash FROM again"))
    store.close()
    return {str(hash_) for (hash_,) in rows}


def _joined_after_the_backup(week: Week, name: str, who: str) -> tuple[Path, Path]:
    """The store at the end of the week with one laptop more, which has written a note that was delivered."""
    database = _copy(week.district.database, f"{name}-end")
    path = database.parent / "later" / "replica.db"
    with serving(database, int(week.district.address.rpartition(":")[2])):
        later = msgspec.structs.replace(week.district, database=database).laptop(path, who)
        exchange(later)
        _note(later, "of the late laptop")
        exchange(later)
        later.close()
    return database, path


def test_a_laptop_enrolled_after_the_backup_comes_back_without_the_office(week: Week) -> None:
    end, path = _joined_after_the_backup(week, "enrolled", "director")
    with week.restored("enrolled") as database, Replica.open(path) as late:
        exchange(late)  # it brings its own device back as well: the office reads `staff`
        assert _stored(database) == _stored(end)
        _holds(late)


def test_one_that_is_in_no_staff_yet_gives_back_and_waits_for_an_office_laptop(week: Week) -> None:
    end, path = _joined_after_the_backup(week, "waiting", "wang")
    with serving(end, int(week.district.address.rpartition(":")[2])), week.open("director", "waiting") as director:
        exchange(director)
    with week.restored("waiting") as database, Replica.open(path) as late:
        _note(late, "not sent yet")
        for _ in range(2):
            with pytest.raises(Rejected, match="does not know this laptop yet"):
                exchange(late)
        texts = _bodies(database)
        assert "of the late laptop" in texts
        assert "not sent yet" not in texts
        assert query.status(late).pending == 1
        with Replica.open(director.path) as director:
            exchange(director)
        exchange(late)
        assert "not sent yet" in _bodies(database)
        _holds(late)


def test_one_that_no_office_laptop_has_heard_of_goes_on_once_the_office_admits_it(week: Week) -> None:
    _, path = _joined_after_the_backup(week, "admitted", "wang")
    with week.restored("admitted") as database, Replica.open(path) as late:
        device = late.joined().device
        assert office(database, "admit") == ""  # it has not come back yet
        assert "has tried to exchange" in office(database, "admit", device, wanted=1)
        _note(late, "not sent yet")
        with pytest.raises(Rejected, match="does not know this laptop yet"):
            exchange(late)
        assert office(database, "admit").split()[:2] == [device, "wang"]
        assert office(database, "admit", device).startswith(device)
        assert office(database, "admit") == ""
        exchange(late)
        assert {"of the late laptop", "not sent yet"} <= set(_contents(late))
        _holds(late)
        with week.open("director", "admitted") as director:  # it had never heard of the laptop
            exchange(director)
            assert {"of the late laptop", "not sent yet"} <= set(_contents(director))
            _holds(director)
        assert "admitted" in office(database, "audit")
        office(database, "revoke", device)
        with pytest.raises(Rejected) as refused:
            exchange(late)
        assert refused.value.code == "device_revoked"


def test_one_whose_person_is_forgotten_as_well_is_admitted_with_the_person(week: Week) -> None:
    end = _copy(week.district.database, "newcomer-end")
    path = end.parent / "later" / "replica.db"
    person = office(end, "person", "add", "新来的", "--role", "group", "--group", "first")
    with serving(end, int(week.district.address.rpartition(":")[2])):
        people = week.district.people | {"new": person}
        late = msgspec.structs.replace(week.district, database=end, people=people).laptop(path, "new")
        exchange(late)
        _note(late, "of the newcomer")
        exchange(late)
    with week.restored("newcomer") as database, late:
        with pytest.raises(Rejected):
            exchange(late)
        device = late.joined().device
        assert "give --name and --role" in office(database, "admit", device, wanted=1)
        office(database, "admit", device, "--name", "新来的", "--role", "group", "--group", "first")
        _note(late, "after the restoration")
        exchange(late)
        assert {"of the newcomer", "after the restoration"} <= set(_contents(late))
        _holds(late)


def test_one_revoked_after_the_backup_gets_nothing_and_adds_nothing(week: Week) -> None:
    end, path = _joined_after_the_backup(week, "revoked", "wang")
    with Replica.open(path) as late, serving(end, int(week.district.address.rpartition(":")[2])):
        office(end, "revoke", late.joined().device)
        with week.open("director", "revoked") as director:
            exchange(director)
    with week.restored("revoked") as database, Replica.open(path) as late:
        _note(late, "after the revocation")
        with pytest.raises(Rejected) as refused:
            exchange(late)
        assert refused.value.code == "device_unknown"
        assert "after the revocation" not in _bodies(database)
        with Replica.open(director.path) as director:
            exchange(director)
        with pytest.raises(Rejected) as refused:
            exchange(late)
        assert refused.value.code == "device_revoked"
        with week.open("wang", "revoked") as wang:
            exchange(wang)
            assert "of the late laptop" in _contents(wang)
            assert "after the revocation" not in _contents(wang)


def test_nobody_comes_back_without_the_certificate_and_the_key(week: Week) -> None:
    _, path = _joined_after_the_backup(week, "forged", "wang")
    with week.restored("forged"), Replica.open(path) as late, week.open("wang", "forged") as wang:
        identity, other = late.joined(), wang.joined()
        right = keys.sign(identity.private_key, codec.reattach_statement(identity.token))
        for certificate, signature in (
            (None, right),
            (identity.certificate, ""),
            (identity.certificate, keys.sign(other.private_key, codec.reattach_statement(identity.token))),
            (other.certificate, right),
            (msgspec.structs.replace(identity.certificate, key=other.certificate.key), right),
        ):
            request = codec.JoinRequest(
                device="x",
                public_key=identity.certificate.key,
                returns=identity.token,
                certificate=certificate,
                signature=signature,
            )
            answer = httpx.post(week.district.address + codec.JOIN_PATH, content=msgspec.json.encode(request))
            assert answer.status_code == 401


def test_nothing_is_taken_back_without_the_seal_of_its_device(week: Week) -> None:
    with week.restored("unsealed") as database, week.open("director", "unsealed") as director:
        before = _stored(database)
        mine = director.joined().device
        director.connection.execute(
            "UPDATE seal SET sig = substr(sig, 2) || substr(sig, 1, 1)"
            " WHERE chain IN (SELECT id FROM chain WHERE device <> ?)",
            (mine,),
        )
        exchange(director)
        added = set(_stored(database)) - set(before)
        store = open_store(database)
        devices = store.engine.read(lambda session: session.rows("SELECT DISTINCT device, hash FROM entry"))
        store.close()
        assert {device for device, hash_ in devices if hash_ in {each for each, _ in added}} <= {mine}


def _bodies(database: Path) -> str:
    store = open_store(database)
    rows = store.engine.read(
        lambda session: session.rows("SELECT body FROM entry WHERE body IS NOT NULL AND code = ''")
    )
    store.close()
    return "\n".join(body.decode() for (body,) in rows)
