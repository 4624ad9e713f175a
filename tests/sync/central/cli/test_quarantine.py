"""`central-store quarantine`: what is kept apart, read, released and answered by whoever holds the database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.service.store import Store, open_store
from tests.store import office
from tests.sync.central.pen import NOTE, Pen


@pytest.fixture
def database(store: Store, tmp_path: Path) -> Path:
    """A store that keeps apart what may be released, what is wrong in itself, and what nobody can read."""
    wang = Pen(store, "wang")
    wang.send(wang.write("u-3", NOTE | {"content": "\x1b[31m不归她的单位"}), lines=[b"\xff\x1b[2J"])
    wang.send(wang.write("u-3"), wang.write("u-1", NOTE | {"mode": "telepathy"}))
    return tmp_path / "central.db"


def _items(database: Path) -> dict[str, dict[str, Any]]:
    found = json.loads(office(database, "quarantine", "list", "--json"))
    return {item["code"]: item for item in found}


def test_everything_kept_apart_is_listed_with_its_author_and_reason(database: Path) -> None:
    items = _items(database)
    assert {(code, item["person"], item["releasable"]) for code, item in items.items()} == {
        ("out_of_scope", "wang", True),
        ("invalid_fields", "wang", False),
        ("malformed", "wang", False),
    }
    listed = office(database, "quarantine", "list")
    assert len(listed.splitlines()) == 4
    assert "name of wang" in listed


def test_one_is_shown_whole_and_cannot_act_on_the_terminal(database: Path) -> None:
    for item in _items(database).values():
        shown = office(database, "quarantine", "show", item["id"][7:27])
        assert item["id"] in shown
        assert "\x1b" not in shown
    assert json.loads(office(database, "quarantine", "show", item["id"], "--json"))["id"] == item["id"]


def test_a_release_takes_the_entry_off_the_list_and_into_the_units_file(database: Path) -> None:
    item = _items(database)["out_of_scope"]
    assert "released" in office(database, "quarantine", "release", item["id"][7:27], "--why", "核对过")
    assert item["id"] not in {each["id"] for each in _items(database).values()}
    store = open_store(database)
    given = {each.entry.hash: each.code for each in Pen(store, "zhao").pull_all()}
    assert given[item["id"]] == ""
    assert staff.stats(store)["kinds"]["ruling"] == 1
    store.close()


def test_what_cannot_stand_is_not_released_but_answered(database: Path) -> None:
    for code in ("invalid_fields", "malformed"):
        item = _items(database)[code]
        assert "answer" in office(database, "quarantine", "release", item["id"], "--why", "x", wanted=1).lower()
        office(database, "quarantine", "answer", item["id"], "--why", "请重写")
        assert (_items(database)[code]["ruling"], _items(database)[code]["comment"]) == ("answered", "请重写")
    assert "answered: 请重写" in office(database, "quarantine", "list")


def test_an_unknown_item_and_a_ruling_without_words_are_refused(database: Path) -> None:
    office(database, "quarantine", "show", "0000", wanted=1)
    item = _items(database)["out_of_scope"]
    assert "comment" in office(database, "quarantine", "answer", item["id"], "--why", " ", wanted=1)
