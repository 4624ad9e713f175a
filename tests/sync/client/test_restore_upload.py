"""What a laptop gives back to a store that was restored: in which order, from where on, in which pieces and proofs.

The store is a list of what it answers; what it is asked is looked at message by message.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.client import restore_upload
from sync.client.restore_upload import everything_held, still_lacking, upload_missing
from sync.ledger import chains as ledger
from sync.ledger import keys
from sync.ledger.chains import Entry, Receipt
from sync.protocol import codec
from sync.protocol.codec import Have, SyncAnswer, SyncRequest
from sync.replica import Replica
from sync.replica.projection.apply import Incoming, apply, keep_seal
from tests.sync.laptops import DISTRICT, STORE_KEY, new_laptop

AT = "2026-09-18T09:00:00.000Z"
FAR = 1 << 20
OTHER = keys.new_private_key()
Place = tuple[str, str, int]  # ledger, device, seq


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        yield replica


class Store:
    """Answers what each message in turn is to be told that is still lacking; after the last, nothing is."""

    def __init__(self, *lacks: list[Have]) -> None:
        self.lacks = list(lacks)
        self.asked: list[tuple[SyncRequest, list[bytes]]] = []

    def ask(self, request: SyncRequest, lines: list[bytes]) -> SyncAnswer:
        self.asked.append((request, lines))
        lacks = self.lacks.pop(0) if self.lacks else []
        return SyncAnswer(log="log-1", cursor=0, cursor_hash="", lacks=lacks)

    @property
    def holds(self) -> list[list[tuple[str, str]]]:
        """The chains each message was about."""
        return [[(each.ledger, each.device) for each in request.holds] for request, _ in self.asked]

    @property
    def given(self) -> list[list[str]]:
        """What each message with entries brought: `ledger device seq`, with a `-` where the head went alone."""
        return [_said(lines) for request, lines in self.asked if lines]


def _said(lines: list[bytes]) -> list[str]:
    said = []
    for line in lines:
        head, _, body = line.partition(b"\t")
        known = ledger.read_entry(head, None).head
        said.append(f"{known.ledger} {known.device} {known.seq}{'' if body else '-'}")
    return said


def _hold(laptop: Replica, name: str, length: int, device: str = "d-2", *, sealed: int | None = None) -> list[Entry]:
    """Let a chain be held, with its seal on the last of its entries, and its device's certificate."""
    made: list[Entry] = []
    for seq in range(1, length + 1):
        before = made[-1].hash if made else ""
        entry = ledger.compose(
            ledger=name,
            device=device,
            seq=seq,
            prev=before,
            kind="liaison_note",
            record=f"{name}-{device}-{seq}",
            fields={"noted_on": "2026-09-18", "mode": "visit", "content": "x" * 100},
            by="p-2",
            at=AT,
        )
        made.append(entry)
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=each, number=each.head.seq) for each in made])
        end = made[(sealed or length) - 1]
        if sealed != 0:
            keep_seal(connection, ledger.make_seal(OTHER, DISTRICT, name, device, end.head.seq, end.hash))
        if device != "d-1":
            known = ledger.make_certificate(STORE_KEY, DISTRICT, device, "p-2", keys.public_key(OTHER), AT)
            connection.execute(
                "INSERT OR REPLACE INTO certificate VALUES (?, ?, ?, ?, ?)",
                (known.device, known.person, known.key, known.at, known.sig),
            )
    return made


def _end(entries: list[Entry], seq: int = 0) -> Have:
    """Where a store stands that has these entries up to a place."""
    head = entries[0].head
    return Have(ledger=head.ledger, device=head.device, seq=seq, hash=entries[seq - 1].hash if seq else "")


def _keep(laptop: Replica, entry: Entry, *, apart: int = 0, **parts: Any) -> Receipt:
    """Let a receipt for an entry be held."""
    head = entry.head
    plain = Receipt(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=entry.hash,
        log="log-1",
        number=7,
        at=AT,
        verdict="apart" if apart else "accepted",
        code="out_of_scope" if apart else "",
        sig="",
    )
    receipt = ledger.sign_receipt(STORE_KEY, DISTRICT, msgspec.structs.replace(plain, **parts))
    laptop.connection.execute(
        "INSERT INTO receipt SELECT id, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM chain WHERE ledger = ? AND device = ?",
        (
            *(apart, receipt.seq, receipt.hash, receipt.log, receipt.number, receipt.at, receipt.verdict),
            *(receipt.code, receipt.sig, head.ledger, head.device),
        ),
    )
    return receipt


