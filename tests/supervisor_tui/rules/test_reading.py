"""What the rules are given from a laptop's file: as of now and as of a day, and their findings in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.locale import set_language
from supervisor_tui.rules import reading
from supervisor_tui.rules.gaps import Gap, Needs
from supervisor_tui.rules.gates import Standing
from supervisor_tui.rules.hints import Hint
from supervisor_tui.rules.next_visits import Reason
from sync.replica import Replica, query
from sync.replica.as_of.assignments import Responsibility
from sync.replica.queries.rows import UnitCard
from tests.supervisor_tui.checklists import document, template
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

pytestmark = pytest.mark.usefixtures("kept_that_day")
TODAY, AT = "2026-09-18", "2026-09-02T02:00:00.000Z"


@pytest.fixture
def kept_that_day(that_day: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that is about to be kept is kept on 18 September 2026, too."""
    monkeypatch.setattr(reading, "now", lambda: "2026-09-18T02:00:00.000Z")


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "office.db", "p-9", "office") as replica:
        yield replica


@pytest.fixture
def office(laptop: Replica) -> Office:
    """A campaign of one stage to the end of the year, and a unit that takes part in it."""
    office = Office(laptop)
    office.campaign("c-1", "2", "2026-09-01", "2026-12-31")
    office.unit("u-1", batch="2")
    return office


VISIT = {"stage": "study", "template": "t", "group": "g-1", "summary": "x", "campaign": "c-1"}


def visit(office: Office, day: str, record: str = "i-1", unit: str = "u-1", **more: Any) -> None:
    office.says(unit, "inspection", record, f"{day}T02:00:00.000Z", **VISIT | {"visited_on": day} | more)


def item(office: Office, due_on: str, record: str = "f-1", unit: str = "u-1", **more: Any) -> None:
    office.item(unit, record, AT, due_on=due_on, **more)


def step(office: Office, record: str, status: str, day: str, **more: Any) -> None:
    office.says("u-1", "follow_up", record, f"{day}T02:00:00.000Z", status=status, **more)


def rules(laptop: Replica, day: str, *, past: bool = False) -> list[tuple[str, dict[str, int | str]]]:
    """The reasons to go to the first unit: as things stand now, or as of the end of a day that is past."""
    found = reading.visits(laptop, day, 99, day=day if past else "")
    return [(each.rule, each.values) for row in found if row.unit == "u-1" for each in row.reasons]


# --- where to go next ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(
    ("due_on", "reason"),
    [
        ("2026-09-16", ("overdue", {"count": 1, "days": 2})),
        ("2026-09-17", ("overdue", {"count": 1, "days": 1})),
        ("2026-09-18", ("due_soon", {"count": 1})),
        ("2026-09-19", ("due_soon", {"count": 1})),
        ("2026-09-21", ("due_soon", {"count": 1})),
        ("2026-09-22", None),
    ],
)
def test_what_was_due_yesterday_is_overdue_and_what_is_due_in_three_days_is_due_soon(
    office: Office, laptop: Replica, due_on: str, reason: Any, past: bool
) -> None:
    visit(office, "2026-09-10")
    item(office, due_on)
    assert rules(laptop, TODAY, past=past) == ([reason] if reason else [])


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize("status", ["reported", "verified", "closed", "withdrawn"])
def test_what_is_said_to_be_done_or_given_up_is_neither_overdue_nor_due_soon(
    office: Office, laptop: Replica, status: str, past: bool
) -> None:
    visit(office, "2026-09-10")
    for record, due_on in (("f-1", "2026-09-10"), ("f-2", "2026-09-19")):
        item(office, due_on, record)
        before = {"verified": ["reported"], "closed": ["reported", "verified"]}
        for next_ in [*before.get(status, []), status]:
            step(office, record, next_, "2026-09-12", by={"verified": "p-2", "closed": "p-3"}.get(next_, "p-1"))
    assert rules(laptop, TODAY, past=past) == []


@pytest.mark.parametrize("past", [False, True])
@pytest.mark.parametrize(("until", "watched"), [("2026-09-17", False), ("2026-09-18", True), ("2026-09-19", True)])
def test_what_was_closed_is_watched_to_the_end_of_its_last_day(
    office: Office, laptop: Replica, until: str, watched: bool, past: bool
) -> None:
    visit(office, "2026-06-01")
    item(office, "2026-09-30")
    for status, by in (("reported", "p-1"), ("verified", "p-2")):
        step(office, "f-1", status, "2026-09-03", by=by)
    step(office, "f-1", "closed", "2026-09-04", by="p-3", watch_until=until)
    named = [("watched", {"days": 109, "day": until})] if watched else []
    assert [each for each in rules(laptop, TODAY, past=past) if each[0] == "watched"] == named


