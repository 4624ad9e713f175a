"""From keys and typed text to a record's fields, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.answers import (
    choose,
    compute,
    files_kept,
    give_note,
    give_text,
    note_of,
    number_text,
    step_on,
    tidy_figures,
    typed_text,
    verdict_of,
)
from supervisor_tui.forms.kinds import InspectionChoices, inspection_parts
from supervisor_tui.forms.questions import Choice, Question, counted, tally, template_parts
from sync.model.templates import read_template
from tests.supervisor_tui.checklists import document, template, words

TODAY = date(2026, 9, 18)
TEMPLATE = template()
ALL = {each.item: each for part in template_parts(TEMPLATE, "farm", "zh") for each in part.questions}


@pytest.mark.parametrize(
    ("key", "verdict"), [("1", "met"), ("2", "partly"), ("3", "unmet"), ("0", "na"), ("３", "unmet")]
)
def test_one_key_gives_a_verdict_full_width_too(key: str, verdict: str) -> None:
    fields: dict[str, Any] = {}
    assert choose(ALL["i0"], fields, key)
    assert fields == {"answer.i0": {"verdict": verdict}}


def test_other_digits_mean_nothing() -> None:
    fields: dict[str, Any] = {}
    assert not choose(ALL["i0"], fields, "7")
    assert not choose(ALL["form"], fields, "3")
    assert not choose(ALL["form"], fields, "²")
    assert fields == {}


def test_a_note_may_be_written_before_the_verdict_and_stays_with_it() -> None:
    fields: dict[str, Any] = {}
    give_note(ALL["i1"], fields, "方案没有签字")
    choose(ALL["i1"], fields, "3")
    assert fields["answer.i1"] == {"verdict": "unmet", "note": "方案没有签字"}
    give_note(ALL["i1"], fields, "  ")
    assert fields["answer.i1"] == {"verdict": "unmet"}


def test_a_click_goes_through_the_answers_and_opens_the_question_again() -> None:
    fields: dict[str, Any] = {}
    seen = []
    for _ in range(5):
        step_on(ALL["i0"], fields)
        seen.append(verdict_of(ALL["i0"], fields))
    assert seen == ["met", "partly", "unmet", "na", ""]
    assert fields == {}


@pytest.mark.parametrize(
    ("item", "typed", "kept"),
    [
        ("hours", "３６", 36),
        ("hours", "1,024", 1024),
        ("hours", "4.5", 4.5),
        ("hours", "约八", "约八"),
        ("cover", "87%", 87),
        ("cover", "８７％", 87),
        ("began", "９．１", "2026-09-01"),
        ("where", "党校 2 楼", "党校 2 楼"),
        ("hours", " ", None),
    ],
)
def test_typed_text_is_read_by_the_kind_of_question(item: str, typed: str, kept: Any) -> None:
    fields: dict[str, Any] = {f"figure.{item}": 1}
    give_text(ALL[item], fields, typed, TODAY)
    assert fields.get(f"figure.{item}") == kept


def test_a_time_is_read_however_it_is_written() -> None:
    arrived = Question(field="arrived", kind="clock", title="到达")
    fields: dict[str, Any] = {}
    for typed in ("9:05", "９：０５", "9点05分", "9.05", "0905"):
        give_text(arrived, fields, typed, TODAY)
        assert fields == {"arrived": "09:05"}


def test_figures_of_a_file_are_read_by_the_template() -> None:
    fields = {
        "figure.hours": "３６",
        "figure.began": "2026年9月1日",
        "figure.where": " 007 ",
        "answer.i0": {"verdict": "met"},
    }
    assert tidy_figures(TEMPLATE, fields) == {
        "figure.hours": 36,
        "figure.began": "2026-09-01",
        "figure.where": "007",
        "answer.i0": {"verdict": "met"},
    }


def test_the_count_names_what_is_missing() -> None:
    fields = {"answer.i0": {"verdict": "met"}, "answer.i1": {"verdict": "", "note": "只有备注"}, "figure.hours": 0}
    counts = tally(counted(template_parts(TEMPLATE, "farm", "zh")), fields)
    assert (counts.met, counts.partly, counts.unmet, counts.na) == (1, 0, 0, 0)
    assert [question.item for question in counts.missing] == ["i1", "i2"]
    assert counts.open == 6  # two verdicts and four figures that may stay open


def test_a_count_looks_at_none_of_the_persons_a_district_has() -> None:
    people = InspectionChoices(people=[(f"p-{number}", f"督导员{number}") for number in range(1_000)])
    few, many = (counted(inspection_parts(TEMPLATE, "farm", offered, "")) for offered in (InspectionChoices(), people))
    assert many == few
    assert tally(many, {}).missing == tuple(question for question in many if question.required)


def test_only_what_applies_to_the_category_is_asked() -> None:
    asked = [each.item for part in template_parts(TEMPLATE, "retired_branch", "en") for each in part.questions]
    assert "retired" in asked
    assert "retired" not in ALL


prose = st.text(st.characters(codec="utf-8"), max_size=80)


@given(verdict=st.sampled_from("1230"), note=prose)
def test_a_verdict_and_its_note_come_back_as_they_were_given(verdict: str, note: str) -> None:
    fields: dict[str, Any] = {}
    choose(ALL["i0"], fields, verdict)
    before = verdict_of(ALL["i0"], fields)
    give_text(ALL["i0"], fields, note, TODAY)
    assert verdict_of(ALL["i0"], fields) == before
    assert note_of(ALL["i0"], fields) == (note if note.strip() else "")
    assert typed_text(ALL["i0"], fields) == note_of(ALL["i0"], fields)


@given(st.one_of(st.integers(-(10**12), 10**12), st.decimals(0, 10**6, places=2).map(float)))
def test_a_number_comes_back_as_it_was_given(number: float) -> None:
    fields: dict[str, Any] = {}
    give_text(ALL["hours"], fields, number_text(number), TODAY)
    assert fields["figure.hours"] == number
    again: dict[str, Any] = {}
    give_text(ALL["hours"], again, typed_text(ALL["hours"], fields), TODAY)
    assert again == fields


@given(prose)
def test_running_text_is_kept_letter_by_letter(text: str) -> None:
    summary = Question(field="summary", kind="long", title="总体情况")
    fields: dict[str, Any] = {}
    give_text(summary, fields, text, TODAY)
    assert typed_text(summary, fields) == (text if text.strip() else "")


FLAG = Question(field="announced", kind="flag", title="事先通知")
CHOICE = Question(
    field="stage", kind="choice", title="阶段", choices=tuple(Choice(f"c{n}", f"第{n}") for n in range(10))
)
VERDICT = ALL["i0"]


@pytest.mark.parametrize(
    ("question", "digit", "kept"),
    [
        (FLAG, "1", True),
        (FLAG, "0", False),
        (FLAG, "2", ...),
        (CHOICE, "1", "c0"),
        (CHOICE, "9", "c8"),
        (CHOICE, "0", ...),
        (CHOICE, "10", ...),  # no digit
        (CHOICE, "x", ...),
        (VERDICT, "4", ...),
        (Question(field="n", kind="number", title="数"), "1", ...),
        (Question(field="n", kind="found", title="组", choices=CHOICE.choices), "1", ...),
    ],
)
def test_a_digit_answers_a_question_of_its_kind_alone(question: Question, digit: str, kept: Any) -> None:
    fields: dict[str, Any] = {}
    assert choose(question, fields, digit) is (kept is not ...)
    assert fields == ({} if kept is ... else {question.field: kept})


@pytest.mark.parametrize(
    ("question", "steps"),
    [
        (FLAG, [True, False, None, True]),
        (Question(field="s", kind="choice", title="阶段", choices=CHOICE.choices[:2]), ["c0", "c1", None, "c0"]),
    ],
)
def test_a_click_goes_on_to_the_next_answer_and_takes_the_last_away(question: Question, steps: list[Any]) -> None:
    fields: dict[str, Any] = {}
    for wanted in steps:
        assert step_on(question, fields)
        assert fields == ({} if wanted is None else {question.field: wanted})


@pytest.mark.parametrize("kind", ["found", "number", "line"])
def test_a_click_means_nothing_where_there_is_nothing_to_choose_from(kind: Any) -> None:
    fields: dict[str, Any] = {}
    choices = CHOICE.choices if kind == "found" else ()
    assert not step_on(Question(field="x", kind=kind, title="x", choices=choices), fields)
    assert fields == {}


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, ""), (False, ""), (36, "36"), (36.0, "36"), (4.5, "4.5"), ("党校", "党校"), ("", "")],
)
def test_an_editor_begins_with_the_value_as_text(value: Any, text: str) -> None:
    assert typed_text(ALL["where"], {"figure.where": value}) == text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("9点", "09:00"),
        ("9时05分", "09:05"),
        ("９．０５", "09:05"),
        ("0905", "09:05"),
        ("905", "905:00"),  # the check names it
        ("09055", "9055:00"),
        (" 上午 ", "上午"),
        ("9:xx", "9:xx"),
        ("x:05", "x:05"),
        ("0a05", "0a05"),
    ],
)
def test_a_time_is_read_or_kept_as_it_was_typed(typed: str, kept: str) -> None:
    fields: dict[str, Any] = {}
    give_text(Question(field="arrived", kind="clock", title="到达"), fields, typed, TODAY)
    assert fields == {"arrived": kept}


@pytest.mark.parametrize(
    ("kind", "kept"), [("line", "甲 é 乙"), ("long", " 甲\n e\u0301  乙 "), ("text", " 甲\n e\u0301  乙 ")]
)
def test_only_a_line_is_made_one(kind: Any, kept: str) -> None:
    fields: dict[str, Any] = {}
    give_text(Question(field="x", kind=kind, title="x"), fields, " 甲\n e\u0301  乙 ", TODAY)
    assert fields == {"x": kept}


def test_a_day_leans_the_way_its_question_says() -> None:
    for lean, day in (("past", "2025-12-01"), ("future", "2026-12-01")):
        fields: dict[str, Any] = {}
        give_text(Question(field="x", kind="date", title="x", lean=lean), fields, "12.1", TODAY)  # type: ignore[arg-type]
        assert fields == {"x": day}


@pytest.mark.parametrize(
    ("value", "verdict", "note"),
    [
        ({"verdict": "met", "note": "好"}, "met", "好"),
        ({"verdict": "good", "note": 7}, "", ""),
        ("met", "", ""),
        (None, "", ""),
    ],
)
def test_a_verdict_and_its_note_are_read_from_what_is_one_alone(value: Any, verdict: str, note: str) -> None:
    fields = {"answer.i0": value}
    assert (verdict_of(VERDICT, fields), note_of(VERDICT, fields)) == (verdict, note)


COMPUTING = read_template(
    document(0)
    | {
        "sections": [
            {
                "id": "s",
                "title": words("数据", "Figures"),
                "items": [
                    {"id": each, "kind": "number", "title": words(each, each), "required": False} for each in ("a", "b")
                ]
                + [
                    {"id": "whole", "kind": "number", "title": words("和", "sum"), "sum": ["a", "b"]},
                    {"id": "share", "kind": "percentage", "title": words("率", "share"), "part": "a", "of": "b"},
                ],
            }
        ],
    }
)


def test_figures_that_follow_from_others_are_filled_in_and_taken_away() -> None:
    fields: dict[str, Any] = {"figure.a": 1, "figure.b": 4}
    assert compute(COMPUTING, fields) == ["figure.whole", "figure.share"]
    assert fields == {"figure.a": 1, "figure.b": 4, "figure.whole": 5, "figure.share": 25.0}
    assert compute(COMPUTING, fields) == []
    fields["figure.b"] = 0
    assert compute(COMPUTING, fields) == ["figure.whole", "figure.share"]
    assert fields == {"figure.a": 1, "figure.b": 0, "figure.whole": 1}


def test_figures_of_a_file_that_follow_from_others_are_filled_in_where_they_are_not_said() -> None:
    given = {"figure.a": "１", "figure.b": 4}
    assert tidy_figures(COMPUTING, given) == {"figure.a": 1, "figure.b": 4, "figure.whole": 5, "figure.share": 25.0}
    assert tidy_figures(COMPUTING, given | {"figure.whole": 9})["figure.whole"] == 9  # the check names it
    assert tidy_figures(COMPUTING, {"figure.a": 1}) == {"figure.a": 1}
    assert given == {"figure.a": "１", "figure.b": 4}


def test_a_file_for_an_item_that_is_not_asked_is_kept_for_none() -> None:
    asked, other, none = (f"attachment.{sign * 64}" for sign in "abc")
    fields = {
        asked: {"name": "a", "item": "i0"},
        other: {"name": "b", "item": "gone"},
        none: {"name": "c"},
        "summary": "好",
    }
    kept = files_kept(fields, template_parts(TEMPLATE, "farm", "zh"))
    assert kept == fields | {other: {"name": "b"}}
    assert fields[other] == {"name": "b", "item": "gone"}
