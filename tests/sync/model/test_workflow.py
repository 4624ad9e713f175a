"""A follow-up's life on real laptops: reasons at the steps that need one, and the watch after it was closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.model.days import DEFAULT
from sync.model.workflow import NEXT_STEPS, SOON_DAYS, needs_reason, required_note, step_fault, watch_changes
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused
from sync.replica.queries.follow_ups import Wanted
from tests.sync.laptops import give_unit, hand_over, new_laptop

PROBLEM = {
    "nature": "problem",
    "title": "支部委员缺两人",
    "due_on": "2026-09-20",
    "opened_on": "2026-09-01",
    "status": "open",
    "watch_days": 365,
}
TODAY = "2026-09-18"


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Replica, Replica]]:
    """Two persons' laptops with the same unit."""
    mine, theirs = (
        new_laptop(tmp_path / "a.db", "p-1", device="d-1"),
        new_laptop(tmp_path / "b.db", "p-2", device="d-2"),
    )
    with mine, theirs:
        give_unit(mine)
        yield mine, theirs


def _closed(pair: tuple[Replica, Replica]) -> str:
    mine, theirs = pair
    record = edits.create(mine, "follow_up", "u-1", PROBLEM).record
    edits.step(mine, record, "reported", "委员已补齐", TODAY)
    hand_over(mine, theirs)
    edits.step(theirs, record, "verified", "开会记录看过", TODAY)
    edits.step(theirs, record, "closed", "", TODAY)
    return record


def _titles(replica: Replica, shown: str, today: str = TODAY) -> list[str]:
    return [row.title for row in query.follow_ups(replica, Wanted(shown=shown), today=today).rows(0, 9)]


def test_what_was_closed_is_watched_for_as_long_as_it_says(pair: tuple[Replica, Replica]) -> None:
    record = _closed(pair)
    found = query.record(pair[1], record)
    assert found is not None
    assert found.fields["watch_until"] == "2027-09-18"
    assert _titles(pair[1], "watch", "2027-09-18") == ["支部委员缺两人"]
    assert _titles(pair[1], "watch", "2027-09-19") == []
    assert _titles(pair[1], "open") == []


def test_opening_it_again_says_why_and_ends_the_watch(pair: tuple[Replica, Replica]) -> None:
    record = _closed(pair)
    with pytest.raises(Refused) as refused:
        edits.step(pair[1], record, "open")
    assert refused.value.code == "reason_needed"
    edits.step(pair[1], record, "open", "又有两人调走", "2027-01-05")
    found = query.record(pair[1], record)
    assert found is not None
    assert "watch_until" not in found.fields
    assert found.versions[-1].set["progress"] == "又有两人调走"
    assert _titles(pair[1], "watch") == []
    assert _titles(pair[1], "overdue", "2027-01-05") == ["支部委员缺两人"]


@pytest.mark.parametrize("step", ["returned", "withdrawn"])
def test_sending_back_and_giving_up_say_why_each_time(pair: tuple[Replica, Replica], step: str) -> None:
    mine, theirs = pair
    record = edits.create(mine, "follow_up", "u-1", PROBLEM).record
    edits.step(mine, record, "reported", "已补", TODAY)
    hand_over(mine, theirs)
    with pytest.raises(Refused) as refused:
        edits.step(theirs, record, step, "  ")
    assert refused.value.code == "reason_needed"
    edits.step(theirs, record, step, "没有会议记录")
    last = query.record(theirs, record)
    assert last is not None
    assert last.versions[-1].set == {"status": step, "progress": "没有会议记录", "on": DEFAULT.today()}


def test_a_reason_given_twice_in_the_same_words_is_kept_twice(pair: tuple[Replica, Replica]) -> None:
    mine, theirs = pair
    record = edits.create(mine, "follow_up", "u-1", PROBLEM).record
    for _ in range(2):
        edits.step(mine, record, "reported", "已补", TODAY)
        hand_over(mine, theirs)
        edits.step(theirs, record, "returned", "没有会议记录")
        hand_over(theirs, mine)
    found = query.record(mine, record)
    assert found is not None
    assert [version.set["progress"] for version in found.versions[1:]] == ["已补", "没有会议记录"] * 2


