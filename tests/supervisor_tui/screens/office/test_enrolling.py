"""The office lets units take part in a campaign: one unit from its file, a selection from the list, by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli.commands import run
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import t
from sync.replica import Replica
from sync.replica.editing.edits import Refused
from sync.replica.editing.enrolling import end, enrol, terms
from sync.timeline.participation import Term
from tests.supervisor_tui.checklists import words
from tests.supervisor_tui.workbench import (
    STORE,
    Pen,
    assert_aligned,
    new_workbench_file,
    press,
    shown,
    until,
    workbench,
    write,
)

pytestmark = pytest.mark.usefixtures("that_day")
SECOND, THIRD = Term("c-1", "2026-09-01"), Term("c-2", "2026-09-15")


def _next_campaign(replica: Replica) -> None:
    fields: dict[str, Any] = {"title": words("第三批", "Third"), "batch": "3", "starts_on": "2026-09-15"}
    pen = Pen(replica)
    pen.ends["district", "store-2"] = (0, "")
    pen.write("district", "campaign", "c-2", fields, device="store-2", by=STORE, at="2026-09-10T00:00:00.000Z")


def _enrolled(replica: Replica) -> list[str]:
    return [row[0] for row in replica.connection.execute("SELECT ledger FROM participation WHERE campaign = 'c-2'")]


async def test_a_selection_of_the_list_is_enrolled(tmp_path: Path) -> None:
    app = workbench(tmp_path / "laptop.db", "office")
    _next_campaign(app.replica)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "ctrl+v")
        assert t("duty.marked", count=2) in shown(app)
        assert_aligned(app)
        await press(pilot, "ctrl+a")
        await until(pilot, lambda: t("enrol.ask_campaign", count=2) in shown(app))
        await press(pilot, "1")
        await until(pilot, lambda: t("enrol.ask_from") in shown(app))
        assert "2026-09-15" in shown(app)
        await press(pilot, "enter")
        await until(pilot, lambda: t("enrol.ask_until") in shown(app))
        await write(pilot, "2028年2月29日")
        await press(pilot, "enter")
        await until(pilot, lambda: len(_enrolled(app.replica)) == 2)
        for unit in _enrolled(app.replica):
            assert terms(app.replica, unit) == [SECOND, Term("c-2", "2026-09-15", "2028-02-29")]
        await press(pilot, "escape")
        assert t("duty.marked", count=2) not in shown(app)


async def test_a_unit_s_file_shows_what_it_takes_part_in_and_ends_it_with_a_reason(tmp_path: Path) -> None:
    app = workbench(tmp_path / "laptop.db", "office")
    _next_campaign(app.replica)
    enrol(app.replica, ["u-01"], THIRD)
    async with app.run_test(size=(80, 24)) as pilot:
        from supervisor_tui.screens.records.unit import UnitScreen

        app.push_screen(UnitScreen("u-01"))
        await until(pilot, lambda: t("term.from", since="2026-09-15") in shown(app))
        await press(pilot, "ctrl+a", "1")
        await until(pilot, lambda: t("enrol.ask_from") in shown(app))
        await press(pilot, "ctrl+u", "delete", "enter")
        await until(pilot, lambda: t("enrol.ask_end") in shown(app))
        await write(pilot, "2026-12-31")
        await press(pilot, "enter")
        await until(pilot, lambda: t("enrol.ask_why") in shown(app))
        await write(pilot, "单位调整")
        await press(pilot, "enter")
        await until(pilot, lambda: t("term.until", since="2026-09-15", until="2026-12-31") in shown(app))
        assert_aligned(app)


async def test_only_the_office_enrols(tmp_path: Path) -> None:
    app = workbench(tmp_path / "laptop.db", "group")
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "space", "ctrl+a")
        assert t("enrol.ask_campaign", count=1) not in shown(app)
        assert t("duty.marked", count=1) not in shown(app)


def test_all_are_enrolled_or_none(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db", "office") as replica:
        _next_campaign(replica)
        assert enrol(replica, ["u-01", "u-02"], THIRD) == 2
        assert enrol(replica, ["u-01", "u-02"], THIRD) == 0
        with pytest.raises(Refused, match="reason"):
            end(replica, ["u-01", "u-02"], "c-2", "2026-12-31")
        assert terms(replica, "u-01")[-1] == terms(replica, "u-02")[-1] == THIRD
        for wrong in (Term("c-9", "2026-09-15"), Term("c-2", "2026-09-15", "2026-09-14")):
            with pytest.raises(Refused):
                enrol(replica, ["u-03"], wrong)


def test_the_command_enrols_and_ends_by_name_and_filter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = tmp_path / "home"
    file = profile_file(home, "default")
    file.parent.mkdir(parents=True)
    with new_workbench_file(file, "office") as replica:
        _next_campaign(replica)

    def said(*words: str, wanted: int = 0) -> Any:
        assert run(["--home", str(home), "--lang", "en", "enrol", *words, "--campaign", "c-2"]) == wanted
        out, err = capsys.readouterr()
        return json.loads(out) if not wanted else err

    assert said("--category", "town_office", "--from", "2026-09-15") == {"units": 2, "changed": 2}
    assert said("--category", "town_office", "--from", "2026-09-16") == {"units": 2, "changed": 0}
    assert "reason" in said("u-04", "--until", "2026-12-31", wanted=1)
    assert said("u-04", "--until", "2026-12-31", "--why", "x") == {"units": 1, "changed": 1}
    assert "--from" in said("u-04", wanted=2)
    assert "--batch" in said("--from", "2026-09-15", wanted=2)
    assert "no day" in said("u-04", "--from", "2027-02-29", wanted=2)
    with Replica.open(file) as replica:
        assert terms(replica, "u-04")[-1] == Term("c-2", "2026-09-15", "2026-12-31")
