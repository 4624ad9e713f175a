"""A form's rows without a screen: where the cursor may go, and what an answer changes on the page."""

from __future__ import annotations

import time
from typing import Any

from supervisor_tui.forms.questions import Part, Question
from supervisor_tui.forms.sheet import Sheet


def _sheet(fields: dict[str, Any] | None = None) -> Sheet:
    asked = tuple(Question(field=f"answer.i{n}", kind="verdict", title=f"第{n}项", item=f"i{n}") for n in range(3))
    more = (Question(field="topics", kind="long", title="主题"),)
    parts = [
        Part(id="a", title="检查", questions=asked),
        Part(id="b", title="其他", questions=more, folded=True, summary="可不填"),
    ]
    sheet = Sheet(parts, {} if fields is None else fields, {})
    sheet.lay(80)
    return sheet


def test_the_cursor_stands_on_questions_and_on_headings_that_fold() -> None:
    sheet = _sheet()
    assert [sheet.can_hold(place) for place in range(len(sheet.rows))] == [False, True, True, True, True]
    assert sheet.holding(0, 1) == 1
    assert sheet.holding(0, -1) is None


def test_the_next_open_question_is_below_then_from_the_top_then_none() -> None:
    fields: dict[str, Any] = {"answer.i1": {"verdict": "met"}}
    sheet = _sheet(fields)
    assert sheet.next_open(1) == 3
    assert sheet.next_open(3) == 1
    fields |= {"answer.i0": {"verdict": "met"}, "answer.i2": {"verdict": "na"}}
    assert sheet.next_open(1) is None


def test_opening_a_part_shows_its_questions() -> None:
    sheet = _sheet()
    rows = len(sheet.rows)
    sheet.toggle(sheet.parts[1])
    sheet.lay(80)
    assert sheet.place_of("topics") == rows
    assert sheet.row_at(sheet.height - 1) == rows


def test_an_answer_touches_its_row_and_the_heading_that_counts() -> None:
    fields: dict[str, Any] = {}
    sheet = _sheet(fields)
    before = sheet.lines(2)
    fields["answer.i1"] = {"verdict": "unmet", "note": "没有"}
    assert sheet.lines(2) == before
    assert sheet.touched("answer.i1") == [0, 2]
    assert sheet.lines(2) != before
    assert sheet.fits(0)
    assert not sheet.fits(2)


def test_a_part_of_thousands_of_questions_opens_at_once() -> None:
    people = tuple(Question(field=f"inspector.p-{n}", kind="flag", title=f"督导员{n}") for n in range(5_000))
    sheet = Sheet([Part(id="visit", title="检查情况", questions=people, folded=True)], {}, {})
    sheet.toggle(sheet.parts[0])
    begun = time.process_time()
    sheet.lay(80)
    assert time.process_time() - begun < 2.0  # 25 million names would be read if each row read them all
    assert sheet.lines(5_000)[0][0].text.startswith("督导员4999")
