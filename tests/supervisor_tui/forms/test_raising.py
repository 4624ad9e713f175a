"""A make-up decided at a gate and a survey with too few satisfied open the follow-up they are mended by."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.forms import raising
from supervisor_tui.rules.reading import standings, visits
from supervisor_tui.screens.entry.simple import PlainFormScreen
from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.supervisor_tui.workbench import COLLEAGUE, STORE, Pen, new_workbench_file, press, shown, until, workbench

pytestmark = pytest.mark.usefixtures("that_day")  # 2026-09-18
UNIT = "u-02"
GATE = {"stage": "study", "decision": "make_up", "why": "覆盖面不够", "missing": "必读篇目", "decided_on": "2026-09-18"}
MAKE_UP = GATE | {"due_on": "2026-09-20"}


@pytest.fixture
def laptop(tmp_path: Path) -> Any:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        yield replica


def _survey(satisfied: int, **more: str) -> dict[str, Any]:
    ballots = {"given_out": 100, "returned": 100, "satisfied": satisfied, "fairly": 0, "unsatisfied": 100 - satisfied}
    return ballots | {"held_on": "2026-09-18", "stage": "study"} | more


def _opened(laptop: Replica, kind: str, fields: dict[str, Any]) -> list[dict[str, Any]]:
    written, opened = raising.create(laptop, kind, UNIT, fields)
    found = [query.record(laptop, each.record) for each in opened]
    assert all(each is not None and each.fields["origin"] == written.record for each in found)
    return [each.fields for each in found if each is not None]


def _settings(laptop: Replica, **settings: int) -> None:
    fields = {f"setting.{name}": value for name, value in settings.items()}
    Pen(laptop).write("district", "campaign", "c-1", fields, device="store-2", by=STORE, at="2026-09-10T00:00:00.000Z")


def _settled(laptop: Replica, record: str, *steps: str) -> None:
    """Report a follow-up as this person, and let a colleague take the steps after that."""
    seen, pen = edits.step(laptop, record, "reported", "已补").hash, Pen(laptop)
    for number, status in enumerate(steps, start=1):
        fields = {"status": status, "progress": "看过", "on": "2026-09-18"}
        more: dict[str, Any] = {
            "over": {"status": [seen], "progress": [seen]},
            "at": f"2026-09-18T09:0{number}:00.000Z",
        }
        seen = pen.write(UNIT, "follow_up", record, fields, device=f"d-{record}", by=COLLEAGUE, **more).hash


def _place(laptop: Replica) -> str:
    campaign = query.campaign_named(laptop, "c-1")
    return standings(laptop, campaign, "study", UNIT)[0].standing.place


def _rules(laptop: Replica, day: str) -> set[str]:
    return {reason.rule for row in visits(laptop, day, 100) if row.unit == UNIT for reason in row.reasons}


def test_a_make_up_opens_a_problem_that_is_due_on_its_day_and_says_what_is_missing(laptop: Replica) -> None:
    (found,) = _opened(laptop, "gate", MAKE_UP)
    wanted = {"nature": "problem", "due_on": "2026-09-20", "status": "open", "opened_on": "2026-09-18"}
    assert found.items() >= (wanted | {"title": "补课: 必读篇目", "campaign": "c-1"}).items()


def test_a_unit_that_passes_has_nothing_to_make_up(laptop: Replica) -> None:
    assert _opened(laptop, "gate", GATE | {"decision": "pass"}) == []


def test_a_refused_gate_opens_nothing(laptop: Replica) -> None:
    with pytest.raises(InvalidFields):
        raising.create(laptop, "gate", UNIT, GATE)
    assert query.history(laptop, UNIT, "follow_up").count == 0


@pytest.mark.parametrize("length", [195, 196, 197])  # with the words before it up to, at and over a title's length
def test_what_is_too_long_for_a_title_stands_below_it(laptop: Replica, length: int) -> None:
    (found,) = _opened(laptop, "gate", MAKE_UP | {"missing": "缺" * length})
    assert len(found["title"]) == min(length + 4, 200)
    assert found.get("detail", "") == ("补课: " + "缺" * length if length == 197 else "")


@pytest.mark.parametrize(("satisfied", "opens"), [(59, True), (60, False), (61, False)])
def test_a_survey_below_the_campaign_s_setting_opens_a_problem(laptop: Replica, satisfied: int, opens: bool) -> None:
    found = _opened(laptop, "survey", _survey(satisfied))
    assert [each["due_on"] for each in found] == (["2026-10-18"] if opens else [])
    assert not opens or "59%, 不到 60%" in found[0]["title"]


@pytest.mark.parametrize(("satisfied", "opens"), [(69, True), (70, False), (71, False)])
def test_the_campaign_says_what_is_poor_and_how_long_it_takes(laptop: Replica, satisfied: int, opens: bool) -> None:
    _settings(laptop, satisfied=70, survey_repair_days=7)
    assert [each["due_on"] for each in _opened(laptop, "survey", _survey(satisfied))] == ["2026-09-25"] * opens


@pytest.mark.parametrize(("steps", "opens"), [((), 0), (("verified",), 0), (("verified", "closed"), 1)])
@pytest.mark.parametrize("kind", ["gate", "survey"])
def test_no_second_one_is_opened_until_the_first_of_its_stage_is_closed(
    laptop: Replica, kind: str, steps: tuple[str, ...], opens: int
) -> None:
    fields = MAKE_UP if kind == "gate" else _survey(10)
    _, (first,) = raising.create(laptop, kind, UNIT, fields)
    assert _opened(laptop, kind, fields) == []
    assert len(_opened(laptop, kind, fields | {"stage": "review"})) == 1
    _settled(laptop, first.record, *steps)
    assert len(_opened(laptop, kind, fields)) == opens


def test_a_correction_opens_what_is_asked_for_only_now(laptop: Replica) -> None:
    kept = edits.create(laptop, "gate", UNIT, GATE | {"decision": "pass"}).record
    _, opened = raising.correct(laptop, kept, {"decision": "make_up", "due_on": "2026-09-20"}, "写错")
    assert len(opened) == 1
    assert raising.correct(laptop, kept, {"missing": "笔记"}, "补充")[1] == []


def test_next_names_a_make_up_by_its_follow_up_alone(laptop: Replica) -> None:
    edits.create(laptop, "gate", UNIT, MAKE_UP | {"stage": "review"})
    assert "make_up_due" in _rules(laptop, "2026-09-18")
    raising.create(laptop, "gate", UNIT, MAKE_UP | {"stage": "review", "due_on": "2026-09-21"})
    found = _rules(laptop, "2026-09-18")
    assert "make_up_due" not in found
    assert "due_soon" in found


@pytest.mark.parametrize("steps", [(), ("verified",), ("verified", "closed")])
def test_make_up_is_done_when_its_follow_up_is_verified_by_another(laptop: Replica, steps: tuple[str, ...]) -> None:
    _, (opened,) = raising.create(laptop, "gate", UNIT, MAKE_UP)
    assert _place(laptop) == "make_up"
    _settled(laptop, opened.record, *steps)
    assert (_place(laptop) == "make_up") is not bool(steps)
    assert not _rules(laptop, "2026-09-20") & {"make_up", "make_up_due"}


async def test_the_form_says_what_it_opens_and_opens_it_at_the_second_word(tmp_path: Path) -> None:
    app = workbench(tmp_path / "laptop.db")
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(PlainFormScreen("survey", "u-03"))
        await until(pilot, lambda: isinstance(app.screen, PlainFormScreen) and app.screen.is_begun)
        form = app.screen
        assert isinstance(form, PlainFormScreen)
        form.fields.update(_survey(10))
        await press(pilot, "f10")
        await until(pilot, lambda: "保存时一并立事项" in shown(app))
        assert query.history(app.replica, "u-03", "follow_up").count == 0
        await press(pilot, "f10")
        await until(pilot, lambda: query.history(app.replica, "u-03", "follow_up").count == 1)
