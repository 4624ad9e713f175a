"""How a form stands in lines: exact cells, at any width."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.kinds import InspectionChoices, follow_up_parts, inspection_parts, note_parts, plain_parts
from supervisor_tui.forms.layout import MARK, Page, Row, height, lines_of, rows_of, value_shown, value_text
from supervisor_tui.forms.questions import Choice, Part, Question
from supervisor_tui.forms.sentences import sentence_at
from supervisor_tui.terminal.text import cells
from tests.supervisor_tui.checklists import template

PARTS = inspection_parts(
    template(9), "retired_branch", InspectionChoices(people=[("p-1", "张三")]), "2026-09-18  学习动员"
)
LAST = {"answer.i0": {"verdict": "na"}, "figure.hours": 12, "figure.where": "党校" * 30}
EVERY_FORM = [PARTS, note_parts(), follow_up_parts(), plain_parts("count"), plain_parts("survey"), plain_parts("gate")]


def drawn(parts: list[Part], fields: dict[str, Any], width: int, last: dict[str, Any] | None = None) -> list[str]:
    page = Page(fields=fields, last=last or {}, width=width)
    lines = []
    for row in rows_of(parts, {part.id for part in parts}):
        spans = lines_of(row, page, opened=True)
        assert len(spans) == height(row, page)
        lines += ["".join(text for text, _ in line) for line in spans]
    return lines


@given(
    width=st.integers(40, 200),
    note=st.text(st.characters(codec="utf-8"), max_size=300),
    form=st.sampled_from(EVERY_FORM),
)
def test_no_line_is_wider_than_the_screen_and_heights_are_what_is_drawn(
    width: int, note: str, form: list[Part]
) -> None:
    fields: dict[str, Any] = {"answer.i1": {"verdict": "unmet", "note": note}, "summary": note, "figure.where": note}
    fields |= {"title": note, "detail": note, "topics": note, "why": note}
    for line in drawn(form, fields, width, LAST if form is PARTS else None):
        assert cells(line) <= width - MARK


def test_the_last_visit_stands_beside_and_is_never_filled_in() -> None:
    fields: dict[str, Any] = {}
    line = next(line for line in drawn(PARTS, fields, 100, LAST) if "学习计划有安排有记录 0" in line)
    assert line.startswith("--")
    assert line.endswith("上次 不适用")
    assert fields == {}


def test_a_folded_part_shows_its_summary_only() -> None:
    rows = rows_of(PARTS, set())
    assert [row.question for row in rows if row.part.id == "visit"] == [None]
    shown = lines_of(rows[0], Page(fields={}, last={}, width=80))
    assert "2026-09-18 学习动员" in "".join(text for text, _ in shown[0])


def test_a_sentence_is_what_stands_around_the_caret() -> None:
    text = "上午看了学习。白天生产忙，建议改晚间；\n已同意！"
    assert sentence_at(text, 3) == "上午看了学习"
    assert sentence_at(text, text.index("建议")) == "白天生产忙，建议改晚间"
    assert sentence_at(text, len(text)) == "已同意！"
    assert sentence_at("写完了。\n\n", 6) == "写完了"
    assert sentence_at("", 0) == ""


@given(st.text(max_size=120), st.integers(0, 130))
def test_any_text_has_a_sentence_if_it_has_words(text: str, offset: int) -> None:
    found = sentence_at(text, offset)
    assert found in text


ITEM = Question(field="answer.x", kind="verdict", title="计划", item="x", required=True)
FIGURE = Question(field="figure.n", kind="number", title="学时", item="n", unit="小时")
LINE = Question(field="title", kind="line", title="题目", required=True)
LONG = Question(field="topics", kind="long", title="主题")
FILE = Question(field="figure.p", kind="attachment", title="方案", item="p")
FILES = {f"attachment.{sign * 64}": {"name": f"{sign}.pdf", "size": 2048, "item": "p"} for sign in "ab"}
CHOICES = (Choice("a", "小组"), Choice("1", "集中"))


def asked(**more: Any) -> Question:
    return Question(**({"field": "x", "kind": "line", "title": "甲"} | more))


def spans(question: Question, fields: dict[str, Any], width: int = 60, **more: Any) -> list[list[tuple[str, str]]]:
    """What a question is drawn as, without what all roles begin with."""
    page = Page(fields=fields, last=more.pop("last", {}), width=width, **more)
    drawn = lines_of(Row(Part(id="p", title="检查", questions=(question,)), question, label=4), page)
    return [[(text, role.removeprefix("checklist--")) for text, role in line] for line in drawn]


@pytest.mark.parametrize(
    ("question", "fields", "shown", "role"),
    [
        (ITEM, {}, "--", "missing"),
        (FIGURE, {}, "--", "last"),
        (ITEM, {"answer.x": {"verdict": "partly"}}, "基本", "partly"),
        (ITEM, {"answer.x": {"verdict": "good"}}, "?", "unmet"),  # of another version
        (FIGURE, {"figure.n": 36.0}, "36 小时", "value"),
        (FIGURE, {"figure.n": 4.5}, "4.5 小时", "value"),
        (asked(kind="number"), {"x": 7}, "7", "value"),
        (asked(kind="text"), {"x": "好"}, "已填", "value"),
        (asked(), {"x": "五个字多一"}, "五个字多一", "value"),  # ten cells
        (asked(), {"x": "五个字多一1"}, "已填", "value"),
        (asked(), {"x": "好\n坏"}, "好 坏", "value"),
        (asked(kind="flag"), {"x": True}, "是", "value"),
        (asked(kind="flag"), {"x": False}, "否", "value"),
        (asked(kind="choice", choices=CHOICES), {"x": "a"}, "小组", "value"),
        (asked(kind="choice", choices=CHOICES), {"x": 1}, "集中", "value"),
        (asked(kind="choice", choices=CHOICES), {"x": "z"}, "z", "value"),
        (asked(kind="found", choices=CHOICES), {"x": "a"}, "小组", "value"),
        (FILE, FILES, "2 个文件", "value"),
        (FILE, {"figure.p": "已附"}, "已附", "value"),
        (asked(kind="line", item="p", field="figure.p"), FILES | {"figure.p": "x"}, "x", "value"),
    ],
)
def test_an_answer_stands_in_its_column(question: Question, fields: dict[str, Any], shown: str, role: str) -> None:
    assert value_shown(question, fields) == (shown, f"checklist--{role}")


@pytest.mark.parametrize(
    ("question", "fields", "whole"),
    [
        (FILE, FILES, "a.pdf  2 KB\nb.pdf  2 KB"),
        (FILE, {}, ""),
        (ITEM, {"answer.x": {"verdict": "met", "note": "好"}}, "达标"),
        (ITEM, {"answer.x": {"verdict": "", "note": "好"}}, ""),
        (asked(), {}, ""),
        (asked(), {"x": "好\n坏"}, "好\n坏"),
    ],
)
def test_an_answer_is_said_whole_below(question: Question, fields: dict[str, Any], whole: str) -> None:
    assert value_text(question, fields) == whole


def test_a_field_stands_behind_its_name() -> None:
    assert spans(LINE, {"title": "好"}) == [[("题目  ", "note"), ("好", "value")]]
    assert spans(LINE, {}) == [[("题目  ", "open"), ("--", "missing")]]
    assert spans(LONG, {}) == [[("主题  ", "open"), ("-- (可不填)", "last")]]
    found = asked(kind="found", title="小组", hint="按名字找", required=True)
    assert spans(found, {}) == [[("小组  ", "open"), ("-- 按名字找", "missing")]]
    assert spans(LINE, {"title": "a\x1bb"})[0][1] == ("a?b", "value")


@pytest.mark.parametrize(("cells_of_text", "lines"), [(31, 1), (32, 2)])  # 40 - 2 for the mark, 4 + 2 for the name, 1
def test_a_field_s_text_goes_on_below_itself(cells_of_text: int, lines: int) -> None:
    drawn_as = spans(LONG, {"topics": "x" * cells_of_text}, 40)
    assert len(drawn_as) == lines
    assert [line[0][0] for line in drawn_as[1:]] == ["      x"][: lines - 1]


@pytest.mark.parametrize(("lines", "last"), [(4, "4"), (5, "4 ..")])
def test_a_field_s_text_is_cut_after_its_fourth_line(lines: int, last: str) -> None:
    drawn_as = spans(LONG, {"topics": "\n".join(str(n + 1) for n in range(lines))})
    assert (len(drawn_as), drawn_as[-1][-1][0].strip()) == (4, last)


def test_an_item_stands_behind_its_answer() -> None:
    assert spans(ITEM, {}) == [[("--         ", "missing"), ("计划", "open")]]
    assert spans(ITEM, {"answer.x": {"verdict": "met"}}) == [[("达标       ", "met"), ("计划", "answered")]]
    assert spans(FIGURE, {}) == [[("--         ", "last"), ("学时 (可不填)", "answered")]]
    noted = spans(ITEM, {"answer.x": {"verdict": "unmet", "note": " 没有签字 "}})
    assert noted[1:] == [[("            没有签字", "note")]]


@pytest.mark.parametrize(
    ("more", "followed", "words"),
    [
        ({"gate": True, "required": True}, (), "甲 [关口]"),
        ({"required": True}, ("x",), "甲 [已转事项]"),
        ({"required": True}, ("y",), "甲"),
        ({"computed": True}, (), "甲 (自动算)"),
        ({"gate": True}, ("x",), "甲 [关口] [已转事项] (可不填)"),
    ],
)
def test_an_item_s_words_say_what_it_is(more: dict[str, Any], followed: tuple[str, ...], words: str) -> None:
    ((_, said),) = spans(asked(item="x", **more), {}, followed=frozenset(followed))
    assert said[0] == words


@pytest.mark.parametrize(("width", "lines"), [(47, 1), (46, 2)])
def test_an_item_s_words_have_what_the_mark_and_the_answer_leave(width: int, lines: int) -> None:
    drawn_as = spans(asked(item="x", required=True, title="字" * 17), {}, width)
    assert len(drawn_as) == lines
    assert [line[0][0] for line in drawn_as[1:]] == [" " * 11 + "字"][: lines - 1]


@pytest.mark.parametrize(("width", "lines"), [(59, 1), (58, 2)])
def test_the_last_visit_takes_twelve_cells_more(width: int, lines: int) -> None:
    drawn_as = spans(asked(item="x", required=True, title="字" * 17), {}, width, last={"x": "好"})
    assert len(drawn_as) == lines
    assert drawn_as[0][-1] == ("     上次 好", "last")
    assert len(spans(asked(item="x", title="甲"), {}, 80, last={"y": "好"})[0]) == 2


@pytest.mark.parametrize(("width", "lines"), [(48, 1), (47, 2)])
def test_a_note_has_a_cell_less_than_the_words(width: int, lines: int) -> None:
    drawn_as = spans(ITEM, {"answer.x": {"verdict": "met", "note": "字" * 17}}, width)
    assert len(drawn_as) == 1 + lines


@pytest.mark.parametrize(("lines", "last"), [(4, "4"), (5, "4 ..")])
def test_a_note_is_cut_after_its_fourth_line(lines: int, last: str) -> None:
    drawn_as = spans(ITEM, {"answer.x": {"verdict": "met", "note": "\n".join(str(n + 1) for n in range(lines))}})
    assert (len(drawn_as), drawn_as[-1][0][0].strip()) == (5, last)


@pytest.mark.parametrize(
    ("question", "fields", "below"),
    [
        (asked(item="x", kind="text"), {"x": "好"}, ["好"]),
        (asked(item="x"), {"x": "五个字多一"}, []),
        (asked(item="x"), {"x": "五个字多一1"}, ["五个字多一1"]),
        (asked(item="x"), {}, []),
        (FILE, FILES, ["a.pdf  2 KB", "b.pdf  2 KB"]),
    ],
)
def test_what_is_too_long_for_its_column_stands_below(
    question: Question, fields: dict[str, Any], below: list[str]
) -> None:
    assert [line[0][0].strip() for line in spans(question, fields)[1:]] == below


def heading(part: Part, fields: dict[str, Any], width: int = 40, *, opened: bool = False) -> list[str]:
    (line,) = lines_of(Row(part, first=True), Page(fields=fields, last={}, width=width), opened=opened)
    return [text for text, _ in line]


def test_a_heading_counts_what_is_answered() -> None:
    part = Part(id="p", title="检查\n情况", questions=(LINE, LONG))
    assert heading(part, {"title": "x"}) == [
        "检查 情况",
        f" {'─' * 23} ",
        "1/2",
    ]  # 40 - 2 - 9 - 2, less the count and 1
    assert heading(part, {}, 10) == ["检查 情况", "  ", "0/2"]
    folded = Part(id="p", title="检查", questions=(LINE,), folded=True, summary="9月18日\n学习动员")
    assert heading(folded, {}, opened=True)[::2] == ["- 检查", "0/1"]
    assert heading(folded, {}) == ["+ 检查", "  9月18日 学习动员"]
    assert heading(folded, {}, 20) == ["+ 检查", "  9月18日 .."]


def test_a_heading_takes_two_lines_but_at_the_top() -> None:
    part = Part(id="p", title="检查", questions=(LINE,))
    first, other = rows_of([part, part], set())[::2]
    page = Page(fields={}, last={}, width=40)
    assert (height(first, page), height(other, page)) == (1, 2)
    assert lines_of(other, page)[0] == []


@pytest.mark.parametrize(("name", "label"), [(30, 30), (31, 30), (3, 3)])
def test_the_names_of_a_part_take_the_widest_one_s_cells_up_to_thirty(name: int, label: int) -> None:
    part = Part(id="p", title="检查", questions=(asked(title="x" * name), asked(title="x")))
    assert [row.label for row in rows_of([part], set())] == [0, label, label]
    assert [row.question for row in rows_of([part], set())][1:] == list(part.questions)


def test_a_narrow_page_leaves_ten_cells_for_words() -> None:
    narrow = Page(fields={}, last={}, width=5)
    assert (narrow.wording, narrow.note) == (10, 10)
