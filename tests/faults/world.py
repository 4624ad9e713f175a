"""A district in one process: laptops on real files, a store on a real file, and every fault as an action.

The model test draws actions at random; a sequence that once failed stands beside it as a plain test in the same words.
Nothing of the program is replaced but the road between laptop and store (`line`), its waits, and the clock of a laptop.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from anyio.from_thread import BlockingPortal

from sync.central.admin import backup, quarantine, readmission, staff
from sync.central.http.api import Api
from sync.central.service.store import Edit, Store, init_store, open_store
from sync.central.storage.sqlite import SqliteEngine
from sync.client import batch_size, http
from sync.client.enrolment import join
from sync.client.session import ExchangeError, Rejected, Result, exchange
from sync.ledger import chains
from sync.model.quarantine import ANSWERED, RELEASED
from sync.model.validation import InvalidFields
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.editing import quarantine as aside
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.apply import Incoming, apply, keep_seal
from sync.replica.projection.tables import heads
from sync.replica.storage import connect, encryption
from sync.replica.storage.connect import CannotWrite
from sync.replica.storage.rekey import relock
from tests.faults import invariants
from tests.faults.crashes import Crash, full
from tests.faults.invariants import Wrote
from tests.faults.line import Road
from tests.faults.lot import acting, drawn, lot
from tests.faults.sticks import Sticks

UNITS = ("u-1", "u-2", "u-3", "u-4")
GROUPS = ("first", "second")
PEOPLE = {"wang": "first", "zhao": "second", "chen": "", "director": ""}  # who works, and in which group
READER = "reader"  # a second laptop of the office that reads nothing until the end
ADDRESS = "http://127.0.0.1:9"
YEARS = {"right": 0, "1970": -56, "2099": 73, "an hour ahead": 0}


class Template(msgspec.Struct, kw_only=True):
    """A district set up once: worlds begin as copies of it."""

    folder: Path
    people: dict[str, str]
    portal: Any  # the thread in which stores answer
    keys: list[
        encryption.Key | None
    ]  # of laptops' files; the first is none, and the only one where no driver is installed


@contextmanager
def quick() -> Iterator[None]:
    """Waits between tries are left out; chance and time are the world's."""
    with drawn(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "_drawn", lambda _: 0.0)
        patch.setattr(http, "_retry_after", lambda _: 0.001)
        yield


def make_template(folder: Path, portal: BlockingPortal) -> Template:
    """Four units, two groups, a liaison officer and the office; everybody has joined, nobody has exchanged."""
    lot.begin(0)
    store = init_store(folder / "central.db", "demo", "示例区")
    units = [
        Edit(ledger=unit, kind="unit", record=unit, fields={"name": f"单位{unit}", "category": "farm"})
        for unit in UNITS
    ]
    staff.put(store, units)
    for group in GROUPS:
        staff.add_group(store, group, group)
    people = {}
    for name, group in {**PEOPLE, READER: ""}.items():
        role = "group" if group else "liaison" if name == "chen" else "office"
        people[name] = staff.add_person(store, name, role, group)
    staff.assign(store, UNITS[:2], "first", None)
    staff.assign(store, UNITS[2:], "second", None)
    staff.assign(store, UNITS[3:], None, "chen")
    road = Road(portal)
    road.application = Api(store).application()
    with travelled(road):
        for name, person in people.items():
            join(folder / f"{name}.db", ADDRESS, staff.new_code(store, person), name)
    store.close()
    return Template(folder=folder, people=people, portal=portal, keys=[None, *_keys()])


def _keys() -> list[encryption.Key]:
    """Two passphrases' keys, derived once: that is made to take its time."""
    try:
        connect.encrypting_driver()
    except connect.NoEncryption:
        return []
    return [encryption.new_key(passphrase) for passphrase in ("a long one", "another one")]


