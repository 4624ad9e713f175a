"""From keys and typed text to a record's fields, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.answers import (
    choose,
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
from supervisor_tui.forms.questions import Question, counted, tally, template_parts
from tests.supervisor_tui.checklists import template

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
