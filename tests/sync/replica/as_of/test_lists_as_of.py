"""Lists as of a day: the register, gates, gaps, next visits, hints and a unit's file say what held then."""

from __future__ import annotations

from typing import Any

from supervisor_tui.reports.figure_words import figures_of, line_words
from supervisor_tui.rules.gaps import gaps
from supervisor_tui.rules.reading import hinted, standings, units_with_needs, visits
from sync.replica import Replica, query
from sync.replica.as_of.report_period import Register, register_rows
from sync.replica.as_of.trends import over_time
from sync.replica.queries.follow_ups import Wanted
from sync.replica.queries.search import Filters, find
from sync.replica.queries.succession import sub_units_then, succession
from sync.replica.queries.units import units_then
from tests.sync.office import Office

NOW = "2024-12-31"


def register(laptop: Replica, day: str, shown: str = "open", **wanted: str) -> list[tuple[str, str, str]]:
    listing = query.follow_ups(laptop, Wanted(shown=shown, day=day, **wanted), today=NOW)
    rows = listing.rows(0, 99)
    assert listing.count == len(rows)
    return [(row.record, row.status, row.due_on) for row in rows]


def moved_on(office: Office) -> None:
    """Let one item be closed in November, and opened again and put off in December."""
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", status="reported")
    office.says("u-1", "follow_up", "f-1", "2024-11-12T02:00:00.000Z", status="verified", by="p-2")
    office.says("u-1", "follow_up", "f-1", "2024-11-13T02:00:00.000Z", status="closed", by="p-2")
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="open", due_on="2025-01-31", by="p-2")


def test_the_register_of_a_past_day_shows_the_status_and_the_due_date_of_that_day(
    office: Office, laptop: Replica
) -> None:
    moved_on(office)
    assert register(laptop, "2024-11-11") == [("f-1", "reported", "2024-11-20")]
    assert register(laptop, "2024-11-12") == [("f-1", "verified", "2024-11-20")]
    assert register(laptop, "2024-11-30") == []
    assert register(laptop, "2024-11-30", "closed") == [("f-1", "closed", "2024-11-20")]
    assert register(laptop, "") == register(laptop, "2024-12-05") == [("f-1", "open", "2025-01-31")]


