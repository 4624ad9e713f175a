"""A laptop whose clock is behind what its file holds: the forms ask for the day, and `doctor` says so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from supervisor_tui.cli.doctor import looked_at
from supervisor_tui.locale import t
from supervisor_tui.screens.entry.form import FormScreen
from supervisor_tui.screens.entry.inspection import InspectionScreen
from supervisor_tui.screens.entry.liaison_note import NoteScreen
from supervisor_tui.screens.entry.simple import PlainFormScreen
from sync.replica.as_of.calendar import day_to_offer, is_clock_behind
from tests.supervisor_tui.workbench import Pen, new_workbench_file, until, workbench

NOTE = {"noted_on": "2026-09-10", "mode": "phone", "content": "x"}
NEXT = 10_000  # a number that the store has not given yet
LATER = "2999-01-01T02:00:00.000Z"


@pytest.mark.parametrize(
    ("made", "field"),
    [
        (InspectionScreen, "visited_on"),
        (NoteScreen, "noted_on"),
        (partial(PlainFormScreen, "count"), "counted_on"),
        (partial(PlainFormScreen, "survey"), "held_on"),
        (partial(PlainFormScreen, "gate"), "decided_on"),
    ],
    ids=["inspection", "note", "count", "survey", "gate"],
)
@pytest.mark.parametrize("behind", [False, True], ids=["right", "behind"])
async def test_a_form_offers_its_day_only_by_a_clock_that_may_be_right(
    tmp_path: Path, made: Callable[[str], FormScreen], field: str, *, behind: bool
) -> None:
    app, form = workbench(tmp_path / "laptop.db"), made("u-02")
    if behind:
        _receive_later(Pen(app.replica))
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(form)
        await until(pilot, lambda: app.screen is form and form.is_begun)
        assert (field in form.fields) is not behind


def test_doctor_says_that_the_clock_is_behind(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        assert day_to_offer(replica)
        _receive_later(Pen(replica))
        assert day_to_offer(replica) == ""
        assert [each.seen for each in looked_at(replica) if each.name == "clock"] == [t("skew.behind")]


def test_a_colleague_s_clock_that_is_ahead_does_not_make_this_one_behind(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        Pen(replica).write("u-09", "liaison_note", "r-ahead", NOTE, device="d-9", at=LATER)
        assert not is_clock_behind(replica)


def test_an_older_entry_that_came_last_does_not_hide_that_the_clock_is_behind(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        pen = Pen(replica)
        _receive_later(pen)
        pen.receipt(pen.write("u-10", "liaison_note", "r-older", NOTE, device="d-8"), number=0)
        assert is_clock_behind(replica)


def test_a_later_receipt_shows_that_the_store_s_clock_was_ahead_in_an_earlier_one(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        pen = Pen(replica)
        _receive_later(pen)
        pen.receipt(pen.write("u-10", "liaison_note", "r-next", NOTE, device="d-8"), number=NEXT + 1)
        assert not is_clock_behind(replica)


@pytest.mark.parametrize("sent", [False, True])
def test_what_was_written_here_counts_until_the_store_s_receipt_stands_for_it(tmp_path: Path, *, sent: bool) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        pen = Pen(replica)
        entry = pen.write("u-09", "liaison_note", "r-mine", NOTE, at=LATER, kept=False)
        if sent:  # the clock was fast then, and has been put right
            pen.receipt(entry)
        assert is_clock_behind(replica) is not sent


def _receive_later(pen: Pen) -> None:
    """Let an entry arrive that the store took later than this clock shows, though its writer dated it before."""
    pen.receipt(pen.write("u-09", "liaison_note", "r-later", NOTE, device="d-9"), at=LATER, number=NEXT)
