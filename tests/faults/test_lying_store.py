"""A store that lies, or somebody in its place: what it says is refused by its code, and the laptop's file is as it was.

Two laptops of a group are up to date; then one writes and sends, and the other is to fetch it, and to send a note of
its own. On the way the answers are changed, each in one thing.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from sync.client.session import NoConnection, exchange
from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Receipt
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.faults.conftest import NOTE
from tests.faults.kills import copied, without_waiting
from tests.faults.liar import Lie, inventing, keys_of, rows, telling
from tests.faults.proxy import Proxy, spoiled
from tests.store import District, office, serving

FORGED = keys.new_private_key()


class Made(msgspec.Struct, kw_only=True):
    """A laptop's file at the beginning of each test, and a store that goes on by itself."""

    file: Path
    live: District
    district: str
    private: str
    older: codec.SyncAnswer  # the answer that told the scope and terms of before


class Scene(msgspec.Struct, kw_only=True):
    """A laptop on the road of a liar, with a note to send, and two of a colleague's to fetch."""

    laptop: Replica
    road: Proxy
    made: Made

    @property
    def district(self) -> str:
        return self.made.district

    @property
    def private(self) -> str:
        return self.made.private

    def refusal(self, lie: Lie) -> str:
        """The code of what the exchange ends with when this is told; the file is as it was."""
        before = rows(self.laptop)
        self.road.standing = telling(lie)
        with pytest.raises(NoConnection) as refused:
            exchange(self.laptop)
        after = rows(self.laptop)
        assert [table for table in after if after[table] != before[table]] == []
        assert self.laptop.setting("last_error") == refused.value.code
        return refused.value.code

    def goes_on(self) -> None:
        """Once the store itself answers again, everything is sent and fetched, and holds."""
        self.road.standing = None
        exchange(self.laptop)
        assert query.status(self.laptop).pending == 0
        assert query.history(self.laptop, "u-1", "liaison_note").count == 3
        assert query.units(self.laptop).count == 3
        assert verify(self.laptop).breaks == []


@pytest.fixture(scope="module")
def made(district_made_once: District, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    """A unit has come to the group since: the next answer tells a new scope, new terms, entries and receipts."""
    folder = tmp_path_factory.mktemp("lies")
    for file in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(file, folder / file.name)
    live = msgspec.structs.replace(district_made_once, database=folder / "central.db")
    with serving(live.database) as live.address:
        with live.laptop(folder / "a.db", "wang") as wang, live.laptop(folder / "b.db", "li") as li:
            older = _heard(wang, live.address)
            exchange(li)
            office(live.database, "assign", "u-3", "--group", "first")
            for _ in range(2):
                edits.create(li, "liaison_note", "u-1", NOTE)
            exchange(li)
            edits.create(wang, "liaison_note", "u-1", NOTE)
        district, private = keys_of(live)
        yield Made(file=folder / "a.db", live=live, district=district, private=private, older=older)


def _heard(laptop: Replica, address: str) -> codec.SyncAnswer:
    """The store's first answer to this laptop, which takes it as well."""
    heard: list[codec.SyncAnswer] = []

    def hear(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        heard.append(answer)

    with spoiled(address) as road:
        _by(road, laptop)
        road.standing = telling(hear)
        exchange(laptop)
    return heard[0]


def _by(road: Proxy, laptop: Replica) -> None:
    laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=road.address))


@pytest.fixture
def scene(made: Made, tmp_path: Path) -> Iterator[Scene]:
    """The laptop's file as it stood; what the store has got of it in other tests it gets once more."""
    with (
        spoiled(made.live.address) as road,
        without_waiting(),
        Replica.open(copied(made.file, tmp_path / "copy")) as laptop,
    ):
        _by(road, laptop)
        yield Scene(laptop=laptop, road=road, made=made)


# --- signed by another key -------------------------------------------------------------------------------------------


def _scope(answer: codec.SyncAnswer, district: str) -> None:
    assert answer.scope is not None
    answer.scope = codec.sign_scope(FORGED, district, answer.scope)


def _terms(answer: codec.SyncAnswer, district: str) -> None:
    assert answer.terms is not None
    answer.terms = codec.sign_terms(FORGED, district, answer.terms)


def _receipts(answer: codec.SyncAnswer, district: str) -> None:
    assert answer.receipts
    answer.receipts = [chains.sign_receipt(FORGED, district, each) for each in answer.receipts]


def _witnessed(answer: codec.SyncAnswer, district: str) -> None:
    assert answer.witnessed
    answer.witnessed = [chains.sign_receipt(FORGED, district, each) for each in answer.witnessed]


def _certificates(answer: codec.SyncAnswer, district: str) -> None:
    assert answer.certificates
    answer.certificates = [
        chains.make_certificate(FORGED, district, each.device, each.person, each.key, each.at)
        for each in answer.certificates
    ]


@pytest.mark.parametrize("part", [_scope, _terms, _receipts, _witnessed, _certificates], ids=lambda each: each.__name__)
def test_what_another_key_has_signed_is_refused(scene: Scene, part: Callable[[codec.SyncAnswer, str], None]) -> None:
    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        part(answer, scene.district)

    assert scene.refusal(lie) == "bad_signature"
    scene.goes_on()


