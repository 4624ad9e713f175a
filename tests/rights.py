"""Who may do what to which kind of record, as the design states it: the table that store and laptop are held against.

Stated by hand. A letter stands for a role: O the office, G a member of a group, L a liaison officer, V a viewer.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sync.ledger import ids
from sync.model.briefs import KIND as BRIEF
from sync.model.briefs import record_of
from tests.days import today

ROLES = {"O": "office", "G": "group", "L": "liaison", "V": "viewer"}
WRITE, CORRECT, WITHDRAW = "write", "correct", "withdraw"
ACTS = (WRITE, CORRECT, WITHDRAW)


class May(NamedTuple):
    """The letters of those who may do each."""

    write: str
    correct: str
    withdraw: str


# Every kind, and where its records stand. A `ruling` releases what was kept apart.
UNIT_KINDS = {
    "unit": May("O", "O", "O"),
    "count": May("OGL", "OGL", "OGL"),
    "inspection": May("OG", "OG", "OG"),
    "liaison_note": May("OGL", "OGL", "OGL"),
    "follow_up": May("OGL", "OGL", "OGL"),
    "request": May("OGL", "OGL", "OGL"),
    "survey": May("OG", "OG", "OG"),
    "gate": May("OG", "OG", "OG"),
    "participation": May("O", "O", "O"),
    "review": May("O", "O", "O"),
    "ruling": May("O", "O", "O"),
}
COMMON_KINDS = {
    "district": May("O", "O", "O"),
    "campaign": May("O", "O", "O"),
    "stage_plan": May("O", "O", "O"),
    "template": May("O", "O", "O"),
    BRIEF: May("O", "O", "O"),
    "group": May("O", "O", "O"),
    "person": May("O", "O", "O"),
    "assignment": May("O", "O", "O"),
    "device": May("O", "O", "O"),
}
KINDS = UNIT_KINDS | COMMON_KINDS
STAFF_KINDS = ("group", "person", "assignment", "device")

# Fields whose writers are not those of their kind, and the steps of a follow-up.
FIELDS: list[tuple[str, str, Any, str]] = [
    ("unit", "name", "别的名字", "O"),
    ("unit", "category", "university", "O"),
    ("unit", "address", "湖边路 1 号", "O"),
    ("unit", "batch", "2", "O"),
    ("unit", "chain.first", "党委书记", "OGL"),
    ("unit", "chain.deputy", "副书记", "OGL"),
    ("unit", "chain.contact_point", "区委常委", "OGL"),
    ("unit", "chain.direct", "支部书记", "OGL"),
    ("unit", "chain.business", "场长", "OGL"),
    ("unit", "weak.incomplete", True, "OGL"),
    ("unit", "weak.head", True, "OGL"),
    ("unit", "weak.subordination", True, "OGL"),
    ("unit", "note", "下午办公", "OGL"),
    ("follow_up", "ruling", "r-1", "O"),
    ("follow_up", "status", "in_progress", "OGL"),
    ("follow_up", "status", "reported", "OGL"),
    ("follow_up", "status", "verified", "OGL"),
    ("follow_up", "status", "returned", "OGL"),
    ("follow_up", "status", "closed", "OG"),
]


_COUNTED = dict.fromkeys(("retired", "laid_off", "floating", "out_of_contact", "found_again", "exempt"), 0)
_COUNTED |= {"organisations": 1, "members": 10, "to_train": 2, "trained": 1}


def ledger_of(kind: str, unit: str = "u-1") -> str:
    """Where a record of a kind stands."""
    if kind in UNIT_KINDS:
        return unit
    return "staff" if kind in STAFF_KINDS else "district"


def opening(kind: str) -> dict[str, Any]:
    """What a new record of a kind begins with."""
    day = today()
    fields: dict[str, dict[str, Any]] = {
        "unit": {"name": "新单位", "category": "farm"},
        "count": {"counted_on": day, **_COUNTED},
        "inspection": {
            "visited_on": day,
            "stage": "study",
            "template": "t-1",
            "group": "g-1",
            "inspector.p-G": True,
            "summary": "方案已定",
        },
        "liaison_note": {"noted_on": day, "mode": "visit", "content": "白天生产忙"},
        "follow_up": {"nature": "problem", "title": "漏雨", "due_on": "2099-01-01", "status": "open"},
        "request": {"target": "f-1", "asks": "give_up", "why": "单位要撤"},
        "survey": {"held_on": day, "given_out": 9, "returned": 9, "satisfied": 5, "fairly": 2, "unsatisfied": 2},
        "gate": {"stage": "study", "decision": "pass", "why": "五项都做到", "decided_on": day},
        "participation": {"campaign": "c-1", "from": "2026-09-01"},
        "review": {"target": "f-1", "verdict": "accepted"},
        "ruling": {"target": "sha256:" + "b" * 64, "place": "d-1:1", "verdict": "released", "comment": "核对过"},
        "district": {"governed_from": day},
        "campaign": {"title": {"zh": "第二批", "en": "Second"}, "batch": "2", "starts_on": "2026-09-01"},
        "stage_plan": {
            "campaign": "c-1",
            "stage": "study",
            "title": {"zh": "学习", "en": "Study"},
            "starts_on": "2026-09-01",
            "ends_on": "2026-10-01",
        },
        "template": {
            "name": "study",
            "version": 1,
            "stage": "study",
            "title": {"zh": "学习", "en": "Study"},
            "document": {"items": []},
        },
        BRIEF: {"campaign": "c-1", "from": "2026-09-01", "to": "2026-09-30", "number": 1},
        "group": {"name": "第九组"},
        "person": {"name": "新人", "role": "group"},
        "assignment": {"unit": "u-1", "group": "g-1"},
        "device": {"person": "p-G", "key": "a" * 43},
    }
    return fields[kind]


def later(kind: str) -> dict[str, Any]:
    """A correction of such a record."""
    fields: dict[str, dict[str, Any]] = {
        "unit": {"name": "新单位二"},
        "count": {**_COUNTED, "members": 11},
        "inspection": {"summary": "方案改过"},
        "liaison_note": {"content": "夜里学习"},
        "follow_up": {"title": "屋顶漏雨"},
        "request": {"why": "单位已撤"},
        "survey": {"given_out": 10, "returned": 9, "satisfied": 5, "fairly": 2, "unsatisfied": 2},
        "gate": {"why": "补了课"},
        "participation": {"until": "2099-01-01"},
        "review": {"comment": "好"},
        "ruling": {"comment": "再核对过"},
        "district": {"governed_from": "2026-01-01"},
        "campaign": {"batch": "3"},
        "stage_plan": {"ends_on": "2026-10-02"},
        "template": {"version": 2},
        BRIEF: {"number": 2},
        "group": {"name": "第十组"},
        "person": {"name": "新人二"},
        "assignment": {"group": "g-2"},
        "device": {"name": "笔记本"},
    }
    return fields[kind]


def new_record(kind: str, unit: str = "u-1") -> str:
    """The id of a new record: the unit's own for a unit, what it says for a brief."""
    if kind == BRIEF:
        return record_of(opening(kind))
    return unit if kind == "unit" else ids.new_id()
