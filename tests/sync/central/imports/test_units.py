"""Units in tables: by their former names, and below one another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sync.central.admin import staff
from sync.central.imports.report import Report
from sync.central.service.store import Edit, Store
from tests.sync.central.tables import imports, notes, reasons, units, written

HEADINGS = ("名称", "类别", "上级党组织", "地址")


@pytest.fixture
def table(store: Store, tmp_path: Path) -> Callable[..., Report]:
    """Imports units, after two of which the one is below the other."""

    def of(*rows: tuple[str, ...]) -> Report:
        return imports(store, "units", written(tmp_path, "csv", [HEADINGS, *rows]))

    assert of(("甲党委", "farm", "", ""), ("乙支部", "farm", "甲党委", "")).rejected == []
    return of


def _rename(store: Store, unit: str, name: str) -> None:
    staff.put(store, [Edit(ledger=unit, kind="unit", record=unit, fields={"name": name})])


def test_a_row_with_a_former_name_means_the_unit_and_leaves_its_new_name(
    store: Store, table: Callable[..., Report]
) -> None:
    before = units(store)["甲党委"]["id"]
    _rename(store, before, "丙党委")
    report = table(("甲党委", "farm", "", "湖滨路"))
    assert "丙党委" in notes(report)
    found = units(store)
    assert (found["丙党委"]["id"], found["丙党委"]["address"]) == (before, "湖滨路")
    assert "甲党委" not in found


def test_a_former_name_names_the_unit_above(store: Store, table: Callable[..., Report]) -> None:
    above = units(store)["甲党委"]["id"]
    _rename(store, above, "丙党委")
    assert table(("丁支部", "farm", "甲党委", "")).rejected == []
    assert units(store)["丁支部"]["parent"] == above


def test_a_new_unit_of_a_name_that_another_has_given_up_is_found_first(
    store: Store, table: Callable[..., Report]
) -> None:
    _rename(store, units(store)["甲党委"]["id"], "丙党委")
    staff.put(store, [Edit(ledger="u-9", kind="unit", record="u-9", fields={"name": "甲党委", "category": "farm"})])
    assert table(("甲党委", "farm", "", "湖滨路")).rejected == []
    assert units(store)["甲党委"] == {"id": "u-9", "name": "甲党委", "category": "farm", "address": "湖滨路"}


def test_a_row_that_would_put_a_unit_above_itself_by_way_of_the_store_is_refused(
    store: Store, table: Callable[..., Report], tmp_path: Path
) -> None:
    assert table(("丁支部", "farm", "乙支部", "")).rejected == []
    above = str(units(store)["甲党委"]["id"])
    rows = [("id", *HEADINGS), (above, "甲党委", "farm", "丁支部", "")]
    assert "further up, below this unit" in reasons(imports(store, "units", written(tmp_path, "csv", rows)))
    assert "parent" not in units(store)["甲党委"]
