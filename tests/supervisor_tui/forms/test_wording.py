"""A form in words: its faults field by field, and the record as it will be kept."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.forms.questions import Choice, Part, Question
from supervisor_tui.forms.wording import Line, fault_words, record_lines
from sync.model.validation import Fault

CHOICE = Question(field="stage", kind="choice", title="阶段", choices=(Choice("study", "学习"), Choice("x", "其他")))
PARTS = [Part(id="p", title="检查", questions=(CHOICE,))]


@pytest.mark.parametrize(
    ("kind", "fault", "with_ids", "wanted"),
    [
        # the words of the question, then of the catalogue, then the value itself
        (
            "inspection",
            Fault(field="stage", code="not_choice", wanted="study, x, review, q"),
            False,
            "学习, 其他, review, q",
        ),
        ("inspection", Fault(field="stage", code="not_choice", wanted="study, q"), True, "study 学习, q"),
        ("gate", Fault(field="decision", code="not_choice", wanted="pass, make_up"), True, "pass 通过, make_up 补课"),
        ("gate", Fault(field="decision", code="not_choice", wanted="pass, make_up"), False, "pass, make_up"),
        ("inspection", Fault(field="answer.x", code="not_answer", wanted="met, na"), False, "达标, 不适用"),
        ("inspection", Fault(field="answer.x", code="not_answer", wanted="met, na"), True, "met 达标, na 不适用"),
        ("inspection", Fault(field="stage", code="other_stage", wanted="review"), False, "分析评议"),
        ("inspection", Fault(field="x", code="not_day", wanted="2026-09-18"), False, "2026-09-18"),
    ],
)
def test_what_would_be_right_is_said_in_words(kind: str, fault: Fault, with_ids: bool, wanted: str) -> None:
    said = fault_words(kind, fault, PARTS, with_ids=with_ids)[1]
    assert wanted in said


def test_the_values_of_a_choice_are_said_to_scripts_alone() -> None:
    fault = Fault(field="stage", code="not_choice", wanted="study")
    assert fault_words("inspection", fault, PARTS) == fault_words("inspection", fault, PARTS, with_ids=False)


@pytest.mark.parametrize("code", ["more_than", "sum_more_than", "together"])
def test_figures_that_belong_together_are_called_by_their_names(code: str) -> None:
    fault = Fault(field="retired", code=code, wanted="members, laid_off 5")
    said = fault_words("count", fault, [])[1]
    names = [fault_words("count", Fault(field=field, code="required"), [])[0] for field in ("members", "laid_off")]
    assert f"{names[0]} {names[1]} 5" in said
    assert names[0] != "members"
    plain = fault_words("count", Fault(field="retired", code="out_of_range", wanted="members"), [])[1]
    assert "members" in plain


def test_a_field_is_called_as_the_form_calls_it_else_as_the_kind_does() -> None:
    fault = Fault(field="stage", code="required")
    assert fault_words("inspection", fault, [Part(id="p", title="x", questions=(CHOICE,))])[0] == "阶段"
    renamed = Question(field="stage", kind="choice", title="现在的\n阶段")
    assert fault_words("inspection", fault, [Part(id="p", title="x", questions=(renamed,))])[0] == "现在的 阶段"


FILE = {f"attachment.{'a' * 64}": {"name": "方案.pdf", "size": 10, "item": "plan"}}


@pytest.mark.parametrize(
    ("question", "fields", "line"),
    [
        (
            Question(field="answer.x", kind="verdict", title="计划", item="x"),
            {"answer.x": {"verdict": "unmet", "note": " 没有签字 "}},
            Line("计划", "未达", "没有签字", counted=True),
        ),
        (Question(field="x", kind="line", title="甲\n乙"), {"x": "好"}, Line("甲 乙", "好")),
        (Question(field="x", kind="long", title="甲"), {"x": "好"}, Line("甲", "", "好")),
        (Question(field="x", kind="text", title="甲"), {"x": "好"}, Line("甲", "", "好")),
        (Question(field="x", kind="line", title="甲"), {"x": "好\n坏"}, Line("甲", "", "好\n坏")),
        (
            Question(field="figure.plan", kind="attachment", title="方案", item="plan"),
            FILE,
            Line("方案", "1 个文件", "方案.pdf  10 B", counted=True),
        ),
    ],
)
def test_an_answer_is_a_line_of_the_record(question: Question, fields: dict[str, Any], line: Line) -> None:
    assert record_lines([Part(id="p", title="检\n查", questions=(question,))], fields) == [Line("检 查"), line]


def test_what_is_not_answered_is_left_out_with_its_part() -> None:
    asked = (Question(field="a", kind="line", title="甲"), Question(field="b", kind="line", title="乙"))
    parts = [Part(id="p", title="检查", questions=asked), Part(id="q", title="其他", questions=(CHOICE,))]
    assert record_lines(parts, {"b": "好"}) == [Line("检查"), Line("乙", "好")]
    assert record_lines(parts, {}) == []
