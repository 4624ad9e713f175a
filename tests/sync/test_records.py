"""What may be kept: every kind and every field is checked, and each fault names its field and what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from sync import records
from sync.records import KINDS, check, complete, tidy

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改在晚上学习"}


def codes(kind: str, fields: dict[str, Any], **options: Any) -> dict[str, str]:
    return {fault.field: fault.code for fault in check(kind, fields, **({"new": True, "known_only": True} | options))}


def test_a_right_record_has_no_fault() -> None:
    assert codes("liaison_note", NOTE) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_every_required_field_is_asked_of_a_new_record(kind: str) -> None:
    missing = {field for field, code in codes(kind, {}).items() if code == "required"}
    assert missing == KINDS[kind].required


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("noted_on", "18.09.2026", "not_day"),
        ("noted_on", "2026-02-30", "no_such_day"),
        ("noted_on", "２０２６-０９-１８", "not_day"),
        ("noted_on", 20260918, "not_day"),
        ("mode", "fax", "not_choice"),
        ("content", "x" * 60_001, "too_long"),
        ("content", "a\x1b[31mred", "control"),
        ("content", "a\x00b", "control"),
        ("content", "a\ud800b", "control"),
        ("content", "a\tb", "control"),
        ("content", "e\u0301", "not_nfc"),
        ("content", "   ", "required"),
        ("content", None, "required"),
        ("content", 7, "not_text"),
        ("present.branch_secretary", "甲\n乙", "one_line"),
        ("colour", "red", "unknown_field"),
        ("present.bad name", "x", "unknown_field"),
        ("withdrawn", "yes", "not_flag"),
    ],
)
def test_a_wrong_value_is_named_with_its_code(field: str, value: Any, code: str) -> None:
    assert codes("liaison_note", NOTE | {field: value}) == {field: code}


@pytest.mark.parametrize("value", [-1, 1.5, "12", True, 10**12])
def test_a_count_is_a_whole_number_of_people(value: Any) -> None:
    fields = complete("count", {"counted_on": "2026-09-18", "members": value}, {})
    assert codes("count", fields).keys() == {"members"}


def test_parts_may_not_exceed_the_members() -> None:
    fields = complete("count", {"counted_on": "2026-09-18", "members": 10, "retired": 11, "floating": 10}, {})
    assert codes("count", fields) == {"retired": "more_than"}


def test_figures_of_a_sum_are_written_together() -> None:
    assert codes("survey", {"satisfied": 3}, new=False)["returned"] == "together"


def test_fields_of_a_later_version_are_kept_when_they_arrive_but_not_typed() -> None:
    fields = NOTE | {"weather": {"sky": "clear"}}
    assert codes("liaison_note", fields, known_only=False) == {}
    assert codes("weather_report", {"sky": "clear"}, known_only=False) == {}
    assert codes("weather_report", {"sky": "clear"}) == {"kind": "unknown_kind"}
    assert codes("liaison_note", NOTE | {"weather": "x" * 70_000}, known_only=False) == {"weather": "too_long"}


@pytest.mark.parametrize(
    ("kind", "field", "value", "role", "allowed"),
    [
        ("unit", "name", "甲", "group", False),
        ("unit", "chain.first", "党委书记", "liaison", True),
        ("unit", "weak.head", True, "group", True),
        ("review", "comment", "补", "group", False),
        ("liaison_note", "content", "x", "viewer", False),
        ("survey", "stage", "study", "liaison", False),
        ("campaign", "batch", "2", "store", True),
        ("liaison_note", "content", "x", "store", False),
    ],
)
def test_a_role_writes_its_own_fields_only(kind: str, field: str, value: Any, role: str, allowed: bool) -> None:
    faults = check(kind, {field: value}, new=False, role=role)
    assert [fault.code for fault in faults] == ([] if allowed else ["not_yours"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("２０２６－９－１８", "2026-09-18"),
        ("2026年9月18日", "2026-09-18"),
        ("2026/9/8", "2026-09-08"),
        ("2026.09.18", "2026-09-18"),
        ("soon", "soon"),
    ],
)
def test_days_are_read_as_people_write_them(typed: str, kept: str) -> None:
    assert tidy("liaison_note", {"noted_on": typed})["noted_on"] == kept


@pytest.mark.parametrize(
    ("typed", "kept"), [("４１", 41), ("1,063", 1063), (" 7 ", 7), ("many", "many"), ("１．５", 1.5)]
)
def test_numbers_are_read_in_full_width_too(typed: str, kept: object) -> None:
    assert tidy("count", {"members": typed})["members"] == kept


def test_texts_are_brought_into_nfc_with_plain_line_ends() -> None:
    assert tidy("liaison_note", {"content": " e\u0301\r\n好 "})["content"] == "é\n好"


def test_what_a_sender_makes_up_is_not_remembered() -> None:
    """The checks of known and of short unknown names are kept, a bounded number of them."""
    kept = records._checks_of("liaison_note", "group", False)
    arrives: dict[str, Any] = {"new": False, "role": "group", "known_only": False}
    for number in range(3_000):
        assert codes("liaison_note", {f"later_{number}": 1}, **arrives) == {}
    assert codes("liaison_note", {"x" * 100_000: 1}, **arrives) == {"x" * 100_000: "not_id"}
    assert len(kept) <= 2_000
    assert max(map(len, kept)) < 200
