"""Records that name no campaign stand in the one of their day, and in another as soon as what says so has changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.replica import Replica
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.projection.tables import count_units, derive
from tests.rows import dump
from tests.sync.laptops import new_laptop
from tests.sync.office import Office


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "office.db", "p-office", "office", "d-office") as laptop:
        office = Office(laptop)
        office.unit("u-1", batch="1")
        office.campaign("c-1", "1", "2026-01-01", "2026-12-31")
        office.says("u-1", "participation", "p-1", "2026-01-01T04:00:00.000Z", campaign="c-1", from_="2026-02-01")
        office.says("u-1", "count", "r-1", "2026-03-01T04:00:00.000Z", counted_on="2026-03-01")
        yield laptop


def _place(laptop: Replica) -> str:
    (campaign,) = laptop.connection.execute("SELECT campaign FROM record WHERE record = 'r-1'").fetchone()
    return str(campaign)


@pytest.mark.parametrize(
    ("ledger", "record", "place"),
    [("district", "c-1", ""), ("district", "c-1.study", "c-1"), ("u-1", "p-1", "c-1"), ("u-1", "u-1", "c-1")],
)
def test_what_the_store_keeps_apart_places_nothing_any_more(
    laptop: Replica, ledger: str, record: str, place: str
) -> None:
    assert _place(laptop) == "c-1"
    with laptop.transaction() as connection:
        connection.execute("UPDATE entry SET code = 'invalid_fields' WHERE record = ?", (record,))
        count_units(connection, derive(connection, [], {(ledger, record)}))
    assert _place(laptop) == place
    before = dump(laptop)
    rebuild(laptop)
    assert dump(laptop) == before
