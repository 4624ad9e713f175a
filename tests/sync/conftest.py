"""The office's laptop, on which entries arrive at instants that the test says; what it shows is what they give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from tests.rows import dump
from tests.sync.laptops import new_laptop
from tests.sync.office import Office


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    """An empty laptop of the office; after the test its rows are those that its entries give."""
    with new_laptop(tmp_path / "office.db", "p-9", "office") as replica:
        yield replica
        assert differing(replica) == []
        rows = dump(replica)
        rebuild(replica)
        assert dump(replica) == rows


@pytest.fixture
def office(laptop: Replica) -> Office:
    """One campaign and one unit that takes part in it, on the laptop."""
    office = Office(laptop)
    office.campaign("second", "2", "2024-09-01", "2025-02-28")
    office.unit("u-1", batch="2")
    return office
