"""An author whose changed program gives an entry kept apart back to a restored store and withholds what says so.

She has the device's own key and every receipt she was ever given, and shows whichever she likes. In the lost time her
unit was given to others and came back: what she wrote meanwhile is kept apart, what she wrote afterwards is not. The
backup is from before, when the unit was hers, so that nothing in it speaks against the entry.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from sync.central.log.verify import Verifier
from sync.central.service.store import open_store
from sync.client.session import exchange
from sync.ledger import chains
from sync.model import quarantine_ranges
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit"}
BEFORE, KEPT_APART, AFTER, INSTEAD = "before the backup", "kept apart", "afterwards", "instead"
WHO = ("wang", "li", "director")
HELD = ["", "unproved", ""]
APART = ["", "out_of_scope", ""]
RAISED = ["", "", ""]


class Lost(msgspec.Struct, kw_only=True):
    """What is left of a lost store: a backup, the laptops at the end, the author's receipts as they came."""

    district: District
    backup: Path
    laptops: dict[str, Path]
    old_copy: Path
    contents: list[tuple[bytes, int]]
    receipts: list[list[tuple[object, ...]]]

    @property
    def port(self) -> int:
        """Where the laptops look for the store."""
        return int(self.district.address.rpartition(":")[2])

    @contextmanager
    def restored(self, folder: Path) -> Iterator[Path]:
        """The store as the backup has it, served."""
        database = _copied(self.backup, folder)
        with serving(database, self.port):
            yield database

    def open(self, who: str, folder: Path) -> Replica:
        """A copy of a laptop as it stood when the store was lost; the author's with all she has written."""
        laptop = Replica.open(_copied(self.laptops[who], folder / who))
        if who == "wang":
            laptop.connection.executemany("UPDATE entry SET body = ? WHERE id = ?", self.contents)
        return laptop


def _copied(path: Path, folder: Path) -> Path:
    folder.mkdir(parents=True)
    for file in path.parent.glob(path.name + "*"):
        shutil.copy(file, folder / file.name)
    return folder / path.name


def _receipts(replica: Replica) -> list[tuple[object, ...]]:
    return replica.connection.execute("SELECT * FROM receipt").fetchall()


@pytest.fixture(scope="module")
def lost(district_made_once: District, tmp_path_factory: pytest.TempPathFactory) -> Lost:
    """A unit goes and comes back, and the store is lost."""
    folder = tmp_path_factory.mktemp("lost")
    district = msgspec.structs.replace(
        district_made_once, database=_copied(district_made_once.database, folder / "store")
    )
    paths = {who: folder / who / "replica.db" for who in WHO}
    with serving(district.database) as district.address:
        for who, path in paths.items():
            path.parent.mkdir()
            district.laptop(path, who).close()
        with Replica.open(paths["wang"]) as wang, Replica.open(paths["li"]) as li:
            exchange(wang)
            edits.create(wang, "liaison_note", "u-2", NOTE | {"content": BEFORE})
            for laptop in (wang, li):
                exchange(laptop)
            receipts = [_receipts(wang)]
    backup = _copied(district.database, folder / "backup")
    old_copy = _copied(paths["wang"], folder / "old")
    with serving(district.database, int(district.address.rpartition(":")[2])):
        contents = _lose_and_regain(district, paths, receipts)
    return Lost(
        district=district,
        backup=backup,
        laptops=paths,
        old_copy=old_copy,
        contents=contents,
        receipts=receipts,
    )


def _lose_and_regain(
    district: District, paths: dict[str, Path], receipts: list[list[tuple[object, ...]]]
) -> list[tuple[bytes, int]]:
    with Replica.open(paths["wang"]) as wang:
        office(district.database, "assign", "u-2", "--group", "second")
        edits.create(wang, "liaison_note", "u-2", NOTE | {"content": KEPT_APART})
        contents = wang.connection.execute("SELECT body, id FROM entry WHERE body IS NOT NULL").fetchall()
        assert [kept.code for kept in exchange(wang).quarantined] == ["out_of_scope"]
        office(district.database, "assign", "u-2", "--group", "first")
        exchange(wang)
        edits.create(wang, "liaison_note", "u-2", NOTE | {"content": AFTER})
        exchange(wang)
        receipts.append(_receipts(wang))
    for who in ("li", "director"):
        with Replica.open(paths[who]) as laptop:
            exchange(laptop)
    assert _verdicts(district.database) == APART
    return contents