def test_the_register_is_filtered_by_nature_status_category_and_words(pair: tuple[Replica, Replica]) -> None:
    mine, _ = pair
    give_unit(mine, "u-2", "昌东镇机关支部", "town_office")
    for unit, nature, title, due in (
        ("u-1", "problem", "缺委员", "2026-09-10"),
        ("u-1", "difficulty", "活动室漏雨", "2026-09-21"),
        ("u-2", "suggestion", "多开晚间班", "2026-09-22"),
    ):
        edits.create(mine, "follow_up", unit, PROBLEM | {"nature": nature, "title": title, "due_on": due})

    def found(**filters: str) -> list[str]:
        return [row.title for row in query.follow_ups(mine, Wanted(**filters), today=TODAY).rows(0, 9)]

    assert found() == ["缺委员", "活动室漏雨", "多开晚间班"]
    assert found(shown="overdue") == ["缺委员"]
    assert found(shown="soon") == ["活动室漏雨"]
    assert found(nature="suggestion") == ["多开晚间班"]
    assert found(category="town_office") == ["多开晚间班"]
    assert found(category="town_office", nature="problem") == []
    assert found(unit="u-1", text="漏雨") == ["活动室漏雨"]
    assert found(text="cdz") == ["多开晚间班"]
    assert found(status="in_progress") == []


@pytest.mark.parametrize(
    ("days", "until"),
    [
        (1, "2026-09-19"),
        (0, None),
        (-1, None),
        ("9", None),
        (3660, "2036-09-25"),
        (3661, None),
    ],
)
def test_a_watch_lasts_from_a_day_to_the_most_there_is(days: object, until: str | None) -> None:
    changed = watch_changes("closed", TODAY, {"watch_days": days})
    assert changed == ({} if until is None else {"watch_until": until})


def test_a_watch_ends_with_any_step_but_closing_and_only_where_there_is_one() -> None:
    held = {"watch_until": "2027-01-01"}
    assert watch_changes("open", TODAY, held) == {"watch_until": None}
    assert watch_changes("closed", TODAY, held) == {}
    assert watch_changes("open", TODAY, {}) == {}


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        (("reported", "p-1", "verified", "p-1"), "verified_by_reporter"),
        (("reported", "p-1", "verified", "p-2"), ""),
        (("reported", "p-1", "returned", "p-1"), ""),
        (("verified", "p-2", "closed", "p-1"), "closed_by_reporter"),
        (("verified", "p-2", "closed", "p-2"), ""),
        (("verified", "p-2", "returned", "p-1"), ""),
        (("open", "p-1", "verified", "p-2"), "step_not_allowed"),
        (("reported", "p-1", "reported", "p-1"), ""),
    ],
    ids=str,
)
def test_whether_a_step_may_be_taken_goes_by_who_did_the_one_before(
    step: tuple[str, str, str, str], fault: str
) -> None:
    assert step_fault(*step, reporters=("p-1",)) == fault


def test_every_step_leads_to_a_status_from_which_steps_lead_on() -> None:
    assert {new for after in NEXT_STEPS.values() for new in after} == NEXT_STEPS.keys()


@pytest.mark.parametrize(
    ("old", "new", "asked"),
    [
        ("reported", "returned", "reason"),
        ("open", "withdrawn", "reason"),
        ("closed", "open", "reason"),
        ("withdrawn", "open", "reason"),
        ("in_progress", "open", "reason"),
        ("reported", "in_progress", "reason"),
        ("open", "in_progress", ""),
        ("returned", "in_progress", ""),
        ("in_progress", "reported", "solved"),
        ("reported", "verified", "seen"),
        ("verified", "closed", "result"),
    ],
)
def test_each_step_asks_for_its_own_words(old: str, new: str, asked: str) -> None:
    assert required_note(old, new) == asked
    assert needs_reason(old, new) is (asked == "reason" and (old, new) not in _GIVEN_BACK)


_GIVEN_BACK = {("in_progress", "open"), ("reported", "in_progress")}  # records of old gave none


def test_three_days_are_soon() -> None:
    assert SOON_DAYS == 3
