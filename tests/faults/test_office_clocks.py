"""An office whose clock is wrong assigns a unit: nobody loses what she was entitled to write."""

from __future__ import annotations

import pytest

from sync.central import admin, set_aside
from sync.central.store import Edit
from sync.ids import assignment_record
from sync.replica import answering, append
from tests.faults.test_model import template, world
from tests.faults.world import World

__all__ = ["template", "world"]  # fixtures


@pytest.mark.parametrize("year", ["right", "1970", "2099"])
def test_what_was_written_within_a_term_is_accepted_whatever_the_clock_of_the_office_that_ended_it(
    world: World, year: str
) -> None:
    term = {"unit": "u-1", "from": "2020-01-01", "group": "first"}
    admin.put(world.store, [Edit(ledger="staff", kind="assignment", record=assignment_record("u-1"), fields=term)])
    for who in ("wang", "director"):
        world.sync(who)
    note = {"noted_on": "2026-09-17", "mode": "visit", "content": "到单位联系"}
    world.do_and_keep("wang", lambda laptop: append.create(laptop, "liaison_note", "u-1", note))
    world.set_clock("director", year)
    world.do_and_keep("director", lambda laptop: answering.assign(laptop, ["u-1"], group="second", why="分工")[0])
    for who in ("director", "wang"):
        world.sync(who)
    assert set_aside.every_item(world.store) == []
    assert world.store.access().on("2026-09-17").assignments[assignment_record("u-1")].group == "first"
