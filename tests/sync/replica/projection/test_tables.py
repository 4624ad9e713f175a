"""The rows that lists are read from: one small district, row by row, and the same after each later change of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.queries import search
from tests.rows import check_index, dump
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

AT = "2024-03-0{}T02:00:00.000Z"
INSPECTION = {"stage": "study", "template": "t-1", "group": "g-1"}
ROWS = {
    "record": "record, ledger, kind, day, campaign, placed, stage, title, conflicts, flaws, withdrawn, fields IS NULL",
    "follow_up": "record, nature, due_on, status, open, settled_on, first_due, moved, doer, reported_by, verified_by",
    "unit": "ledger, name, category, parent, initials, last_visit, open, oldest_due, noted_on, next_on, withdrawn",
    "tally": "name, count",
}
BESIDE = {  # by which column of its row a record is named, and what is told of it
    "past": ("x.id", "field, until, value"),
    "request": ("x.id", "x.ledger, target, asks, due_on"),
    "review": ("x.id", "x.ledger, target, verdict"),
    "liaison_visit": ("x.id", "1"),
    "answered": ("x.id", "verdicts"),
    "outcome": ("x.id", "decision, satisfied"),
    "good_practice": ("x.id", "words"),
    "participation": ("x.id", "x.ledger, x.campaign, since, until"),
    "conflict": ("x.record", "field"),
    "flaw": ("x.record", "code"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Office]:
    """The office of that district; in the end the rows are those that are made of the entries anew."""
    with new_laptop(tmp_path / "laptop.db") as replica:
        store = Office(replica)
        _fill(store)
        yield store
        assert differing(replica) == []
        rows = dump(replica)
        rebuild(replica)
        assert dump(replica) == rows


def _fill(store: Office) -> None:
    """Two units; in the first something of most kinds."""
    store.unit("u-1", batch="2")
    store.unit("u-2", parent="u-1")
    store.says(
        "u-1", "inspection", "i-1", AT.format(1), visited_on="2024-03-01", summary=" 方案已定\n第二行", **INSPECTION
    )
    answers = {"answer__a": {"verdict": "met"}, "answer__b": {"verdict": "unmet", "note": "没有发到"}}
    store.says("u-1", "inspection", "i-2", AT.format(2), visited_on="2024-03-02", summary="x", **INSPECTION, **answers)
    store.says("u-1", "inspection", "i-2", AT.format(3), good_practice=" 晚间小组 ")
    note = {"mode": "visit", "content": "白天生产忙"}
    store.says("u-1", "liaison_note", "n-1", AT.format(2), noted_on="2024-03-02", next_on="2024-04-01", **note)
    store.says("u-1", "liaison_note", "n-2", AT.format(2), noted_on="2024-03-02", next_on="2024-04-02", **note)
    store.says("u-1", "liaison_note", "n-3", AT.format(3), noted_on="2024-03-03", mode="phone", content="y")
    store.says("u-1", "liaison_note", "n-3", AT.format(4), withdrawn=True)
    store.says_apart("u-1", "liaison_note", "n-4", AT.format(4), noted_on="2024-03-04", mode="visit", content="未收")
    store.says_apart("u-1", "liaison_note", "n-5", AT.format(4), noted_on="2024-03-04", mode="visit", content="一")
    store.says_apart("u-1", "liaison_note", "n-5", AT.format(5), content="二")
    store.says_apart("u-9", "unit", "u-9", AT.format(4), name="未收单位", category="farm")
    store.item("u-1", "f-1", AT.format(1), opened_on="2024-03-01")
    store.item("u-1", "f-2", AT.format(1), due_on="2024-05-01")
    store.says("u-1", "follow_up", "f-2", AT.format(2), due_on="2024-06-01")
    store.says("u-1", "follow_up", "f-2", AT.format(3), status="reported", progress="已补")
    store.item("u-1", "f-3", AT.format(1), due_on="2024-04-01")
    store.says("u-1", "follow_up", "f-3", AT.format(5), status="closed")
    store.item("u-2", "f-4", AT.format(1), due_on="2024-03-20")
    store.says("u-2", "follow_up", "f-4", AT.format(5), withdrawn=True)
    store.says("u-1", "request", "q-1", AT.format(2), target="f-1", asks="put_off", due_on="2024-12-01", why="等")
    store.says("u-1", "review", "r-1", AT.format(3), target="q-1", verdict="refused", comment="不")
    store.says("u-1", "gate", "g-1", AT.format(4), stage="study", decision="pass", why="做到", decided_on="2024-03-04")
    store.says("u-2", "well_probe", "w-1", AT.format(6), depth="很深")


def rows_of(laptop: Replica) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of a laptop, table by table, those of records by their names."""
    asked = {table: f"SELECT {names} FROM {table}" for table, names in ROWS.items()}
    asked |= {
        table: f"SELECT r.record, {names} FROM {table} x JOIN record r ON r.id = {of}"
        for table, (of, names) in BESIDE.items()
    }
    return {table: sorted(laptop.connection.execute(statement).fetchall()) for table, statement in asked.items()}


