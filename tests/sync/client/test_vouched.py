"""What vouches for the entries of an answer: seals, certificates, receipts; and what of it is kept beside them.

Whatever does not hold is refused with all of its answer, and nothing has changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.client.errors import NoConnection
from sync.client.pull import Receiver, note_failure
from sync.ledger import chains, keys
from sync.ledger.chains import Certificate, Entry, Seal
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.sync.laptops import DISTRICT, STORE_KEY, give_unit, new_laptop

NOW = "2026-09-18T09:00:00.000Z"
FORGED = keys.new_private_key()
DEVICE = keys.new_private_key()
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        give_unit(replica)
        yield replica


def _answer(**parts: Any) -> codec.SyncAnswer:
    return msgspec.structs.replace(codec.SyncAnswer(log="log-1", cursor=1, cursor_hash="h"), **parts)


def _note(seq: int, before: str = "", **parts: Any) -> Entry:
    given: dict[str, Any] = {"ledger": "u-1", "device": "d-2", "seq": seq, "prev": before, "kind": "liaison_note"}
    given |= {"record": f"n-{seq}", "fields": dict(NOTE), "by": "p-2", "at": NOW}
    return chains.compose(**given | parts)


def _line(entry: Entry, number: int = 5, code: str = "") -> bytes:
    return codec.arrived_line(entry.raw_head, entry.raw_body, number, code)


def _certificate(private: str = STORE_KEY, device: str = "d-2", at: str = NOW) -> Certificate:
    return chains.make_certificate(private, DISTRICT, device, "p-2", keys.public_key(DEVICE), at)


def _seal(entry: Entry, private: str = DEVICE, **parts: Any) -> Seal:
    head = entry.head
    place: dict[str, Any] = {"ledger": head.ledger, "device": head.device, "seq": head.seq, "hash": entry.hash} | parts
    sig = chains.make_seal(private, DISTRICT, *place.values()).sig
    return Seal(**place, sig=sig)


def _refused(laptop: Replica, answer: codec.SyncAnswer, lines: list[bytes]) -> str:
    with pytest.raises(NoConnection) as refused:
        Receiver(laptop).apply_response(answer, lines, {})
    assert query.history(laptop, "u-1", "liaison_note").count == 0
    assert Receiver(laptop).reading.cursor()[0] == ""
    assert _kept(laptop, "seal") == _kept(laptop, "certificate") == 0
    return refused.value.code


def _kept(laptop: Replica, table: str) -> int:
    return int(laptop.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


# --- seals and certificates ------------------------------------------------------------------------------------------


def test_entries_come_with_their_seal_and_certificate(laptop: Replica) -> None:
    entry = _note(1)
    receiver = Receiver(laptop)
    receiver.apply_response(_answer(seals=[_seal(entry)], certificates=[_certificate()]), [_line(entry)], {})
    assert receiver.received.pulled == 1
    assert laptop.connection.execute("SELECT seq, hash, sig FROM seal").fetchall() == [
        (1, entry.hash, _seal(entry).sig)
    ]
    assert _kept(laptop, "certificate") == 1


@pytest.mark.parametrize(
    ("seal", "code"),
    [
        ({"private": FORGED}, "bad_signature"),
        ({"hash": chains.digest(b"other")}, "damaged_answer"),
    ],
)
def test_a_seal_that_does_not_hold_or_is_of_another_entry_is_refused(
    laptop: Replica, seal: dict[str, Any], code: str
) -> None:
    entry = _note(1)
    answer = _answer(seals=[_seal(entry, **seal)], certificates=[_certificate()])
    assert _refused(laptop, answer, [_line(entry)]) == code


def test_a_certificate_that_is_not_the_store_s_is_refused(laptop: Replica) -> None:
    entry = _note(1)
    for certificates in ([_certificate(FORGED)], [_certificate(device="d-3"), _certificate(FORGED)]):
        answer = _answer(seals=[_seal(entry)], certificates=certificates)
        assert _refused(laptop, answer, [_line(entry)]) == "bad_signature"


def test_of_a_device_without_certificate_a_seal_is_kept_until_one_comes(laptop: Replica) -> None:
    entry = _note(1)
    Receiver(laptop).apply_response(_answer(seals=[_seal(entry, FORGED)]), [_line(entry)], {})
    assert _kept(laptop, "seal") == 1


@pytest.mark.parametrize("parts", [{"device": "d-9"}, {"ledger": "u-9"}, {"seq": 2}])
def test_a_seal_of_what_is_not_here_says_nothing(laptop: Replica, parts: dict[str, Any]) -> None:
    entry = _note(1)
    Receiver(laptop).apply_response(
        _answer(seals=[_seal(entry, **parts)], certificates=[_certificate()]), [_line(entry)], {}
    )
    assert (_kept(laptop, "seal"), query.history(laptop, "u-1", "liaison_note").count) == (0, 1)


def test_a_seal_of_another_end_of_a_chain_that_has_parted_says_nothing_of_what_was_here(laptop: Replica) -> None:
    entry = _note(1)
    Receiver(laptop).apply_response(_answer(seals=[_seal(entry)], certificates=[_certificate()]), [_line(entry)], {})
    other = _seal(entry, hash=chains.digest(b"other"))
    Receiver(laptop).apply_response(_answer(cursor=2, seals=[other]), [], {})
    assert laptop.connection.execute("SELECT hash FROM seal").fetchall() == [(entry.hash,)]


def test_the_seal_that_is_here_is_not_looked_at_again(laptop: Replica) -> None:
    entry = _note(1)
    Receiver(laptop).apply_response(_answer(seals=[_seal(entry)], certificates=[_certificate()]), [_line(entry)], {})
    laptop.connection.execute("UPDATE certificate SET key = ?", (keys.public_key(FORGED),))
    Receiver(laptop).apply_response(_answer(cursor=2, seals=[_seal(entry)]), [], {})
    second = _note(2, entry.hash)
    with pytest.raises(NoConnection):
        Receiver(laptop).apply_response(_answer(cursor=3, seals=[_seal(second)]), [_line(second, 6)], {})


# --- entries ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("line", [b"", b"no line", b"5\t\t{}\t{}"])
def test_a_line_that_cannot_be_read_damages_its_answer(laptop: Replica, line: bytes) -> None:
    assert _refused(laptop, _answer(), [_line(_note(1)), line]) == "damaged_answer"


def test_entries_that_do_not_follow_each_other_damage_their_answer(laptop: Replica) -> None:
    first = _note(1)
    assert _refused(laptop, _answer(), [_line(first), _line(_note(2, chains.digest(b"other")), 6)]) == "damaged_answer"


# --- terms, and what is kept beside ----------------------------------------------------------------------------------


def _terms(**parts: Any) -> codec.Terms:
    terms = codec.Terms(version="v-5", person="p-1", units=[([["", "g-1"]], ["u-1"])], log="log-1", number=5)
    return codec.sign_terms(STORE_KEY, DISTRICT, msgspec.structs.replace(terms, **parts))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        (_terms(person="p-2"), "damaged_answer"),
        (codec.sign_terms(FORGED, DISTRICT, _terms()), "bad_signature"),
        (codec.sign_terms(STORE_KEY, "other", _terms()), "bad_signature"),
        (msgspec.structs.replace(_terms(), units=[]), "bad_signature"),
    ],
)
def test_terms_that_are_not_the_store_s_or_not_hers_are_refused(laptop: Replica, terms: codec.Terms, code: str) -> None:
    assert _refused(laptop, _answer(terms=terms), []) == code
    assert not laptop.setting("terms_version")


def test_what_is_told_of_clocks_late_work_and_rulings_is_kept_and_its_last_word_counts(laptop: Replica) -> None:
    for turn in (1, 2):
        answer = _answer(
            cursor=turn,
            skews=[codec.Skew(ledger="u-1", device="d-1", first=1, last=turn, seconds=301)],
            late=[codec.Late(ledger="u-1", device="d-1", seq=1)],
            rulings=[codec.Ruling(target="t", verdict="answered", comment=f"{turn}", by="p-9", at=NOW)],
        )
        Receiver(laptop).apply_response(answer, [], {})
    kept = {name: laptop.connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("skew", "late", "ruling")}
    assert kept == {
        "skew": [("u-1", "d-1", 1, 2, 301)],
        "late": [("u-1", "d-1", 1)],
        "ruling": [("t", "answered", "2", "p-9", NOW)],
    }


def test_why_an_exchange_failed_is_noted_with_what_its_words_name(laptop: Replica) -> None:
    note_failure(laptop, "too_large", {"unit": "u-1"})
    assert (laptop.setting("last_error"), laptop.setting("last_error_named")) == ("too_large", '{"unit":"u-1"}')
    note_failure(laptop, "store_away")
    assert laptop.setting("last_error_named") == "{}"


# --- verdicts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("device", "code", "forked", "told"),
    [("d-1", "fork", True, False), ("d-2", "fork", False, True), ("d-1", "out_of_scope", False, True)],
)
def test_only_a_fork_of_this_very_device_parts_it(
    laptop: Replica, device: str, code: str, *, forked: bool, told: bool
) -> None:
    kept = codec.Kept(ledger="u-1", device=device, seq=1, hash="x", code=code, message="")
    receiver = Receiver(laptop)
    receiver.apply_response(_answer(kept=[kept]), [], None)
    assert receiver.received.forked is forked
    assert receiver.received.quarantined == ([kept] if told else [])
    assert receiver.received.told == {("u-1", device, 1)}


def test_what_the_store_lacks_of_a_chain_is_sent_again_from_there_on(laptop: Replica) -> None:
    for _ in range(3):
        edits.create(laptop, "liaison_note", "u-1", NOTE)
    laptop.connection.execute("UPDATE entry SET number = 7")
    receiver = Receiver(laptop)
    receiver.apply_response(_answer(have=[codec.Have(ledger="u-1", device="d-1", seq=1)]), [], None)
    assert query.status(laptop).pending == 2
