"""What a laptop makes of an answer at its edges: clocks at the tolerance, gaps, quarantine that ends, a restored store.

The answers are made here, signed with the key of a store of this process; no line is under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.client.errors import NoConnection
from sync.client.pull import Receiver, note_failure
from sync.client.session import Cancelled, exchange
from sync.ledger import chains, keys
from sync.ledger.chains import Entry, Receipt
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import attachments, edits
from tests.sync.laptops import DISTRICT, STORE_KEY, give_unit, new_laptop

NOW = "2026-09-18T09:00:00.000Z"
FORGED = keys.new_private_key()
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        give_unit(replica)
        yield replica


def _answer(**parts: Any) -> codec.SyncAnswer:
    return msgspec.structs.replace(codec.SyncAnswer(log="log-1", cursor=1, cursor_hash="h"), **parts)


def _scope(number: int = 5, log: str = "log-1", private: str = STORE_KEY, **parts: Any) -> codec.Scope:
    scope = codec.Scope(version=f"v-{number}", person="p-1", role="group", group="g-1", log=log, number=number)
    return codec.sign_scope(private, DISTRICT, msgspec.structs.replace(scope, **parts))


def _terms(number: int = 5, log: str = "log-1", **parts: Any) -> codec.Terms:
    terms = codec.Terms(version=f"v-{number}", person="p-1", units=[([["", "g-1"]], ["u-1"])], log=log, number=number)
    return codec.sign_terms(STORE_KEY, DISTRICT, msgspec.structs.replace(terms, **parts))


def _chain(length: int, device: str = "d-2") -> list[Entry]:
    made: list[Entry] = []
    for seq in range(1, length + 1):
        before = made[-1].hash if made else ""
        made.append(
            chains.compose(
                ledger="u-1",
                device=device,
                seq=seq,
                prev=before,
                kind="liaison_note",
                record=f"n-{seq}",
                fields=dict(NOTE),
                by="p-2",
                at=NOW,
            )
        )
    return made


def _lines(*entries: Entry) -> list[bytes]:
    return [codec.arrived_line(each.raw_head, each.raw_body, each.head.seq, "") for each in entries]


def _notes(laptop: Replica) -> int:
    return query.history(laptop, "u-1", "liaison_note").count


# --- clocks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("time", "told"),
    [
        ("2026-09-18T09:04:59.000Z", ""),
        ("2026-09-18T09:05:00.000Z", ""),
        ("2026-09-18T09:05:01.000Z", "-301"),
        ("2026-09-18T08:55:01.000Z", ""),
        ("2026-09-18T08:55:00.000Z", ""),
        ("2026-09-18T08:54:59.000Z", "301"),
        ("", ""),
    ],
)
def test_a_clock_is_said_to_be_wrong_beyond_what_is_tolerated(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch, time: str, told: str
) -> None:
    monkeypatch.setattr(chains, "now", lambda: NOW)
    Receiver(laptop).apply_response(_answer(time=time), [], {})
    assert (laptop.setting("skew") or "") == told


def test_a_clock_that_was_put_right_is_said_to_be_wrong_no_more(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "now", lambda: NOW)
    Receiver(laptop).apply_response(_answer(time="2026-09-18T10:00:00.000Z"), [], {})
    assert laptop.setting("skew") == "-3600"
    Receiver(laptop).apply_response(_answer(time=NOW, cursor=2), [], {})
    assert laptop.setting("skew") == ""


def test_the_time_of_an_answer_by_stick_says_nothing_of_the_clock(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chains, "now", lambda: NOW)
    Receiver(laptop, is_live=False).apply_response(_answer(time="2026-09-11T09:00:00.000Z"), [], {})
    assert not laptop.setting("skew")


# --- quarantine ------------------------------------------------------------------------------------------------------

MARKER = "what nobody was to keep " * 40


@pytest.mark.parametrize("end", ["answered", "left the office"])
def test_what_lay_in_quarantine_is_gone_from_the_file_after_its_end(tmp_path: Path, end: str) -> None:
    path = tmp_path / "office.db"
    item = codec.SetAside(digest="x", device="d-9", person="p-9", received_at=NOW, code="malformed", raw=MARKER)
    with new_laptop(path, "p-1", "office") as office:
        Receiver(office).apply_response(_answer(scope=_scope(1, everything=True, staff=True, role="office")), [], {})
        Receiver(office).apply_response(
            _answer(quarantine=codec.Quarantine(version="1", items=[item]), cursor=2), [], {}
        )
        assert office.connection.execute("SELECT raw FROM quarantine").fetchall() == [(MARKER,)]
        assert office.setting("quarantine_version") == "1"
    assert _holds(path, MARKER)
    with Replica.open(path) as office:
        if end == "answered":
            Receiver(office).apply_response(_answer(quarantine=codec.Quarantine(version="2"), cursor=3), [], {})
        else:
            Receiver(office).apply_response(_answer(scope=_scope(2, role="group"), cursor=3), [], {})
        assert office.connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        assert office.setting("quarantine_version") == ("2" if end == "answered" else "")
    assert not _holds(path, MARKER)


def _holds(path: Path, text: str) -> bool:
    return any(text.encode() in file.read_bytes() for file in path.parent.glob(path.name + "*"))


# --- gaps ------------------------------------------------------------------------------------------------------------


def test_a_gap_in_what_was_fetched_from_its_start_is_refused(laptop: Replica) -> None:
    first, _, third = _chain(3)
    with pytest.raises(NoConnection) as refused:
        Receiver(laptop).apply_response(_answer(), _lines(first, third), {"u-1": 0})
    assert refused.value.code == "no_progress"
    assert _notes(laptop) == 0
    assert Receiver(laptop).reading.cursor()[0] == ""


def test_after_a_gap_in_what_is_new_the_ledger_is_fetched_from_its_start(laptop: Replica) -> None:
    first, second, third = _chain(3)
    Receiver(laptop).apply_response(_answer(), _lines(first, third), {})
    assert _notes(laptop) == 1
    assert Receiver(laptop).reading.positions() == {"u-1": 0}
    Receiver(laptop).apply_response(_answer(cursor=2), _lines(first, second, third), {"u-1": 0})
    assert _notes(laptop) == 3
    assert Receiver(laptop).reading.positions() == {}


def test_a_ledger_that_came_up_meanwhile_is_still_to_be_fetched(laptop: Replica) -> None:
    Receiver(laptop).reading.fetch({"u-1", "u-2"})
    Receiver(laptop).apply_response(_answer(), [], {"u-1": 0})
    assert Receiver(laptop).reading.positions() == {"u-2": 0}


# --- a restored store ------------------------------------------------------------------------------------------------


def test_attachments_are_sent_again_to_a_store_that_was_restored(laptop: Replica, tmp_path: Path) -> None:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE).record
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(b"%PDF-1.7 paper")
    attachments.attach(laptop, record, paper, "附件")
    laptop.connection.execute("UPDATE blob SET sent = 1")
    Receiver(laptop).apply_response(_answer(restart=True), [], {})
    assert laptop.connection.execute("SELECT sent FROM blob").fetchall() == [(0,)]


def test_a_restart_counts_what_was_delivered_as_unsent(laptop: Replica) -> None:
    edits.create(laptop, "liaison_note", "u-1", NOTE)
    laptop.connection.execute("UPDATE entry SET number = 7")
    assert query.status(laptop).pending == 0
    Receiver(laptop).apply_response(_answer(restart=True), [], {})
    assert query.status(laptop).pending == 1
    assert laptop.setting("give_back") == "1"


# --- scope and terms -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "log", "is_taken"), [(4, "log-1", False), (5, "log-1", True), (6, "log-1", True)])
@pytest.mark.parametrize("part", ["scope", "terms"])
def test_what_was_said_at_an_earlier_end_of_the_log_is_refused(
    laptop: Replica, part: str, number: int, log: str, is_taken: bool
) -> None:
    told = (_scope, _terms)[part == "terms"]
    Receiver(laptop).apply_response(_answer(**{part: told(5)}), [], {})
    later = _answer(cursor=2, **{part: told(number, log, version="another")})
    if is_taken:
        Receiver(laptop).apply_response(later, [], {})
    else:
        with pytest.raises(NoConnection, match="older"):
            Receiver(laptop).apply_response(later, [], {})
    assert (laptop.setting(f"{part}_version") == "another") is is_taken


@pytest.mark.parametrize("part", ["scope", "terms"])
def test_a_store_that_began_a_new_log_counts_from_its_beginning(laptop: Replica, part: str) -> None:
    told = (_scope, _terms)[part == "terms"]
    Receiver(laptop).apply_response(_answer(**{part: told(5)}), [], {})
    Receiver(laptop).apply_response(_answer(cursor=2, **{part: told(1, "log-2", version="another")}), [], {})
    assert laptop.setting(f"{part}_version") == "another"


@pytest.mark.parametrize("part", ["scope", "terms"])
def test_a_store_that_was_put_back_counts_from_where_it_stands(laptop: Replica, part: str) -> None:
    told = (_scope, _terms)[part == "terms"]
    Receiver(laptop).apply_response(_answer(**{part: told(5)}), [], {})
    Receiver(laptop).apply_response(_answer(restart=True), [], {})
    Receiver(laptop).apply_response(_answer(cursor=2, **{part: told(1, version="another")}), [], {})
    assert laptop.setting(f"{part}_version") == "another"


def test_an_answer_by_stick_is_of_its_own_question(laptop: Replica) -> None:
    Receiver(laptop).apply_response(_answer(scope=_scope(5)), [], {})
    Receiver(laptop, is_live=False).apply_response(_answer(cursor=2, scope=_scope(4)), [], {})
    assert laptop.setting("scope_version") == "v-4"


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (_scope(private=FORGED), "bad_signature"),
        (_scope(person="p-2"), "damaged_answer"),
        (msgspec.structs.replace(_scope(), everything=True), "bad_signature"),
    ],
)
def test_a_scope_that_is_not_the_store_s_or_not_hers_is_refused(laptop: Replica, scope: codec.Scope, code: str) -> None:
    with pytest.raises(NoConnection) as refused:
        Receiver(laptop).apply_response(_answer(scope=scope), [], {})
    assert (refused.value.code, laptop.scope) == (code, None)


# --- receipts --------------------------------------------------------------------------------------------------------


def _receipt(laptop: Replica, private: str = STORE_KEY, **parts: Any) -> Receipt:
    hash_, device = laptop.connection.execute(
        "SELECT lower(hex(e.hash)), c.device FROM entry e JOIN chain c ON c.id = e.chain WHERE c.device = 'd-1'"
    ).fetchone()
    receipt = Receipt(
        ledger="u-1",
        device=device,
        seq=1,
        hash=chains.HASH_PREFIX + hash_,
        log="log-1",
        number=7,
        at=NOW,
        verdict="accepted",
        sig="",
    )
    return chains.sign_receipt(private, DISTRICT, msgspec.structs.replace(receipt, **parts))


@pytest.mark.parametrize(
    ("parts", "pending"),
    [
        ({}, 0),
        ({"hash": chains.digest(b"other")}, 1),
        ({"seq": 2}, 1),
        ({"device": "d-2"}, 1),
        ({"ledger": "u-2"}, 1),
    ],
)
def test_a_receipt_delivers_what_it_is_of(laptop: Replica, parts: dict[str, Any], pending: int) -> None:
    edits.create(laptop, "liaison_note", "u-1", NOTE)
    receiver = Receiver(laptop)
    receiver.apply_response(_answer(receipts=[_receipt(laptop, **parts)]), [], None)
    assert query.status(laptop).pending == pending
    assert receiver.received.pushed == 1 - pending


@pytest.mark.parametrize("where", ["receipts", "witnessed"])
def test_a_receipt_that_is_not_the_store_s_delivers_nothing(laptop: Replica, where: str) -> None:
    edits.create(laptop, "liaison_note", "u-1", NOTE)
    with pytest.raises(NoConnection) as refused:
        Receiver(laptop).apply_response(_answer(**{where: [_receipt(laptop, FORGED)]}), [], {})
    assert (refused.value.code, query.status(laptop).pending) == ("bad_signature", 1)
    assert laptop.connection.execute("SELECT count(*) FROM receipt").fetchone() == (0,)


# --- the end ---------------------------------------------------------------------------------------------------------


def test_stopped_is_no_error(laptop: Replica) -> None:
    note_failure(laptop, "store_away")
    with pytest.raises(Cancelled):
        exchange(laptop, stop=lambda: True)
    assert laptop.setting("last_error") == "store_away"
    assert not laptop.setting("last_sync")


def test_what_failed_is_noted_until_everything_was_exchanged(laptop: Replica) -> None:
    with pytest.raises(NoConnection):
        exchange(laptop)
    assert laptop.setting("last_error") == "no_connection"
    Receiver(laptop).apply_response(_answer(), [], {})
    assert laptop.setting("last_error") == ""
    assert laptop.setting("last_sync")


@pytest.mark.parametrize(("more", "positions"), [(True, {}), (False, {"u-1": 1}), (True, {"u-1": 1})])
def test_as_long_as_something_is_left_to_fetch_nothing_is_said_to_be_whole(
    laptop: Replica, more: bool, positions: dict[str, int]
) -> None:
    receiver = Receiver(laptop)
    receiver.apply_response(_answer(more=more, positions=positions), [], {"u-1": 0})
    assert not laptop.setting("last_sync")
    assert not receiver.received.noted