@contextmanager
def travelled(road: Road) -> Iterator[None]:
    """Every connection of this process goes by this road."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "open_transport", lambda _: road)
        yield


class Laptop(msgspec.Struct, kw_only=True):
    """A laptop: its open file, the key of it, how wrong its clock is, and whether it has no network at all."""

    replica: Replica
    key: encryption.Key | None = None
    wrong_by: timedelta = timedelta()
    by_stick: bool = False


class World:
    """Laptops, a store and its backups, and everything that ever was written in it."""

    def __init__(self, template: Template, folder: Path) -> None:
        self.folder = folder
        self.people = template.people
        self.keys = template.keys
        self.road = Road(template.portal)
        self._copies = 0
        shutil.copy(template.folder / "central.db", folder / "central.db")
        self.laptops: dict[str, Laptop] = {}
        for name in self.people:
            shutil.copy(template.folder / f"{name}.db", folder / f"{name}.db")
            self.laptops[name] = Laptop(replica=Replica.open(folder / f"{name}.db"))
        self.wrote: dict[str, Wrote] = {}
        self.acknowledged: set[str] = set()
        self.gone: set[str] = set()
        self.out_of_chains: set[str] = set()
        self._known_refused: set[str] = set()
        self.backups: list[Path] = []
        self.old_copies: dict[str, list[tuple[Path, encryption.Key | None]]] = {name: [] for name in self.people}
        self.happened: Counter[str] = Counter()  # what an action came to where it may come to nothing
        self.sticks = Sticks(folder / "sticks", self.happened)
        self._open_store()

    def close(self) -> None:
        """Let go of every file."""
        self.store.close()
        for laptop in self.laptops.values():
            laptop.replica.close()

    def _open_store(self) -> None:
        self.store: Store = open_store(self.folder / "central.db")
        self.road.application = Api(self.store).application()
        self._note_what_the_store_wrote()

    # --- work --------------------------------------------------------------------------------------------------------

    def begin(self, exchanged: Iterable[str], calm: bool) -> None:
        """These have exchanged and written something; in calm also sent it."""
        for who in exchanged:
            self.sync(who)
            self.write_somewhere(who, "liaison_note", 0)
            self.write_somewhere(who, "follow_up", 1)
            if calm:
                self.sync(who)

    def write(self, who: str, kind: str, unit: str) -> None:
        """A new record, where the unit is on this laptop."""
        replica = self.laptops[who].replica
        if unit in _units(replica):
            fields = _fields(kind, self.people[_person(who)], len(self.wrote))
            self._keep(who, lambda: edits.create(replica, kind, unit, fields))

    def write_somewhere(self, who: str, kind: str, which: int) -> None:
        """A new record of one of the units on this laptop."""
        if units := _units(self.laptops[who].replica):
            self.write(who, kind, units[which % len(units)])

    def correct(self, who: str, which: int) -> None:
        """A correction of a record; what it says is what is seen right away, whatever the clock."""
        if record := self._record(who, which, ("liaison_note", "inspection")):
            replica = self.laptops[who].replica
            field = "content" if record[1] == "liaison_note" else "summary"
            value = f"corrected {len(self.wrote)}"
            if self._keep(who, lambda: edits.correct(replica, record[0], {field: value}, "a slip")):
                found = query.record(replica, record[0])
                assert found is not None
                assert found.fields[field] == value

    def step(self, who: str, which: int, status: str) -> None:
        """A step of a follow-up, refused where it may not be taken."""
        if record := self._record(who, which, ("follow_up",)):
            replica = self.laptops[who].replica
            self._keep(who, lambda: edits.step(replica, record[0], status, "done so far"))

    def withdraw(self, who: str, which: int) -> None:
        """A record is withdrawn."""
        if record := self._record(who, which, ("liaison_note", "inspection", "follow_up")):
            replica = self.laptops[who].replica
            self._keep(who, lambda: edits.withdraw(replica, record[0], "a double"))

    def resolve(self, who: str, side: int = -1) -> None:
        """A conflict is settled, if there is one, by taking one side."""
        replica = self.laptops[who].replica
        row = replica.connection.execute(
            "SELECT r.record, c.field FROM conflict c JOIN record r ON r.id = c.record ORDER BY 1, 2 LIMIT 1"
        ).fetchone()
        if row is not None:
            found = query.record(replica, row[0])
            assert found is not None
            chosen = found.conflicts[row[1]][side]
            take = f"{chosen.device}:{chosen.seq}"
            kept = self._keep(who, lambda: edits.resolve(replica, row[0], row[1], take=take, why="as both agreed"))
            self.happened["a conflict was settled"] += kept

    def settle_twice(self, who: str, which: int) -> None:
        """Two people correct one record without seeing it, then settle that at once, each taking another side."""
        record, other = self._shared(who, which)
        if record:
            for name in (who, other):
                self._reword(name, record, f"as {name} has it {len(self.wrote)}")
            for name in (who, other, who):
                self.sync(name)
            self.resolve(who, 0)
            self.resolve(other, -1)

    def withdraw_under_an_edit(self, who: str, which: int) -> None:
        """A record is withdrawn while somebody else, who does not know, corrects it; the correction comes later."""
        record, other = self._shared(who, which)
        if record:
            mine = self.laptops[who].replica
            both = self._keep(who, lambda: edits.withdraw(mine, record, "a double"))
            both &= self._reword(other, record, "a late word")
            self.happened["an edit came after a withdrawal"] += both
            self.sync(who)
            self.sync(other)

    def _shared(self, who: str, which: int) -> tuple[str, str]:
        """A record that can be corrected, and somebody else who has it, once all have exchanged; empty if none."""
        for name in PEOPLE:
            self.sync(name)
        if found := self._record(who, which, ("liaison_note", "inspection")):
            for name in PEOPLE:
                if name != who and query.record(self.laptops[name].replica, found[0]) is not None:
                    return found[0], name
        return "", ""

    def _reword(self, who: str, record: str, text: str) -> bool:
        replica = self.laptops[who].replica
        found = query.record(replica, record)
        assert found is not None
        fields = {"content" if found.kind == "liaison_note" else "summary": text}
        return self._keep(who, lambda: edits.correct(replica, record, fields, "seen otherwise"))

    def write_badly(self, who: str, what: str, unit: str) -> None:
        """A damaged or hostile program keeps an entry that no honest one would."""
        replica = self.laptops[who].replica
        identity = replica.joined()
        with self._acting(who), replica.transaction() as connection:
            seq, previous = connection.execute(
                "SELECT seq, hash FROM chain WHERE ledger = ? AND device = ?", (unit, identity.device)
            ).fetchone() or (0, "")
            entry = chains.compose(
                ledger=unit, device=identity.device, seq=seq + 1, prev=previous, at=chains.now(),
                **_BAD[what](identity.person, f"r-{len(self.wrote)}"),
            )  # fmt: skip
            apply(connection, [Incoming(entry=entry)])
            keep_seal(
                connection,
                chains.make_seal(identity.private_key, identity.district, unit, identity.device, seq + 1, entry.hash),
            )
        self.wrote[entry.head.body] = Wrote(laptop=who, ledger=unit, hash=entry.hash)

    def do_and_keep(self, who: str, work: Callable[[Replica], Written]) -> bool:
        """Somebody writes something of her own on her laptop; whether it was kept."""
        return self._keep(who, lambda: work(self.laptops[who].replica))

    def _keep(self, who: str, work: Callable[[], Written]) -> bool:
        with self._acting(who):
            try:
                written = work()
            except (Refused, InvalidFields):
                return False
        (head,) = (
            self.laptops[who]
            .replica.connection.execute("SELECT head FROM entry WHERE hash = ?", (bytes.fromhex(written.hash[7:]),))
            .fetchone()
        )
        body = heads.decode(head).body
        self.wrote[body] = Wrote(laptop=who, ledger=written.ledger, hash=written.hash)
        return True

    def _record(self, who: str, which: int, kinds: tuple[str, ...]) -> tuple[str, str] | None:
        marks = ",".join("?" * len(kinds))
        rows = (
            self.laptops[who]
            .replica.connection.execute(
                f"SELECT record, kind FROM record WHERE kind IN ({marks}) AND withdrawn = 0 ORDER BY id", kinds
            )
            .fetchall()
        )
        return rows[which % len(rows)] if rows else None

    @contextmanager
    def _acting(self, who: str) -> Iterator[None]:
        with acting(self.laptops[who].wrong_by):
            yield

    def set_clock(self, who: str, year: str) -> None:
        """A laptop's clock jumps."""
        hours = 1 if year == "an hour ahead" else 0
        self.laptops[who].wrong_by = timedelta(days=365 * YEARS[year], hours=hours)

    # --- exchanges ---------------------------------------------------------------------------------------------------

    def sync(self, who: str, *faults: str, small: bool = False, may_fail: bool = False) -> Result | None:
        """An exchange; its first requests meet these faults. None if it could not be finished."""
        if who not in self.laptops:
            return None
        self.road.faults.extend(faults)
        self.road.requests = 0
        replica = self.laptops[who].replica
        try:
            with pytest.MonkeyPatch.context() as patch, self._acting(who):
                if small:
                    patch.setattr(batch_size, "_FIRST_BYTES", 700)
                    patch.setattr(codec, "BATCH_BYTES", 1_400)
                result = exchange(replica)
                self.happened["went on as a new device"] += result.renewed
                self.happened["units left a laptop"] += len(result.left)
                return result
        except Rejected as refused:
            if refused.code not in ("device_revoked", "device_unknown"):
                raise
            self.happened[refused.code] += 1
        except ExchangeError:
            assert faults or may_fail, "an exchange on a good line was not finished"
        except CannotWrite:
            assert may_fail
            self.happened["a laptop's disk was full"] += 1
        finally:
            self.road.faults.clear()
            self.road.before_next.clear()
            self.road.is_down = False
            if not may_fail:
                self._note(who)
        return None

    def _note(self, who: str) -> None:
        self._note_receipts(who)
        self._note_what_the_store_wrote()
        self._note_who_is_refused()

    def sync_in_small_parts(self, who: str) -> None:
        """An exchange of many messages."""
        self.sync(who, small=True)

    def sync_on_a_bad_line(self, who: str, faults: list[str], small: bool) -> None:
        """An exchange whose first requests meet these faults."""
        self.sync(who, *faults, small=small)

    def use_the_copy_beside(self, who: str) -> None:
        """The copy of a laptop that is used beside it exchanges, if there is one."""
        self.sync(f"{who}'s copy")

    def sync_and_die(self, who: str, at: int) -> None:
        """The laptop dies as it runs statement `at` of an exchange, and starts again from what is on its disk."""
        laptop = self.laptops[who]
        crash = Crash(laptop.replica.path, self._new_file(f"{who}-died"), at, self._break_the_line)
        with crash.watching([laptop.replica.connection]):
            self.sync(who, may_fail=True)
        if crash.has_struck:
            self.happened["a laptop died"] += 1
            laptop.replica.close()
            encryption.remember(crash.left, laptop.key)
            laptop.replica = Replica.open(crash.left)
        self._note(who)

    def sync_while_the_store_dies(self, who: str, at: int) -> None:
        """The store dies as it runs statement `at` of an exchange, and starts again from what is on its disk."""
        database, engine = self.folder / "central.db", self.store.engine
        assert isinstance(engine, SqliteEngine)
        crash = Crash(database, self._new_file("store-died"), at, self._break_the_line)
        with crash.watching([engine._writer, *engine._readers]):
            self.sync(who, may_fail=True)
        if crash.has_struck:
            self.happened["the store died"] += 1
            self.store.close()
            self._replace_the_database(crash.left)
            self._open_store()
        self._note(who)

    def _break_the_line(self) -> None:
        self.road.is_down = True

    def sync_on_a_full_disk(self, who: str, room: int, *, in_store: bool) -> None:
        """A day's long notes and an exchange; the laptop's disk, or the store's, has room for so many pages more."""
        engine = self.store.engine
        assert isinstance(engine, SqliteEngine)
        if in_store:
            self._write_at_length(who)
        with full(engine._writer if in_store else self.laptops[who].replica.connection, room):
            if not in_store:
                self._write_at_length(who)
            result = self.sync(who, may_fail=True)
        self.happened["the store's disk was full"] += in_store and result is None and who not in self.refused()
        self._note(who)

    def _write_at_length(self, who: str) -> None:
        replica = self.laptops[who].replica
        for unit in _units(replica)[:2]:
            fields = _fields("liaison_note", self.people[_person(who)], 0) | {"content": "整改" * 3_000}
            try:
                self._keep(who, lambda u=unit, f=fields: edits.create(replica, "liaison_note", u, f))  # type: ignore[misc]
            except CannotWrite:
                self.happened["a laptop's disk was full"] += 1

    # --- by stick ----------------------------------------------------------------------------------------------------

    def write_a_stick(self, who: str) -> None:
        """A request is written, and may be answered at any time."""
        with self._acting(who):
            self.sticks.write(self.laptops[who].replica)

    def answer_a_stick(self, which: int) -> None:
        """Some request is answered, perhaps again."""
        self.sticks.answer(self.store, which)
        self._note_what_the_store_wrote()
        self._note_who_is_refused()

    def read_a_stick(self, who: str, which: int) -> None:
        """A laptop is given some answer, its own or another's, in any order, perhaps again."""
        with self._acting(who):
            self.sticks.read(self.laptops[who].replica, which)
        self._note(who)

    def trip(self, who: str) -> Result | None:
        """A whole exchange by stick; None for a laptop that is not served."""
        if who not in self.laptops:
            return None
        with self._acting(who):
            result = self.sticks.trip(self.store, self.laptops[who].replica)
        self._note(who)
        return result

    def have_no_network(self, who: str) -> None:
        """From now on this laptop exchanges by stick only."""
        if who in self.laptops:
            self.laptops[who].by_stick = True

    def exchange(self, who: str) -> Result | None:
        """An exchange by the road this laptop has."""
        return self.trip(who) if self.laptops[who].by_stick else self.sync(who)

    def sync_while_the_office_acts(self, who: str, unit: str, group: str) -> None:
        """A unit changes hands between two requests of one exchange."""
        self.road.before_next.extend([lambda: None, lambda: self.assign(unit, group)])
        self.sync(who, small=True)

    def let_late_ones_arrive(self) -> None:
        """What was given up by its sender reaches the store after all."""
        self.road.clear()

    def _note_receipts(self, who: str) -> None:
        replica = self.laptops[who].replica
        rows = replica.connection.execute("SELECT head FROM entry WHERE number IS NOT NULL")
        known = {heads.decode(head).body for (head,) in rows}
        self.acknowledged |= {body for body in known if (w := self.wrote.get(body)) and w.laptop == who}

    # --- the office --------------------------------------------------------------------------------------------------

    def assign(self, unit: str, group: str) -> None:
        """A unit changes hands."""
        staff.assign(self.store, [unit], group, None)
        self._note_what_the_store_wrote()

    def assign_liaison(self, unit: str, who: str) -> None:
        """A unit gets another liaison officer."""
        staff.assign(self.store, [unit], None, self.people[_person(who)])
        self._note_what_the_store_wrote()

    def change_person(self, who: str, role: str, group: str) -> None:
        """Somebody gets another role or another group, with whatever is not sent yet."""
        staff.change_person(self.store, self.people[who], role, group)
        self._note_what_the_store_wrote()

    def leave(self, who: str) -> None:
        """Somebody leaves."""
        staff.leave(self.store, self.people[who])
        self._note_what_the_store_wrote()
        self._note_who_is_refused()

    def come_back(self, who: str) -> None:
        """Somebody who had left is here again, on a new laptop where the old one was revoked."""
        staff.come_back(self.store, self.people[who])
        self._note_what_the_store_wrote()
        self._note_who_is_refused()
        if who in self.refused():
            self.join_again(who)

    def revoke(self, who: str) -> None:
        """A laptop is revoked."""
        device = self.laptops[who].replica.joined().device
        if any(each.device == device for each in staff.devices(self.store)):
            staff.revoke(self.store, device)
            self._note_what_the_store_wrote()
            self._note_who_is_refused()

    def admit(self) -> None:
        """The office admits every laptop that a restored store knows by its certificate alone."""
        for each in readmission.waiting(self.store):
            readmission.readmit(self.store, each.device)
            self.happened["a forgotten laptop was admitted"] += 1
        self._note_what_the_store_wrote()
        self._note_who_is_refused()

    def rule_in_the_store(self, which: int, verdict: str) -> None:
        """The admin releases or answers something kept apart."""
        items = [item for item in quarantine.every_item(self.store) if item.releasable or verdict == ANSWERED]
        if items:
            self.happened["the office ruled"] += 1
            quarantine.rule(self.store, items[which % len(items)].id, verdict, "looked into")
            self._note_what_the_store_wrote()

    def rule_on_a_laptop(self, which: int, verdict: str) -> None:
        """The office rules offline, on its laptop."""
        replica = self.laptops["director"].replica
        rows = [row for row in aside.to_rule(replica) if row.releasable or verdict == ANSWERED]
        if rows:
            self._keep("director", lambda: aside.rule(replica, rows[which % len(rows)], verdict, "looked into"))

    def _note_what_the_store_wrote(self) -> None:
        for head, hash_ in self.store.engine.read(
            lambda session: session.rows("SELECT e.head, e.hash FROM entry e JOIN district d ON e.device = d.device")
        ):
            read = heads.decode(head)
            self.wrote.setdefault(read.body, Wrote(laptop="", ledger=read.ledger, hash=hash_))

    # --- disasters ---------------------------------------------------------------------------------------------------

    def back_up_store(self) -> None:
        """A backup of the store as it stands."""
        self.backups.append(self._new_file("store"))
        backup.back_up(self.folder / "central.db", self.backups[-1])

    def restore_store(self, which: int, *, by_command: bool) -> None:
        """The store goes on from a backup; what stood there becomes one, so that two may be taken in turn."""
        if not self.backups:
            return
        chosen = self.backups[which % len(self.backups)]
        self.back_up_store()
        self.store.close()
        database = self.folder / "central.db"
        if by_command:
            backup.restore(chosen, database, force=True)
        else:
            self._replace_the_database(chosen)
        self._open_store()
        self._count_what_is_gone()

    def _replace_the_database(self, source: Path) -> None:
        for file in self.folder.glob("central.db*"):
            file.unlink()
        for file in self.folder.glob(source.name + "*"):
            shutil.copy(file, self.folder / ("central.db" + file.name[len(source.name) :]))

    def copy_laptop(self, who: str) -> None:
        """Somebody copies a laptop's file."""
        copy = self._new_file(who)
        self.laptops[who].replica.connection.execute("VACUUM INTO ?", (str(copy),))
        self.old_copies[who].append((copy, self.laptops[who].key))

    def restore_laptop(self, who: str, which: int) -> None:
        """A laptop goes on from an old copy of its file; what it held beside is gone."""
        if not self.old_copies[who]:
            return
        chosen, key = self.old_copies[who][which % len(self.old_copies[who])]
        self.laptops[who].replica.close()
        self.laptops[who].replica, self.laptops[who].key = self._opened(chosen, key, f"{who}-restored"), key
        self._count_what_is_gone()

    def use_copy_beside(self, who: str, which: int) -> None:
        """A copy of a laptop's file is used on a second laptop, at the same time."""
        name = f"{who}'s copy"
        if self.old_copies.get(who) and name not in self.laptops:
            chosen, key = self.old_copies[who][which % len(self.old_copies[who])]
            self.laptops[name] = Laptop(replica=self._opened(chosen, key, f"{who}-beside"), key=key)
            self.old_copies[name] = []

    def _opened(self, copy: Path, key: encryption.Key | None, name: str) -> Replica:
        path = self._new_file(name)
        shutil.copy(copy, path)
        encryption.remember(path, key)
        return Replica.open(path)

    def join_again(self, who: str) -> None:
        """A new laptop for the same person, who leaves the old one in a drawer, with whatever is on it."""
        if not self.store.access().role(self.people[who]):
            return
        path = self._new_file(f"{who}-new")
        join(path, ADDRESS, staff.new_code(self.store, self.people[who]), who)
        number = sum(name.startswith(f"{who}'s drawer") for name in self.laptops)
        old = f"{who}'s drawer {number}"
        self.laptops[old] = self.laptops[who]
        self.wrote |= {
            digest: msgspec.structs.replace(wrote, laptop=old)
            for digest, wrote in self.wrote.items()
            if wrote.laptop == who
        }
        self.laptops[who] = Laptop(replica=Replica.open(path))
        self.old_copies[who] = []
        self.happened["a new laptop was enrolled"] += 1
        self._note_what_the_store_wrote()

    def join_after_a_backup(self, who: str, *, by_command: bool) -> None:
        """A new laptop is enrolled and used, and the store goes on from a backup of before."""
        self.back_up_store()
        self.join_again(who)
        self.sync(who)
        self.write_somewhere(who, "liaison_note", 0)
        self.sync(who)
        self.restore_store(-1, by_command=by_command)
        self.sync(who)

    def lose_a_day(self, who: str) -> None:
        """A day's work is sent, and then the laptop goes on from the copy of the evening before."""
        self.copy_laptop(who)
        self.write_somewhere(who, "liaison_note", 0)
        self.sync(who)
        self.restore_laptop(who, -1)
        self.write_somewhere(who, "follow_up", 0)

    def relock(self, who: str, which: int) -> None:
        """A passphrase is set, changed or removed."""
        laptop, key = self.laptops[who], self.keys[which % len(self.keys)]
        if key is not laptop.key:
            laptop.replica.close()
            relock(laptop.replica.path, laptop.key, key)
            self.happened["a passphrase was set, changed or removed"] += 1
            laptop.replica, laptop.key = Replica.open(laptop.replica.path), key

    def _new_file(self, name: str) -> Path:
        self._copies += 1
        return self.folder / f"{name}-{self._copies}.db"

    def _count_what_is_gone(self) -> None:
        """What stands in no file that is in use: nobody can bring it back.

        Of a laptop that is refused the store takes what it has not delivered, and nothing else.
        """
        self.out_of_chains = self.wrote.keys() - self._in_chains()
        self.gone = self.out_of_chains - invariants.set_aside(self.store)
        self._known_refused = self.refused()

    def _there(self) -> set[str]:
        return self._in_chains() | invariants.set_aside(self.store)

    def _in_chains(self) -> set[str]:
        there = invariants.bodies(invariants.in_store(self.store))
        refused = self.refused()
        for name, laptop in self.laptops.items():
            there |= invariants.bodies(invariants.on_laptop(laptop.replica, only_pending=name in refused))
        return there

    def _note_who_is_refused(self) -> None:
        """What only a laptop holds that is refused from now on, and had delivered to a store that is no more."""
        if fresh := self.refused() - self._known_refused:
            held = [invariants.bodies(invariants.on_laptop(self.laptops[name].replica)) for name in fresh]
            self.gone |= set().union(*held) - self._there()
        self._known_refused = self.refused()

    # --- the end -----------------------------------------------------------------------------------------------------

    def refused(self) -> set[str]:
        """The laptops that the store does not serve (any more)."""
        access = self.store.access()
        return {
            name
            for name, laptop in self.laptops.items()
            if (device := laptop.replica.joined().device) in access.devices and not access.may_connect(device)
        }

    def waiting(self) -> set[str]:
        """The laptops that a restored store has not heard of again, because no office laptop had."""
        known = self.store.access().devices
        return {name for name, each in self.laptops.items() if each.replica.joined().device not in known}

    def settle(self) -> None:
        """Everything exchanges until nothing moves, and every law must hold."""
        self.road.clear()
        for _ in range(10):
            results = [self.exchange(name) for name in self.laptops]
            if not any(each and (each.pushed or each.pulled or each.renewed or each.again) for each in results):
                break
        else:
            raise AssertionError("it never gets quiet")
        refused, waiting = self.refused(), self.waiting()
        for name, result in zip(self.laptops, results, strict=True):
            assert (result is None) == (name in refused | waiting), f"{name} is not served"
        invariants.hold(
            invariants.World(
                store=self.store,
                laptops={name: laptop.replica for name, laptop in self.laptops.items()},
                wrote=self.wrote,
                acknowledged=self.acknowledged,
                gone=self.gone,
                out_of_chains=self.out_of_chains,
                refused=refused,
                waiting=waiting,
            )
        )

    def end(self) -> dict[str, str]:
        """A digest of everything that stands in the store's database and in each laptop's file now."""
        engine = self.store.engine
        assert isinstance(engine, SqliteEngine)
        ends = {"store": _digest(engine._writer)}
        return ends | {name: _digest(laptop.replica.connection) for name, laptop in self.laptops.items()}