@pytest.mark.parametrize("past", [False, True])
def test_nobody_is_sent_to_a_unit_whose_only_campaign_is_to_come_but_for_what_is_overdue_there(
    office: Office, laptop: Replica, past: bool
) -> None:
    office.campaign("c-2", "3", "2026-10-01", "2026-12-31")
    office.unit("u-2", batch="3")
    found = reading.visits(laptop, TODAY, 99, day=TODAY if past else "")
    assert [each.unit for each in found] == ["u-1"]
    item(office, "2026-09-17", unit="u-2")
    found = reading.visits(laptop, TODAY, 99, day=TODAY if past else "")
    assert [[reason.rule for reason in each.reasons] for each in found] == [["overdue"], ["not_visited"]]


def test_the_same_question_asked_on_two_days_has_the_answer_of_each(office: Office, laptop: Replica) -> None:
    visit(office, "2026-09-10")
    item(office, "2026-09-20")
    asked = [rules(laptop, day) for day in ("2026-09-16", "2026-09-17", "2026-09-20", "2026-09-21", "2026-09-16")]
    assert [[rule for rule, _ in each] for each in asked] == [[], ["due_soon"], ["due_soon"], ["overdue"], []]


def test_the_ranking_is_made_again_when_the_file_has_changed_and_when_more_are_asked_for(
    office: Office, laptop: Replica
) -> None:
    office.unit("u-2", batch="2")
    for unit in ("u-1", "u-2"):
        visit(office, "2026-09-10", f"i-{unit}", unit)
        item(office, "2026-09-17", f"f-{unit}", unit)
    first = reading.visits(laptop, TODAY, 1)
    assert [each.unit for each in first] == ["u-1"]
    assert reading.visits(laptop, TODAY, 1) is first
    assert [each.unit for each in reading.visits(laptop, TODAY, 2)] == ["u-1", "u-2"]
    step(office, "f-u-1", "reported", "2026-09-12")
    assert [each.unit for each in reading.visits(laptop, TODAY, 2)] == ["u-2"]
    made = reading.visits(laptop, TODAY, 2)
    reading.forget(laptop)
    assert reading.visits(laptop, TODAY, 2) is not made
    assert reading.visits(laptop, TODAY, 2) == made


def test_a_campaign_s_settings_say_what_presses(office: Office, laptop: Replica) -> None:
    visit(office, "2026-09-10")
    office.says("u-1", "survey", "s-1", AT, **SURVEY | {"satisfied": 7, "unsatisfied": 3})
    assert rules(laptop, TODAY) == []
    settings = {"setting.visit_days": 7, "setting.contact_days": 7, "setting.satisfied": 71, "liaison.farm": True}
    office.says("district", "campaign", "c-1", AT, **settings)
    assert rules(laptop, TODAY) == [
        ("survey_failed", {"share": 70, "least": "71", "day": "2026-09-02"}),
        ("no_liaison", {}),
        ("long_ago", {"days": 8}),
    ]


SURVEY = {"held_on": "2026-09-02", "stage": "study", "given_out": 10, "returned": 10, "fairly": 0, "campaign": "c-1"}


def test_a_unit_is_ranked_by_the_campaign_that_is_asked_of_or_at_hand(office: Office, laptop: Replica) -> None:
    office.campaign("c-0", "1", "2026-01-01", "2026-06-30")
    office.unit("u-0", batch="1")
    visit(office, "2026-09-10")

    def named(campaign: str, day: str) -> list[str]:
        return [each.unit for each in reading.visits(laptop, TODAY, 9, campaign=campaign, day=day)]

    assert named("c-1", TODAY) == []
    assert named("c-0", "2026-06-30") == ["u-0"]
    assert named("c-0", TODAY) == []
    assert named("c-1", "2026-09-09") == ["u-1"]


def test_the_stage_that_ends_soon_is_that_of_the_campaign_on_the_day(office: Office, laptop: Replica) -> None:
    assert rules(laptop, "2026-12-23") == [("not_visited", {})]
    ending = [("stage_ends", {"day": "2026-12-31"}), ("not_visited", {})]
    assert rules(laptop, "2026-12-24") == rules(laptop, "2026-12-31") == ending


