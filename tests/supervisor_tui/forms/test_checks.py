"""The judgement before an inspection is kept."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.checks import inspection_faults
from supervisor_tui.forms.kinds import InspectionChoices, inspection_parts
from supervisor_tui.forms.wording import fault_words, record_lines
from supervisor_tui.locale import set_language
from tests.supervisor_tui.checklists import template

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
