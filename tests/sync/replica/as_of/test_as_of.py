"""What a past period says, whatever came after it: campaigns that follow, units that change, items that reopen."""

from __future__ import annotations

from pathlib import Path

from sync.replica import Replica
from sync.replica.as_of.calendar import zones
from sync.replica.as_of.participants import at_hand, participants
from sync.replica.as_of.report_period import Period, period
from sync.replica.maintenance.rederive import differing
from sync.replica.queries.unit_cards import unit as unit_card
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

MORNING = "T23:30:00.000Z"  # half past seven in the morning of the next day in China


def november(laptop: Replica, campaign: str = "second") -> Period:
    return period(laptop, campaign, "2024-11-01", "2024-11-30")


def settled(found: Period) -> list[str]:
    return [row.record for row in found.follow_ups if row.settled_on]


def test_an_item_opened_in_the_morning_of_the_first_of_december_is_decembers(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", f"2024-11-30{MORNING}")
    assert november(laptop).follow_ups == []
    found = period(laptop, "second", "2024-12-01", "2024-12-31").follow_ups
    assert [row.opened_on for row in found] == ["2024-12-01"]
    row = laptop.connection.execute("SELECT day FROM record WHERE record = 'f-1'").fetchone()
    assert row == ("2024-12-01",)


def test_an_item_that_reopens_in_december_stays_settled_in_november(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", status="reported", by="p-1")
    office.says("u-1", "follow_up", "f-1", "2024-11-12T02:00:00.000Z", status="verified", by="p-2")
    office.says("u-1", "follow_up", "f-1", "2024-11-13T02:00:00.000Z", status="closed", by="p-2")
    before = november(laptop).follow_ups
    assert [(row.status, row.settled_on) for row in before] == [("closed", "2024-11-13")]
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="open", by="p-2")
    assert november(laptop).follow_ups == before


def test_a_step_holds_from_the_day_it_states(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", status="reported", by="p-1")
    office.says("u-1", "follow_up", "f-1", "2024-11-11T02:00:00.000Z", status="verified", by="p-2")
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", status="closed", by="p-2", on="2024-11-28")
    assert [row.settled_on for row in november(laptop).follow_ups] == ["2024-11-28"]
    assert settled(period(laptop, "second", "2024-11-01", "2024-11-27")) == []


def test_a_due_date_that_moves_later_leaves_the_past_overdue(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.says("u-1", "follow_up", "f-1", "2024-12-05T02:00:00.000Z", due_on="2025-01-31", why="x")
    assert [row.due_on for row in november(laptop).follow_ups] == ["2024-11-20"]
    (row,) = laptop.connection.execute("SELECT due_on FROM follow_up").fetchall()
    assert row == ("2025-01-31",)


def test_a_unit_that_changes_is_in_the_past_what_it_was(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", category="other", chain__first="新书记")
    (unit,) = november(laptop).units
    assert (unit.category, unit.chain) == ("farm", {})


def test_a_correction_of_a_unit_holds_from_the_beginning(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", category="other", correction=True)
    assert [unit.category for unit in november(laptop).units] == ["other"]


def test_a_unit_that_closed_counts_in_every_period_in_which_it_was_there(office: Office, laptop: Replica) -> None:
    visit = {"visited_on": "2024-11-05", "stage": "study", "template": "t", "group": "g", "summary": "x"}
    office.says("u-1", "inspection", "i-1", "2024-11-05T02:00:00.000Z", **visit)
    before = november(laptop)
    office.says("u-1", "unit", "u-1", "2024-11-20T02:00:00.000Z", closed_on="2024-11-20", closed_why="merged")
    after = november(laptop)
    assert ([unit.unit for unit in after.units], after.records) == (["u-1"], before.records)
    assert [row.record for row in after.records] == ["i-1"]
    assert period(laptop, "second", "2024-11-21", "2024-11-30").units == []


def test_a_unit_that_opens_again_stays_closed_while_it_was(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-10-20T02:00:00.000Z", closed_on="2024-10-20", closed_why="dissolved")
    assert november(laptop).units == []
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", closed_on=None, why="x")
    assert november(laptop).units == []
    assert [unit.unit for unit in period(laptop, "second", "2024-12-06", "2024-12-31").units] == ["u-1"]


def test_a_closing_that_is_corrected_was_never(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-10-20T02:00:00.000Z", closed_on="2024-10-20", closed_why="dissolved")
    office.says("u-1", "unit", "u-1", "2024-10-25T02:00:00.000Z", closed_on=None, correction=True, why="x")
    assert [unit.unit for unit in november(laptop).units] == ["u-1"]


def test_a_unit_in_a_period_after_its_closing_day_is_not_counted_and_its_records_are_listed(
    office: Office, laptop: Replica
) -> None:
    office.says("u-1", "unit", "u-1", "2024-11-10T02:00:00.000Z", closed_on="2024-11-10", closed_why="merged")
    visit = {"stage": "study", "template": "t", "group": "g", "summary": "x"}
    for number, day in (("i-1", "2024-11-09"), ("i-2", "2024-11-10")):
        office.says("u-1", "inspection", number, f"{day}T02:00:00.000Z", visited_on=day, **visit)
    found = november(laptop)
    assert ([row.record for row in found.records], [row.record for row in found.outside]) == (["i-1"], ["i-2"])
    later = period(laptop, "second", "2024-11-10", "2024-11-30")
    assert (later.units, later.records, [row.record for row in later.outside]) == ([], [], ["i-2"])


def test_a_participation_that_is_ended_afterwards_leaves_the_past(office: Office, laptop: Replica) -> None:
    at = "2024-09-01T02:00:00.000Z"
    office.says("u-1", "participation", "t-1", at, campaign="second", from_="2024-09-01")
    visit = {"stage": "study", "template": "t", "group": "g", "summary": "x", "campaign": "second"}
    office.says("u-1", "inspection", "i-1", "2024-11-20T02:00:00.000Z", visited_on="2024-11-20", **visit)
    office.says("u-1", "participation", "t-1", "2024-12-05T02:00:00.000Z", until="2024-11-15", why="x")
    assert [row.record for row in november(laptop).records] == ["i-1"]
    longer = period(laptop, "second", "2024-11-01", "2024-12-31")
    assert (longer.records, [row.record for row in longer.outside]) == ([], ["i-1"])
    office.says("u-1", "participation", "t-1", "2024-12-20T02:00:00.000Z", withdrawn=True, why="x")
    assert [row.record for row in november(laptop).records] == ["i-1"]


def test_a_participation_of_which_the_beginning_is_kept_apart_says_nothing(office: Office, laptop: Replica) -> None:
    office.says("u-1", "participation", "t-1", "2024-09-01T02:00:00.000Z", until="2024-11-15")
    assert [unit.unit for unit in november(laptop).units] == ["u-1"]


def test_an_addition_by_a_clock_that_is_behind_does_not_hold_from_the_beginning(
    office: Office, laptop: Replica
) -> None:
    office.says("u-1", "unit", "u-1", "2023-12-05T02:00:00.000Z", closed_on="2024-11-20", on="2024-12-05")
    assert [unit.unit for unit in november(laptop).units] == ["u-1"]
    assert period(laptop, "second", "2024-12-06", "2024-12-31").units == []


def test_a_unit_that_was_enrolled_and_never_was_counts_nowhere(office: Office, laptop: Replica) -> None:
    at = "2024-09-01T02:00:00.000Z"
    office.says("u-1", "participation", "t-1", at, campaign="second", from_="2024-09-01")
    office.says("u-1", "unit", "u-1", "2024-12-05T02:00:00.000Z", withdrawn=True, why="x")
    assert november(laptop).units == []


def test_a_period_that_has_not_begun_counts_nothing(office: Office, laptop: Replica) -> None:
    office.campaign("endless", "2", "2024-09-01", "2999-12-31")
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z", campaign="endless")
    found = period(laptop, "endless", "2999-01-01", "2999-01-31")
    assert (found.units, found.follow_ups, found.earlier) == ([], [], [])


def test_a_unit_withdrawn_with_records_was_there_until_then_and_one_without_never(
    office: Office, laptop: Replica
) -> None:
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")
    office.unit("u-2", batch="2")
    for unit in ("u-1", "u-2"):
        office.says(unit, "unit", unit, "2024-12-05T02:00:00.000Z", withdrawn=True)
    found = november(laptop)
    assert [unit.unit for unit in found.units] == ["u-1"]
    assert period(laptop, "second", "2024-12-06", "2024-12-31").units == []
    assert [row.record for row in found.follow_ups] == ["f-1"]


def test_a_gate_passed_in_one_campaign_is_not_passed_in_the_next(office: Office, laptop: Replica) -> None:
    from sync.replica.as_of.planning import at_gate

    office.campaign("third", "3", "2024-11-01", "2025-06-30")
    gate = {"stage": "study", "decision": "pass", "why": "x", "decided_on": "2024-11-02"}
    office.says("u-1", "gate", "g-1", "2024-11-02T02:00:00.000Z", campaign="second", **gate)
    assert [each.decision for each in at_gate(laptop, "second", "study", lambda _: frozenset())] == ["pass"]
    assert [each.decision for each in at_gate(laptop, "third", "study", lambda _: frozenset())] == [""]


def test_records_of_old_are_placed_when_their_campaign_arrives_and_placed_anew_when_their_unit_takes_part(
    tmp_path: Path,
) -> None:
    with new_laptop(tmp_path / "late.db", "p-1", "office") as laptop:
        office = Office(laptop)
        office.unit("u-1")
        office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z")

        def campaign() -> str:
            (row,) = laptop.connection.execute("SELECT campaign FROM record WHERE record = 'f-1'").fetchall()
            return str(row[0])

        assert campaign() == ""
        office.campaign("second", "2", "2024-09-01", "2025-02-28")
        assert campaign() == "second"
        office.campaign("third", "3", "2024-11-01", "2025-06-30")
        assert campaign() == "third"  # of two, the one that began later
        at = "2024-11-03T02:00:00.000Z"
        office.says("u-1", "participation", "t-1", at, campaign="second", from_="2024-09-01")
        assert campaign() == "second"
        office.says("u-1", "participation", "t-1", at, until="2024-10-31", why="x")
        assert campaign() == ""
        assert differing(laptop) == []


def test_a_visit_while_its_unit_did_not_take_part_is_listed_and_not_counted(office: Office, laptop: Replica) -> None:
    at = "2024-09-01T02:00:00.000Z"
    office.says("u-1", "participation", "t-1", at, campaign="second", from_="2024-09-01", until="2024-11-09")
    visit = {"stage": "study", "template": "t", "group": "g", "summary": "x", "campaign": "second"}
    for number, day in (("i-1", "2024-11-09"), ("i-2", "2024-11-10")):
        office.says("u-1", "inspection", number, f"{day}T02:00:00.000Z", visited_on=day, **visit)
    found = november(laptop)
    assert ([row.record for row in found.records], [row.record for row in found.outside]) == (["i-1"], ["i-2"])


def test_what_other_campaigns_left_open_is_a_line_of_its_own(office: Office, laptop: Replica) -> None:
    office.campaign("first", "1", "2024-03-01", "2024-08-31")
    office.item("u-1", "f-1", "2024-07-02T02:00:00.000Z", campaign="first")
    office.item("u-1", "f-2", "2024-11-02T02:00:00.000Z", campaign="second")
    found = november(laptop)
    assert ([row.record for row in found.earlier], [row.record for row in found.follow_ups]) == (["f-1"], ["f-2"])
    everything = november(laptop, "")
    assert [row.record for row in everything.follow_ups] == ["f-1", "f-2"]
    assert everything.earlier == []
    assert november(laptop, "first").earlier == []  # what began later is not left over


def test_a_unit_withdrawn_of_which_all_was_kept_apart_was_never(office: Office, laptop: Replica) -> None:
    office.unit("u-2")
    given = {"nature": "problem", "title": "f-2", "due_on": "2024-11-20", "status": "open"}
    office.says_apart("u-2", "follow_up", "f-2", "2024-11-02T02:00:00.000Z", **given)
    office.says("u-2", "unit", "u-2", "2024-12-05T02:00:00.000Z", withdrawn=True)
    assert [unit.unit for unit in period(laptop, "second", "2024-11-01", "2024-11-30").units] == ["u-1"]


def test_a_campaign_that_has_not_begun_is_never_at_hand(office: Office, laptop: Replica) -> None:
    assert at_hand(laptop, "2024-11-30", "u-1") == "second"
    office.campaign("next", "2", "2025-09-01", "2026-02-28")
    assert at_hand(laptop, "2024-11-30", "u-1") == at_hand(laptop, "2024-11-30") == "second"
    laptop.set_setting("campaign", "next")
    assert at_hand(laptop, "2024-11-30", "u-1") == "second"
    assert at_hand(laptop, "2025-09-01", "u-1") == "next"
    assert at_hand(laptop, "2024-08-31", "u-1") == ""


def test_who_takes_part_is_asked_of_a_campaign_and_days(office: Office, laptop: Replica) -> None:
    office.unit("u-2", batch="第三批")
    office.unit("u-3")
    taking_part = participants(laptop)
    assert sorted(taking_part.of("second", "2024-11-01", "2024-11-30")) == ["u-1", "u-3"]
    assert taking_part.of("second", "2025-03-01", "2025-03-31") == {}


def test_a_new_time_zone_moves_no_day_before_it(office: Office, laptop: Replica) -> None:
    office.item("u-1", "f-1", f"2024-11-10{MORNING}")
    office.item("u-1", "f-2", f"2024-11-20{MORNING}")
    at = "2024-11-14T02:00:00.000Z"
    office.says("district", "district", "district", at, **{"time_zone__2024-11-15": "Europe/Berlin"})
    days = dict(laptop.connection.execute("SELECT record, day FROM record WHERE kind = 'follow_up'").fetchall())
    assert days == {"f-1": "2024-11-11", "f-2": "2024-11-21"}
    assert zones(laptop).zone_on("2024-11-14") == "Asia/Shanghai"
    assert zones(laptop).zone_on("2024-11-15") == "Europe/Berlin"


def test_a_time_zone_that_arrives_later_moves_the_days_that_it_holds_on(office: Office, laptop: Replica) -> None:
    office.says("u-1", "unit", "u-1", "2024-11-20T17:00:00.000Z", category="other")
    office.item("u-1", "f-1", "2024-11-10T17:00:00.000Z")
    office.item("u-1", "f-2", "2024-11-20T17:00:00.000Z")
    office.says("u-1", "follow_up", "f-2", "2024-11-21T17:00:00.000Z", status="in_progress")
    at = "2024-11-25T02:00:00.000Z"
    office.says("district", "district", "district", at, **{"time_zone__2024-11-15": "Europe/Berlin"})
    days = dict(laptop.connection.execute("SELECT record, day FROM record WHERE kind = 'follow_up'").fetchall())
    assert days == {"f-1": "2024-11-11", "f-2": "2024-11-20"}
    past = laptop.connection.execute("SELECT field, until FROM past WHERE field IN ('category', 'status')").fetchall()
    assert sorted(past) == [("category", "2024-11-20"), ("status", "2024-11-21")]


def test_a_card_counts_the_visits_of_its_campaign_and_all_campaigns_never_count_one_twice(
    office: Office, laptop: Replica
) -> None:
    office.campaign("third", "2", "2025-03-01", "2025-08-31")
    visit = {"stage": "study", "template": "t", "group": "g", "summary": "x"}
    for record, day in (("i-1", "2024-11-05"), ("i-2", "2025-03-05"), ("i-3", "2025-03-06")):
        office.says("u-1", "inspection", record, f"{day}T02:00:00.000Z", visited_on=day, **visit)
    cards = [unit_card(laptop, "u-1", day) for day in ("2024-12-01", "2025-03-10")]
    assert [card.visits for card in cards if card] == [{"study": 1}, {"study": 2}]
    every, *each = [period(laptop, name, "2024-09-01", "2025-12-31").records for name in ("", "second", "third")]
    assert [row.record for row in every] == ["i-1", "i-2", "i-3"]
    assert [row for rows in each for row in rows] == every