def _rows(store: Office, table: str, *records: str) -> list[tuple[Any, ...]]:
    return [row for row in rows_of(store.laptop)[table] if row[0] in records]


def _only_changed(before: dict[str, list[tuple[Any, ...]]], store: Office) -> dict[str, list[tuple[Any, ...]]]:
    """The rows that are there now and were not."""
    return {
        table: new
        for table, rows in rows_of(store.laptop).items()
        if (new := [row for row in rows if row not in before[table]])
    }


def test_each_kind_has_its_rows(store: Office) -> None:
    assert rows_of(store.laptop) == {
        "answered": [("i-1", b"{}"), ("i-2", b'{"answer.a":"met","answer.b":"unmet"}')],
        "conflict": [],
        "flaw": [("f-3", "step_not_allowed")],
        "follow_up": [
            ("f-1", "problem", "2024-11-20", "open", 2, "", "2024-11-20", 0, "p-1", "", ""),
            ("f-2", "problem", "2024-06-01", "reported", 1, "", "2024-05-01", 1, "p-1", "p-1", ""),
            ("f-3", "problem", "2024-04-01", "open", 2, "", "2024-04-01", 0, "p-1", "", ""),
        ],
        "good_practice": [("i-2", "晚间小组")],
        "liaison_visit": [("n-1", 1), ("n-2", 1)],
        "outcome": [("g-1", "pass", None)],
        "participation": [],
        "past": [
            ("f-2", "due_on", "2024-03-02", "2024-05-01"),
            ("f-2", "status", "2024-03-03", "open"),
            ("f-4", "corrected", "2024-03-05", None),
            ("i-2", "corrected", "2024-03-03", None),
            ("n-3", "corrected", "2024-03-04", None),
        ],
        "record": [
            ("f-1", "u-1", "follow_up", "2024-03-01", "", 1, "", "f-1", 0, 0, 0, 1),
            ("f-2", "u-1", "follow_up", "2024-03-01", "", 1, "", "f-2", 0, 0, 0, 0),
            ("f-3", "u-1", "follow_up", "2024-03-01", "", 1, "", "f-3", 0, 1, 0, 0),
            ("f-4", "u-2", "follow_up", "2024-03-01", "", 1, "", "f-4", 0, 0, 1, 0),
            ("g-1", "u-1", "gate", "2024-03-04", "", 1, "study", "做到", 0, 0, 0, 1),
            ("i-1", "u-1", "inspection", "2024-03-01", "", 1, "study", "方案已定", 0, 0, 0, 1),
            ("i-2", "u-1", "inspection", "2024-03-02", "", 1, "study", "x", 0, 0, 0, 0),
            ("n-1", "u-1", "liaison_note", "2024-03-02", "", 1, "", "白天生产忙", 0, 0, 0, 1),
            ("n-2", "u-1", "liaison_note", "2024-03-02", "", 1, "", "白天生产忙", 0, 0, 0, 1),
            ("n-3", "u-1", "liaison_note", "2024-03-03", "", 1, "", "y", 0, 0, 1, 0),
            ("n-4", "u-1", "liaison_note", "2024-03-04", "", 1, "", "未收", 0, 0, 2, 1),
            ("n-5", "u-1", "liaison_note", "2024-03-04", "", 1, "", "一", 0, 0, 2, 0),
            ("q-1", "u-1", "request", "2024-03-02", "", 1, "", "等", 0, 0, 0, 1),
            ("r-1", "u-1", "review", "2024-03-03", "", 0, "", "不", 0, 0, 0, 1),
            ("u-1", "u-1", "unit", "2024-01-01", "", 0, "", "u-1", 0, 0, 0, 1),
            ("u-2", "u-2", "unit", "2024-01-01", "", 0, "", "u-2", 0, 0, 0, 1),
            ("w-1", "u-2", "well_probe", "2024-03-06", "", 0, "", "", 0, 0, 0, 1),
        ],
        "request": [("q-1", "u-1", "f-1", "put_off", "2024-12-01")],
        "review": [("r-1", "u-1", "q-1", "refused")],
        "tally": [("units", 2)],
        "unit": [
            ("u-1", "u-1", "farm", "", "u-1", "2024-03-02", 3, "2024-04-01", "2024-03-02", "2024-04-02", 0),
            ("u-2", "u-2", "farm", "u-1", "u-2", "", 0, "", "", "", 0),
        ],
    }