@pytest.mark.parametrize("part", ["scope", "terms"])
def test_what_was_changed_after_it_was_signed_is_refused(scene: Scene, part: str) -> None:
    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        if part == "scope":
            assert answer.scope is not None
            answer.scope = msgspec.structs.replace(answer.scope, everything=True, units=[])
        else:
            assert answer.terms is not None
            answer.terms = msgspec.structs.replace(answer.terms, units=[])

    assert scene.refusal(lie) == "bad_signature"
    scene.goes_on()


def test_a_receipt_that_was_changed_after_it_was_signed_is_refused(scene: Scene) -> None:
    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        answer.receipts = [
            msgspec.structs.replace(each, verdict="apart", code="out_of_scope") for each in answer.receipts
        ]

    assert scene.refusal(lie) == "bad_signature"
    scene.goes_on()


def test_what_is_signed_for_another_district_is_refused(scene: Scene) -> None:
    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        assert answer.scope is not None
        answer.scope = codec.sign_scope(scene.private, "another", answer.scope)

    assert scene.refusal(lie) == "bad_signature"


# --- signed rightly --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["scope", "terms"])
def test_what_the_store_has_signed_for_somebody_else_is_refused(scene: Scene, part: str) -> None:
    li = scene.made.live.people["li"]

    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        if part == "scope":
            assert answer.scope is not None
            hers = msgspec.structs.replace(answer.scope, person=li)
            answer.scope = codec.sign_scope(scene.private, scene.district, hers)
        else:
            assert answer.terms is not None
            told = msgspec.structs.replace(answer.terms, person=li)
            answer.terms = codec.sign_terms(scene.private, scene.district, told)

    assert scene.refusal(lie) == "damaged_answer"
    scene.goes_on()


@pytest.mark.parametrize("also", [0, 1])
def test_a_receipt_for_what_was_never_sent_delivers_nothing(scene: Scene, also: int) -> None:
    """Whether it is for other words in the note's place or for a note behind it: it is no proof of this one."""
    before = rows(scene.laptop)

    def lie(asked: codec.SyncRequest, sent: list[Entry]) -> codec.SyncAnswer:
        (entry,) = sent
        told = Receipt(
            ledger=entry.head.ledger,
            device=entry.head.device,
            seq=entry.head.seq + also,
            hash=chains.digest(b"never sent"),
            log=asked.log,
            number=asked.cursor + 1,
            at=chains.now(),
            verdict="accepted",
            sig="",
        )
        answer = codec.SyncAnswer(log=asked.log, cursor=asked.cursor, cursor_hash=asked.cursor_hash)
        answer.receipts = [chains.sign_receipt(scene.private, scene.district, told)]
        return answer

    scene.road.standing = inventing(lie)
    with pytest.raises(NoConnection) as refused:
        exchange(scene.laptop)
    assert refused.value.code == "no_progress"
    after = rows(scene.laptop)
    assert {table for table in after if after[table] != before[table]} <= {"setting"}
    assert query.status(scene.laptop).pending == 1
    scene.goes_on()


# --- entries ---------------------------------------------------------------------------------------------------------


def _replaced(raw: bytes) -> bytes:
    """The line with other words, and a head that names them: whole in itself."""
    entry_head, body, number, code = raw.split(b"\t")
    entry = chains.read_entry(entry_head, body)
    other = body.replace("晚间小组学习".encode(), "不再安排学习".encode())
    assert other != body
    head = msgspec.json.Encoder(order="sorted").encode(msgspec.structs.replace(entry.head, body=chains.digest(other)))
    chains.read_entry(head, other)
    return b"\t".join((head, other, number, code))


@pytest.mark.parametrize("at", [0, 1])
def test_an_entry_in_whose_place_stands_another_is_refused_with_all_of_its_page(scene: Scene, at: int) -> None:
    """Whole in itself, it is told from the one that was written by what the next names as the one before, or a seal."""

    def lie(_: codec.SyncAnswer, lines: list[bytes]) -> list[bytes]:
        notes = [each for each in lines if "晚间小组学习".encode() in each]
        assert len(notes) == 2
        return [_replaced(each) if each is notes[at] else each for each in lines]

    assert scene.refusal(lie) == "damaged_answer"
    scene.goes_on()


def test_a_seal_by_another_key_is_refused(scene: Scene) -> None:
    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        assert answer.seals
        answer.seals = [
            chains.make_seal(FORGED, scene.district, each.ledger, each.device, each.seq, each.hash)
            for each in answer.seals
        ]

    assert scene.refusal(lie) == "bad_signature"
    scene.goes_on()


# --- an older answer -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["scope", "terms"])
def test_what_the_store_said_before_is_refused_when_it_is_told_once_more(scene: Scene, part: str) -> None:
    exchange(scene.laptop)
    assert query.units(scene.laptop).count == 3

    def lie(answer: codec.SyncAnswer, _: list[bytes]) -> None:
        setattr(answer, part, getattr(scene.made.older, part))

    assert scene.refusal(lie) == "damaged_answer"
    scene.goes_on()


def test_what_a_restored_store_says_is_not_taken_for_an_older_answer(live: District, tmp_path: Path) -> None:
    """A copy of its file put back by hand stands further back in the same log, and so does its scope."""
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        copy = tmp_path / "copy.db"
        office(live.database, "backup", str(copy))
        edits.create(wang, "liaison_note", "u-1", NOTE)
        office(live.database, "assign", "u-3", "--group", "first")
        exchange(wang)
        assert query.units(wang).count == 3
        with serving(copy) as other:
            wang.set_identity(msgspec.structs.replace(wang.joined(), server=other))
            exchange(wang)
            assert query.units(wang).count == 2
            assert query.status(wang).pending == 0