def _without_content(laptop: Replica, *places: Place) -> None:
    for name, device, seq in places:
        laptop.connection.execute(
            "UPDATE entry SET body = NULL WHERE seq = ?"
            " AND chain = (SELECT id FROM chain WHERE ledger = ? AND device = ?)",
            (seq, name, device),
        )


# --- what is asked first ---------------------------------------------------------------------------------------------


def test_the_ends_of_all_chains_are_named_those_that_rights_come_from_first(laptop: Replica) -> None:
    chains = {name: _hold(laptop, name, 2) for name in ("u-1", "staff", "u-2", "district")}
    store = Store()
    assert upload_missing(laptop, store.ask, FAR)
    assert store.holds == [[("staff", "d-2"), ("district", "d-2")], [("u-1", "d-2"), ("u-2", "d-2")]]
    assert [each.want for each, _ in store.asked] == [0, 0]
    assert store.asked[0][0].holds[0] == _end(chains["staff"], 2)
    assert store.given == []


def test_so_many_ends_go_into_a_message(laptop: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_upload, "_ENDS_A_MESSAGE", 2)
    for unit in range(5):
        _hold(laptop, f"u-{unit}", 1)
    store = Store()
    assert upload_missing(laptop, store.ask, FAR)
    assert store.holds == [[(f"u-{unit}", "d-2") for unit in part] for part in ((0, 1), (2, 3), (4,))]


def test_receipts_for_what_was_kept_apart_go_before_all_else(laptop: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_upload, "_RECEIPTS_A_MESSAGE", 2)
    unit, staff = _hold(laptop, "u-1", 3), _hold(laptop, "staff", 1)
    _keep(laptop, unit[2])
    apart = [_keep(laptop, entry, apart=entry.head.seq) for entry in (unit[0], unit[1], staff[0])]
    store = Store()
    assert upload_missing(laptop, store.ask, FAR)
    first, second = (request for request, _ in store.asked[:2])
    assert (first.receipts, second.receipts) == ([apart[2], apart[0]], [apart[1]])
    assert [(each.given, each.want, each.holds) for each in (first, second)] == [(True, 0, [])] * 2
    assert not any(each.receipts for each, _ in store.asked[2:])


def test_what_may_be_apart_is_asked_about_entry_by_entry_at_the_end(
    laptop: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_upload, "_ENDS_A_MESSAGE", 2)
    perhaps, exact, plain = (_hold(laptop, f"u-{unit}", 5) for unit in (1, 2, 3))
    later = _hold(laptop, "u-4", 5)
    _keep(laptop, perhaps[3], log="log-1 perhaps 2 4-9")
    _keep(laptop, exact[3], log="log-1 apart 2")
    _keep(laptop, plain[3])
    _keep(laptop, later[0], log="log-1 perhaps 1-9")
    _keep(laptop, later[1], apart=2, log="log-1 perhaps 1-9")
    store = Store()
    assert upload_missing(laptop, store.ask, FAR)
    asked = [(request.want, request.holds) for request, _ in store.asked[-2:]]
    assert asked == [(0, [_end(perhaps, 2), _end(perhaps, 4)]), (0, [_end(later, 1)])]


# --- what is given ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lacking", "given"), [(0, [1, 2, 3]), (1, [2, 3]), (2, [3])])
def test_what_follows_the_store_s_end_is_given_up_to_the_seal(laptop: Replica, lacking: int, given: list[int]) -> None:
    entries = _hold(laptop, "u-1", 4, sealed=3)
    store = Store([_end(entries, lacking)])
    assert upload_missing(laptop, store.ask, FAR)
    request, lines = store.asked[1]
    assert lines == [codec.line(entries[seq - 1]) for seq in given]
    assert (request.given, request.want, request.holds) == (True, 0, [_end(entries, 3)])
    assert [(each.seq, each.hash) for each in request.seals] == [(3, entries[2].hash)]
    assert ledger.seal_holds(request.seals[0], DISTRICT, keys.public_key(OTHER))
    (certificate,) = request.certificates
    assert ledger.certificate_holds(certificate, DISTRICT, keys.public_key(STORE_KEY))
    assert (certificate.device, certificate.person, certificate.key) == ("d-2", "p-2", keys.public_key(OTHER))


def test_the_receipts_of_what_is_given_go_with_it(laptop: Replica) -> None:
    entries, others = _hold(laptop, "u-1", 4), _hold(laptop, "u-2", 4)
    kept = [_keep(laptop, entries[at], apart=at + 1) for at in (0, 1, 2)] + [_keep(laptop, entries[3])]
    _keep(laptop, others[3])
    store = Store([], [_end(entries, 1)])
    assert upload_missing(laptop, store.ask, FAR)
    assert store.asked[2][0].receipts == kept[1:]


