"""The judgement before an inspection is kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.checks import inspection_faults, item_fault, question_fault
from supervisor_tui.forms.kinds import InspectionChoices, inspection_parts
from supervisor_tui.forms.questions import Choice, Question
from supervisor_tui.forms.wording import fault_words, record_lines
from supervisor_tui.locale import set_language
from sync.model.templates import Item, Option, Wording, read_template
from sync.model.validation import Fault
from tests.supervisor_tui.checklists import document, template
from tests.supervisor_tui.forms.test_answers import COMPUTING

TEMPLATE = template(2)
GOOD: dict[str, Any] = {
    "visited_on": "2026-09-18",
    "stage": "study",
    "template": "t-1",
    "group": "g-1",
    "inspector.p-1": True,
    "answer.i0": {"verdict": "met"},
    "answer.i1": {"verdict": "unmet", "note": "没有签字"},
    "figure.hours": 36,
    "summary": "学习有安排。",
}


def codes(**changed: Any) -> dict[str, str]:
    fields = GOOD | {name.replace("__", "."): value for name, value in changed.items()}
    kept = {name: value for name, value in fields.items() if value is not ...}
    return {fault.field: fault.code for fault in inspection_faults(TEMPLATE, "farm", kept)}


def test_a_whole_inspection_has_no_fault() -> None:
    assert codes() == {}


def test_required_items_and_fields_are_named_in_the_checklist_s_order() -> None:
    faults = inspection_faults(TEMPLATE, "farm", {"stage": "study", "template": "t-1", "group": "g-1"})
    assert [fault.field for fault in faults] == ["visited_on", "answer.i0", "answer.i1", "figure.hours", "summary"]
    assert {fault.code for fault in faults} == {"required"}


def test_a_note_without_a_verdict_still_owes_the_verdict() -> None:
    assert codes(answer__i0={"verdict": "", "note": "待核"}) == {"answer.i0": "required"}


def test_figures_keep_to_their_range() -> None:
    assert codes(figure__hours=201) == {"figure.hours": "out_of_range"}
    assert codes(figure__hours=-1) == {"figure.hours": "out_of_range"}
    assert codes(figure__cover="１０１％") == {"figure.cover": "out_of_range"}
    assert codes(figure__cover=100) == {}
    assert codes(figure__hours="很多") == {"figure.hours": "not_number"}
    assert codes(figure__hours=True) == {"figure.hours": "not_number"}


def test_choices_and_days_keep_to_what_is_offered() -> None:
    assert codes(figure__form="alone") == {"figure.form": "not_choice"}
    assert codes(figure__form="group") == {}
    assert codes(figure__began="9月31日") == {"figure.began": "not_day"}
    assert codes(figure__began="2026年9月1日") == {}


def test_items_that_were_not_asked_are_named() -> None:
    assert codes(answer__nothing={"verdict": "met"}) == {"answer.nothing": "unknown_item"}
    assert codes(answer__retired={"verdict": "met"}) == {"answer.retired": "unknown_item"}
    assert codes(weather="好") == {"weather": "unknown_field"}


def test_a_checklist_of_another_stage_is_refused() -> None:
    assert codes(stage="review") == {"stage": "other_stage"}


def test_an_answer_is_never_both_a_figure_and_a_verdict() -> None:
    assert codes(answer__i0="met") == {"answer.i0": "not_answer"}
    assert codes(answer__i0={"verdict": "good"}) == {"answer.i0": "not_answer"}


def test_faults_are_said_in_words_with_what_would_be_right() -> None:
    parts = inspection_parts(TEMPLATE, "farm", InspectionChoices(), "")
    bad = GOOD | {"figure.form": "alone", "figure.hours": 300, "stage": "review", "answer.i0": {"verdict": "good"}}
    said = dict(fault_words("inspection", fault, parts) for fault in inspection_faults(TEMPLATE, "farm", bad))
    assert "小组, 集中" in said["学习形式"]
    assert "0-200" in said["集中学习学时"]
    assert "达标, 基本, 未达, 不适用" in said["学习计划有安排有记录 0"]
    assert "学习动员" in said["阶段"]


def test_every_fault_has_words_in_both_languages() -> None:
    bad: dict[str, Any] = {
        "visited_on": "nie",
        "stage": 3,
        "arrived": "25:00",
        "answer.i0": 1,
        "figure.form": "x",
        "x": 1,
    }
    for language in ("zh", "en"):
        set_language(language)
        parts = inspection_parts(TEMPLATE, "farm", InspectionChoices(), "")
        for fault in inspection_faults(TEMPLATE, "farm", bad):
            title, said = fault_words("inspection", fault, parts)
            assert title
            assert not said.startswith("fault.")
            assert "{" not in said
    set_language("zh")


def test_the_record_in_words_holds_every_answer_and_nothing_that_acts() -> None:
    parts = inspection_parts(TEMPLATE, "farm", InspectionChoices(people=[("p-1", "张三")]), "")
    hostile = GOOD | {"summary": "看\x1b[31m红[bold]字[/]\u202e倒"}
    lines = record_lines(parts, hostile)
    shown = "\n".join(f"{line.title} {line.value} {line.note}" for line in lines)
    for words in ("达标", "未达", "没有签字", "36", "[bold]字[/]", "张三"):
        assert words in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=20)),
    lambda inner: st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
names = st.one_of(
    st.sampled_from([*GOOD, "figure.form", "figure.began", "answer.", "figure.x y"]), st.text(max_size=12)
)


@given(st.dictionaries(names, values, max_size=8))
def test_no_fields_break_the_judgement_and_each_field_is_named_once(fields: dict[str, Any]) -> None:
    faults = inspection_faults(TEMPLATE, "farm", GOOD | fields)
    assert len({fault.field for fault in faults}) == len(faults)


PAPERS = read_template(document(1, papers=True))
COMPUTED = Item(id="sum", title=Wording(zh="和", en="sum"), kind="number", sum=("a", "b"))
TITLE = Wording(zh="数", en="figure")
OPTIONS = (Option(id="1", title=TITLE), Option(id="b", title=TITLE))
ABOUT: dict[str, Any] = {"id": "x", "title": TITLE, "required": False}


@pytest.mark.parametrize(
    ("item", "value", "wanted"),
    [
        (Item(**ABOUT, kind="number", minimum=0, maximum=200), 0, None),
        (Item(**ABOUT, kind="number", minimum=0, maximum=200), 200, None),
        (Item(**ABOUT, kind="number", minimum=0, maximum=200), 200.5, ("out_of_range", "0-200")),
        (Item(**ABOUT, kind="number", minimum=0, maximum=200), -0.5, ("out_of_range", "0-200")),
        (Item(**ABOUT, kind="number", minimum=3), 3, None),
        (Item(**ABOUT, kind="number", minimum=3), 2, ("out_of_range", ">= 3")),
        (Item(**ABOUT, kind="number", maximum=3), 3, None),
        (Item(**ABOUT, kind="number", maximum=3), 4, ("out_of_range", "<= 3")),
        (Item(**ABOUT, kind="number"), -(10**9), None),
        (Item(**ABOUT, kind="number"), "7", ("not_number", "")),
        (Item(**ABOUT, kind="number"), False, ("not_number", "")),
        (Item(**ABOUT, kind="percentage"), 0, None),
        (Item(**ABOUT, kind="percentage"), 100, None),
        (Item(**ABOUT, kind="percentage"), -1, ("out_of_range", "0-100")),
        (Item(**ABOUT, kind="percentage"), 101, ("out_of_range", "0-100")),
        (Item(**ABOUT, kind="percentage", maximum=150), 150, None),
        (Item(**ABOUT, kind="percentage", minimum=-5), -5, None),
        (Item(**ABOUT, kind="choice", options=OPTIONS), "b", None),
        (Item(**ABOUT, kind="choice", options=OPTIONS), 1, None),  # a csv's 1
        (Item(**ABOUT, kind="choice", options=OPTIONS), "c", ("not_choice", "1, b")),
        (Item(**ABOUT, kind="date"), "2026-02-28", None),
        (Item(**ABOUT, kind="date"), "2026-02-29", ("not_day", "2026-09-18")),
        (Item(**ABOUT, kind="date"), "20260228", ("not_day", "2026-09-18")),
        (Item(**ABOUT, kind="date"), 20260228, ("not_day", "2026-09-18")),
        (Item(**ABOUT, kind="text"), "x", None),
        (Item(**ABOUT, kind="text"), " ", ("required", "")),  # blank where there should be nothing at all
        (Item(**ABOUT, kind="text"), "", None),
        (Item(**ABOUT), {"verdict": ""}, ("required", "")),
        (Item(**ABOUT), {}, None),
        (Item(**(ABOUT | {"required": True})), None, ("required", "")),
        (COMPUTED, None, None),
        (COMPUTED, "x", ("not_number", "")),
    ],
)
def test_an_answer_is_judged_by_its_item(item: Item, value: Any, wanted: tuple[str, str] | None) -> None:
    fault = item_fault(item, value)
    assert (None if fault is None else (fault.code, fault.wanted)) == wanted
    assert fault is None or fault.field == item.field


@pytest.mark.parametrize(
    ("typed", "code"), [("00:00", ""), ("23:59", ""), ("24:00", "not_clock"), ("9:30", "not_clock"), (930, "not_clock")]
)
def test_a_time_is_judged_while_it_is_typed(typed: Any, code: str) -> None:
    fault = question_fault(Question(field="arrived", kind="clock", title="到达"), typed)
    assert ("" if fault is None else fault.code) == code


def test_a_choice_is_judged_while_it_is_typed_and_nothing_is_no_fault() -> None:
    question = Question(field="stage", kind="choice", title="阶段", choices=(Choice("study", "学习"),))
    assert question_fault(question, None) is None
    assert question_fault(question, "study") is None
    assert question_fault(question, "x") == Fault(field="stage", code="not_choice", wanted="study")


FILE, OTHER = f"attachment.{'a' * 64}", f"attachment.{'b' * 64}"
SHEET = {"name": "方案.pdf", "type": "application/pdf", "size": 10}


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({FILE: SHEET | {"item": "plan"}}, {}),
        ({}, {"figure.plan": "file_wanted"}),
        ({FILE: SHEET}, {"figure.plan": "file_wanted"}),  # a file for no item
        ({"figure.plan": "已附"}, {"figure.plan": "not_file"}),
        ({FILE: SHEET | {"item": "plan"}, "figure.photo": "有"}, {"figure.photo": "not_file"}),
        ({FILE: SHEET | {"item": "plan"}, OTHER: SHEET | {"item": "photo"}}, {}),
        ({FILE: SHEET | {"item": "plan"}, OTHER: SHEET | {"item": "i0"}}, {OTHER: "unknown_item"}),
        ({FILE: SHEET | {"item": "plan"}, OTHER: SHEET | {"item": "gone"}}, {OTHER: "unknown_item"}),
    ],
)
def test_an_item_that_asks_for_a_file_is_answered_by_one(fields: dict[str, Any], wanted: dict[str, str]) -> None:
    given = {name: value for name, value in GOOD.items() if name not in ("answer.i1", "figure.hours")} | fields
    assert {fault.field: fault.code for fault in inspection_faults(PAPERS, "farm", given)} == wanted


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({"a": 1, "b": 4}, {}),
        ({"a": 1, "b": 4, "whole": 5, "share": 25.0}, {}),
        ({"a": 1, "b": 4, "whole": 6}, {"figure.whole": ("computed", "5")}),
        ({"a": 1, "b": 3, "share": 33}, {"figure.share": ("computed", "33.3")}),
        ({"a": 1, "whole": 6}, {"figure.whole": ("computed", "")}),  # it follows from nothing
    ],
)
def test_a_computed_figure_says_what_it_is_computed_from(
    said: dict[str, Any], wanted: dict[str, tuple[str, str]]
) -> None:
    given = {name: value for name, value in GOOD.items() if not name.startswith(("answer.", "figure."))}
    given |= {f"figure.{name}": value for name, value in said.items()}
    faults = inspection_faults(COMPUTING, "farm", given)
    assert {fault.field: (fault.code, fault.wanted) for fault in faults} == wanted


def test_a_stage_that_is_no_text_is_named_by_the_record_s_own_rules_and_any_stage_fits_a_survey_of_all() -> None:
    assert codes(stage=3)["stage"] != "other_stage"
    anywhere = template(2, stage="any")
    given = GOOD | {"stage": "review"}
    assert [fault.code for fault in inspection_faults(anywhere, "farm", given)] == []


def test_an_item_that_is_not_asked_may_be_said_to_be_nothing() -> None:
    assert codes(answer__nothing=None) == {}
