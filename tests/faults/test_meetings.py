"""Work that met on the way: two laptops of one person and a third, a settlement and a new edit, a form reworded."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.locale import set_language
from supervisor_tui.screens.records.record_page import record_page
from sync.client.session import exchange
from sync.ledger.fold import Value
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from sync.replica.queries.templates import templates
from tests.faults.conftest import NOTE
from tests.rows import dump
from tests.store import District, office

TEMPLATES = Path(__file__).parents[2] / "fixtures" / "templates"


@pytest.fixture
def ring(live: District, tmp_path: Path) -> Iterator[list[Replica]]:
    """Two laptops of one person, one of a colleague, all up to date."""
    laptops = [live.laptop(tmp_path / f"{number}.db", who) for number, who in enumerate(("wang", "wang", "li"))]
    for laptop in laptops:
        exchange(laptop)
    yield laptops
    for laptop in laptops:
        assert verify(laptop).breaks == []
        laptop.close()


def _round(laptops: list[Replica], times: int = 2) -> None:
    for _ in range(times):
        for laptop in laptops:
            exchange(laptop)


def _values(laptop: Replica, record: str, field: str = "content") -> set[object]:
    """What a field says: its one value, or the sides of its conflict."""
    found = query.record(laptop, record)
    assert found is not None
    return {value.value for value in found.conflicts.get(field, [])} or {found.fields.get(field)}


def _same(laptops: list[Replica], record: str) -> None:
    rows = [{row for row in dump(laptop) if row[0] == "record" and record in row} for laptop in laptops]
    assert rows[0]
    assert all(each == rows[0] for each in rows)


def test_different_fields_of_two_laptops_join_and_the_same_one_conflicts_for_all_three(ring: list[Replica]) -> None:
    one, other, colleague = ring
    record = edits.create(one, "liaison_note", "u-1", NOTE).record
    _round(ring)
    edits.correct(one, record, {"content": "甲机所写"}, "补充")
    edits.correct(other, record, {"content": "乙机所写", "good_practice": "一人一卡"}, "补充")
    edits.correct(colleague, record, {"mode": "phone"}, "更正")
    _round(ring)
    for laptop in ring:
        assert _values(laptop, record) == {"甲机所写", "乙机所写"}
        assert (_values(laptop, record, "good_practice"), _values(laptop, record, "mode")) == ({"一人一卡"}, {"phone"})
    _same(ring, record)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0)], ids=str)
def test_a_settlement_that_races_with_a_new_edit_loses_neither(ring: list[Replica], order: tuple[int, ...]) -> None:
    one, other, colleague = ring
    record = edits.create(one, "liaison_note", "u-1", NOTE).record
    _round(ring)
    edits.correct(one, record, {"content": "一种说法"}, "补充")
    edits.correct(other, record, {"content": "另一种说法"}, "更正")
    _round(ring)
    edits.resolve(one, record, "content", value="商定的说法", why="一起核对")
    edits.correct(colleague, record, {"good_practice": "一人一卡"}, "补充")
    side = next(each for each in _conflict(other, record) if each.value == "另一种说法")
    edits.resolve(other, record, "content", take=f"{side.device}:{side.seq}", why="我在现场")
    edits.correct(other, record, {"content": "随后又改的"}, "又去了一次")
    _round([ring[place] for place in order])
    for laptop in ring:
        assert _values(laptop, record) == {"商定的说法", "随后又改的"}
        assert _values(laptop, record, "good_practice") == {"一人一卡"}
        found = query.record(laptop, record)
        assert found is not None
        assert len(found.versions) == 7
    _same(ring, record)


def _conflict(laptop: Replica, record: str) -> list[Value]:
    found = query.record(laptop, record)
    assert found is not None
    return found.conflicts["content"]


def test_a_form_reworded_while_three_were_away_keeps_what_each_answered_by_its_own_words(
    live: District, tmp_path: Path, ring: list[Replica]
) -> None:
    set_language("zh")
    folder = tmp_path / "templates"
    folder.mkdir()
    shutil.copy(TEMPLATES / "review.toml", folder)
    office(live.database, "import", "templates", str(folder))
    _round(ring)
    (old,) = templates(ring[0], "")
    item = old.template.sections[0].items[0]
    before, after = item.title.zh, item.title.zh + "(新的提法)"
    file = folder / "review.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(before, after).replace("version = 1", "version = 2"), encoding="utf-8")
    office(live.database, "import", "templates", str(folder))
    answers = {"visited_on": "2026-09-18", "stage": "review", "group": live.groups["first"], "summary": "照旧表检查"}
    written = [
        edits.create(
            laptop, "inspection", "u-1", answers | {"template": old.record, f"answer.{item.id}": {"verdict": "met"}}
        )
        for laptop in ring
    ]
    _round(ring)
    for laptop in ring:
        assert [row.template.version for row in templates(laptop, "")] == [2]
        assert query.status(laptop).quarantined == 0
        for each in written:
            found = query.record(laptop, each.record)
            assert found is not None
            page = "".join(text for line in record_page(laptop, found, 100) for text, _ in line)
            assert before in page
            assert after not in page
