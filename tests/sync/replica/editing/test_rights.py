"""Rights on the laptop: every role, kind and act of the table is kept or refused as it is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.ledger import chains, ids
from sync.ledger.chains import Entry
from sync.model.validation import InvalidFields
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.apply import Incoming, apply
from tests.rights import COMMON_KINDS, CORRECT, FIELDS, KINDS, ROLES, WITHDRAW, later, ledger_of, new_record, opening
from tests.sync.laptops import give_unit, new_laptop

CELLS = [(letter, kind) for kind in KINDS for letter in ROLES]


@pytest.fixture(scope="module")
def laptops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Replica]:
    """A laptop of each role, with a unit on it."""
    folder = tmp_path_factory.mktemp("rights")
    made = {}
    for letter, role in ROLES.items():
        made[letter] = new_laptop(folder / f"{letter}.db", f"p-{letter}", role, f"d-{letter}")
        give_unit(made[letter])
    return made


def _refusal(act: Callable[[], object]) -> str:
    """Why an act is refused, empty where it is not; nothing is left of one that is."""
    try:
        act()
    except InvalidFields as refused:
        return ",".join(sorted({fault.code for fault in refused.faults}))
    except Refused as refused:
        return refused.code
    return ""


def _from_the_office(laptop: Replica, kind: str, record: str, number: int = 1) -> Entry:
    """A record of a kind as it arrives on a laptop, opened by the office."""
    entry = chains.compose(
        ledger=ledger_of(kind, record if kind == "unit" else "u-1"),
        device=f"o-{ids.new_id()}",
        seq=1,
        prev="",
        kind=kind,
        record=record,
        fields=opening(kind),
        by="p-office",
        at=chains.now(),
    )
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=number)])
    return entry


def _entries(laptop: Replica) -> int:
    (count,) = laptop.connection.execute("SELECT count(*) FROM entry").fetchone()
    return int(count)


@pytest.mark.parametrize(("letter", "kind"), CELLS)
def test_who_opens_a_record(laptops: dict[str, Replica], letter: str, kind: str) -> None:
    laptop = laptops[letter]
    fields = opening(kind)
    if kind == "request":
        fields["target"] = problem = ids.new_id()
        _from_the_office(laptop, "follow_up", problem)
    before = _entries(laptop)

    def act() -> object:
        if kind in COMMON_KINDS:
            return edits.put(laptop, kind, {ids.new_id(): fields}, "")
        return edits.create(laptop, kind, "u-9" if kind == "unit" else "u-1", fields)

    allowed = letter in KINDS[kind].write
    assert _refusal(act) == ("" if allowed else "not_yours")
    assert _entries(laptop) == before + allowed


# A request is not changed, and taken back by who asked alone.
@pytest.mark.parametrize("act", [CORRECT, WITHDRAW])
@pytest.mark.parametrize(("letter", "kind"), [each for each in CELLS if each[1] != "request"])
def test_who_changes_a_record(laptops: dict[str, Replica], letter: str, kind: str, act: str) -> None:
    laptop, record = laptops[letter], new_record(kind, f"u-{letter}-{act}")
    _from_the_office(laptop, kind, record)
    before = _entries(laptop)

    def change() -> Written:
        if act == WITHDRAW:
            return edits.withdraw(laptop, record, "重复")
        return edits.correct(laptop, record, later(kind), "更正")

    allowed = letter in (KINDS[kind].correct if act == CORRECT else KINDS[kind].withdraw)
    refused = _refusal(change)
    if kind == "follow_up" and act == WITHDRAW and letter in "GL":
        assert refused == ""  # of one that is not governed; else it is asked for
    elif kind == "brief" and act == CORRECT and allowed:
        assert refused == "brief_stands"  # the store takes a changed program's, which has no effect
        allowed = False
    else:
        assert refused == ("" if allowed else "not_yours")
    assert _entries(laptop) == before + allowed


@pytest.mark.parametrize(("kind", "name", "value", "allowed"), [each for each in FIELDS if each[1] != "status"])
@pytest.mark.parametrize("letter", ROLES)
def test_who_changes_a_field(
    laptops: dict[str, Replica], letter: str, kind: str, name: str, value: object, allowed: str
) -> None:
    laptop, record = laptops[letter], new_record(kind, f"u-{letter}-{name.replace('.', '-')}")
    _from_the_office(laptop, kind, record)
    beside = later(kind) if name == "ruling" else {}  # it says of another field's edit who allowed it
    refused = _refusal(lambda: edits.correct(laptop, record, beside | {name: value}, "更正"))
    assert refused == ("" if letter in allowed else "not_yours")


STEPS = [
    ("open", "in_progress", "OGL"),
    ("open", "reported", "OGL"),
    ("reported", "verified", "OGL"),
    ("reported", "returned", "OGL"),
    ("verified", "closed", "OG"),
]


@pytest.mark.parametrize(("before", "after", "allowed"), STEPS)
@pytest.mark.parametrize("letter", ROLES)
def test_who_takes_a_step(laptops: dict[str, Replica], letter: str, before: str, after: str, allowed: str) -> None:
    laptop, record = laptops[letter], ids.new_id()
    first = _from_the_office(laptop, "follow_up", record)
    path = {"open": [], "reported": ["reported"], "verified": ["reported", "verified"]}[before]
    previous = first
    for seq, status in enumerate(path, start=2):
        previous = _step_of_another(laptop, previous, seq, status)
    refused = _refusal(lambda: edits.step(laptop, record, after, "去看过"))
    if letter in allowed:
        assert refused == ""
    else:
        assert refused == ("closed_by_liaison" if letter == "L" else "not_yours")


def _step_of_another(laptop: Replica, previous: Entry, seq: int, status: str) -> Entry:
    head = previous.head
    entry = chains.compose(
        ledger=head.ledger,
        device=head.device,
        seq=seq,
        prev=previous.hash,
        kind="follow_up",
        record=head.record,
        fields={"status": status},
        by=f"p-office-{seq}",
        at=chains.now(),
        over={"status": [previous.hash]},
    )
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=seq)])
    return entry


def test_a_liaison_officer_writes_no_gate(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "l.db", "p-L", "liaison", "d-L") as laptop:
        give_unit(laptop)
        assert _refusal(lambda: edits.create(laptop, "gate", "u-1", opening("gate"))) == "not_yours"
        assert _entries(laptop) == 1