def test_the_register_of_a_day_before_an_item_was_opened_does_not_have_it(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    assert register(laptop, "2024-11-01", "all") == []
    assert register(laptop, "2024-11-02", "all") == [("f-1", "open", "2024-11-20")]


def test_what_is_overdue_or_soon_in_a_past_register_is_so_by_its_day(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    shown = {day: [s for s in ("overdue", "soon") if register(laptop, day, s)] for day in ("2024-11-18", "2024-11-21")}
    assert shown == {"2024-11-18": ["soon"], "2024-11-21": ["overdue"]}


def test_a_past_register_filters_by_what_units_were_and_by_campaign(office: Office, laptop: Replica) -> None:
    office.campaign("first", "1", "2024-03-01", "2024-08-31")
    office.item("u-1", "f-1", "2024-07-02T02:00:00.000Z", campaign="first")
    office.item("u-1", "f-2", "2024-11-02T02:00:00.000Z", campaign="second")
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", category="other")
    day = "2024-11-30"
    assert [row[0] for row in register(laptop, day, campaign="second")] == ["f-2"]
    assert [row[0] for row in register(laptop, "", campaign="first")] == ["f-1"]
    assert [row[0] for row in register(laptop, day, category="farm", text="f-1")] == ["f-1"]
    assert register(laptop, day, category="other") == register(laptop, "", category="farm") == []


def test_a_written_register_as_of_a_day_says_since_when_items_were_settled_then(
    office: Office, laptop: Replica
) -> None:
    moved_on(office)

    def rows(day: str) -> list[tuple[str, str, str]]:
        found = register_rows(laptop, Register(day=day, settled=True))
        return [(row.status, row.due_on, row.settled_on) for row in found]

    assert rows("2024-11-11") == [("reported", "2024-11-20", "")]
    assert rows("2024-11-30") == [("closed", "2024-11-20", "2024-11-13")]
    assert rows("") == [("open", "2025-01-31", "")]
    assert register_rows(laptop, Register(campaign="first", settled=True)) == []


VISIT = {"stage": "study", "template": "t", "group": "g", "summary": "x"}


def visit(office: Office, record: str, day: str, **more: object) -> None:
    office.says("u-1", "inspection", record, f"{day}T02:00:00.000Z", **VISIT | {"visited_on": day} | more)


def gate(office: Office, record: str, day: str, **more: object) -> None:
    fields = {"stage": "study", "decision": "pass", "why": "x", "decided_on": day, "campaign": "second"}
    office.says("u-1", "gate", record, f"{day}T02:00:00.000Z", **fields | more)


def places(laptop: Replica, day: str, campaign: str = "second") -> dict[str, str]:
    found = standings(laptop, query.campaign_named(laptop, campaign), "study", day=day)
    return {each.facts.unit: each.standing.place for each in found}


def test_a_gate_as_of_a_day_knows_no_visit_and_no_decision_after_it(office: Office, laptop: Replica) -> None:
    visit(office, "i-1", "2024-11-05", campaign="second")
    gate(office, "g-1", "2024-11-20", decision="make_up", due_on="2024-12-10")
    gate(office, "g-2", "2024-12-05")
    days = ("2024-11-04", "2024-11-05", "2024-11-20", "2024-12-05")
    assert [places(laptop, day)["u-1"] for day in days] == ["not_visited", "ready", "make_up", "passed"]


def test_a_gate_as_of_a_day_has_the_units_that_took_part_and_were_there_then(office: Office, laptop: Replica) -> None:
    office.unit("u-2", batch="2")
    office.says("u-2", "participation", "t-1", "2024-09-01T02:00:00.000Z", campaign="second", from_="2024-11-10")
    office.says("u-1", "unit", "u-1", "2024-11-20T02:00:00.000Z", closed_on="2024-11-20", closed_why="merged")
    assert [sorted(places(laptop, f"2024-11-{day}")) for day in ("09", "10", "20")] == [
        ["u-1"],
        ["u-1", "u-2"],
        ["u-2"],
    ]


def reasons(laptop: Replica, day: str, campaign: str = "") -> dict[str, list[str]]:
    found = visits(laptop, NOW, 99, campaign=campaign, day=day)
    return {each.unit: [reason.rule for reason in each.reasons] for each in found}


def test_where_to_go_next_as_of_a_day_is_what_was_pressing_then(office: Office, laptop: Replica) -> None:
    visit(office, "i-1", "2024-11-05")
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="reported", due_on="2025-01-31")
    note = {"mode": "visit", "content": "x", "noted_on": "2024-11-24", "next_on": "2024-11-27"}
    office.says("u-1", "liaison_note", "n-1", "2024-11-24T02:00:00.000Z", **note)
    gate(office, "g-1", "2024-11-26", decision="make_up", due_on="2024-11-28")
    expected = {
        "2024-11-04": ["not_visited"],
        "2024-11-18": ["due_soon"],
        "2024-11-23": ["overdue"],
        "2024-11-25": ["overdue", "promised"],
        "2024-11-27": ["make_up_due", "overdue", "promised"],
    }
    assert {day: reasons(laptop, day).get("u-1", []) for day in expected} == expected
    assert reasons(laptop, "2024-11-27", "second") == reasons(laptop, "2024-11-27")


def test_where_to_go_next_for_a_campaign_names_no_unit_that_did_not_take_part(office: Office, laptop: Replica) -> None:
    office.campaign("first", "1", "2024-03-01", "2024-08-31")
    office.unit("u-2", batch="1")
    assert set(reasons(laptop, "2024-08-01", "first")) == {"u-2"}
    assert reasons(laptop, "2024-09-30", "first") == {}


def test_gaps_as_of_a_day_are_those_of_the_day_and_the_campaign(office: Office, laptop: Replica) -> None:
    office.campaign("first", "1", "2024-03-01", "2024-08-31")
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", chain__first="新书记")

    def lacks_first(day: str, campaign: str = "second") -> bool:
        return any("first" in gap.lacks for gap in gaps(units_with_needs(laptop, day, campaign)))

    assert [lacks_first(day) for day in ("2024-12-04", "2024-12-05")] == [True, False]
    assert units_with_needs(laptop, "2024-12-04", "first") == []


def test_gaps_as_of_a_day_are_asked_by_what_a_participation_said_then(office: Office, laptop: Replica) -> None:
    at = "2024-09-01T02:00:00.000Z"
    office.says("u-1", "participation", "t-1", at, campaign="second", from_="2024-09-01")
    office.says("u-1", "participation", "t-1", "2024-12-05T02:00:00.000Z", until="2024-10-01", why="x")
    assert [unit.unit for unit, _ in units_with_needs(laptop, "2024-11-30", "second")] == ["u-1"]
    assert units_with_needs(laptop, "2024-12-06", "second") == []


def hinted_on(laptop: Replica, day: str = "", campaign: str = "") -> dict[str, list[str]]:
    found = hinted(laptop, day=day, campaign=campaign)
    return {row.visit.record: [hint.code for hint in row.hints] for row in found}


def test_hints_as_of_a_day_count_no_visit_after_it(office: Office, laptop: Replica) -> None:
    for number in range(1, 4):
        visit(office, f"i-{number}", f"2024-11-0{number}")
    assert hinted_on(laptop, "2024-11-02") == {}
    assert hinted_on(laptop, "2024-11-03") == {"i-3": ["month"]}  # the third within 30 days
    assert hinted_on(laptop, campaign="first") == {}


def test_the_list_of_hints_counts_a_visit_against_the_ceilings_of_its_own_campaign(
    office: Office, laptop: Replica
) -> None:
    office.campaign("third", "2", "2024-11-01", "2025-06-30")
    for number, campaign in enumerate(("second", "second", "third"), start=1):
        visit(office, f"i-{number}", f"2024-11-0{number}", campaign=campaign)
    assert hinted_on(laptop) == {}


def test_a_visit_in_hours_of_production_is_hinted_at_by_what_the_unit_was_on_its_day(
    office: Office, laptop: Replica
) -> None:
    at = "2024-01-02T00:00:00.000Z"
    office.says("district", "campaign", "second", at, **{"production__non_public": True})
    visit(office, "i-1", "2024-11-05", arrived="09:00", left="11:00")
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", category="non_public")
    assert hinted_on(laptop) == {}
    visit(office, "i-2", "2024-12-06", arrived="09:00", left="11:00")
    assert hinted_on(laptop) == {"i-2": ["production"]}


def test_search_by_a_stage_finds_what_is_of_one_campaign(office: Office, laptop: Replica) -> None:
    office.campaign("third", "2", "2024-11-01", "2999-12-31")
    for record, campaign in (("i-1", "second"), ("i-2", "third")):
        visit(office, record, "2024-11-05", campaign=campaign)

    def found(**wanted: str) -> list[str]:
        return [hit.record for hit in find(laptop, "", Filters(stage="study", **wanted))]

    assert found() == ["i-2"]  # of the one at hand
    assert found(campaign="second") == ["i-1"]


def test_a_brief_of_all_campaigns_has_the_stages_of_each_side_by_side(office: Office, laptop: Replica) -> None:
    office.campaign("third", "2", "2024-11-01", "2025-06-30")
    for record, campaign in (("i-1", "second"), ("i-2", "third"), ("i-3", "third")):
        visit(office, record, "2024-11-05", campaign=campaign)
    figures = figures_of(laptop, query.campaign_named(laptop, ""), "2024-11-01", "2024-11-30")
    (table,) = [each for each in figures.tables if each.name == "by_stage"]
    counted = {line_words(laptop, line): [figure.value for figure in line.figures] for line in table.lines}
    assert {tuple(words.split()[:1]): values for words, values in counted.items()} == {
        ("third",): [1, 2],
        ("second",): [1, 1],
    }


def test_a_card_as_of_a_day_says_what_the_unit_was_and_what_was_done_by_then(office: Office, laptop: Replica) -> None:
    moved_on(office)
    visit(office, "i-1", "2024-11-05")
    visit(office, "i-2", "2024-12-05")
    office.says("u-1", "count", "c-1", "2024-12-06T02:00:00.000Z", counted_on="2024-12-06", members=9)
    office.says("u-1", "unit", "u-1", "2024-12-07T02:00:00.000Z", category="other", chain__first="新书记")

    def card(day: str, campaign: str = "") -> tuple[object, ...]:
        found = query.unit(laptop, "u-1", NOW, day=day, campaign=campaign)
        assert found is not None
        first, counted = found.fields.get("chain.first"), found.counts.get("members")
        return found.category, first, counted, found.visits, len(found.verdicts), found.open, found.overdue

    assert card("2024-11-11") == ("farm", None, None, {"study": 1}, 1, 1, 0)
    assert card("2024-11-30") == ("farm", None, None, {"study": 1}, 1, 0, 0)
    assert card("2024-12-07") == card("") == ("other", "新书记", 9, {"study": 2}, 2, 1, 0)
    assert card("2024-12-07", "first") == ("other", "新书记", 9, {}, 0, 0, 0)


def test_a_history_as_of_a_day_has_records_up_to_it_with_the_states_of_the_day(office: Office, laptop: Replica) -> None:
    moved_on(office)
    visit(office, "i-1", "2024-11-05")
    visit(office, "i-2", "2024-12-05")
    office.says("u-1", "inspection", "i-1", "2024-12-06T02:00:00.000Z", summary="更正")  # a fact

    def rows(day: str, campaign: str = "") -> dict[str, object]:
        listing = query.history(laptop, "u-1", campaign=campaign, day=day)
        found = listing.rows(0, 99)
        assert listing.count == len(found)
        return {
            row.record: row.fields.get("status") or row.fields.get("summary") for row in found if row.kind != "unit"
        }

    assert rows("2024-11-30") == {"f-1": "closed", "i-1": "更正"}
    assert rows("2024-12-05") == rows("") == {"f-1": "open", "i-1": "更正", "i-2": "x"}
    assert rows("", "first") == {}


def test_a_unit_file_as_of_a_day_before_its_closing_knows_of_no_closing(office: Office, laptop: Replica) -> None:
    office.unit("u-2", batch="2", parent="u-1")
    office.item("u-2", "f-2", "2024-11-02T02:00:00.000Z")
    office.says("u-2", "follow_up", "f-2", "2024-12-05T02:00:00.000Z", status="reported", by="p-2")
    office.says("u-2", "follow_up", "f-2", "2024-12-06T02:00:00.000Z", status="verified")
    office.says("u-2", "follow_up", "f-2", "2024-12-07T02:00:00.000Z", status="closed")
    closing = {"closed_on": "2024-12-10", "closed_why": "merged", "successor": "u-1"}
    office.says("u-2", "unit", "u-2", "2024-12-10T02:00:00.000Z", **closing)
    then, now = (query.unit(laptop, "u-2", NOW, day=day) for day in ("2024-12-09", ""))
    assert then is not None
    assert now is not None
    assert (succession(laptop, then, "2024-12-09").successors, succession(laptop, now).closed_on) == ([], "2024-12-10")
    below = {day: [(row.unit, row.open, row.overdue) for row in sub_units_then(laptop, "u-1", day)] for day in DAYS}
    assert below == {"2024-11-30": [("u-2", 1, 1)], "2024-12-09": [("u-2", 0, 0)], "2024-12-10": []}


DAYS = ("2024-11-30", "2024-12-09", "2024-12-10")


def test_units_as_of_a_day_are_listed_with_what_was_done_by_then_in_the_campaign(
    office: Office, laptop: Replica
) -> None:
    moved_on(office)
    visit(office, "i-1", "2024-11-05")
    office.unit("u-2", batch="1")
    office.says("u-1", "unit", "u-1", "2024-12-20T02:00:00.000Z", closed_on="2024-12-20", closed_why="merged")

    def rows(day: str, **wanted: Any) -> list[tuple[str, str, int, int]]:
        return [(row.id, row.last_visit, row.open, row.overdue) for row in units_then(laptop, day, **wanted)]

    assert rows("2024-11-11") == [("u-1", "2024-11-05", 1, 0), ("u-2", "", 0, 0)]
    assert rows("2024-11-04", campaign="second") == [("u-1", "", 1, 0)]
    assert rows("2024-12-20") == [("u-2", "", 0, 0)]
    assert rows("2024-12-20", closed=True) == [("u-1", "2024-11-05", 1, 0)]


def test_opinions_over_time_are_answered_as_of_the_day(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z", nature="suggestion")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", status="reported")
    stated = {"status": "verified", "on": "2024-11-11", "by": "p-2"}
    office.says("u-1", "follow_up", "f-1", "2024-11-12T02:00:00.000Z", **stated)
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="returned", by="p-2")

    def opinions(day: str) -> list[tuple[str, str]]:
        return over_time(laptop, "u-1", day=day).opinions

    assert [opinions(day) for day in ("2024-11-01", "2024-11-10", "2024-11-30", "")] == [
        [],
        [("2024-11-02", "")],
        [("2024-11-02", "2024-11-11")],
        [("2024-11-02", "")],
    ]
    assert over_time(laptop, "u-1", campaign="first").opinions == []