def test_units_that_take_part_in_no_campaign_are_ranked_where_none_is_chosen(laptop: Replica) -> None:
    office = Office(laptop)
    office.unit("u-1", batch="1")
    item(office, "2026-09-17")
    assert rules(laptop, TODAY) == [("overdue", {"count": 1, "days": 1}), ("not_visited", {})]
    office.campaign("c-1", "2", "2026-09-01", "2026-12-31")
    laptop.set_setting("campaign", "c-1")
    reading.forget(laptop)
    assert rules(laptop, TODAY) == []


# --- at the gate -----------------------------------------------------------------------------------------------------


def places(laptop: Replica, unit: str = "", day: str = "") -> list[tuple[str, str, int]]:
    found = reading.standings(laptop, query.campaign_named(laptop, "c-1"), "study", unit, day)
    return [(each.facts.unit, each.standing.place, len(each.standing.missing)) for each in found]


@pytest.mark.parametrize(("day", "counts"), [("2026-09-17", True), (TODAY, True), ("2026-09-19", False)])
def test_a_visit_or_a_decision_that_is_dated_later_than_today_counts_nowhere_yet(
    office: Office, laptop: Replica, day: str, counts: bool
) -> None:
    visit(office, day)
    assert (("not_visited", {}) in rules(laptop, TODAY)) is not counts
    assert places(laptop) == [("u-1", "ready" if counts else "not_visited", 0)]
    decided = {"decided_on": day, "stage": "study", "decision": "pass", "why": "x", "campaign": "c-1"}
    office.says("u-1", "gate", "g-1", AT, **decided)
    assert places(laptop) == [("u-1", "passed" if counts else "not_visited", 0)]


@pytest.mark.parametrize(("day", "category"), [(TODAY, "university"), ("2026-09-19", "farm")])
def test_a_category_that_holds_from_tomorrow_is_not_gone_by_today(
    office: Office, laptop: Replica, day: str, category: str
) -> None:
    office.says("u-1", "unit", "u-1", AT, category="university", on=day)
    (found,) = reading.standings(laptop, query.campaign_named(laptop, "c-1"), "study")
    assert found.facts.category == category


def test_units_at_a_gate_stand_in_the_order_of_what_comes_next(office: Office, laptop: Replica) -> None:
    checklist = document(6)  # its third item is asked for at the gate
    named = {name: checklist[name] for name in ("name", "version", "stage", "title")}
    office.says("district", "template", "t", AT, **named, document=checklist)
    answers = {"u-1": {}, "u-2": {"answer__i2": {"verdict": "met"}}, "u-3": {"answer__i2": {"verdict": "unmet"}}}
    for unit in ("u-2", "u-3", "u-4", "u-5"):
        office.unit(unit, batch="2")
    for unit in ("u-2", "u-3"):
        visit(office, "2026-09-10", f"i-{unit}", unit, **answers[unit])
    for unit, decision in (("u-4", "make_up"), ("u-5", "pass")):
        gate = {"stage": "study", "decision": decision, "why": "x", "decided_on": "2026-09-10", "campaign": "c-1"}
        office.says(unit, "gate", f"g-{unit}", "2026-09-10T02:00:00.000Z", **gate, due_on="2026-09-30")
    expected = [
        ("u-4", "make_up", 1),
        ("u-3", "missing", 1),
        ("u-1", "not_visited", 1),
        ("u-2", "ready", 0),
        ("u-5", "passed", 1),
    ]
    assert places(laptop) == expected
    assert places(laptop, "u-2") == [("u-2", "ready", 0)]
    assert places(laptop, day="2026-09-09") == [(f"u-{n}", "not_visited", 1) for n in range(1, 6)]
    assert places(laptop, day="2026-09-10") == expected


def test_a_checklist_for_some_categories_alone_is_asked_of_no_others(office: Office, laptop: Replica) -> None:
    checklist = document(3) | {"only": ["university"]}
    named = {name: checklist[name] for name in ("name", "version", "stage", "title", "only")}
    office.says("district", "template", "t", AT, **named, document=checklist)
    office.unit("u-2", batch="2", category="university")
    visit(office, "2026-09-10")
    visit(office, "2026-09-10", "i-2", "u-2")
    assert places(laptop) == [("u-2", "missing", 1), ("u-1", "ready", 0)]


