"""A table of units that says what is weak opens the follow-ups that mend it, with the units, once for each flag."""

from __future__ import annotations

from pathlib import Path

from sync.central.admin import staff
from sync.central.imports.campaigns import import_units
from sync.central.service.store import Edit, Store
from sync.model.days import plus

HEAD = "id,name,category,weak.incomplete,weak.head,weak.subordination\n"


def _import(store: Store, tmp_path: Path, rows: str) -> int:
    file = tmp_path / "units.csv"
    file.write_text(HEAD + rows, encoding="utf-8")
    return import_units(store, file).changed


def _repairs(store: Store) -> dict[str, list[str]]:
    return {origin: found for origin, found in staff.follow_ups_by_origin(store).items() if "#weak." in origin}


def test_each_flag_opens_its_follow_up_once(store: Store, tmp_path: Path) -> None:
    rows = "w-1,甲支部,farm,是,,是\nw-2,乙支部,farm,,,\n"
    assert _import(store, tmp_path, rows) == 4
    assert _repairs(store) == {"w-1#weak.incomplete": ["open"], "w-1#weak.subordination": ["open"]}
    assert _import(store, tmp_path, rows) == 0
    assert _import(store, tmp_path, "w-1,甲支部,farm,是,是,是\n") == 2
    assert sorted(_repairs(store)) == ["w-1#weak.head", "w-1#weak.incomplete", "w-1#weak.subordination"]


def test_it_is_a_problem_due_after_the_days_a_repair_takes(store: Store, tmp_path: Path) -> None:
    _import(store, tmp_path, "w-1,甲支部,farm,,是,\n")
    ((_, each),) = ((key, each) for key, (each, _) in staff._folded(store, "follow_up").items())
    today = store.zones().today()
    assert each.fields["nature"] == "problem"
    assert (each.fields["opened_on"], each.fields["due_on"]) == (today, plus(today, 90))
    assert each.fields["origin"] == "w-1#weak.head"


def test_a_refused_table_opens_nothing(store: Store, tmp_path: Path) -> None:
    assert _import(store, tmp_path, "w-1,甲支部,farm,是,,\nw-2,,farm,,,\n") == 0
    assert _repairs(store) == {}


def test_a_flag_whose_follow_up_was_given_up_opens_another(store: Store, tmp_path: Path) -> None:
    rows = "w-1,甲支部,farm,,是,\n"
    _import(store, tmp_path, rows)
    ((_, record),) = staff._folded(store, "follow_up")
    fields = {"status": "withdrawn", "progress": "不再整顿"}
    staff.put(store, [Edit(ledger="w-1", kind="follow_up", record=record, fields=fields, why="不再整顿")])
    assert _repairs(store) == {}
    assert _import(store, tmp_path, rows) == 1
    assert _repairs(store) == {"w-1#weak.head": ["open"]}
