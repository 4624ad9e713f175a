"""How a form stands in lines: exact cells, at any width."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.kinds import InspectionChoices, follow_up_parts, inspection_parts, note_parts, plain_parts
from supervisor_tui.forms.layout import MARK, Page, height, lines_of, rows_of
from supervisor_tui.forms.questions import Part
from supervisor_tui.forms.sentences import sentence_at
from supervisor_tui.text import cells
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