def _withhold(wang: Replica, lost: Lost, what: str) -> None:
    """Show some receipts and not others."""
    if what == "one":
        assert wang.connection.execute("DELETE FROM receipt WHERE verdict = 'apart'").rowcount > 0
        return
    wang.connection.execute("DELETE FROM receipt")
    if what == "later":
        for row in lost.receipts[0]:
            wang.connection.execute(f"INSERT INTO receipt VALUES ({','.join('?' * len(row))})", row)


def _verdicts(database: Path) -> list[str]:
    """What holds of each of the author's entries, in its place or written again, by what was written."""
    store = open_store(database)
    rows = store.engine.read(
        lambda session: session.rows(
            "SELECT body, CASE WHEN EXISTS (SELECT 1 FROM released r WHERE r.entry_number = e.number) THEN ''"
            " ELSE code END FROM entry e WHERE kind = 'liaison_note' ORDER BY seq, number"
        )
    )
    key = store.district.public_key
    verified = store.engine.read(lambda session: Verifier(session, "demo", key).verify())
    store.close()
    assert verified.breaks == []
    found = {msgspec.json.decode(body)["set"]["content"]: str(code) for body, code in rows if body is not None}
    return [found.get(text, "lost") for text in (BEFORE, KEPT_APART, AFTER)]


def _read(replica: Replica) -> list[str]:
    listing = query.history(replica, "u-2", "liaison_note")
    rows = listing.rows(0, listing.count)
    return sorted(str(row.fields["content"]) for row in rows if not row.apart)


def _does_not_count(lost: Lost, folder: Path, database: Path, *laptops: Replica) -> None:
    """Nobody, a fresh reader included, counts the entry; the files of whoever took nothing out verify."""
    fresh = msgspec.structs.replace(lost.district, database=database).laptop(folder / "fresh.db", "director")
    for laptop in (*laptops, fresh, *laptops):
        exchange(laptop)
    for laptop in (*laptops, fresh):
        assert _read(laptop) == sorted([BEFORE, AFTER])
        assert laptop is laptops[0] or verify(laptop).breaks == []
        again = exchange(laptop)
        assert (again.pushed, again.pulled) == (0, 0)
    fresh.close()


def test_the_receipt_of_a_chain_names_what_is_apart_in_it(lost: Lost) -> None:
    before, after = ([str(row[4]) for row in receipts if not row[1]] for receipts in lost.receipts)
    assert {quarantine_ranges.read(log) for log in before} == {quarantine_ranges.EMPTY}
    assert [log for log in after if " " in log] == [f"{before[0]} apart 2"]


def test_whoever_shows_a_later_receipt_has_the_entry_held_until_the_office_rules(lost: Lost, tmp_path: Path) -> None:
    with lost.restored(tmp_path / "store") as database:
        wang, director = (lost.open(who, tmp_path) for who in ("wang", "director"))
        _withhold(wang, lost, "one")
        exchange(wang)
        assert _verdicts(database) == HELD
        _does_not_count(lost, tmp_path, database, wang, director)
        assert _verdicts(database) == HELD
        assert "no receipt of what became of it" in office(database, "--lang", "en", "quarantine", "list")
        item = office(database, "quarantine", "list", "--json")
        (held,) = [each for each in msgspec.json.decode(item) if each["code"] == "unproved"]
        office(database, "quarantine", "release", held["id"], "--why", "核对过")
        for laptop in (wang, director):
            exchange(laptop)
            assert _read(laptop) == sorted([BEFORE, KEPT_APART, AFTER])
            assert verify(laptop).breaks == []