# --- later changes ---------------------------------------------------------------------------------------------------


def test_a_unit_that_is_withdrawn_or_closed_is_not_counted(store: Office) -> None:
    before = rows_of(store.laptop)
    store.says("u-2", "unit", "u-2", AT.format(7), withdrawn=True)
    changed = _only_changed(before, store)
    assert (changed["tally"], [row[-1] for row in changed["unit"]]) == ([("units", 1)], [1])
    store.says("u-2", "unit", "u-2", AT.format(8), name="别名")
    assert rows_of(store.laptop)["tally"] == [("units", 1)]
    store.says("u-1", "unit", "u-1", AT.format(8), closed_on="2024-03-08")
    assert (rows_of(store.laptop)["tally"], _rows(store, "unit", "u-1")[0][-1]) == ([("units", 0)], 2)
    store.says("u-2", "unit", "u-2", AT.format(9), withdrawn=False)
    assert rows_of(store.laptop)["tally"] == [("units", 1)]


def test_a_unit_is_found_by_the_name_it_had(store: Office) -> None:
    store.says("u-2", "unit", "u-2", AT.format(7), name="瑶湖水产场", weak__head=True)
    store.says("u-2", "unit", "u-2", AT.format(8), name="青山湖水产场", weak__head=None)
    assert [row for row in _rows(store, "past", "u-2") if row[1] != "corrected"] == [
        ("u-2", "name", "2024-03-07", "u-2"),
        ("u-2", "name", "2024-03-08", "瑶湖水产场"),
        ("u-2", "weak.head", "2024-03-07", None),
        ("u-2", "weak.head", "2024-03-08", "true"),
    ]
    assert len(search.find(store.laptop, "瑶湖")) == len(search.find(store.laptop, "青山")) == 1
    check_index(store.laptop)


def test_a_note_that_is_withdrawn_or_newer_changes_what_its_unit_says_of_it(store: Office) -> None:
    store.says("u-1", "liaison_note", "n-2", AT.format(7), withdrawn=True)
    assert _rows(store, "unit", "u-1")[0][-3:] == ("2024-03-02", "2024-04-01", 0)
    store.says("u-2", "liaison_note", "n-7", AT.format(7), noted_on="2024-03-07", mode="phone", content="z")
    assert _rows(store, "unit", "u-1")[0][-3:] == ("2024-03-02", "2024-04-01", 0)
    assert _rows(store, "unit", "u-2")[0][-3:] == ("2024-03-07", "", 0)
    store.says("u-1", "inspection", "i-2", AT.format(8), withdrawn=True)
    assert _rows(store, "unit", "u-1")[0][5] == "2024-03-01"


def test_a_record_of_the_same_name_in_another_ledger_is_another(store: Office) -> None:
    before = _rows(store, "record", "n-1")
    store.says("u-2", "liaison_note", "n-1", AT.format(7), noted_on="2024-03-07", mode="phone", content="z")
    store.says("u-2", "liaison_note", "n-1", AT.format(8), content="zz")
    assert _rows(store, "record", "n-1")[:1] == before
    assert [row[1] for row in _rows(store, "record", "n-1")] == ["u-1", "u-2"]
    check_index(store.laptop)


