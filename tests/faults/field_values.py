"""Values that a field may have, on its edge, in edits nobody would write: what follows from them has to stand.

Each world is a small district at one laptop, into which edits arrive that the store takes in: of every kind, whatever
is missing or contradicts itself. Then everything that is read of the ledger is read. By hand: `python -m tests.faults
fields --worlds 1000 --seed 3`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from supervisor_tui.reports.request import ReportRequest, content
from supervisor_tui.rules import reading
from supervisor_tui.whose_turn import waiting
from sync.ledger.ids import assignment_record
from sync.model import validation
from sync.model.kinds import KINDS, Kind
from sync.protocol.codec import Scope
from sync.replica import Replica, query
from sync.replica.as_of.duties import duties_on
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.queries.follow_ups import Wanted
from tests.days import day, today
from tests.rows import dump
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

ENDS = ("0001-01-01", "9999-12-31")  # of the calendar
_EDITS = 14  # in one world
_RECORDS = {  # those a world begins with, by kind
    "unit": "u-1",
    "person": "p-1",
    "group": "g-1",
    "assignment": assignment_record("u-1"),
    "campaign": "c-1",
    "stage_plan": "c-1.study",
    "district": "district",
    "follow_up": "f-1",
    "inspection": "i-1",
}
_WORDS = (
    *("", " ", "\n", "#", "%", "|", "字" * 200, "u-1", "c-1", "p-1", "g-1", "i-1", "u-1#weak.a", "i-1#answer.a", "#a"),
    *("study", "met", "unmet", "accepted", "put_off", "give_up", "withdraw", "pass", "hold", "visit", "farm", "own"),
    *("problem", "difficulty", "open", "in_progress", "reported", "verified", "closed", "returned", "withdrawn"),
    *("Europe/Berlin", "00:00", "23:59", "merged", *ENDS),
)
_OTHERS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 100, 101, 2**53 - 1, -(2**53) + 1, 0.5, 99.9999, -0.0, 5e-324, 1e308),
    *([], ["p-1"], ["", ""], {}, {"zh": "名", "en": "name"}, {"zh": ""}, {"verdict": "unmet", "note": "\n\n"}),
    *({"verdict": "met"}, {"number": 5}, {"value": -7}),
)


def _at() -> str:
    return f"{day(-30)}T04:00:00.000Z"


def _begun(laptop: Replica) -> Office:
    scope = Scope(version="1", person="p-office", role="office", everything=True, staff=True, units=[])
    laptop.set_scope(scope)
    world = Office(laptop)
    world.says("district", "district", "district", _at(), governed_from="2020-01-01")
    world.campaign("c-1", "1", day(-60), day(60))
    world.unit("u-1", batch="1")
    world.says("staff", "person", "p-1", _at(), name="王", role="liaison")
    world.says("staff", "group", "g-1", _at(), name="第一督导组")
    world.says("staff", "assignment", assignment_record("u-1"), _at(), unit_="u-1", group="g-1", liaison="p-1")
    world.item("u-1", "f-1", _at(), due_on=day(5))
    world.says("u-1", "inspection", "i-1", _at(), visited_on=day(-3), stage="study", campaign="c-1", group="g-1")
    return world


def _drawn(chosen: random.Random, kind: Kind) -> dict[str, Any]:
    """Some fields of a kind, often all that a new record needs, each with a value that the store would take in."""
    names = sorted({*kind.fields, *kind.qualifiers, *(f"{family}.a" for family in kind.members), "withdrawn"})
    values = (*_WORDS, day(-1), today(), day(40), *_OTHERS)
    fields = {}
    needed = sorted(kind.required) if chosen.random() < 0.5 else []
    for name in [*needed, *chosen.sample(names, min(len(names), chosen.randint(1, 5)))]:
        allowed = [each for each in values if not validation.check(kind.name, {name: each}, new=False)]
        if allowed:
            fields[name] = chosen.choice(allowed)
    return fields


def _read_everything(laptop: Replica) -> None:
    before = dump(laptop)
    rebuild(laptop)
    assert dump(laptop) == before
    for each in (today(), *ENDS):
        duties_on(laptop, each)
        query.follow_ups(laptop, Wanted(), today=each).rows(0, 50)
        reading.standings(laptop, query.campaign_named(laptop, "c-1"), "study", day=each)
        reading.hinted(laptop, day=each)
    reading.visits(laptop, today(), 9)
    waiting(laptop, today())
    for row in query.history(laptop, "u-1").rows(0, 200):
        if (found := query.record(laptop, row.record)) is not None:
            reading.record_hints(laptop, found)
    for what, unit, campaign in (("brief", "", "c-1"), ("brief", "", ""), ("unit", "u-1", ""), ("register", "", "")):
        whole = ReportRequest(what=what, format="json", today=today(), since=ENDS[0], until=today(), everything=True)
        asked = msgspec.structs.replace(whole, unit=unit, campaign=campaign)
        assert b"".join(content(laptop, asked))


def worlds(folder: Path, count: int, seed: int) -> Iterator[list[tuple[str, str, dict[str, Any]]]]:
    """Yield the edits of each world, as (kind, record, fields), once everything in it was read; raises what it meets.

    An exception says in a note which world it was, and what arrived.
    """
    for number in range(count):
        chosen, arrived = random.Random(f"{seed}:{number}"), []
        with new_laptop(folder / f"{number}.db", "p-office", "office", "d-office") as laptop:
            try:
                world = _begun(laptop)
                for _ in range(_EDITS):
                    kind = KINDS[chosen.choice(sorted(KINDS))]
                    fields = _drawn(chosen, kind)
                    begun = kind.name in _RECORDS and chosen.random() < 0.7
                    record = _RECORDS[kind.name] if begun else f"r-{chosen.randint(1, 6)}"
                    arrived.append((kind.name, record, fields))
                    ledger = kind.ledger if kind.ledger in ("district", "staff") else "u-1"
                    values = {f"{name}_" if name == "unit" else name: value for name, value in fields.items()}
                    world.says(ledger, kind.name, record, _at(), **values)
                _read_everything(laptop)
            except Exception as error:
                error.add_note(f"world {number} of seed {seed}: {arrived}")
                raise
        yield arrived
