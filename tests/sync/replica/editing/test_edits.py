"""What a person may write, and how it stands then: each refusal by its code, at its edge, with nothing kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.ledger import chains
from sync.model.briefs import KIND as BRIEF
from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import drafts, edits
from sync.replica.editing.drafts import Draft
from sync.replica.editing.edits import Refused
from tests.days import day, today
from tests.rights import new_record, opening
from tests.sync.laptops import give_unit, hand_over, new_laptop
from tests.sync.office import Office

AT = "2026-01-01T00:00:00.000Z"
NAME = hashlib.sha256(b"paper").hexdigest()
NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙"}
INSPECTION = {"visited_on": "2026-09-18", "stage": "study", "template": "t-1", "group": "g-1", "summary": "方案已定"}
SURVEY = {"held_on": "2026-09-18", "given_out": 10, "returned": 9, "satisfied": 5, "fairly": 2, "unsatisfied": 2}
ATTACHMENT = {"file_name": "说明.pdf", "size": 5, "title": "附件"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        give_unit(replica)
        yield replica


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "office.db", "p-9", "office", "d-9") as replica:
        give_unit(replica)
        yield replica


@pytest.fixture
def other(tmp_path: Path, laptop: Replica) -> Iterator[Replica]:
    with new_laptop(tmp_path / "other.db", "p-2", device="d-2") as replica:
        hand_over(laptop, replica)
        yield replica


def _follow_up(laptop: Replica, unit: str = "u-1", **fields: str) -> str:
    texts = {"nature": "problem", "title": "漏雨", "due_on": day(20), "status": "open"}
    return edits.create(laptop, "follow_up", unit, texts | fields).record


def _fields(laptop: Replica, record: str) -> dict[str, Any]:
    found = query.record(laptop, record)
    assert found is not None
    return found.fields


def _faults(laptop: Replica, kind: str, fields: dict[str, Any], unit: str = "u-1") -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in edits.check(laptop, kind, unit, fields)]


def _entries(laptop: Replica) -> int:
    return int(laptop.connection.execute("SELECT count(*) FROM entry").fetchone()[0])


def _sent(laptop: Replica) -> None:
    laptop.connection.execute("UPDATE entry SET number = 7 WHERE number IS NULL")


class _Refusal:
    """The code with which something is refused; nothing is kept of it."""

    def __init__(self, laptop: Replica) -> None:
        self.laptop = laptop
        self.code = ""

    def __enter__(self) -> _Refusal:
        self._before = _entries(self.laptop)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        assert isinstance(error, Refused | InvalidFields), error
        self.code = error.code if isinstance(error, Refused) else error.faults[0].code
        assert _entries(self.laptop) == self._before
        return True


# --- a new record ----------------------------------------------------------------------------------------------------


def test_what_is_written_says_where_it_stands(laptop: Replica) -> None:
    first = edits.create(laptop, "liaison_note", "u-1", NOTE)
    second = edits.create(laptop, "liaison_note", "u-1", NOTE, record="n-2")
    assert [(each.ledger, each.seq, each.asks, each.request) for each in (first, second)] == [
        ("u-1", 1, "", ""),
        ("u-1", 2, "", ""),
    ]
    assert (second.record, first.record not in ("", "n-2")) == ("n-2", True)
    rows = laptop.connection.execute("SELECT record, hash, head FROM entry WHERE number IS NULL ORDER BY id").fetchall()
    assert [(record, chains.HASH_PREFIX + hash_.hex()) for record, hash_, _ in rows] == [
        (each.record, each.hash) for each in (first, second)
    ]
    assert chains.read_entry(rows[1][2], None).head.prev == first.hash
    seal = laptop.connection.execute("SELECT s.seq, s.hash FROM seal s").fetchall()
    assert seal == [(2, second.hash)]


def test_each_kind_stands_in_its_ledger_and_a_unit_bears_its_name(office: Replica) -> None:
    campaign = {"title": {"zh": "第二批"}, "batch": "2", "starts_on": "2026-09-01"}
    assert edits.create(office, "campaign", "u-1", campaign).ledger == "district"
    unit = edits.create(office, "unit", "u-9", {"name": "新单位", "category": "farm"})
    assert (unit.ledger, unit.record) == ("u-9", "u-9")


@pytest.mark.parametrize(
    ("kind", "unit", "fields", "faults"),
    [
        ("liaison_note", "u-1", NOTE, []),
        ("liaison_note", "u-9", NOTE, [("unit", "no_such_unit")]),
        ("liaison_note", "u-1", NOTE | {"colour": "red"}, [("colour", "unknown_field")]),
        ("inspection", "u-1", INSPECTION | {"stage": "sleep"}, [("stage", "not_choice")]),
        ("inspection", "u-1", INSPECTION | {"stage": 5}, [("stage", "not_id")]),
        ("liaison_note", "u-1", NOTE | {f"attachment.{NAME}": ATTACHMENT}, [(f"attachment.{NAME}", "no_such_file")]),
    ],
)
def test_each_fault_of_a_new_record_is_named_once(
    laptop: Replica, kind: str, unit: str, fields: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    found = _faults(laptop, kind, fields, unit)
    assert [each[0] for each in found] == [each[0] for each in faults]
    assert [each[1] for each in found] == [each[1] for each in faults]


def test_a_kind_that_nobody_knows_is_a_fault(laptop: Replica) -> None:
    assert _faults(laptop, "well_probe", {"depth": 3}) != []


def test_neither_a_unit_nor_what_belongs_to_the_district_needs_a_unit(office: Replica) -> None:
    assert _faults(office, "unit", {"name": "新单位", "category": "farm"}, "u-9") == []
    campaign = {"title": {"zh": "第二批"}, "batch": "2", "starts_on": "2026-09-01"}
    assert _faults(office, "campaign", campaign, "district") == []


@pytest.mark.parametrize(
    ("parent", "faults"), [("u-1", []), ("u-9", [("parent", "circle")]), ("u-8", [("parent", "no_such_unit")])]
)
def test_a_unit_stands_below_one_that_is_there(office: Replica, parent: str, faults: list[tuple[str, str]]) -> None:
    assert _faults(office, "unit", {"name": "新单位", "category": "farm", "parent": parent}, "u-9") == faults


@pytest.mark.parametrize(
    ("status", "codes"),
    [("open", []), ("in_progress", []), ("reported", ["step_not_allowed"]), ("closed", ["step_not_allowed"])],
)
def test_a_follow_up_begins_open_or_under_way(laptop: Replica, status: str, codes: list[str]) -> None:
    fields = {"nature": "problem", "title": "漏雨", "due_on": day(20), "status": status}
    assert [code for _, code in _faults(laptop, "follow_up", fields)] == codes


def test_an_attachment_is_named_once_all_of_it_is_here(laptop: Replica) -> None:
    fields = NOTE | {f"attachment.{NAME}": ATTACHMENT}
    laptop.connection.execute("INSERT INTO blob (name, size, complete, sent) VALUES (?, 5, 0, 2)", (NAME,))
    laptop.connection.execute("INSERT INTO blob (name, size, complete, sent) VALUES (?, 5, 1, 2)", ("f" * 64,))
    assert [code for _, code in _faults(laptop, "liaison_note", fields)] == ["no_such_file"]
    laptop.connection.execute("UPDATE blob SET complete = 1")
    edits.create(laptop, "liaison_note", "u-1", fields)
    sent = dict(laptop.connection.execute("SELECT name, sent FROM blob").fetchall())
    assert sent == {NAME: 0, "f" * 64: 2}, "what a draft had goes out with its record"


def test_a_record_that_was_kept_is_not_kept_again(laptop: Replica) -> None:
    edits.create(laptop, "liaison_note", "u-1", NOTE, record="n-1")
    with _Refusal(laptop) as refused:
        edits.create(laptop, "liaison_note", "u-1", NOTE, record="n-1")
    assert refused.code == "already_kept"


def test_the_campaign_of_a_new_record_is_the_one_it_names_else_the_one_at_hand_on_its_day(laptop: Replica) -> None:
    store = Office(laptop)
    store.unit("u-7")
    assert edits.new_campaign(laptop, "liaison_note", "u-7", NOTE | {"campaign": "c-9"}) == "c-9"
    assert edits.new_campaign(laptop, "liaison_note", "u-7", NOTE) == ""
    for campaign, since in (("c-1", "2026-01-01"), ("c-2", "2026-06-01")):
        store.campaign(campaign, "1", since, "2999-12-31")
        store.says("u-7", "participation", f"p-{campaign}", AT, campaign=campaign, from_=since)
    for stated, campaign in (("2026-05-31", "c-1"), ("2026-06-01", "c-2"), ("2999-01-01", "c-2")):
        assert edits.new_campaign(laptop, "liaison_note", "u-7", NOTE | {"noted_on": stated}) == campaign
    note = edits.create(laptop, "liaison_note", "u-7", NOTE | {"noted_on": "2026-05-31"})
    assert _fields(laptop, note.record)["campaign"] == "c-1"
    target = _follow_up(laptop, "u-7", campaign="c-1")
    assert edits.new_campaign(laptop, "request", "u-7", {"target": target}) == "c-1"
    assert edits.new_campaign(laptop, "unit", "u-7", {"campaign": "c-1"}) == ""


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "code"), [(0, ""), (1, "entry_too_large")])
def test_an_entry_may_be_as_large_as_the_store_takes_it(
    laptop: Replica, other: Replica, monkeypatch: pytest.MonkeyPatch, beyond: int, code: str
) -> None:
    edits.create(laptop, "liaison_note", "u-1", NOTE, record="n-1")
    (size,) = laptop.connection.execute("SELECT length(head) + length(body) FROM entry WHERE record = 'n-1'").fetchone()
    monkeypatch.setattr(edits, "MAX_ENTRY_BYTES", size - beyond)
    if code:
        with _Refusal(other) as refused:
            edits.create(other, "liaison_note", "u-1", NOTE, record="n-2")
        assert refused.code == code
    else:
        edits.create(other, "liaison_note", "u-1", NOTE, record="n-2")


def test_under_a_clock_that_cannot_be_nothing_is_written(laptop: Replica, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "now", lambda: "12026-01-01T00:00:00.000Z")
    with _Refusal(laptop) as refused:
        edits.create(laptop, "liaison_note", "u-1", NOTE)
    assert refused.code == "clock_impossible"


# --- later edits -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "why", "code"),
    [
        ({"summary": "方案已定"}, "x", "nothing_changed"),
        ({"summary": "另一句"}, " ", "why_needed"),
        ({"summary": "另一句"}, "x" * 2_001, "too_long"),
        ({"summary": "bell \x07"}, "x", "control"),
        ({"stage": "sleep"}, "x", "not_choice"),
        ({"visited_on": None}, "x", "required"),
        ({"inspector.p-2": True}, "", ""),
        ({"inspector.p-2": True, "summary": "另一句"}, "", "why_needed"),
        ({"summary": "另一句"}, "x" * 2_000, ""),
    ],
)
def test_a_correction_says_what_changes_and_why(laptop: Replica, fields: dict[str, Any], why: str, code: str) -> None:
    record = edits.create(laptop, "inspection", "u-1", INSPECTION).record
    if not code:
        edits.correct(laptop, record, fields, why)
        assert fields.items() <= _fields(laptop, record).items()
        return
    with _Refusal(laptop) as refused:
        edits.correct(laptop, record, fields, why)
    assert refused.code == code


def test_what_stands_in_a_set_changes_with_a_reason(laptop: Replica) -> None:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE | {"present.branch_secretary": "书记"}).record
    with _Refusal(laptop) as refused:
        edits.correct(laptop, record, {"present.branch_secretary": "副书记"}, "")
    assert refused.code == "why_needed"


def test_an_unchanged_field_leaves_no_trace(laptop: Replica) -> None:
    record = edits.create(laptop, "inspection", "u-1", INSPECTION).record
    edits.correct(laptop, record, {"summary": "另一句", "stage": "study"}, "x")
    found = query.record(laptop, record)
    assert found is not None
    assert found.versions[-1].set == {"summary": "另一句"}


def test_a_withdrawal_is_an_edit_with_its_reason(laptop: Replica) -> None:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE).record
    with _Refusal(laptop) as refused:
        edits.withdraw(laptop, record, "")
    assert refused.code == "why_needed"
    written = edits.withdraw(laptop, record, "记错单位")
    found = query.record(laptop, record)
    assert found is not None
    assert (written.record, written.seq, found.withdrawn) == (record, 2, True)


def test_what_is_not_here_or_too_new_is_not_changed(laptop: Replica) -> None:
    with _Refusal(laptop) as refused:
        edits.correct(laptop, "none", {"content": "x"}, "x")
    assert refused.code == "not_found"
    Office(laptop).says("u-7", "well_probe", "w-1", AT, depth=3)
    with _Refusal(laptop) as refused:
        edits.correct(laptop, "w-1", {"depth": 4}, "x")
    assert refused.code == "too_new"


def test_a_request_is_taken_back_by_who_asked_and_before_a_ruling(laptop: Replica, other: Replica) -> None:
    target = _follow_up(laptop)
    asked = {"target": target, "asks": "withdraw", "why": "误"}
    record = edits.create(laptop, "request", "u-1", asked).record
    with _Refusal(laptop) as refused:
        edits.correct(laptop, record, {"why": "另"}, "x")
    assert refused.code == "request_stands"
    hand_over(laptop, other)
    with _Refusal(other) as refused:
        edits.withdraw(other, record, "x")
    assert refused.code == "not_asker"
    edits.withdraw(laptop, record, "x")
    again = edits.create(laptop, "request", "u-1", asked).record
    Office(laptop, "store-2").says("u-1", "review", "r-1", AT, target=again, verdict="refused", comment="不")
    with _Refusal(laptop) as refused:
        edits.withdraw(laptop, again, "x")
    assert refused.code == "ruled_already"


def test_an_issued_brief_is_withdrawn_and_never_changed(office: Replica) -> None:
    fields, record = opening(BRIEF), new_record(BRIEF)
    Office(office).says("district", BRIEF, record, AT, **{f"{name}_": value for name, value in fields.items()})
    with _Refusal(office) as refused:
        edits.correct(office, record, {"number": 2}, "x")
    assert refused.code == "brief_stands"
    edits.withdraw(office, record, "有误")
    found = query.record(office, record)
    assert found is not None
    assert found.withdrawn


# --- drafts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "code"),
    [(None, ""), ({}, "changed_meanwhile"), (NOTE, ""), (NOTE | {"content": "x"}, "changed_meanwhile")],
)
def test_what_the_person_who_corrects_has_not_seen_is_not_replaced(
    laptop: Replica, base: dict[str, Any] | None, code: str
) -> None:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE).record
    draft = Draft(id="d", kind="liaison_note", unit="u-1", record=record, base=base)
    if not code:
        edits.correct(laptop, record, {"content": "夜里"}, "x", draft=draft)
        return
    with _Refusal(laptop) as refused:
        edits.correct(laptop, record, {"content": "夜里"}, "x", draft=draft)
    assert refused.code == code


def test_a_draft_ends_with_its_record_unless_it_has_changed_since(laptop: Replica) -> None:
    for changed in (False, True):
        draft = drafts.start(laptop, "liaison_note", "u-1")
        draft.fields = dict(NOTE)
        drafts.save(laptop, draft)
        if changed:
            laptop.connection.execute("UPDATE draft SET version = version + 1")
        edits.create(laptop, "liaison_note", "u-1", NOTE, draft=draft)
        assert len(drafts.listed(laptop)) == changed


# --- steps -----------------------------------------------------------------------------------------------------------


def test_a_step_holds_from_its_day_and_says_how(laptop: Replica) -> None:
    record = _follow_up(laptop, opened_on=day(-9))
    edits.step(laptop, record, "in_progress", "已联系", on=day(-3))
    edits.step(laptop, record, "reported", "  ")
    found = query.record(laptop, record)
    assert found is not None
    assert [version.set for version in found.versions[1:]] == [
        {"status": "in_progress", "progress": "已联系", "on": day(-3)},
        {"status": "reported", "on": today()},
    ]


def test_a_step_keeps_its_words_repeated_ones_too(laptop: Replica) -> None:
    record = _follow_up(laptop)
    edits.step(laptop, record, "in_progress", "已联系")
    edits.step(laptop, record, "reported", "已联系")
    found = query.record(laptop, record)
    assert found is not None
    assert (found.versions[-1].set or {})["progress"] == "已联系"
    with _Refusal(laptop) as refused:
        edits.correct(laptop, record, {"progress": "已联系"}, "x")
    assert refused.code == "nothing_changed"


@pytest.mark.parametrize(("progress", "code"), [("", "reason_needed"), ("  ", "reason_needed"), ("还漏", "")])
def test_sending_back_needs_its_reason(laptop: Replica, other: Replica, progress: str, code: str) -> None:
    record = _follow_up(laptop)
    edits.step(laptop, record, "reported", "已补")
    hand_over(laptop, other)
    if code:
        with _Refusal(other) as refused:
            edits.step(other, record, "returned", progress)
        assert refused.code == code
    else:
        edits.step(other, record, "returned", progress)
        assert _fields(other, record)["status"] == "returned"


def test_a_step_that_does_not_lead_on_is_refused(laptop: Replica) -> None:
    record = _follow_up(laptop)
    with _Refusal(laptop) as refused:
        edits.step(laptop, record, "verified", "x")
    assert refused.code == "step_not_allowed"
    note = edits.create(laptop, "liaison_note", "u-1", NOTE).record
    with _Refusal(laptop) as refused:
        edits.step(laptop, note, "withdrawn")
    assert refused.code == "unknown_field"


def test_the_newest_step_is_taken_back_and_the_one_before_counts(laptop: Replica) -> None:
    record = _follow_up(laptop)
    edits.step(laptop, record, "in_progress", "已联系")
    edits.step(laptop, record, "reported", "已补")
    undone = edits.undo_step(laptop, record)
    assert (undone.record, _fields(laptop, record)["status"]) == (record, "in_progress")
    assert _fields(laptop, record)["progress"] == "已联系"
    found = query.record(laptop, record)
    assert found is not None
    assert (found.versions[-1].set or {})["correction"] is True


def test_only_a_step_of_one_s_own_that_was_not_sent_is_taken_back(laptop: Replica, other: Replica) -> None:
    record = _follow_up(laptop)
    with _Refusal(laptop) as refused:
        edits.undo_step(laptop, record)  # it was opened so
    assert refused.code == "not_own_step"
    edits.step(laptop, record, "in_progress", "已联系")
    hand_over(laptop, other)
    with _Refusal(other) as refused:
        edits.undo_step(other, record)
    assert refused.code == "not_own_step"
    _sent(laptop)
    with _Refusal(laptop) as refused:
        edits.undo_step(laptop, record)
    assert refused.code == "sent_already"


def test_a_step_from_another_laptop_of_the_same_person_is_not_taken_back(laptop: Replica, tmp_path: Path) -> None:
    record = _follow_up(laptop)
    edits.step(laptop, record, "in_progress", "已联系")
    with new_laptop(tmp_path / "second.db", device="d-3") as second:
        hand_over(laptop, second)
        with _Refusal(second) as refused:
            edits.undo_step(second, record)
        assert refused.code == "not_own_step"


# --- several, and conflicts ------------------------------------------------------------------------------------------


def test_several_are_kept_all_or_none_and_what_would_not_change_is_left(office: Replica) -> None:
    campaign = {"title": {"zh": "第二批"}, "batch": "2", "starts_on": "2026-09-01"}
    (first,) = edits.put(office, "campaign", {"c-2": campaign | {"ends_on": None}}, "")
    assert (first.ledger, first.record) == ("district", "c-2")
    assert edits.put(office, "campaign", {"c-2": campaign}, "") == []
    with _Refusal(office) as refused:
        edits.put(office, "campaign", {"c-2": campaign | {"batch": "3"}}, " ")
    assert refused.code == "why_needed"
    with _Refusal(office) as refused:
        edits.put(office, "campaign", {"c-3": campaign, "c-4": {"batch": "3"}}, "")
    assert refused.code == "required"
    changed = edits.put(office, "campaign", {"c-2": campaign | {"batch": "3"}, "c-3": campaign}, "x")
    assert [each.record for each in changed] == ["c-2", "c-3"]


def test_a_conflict_is_settled_by_a_version_or_by_another_value(laptop: Replica, other: Replica) -> None:
    record = edits.create(laptop, "survey", "u-1", SURVEY).record
    hand_over(laptop, other)
    edits.correct(laptop, record, {"satisfied": 6, "fairly": 1}, "x")
    edits.correct(other, record, {"satisfied": 7, "fairly": 0, "unsatisfied": 2}, "y")
    hand_over(other, laptop)
    for take, field, code in (("d-1:2", "held_on", "not_conflicted"), ("d-9:9", "satisfied", "not_found")):
        with _Refusal(laptop) as refused:
            edits.resolve(laptop, record, field, take=take, why="x")
        assert refused.code == code
    edits.resolve(laptop, record, "satisfied", take="d-2:1", why="以乙为准")
    assert {name: _fields(laptop, record)[name] for name in ("satisfied", "fairly", "unsatisfied")} == {
        "satisfied": 7,
        "fairly": 0,
        "unsatisfied": 2,
    }


def test_of_two_conflicts_that_are_not_of_one_sum_one_is_settled(laptop: Replica, other: Replica) -> None:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE | {"promised": "补"}).record
    hand_over(laptop, other)
    for replica, text in ((laptop, "甲"), (other, "乙")):
        edits.correct(replica, record, {"content": text, "promised": text}, "x")
    hand_over(other, laptop)
    edits.resolve(laptop, record, "content", value="丙", why="x")
    found = query.record(laptop, record)
    assert found is not None
    assert (found.fields["content"], sorted(found.conflicts)) == ("丙", ["promised"])
    edits.resolve(laptop, record, "promised", take="d-2:1", why="x")
    assert _fields(laptop, record)["promised"] == "乙"
