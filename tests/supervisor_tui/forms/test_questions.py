"""What a form asks: whether it is answered, what counts, which files belong to it."""

from __future__ import annotations

from typing import Any

import pytest

from supervisor_tui.forms.questions import (
    Choice,
    Part,
    Question,
    QuestionKind,
    Tally,
    counted,
    files_of,
    is_answered,
    is_edited,
    tally,
    template_parts,
)
from sync.model.templates import Template, read_template
from tests.supervisor_tui.checklists import document, words


def _template(**item: Any) -> Template:
    asked = [{"id": "x", "title": words("甲", "A")} | item]
    return read_template(document(0) | {"sections": [{"id": "s", "title": words("节", "Part"), "items": asked}]})


def _asked(language: str = "zh", **item: Any) -> Question:
    ((question,),) = (part.questions for part in template_parts(_template(**item), "farm", language))
    return question


def test_an_item_is_a_question_in_the_language_asked_for() -> None:
    options = [{"id": "a", "title": words("小组", "Group")}, {"id": "b", "title": words("集中", "All")}]
    item: dict[str, Any] = {"kind": "choice", "options": options, "hint": words("看", "Look"), "gate": False}
    assert _asked("en", **item) == Question(
        field="figure.x",
        kind="choice",
        title="A",
        hint="Look",
        required=True,
        choices=(Choice("a", "Group"), Choice("b", "All")),
        item="x",
    )
    assert _asked("zh", gate=True) == Question(
        field="answer.x", kind="verdict", title="甲", required=True, gate=True, item="x"
    )
    assert not _asked(required=False).required
    (part,) = template_parts(_template(), "farm", "en")
    assert (part.id, part.title, part.folded, part.summary) == ("s", "Part", False, "")


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ({"kind": "percentage"}, "%"),
        ({"kind": "number"}, ""),
        ({"kind": "number", "unit": words("人", "people")}, "人"),
        ({"kind": "percentage", "unit": words("成", "tenths")}, "成"),
    ],
)
def test_a_percentage_has_its_sign_where_no_unit_is_named(item: dict[str, Any], unit: str) -> None:
    assert _asked(**item).unit == unit


def test_a_figure_has_its_limits_and_one_that_is_computed_owes_nothing() -> None:
    question = _asked(kind="number", minimum=0, maximum=9)
    assert (question.minimum, question.maximum, question.required, question.computed) == (0, 9, True, False)
    parts = [{"id": each, "kind": "number", "title": words(each, each)} for each in "ab"]
    whole = {"id": "x", "kind": "number", "title": words("和", "sum"), "sum": ["a", "b"]}
    computing = document(0) | {"sections": [{"id": "s", "title": words("节", "Part"), "items": [*parts, whole]}]}
    (asked,) = template_parts(read_template(computing), "farm", "zh")
    assert [(each.required, each.computed) for each in asked.questions] == [(True, False), (True, False), (False, True)]


@pytest.mark.parametrize(
    ("kind", "value", "answered"),
    [
        ("verdict", {"verdict": "met"}, True),
        ("verdict", {"verdict": ""}, False),
        ("verdict", {"note": "看"}, False),
        ("verdict", "met", False),
        ("flag", False, True),
        ("number", 0, True),
        ("line", "甲", True),
        ("line", " ", False),
        ("line", None, False),
    ],
)
def test_a_question_is_answered_by_what_its_kind_may_be(kind: QuestionKind, value: Any, answered: bool) -> None:
    assert is_answered(Question(field="x", kind=kind, title="x"), {"x": value}) is answered


A, B, C = (f"attachment.{sign * 64}" for sign in "abc")
FILES = {
    B: {"name": "乙", "item": "plan"},
    A: {"name": "乙", "item": "plan"},
    C: {"name": "丙", "item": ""},
    "summary": "好",
}


def test_the_files_of_an_item_stand_in_order_of_their_names() -> None:
    assert files_of("plan", FILES) == [(A, FILES[A]), (B, FILES[B])]
    assert files_of("plan", {A: {"name": "乙", "item": "plan"}, B: {"name": "丙", "item": "plan"}})[0][0] == B
    assert files_of("", FILES) == [(C, FILES[C])]
    assert files_of("", {A: {"name": "甲"}}) == [(A, {"name": "甲"})]
    assert files_of("photo", FILES) == []


@pytest.mark.parametrize(
    ("kind", "item", "answered"),
    [("attachment", "plan", True), ("attachment", "photo", False), ("text", "plan", False)],
)
def test_an_item_that_asks_for_a_file_is_answered_by_one(kind: QuestionKind, item: str, answered: bool) -> None:
    assert is_answered(Question(field=f"figure.{item}", kind=kind, title="x", item=item), FILES) is answered


def _question(**more: Any) -> Question:
    return Question(**({"field": "x", "kind": "line", "title": "x"} | more))


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        (_question(required=True), True),
        (_question(item="x"), True),
        (_question(), False),
        (_question(item="x", computed=True), False),
        (_question(required=True, computed=True), False),
    ],
)
def test_what_must_be_answered_or_stands_in_the_checklist_is_counted(question: Question, counts: bool) -> None:
    assert counted([Part(id="p", title="p", questions=(question,))]) == [question] * counts


@pytest.mark.parametrize(
    ("question", "edited"),
    [
        *((_question(kind=kind), True) for kind in ("verdict", "number", "text", "date", "clock", "line", "long")),
        *((_question(kind=kind), False) for kind in ("choice", "flag", "attachment", "found")),
        (_question(kind="number", computed=True), False),
    ],
)
def test_what_is_chosen_or_computed_is_not_typed(question: Question, edited: bool) -> None:
    assert is_edited(question) is edited


def test_a_tally_counts_verdicts_what_is_open_and_what_must_not_stay_so() -> None:
    verdicts = [_question(field=f"v{n}", kind="verdict", required=n != 5) for n in range(7)]
    must, may = _question(field="a", required=True), _question(field="b")
    given = ("met", "partly", "partly", "unmet", "na")
    fields: dict[str, Any] = {f"v{n}": {"verdict": verdict} for n, verdict in enumerate(given)}
    assert tally([*verdicts, must, may], fields) == Tally(
        met=1, partly=2, unmet=1, na=1, open=4, missing=(verdicts[6], must)
    )
    assert tally([must], {"a": "好"}) == Tally()
    assert tally([verdicts[0]], {"v0": {"verdict": "good"}}) == Tally()  # of another version
