"""A store in this process, with the district of `tests/store.py` in small, and laptops reduced to their key and pen."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.central.admin import staff
from sync.central.service.store import Edit, Store, init_store, open_store
from tests.sync.central.pen import Pen


@pytest.fixture
def store(made_once: Path, tmp_path: Path) -> Iterator[Store]:
    """Two groups, a liaison officer, the office and two viewers; u-1, u-2 are the first group's, u-3 the second's."""
    shutil.copytree(made_once, tmp_path, dirs_exist_ok=True)
    opened = open_store(tmp_path / "central.db")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of that store, of which each test has a copy."""
    folder = tmp_path_factory.mktemp("made-once")
    opened = init_store(folder / "central.db", "demo", "示例区")
    units = [
        Edit(ledger=unit, kind="unit", record=unit, fields={"name": f"单位 {unit}", "category": "farm"})
        for unit in ("u-1", "u-2", "u-3")
    ]
    staff.put(opened, units)
    for group in ("g-1", "g-2"):
        staff.add_group(opened, f"group {group}", group)
    for person, role, group in (
        ("wang", "group", "g-1"),
        ("zhao", "group", "g-2"),
        ("chen", "liaison", ""),
        ("director", "office", ""),
        ("guest", "viewer", ""),
        ("guest-1", "viewer", "g-1"),
    ):
        staff.add_person(opened, f"name of {person}", role, group, person)
    staff.assign(opened, ["u-1", "u-2"], "g-1", None)
    staff.assign(opened, ["u-3"], "g-2", "chen")
    opened.close()
    return folder


@pytest.fixture
def wang(store: Store) -> Pen:
    """A laptop of the first group."""
    return Pen(store, "wang")


@pytest.fixture
def director(store: Store) -> Pen:
    """A laptop of the office."""
    return Pen(store, "director")
