"""A form's rows without a screen: where the cursor may go, and what an answer changes on the page."""

from __future__ import annotations

import time
from typing import Any

import pytest

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


ITEM = Question(field="figure.a", kind="number", title="甲", item="a", required=False)
MUST = Question(field="title", kind="line", title="乙", required=True)
MAY = Question(field="topics", kind="long", title="丙")
PAPER = Question(field="figure.p", kind="attachment", title="丁", item="p")
PAPER_WANTED = Question(field="figure.q", kind="attachment", title="戊", item="q", required=True)
COMPUTED = Question(field="figure.s", kind="number", title="己", item="s", computed=True)


def _of(*questions: Question, **fields: Any) -> Sheet:
    sheet = Sheet([Part(id="a", title="检查", questions=questions)], fields, {})
    sheet.lay(80)
    return sheet


def test_a_heading_has_no_question_and_nothing_stands_beyond_the_end() -> None:
    sheet = _of(MUST)
    assert [sheet.question_at(place) for place in range(3)] == [None, MUST, None]


def test_the_cursor_goes_no_further_than_the_last_row() -> None:
    sheet = _of(MUST)
    assert sheet.holding(1, 1) == 1
    assert sheet.holding(2, 1) is None
    assert _of().holding(0, 1) is None


@pytest.mark.parametrize(
    ("questions", "fields", "held", "wanted"),
    [
        ((MUST, MAY), {}, 0, 1),
        ((MAY, MUST), {}, 0, 2),  # what must be answered comes before what may be
        ((MAY, ITEM), {}, 0, 2),  # an item of the checklist, too
        ((MAY, PAPER), {}, 0, 1),  # but a file only where it must be there
        ((MAY, PAPER_WANTED), {}, 0, 2),
        ((MAY, COMPUTED), {}, 0, 1),  # and nothing that is computed
        ((MUST, MAY), {"title": "x"}, 1, 2),
        ((MAY, MUST), {"title": "x"}, 1, None),  # what may stay empty is not gone back to
        ((MUST, ITEM), {"title": "x"}, 2, 2),  # what is wanted is
    ],
)
def test_the_next_open_row_is_the_next_that_wants_an_answer(
    questions: tuple[Question, ...], fields: dict[str, Any], held: int, wanted: int | None
) -> None:
    assert _of(*questions, **fields).next_open(held) == wanted


def test_a_part_is_found_by_the_field_it_asks_for() -> None:
    sheet = _sheet()
    assert sheet.part_of("topics") is sheet.parts[1]
    assert sheet.part_of("answer.i2") is sheet.parts[0]
    assert sheet.part_of("weather") is None


def test_rows_take_their_lines_one_below_the_other() -> None:
    sheet = _sheet()
    assert [sheet.lines_at(place) for place in range(5)] == [*(range(n, n + 1) for n in range(4)), range(4, 6)]
    assert (sheet.row_at(4), sheet.row_at(5), sheet.height) == (4, 4, 6)


def test_a_part_that_stands_open_is_drawn_so() -> None:
    sheet = _sheet()
    assert sheet.lines(4)[1][0].text.startswith("+ ")
    sheet.toggle(sheet.parts[1])
    sheet.lay(80)
    assert sheet.lines(4)[1][0].text.startswith("- ")
    sheet.toggle(sheet.parts[1])
    assert len(sheet.rows) == 5


def test_a_field_touches_no_row_of_another_part() -> None:
    sheet = _sheet()
    sheet.toggle(sheet.parts[1])
    sheet.lay(80)
    assert sheet.touched("topics") == [4, 5]
    assert sheet.touched("weather") == []


def test_rows_are_laid_out_once_they_have_a_width_of_at_least_the_narrowest() -> None:
    sheet = Sheet([Part(id="a", title="检查", questions=(MUST,))], {"title": "学习记录" * 5}, {})
    assert not sheet.is_laid
    sheet.lay(3)
    assert sheet.is_laid
    narrow = sheet.lines(1)
    sheet.lay(20)
    assert sheet.lines(1) == narrow
    sheet.lay(22)
    assert sheet.lines(1) != narrow
