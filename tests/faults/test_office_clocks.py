"""An office whose clock is wrong: nobody loses what she was entitled to write, and no day that has passed changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sync.central.admin import quarantine, staff
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit
from sync.ledger.ids import assignment_record
from sync.replica.as_of import assignments
from sync.replica.as_of.calendar import certain_day, is_clock_behind
from sync.replica.as_of.existing_units import units_there
from sync.replica.editing import edits
from sync.replica.editing.closing import Closing, close
from sync.replica.queries.follow_ups import Wanted, follow_ups
from tests.faults.lot import acting
from tests.faults.test_model import template, world
from tests.faults.world import World

__all__ = ["template", "world"]  # fixtures

YESTERDAY, TODAY = "2026-09-17", "2026-09-18"  # by the clocks that are right


@pytest.mark.parametrize("year", ["right", "1970", "2099"])
def test_what_was_written_within_a_term_is_accepted_whatever_the_clock_of_the_office_that_ended_it(
    world: World, year: str
) -> None:
    term = {"unit": "u-1", "from": "2020-01-01", "group": "first"}
    staff.put(world.store, [Edit(ledger="staff", kind="assignment", record=assignment_record("u-1"), fields=term)])
    for who in ("wang", "director"):
        world.sync(who)
    note = {"noted_on": "2026-09-17", "mode": "visit", "content": "到单位联系"}
    world.do_and_keep("wang", lambda laptop: edits.create(laptop, "liaison_note", "u-1", note))
    world.set_clock("director", year)
    world.do_and_keep("director", lambda laptop: assignments.assign(laptop, ["u-1"], group="second", why="分工")[0])
    for who in ("director", "wang"):
        world.sync(who)
    assert quarantine.every_item(world.store) == []
    assert world.store.access().on("2026-09-17").assignments[assignment_record("u-1")].group == "first"


def test_a_state_changed_by_an_office_whose_clock_is_behind_stays_what_it_was_on_days_that_have_passed(
    world: World,
) -> None:
    """Of units and follow-ups: by that clock each change would hold since 1970."""
    world.sync("director")
    director = world.laptops["director"].replica
    problem = {"nature": "problem", "title": "补发必读篇目", "due_on": "2026-09-25", "status": "open"}
    world.do_and_keep("director", lambda laptop: edits.create(laptop, "follow_up", "u-1", problem))
    (record,) = director.connection.execute("SELECT record FROM record WHERE kind = 'follow_up'").fetchone()
    world.sync("director")
    before = _as_of(world, YESTERDAY)
    world.set_clock("director", "1970")
    for changes in (
        lambda laptop: edits.correct(laptop, "u-1", {"category": "town_office"}, "改类"),
        lambda laptop: edits.step(laptop, record, "in_progress"),
    ):
        assert world.do_and_keep("director", changes)
    world.sync("director")
    assert _as_of(world, YESTERDAY) == before
    (category,) = director.connection.execute("SELECT category FROM unit WHERE ledger = 'u-1'").fetchone()
    assert category == "town_office"


def test_an_office_whose_clock_is_behind_closes_a_unit_on_the_last_day_that_has_come_for_certain(world: World) -> None:
    world.sync("director")
    world.write("director", "liaison_note", "u-2")
    world.sync("director")
    world.set_clock("director", "1970")
    closing = Closing(unit="u-2", on=TODAY, closed_why="dissolved", reason="撤销", successors=())
    assert world.do_and_keep("director", lambda laptop: close(laptop, closing, [])[-1])


def test_a_store_whose_clock_is_behind_dates_no_change_of_duties_by_it(world: World) -> None:
    world.sync("wang")
    world.write("wang", "liaison_note", "u-1")
    world.sync("wang")
    wang = world.people["wang"]
    acts: tuple[Callable[[str], int], ...] = (
        lambda on: staff.assign(world.store, ["u-1"], "second", None, staff.Term(since=on)),
        lambda on: staff.change_person(world.store, wang, None, "second", staff.When(on=on)),
        lambda on: staff.leave(world.store, wang, staff.When(on=on)),
        lambda on: staff.close_group(world.store, "first", staff.When(on=on)),
    )
    for act in acts:
        with acting(timedelta(days=-365 * 56)):
            with pytest.raises(Refusal, match="clock"):
                act("")
            assert act(TODAY) == 1


def test_a_store_whose_clock_was_once_far_ahead_makes_nobody_s_clock_behind_once_it_is_right(world: World) -> None:
    world.sync("wang")
    world.road.store_is_wrong_by = timedelta(days=365 * 73)
    world.write("wang", "liaison_note", "u-1")
    world.sync("wang")
    wang = world.laptops["wang"].replica
    assert is_clock_behind(wang)  # or the store's is ahead: nobody can know yet
    world.road.store_is_wrong_by = timedelta()
    world.write("wang", "liaison_note", "u-2")
    world.sync("wang")
    assert not is_clock_behind(wang)
    assert certain_day(wang) == TODAY
    assert staff.assign(world.store, ["u-1"], "second", None) == 1
    assert world.store.access().on(TODAY).assignments[assignment_record("u-1")].group == "second"


def _as_of(world: World, day: str) -> list[object]:
    """What the office's laptop says of units and follow-ups at the end of a day."""
    replica = world.laptops["director"].replica
    rows = follow_ups(replica, Wanted(shown="all", day=day), today=day)
    return [*units_there(replica, day), *rows.rows(0, rows.count)]
