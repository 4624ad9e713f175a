"""The columns of the register: class, source, whose a follow-up is, how it was put off, who reported and verified."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync.replica import Replica, query
from sync.replica.as_of.report_period import Register, register_rows
from sync.replica.editing import edits, requests
from sync.replica.editing.put_off import why_put_off
from sync.replica.queries.follow_ups import FIELDS, Wanted, values_found
from tests.days import day
from tests.sync.laptops import hand_over, new_laptop
from tests.sync.office import Office
from tests.sync.timeline.test_governance import governed

NOW = "2024-12-31"
SORTED: dict[str, Any] = {
    "class_": "discipline",
    "lead_unit": "区委组织部",
    "responsible_unit": "水产场",
    "responsible_post": "组织委员",
    "source": "visit-1",
}


@pytest.fixture
def given(office: Office, laptop: Replica) -> Replica:
    """Two items: one sorted, put off, reported and verified; one from a note, with nothing else said."""
    office.says("u-1", "inspection", "visit-1", "2024-11-01T02:00:00.000Z", visited_on="2024-11-01")
    office.says("u-1", "liaison_note", "note-1", "2024-11-01T02:00:00.000Z", noted_on="2024-11-01", content="晚间学习")
    office.item("u-1", "f-1", "2024-11-02T02:00:00.000Z", **SORTED)
    office.item("u-1", "f-2", "2024-11-03T02:00:00.000Z", origin="note-1")
    office.says("u-1", "follow_up", "f-1", "2024-11-10T02:00:00.000Z", due_on="2024-12-20")
    office.says("u-1", "follow_up", "f-1", "2024-11-20T02:00:00.000Z", status="reported", progress="发到每人")
    office.says("u-1", "follow_up", "f-1", "2024-11-22T02:00:00.000Z", status="verified", by="p-2")
    return laptop


def _found(replica: Replica, **wanted: Any) -> list[str]:
    listing = query.follow_ups(replica, Wanted(**{"shown": "all"} | wanted), today=NOW)
    assert listing.count == len(listing.rows(0, 99))
    return sorted(row.record for row in listing.rows(0, 99))


def test_a_row_of_the_register_has_every_column(given: Replica) -> None:
    rows = {row.record: row for row in query.follow_ups(given, Wanted(), today=NOW).rows(0, 9)}
    row = rows["f-1"]
    assert (row.class_, row.lead_unit, row.responsible_unit) == ("discipline", "区委组织部", "水产场")
    assert (row.first_due, row.due_on, row.moved) == ("2024-11-20", "2024-12-20", 1)
    assert (row.reported_by, row.verified_by) == ("p-1", "p-2")
    assert [rows[each].source for each in ("f-1", "f-2")] == ["visit-1", "note-1"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("class_", "discipline"),
        ("lead", "区委组织部"),
        ("responsible", "水产场"),
        ("post", "组织委员"),
        ("reporter", "p-1"),
        ("verifier", "p-2"),
        ("moved", "1"),
        ("source", "visit-1"),
        ("source", "inspection"),
    ],
)
def test_the_register_is_filtered_by_each_column(given: Replica, field: str, value: str) -> None:
    assert _found(given) == ["f-1", "f-2"]
    assert _found(given, **{field: value}) == ["f-1"]
    assert _found(given, **{field: "2" if field == "moved" else "nothing"}) == []


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("day", ["", "2024-11-21"])
def test_the_values_found_in_a_column_count_what_their_filter_lists(given: Replica, field: str, day: str) -> None:
    found = values_found(given, field, Wanted(shown="all", day=day), today=NOW)
    assert bool(found) is not (field == "verifier" and day != "")
    for value, count in found:
        assert len(_found(given, **{field: value}, day=day)) == count


def test_in_the_register_of_a_past_day_nobody_has_taken_a_later_step(given: Replica) -> None:
    def hands(day: str) -> list[tuple[str, str, int]]:
        rows = query.follow_ups(given, Wanted(class_="discipline", day=day), today=NOW).rows(0, 9)
        written = [row for row in register_rows(given, Register(day=day)) if row.record == "f-1"]
        assert [(row.reported_by, row.verified_by, row.moved) for row in written] == [
            (row.reported_by, row.verified_by, row.moved) for row in rows
        ]
        return [(row.reported_by, row.verified_by, row.moved) for row in rows]

    assert hands("2024-11-09") == [("", "", 0)]
    assert hands("2024-11-21") == [("p-1", "", 1)]
    assert hands("2024-11-22") == hands("") == [("p-1", "p-2", 1)]


def test_the_reason_of_putting_off_is_the_author_s_and_after_a_ruling_the_request_s(tmp_path: Path) -> None:
    with (
        new_laptop(tmp_path / "group.db", "p-group", "group", "d-group") as group,
        new_laptop(tmp_path / "ruling.db", "p-office", "office", "d-office") as ruling,
    ):
        store = Office(group)
        governed(store)
        store.unit("u-1")
        item = {"nature": "problem", "title": "补发必读篇目", "due_on": day(20), "status": "open"}
        record = edits.create(group, "follow_up", "u-1", item).record
        assert why_put_off(group, "u-1", record) == ""
        requests.correct(group, record, {"due_on": day(40)}, "等会议")
        assert why_put_off(group, "u-1", record) == "等会议"
        asked = requests.correct(group, record, {"due_on": day(60)}, "印刷厂没有交货")
        assert why_put_off(group, "u-1", record) == "等会议"
        hand_over(group, ruling)
        requests.rule(ruling, asked.request, grant=True, comment="只此一次")
        assert why_put_off(ruling, "u-1", record) == "印刷厂没有交货"
        assert why_put_off(ruling, "u-1", record, day(-1)) == ""


def test_a_register_of_a_past_day_shows_the_class_and_the_units_of_that_day(given: Replica, office: Office) -> None:
    later = {"class": "funds", "lead_unit": "区纪委", "responsible_unit": "学校", "responsible_post": "支部书记"}
    office.says("u-1", "follow_up", "f-1", "2024-11-25T02:00:00.000Z", **later)

    def seen(day: str) -> tuple[str, ...]:
        (row,) = [row for row in register_rows(given, Register(settled=True, day=day)) if row.record == "f-1"]
        return (row.class_, row.lead_unit, row.responsible_unit, row.post)

    assert seen("2024-11-24") == ("discipline", "区委组织部", "水产场", "组织委员")
    assert seen("2024-11-25") == seen("") == ("funds", "区纪委", "学校", "支部书记")
    assert _found(given, class_="discipline", day="2024-11-24") == ["f-1"]
    assert _found(given, class_="discipline", day="2024-11-25") == []
    assert _found(given, post="支部书记", day="2024-11-25") == ["f-1"]


@pytest.mark.parametrize(
    "only",
    [
        {"class_": "discipline"},
        {"source": "visit-1"},
        {"lead": "区委组织部"},
        {"responsible": "水产场"},
        {"post": "组织委员"},
        {"reporter": "p-1"},
        {"verifier": "p-2"},
        {"moved": "1"},
        {"status": "verified"},
        {"shown": "verified"},
    ],
    ids=lambda each: next(iter(each)),
)
def test_a_written_register_holds_what_its_filters_let_through(given: Replica, only: dict[str, str]) -> None:
    wanted = Wanted(**{"shown": "all"} | only)
    assert [row.record for row in register_rows(given, Register(only=wanted), NOW)] == ["f-1"]
    assert len(register_rows(given, Register(only=Wanted(shown="all")), NOW)) == 2