def _digest(connection: Any) -> str:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE TABLE %' ORDER BY 1").fetchall()
    rows = [
        (table, *connection.execute(f'SELECT * FROM "{table}"'))
        for (table,) in tables
        if table != "_sqlite_migrations"  # the library's own, with its own clock's times
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _person(who: str) -> str:
    return who.partition("'")[0]


def _units(replica: Replica) -> list[str]:
    return [unit for (unit,) in replica.connection.execute("SELECT ledger FROM unit ORDER BY ledger")]


def _fields(kind: str, person: str, number: int) -> dict[str, Any]:
    if kind == "liaison_note":
        return {"noted_on": "2026-09-18", "mode": "visit", "content": f"晚间小组学习 {number}"}
    if kind == "follow_up":
        return {
            "nature": "problem",
            "title": f"补发必读篇目 {number}",
            "due_on": "2026-09-25",
            "opened_on": "2026-09-01",
            "status": "open",
        }
    return {
        "visited_on": "2026-09-18",
        "stage": "study",
        "template": "imported",
        "group": "first",
        f"inspector.{person}": True,
        "summary": f"总体较好 {number}",
        "answer.plan": {"verdict": "met", "note": ""},
    }


_NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "x"}
_BAD: dict[str, Callable[[str, str], dict[str, Any]]] = {
    "another's name": lambda _, record: {"kind": "liaison_note", "record": record, "fields": _NOTE, "by": "somebody"},
    "no such choice": lambda person, record: {
        "kind": "liaison_note", "record": record, "fields": _NOTE | {"mode": "telepathy"}, "by": person
    },
    "a kind of the future": lambda person, record: {
        "kind": "hologram", "record": record, "fields": {"depth": 3}, "by": person
    },
    "an impossible step": lambda person, record: {
        "kind": "follow_up",
        "record": record,
        "fields": {"nature": "problem", "title": "x", "due_on": "2026-09-25", "status": "verified"},
        "by": person,
    },
    "nothing": lambda person, record: {"kind": "liaison_note", "record": record, "fields": {}, "by": person},
}  # fmt: skip
BAD = tuple(_BAD)
RULINGS = (RELEASED, ANSWERED)
KINDS = ("liaison_note", "inspection", "follow_up")
STEPS = ("in_progress", "reported", "verified", "returned", "closed")