def test_what_no_seal_covers_cannot_be_given_and_is_still_lacking(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 3, sealed=2)
    store = Store([_end(entries, 2)])
    assert not upload_missing(laptop, store.ask, FAR)
    assert store.given == []
    unsealed = _hold(laptop, "u-2", 1, sealed=0)
    assert not upload_missing(laptop, Store([_end(unsealed)]).ask, FAR)
    other = _hold(laptop, "u-3", 1)
    assert not upload_missing(laptop, Store([_end(unsealed), _end(other)]).ask, FAR), "though the other was given"


def test_what_has_no_content_here_either_is_not_lacking_because_of_this_laptop(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 3, sealed=2)
    _without_content(laptop, ("u-1", "d-2", 3))
    assert upload_missing(laptop, Store([_end(entries, 2)]).ask, FAR)


def test_what_only_others_have_makes_nothing_whole_that_is_lacking(laptop: Replica) -> None:
    unsealed, bare = _hold(laptop, "u-1", 3, sealed=2), _hold(laptop, "u-2", 3, sealed=2)
    _without_content(laptop, ("u-2", "d-2", 3))
    assert not upload_missing(laptop, Store([_end(unsealed, 2), _end(bare, 2)]).ask, FAR)


def test_of_several_parts_one_that_is_not_whole_is_enough(laptop: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(restore_upload, "_ENDS_A_MESSAGE", 1)
    first, second = _hold(laptop, "u-1", 1, sealed=0), _hold(laptop, "u-2", 1)
    assert not upload_missing(laptop, Store([_end(first)], [_end(second)]).ask, FAR)
    assert not upload_missing(laptop, Store([], [_end(first)]).ask, FAR)


def test_one_s_own_chain_goes_with_a_seal_of_what_was_delivered_as_well(laptop: Replica) -> None:
    own, other = _hold(laptop, "u-1", 3, "d-1"), _hold(laptop, "u-1", 3)
    for entries in (own, other):
        _keep(laptop, entries[0])
        _keep(laptop, entries[1], apart=2)
    store = Store([], [_end(own), _end(other)])
    assert upload_missing(laptop, store.ask, FAR)
    identity = laptop.joined()
    request = store.asked[2][0]
    assert [(each.device, each.seq) for each in request.seals] == [("d-1", 1), ("d-1", 3), ("d-2", 3)]
    assert ledger.seal_holds(request.seals[0], DISTRICT, identity.certificate.key)
    assert identity.certificate in request.certificates


def test_what_was_delivered_whole_needs_one_seal(laptop: Replica) -> None:
    own = _hold(laptop, "u-1", 3, "d-1")
    _keep(laptop, own[2])
    store = Store([_end(own)])
    assert upload_missing(laptop, store.ask, FAR)
    assert [each.seq for each in store.asked[1][0].seals] == [3]


def test_a_chain_of_a_device_without_certificate_goes_without(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 1)
    laptop.connection.execute("DELETE FROM certificate")
    store = Store([_end(entries)])
    assert upload_missing(laptop, store.ask, FAR)
    assert store.asked[1][0].certificates == []


# --- in pieces -------------------------------------------------------------------------------------------------------


def _size(entries: list[Entry]) -> int:
    return sum(len(each.raw_head) + len(each.raw_body or b"") + 2 for each in entries)


@pytest.mark.parametrize(("beyond", "messages"), [(-1, 2), (0, 1)])
def test_chains_go_together_as_long_as_they_fit(laptop: Replica, beyond: int, messages: int) -> None:
    first, second = _hold(laptop, "u-1", 2), _hold(laptop, "u-2", 1)
    store = Store([_end(first), _end(second)])
    assert upload_missing(laptop, store.ask, _size(first + second) + beyond)
    assert len(store.given) == messages
    assert [each for said in store.given for each in said] == ["u-1 d-2 1", "u-1 d-2 2", "u-2 d-2 1"]


def test_what_does_not_fit_goes_as_heads_so_that_the_seal_covers_it(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 3)
    store = Store([_end(entries)], [_end(entries, 1)], [_end(entries, 2)])
    assert upload_missing(laptop, store.ask, 1)
    assert store.given == [
        ["u-1 d-2 1", "u-1 d-2 2-", "u-1 d-2 3-"],
        ["u-1 d-2 2", "u-1 d-2 3-"],
        ["u-1 d-2 3"],
    ]


def test_where_only_content_is_missing_the_store_names_the_end_and_how_far_it_has_content(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 3)
    lacks = [[msgspec.structs.replace(_end(entries, seq), hash=entries[2].hash)] for seq in (1, 2)]
    store = Store(*lacks)
    assert upload_missing(laptop, store.ask, 1)
    assert store.given == [["u-1 d-2 2", "u-1 d-2 3-"], ["u-1 d-2 3"]]


def test_a_store_that_gets_no_further_is_not_asked_for_ever(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 3)
    store = Store(*[[_end(entries, 1)]] * 9)
    assert not upload_missing(laptop, store.ask, FAR)
    assert len(store.given) == 1
    _without_content(laptop, ("u-1", "d-2", 2))
    assert upload_missing(laptop, Store(*[[_end(entries, 1)]] * 9).ask, FAR), "nobody here has what follows"


def test_where_the_store_s_end_is_another_s_the_laptop_begins_further_and_further_back(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 12)
    stranger = msgspec.structs.replace(_end(entries, 10), hash=ledger.digest(b"stranger"))
    store = Store(*[[stranger]] * 9)
    assert not upload_missing(laptop, store.ask, FAR)
    assert [said[0] for said in store.given] == [f"u-1 d-2 {at}" for at in (10, 9, 7, 3, 1)]


def test_once_the_chains_meet_it_goes_on_from_there(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 6)
    stranger = msgspec.structs.replace(_end(entries, 4), hash=ledger.digest(b"stranger"))
    store = Store([stranger], [_end(entries, 5)], [msgspec.structs.replace(stranger, seq=5)])
    assert not upload_missing(laptop, store.ask, FAR)
    assert [said[0] for said in store.given] == ["u-1 d-2 4", "u-1 d-2 6"]


def test_everything_goes_by_a_road_on_which_nobody_answers(laptop: Replica) -> None:
    _hold(laptop, "u-1", 3)
    _hold(laptop, "staff", 1)
    _hold(laptop, "u-2", 1, sealed=0)
    messages = list(everything_held(laptop, 1))
    assert [_said(lines) for _, lines in messages] == [
        ["staff d-2 1"],
        ["u-1 d-2 1", "u-1 d-2 2-", "u-1 d-2 3-"],
        ["u-1 d-2 2", "u-1 d-2 3-"],
        ["u-1 d-2 3"],
    ]
    assert all(request.given and request.want == 0 for request, _ in messages)
    assert [_said(lines) for _, lines in everything_held(laptop, FAR)] == [
        ["staff d-2 1"],
        ["u-1 d-2 1", "u-1 d-2 2", "u-1 d-2 3"],
    ]


def test_a_head_whose_content_is_nowhere_here_is_not_brought_again(laptop: Replica) -> None:
    _hold(laptop, "u-1", 3)
    _without_content(laptop, ("u-1", "d-2", 2))
    assert [_said(lines) for _, lines in everything_held(laptop, FAR)] == [["u-1 d-2 1", "u-1 d-2 2-", "u-1 d-2 3"]]


def test_after_each_message_it_is_known_what_could_still_be_given(laptop: Replica) -> None:
    whole, part, bare, other = (_hold(laptop, f"u-{unit}", 2) for unit in (1, 2, 3, 4))
    _without_content(laptop, ("u-3", "d-2", 2))
    before = {(f"u-{unit}", "d-2") for unit in (1, 2, 3)}
    receipts = [_keep(laptop, whole[1]), _keep(laptop, part[0]), _keep(laptop, bare[1], hash=other[1].hash)]
    answer = SyncAnswer(
        log="log-1", cursor=0, cursor_hash="", receipts=receipts, lacks=[_end(bare, 1), _end(other, 1), _end(whole, 0)]
    )
    left = still_lacking(laptop, before, answer)
    assert left == {("u-2", "d-2"), ("u-3", "d-2"), ("u-4", "d-2"), ("u-1", "d-2")}
    answer.lacks = [_end(bare, 1)]
    assert still_lacking(laptop, before, answer) == {("u-2", "d-2"), ("u-3", "d-2")}
    assert still_lacking(laptop, {("u-9", "d-2")}, answer) == {("u-9", "d-2")}
    answer.receipts = [msgspec.structs.replace(receipts[0], ledger="u-9")]
    assert still_lacking(laptop, {("u-9", "d-2")}, answer) == {("u-9", "d-2")}, "of a chain that is not here"


def test_what_the_store_names_beyond_all_that_is_here_is_more_than_this_laptop_has(laptop: Replica) -> None:
    entries = _hold(laptop, "u-1", 2)
    assert not upload_missing(laptop, Store([_end(entries, 2)]).ask, FAR)