def test_the_least_share_at_a_gate_is_the_campaign_s(office: Office, laptop: Replica) -> None:
    office.says("u-1", "survey", "s-1", AT, **SURVEY | {"satisfied": 7, "unsatisfied": 3})
    assert places(laptop) == [("u-1", "not_visited", 0)]
    office.says("district", "campaign", "c-1", AT, **{"setting.satisfied": 70.5})
    assert places(laptop) == [("u-1", "survey_failed", 0)]


# --- gaps ------------------------------------------------------------------------------------------------------------


def card(laptop: Replica, day: str = "") -> UnitCard:
    found = query.unit(laptop, "u-1", TODAY, day=day)
    assert found is not None
    return found


def test_a_unit_lacks_what_its_campaign_asks_of_it_on_a_day(office: Office, laptop: Replica) -> None:
    office.says("district", "campaign", "c-1", AT, **{"liaison.farm": True, "production.farm": True})
    assert reading.needs(query.campaign_named(laptop, "c-1")) == Needs(
        liaison=frozenset({"farm"}), production=frozenset({"farm"})
    )
    everything = ["group", "liaison", "contact_point", "first", "deputy", "direct", "business", "baseline"]
    assert reading.unit_gap(laptop, card(laptop)).lacks == everything
    office.says("u-1", "unit", "u-1", "2026-09-10T02:00:00.000Z", chain__first="书记", chain__business="场长")
    without = [each for each in everything if each not in ("first", "business")]
    assert reading.unit_gap(laptop, card(laptop)).lacks == without
    assert reading.unit_gap(laptop, card(laptop, "2026-09-09"), "2026-09-09").lacks == everything
    nothing_asked = [each for each in without if each not in ("liaison", "contact_point")]
    assert reading.unit_gap(laptop, card(laptop), campaign="another").lacks == nothing_asked


def test_a_unit_that_never_was_lacks_nothing(office: Office, laptop: Replica) -> None:
    before = card(laptop)
    office.says("u-1", "unit", "u-1", "2026-09-10T02:00:00.000Z", withdrawn=True, why="x")
    withdrawn = query.unit(laptop, "u-1", TODAY) or before
    assert reading.unit_gap(laptop, withdrawn).lacks == []


def test_units_are_asked_by_the_campaign_chosen_or_the_one_at_hand(office: Office, laptop: Replica) -> None:
    office.says("district", "campaign", "c-1", AT, **{"liaison.farm": True})
    office.campaign("c-0", "1", "2026-01-01", "2026-06-30")
    office.unit("u-0", batch="1")
    asked = {each.unit: needs for each, needs in reading.units_with_needs(laptop, TODAY)}
    assert asked == {"u-0": Needs(), "u-1": Needs(liaison=frozenset({"farm"}))}
    assert [each.unit for each, _ in reading.units_with_needs(laptop, TODAY, "c-1")] == ["u-1"]
    laptop.set_setting("campaign", "c-1")
    assert [each.unit for each, _ in reading.units_with_needs(laptop, TODAY)] == ["u-1"]


def _gap(*lacks: str, **since: Any) -> Gap:
    return Gap(unit=Responsibility(unit="u-1", name="u", category="farm", **since), lacks=list(lacks))


def test_a_gap_says_since_when_somebody_is_missing_who_was_there() -> None:
    assert reading.gap_words(_gap("group", "liaison", "first")) == "督导组、联络员、第一责任人"
    gone: dict[str, Any] = {"ungrouped_since": "2026-09-01", "vacant_since": "2026-09-05"}
    assert reading.gap_words(_gap("group", "liaison", **gone)) == "督导组 (2026-09-01 起)、联络员 (2026-09-05 起)"
    assert reading.gap_words(_gap("first", **gone)) == "第一责任人"
    assert reading.since_when(_gap("liaison", **gone)) == {"liaison": "2026-09-05"}
    assert reading.since_when(_gap("group", "liaison")) == {}


# --- a second look ---------------------------------------------------------------------------------------------------


def codes(found: list[Hint]) -> list[tuple[str, dict[str, int | str]]]:
    return [(each.code, each.values) for each in found]


ANSWERS: dict[str, Any] = {f"answer.i{number}": {"verdict": "met"} for number in range(6)}


def test_a_visit_is_looked_at_beside_the_unit_s_others_of_its_campaign(office: Office, laptop: Replica) -> None:
    visit(office, "2026-09-08", "i-1")
    visit(office, "2026-09-09", "i-2", campaign="c-0")
    mine = VISIT | {"visited_on": TODAY}
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine)) == []
    visit(office, "2026-09-10", "i-3")
    burden = [("month", {"count": 3, "days": 30, "ceiling": 2})]
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine)) == burden
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine, record="i-3")) == []
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine | {"template": "imported"})) == []