def test_a_participation_places_the_records_of_its_unit_while_it_is_there(store: Office) -> None:
    store.campaign("c-1", "1", "2024-01-01", "2024-12-31")
    store.campaign("c-2", "2", "2024-02-15", "2024-12-31")
    placed = {row[0]: row[4] for row in _rows(store, "record", "i-1", "f-4", "r-1")}
    assert placed == {"i-1": "c-2", "f-4": "c-2", "r-1": ""}
    store.says("u-1", "participation", "p-1", AT.format(6), campaign="c-1", from_="2024-02-01", until="2024-03-02")
    assert _rows(store, "participation", "p-1") == [("p-1", "u-1", "c-1", "2024-02-01", "2024-03-02")]
    placed = {row[0]: row[4] for row in _rows(store, "record", "i-1", "f-4", "r-1")}
    assert placed == {"i-1": "c-1", "f-4": "c-2", "r-1": ""}
    store.says("u-1", "participation", "p-1", AT.format(7), withdrawn=True)
    assert (_rows(store, "participation", "p-1"), _rows(store, "record", "i-1")[0][4]) == ([], "c-2")


def test_an_assignment_is_what_it_is_once_its_terms_have_ended(store: Office) -> None:
    until = {"from_": "2024-02-01", "until": "2024-03-02"}
    for unit, term in (("u-1", until), ("u-2", {})):
        said: dict[str, Any] = {"group": f"g-{unit}", "unit_": unit, **term}
        store.says("staff", "assignment", f"a.{unit}", AT.format(1), **said)
    kept = dict(
        store.laptop.connection.execute("SELECT record, fields FROM record WHERE kind = 'assignment'").fetchall()
    )
    assert kept["a.u-2"] is None
    assert b"g-u-1" not in kept["a.u-1"]
    assert [row for row in _rows(store, "past", "a.u-1", "a.u-2") if row[1] == "group"] == [
        ("a.u-1", "group", "2024-02-01", None),
        ("a.u-1", "group", "2024-03-03", "g-u-1"),
        ("a.u-2", "group", "2024-03-01", None),
    ]


def test_once_follow_ups_are_governed_those_from_that_day_on_are_folded_anew(store: Office) -> None:
    said = [("2024-02-29", True), ("2024-03-01", False), ("2024-01-01", True)]
    for turn, (since, is_governed) in enumerate(said, start=6):
        store.says("district", "district", "district", AT.format(turn), governed_from=since)
        assert [row[3] for row in _rows(store, "follow_up", "f-4")] == (["open"] if is_governed else [])
        assert _rows(store, "flaw", "f-4") == ([("f-4", "not_ruled")] if is_governed else [])
    store.says("district", "district", "district", AT.format(9), withdrawn=True)
    assert _rows(store, "follow_up", "f-4") == []


def test_what_the_office_rules_on_a_request_counts_for_its_follow_up(store: Office) -> None:
    store.says("district", "district", "district", AT.format(6), governed_from="2024-01-01")
    store.says("u-2", "request", "q-4", AT.format(4), target="f-4", asks="withdraw", why="误", by="p-1")
    before = rows_of(store.laptop)
    store.says("u-2", "review", "r-4", AT.format(4), target="q-4", verdict="accepted", by="p-office")
    assert "follow_up" not in _only_changed(before, store), "of what was not named in the edit it says nothing"
    store.rules("u-1", "f-1", AT.format(7), due_on="2024-12-24")
    assert [row[2:8] for row in _rows(store, "follow_up", "f-1")] == [("2024-12-24", "open", 2, "", "2024-11-20", 1)]


def test_where_the_district_s_day_is_another_all_its_days_are(store: Office) -> None:
    zone = _rows(store, "record", "w-1")[0][3]
    store.says("district", "district", "district", AT.format(6), time_zone="America/New_York")
    assert (zone, _rows(store, "record", "w-1")[0][3]) == ("2024-03-06", "2024-03-05")


def test_an_answer_with_words_is_found_by_them(store: Office) -> None:
    assert [len(search.find(store.laptop, typed)) for typed in ("没有发到", "很深", "未收", "白天生产", "第二行")] == [
        1,
        1,
        1,
        2,
        1,
    ]


@pytest.mark.parametrize("at_once", [1, 2, 3, 4, 5])
def test_a_rebuild_makes_the_same_rows_however_many_records_it_reads_at_once(
    store: Office, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    for number in range(4):
        for day in (5, 6):
            store.says(f"u-{1 + number % 2}", "count", f"c-{number}", AT.format(day), counted_on=f"2024-03-0{day}")
    rows = dump(store.laptop)
    monkeypatch.setattr("sync.replica.maintenance.rebuild._AT_ONCE", at_once)
    rebuild(store.laptop)
    assert dump(store.laptop) == rows
