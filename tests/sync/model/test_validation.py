"""What may be kept: every kind and every field is checked, and each fault names its field and what would be right."""

from __future__ import annotations

from typing import Any

import pytest

from sync.model import validation
from sync.model.validation import KINDS, check, complete, tidy

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
    kept = validation._checks_of("liaison_note", "group", False)
    arrives: dict[str, Any] = {"new": False, "role": "group", "known_only": False}
    for number in range(3_000):
        assert codes("liaison_note", {f"later_{number}": 1}, **arrives) == {}
    assert codes("liaison_note", {"x" * 100_000: 1}, **arrives) == {"x" * 100_000: "not_id"}
    assert len(kept) <= 2_000
    assert max(map(len, kept)) < 200


@pytest.mark.parametrize(("number", "found"), [(500, {}), (501, {"fields": "too_many"})])
@pytest.mark.parametrize("kind", ["liaison_note", "weather_report"])
def test_an_entry_has_five_hundred_fields_at_most(kind: str, number: int, found: dict[str, str]) -> None:
    fields = {f"later_{at}": 1 for at in range(number)}
    assert codes(kind, fields, new=False, known_only=False) == found


@pytest.mark.parametrize(("size", "found"), [(65_534, {}), (65_535, {"weather": "too_long"})])
def test_a_field_of_a_later_version_has_sixty_four_kibibytes_at_most_with_its_quotes(
    size: int, found: dict[str, str]
) -> None:
    assert codes("liaison_note", {"weather": "x" * size}, new=False, known_only=False) == found


def test_a_fault_says_what_would_be_right() -> None:
    (unknown,) = check("weather_report", {}, new=True, known_only=True)
    assert unknown.wanted == ", ".join(KINDS)
    (many,) = check("liaison_note", {f"later_{at}": 1 for at in range(501)}, new=False)
    assert many.wanted == "500"
    (long,) = check("liaison_note", {"weather": "x" * 70_000}, new=False)
    assert long.wanted == "65536"
    (apart,) = [fault for fault in check("survey", {"satisfied": 3}, new=False) if fault.field == "returned"]
    assert apart.wanted == ", ".join(KINDS["survey"].together)


def test_of_a_kind_of_a_later_version_the_names_and_values_that_no_version_keeps_are_named() -> None:
    fields = {"bad name": 1, "sky": "\ud800", "right": "clear", "none": None}
    assert codes("weather_report", fields, known_only=False) == {"bad name": "not_id", "sky": "control"}


@pytest.mark.parametrize(
    ("role", "field", "code"),
    [
        (None, "content", {"content": "required"}),
        (None, "present.branch_secretary", {}),
        ("viewer", "present.branch_secretary", {"present.branch_secretary": "not_yours"}),
        ("group", "present.branch_secretary", {}),
        (None, "colour", {"colour": "unknown_field"}),
    ],
)
def test_a_value_is_taken_away_by_whoever_may_write_the_field_if_it_need_not_be_there(
    role: str | None, field: str, code: dict[str, str]
) -> None:
    assert codes("liaison_note", {field: None}, new=False, role=role) == code


def test_an_edit_of_a_sum_is_completed_by_the_figures_that_stand() -> None:
    together = KINDS["count"].together
    whole = complete("count", {"members": 5}, {"members": 4, "retired": 2})
    assert whole == dict.fromkeys(together) | {"members": 5, "retired": 2}
    assert complete("count", {"counted_on": "2026-09-18"}, {"retired": 2}) == {"counted_on": "2026-09-18"}
    assert complete("weather_report", {"members": 5}, {"retired": 2}) == {"members": 5}


def test_figures_that_add_up_are_judged_only_where_they_are_written() -> None:
    assert codes("count", {"counted_on": "2026-09-18"}, new=False) == {}


@pytest.mark.parametrize(
    ("kind", "fields", "name", "changed"),
    [
        ("assignment", {"active": True}, "active", False),
        ("assignment", {"active": False}, "active", True),
        ("assignment", {"active": True, "from": "2026-01-01"}, "active", True),
        ("weather_report", {"active": True, "from": "2026-01-01"}, "active", False),
    ],
)
def test_an_edit_changes_a_field_by_its_value_or_by_its_term(
    kind: str, fields: dict[str, Any], name: str, changed: bool
) -> None:
    assert validation.changes(kind, {"active": True}, fields, name) is changed


def test_fields_of_a_kind_of_a_later_version_stay_as_they_are_typed() -> None:
    assert tidy("weather_report", {"sky": " ４１ "}) == {"sky": " ４１ "}


def test_checks_of_names_of_two_hundred_characters_are_not_remembered() -> None:
    kept = validation._checks_of("liaison_note", "liaison", False)
    for length in (199, 200, 201):
        assert codes("liaison_note", {"x" * length: 1}, new=False, role="liaison", known_only=False) is not None
    assert {199, 200, 201} & set(map(len, kept)) == {199}