@pytest.mark.parametrize(
    ("withheld", "holder", "by"), [("later", "director", "hand"), ("all", "li", "hand"), ("all", "director", "command")]
)
def test_whoever_shows_none_is_judged_anew_until_somebody_brings_the_receipt(
    lost: Lost, tmp_path: Path, withheld: str, holder: str, by: str
) -> None:
    """The restored store believes that the unit was hers all the time; every reader's laptop knows better."""
    database = tmp_path / "store" / "central.db"
    if by == "hand":
        _copied(lost.backup, database.parent)
    else:
        office(database, "restore", str(lost.backup))
    with serving(database, lost.port):
        wang, other = (lost.open(who, tmp_path) for who in ("wang", holder))
        _withhold(wang, lost, withheld)
        exchange(wang)
        assert _verdicts(database) == RAISED
        exchange(other)
        assert _verdicts(database) == APART
        _does_not_count(lost, tmp_path, database, wang, other)
        assert _verdicts(database) == APART


@pytest.mark.parametrize(("withheld", "first"), [("one", "director"), ("later", "li"), ("all", "li")])
def test_once_somebody_has_brought_the_receipt_nobody_raises_the_verdict(
    lost: Lost, tmp_path: Path, withheld: str, first: str
) -> None:
    """A colleague has no more than the entry's head and its receipt: they take its place."""
    with lost.restored(tmp_path / "store") as database:
        wang, other = (lost.open(who, tmp_path) for who in ("wang", first))
        _withhold(wang, lost, withheld)
        exchange(other)
        exchange(wang)
        assert _verdicts(database) == APART
        _does_not_count(lost, tmp_path, database, wang, other)


def test_what_a_store_said_before_it_was_told_better_raises_nothing_in_the_next(lost: Lost, tmp_path: Path) -> None:
    """Restored twice: the first time she has got a receipt that names nothing as apart."""
    with lost.restored(tmp_path / "once") as database:
        wang, director = (lost.open(who, tmp_path) for who in ("wang", "director"))
        _withhold(wang, lost, "all")
        exchange(wang)
        raised = [row for row in _receipts(wang) if row[2] == 3]
        assert [quarantine_ranges.read(str(row[4])) for row in raised] == [quarantine_ranges.EMPTY]
        exchange(director)
        exchange(wang)
        assert _verdicts(database) == APART
    with lost.restored(tmp_path / "twice") as database:
        wang.connection.execute("DELETE FROM receipt")
        for row in raised:
            wang.connection.execute(f"INSERT INTO receipt VALUES ({','.join('?' * len(row))})", row)
        exchange(wang)
        exchange(director)
        assert _verdicts(database) == APART
        _does_not_count(lost, tmp_path, database, wang, director)
        director.close()


@pytest.mark.parametrize("withheld", ["one", "all"])
def test_what_the_store_wrote_again_needs_its_receipts_as_well(lost: Lost, tmp_path: Path, withheld: str) -> None:
    """An old copy of the laptop wrote in the place of what was lost: both sides stand in chains of the store's own."""
    with lost.restored(tmp_path / "once") as database:
        wang, director = (lost.open(who, tmp_path) for who in ("wang", "director"))
        old = Replica.open(_copied(lost.old_copy, tmp_path / "old"))
        edits.create(old, "liaison_note", "u-2", NOTE | {"content": INSTEAD})
        for laptop in (old, director, wang, old, director):
            exchange(laptop)
        assert _verdicts(database) == APART
        assert _read(director) == sorted([BEFORE, AFTER, INSTEAD])
    with lost.restored(tmp_path / "twice") as database:
        _fill_in(old, lost)
        _withhold(old, lost, withheld)
        exchange(old)
        assert _verdicts(database) == ["", "unproved", "" if withheld == "one" else "unproved"]
        exchange(director)  # its receipts show what had been accepted
        exchange(old)
        assert _verdicts(database) == HELD
        for laptop in (old, director):
            exchange(laptop)
            assert _read(laptop) == sorted([BEFORE, AFTER, INSTEAD])
            assert laptop is old or verify(laptop).breaks == []


def _fill_in(laptop: Replica, lost: Lost) -> None:
    """She knows what she wrote, wherever no more than its head is given to her."""
    bodies = {chains.digest(body): body for body, _ in lost.contents}
    for id_, head in laptop.connection.execute("SELECT id, head FROM entry WHERE body IS NULL").fetchall():
        name = chains.read_entry(head, None).head.body
        laptop.connection.execute("UPDATE entry SET body = ? WHERE id = ?", (bodies.get(name), id_))
