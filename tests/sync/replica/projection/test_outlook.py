"""What planning reads is kept as records are folded: whatever happens to them, it is what reading them all gives."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from sync.model.surveys import satisfaction
from sync.model.validation import InvalidFields
from sync.model.workflow import UNDER_WAY
from sync.protocol.codec import Scope
from sync.replica import Replica
from sync.replica.as_of.planning import at_gate, count_overdue, unit_facts
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.tables import FIELDS_JOIN, count_units, record_fields
from sync.replica.sync_state.scope_removal import remove_out_of_scope
from tests.rows import dump
from tests.sync.laptops import give_unit, hand_over, new_laptop

TODAY, SOON = "2026-09-15", "2026-09-18"
UNITS = ("u-1", "u-2")
ITEMS = ("plan", "reading", "hours")
STAGES = ("study", "review")
ASKED = [f"answer.{item}" for item in ITEMS]
Chance = random.Random


def _day(chance: Chance) -> str:
    return f"2026-09-{chance.randint(8, 22):02}"  # few days, so that many share one


def _inspection(chance: Chance) -> dict[str, Any]:
    asked = {
        f"answer.{item}": {"verdict": chance.choice(("met", "partly", "unmet", "na"))}
        for item in ITEMS
        if chance.random() < 0.7
    }
    head = {"visited_on": _day(chance), "stage": chance.choice(STAGES), "template": "t-1", "group": "g-1"}
    return head | asked | {"summary": "方案已定。"}


def _note(chance: Chance) -> dict[str, Any]:
    promised = {"next_on": _day(chance)} if chance.random() < 0.6 else {}
    return {"noted_on": _day(chance), "mode": chance.choice(("visit", "phone")), "content": "白天生产忙"} | promised


def _follow_up(chance: Chance) -> dict[str, Any]:
    due = _day(chance)
    return {"nature": "problem", "title": "补发必读篇目", "due_on": due, "opened_on": due, "status": "open"}


def _gate(chance: Chance) -> dict[str, Any]:
    decision = chance.choice(("pass", "make_up"))
    return {"stage": chance.choice(STAGES), "decision": decision, "why": "集体研究", "decided_on": _day(chance)}


def _survey(chance: Chance) -> dict[str, Any]:
    given, satisfied = 20, chance.randint(0, 20)
    counts = {"given_out": given, "returned": given, "satisfied": satisfied, "fairly": 0}
    counts["unsatisfied"] = given - satisfied
    return {"held_on": _day(chance), "stage": chance.choice(STAGES)} | counts


MAKERS = {
    "inspection": _inspection,
    "liaison_note": _note,
    "follow_up": _follow_up,
    "gate": _gate,
    "survey": _survey,
}


def _something(chance: Chance, laptop: Replica) -> None:
    """One thing a person does: a new record, one corrected or withdrawn, a step, a conflict settled."""
    kind = chance.choice([*MAKERS])
    records = [record for record, each, *_ in _records(laptop) if each == kind]
    what = chance.choice(("new", "correct", "correct", "withdraw", "step", "settle"))
    try:
        if what == "new" or not records:
            edits.create(laptop, kind, chance.choice(UNITS), MAKERS[kind](chance))
        elif what == "correct":
            changed = {name: value for name, value in MAKERS[kind](chance).items() if name != "status"}
            edits.correct(laptop, chance.choice(records), changed, "记错了")
        elif what == "withdraw" and chance.random() < 0.5:
            edits.withdraw(laptop, chance.choice(records), "记重了")
        elif what == "step" and kind == "follow_up":
            edits.step(laptop, chance.choice(records), chance.choice(("in_progress", "reported", "verified")), "已办")
        else:
            _settle(chance, laptop)
    except (edits.Refused, InvalidFields):
        return


def _settle(chance: Chance, laptop: Replica) -> None:
    found = laptop.connection.execute(
        "SELECT r.record, c.field FROM conflict c JOIN record r ON r.id = c.record"
        " WHERE r.withdrawn = 0 AND c.field <> 'withdrawn' ORDER BY 1, 2"
    ).fetchall()
    if found:
        record, field = chance.choice(found)
        (_, kind, *_, fields), *_ = [row for row in _records(laptop) if row[0] == record]
        edits.resolve(laptop, record, field, value=MAKERS[kind](chance).get(field, fields.get(field)), why="核对过")


def _records(laptop: Replica) -> list[tuple[Any, ...]]:
    """Every record that counts: id, kind, unit, day, fields; oldest day first, by id where they share it."""
    found = laptop.connection.execute(
        f"SELECT r.record, r.kind, r.ledger, r.day, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.withdrawn = 0 ORDER BY r.day, r.record"
    )
    return [(*row[:4], record_fields(*row[4:])) for row in found]


def _of(records: list[tuple[Any, ...]], kind: str, unit: str, stage: str = "") -> list[dict[str, Any]]:
    return [
        fields | {"day": day}
        for _, each, ledger, day, fields in records
        if (each, ledger) == (kind, unit) and stage in ("", fields.get("stage"))
    ]


def _last(rows: list[dict[str, Any]], field: str) -> Any:
    return rows[-1].get(field, "") if rows else ""


def _expected(records: list[tuple[Any, ...]], unit: str, stage: str) -> dict[str, Any]:
    """What is known of a unit by reading every record."""
    visits, notes = _of(records, "inspection", unit), _of(records, "liaison_note", unit)
    due = [row["due_on"] for row in _of(records, "follow_up", unit) if row["status"] in UNDER_WAY]
    gates, surveys = _of(records, "gate", unit, stage), _of(records, "survey", unit, stage)
    late = [day for day in due if day < TODAY]
    verdicts: dict[str, Any] = {}
    for fields in _of(records, "inspection", unit, stage):
        verdicts |= {name: fields[name]["verdict"] for name in ASKED if name in fields}
    return {
        "last_visit": _last(visits, "day"),
        "last_contact": max(_last(visits, "day"), _last(notes, "day")),
        "in_stage": bool(_of(records, "inspection", unit, stage)),
        "promised_on": _last(notes, "next_on"),
        "overdue": len(late),
        "oldest_due": min(late, default=""),
        "soon": sum(TODAY <= day <= SOON for day in due),
        "decision": _last(gates, "decision"),
        "decided_on": _last(gates, "decided_on"),
        "satisfied": satisfaction(surveys[-1]) if surveys else None,
        "surveyed_on": _last(surveys, "held_on"),
        "verdicts": verdicts,
    }


def _known(laptop: Replica, stage: str) -> dict[str, dict[str, Any]]:
    """The same as planning reads it."""
    gates = {each.unit: each for each in at_gate(laptop, "", stage, lambda _: frozenset(ASKED))}
    names = [*_expected([], "", "")]
    found = {}
    ranked = unit_facts(laptop, "", stage=stage, today=TODAY, until=SOON, units=UNITS)
    for facts in count_overdue(laptop, TODAY, ranked):
        gate = gates[facts.unit]
        assert (gate.visited, gate.decision, gate.satisfied) == (facts.in_stage, facts.decision, facts.satisfied)
        verdicts = {name: verdict for name, verdict in gate.verdicts.items() if name in ASKED}
        found[facts.unit] = {name: verdicts if name == "verdicts" else getattr(facts, name) for name in names}
    return found


def _holds(laptop: Replica) -> None:
    records = _records(laptop)
    visits = [row[0] for row in records if row[1] == "liaison_note" and row[-1]["mode"] == "visit"]
    kept = laptop.connection.execute(
        "SELECT r.record FROM liaison_visit v JOIN record r ON r.id = v.id WHERE r.withdrawn = 0"
        " ORDER BY r.day, r.record"
    )
    assert kept.fetchall() == [(record,) for record in visits]
    for stage in STAGES:
        assert _known(laptop, stage) == {unit: _expected(records, unit, stage) for unit in UNITS}


@pytest.mark.parametrize("seed", range(12))
def test_what_is_kept_is_what_reading_every_record_gives(tmp_path: Path, seed: int) -> None:
    chance = Chance(seed)
    with (
        new_laptop(tmp_path / "1.db", "p-1", "office", "d-1") as one,
        new_laptop(tmp_path / "2.db", "p-2", "office", "d-2") as two,
    ):
        for laptop in (one, two):
            for unit in UNITS:
                give_unit(laptop, unit)
        for turn in range(60):
            _something(chance, chance.choice((one, two)))
            if turn % 12 == 11:
                hand_over(one, two)
                hand_over(two, one)
                _holds(one)
                _holds(two)
        units = "SELECT * FROM unit ORDER BY ledger"
        assert one.connection.execute(units).fetchall() == two.connection.execute(units).fetchall()
        assert differing(one) == []
        before = dump(one)
        rebuild(one)
        assert dump(one) == before
        one.set_scope(Scope(version="2", person="p-1", role="group", units=["u-2"]))
        one.connection.execute("UPDATE entry SET number = 1")
        assert remove_out_of_scope(one) == ["u-1"]
        assert [*_known(one, "study")] == ["u-2"]
        assert differing(one) == []


def test_counting_a_unit_reads_no_history_however_long_it_is(tmp_path: Path) -> None:
    def steps(replica: Replica) -> int:
        count = 0

        def one() -> int:
            nonlocal count
            count += 1
            return 0

        replica.connection.set_progress_handler(one, 1)
        count_units(replica.connection, ["u-1"])
        replica.connection.set_progress_handler(None, 0)
        return count

    note = {"noted_on": "2026-09-01", "mode": "phone", "content": "学习"}
    with new_laptop(tmp_path / "laptop.db") as laptop:
        give_unit(laptop)
        edits.create(laptop, "liaison_note", "u-1", note)
        for seen in (False, True):  # never inspected, and inspected long ago
            few = steps(laptop)
            for _ in range(30):
                edits.create(laptop, "count", "u-1", {"counted_on": "2026-09-25", "members": 7})
            assert steps(laptop) <= few + 5
            if not seen:
                edits.create(laptop, "inspection", "u-1", _inspection(Chance(1)))
