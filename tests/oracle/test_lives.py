"""Random lives of a district: each past period says the same whenever it is asked, and what the oracle says.

`LIVES=2000 pytest tests/oracle/test_lives.py` lets so many live, `LIVES=500:1000` a part of them, `LIFE=17` one alone;
a failure names its seed.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync.model.days import plus
from sync.replica import Replica, query
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing as rows_differing
from sync.replica.projection.apply import Incoming, apply
from tests.oracle.beside import (
    differing,
    differing_gates,
    differing_make_ups,
    differing_register,
    program_figures,
    told_by,
)
from tests.oracle.figures import Name
from tests.oracle.lives import FIRST, STAGES, Life
from tests.rows import dump
from tests.sync.laptops import new_laptop

_MANY = [int(number) for number in os.environ.get("LIVES", "").split(":") if number]
SEEDS = [int(os.environ["LIFE"])] if "LIFE" in os.environ else list(range(*_MANY or (6,)))
ACTS, EXCHANGES = 25, 4

Asked = tuple[str, str, str]  # campaign, and the days of a period
Told = dict[Name, tuple[int, list[str]]]


@contextmanager
def office_laptop(path: Path) -> Iterator[Replica]:
    """Open the laptop of the office, which reads everything."""
    with new_laptop(path, "p-office", "office") as replica:
        yield replica


def arrive(replica: Replica, entries: Sequence[Incoming]) -> None:
    """Let entries arrive in one exchange."""
    with replica.transaction() as connection:
        apply(connection, list(entries))


def figures(replica: Replica, asked: Asked) -> Told:
    """Return what the brief counts, without its refs, which depend on how many lines there are."""
    return {name: (value, records) for name, (_, value, records) in program_figures(replica, *asked).items()}


def periods(replica: Replica, life: Life, chance: random.Random, *, past: bool = False) -> list[Asked]:
    """Return a few periods of campaigns to ask of: short ones and long ones, some that reach beyond today."""
    found = []
    known = sorted(each.id for each in query.campaigns(replica)) or [""]
    for campaign in (*chance.choices(known, k=2), chance.choice(known) if past else ""):
        since = plus(FIRST, chance.randint(-60, 500))
        until = plus(since, chance.choice((0, 6, 30, 90, 400)))
        if past:
            until = min(until, plus(life.day, -2))  # the zone of the laptop that writes may be a day ahead
            since = min(since, until)
        found.append((campaign, since, until))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_are_the_oracles_whenever_they_are_asked_and_stay_but_for_what_arrives(
    seed: int, tmp_path: Path
) -> None:
    life, chance = Life(seed), random.Random(seed)
    then: list[tuple[int, Asked, Told]] = []
    with office_laptop(tmp_path / "office.db") as office:
        held = 0
        for _ in range(EXCHANGES):
            life.live(ACTS)
            arrive(office, life.arrived[held:])
            held = len(life.arrived)
            told = told_by(office)
            for asked in periods(office, life, chance):
                assert differing(office, told, *asked) == []
                then.append((held, asked, figures(office, asked)))
            for campaign in life.campaigns:
                assert differing_gates(office, told, campaign, chance.choice(STAGES)) == []
            assert differing_make_ups(office, told) == []
            for day in ("", plus(life.day, -chance.randint(1, 300))):
                assert differing_register(office, told, day) == []
        assert rows_differing(office) == []
        rows = dump(office)
        rebuild(office)
        assert dump(office) == rows
    for number, asked, counted in then[:: 1 if _MANY else 4]:
        with office_laptop(tmp_path / f"{number}-{chance.random()}.db") as copy:
            for part in _in_parts(life.arrived[:number], chance):
                arrive(copy, part)
            assert figures(copy, asked) == counted


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_written_on_its_day_changes_nothing_that_was_counted_before(seed: int, tmp_path: Path) -> None:
    life, chance = Life(seed, orderly=True), random.Random(seed)
    then: list[tuple[Asked, Told]] = []
    with office_laptop(tmp_path / "office.db") as office:
        held = 0
        for _ in range(EXCHANGES):
            life.live(ACTS)
            arrive(office, life.arrived[held:])
            held = len(life.arrived)
            then += [(asked, figures(office, asked)) for asked in periods(office, life, chance, past=True)]
            for asked, counted in then:
                assert figures(office, asked) == counted, asked


@pytest.mark.parametrize("seed", SEEDS)
def test_a_laptop_that_has_some_units_sees_the_past_that_the_office_sees_of_them(seed: int, tmp_path: Path) -> None:
    life, chance = Life(seed), random.Random(seed)
    life.live(ACTS * EXCHANGES)
    mine = {*chance.sample(life.units, len(life.units) // 2), "district"}
    with office_laptop(tmp_path / "office.db") as office, new_laptop(tmp_path / "group.db") as group:
        arrive(office, life.arrived)
        arrive(group, [each for each in life.arrived if each.entry.head.ledger in mine])
        for asked in periods(office, life, chance):
            assert seen_of(group, asked, mine) == seen_of(office, asked, mine)


# Which units there are decides of these: of sums, whether they are above zero, so that they stand in the brief at all.
_OF_OTHERS = ("satisfaction", "satisfaction_by_category", "district_share", "baseline")


def seen_of(replica: Replica, asked: Asked, units: set[str]) -> dict[Name, list[str]]:
    """Return what is counted of these units, but for what depends on who answers for them, or on ballots of others."""
    owner = dict(replica.connection.execute("SELECT record, ledger FROM record").fetchall())
    found: dict[Name, list[str]] = {}
    for name, (_, records) in figures(replica, asked).items():
        apart = name[0].endswith(("by_group", "by_committee")) or name[0] in _OF_OTHERS
        told = not apart and name[1] not in ("no_group", "no_liaison")
        if told and (kept := [record for record in records if owner[record] in units]):
            found[name] = kept
    return found


def _in_parts(entries: Sequence[Incoming], chance: random.Random) -> Iterator[Sequence[Incoming]]:
    """Yield entries in exchanges of any size: chains stay in order, ledgers come as they like."""
    ledgers = sorted({each.entry.head.ledger for each in entries})
    chance.shuffle(ledgers)
    ordered = sorted(entries, key=lambda each: ledgers.index(each.entry.head.ledger))
    while ordered:
        size = chance.choice((1, 7, 60))
        yield ordered[:size]
        ordered = ordered[size:]
