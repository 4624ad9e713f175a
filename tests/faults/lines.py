"""Every fault of a line, many times, against a store's process and a laptop's exchange; and what came of it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import msgspec

from sync.client.session import ExchangeError, exchange
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.faults.counting import Outcome, bodies_on, bodies_stored
from tests.faults.kills import NOTE, without_waiting
from tests.faults.proxy import FAULTS, Proxy, spoiled
from tests.store import District

_TRIES = 12  # exchanges until one goes through; each meets a fault no more than its first requests do


def spoil_lines(live: District, folder: Path, times: int) -> list[Outcome]:
    """Each fault so many times; two laptops write all the while, and read each other."""
    with (
        spoiled(live.address) as proxy,
        live.laptop(folder / "a.db", "wang") as wang,
        live.laptop(folder / "b.db", "li") as li,
        without_waiting(),
    ):
        for laptop in (wang, li):
            exchange(laptop)
            laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=proxy.address))
        outcomes = [_spoil(fault, times, proxy, (wang, li)) for fault in FAULTS]
        written = {*bodies_on(wang), *bodies_on(li)}
        for laptop in (wang, li):
            assert verify(laptop).breaks == []
            outcomes[-1].count(written, bodies_on(laptop))
    outcomes[-1].count(written, bodies_stored(live.database))
    return outcomes


def _spoil(fault: str, times: int, proxy: Proxy, laptops: tuple[Replica, Replica]) -> Outcome:
    outcome = Outcome(fault=f"line: {fault}")
    for number in range(times):
        for laptop in laptops:
            edits.create(laptop, "liaison_note", "u-1", NOTE)
        before = proxy.injected
        proxy.faults.extend(FAULTS[fault](number) for _ in laptops)
        begun = time.monotonic()
        for laptop in (*laptops, laptops[0]):
            _until_it_goes_through(laptop)
        outcome.seconds.append(time.monotonic() - begun)
        outcome.injected += proxy.injected - before
        proxy.faults.clear()
        one, other = (bodies_on(each) for each in laptops)
        outcome.count({*one, *other}, one)
    return outcome


def _until_it_goes_through(laptop: Replica) -> None:
    for _ in range(_TRIES):
        with suppress(ExchangeError):
            exchange(laptop)
            return
    raise AssertionError("no exchange goes through")