def test_the_ceilings_are_the_campaign_s(office: Office, laptop: Replica) -> None:
    settings = {"visits_a_month": 1, "visits_month_days": 9, "visits_a_year": 2, "production_from": 12}
    office.says("district", "campaign", "c-1", AT, **{f"setting.{name}": each for name, each in settings.items()})
    office.says("district", "campaign", "c-1", AT, **{"production.farm": True, "setting.production_to": 13.5})
    for record, day in (("i-1", "2026-09-09"), ("i-2", "2026-09-10")):
        visit(office, day, record)
    mine = VISIT | {"visited_on": TODAY, "arrived": "08:00", "left": "18:00"}
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine)) == [
        ("month", {"count": 2, "days": 9, "ceiling": 1}),
        ("year", {"count": 3, "days": 365, "ceiling": 2}),
        ("production", {"minutes": 90}),
    ]


def test_another_group_on_the_same_day_is_named_whatever_its_campaign(office: Office, laptop: Replica) -> None:
    visit(office, TODAY, "i-1", group="g-2", campaign="c-0")
    found = reading.new_hints(laptop, "inspection", "u-1", VISIT | {"visited_on": TODAY})
    assert codes(found) == [("two_groups", {"day": TODAY})]


def test_a_liaison_officer_s_visit_is_looked_at_for_its_burden_alone(office: Office, laptop: Replica) -> None:
    for record, day in (("i-1", "2026-09-09"), ("i-2", "2026-09-10")):
        visit(office, day, record)
    note = {"noted_on": TODAY, "mode": "visit", "content": "x", "campaign": "c-1"}
    burden = [("month", {"count": 3, "days": 30, "ceiling": 2})]
    assert codes(reading.new_hints(laptop, "liaison_note", "u-1", note)) == burden
    assert codes(reading.new_hints(laptop, "liaison_note", "u-1", note | {"mode": "phone"})) == []
    assert codes(reading.new_hints(laptop, "follow_up", "u-1", note)) == []


def test_answers_and_figures_are_laid_beside_the_last_visit_before(office: Office, laptop: Replica) -> None:
    checklist = document(6, figures=True)
    named = {name: checklist[name] for name in ("name", "version", "stage", "title")}
    office.says("district", "template", "t", AT, **named, document=checklist)
    same = ANSWERS | {"figure.hours": 8, "figure.cover": 90}
    visit(office, "2026-09-10", "i-1", **same)
    mine = VISIT | {"visited_on": TODAY} | same
    assert [each.code for each in reading.new_hints(laptop, "inspection", "u-1", mine)] == ["copied"]
    far = reading.new_hints(
        laptop, "inspection", "u-1", mine | {"figure.hours": 50, "figure.cover": 39, "summary": "y"}
    )
    assert codes(far) == [
        ("far", {"item": "集中学习学时", "now": "50", "before": "8"}),
        ("far", {"item": "参学率", "now": "39%", "before": "90%"}),
    ]
    assert codes(reading.new_hints(laptop, "inspection", "u-1", mine, record="i-1")) == []
    same_day = reading.new_hints(laptop, "inspection", "u-1", mine | {"visited_on": "2026-09-10"})
    assert [each.code for each in same_day] == ["late"]


def test_what_is_not_met_is_looked_for_among_the_follow_ups_of_the_visit(office: Office, laptop: Replica) -> None:
    unmet: dict[str, Any] = {"answer.i0": {"verdict": "unmet"}, "answer.i1": {"verdict": "unmet"}}
    visit(office, TODAY, "i-1", **unmet)

    def counted() -> list[tuple[str, dict[str, int | str]]]:
        found = reading.hinted(laptop)
        record = query.record(laptop, "i-1")
        assert record is not None
        kept = codes(reading.record_hints(laptop, record))
        assert kept == [each for row in found for each in codes(row.hints)]
        return kept

    assert counted() == [("not_followed", {"count": 2})]
    item(office, "2026-09-30", "f-1", source="i-1", origin="i-1#i0")
    assert counted() == [("not_followed", {"count": 1})]
    item(office, "2026-09-30", "f-2", source="i-1", origin="i-1")
    assert counted() == []


