"""Whatever a field may hold, in whatever edits: the ledger is folded, and everything that is read of it is read."""

from __future__ import annotations

from pathlib import Path

from sync.model.kinds import KINDS
from tests.faults.field_values import worlds
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

WORLDS = 8  # more by hand: `python -m tests.faults fields --worlds 1000`


def test_values_on_the_edge_in_edits_of_every_kind_break_nothing(tmp_path: Path) -> None:
    arrived = [kind for world in worlds(tmp_path, WORLDS, seed=3) for kind, _, _ in world]
    assert set(arrived) == set(KINDS)


def test_a_follow_up_of_which_only_later_edits_count_stands_at_nothing(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "a.db", "p-office", "office", "d-office") as laptop:
        office = Office(laptop)
        office.unit("u-1")
        office.says("u-1", "follow_up", "f-1", "2024-10-01T04:00:00.000Z", carried_to=None, progress="已联系")
        office.says("u-1", "follow_up", "f-1", "2024-10-02T04:00:00.000Z", nature="difficulty")
        assert laptop.connection.execute("SELECT status, open FROM follow_up").fetchall() == [("", 0)]
