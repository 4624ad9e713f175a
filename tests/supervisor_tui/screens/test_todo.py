"""To-do by keys: whose turn it is, what a step makes of an item, taking it back, and what the office rules on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from supervisor_tui import whose_turn
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.screens.dialogs.prompt import AskScreen
from supervisor_tui.screens.office.reviews import ReviewsScreen
from supervisor_tui.screens.records.follow_ups import RegisterScreen
from supervisor_tui.screens.records.record import RecordScreen
from supervisor_tui.screens.todo import TodoScreen
from sync.ledger.governance import ALWAYS_GOVERNED
from sync.replica import query
from sync.replica.editing import requests, reviews
from tests.supervisor_tui.workbench import (
    COLLEAGUE,
    ME,
    OFFICER,
    SIZES,
    Pen,
    assert_aligned,
    new_workbench_file,
    press,
    screen_lines,
    shown,
    until,
    write,
)

pytestmark = pytest.mark.usefixtures("that_day")

ITEM = {"nature": "problem", "due_on": "2026-12-31", "status": "open"}


def bench(folder: Path, role: str = "group") -> WorkbenchApp:
    """The workbench over a governed district in which follow-ups stand at every turn."""
    replica = new_workbench_file(folder / "replica.db", role)
    pen = Pen(replica)
    pen.write("district", "district", "district", {"governed_from": ALWAYS_GOVERNED}, device="store-9", by="store")
    _life(pen, "f-back", ME, (ME, "reported"), (COLLEAGUE, "returned"))
    _life(pen, "f-verify", COLLEAGUE, (COLLEAGUE, "reported"))
    _life(pen, "f-close", OFFICER, (OFFICER, "reported"), (COLLEAGUE, "verified"))
    pen.write("u-02", "follow_up", "f-due", ITEM | {"title": "f-due", "due_on": "2026-09-19"}, device="d-9", by=OFFICER)
    return WorkbenchApp(replica.path, replica)


def _life(pen: Pen, record: str, opener: str, *steps: tuple[str, str]) -> None:
    written = pen.write("u-02", "follow_up", record, ITEM | {"title": record}, device="d-9", by=opener)
    for hour, (by, status) in enumerate(steps, start=3):
        at = f"2026-09-12T{hour:02}:00:00.000Z"
        over = {"status": [written.hash]}
        fields = {"status": status, "on": "2026-09-12"}
        written = pen.write("u-02", "follow_up", record, fields, device="d-9", by=by, at=at, over=over)


def _status(app: WorkbenchApp, record: str) -> str:
    found = query.record(app.replica, record)
    return str(found.fields["status"]) if found is not None else ""


def _rows(app: WorkbenchApp) -> list[str]:
    assert isinstance(app.screen, TodoScreen)
    listed = app.screen.todo
    found = [listed.row_at(place) for place in range(listed.count)]
    return [f"{row.sort} {row.record or row.shown}".strip() for row in found if row is not None]


async def _onto(app: WorkbenchApp, row: str) -> None:
    assert isinstance(app.screen, TodoScreen)
    app.screen.todo.go_to(_rows(app).index(row))


# --- whose turn it is ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_every_turn_has_its_own_word_and_says_why(spoken: str, size: tuple[int, int], tmp_path: Path) -> None:
    set_language(spoken)
    app = bench(tmp_path)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f6")
        assert [row for row in _rows(app) if row.partition(" ")[0] in whose_turn.TURNS] == [
            "sent_back f-back",
            "mine r-problem",
            "mine r-difficulty",
            "others f-due",
            "to_verify f-verify",
            "to_close f-close",
        ]
        for sort in ("sent_back", "mine", "others", "to_verify", "to_close"):
            assert t(f"todo.sort_{sort}") in shown(app)
        assert t("todo.to_verify_why", name="李军") in shown(app)
        assert_aligned(app)


def _asks_the_office(app: WorkbenchApp, *steps: tuple[str, str]) -> None:
    """Let the campaign say that the office answers questions of policy, and a person ask one."""
    pen = Pen(app.replica)
    marked = {"office.policy": True, "class.policy": {"zh": "政策", "en": "Policy"}}
    pen.write("district", "campaign", "c-1", marked, device="store-8", by="store")
    fields = ITEM | {"title": "f-policy", "class": "policy", "campaign": "c-1"}
    written = pen.write("u-02", "follow_up", "f-policy", fields, device="d-7", by=ME)
    for hour, (by, status) in enumerate(steps, start=3):
        at = f"2026-09-16T{hour:02}:00:00.000Z"
        changed = {"status": status, "on": "2026-09-16"}
        over = {"status": [written.hash]}
        written = pen.write("u-02", "follow_up", "f-policy", changed, device="d-7", by=by, at=at, over=over)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_the_office_sees_the_questions_it_has_to_answer(
    spoken: str, size: tuple[int, int], tmp_path: Path
) -> None:
    set_language(spoken)
    app = bench(tmp_path, "office")
    _asks_the_office(app)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f6")
        await _onto(app, "to_answer f-policy")
        await pilot.pause()
        assert t("todo.sort_to_answer") in shown(app)
        assert_aligned(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, RecordScreen)


async def test_who_asked_the_office_reads_in_her_list_that_it_is_settled_and_when(tmp_path: Path) -> None:
    app = bench(tmp_path)
    _asks_the_office(app, (COLLEAGUE, "reported"), (OFFICER, "verified"), (OFFICER, "closed"))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f6")
        await _onto(app, "answered f-policy")
        await pilot.pause()
        assert t("todo.settled_why", day="9-16", status=t("status.closed")) in shown(app)


async def test_more_questions_than_are_listed_open_the_register_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whose_turn, "MOST", 0)
    app = bench(tmp_path, "office")
    _asks_the_office(app)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        await _onto(app, "to_answer to_answer")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RegisterScreen))
        assert t("register.to_answer", count=1) in shown(app)


async def test_what_is_cut_says_how_many_more_there_are_and_opens_the_register(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whose_turn, "MOST", 1)
    app = bench(tmp_path)
    pen = Pen(app.replica)
    for number in range(3):
        record = f"f-{number}"
        first = pen.write("u-03", "follow_up", record, ITEM | {"title": record}, device="d-8", by=COLLEAGUE)
        over = {"status": [first.hash]}
        pen.write("u-03", "follow_up", record, {"status": "reported"}, device="d-8", by=COLLEAGUE, over=over)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        assert t("todo.more", count=3) in shown(app)
        await _onto(app, "to_verify reported")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RegisterScreen))
        assert t("register.reported", count=4) in shown(app)


# --- steps from the list, and taking them back -----------------------------------------------------------------------


async def _take(app: WorkbenchApp, pilot: Pilot[Any], number: str, said: str) -> None:
    """Take the step of this number on the item under the cursor."""
    await press(pilot, "f4", number)
    await until(pilot, lambda: isinstance(app.screen, AskScreen))
    await write(pilot, said)
    await press(pilot, "enter")
    await until(pilot, lambda: not isinstance(app.screen, AskScreen))


async def test_after_a_step_the_cursor_stays_and_the_line_says_what_became_of_the_item(tmp_path: Path) -> None:
    app = bench(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        await _onto(app, "mine r-problem")
        assert isinstance(app.screen, TodoScreen)
        place = app.screen.todo.cursor
        await _take(app, pilot, "1", "已发到每人")
        await until(pilot, lambda: t("turn.reported") in shown(app).replace("\n", ""))
        assert _status(app, "r-problem") == "reported"
        assert app.screen.todo.cursor == place
        assert _rows(app)[place] == "mine r-difficulty"


async def test_a_step_is_taken_back_by_one_key_until_it_is_sent(tmp_path: Path) -> None:
    app = bench(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        await _onto(app, "mine r-problem")
        await _take(app, pilot, "1", "已发到每人")
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: _status(app, "r-problem") == "in_progress")
        assert "mine r-problem" in _rows(app)
        await _take(app, pilot, "1", "已发到每人")
        app.replica.connection.execute("UPDATE entry SET number = 999 WHERE number IS NULL")
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: t("refused.sent_already") in shown(app))
        assert _status(app, "r-problem") == "reported"


async def test_another_persons_step_is_not_ones_own_to_take_back(tmp_path: Path) -> None:
    app = bench(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6", "end", "ctrl+z")
        await until(pilot, lambda: t("step.nothing_to_undo") in shown(app))
        await _onto(app, "to_verify f-verify")
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: t("refused.not_own_step") in shown(app))


@pytest.mark.parametrize("screen", ["f8", "enter"])
async def test_the_register_and_the_record_take_the_step_back_as_well(screen: str, tmp_path: Path) -> None:
    app = bench(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        await _onto(app, "mine r-problem")
        await press(pilot, screen)
        await _take(app, pilot, "1", "已发到每人")
        assert _status(app, "r-problem") == "reported"
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: _status(app, "r-problem") == "in_progress")


async def test_what_is_asked_of_the_office_is_said_and_taken_back_as_a_step_is(tmp_path: Path) -> None:
    app = bench(tmp_path)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        await _onto(app, "mine r-problem")
        await _take(app, pilot, "3", "单位要撤")
        await until(pilot, lambda: t("request.asked_give_up") in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: t("request.heading") in shown(app))
        for words in (t("asks.give_up"), "单位要撤", t("request.own_pending")):
            assert words in shown(app)
        await press(pilot, "ctrl+z")
        await until(pilot, lambda: t("request.taken_back") in shown(app))
        assert (_status(app, "r-problem"), len(requests.pending(app.replica))) == ("in_progress", 0)


# --- the office's requests -------------------------------------------------------------------------------------------


def _asked(app: WorkbenchApp, record: str, person: str, asks: str = "give_up", **fields: str) -> str:
    unit = "u-01" if record == "r-problem" else "u-02"
    given = {"target": record, "asks": asks, "why": "单位要撤"} | fields
    Pen(app.replica).write(unit, "request", f"q-{asks}", given, device=f"d-{asks}", by=person)
    return f"q-{asks}"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_the_office_grants_a_request_where_it_reads_the_follow_up(size: tuple[int, int], tmp_path: Path) -> None:
    app = bench(tmp_path, "office")
    request = _asked(app, "f-due", OFFICER)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f6")
        assert t("todo.sort_request") in shown(app)
        assert_aligned(app)
        await _onto(app, "request f-due")
        await press(pilot, "enter")
        await until(pilot, lambda: t("request.pending") in shown(app))
        assert "单位要撤" in shown(app)
        await press(pilot, "f10")
        await until(pilot, lambda: t("request.choose_accepted") in shown(app))
        await press(pilot, "1")
        await until(pilot, lambda: t("request.ask_accepted") in shown(app))
        await write(pilot, "同意撤")
        await press(pilot, "enter")
        await until(pilot, lambda: _status(app, "f-due") == "withdrawn")
        await until(pilot, lambda: t("request.granted") in shown(app))
        assert "同意撤" in shown(app)
        assert_aligned(app)
        found = requests.one(app.replica, request)
        assert found is not None
        assert (found.state, found.ruled_by) == ("granted", ME)


async def test_a_refusal_says_why_and_of_two_requests_one_is_chosen(tmp_path: Path) -> None:
    app = bench(tmp_path, "office")
    _asked(app, "f-due", OFFICER)
    request = _asked(app, "f-due", COLLEAGUE, "put_off", due_on="2026-12-30")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        await _onto(app, "request f-due")
        await press(pilot, "enter", "f10")
        await until(pilot, lambda: t("request.ask_which") in shown(app))
        chosen = next(line for line in screen_lines(app) if t("asks.put_off") in line and line.strip(" >")[0].isdigit())
        await press(pilot, chosen.strip(" >")[0])
        await until(pilot, lambda: t("request.choose_returned") in shown(app))
        await press(pilot, "2")
        await until(pilot, lambda: t("request.ask_returned") in shown(app))
        await write(pilot, "照原期限办")
        await press(pilot, "enter")
        await until(pilot, lambda: t("request.refused") in shown(app))
        found = requests.one(app.replica, request)
        assert found is not None
        assert (found.state, found.comment) == ("refused", "照原期限办")


async def test_ones_own_request_stands_in_no_to_do_of_hers_and_says_why_she_does_not_rule(tmp_path: Path) -> None:
    app = bench(tmp_path, "office")
    request = _asked(app, "r-problem", ME)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f6")
        assert not [row for row in _rows(app) if row.startswith("request")]
        await press(pilot, "ctrl+r")
        await until(pilot, lambda: t("reviews.own") in shown(app))
        await press(pilot, "enter")
        await until(pilot, lambda: t("request.own_pending") in shown(app))
        await press(pilot, "f10")
        await until(pilot, lambda: t("refused.own_request") in shown(app))
        found = requests.one(app.replica, request)
        assert found is not None
        assert found.state == "pending"


@pytest.mark.parametrize("size", SIZES, ids=str)
async def test_requests_stand_first_in_what_the_office_reviews(size: tuple[int, int], tmp_path: Path) -> None:
    app = bench(tmp_path, "office")
    _asked(app, "f-due", OFFICER)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "f6")
        count = reviews.count_to_review(app.replica)
        assert t("todo.reviews", count=count) in shown(app)
        await _onto(app, "review")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, ReviewsScreen))
        first = next(line for line in screen_lines(app) if line.startswith("> "))
        assert t("kind.request") in first
        assert t("reviews.asked") in first
        assert_aligned(app)


async def test_nobody_but_the_office_is_offered_requests(tmp_path: Path) -> None:
    app = bench(tmp_path)
    _asked(app, "f-due", OFFICER)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        assert not [row for row in _rows(app) if row.partition(" ")[0] in ("request", "review")]
        await _onto(app, "others f-due")
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, RecordScreen) and t("request.pending") in shown(app))
        await press(pilot, "f10")
        assert t("request.choose_accepted") not in shown(app)