def test_a_record_is_late_by_the_clock_it_was_kept_by(office: Office, laptop: Replica) -> None:
    fields = VISIT | {"visited_on": "2026-09-08"}
    office.says("u-1", "inspection", "i-1", "2026-09-15T15:59:00.000Z", **fields)
    office.says("u-1", "inspection", "i-2", "2026-09-15T16:00:00.000Z", **fields | {"campaign": "c-0"})  # midnight
    found = {each.visit.record: codes(each.hints) for each in reading.hinted(laptop)}
    assert found == {"i-2": [("late", {"days": 8})]}


def test_the_list_of_hints_is_of_a_campaign_and_a_day_and_has_the_newest_first(office: Office, laptop: Replica) -> None:
    for number, day in enumerate(("2026-09-01", "2026-09-02"), start=1):
        office.says("u-1", "inspection", f"i-{number}", "2026-09-12T02:00:00.000Z", **VISIT | {"visited_on": day})
    office.says(
        "u-1",
        "inspection",
        "i-3",
        "2026-09-12T02:00:00.000Z",
        **VISIT | {"visited_on": "2026-09-03", "template": "imported"},
    )

    def named(most: int = 9, **asked: str) -> list[str]:
        return [each.visit.record for each in reading.hinted(laptop, most, **asked)]

    assert named() == ["i-2", "i-1"]
    assert named(campaign="c-1") == ["i-2", "i-1"]
    assert named(campaign="c-0") == []
    assert named(day="2026-09-01") == ["i-1"]
    assert named(2) == ["i-2"]
    made = reading.hinted(laptop, 2)
    assert reading.hinted(laptop, 2) is made
    reading.forget(laptop)
    assert reading.hinted(laptop, 2) is not made
    assert named(2) == ["i-2"]


def test_a_form_was_begun_when_its_record_s_id_was_made() -> None:
    assert reading.moment_of("01a0b23d-f505-7abc-8def-0123456789ab") == "2026-09-18T02:00:00.005Z"
    assert reading.moment_of("01a0b23df5057abc8def0123456789ab") == "2026-09-18T02:00:00.005Z"
    for other in (
        "",
        "i-1",
        "01a0b23d-f505-4abc-8def-0123456789ab",
        "01a0b23d-f505-7abc-8def-0123456789a",
        "z" * 12 + "7" + "0" * 19,
    ):
        assert reading.moment_of(other) == ""
    assert reading.moment_of("f" * 12 + "7" + "0" * 19) == ""  # after the year 9999


# --- in words --------------------------------------------------------------------------------------------------------


def test_what_is_missing_at_a_gate_is_said_after_a_poor_survey() -> None:
    items = [item for section in template(2).sections for item in section.items][:2]
    first, second = (each.title.zh for each in items)
    poor = Standing(place="survey_failed", missing=items, satisfied=59.4, failed=True, least=62.5)
    assert reading.missing_words(poor) == f"测评满意 59%, 不到 62.5%; {first}; {second}"
    assert reading.missing_words(Standing(place="missing", missing=items[1:], satisfied=59.4)) == second
    assert reading.missing_words(Standing(place="ready", failed=True)) == ""


def test_a_reason_is_said_with_its_figures() -> None:
    def words(rule: str, **values: int | str) -> str:
        return reading.reason_words(Reason(rule=rule, pressing=0, values=values))

    assert words("overdue", count=2, days=3) == "逾期 2 项, 最久 3 天"
    assert words("no_liaison") == "应有联络员, 还没有"
    assert words("no_liaison", since="2026-09-01") == "2026-09-01 起没有联络员"
    assert words("make_up_due", day="2026-09-20", stage="study") == "补课 (学习动员) 应在 2026-09-20 前完成"
    set_language("en")
    assert words("due_soon", count=1) == "1 due soon"


def test_hints_are_said_one_by_one_and_on_one_line() -> None:
    late, two = Hint(code="late", values={"days": 9}), Hint(code="two_groups", values={"day": TODAY})
    assert reading.hint_words(late) == "检查后 9 天才记录。"
    assert reading.hints_words([late, two]) == f"检查后 9 天才记录; {TODAY} 另一个组也到了这个单位"
    assert reading.hints_json([late]) == [{"code": "late", "days": 9, "words": "检查后 9 天才记录。"}]
    set_language("en")
    assert (
        reading.hints_words([late, two]) == f"Recorded 9 days after the visit; Another group was here on {TODAY}, too"
    )
