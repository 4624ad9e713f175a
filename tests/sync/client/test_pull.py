"""What a laptop keeps of an answer: what is new, and nothing is written again that stands there already."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client.pull import Receiver
from sync.ledger import chains
from sync.ledger.chains import Certificate
from sync.protocol import codec
from sync.replica import Replica
from tests.sync.laptops import DISTRICT, STORE_KEY, new_laptop

AT = "2026-09-18T09:00:00.000Z"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "laptop.db") as replica:
        yield replica


def _take(replica: Replica, number: int, certificate: Certificate, positions: dict[str, int], *, more: bool) -> None:
    answer = codec.SyncAnswer(
        log="log-1", cursor=number, cursor_hash="", positions=positions, more=more, certificates=[certificate]
    )
    Receiver(replica).apply_response(answer, [], asked={})


def _certified(at: str) -> Certificate:
    return chains.make_certificate(STORE_KEY, DISTRICT, "d-2", "p-2", "key", at)


def test_a_certificate_and_positions_that_stand_there_are_not_written_again(laptop: Replica) -> None:
    certificate = _certified("2026-01-01T00:00:00.000Z")
    _take(laptop, 1, certificate, {"u-1": 7}, more=True)
    written: list[str] = []
    before = laptop.connection.total_changes
    laptop.connection.set_trace_callback(written.append)
    _take(laptop, 2, certificate, {"u-1": 7}, more=True)
    laptop.connection.set_trace_callback(None)
    assert not [each for each in written if "position" in each and not each.startswith("SELECT")]
    assert laptop.connection.total_changes - before == 2  # how far it has read, and the count of what was kept
    assert Receiver(laptop).reading.positions() == {"u-1": 7}


def test_a_new_certificate_for_a_device_takes_the_place_of_the_old_one(laptop: Replica) -> None:
    _take(laptop, 1, _certified("2026-01-01T00:00:00.000Z"), {}, more=True)
    _take(laptop, 2, newer := _certified("2026-02-02T00:00:00.000Z"), {}, more=True)
    (kept,) = laptop.connection.execute("SELECT at, sig FROM certificate").fetchall()
    assert kept == (newer.at, newer.sig)


def test_positions_move_and_end(laptop: Replica) -> None:
    for number, positions in enumerate(({"u-1": 7, "u-2": 0}, {"u-2": 3}, {})):
        answer = codec.SyncAnswer(log="log-1", cursor=number, cursor_hash="", positions=positions)
        Receiver(laptop).apply_response(answer, [], asked={"u-1": 0, "u-2": 0})
        assert Receiver(laptop).reading.positions() == positions


def test_entries_are_kept_also_where_the_answer_says_nothing_else(laptop: Replica) -> None:
    Receiver(laptop).apply_response(codec.SyncAnswer(log="log-1", cursor=1, cursor_hash="h"), [], asked={})
    entry = chains.compose(
        ledger="u-1", device="d-2", seq=1, prev="", kind="tag", record="t-1", fields={}, by="p-2", at=AT
    )
    line = codec.arrived_line(entry.raw_head, entry.raw_body, 1, "")
    receiver = Receiver(laptop)
    receiver.apply_response(codec.SyncAnswer(log="log-1", cursor=1, cursor_hash="h"), [line], asked={})
    assert receiver.received.pulled == 1
