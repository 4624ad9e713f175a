"""What a laptop makes of how much of its own the store holds: less, more, heads alone; and of a scope that changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sync.client.pull import BARE, ELSEWHERE, GIVE_BACK, LACKING, Receiver
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.replica import UNFINISHED
from tests.sync.laptops import DISTRICT, STORE_KEY, give_unit, new_laptop

NOW = "2026-09-18T09:00:00.000Z"
NOTHING: dict[str, int] = {}  # of the ledgers that are fetched from their start
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    """Two notes of its own that were delivered; its unit and one more in its scope."""
    with new_laptop(tmp_path / "laptop.db") as replica:
        give_unit(replica)
        give_unit(replica, "u-2")
        for _ in range(2):
            edits.create(replica, "liaison_note", "u-1", NOTE)
        replica.connection.execute("UPDATE entry SET number = 7 WHERE number IS NULL")
        _take(replica, scope=_scope())
        yield replica


def _scope(number: int = 5, **parts: Any) -> codec.Scope:
    scope = codec.Scope(version=f"v-{number}", person="p-1", role="group", units=["u-1", "u-2"], number=number)
    return codec.sign_scope(STORE_KEY, DISTRICT, msgspec.structs.replace(scope, log="log-1", **parts))


def _take(
    laptop: Replica,
    asked: dict[str, int] | None = NOTHING,
    receiver: Receiver | None = None,
    **parts: Any,
) -> Receiver:
    """Take an answer that begins where the last has ended."""
    receiver = receiver or Receiver(laptop)
    at = receiver.reading.cursor()[1]
    answer = codec.SyncAnswer(log="log-1", cursor=at + 1, cursor_hash="h")
    receiver.apply_response(msgspec.structs.replace(answer, **parts), [], asked)
    return receiver


def _pending(laptop: Replica) -> int:
    return query.status(laptop).pending


# --- the store has less ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "unsent", "is_restart"), [(2, 0, False), (1, 0, True), (None, 0, False), (2, 1, False), (1, 1, True)]
)
def test_a_store_that_has_less_than_it_gave_receipts_for_was_restored(
    laptop: Replica, own: int | None, unsent: int, *, is_restart: bool
) -> None:
    for _ in range(unsent):
        edits.create(laptop, "liaison_note", "u-1", NOTE)
    _take(laptop, own=own)
    assert (laptop.setting(GIVE_BACK) == "1") is is_restart
    assert _pending(laptop) == (2 + unsent if is_restart else unsent)
    assert (Receiver(laptop).reading.cursor()[0] == "") is is_restart


def test_of_an_answer_that_shows_it_nothing_else_is_read(laptop: Replica) -> None:
    before = Receiver(laptop).reading.cursor()
    _take(laptop, own=1, scope=_scope(6, units=["u-1", "u-2", "u-3"]))
    assert Receiver(laptop).reading.positions() == {"u-1": 0, "u-3": 0}, "its own, and what enters its scope"
    assert laptop.setting("last_sync") is not None
    assert before[0] == "log-1"


def test_what_is_still_missing_after_all_was_given_back_stands_elsewhere(laptop: Replica) -> None:
    receiver = Receiver(laptop)
    receiver.has_given_back = True
    _take(laptop, receiver=receiver, own=1)
    assert (laptop.setting(ELSEWHERE), laptop.setting(GIVE_BACK)) == ("1", None)
    _take(laptop, own=1)
    assert laptop.setting(GIVE_BACK) is None
    _take(laptop, own=0)
    assert laptop.setting(GIVE_BACK) == "1"


def test_only_what_this_device_wrote_and_has_the_content_of_counts_as_unsent(laptop: Replica) -> None:
    laptop.connection.execute("UPDATE entry SET body = NULL WHERE record = 'u-2'")
    for name in ("u-1", "u-2"):
        edits.create(laptop, "liaison_note", name, NOTE)
    laptop.connection.execute("UPDATE entry SET number = 8 WHERE number IS NULL")
    (own,) = laptop.connection.execute("SELECT id FROM chain WHERE ledger = 'u-1' AND device = 'd-1'").fetchone()
    laptop.connection.execute("UPDATE entry SET body = NULL WHERE chain = ? AND seq = 1", (own,))
    laptop.connection.execute("UPDATE entry SET code = 'not_allowed' WHERE chain = ? AND seq = 2", (own,))
    (other,) = laptop.connection.execute("SELECT id FROM chain WHERE ledger = 'u-2' AND device = 'd-1'").fetchone()
    laptop.connection.execute("UPDATE entry SET code = 'not_allowed' WHERE chain = ?", (other,))
    with laptop.transaction():
        Receiver(laptop).count_as_unsent()
    rows = laptop.connection.execute(
        "SELECT c.ledger, c.device, e.seq, e.number IS NULL FROM entry e JOIN chain c ON c.id = e.chain"
        " ORDER BY 1, 2, 3"
    ).fetchall()
    assert rows == [
        ("u-1", "d-1", 1, 0),  # its content has left
        ("u-1", "d-1", 2, 0),  # kept apart, in a chain of which a head is bare
        ("u-1", "d-1", 3, 1),
        ("u-1", "store-1", 1, 0),
        ("u-2", "d-1", 1, 1),  # kept apart, in a chain that is whole
        ("u-2", "store-1", 1, 0),
    ]


def test_what_was_told_is_forgotten_with_the_store_that_told_it(laptop: Replica) -> None:
    told: dict[str, Any] = {
        "skews": [codec.Skew(ledger="u-1", device="d-1", first=1, last=1, seconds=301)],
        "late": [codec.Late(ledger="u-1", device="d-1", seq=1)],
        "rulings": [codec.Ruling(target="t", verdict="answered", comment="1", by="p-9", at=NOW)],
    }
    _take(laptop, **told)
    assert [_count(laptop, name) for name in ("skew", "late", "ruling")] == [1, 1, 1]
    _take(laptop, own=0)
    assert [_count(laptop, name) for name in ("skew", "late", "ruling")] == [0, 0, 0]
    scope = laptop.scope
    assert scope is not None
    assert (scope.log, scope.number) == ("", 0)


def _count(laptop: Replica, table: str) -> int:
    return int(laptop.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.parametrize(
    ("asked", "is_read", "late", "positions"),
    [
        ({}, False, 0, {"u-1": 0}),
        ({"u-1": 0}, False, 0, {}),
        (None, False, 1, {}),
        ({}, True, 1, {}),
    ],
)
def test_a_restored_store_that_is_read_from_its_start_tells_everything_again(
    laptop: Replica, asked: dict[str, int] | None, late: int, positions: dict[str, int], *, is_read: bool
) -> None:
    _take(laptop, late=[codec.Late(ledger="u-1", device="d-1", seq=1)])
    laptop.set_setting(GIVE_BACK, "1")
    if not is_read:
        laptop.set_setting("cursor", " 0 ")
    _take(laptop, asked, more=True)
    assert _count(laptop, "late") == late
    assert Receiver(laptop).reading.positions() == positions


# --- the store has more, or the file heads alone ---------------------------------------------------------------------


def test_what_the_store_holds_of_this_device_and_is_not_here_is_looked_for_once(laptop: Replica) -> None:
    receiver = _take(laptop, own=4)
    assert receiver.reading.positions() == {"u-1": 0, "u-2": 0}
    assert (laptop.setting(LACKING), receiver.received.noted) == ("2", False)
    again = _take(laptop, {"u-1": 0, "u-2": 0}, own=4)
    assert (again.reading.positions(), again.received.noted, again.received.forked) == ({}, True, False)
    more = _take(laptop, own=5)
    assert (more.reading.positions(), laptop.setting(LACKING)) == ({"u-1": 0, "u-2": 0}, "3")
    _take(laptop, {"u-1": 0, "u-2": 0}, own=2)
    assert laptop.setting(LACKING) == "0"


@pytest.mark.parametrize(("own", "parted", "forked"), [(3, True, True), (3, False, False), (2, True, False)])
def test_what_does_not_come_though_it_was_fetched_stands_in_place_of_others(
    laptop: Replica, own: int, *, parted: bool, forked: bool
) -> None:
    if parted:
        laptop.set_setting("fork:u-1:d-1", "1")
    laptop.set_setting("fork:u-1:d-2", "1")
    laptop.set_setting(LACKING, "1")
    assert _take(laptop, own=own).received.forked is forked


@pytest.mark.parametrize(
    ("scope", "fetched"),
    [({}, ["u-1"]), ({"units": ["u-2"]}, []), ({"units": [], "everything": True}, ["u-1"])],
)
def test_own_entries_whose_content_has_left_are_fetched_once_their_unit_is_back(
    laptop: Replica, scope: dict[str, Any], fetched: list[str]
) -> None:
    _take(laptop, scope=_scope(6, **scope))
    laptop.connection.execute("UPDATE entry SET body = NULL WHERE number = 7")
    laptop.connection.execute("UPDATE entry SET body = NULL WHERE record = 'u-2'")  # nobody else's
    laptop.set_setting("cursor", "log-1 1 h")
    receiver = _take(laptop, own=2)
    assert list(receiver.reading.positions()) == fetched
    assert laptop.setting(BARE) == "2"
    assert _take(laptop, dict.fromkeys(fetched, 0), own=2).reading.positions() == {}, "once for each change"
    assert list(_take(laptop, own=3).reading.positions()) == (["u-1", "u-2"] if fetched else ["u-2"])


@pytest.mark.parametrize(
    ("changed", "is_nothing"),
    [
        ({}, True),
        ({"own": 1}, False),
        ({"own": 3}, False),
        ({"attached": 1}, False),
        ({"newest": 9}, False),
    ],
)
def test_an_answer_that_says_nothing_new_writes_nothing(
    laptop: Replica, changed: dict[str, Any], *, is_nothing: bool
) -> None:
    _take(laptop, own=2)
    log, cursor, hash_ = Receiver(laptop).reading.cursor()
    before = laptop.connection.total_changes
    answer = codec.SyncAnswer(log=log, cursor=cursor, cursor_hash=hash_, own=2)
    Receiver(laptop).apply_response(msgspec.structs.replace(answer, **changed), [], {})
    assert (laptop.connection.total_changes == before) is is_nothing


def test_after_a_pull_that_was_broken_off_the_same_answer_says_that_it_is_whole(laptop: Replica) -> None:
    _take(laptop, own=2)
    laptop.set_setting(UNFINISHED, "1")
    log, cursor, hash_ = Receiver(laptop).reading.cursor()
    Receiver(laptop).apply_response(codec.SyncAnswer(log=log, cursor=cursor, cursor_hash=hash_, own=2), [], {})
    assert laptop.setting(UNFINISHED) == ""


@pytest.mark.parametrize(("is_live", "waits"), [(True, False), (False, True)])
def test_what_nobody_tells_again_is_on_the_disk_before_it_counts(
    laptop: Replica, *, is_live: bool, waits: bool
) -> None:
    said: list[str] = []
    laptop.connection.set_trace_callback(said.append)
    Receiver(laptop, is_live=is_live).apply_response(codec.SyncAnswer(log="log-1", cursor=9, cursor_hash="h"), [], {})
    laptop.connection.set_trace_callback(None)
    assert ("PRAGMA synchronous = NORMAL" not in said) is waits


# --- a scope that changes --------------------------------------------------------------------------------------------


def test_a_unit_that_enters_the_scope_is_fetched_from_its_start(laptop: Replica) -> None:
    receiver = _take(laptop, scope=_scope(6, units=["u-1", "u-2", "u-3"]))
    assert receiver.reading.positions() == {"u-3": 0}
    assert receiver.reading.cursor()[1] == 2


def test_the_first_scope_of_a_laptop_fetches_nothing_beside_the_log(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "another.db") as replica:
        assert _take(replica, scope=_scope(5, everything=True)).reading.positions() == {}
        assert Receiver(replica).reading.cursor()[1] == 1


def test_whoever_may_read_everything_now_reads_the_log_from_its_start(laptop: Replica) -> None:
    laptop.set_setting(BARE, "2")
    receiver = _take(laptop, scope=_scope(6, everything=True, role="office"))
    assert receiver.reading.cursor() == ("log-1", 0, "")
    assert (receiver.reading.positions(), receiver.received.noted, laptop.setting(BARE)) == ({}, False, "")
    receiver = _take(laptop, scope=_scope(7, everything=True, role="office"))
    assert receiver.reading.cursor()[1] == 1, "once"
    receiver = _take(laptop, scope=_scope(8, units=["u-1", "u-3"]))
    assert receiver.reading.positions() == {"u-3": 0}


@pytest.mark.parametrize("parts", [{"group": "g-2"}, {"role": "liaison"}, {"group": "g-2", "role": "liaison"}])
def test_the_group_and_role_of_the_scope_are_those_of_the_laptop(laptop: Replica, parts: dict[str, str]) -> None:
    receiver = _take(laptop, scope=_scope(6, **parts))
    for identity in (laptop.joined(), receiver.identity):
        assert {"group": identity.group, "role": identity.role} == {"group": "", "role": "group"} | parts
