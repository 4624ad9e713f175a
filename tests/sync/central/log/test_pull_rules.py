"""What a page is made of at its edges: ledgers by position, releases and recalls, vouchers, and what is whose."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from sync.central.log import pull, tails
from sync.central.log.pull import Page, Reader
from sync.central.service.store import Store
from sync.ledger import ids
from sync.ledger.chains import Entry
from sync.protocol import codec
from tests.sync.central.pen import NOTE, Pen


def _change(store: Store, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(store.engine.path)) as connection, connection:  # type: ignore[attr-defined]
        assert connection.execute(statement, values).rowcount > 0


def _page(*chains: tuple[str, str, int], from_start: bool = False) -> Page:
    last = {(name, device): seq for name, device, seq in chains}
    return Page(cursor=1, running="", chains=last, from_start=from_start)


def _vouchers(store: Store, pen: Pen, page: Page) -> tuple[list[int], list[int]]:
    """The places that the seals and receipts for a page are of."""
    access = store.access()
    seals, receipts = store.engine.read(
        lambda session: Reader(session, "demo", access, pen.device, pen.person).vouchers(page)
    )
    return [each.seq for each in seals], [each.seq for each in receipts]


def _told(store: Store, pen: Pen, page: Page) -> tuple[list[codec.Late], list[codec.Skew]]:
    access = store.access()

    def ask(session: Any) -> tuple[list[codec.Late], list[codec.Skew]]:
        reader = Reader(session, "demo", access, pen.device, pen.person)
        return reader.late(page), reader.skews(page)

    return store.engine.read(ask)


# --- ledgers by position ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "ledgers"), [("director", {"staff"}), ("guest", set()), ("wang", set())])
def test_only_the_office_is_given_staff_by_its_position(store: Store, person: str, ledgers: set[str]) -> None:
    pen = Pen(store, person)
    pen.pull_all()
    assert {each.entry.head.ledger for each in pen.pull(positions={"staff": 0})[1]} == ledgers


def test_a_ledger_that_is_fetched_by_itself_is_left_out_of_the_log(store: Store) -> None:
    arrived = Pen(store, "guest-1").pull(positions={"u-1": 0})[1]
    numbers = [each.number for each in arrived]
    assert {each.entry.head.ledger for each in arrived} == {"district", "u-1", "u-2"}
    assert len(numbers) == len(set(numbers))


def test_where_a_few_ledgers_brought_too_much_the_log_is_read(
    store: Store, director: Pen, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Pen(store, "guest-1")
    reader.pull_all()
    sent = [director.write("u-1"), director.write("u-2")]
    director.send(*sent)
    monkeypatch.setattr(pull, "FAR", 0)
    monkeypatch.setattr(tails, "_MOST", 0)
    assert [each.entry.hash for each in reader.pull()[1]] == [each.hash for each in sent]


# --- releases and recalls --------------------------------------------------------------------------------------------


@pytest.fixture
def apart(wang: Pen) -> Entry:
    """A note of the first group in a unit of the second, kept apart."""
    entry = wang.write("u-3")
    wang.send(entry)
    return entry


def _release(director: Pen, wang: Pen, entry: Entry) -> None:
    said = {"target": entry.hash, "place": f"{wang.device}:1", "verdict": "released", "comment": "ok"}
    director.send(director.write("u-3", said, "ruling", record=ids.new_id()))


def test_a_release_comes_with_its_own_ledger_alone_and_with_its_receipt(
    store: Store, wang: Pen, director: Pen, apart: Entry
) -> None:
    _release(director, wang, apart)
    reader = Pen(store, "guest")
    reader.pull_all()
    assert {each.entry.head.ledger for each in reader.pull(positions={"u-1": 0})[1]} == {"u-1"}
    answer, page = reader.pull(positions={"u-3": 0})
    assert [(each.code, each.entry.raw_body) for each in page if each.entry.hash == apart.hash][-1] == (
        "",
        apart.raw_body,
    )
    assert [(each.hash, each.code) for each in answer.witnessed if each.code == "released"] == [
        (apart.hash, "released")
    ]


def test_a_release_is_told_once_with_the_entry_and_to_its_device_without(
    store: Store, wang: Pen, director: Pen, apart: Entry
) -> None:
    zhao = Pen(store, "zhao")
    for pen in (wang, zhao):
        pen.pull_all()
    _release(director, wang, apart)
    for pen, arrives in ((zhao, True), (wang, False)):
        answer, page = pen.pull()
        assert (apart.hash in [each.entry.hash for each in page]) is arrives
        told = [each.hash for each in (*answer.receipts, *answer.witnessed) if each.code == "released"]
        assert told == [apart.hash]


def test_an_entry_that_was_recalled_is_shown_again_as_what_it_is_by_now(
    store: Store, wang: Pen, director: Pen, apart: Entry
) -> None:
    readers = {person: Pen(store, person) for person in ("zhao", "guest-1")} | {"wang": wang}
    for pen in readers.values():
        pen.pull_all()
    director.send(director.write("u-3"))
    _recall(store, apart)
    shown = {}
    for person, pen in readers.items():
        answer, page = pen.pull()
        came = [(each.code, each.entry.raw_body) for each in page if each.entry.hash == apart.hash]
        proved = [each.code for each in (*answer.receipts, *answer.witnessed) if each.code and each.hash == apart.hash]
        shown[person] = (came, proved)
    assert shown == {
        "zhao": ([("out_of_scope", None)], ["out_of_scope"]),
        "guest-1": ([], []),
        "wang": ([], ["out_of_scope"]),
    }


def _recall(store: Store, entry: Entry) -> None:
    """Let the entry that arrived last be the moment at which this one was recalled."""
    head = entry.head
    _change(
        store,
        "INSERT INTO recalled SELECT 'demo', (SELECT last_number FROM district), number, ledger, device, seq, '', ''"
        " FROM entry WHERE ledger = ? AND device = ? AND seq = ?",
        head.ledger,
        head.device,
        head.seq,
    )


# --- whose it is -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "by", "reader", "is_shown"),
    [
        ("out_of_scope", "wang", "wang", True),
        ("out_of_scope", "wang", "guest-1", False),
        ("out_of_scope", "zhao", "wang", False),
        ("bad_seal", "wang", "wang", False),
        ("bad_seal", "wang", "director", True),
    ],
)
def test_what_the_store_wrote_again_is_shown_to_its_author_where_it_was_found_to_be_hers(
    store: Store, wang: Pen, code: str, by: str, reader: str, *, is_shown: bool
) -> None:
    entry = wang.write(fields=NOTE | {"mode": "telepathy"}, by=by)
    wang.send(entry)
    _change(store, "UPDATE entry SET device = 'again-1', code = ? WHERE hash = ?", code, entry.hash)
    (given,) = [each for each in Pen(store, reader).pull()[1] if each.entry.hash == entry.hash]
    assert (given.code, given.entry.raw_body is not None) == (code, is_shown)


def test_what_the_store_wrote_again_without_its_content_is_nobody_s(store: Store, wang: Pen) -> None:
    entry = wang.write(fields=NOTE | {"mode": "telepathy"})
    wang.send(entry)
    _change(store, "UPDATE entry SET device = 'again-1', body = NULL WHERE hash = ?", entry.hash)
    (given,) = [each for each in Pen(store, "wang").pull()[1] if each.entry.hash == entry.hash]
    assert given.entry.raw_body is None


# --- vouchers, clocks, late work -------------------------------------------------------------------------------------


def test_a_chain_is_vouched_for_once_its_end_was_given(store: Store, wang: Pen) -> None:
    wang.send(wang.write(), wang.write())
    place = ("u-1", wang.device)
    assert _vouchers(store, wang, _page((*place, 1))) == ([], [])
    assert _vouchers(store, wang, _page((*place, 2))) == ([2], [2])
    _change(store, "UPDATE chain SET seal_seq = 1 WHERE device = ?", wang.device)
    assert _vouchers(store, wang, _page((*place, 1))) == ([1], [])


def test_without_seal_or_receipt_a_chain_is_not_vouched_for(store: Store, wang: Pen) -> None:
    wang.send(wang.write())
    _change(store, "UPDATE chain SET seal_seq = 0, receipt = '' WHERE device = ?", wang.device)
    assert _vouchers(store, wang, _page(("u-1", wang.device, 1), ("u-1", "d-none", 1))) == ([], [])


@pytest.mark.parametrize(
    ("seq", "from_start", "places"),
    [
        (0, False, []),
        (1, False, []),
        (2, False, [("u-1", 2)]),
        (3, False, [("u-1", 2)]),
        (0, True, [("u-1", 2), ("u-3", 1)]),
    ],
)
def test_late_work_and_wrong_clocks_are_told_with_their_chain_and_at_the_start_of_the_log(
    store: Store, wang: Pen, seq: int, places: list[tuple[str, int]], *, from_start: bool
) -> None:
    for name, at in (("u-1", 2), ("u-3", 1)):
        _change(store, "INSERT INTO late VALUES ('demo', ?, ?, ?)", name, wang.device, at)
        _change(store, "INSERT INTO skew VALUES ('demo', ?, ?, ?, ?, 301)", name, wang.device, at, at)
    page = _page(*[("u-1", wang.device, seq)] if seq else [], from_start=from_start)
    late, skews = _told(store, wang, page)
    assert [(each.ledger, each.seq) for each in late] == places
    assert [(each.ledger, each.first) for each in skews] == places
    assert {each.device for each in late} | {each.device for each in skews} <= {wang.device}
