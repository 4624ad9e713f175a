"""The verdict on one entry: what may not be is named, what may be is kept."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from sync.central.access.permissions import Rights
from sync.central.access.verdict import evaluate, evaluate_revoked, may_be_released
from sync.central.service.store import Store
from sync.ledger.chains import Entry, compose
from tests.sync.central.pen import NOTE, Pen

HASH = "sha256:" + "a" * 64
INSPECTION = {"visited_on": "2026-09-18", "stage": "study", "template": "t-1", "group": "g-1", "summary": "方案已定"}


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"noted_on": "2026-02-30", "mode": "visit", "content": "x"}, "noted_on"),
        ({"mode": "visit", "content": "x"}, "noted_on: required"),
        ({"noted_on": "2026-09-18", "mode": "visit", "content": "bell \x07"}, "content: control"),
        ({"noted_on": "2026-09-18", "mode": "visit", "content": "长" * 60_001}, "content: too_long"),
        ({"noted_on": "2026-09-18", "mode": "visit", "content": ["x"]}, "content: not_text"),
        (NOTE | {"later": "x" * 70_000}, "later: too_long"),
    ],
)
def test_each_wrong_field_is_named(wang: Pen, fields: dict[str, Any], named: str) -> None:
    (kept,) = wang.send(wang.write(fields=fields))[0].kept
    assert kept.code == "invalid_fields"
    assert named in kept.message


def test_figures_that_do_not_add_up_are_refused(director: Pen) -> None:
    survey = {"held_on": "2026-09-18", "given_out": 10, "returned": 9, "satisfied": 9, "fairly": 1, "unsatisfied": 0}
    (kept,) = director.send(director.write(fields=survey, kind="survey"))[0].kept
    assert (kept.code, "satisfied" in kept.message) == ("invalid_fields", True)


@pytest.mark.parametrize(
    "other",
    [
        {"at": "yesterday"},
        {"at": "2026-09-18T09:00:00Z"},
        {"salt": "short"},
        {"why": "x" * 2_001},
        {"why": "bell \x07"},
        {"record": "no id"},
        {"kind": "no kind"},
        {"was": "sha256:short"},
        {"over": {"content": ["short"]}},
        {"over": {"content": []}},
        {"over": {"content": [HASH] * 1_001}},
        {"fields": {}},
    ],
)
def test_what_is_not_in_the_agreed_form_is_malformed(wang: Pen, other: dict[str, Any]) -> None:
    assert [kept.code for kept in wang.send(wang.write(**other))[0].kept] == ["malformed"]


def test_an_entry_that_is_too_large_is_refused(wang: Pen) -> None:
    large = NOTE | {f"later.{number}": "x" * 60_000 for number in range(5)}
    assert [kept.code for kept in wang.send(wang.write(fields=large))[0].kept] == ["too_large"]


def test_an_entry_names_its_device_s_own_person(wang: Pen) -> None:
    assert [kept.code for kept in wang.send(wang.write(by="director"))[0].kept] == ["wrong_author"]


@pytest.mark.parametrize(("unit", "kind"), [("district", "liaison_note"), ("u-1", "template"), ("u-1", "person")])
def test_a_record_stands_in_the_ledger_of_its_kind(director: Pen, unit: str, kind: str) -> None:
    assert [kept.code for kept in director.send(director.write(unit, NOTE, kind))[0].kept] == ["wrong_ledger"]


def test_a_unit_is_the_record_its_ledger_is_named_after(director: Pen) -> None:
    fields = {"name": "新单位", "category": "farm"}
    good = director.write("u-9", fields, "unit", record="u-9")
    assert director.send(good)[0].kept == []
    assert [kept.code for kept in director.send(director.write("u-8", fields, "unit"))[0].kept] == ["wrong_ledger"]


def test_only_the_office_adds_units(wang: Pen) -> None:
    unit = wang.write("u-9", {"name": "新单位", "category": "farm"}, "unit", record="u-9")
    assert [kept.code for kept in wang.send(unit)[0].kept] == ["out_of_scope"]


@pytest.mark.parametrize(
    ("person", "unit", "kind", "fields", "codes"),
    [
        ("wang", "u-1", "inspection", INSPECTION, []),
        ("wang", "u-3", "inspection", INSPECTION, ["out_of_scope"]),
        ("chen", "u-3", "liaison_note", NOTE, []),
        ("chen", "u-3", "inspection", INSPECTION, ["not_allowed"]),
        ("chen", "u-1", "liaison_note", NOTE, ["out_of_scope"]),
        ("director", "u-3", "inspection", INSPECTION, []),
        ("guest", "u-1", "liaison_note", NOTE, ["out_of_scope"]),
        ("wang", "staff", "group", {"name": "x"}, ["out_of_scope"]),
        ("wang", "district", "campaign", {"title": {"zh": "x"}}, ["out_of_scope"]),
    ],
)
def test_role_and_scope_decide_who_writes_what(
    store: Store, person: str, unit: str, kind: str, fields: dict[str, Any], codes: list[str]
) -> None:
    pen = Pen(store, person)
    assert [kept.code for kept in pen.send(pen.write(unit, fields, kind))[0].kept] == codes


def test_a_group_keeps_a_unit_s_chain_of_responsibility_but_not_its_name(wang: Pen) -> None:
    over = {"name": [HASH]}
    chain = wang.write(fields={"chain.first": "党委书记"}, kind="unit", record="u-1", why="换届")
    name = wang.write(fields={"name": "别的名字"}, kind="unit", record="u-1", why="x", over=over)
    assert [(kept.seq, kept.code) for kept in wang.send(chain, name)[0].kept] == [(2, "not_allowed")]


def test_a_first_value_for_an_empty_field_is_no_new_record(wang: Pen) -> None:
    first = wang.write()
    later = wang.write(fields={"promised": "补发材料"}, record=first.head.record, why="补记")
    addition = wang.write(fields={"present.secretary": "书记"}, record=first.head.record)
    assert wang.send(first, later, addition)[0].kept == []


def test_a_staff_record_of_later_edits_alone_does_not_stop_the_store(store: Store, director: Pen) -> None:
    for kind in ("person", "device", "group", "assignment"):
        director.send(director.write("staff", {"withdrawn": False}, kind, why="x"))
    director.send(director.write("staff", {"left": True}, "person", why="x"))
    assert Pen(store, "wang").pull_all()


# --- the verdict by itself ---------------------------------------------------------------------------------------

OFFICER = Rights(person="p-1", role="office", ledgers=None)


def _entry(fields: dict[str, Any] | None = None, kind: str = "liaison_note", **known: Any) -> Entry:
    given: dict[str, Any] = {"ledger": "u-1", "device": "d-1", "seq": 1, "prev": "", "record": "r-1", "by": "p-1"}
    at = "2026-09-18T08:00:00.000Z"
    return compose(**given | {"kind": kind, "fields": NOTE if fields is None else fields, "at": at} | known)


@pytest.mark.parametrize(("beyond", "verdict"), [(0, ""), (1, "too_large")])
def test_an_entry_may_be_as_large_as_the_limit_says(beyond: int, verdict: str) -> None:
    padded = {f"later.{number}": "x" * 60_000 for number in range(4)}
    bare = _entry(NOTE | padded | {"later.rest": ""})
    room = 262_144 - len(bare.raw_head) - len(bare.raw_body or b"")
    entry = _entry(NOTE | padded | {"later.rest": "x" * (room + beyond)})
    assert evaluate(entry, OFFICER)[0] == verdict


@pytest.mark.parametrize(
    ("other", "verdict"),
    [
        ({"over": {"content": [HASH] * 1_000}}, ""),
        ({"over": {"content": [HASH] * 1_001}}, "malformed"),
        ({"over": {"content": [HASH, "short"]}}, "malformed"),
        ({"over": {"mode": [HASH], "content": []}}, "malformed"),
        ({"was": HASH}, ""),
        ({"was": HASH + "0"}, "malformed"),
        ({"salt": "0" * 32}, ""),
        ({"salt": "g" * 32}, "malformed"),
        ({"why": "x" * 2_000}, ""),
        ({"kind": "of-a-later-version"}, ""),
        ({"kind": "of a later version"}, "malformed"),
        ({"record": ""}, "malformed"),
        ({"by": "p-2"}, "wrong_author"),
    ],
)
def test_an_entry_is_judged_by_its_own_form(other: dict[str, Any], verdict: str) -> None:
    assert evaluate(_entry(**other), OFFICER)[0] == verdict


def test_at_most_five_faults_are_named() -> None:
    wrong = {f"bad name {number}": 1 for number in range(7)}
    code, said = evaluate(_entry(NOTE | wrong), OFFICER)
    assert (code, said.count("; ")) == ("invalid_fields", 4)
    barred = evaluate_revoked(_entry(NOTE | wrong), "p-1", "person_left")
    assert (barred[0], barred[1].count("; ")) == ("invalid_fields", 4)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (_entry(), "person_left"),
        (_entry(by="p-2"), "wrong_author"),
        (_entry({}), "malformed"),
        (_entry(ledger="district"), "wrong_ledger"),
        (_entry(NOTE | {"noted_on": "soon"}), "invalid_fields"),
        (msgspec.structs.replace(_entry(), raw_body=None), "no_body"),
    ],
)
def test_an_entry_of_a_person_who_has_left_is_kept_apart_for_that_or_for_a_fault_of_its_own(
    entry: Entry, code: str
) -> None:
    assert evaluate_revoked(entry, "p-1", "person_left")[0] == code


@pytest.mark.parametrize(
    ("entry", "makes_sense"),
    [
        (_entry(), True),
        (_entry(by="p-2"), True),
        (_entry({"content": "y"}, over={"content": [HASH]}), True),
        (_entry(NOTE | {"noted_on": "soon"}), False),
        (_entry({"name": {"zh": "x"}}, "group", ledger="staff"), False),
        (_entry({"target": HASH, "verdict": "released"}, "ruling"), False),
        (_entry({"name": "甲", "category": "farm"}, "unit", record="u-2"), False),
        (_entry({"name": "甲", "category": "farm"}, "unit", record="u-1"), True),
        (msgspec.structs.replace(_entry(), raw_body=None), False),
    ],
)
def test_what_the_office_may_release_is_right_in_itself_and_no_right(entry: Entry, makes_sense: bool) -> None:
    assert may_be_released(entry) is makes_sense


@pytest.mark.parametrize(
    ("rights", "entry", "code"),
    [
        (("group", {"u-1"}), _entry(), ""),
        (("group", {"u-2"}), _entry(), "out_of_scope"),
        (("group", None), _entry({"name": "甲", "category": "farm"}, "unit", record="u-1"), "not_allowed"),
        (("office", None), _entry({"name": "甲", "category": "farm"}, "unit", record="u-1"), ""),
        (("store", None), _entry({"name": "甲", "category": "farm"}, "unit", record="u-1"), ""),
        (("liaison", None), _entry({"status": "closed"}, "follow_up", over={"status": [HASH]}), "not_allowed"),
        (("group", None), _entry({"status": "closed"}, "follow_up", over={"status": [HASH]}), ""),
        (("liaison", None), _entry({"status": "reported"}, "follow_up", over={"status": [HASH]}), ""),
        (("group", None), _entry({"progress": "已联系"}, "follow_up"), ""),
        (("office", None), _entry({"promised": "补发材料"}), "invalid_fields"),
        (("office", None), _entry({"promised": "补发材料"}, why="补记"), ""),
        (("office", None), _entry({"content": "y"}), "invalid_fields"),
        (("office", None), _entry({"content": "y"}, over={"content": [HASH]}), ""),
        (("office", None), _entry({"present.branch_secretary": "甲"}), ""),
        (("viewer", None), _entry(NOTE | {"mode": "fax"}), "not_allowed"),
    ],
)
def test_an_entry_is_judged_by_who_wrote_it_and_where(
    rights: tuple[str, set[str] | None], entry: Entry, code: str
) -> None:
    role, ledgers = rights
    whose = Rights(person="p-1", role=role, ledgers=None if ledgers is None else frozenset(ledgers))
    assert evaluate(entry, whose)[0] == code
