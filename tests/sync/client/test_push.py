"""What a push sends: chain by chain, within its limits, each chain with its seal."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.push import START, newest, next_batch, pending
from sync.ledger import chains
from sync.ledger.chains import read_entry
from sync.replica import Replica, query
from sync.replica.editing import edits
from tests.sync.laptops import give_unit, new_laptop

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习。" * 8}


@pytest.fixture
def laptop(tmp_path: Path) -> Replica:
    """Six notes, written in three units in turn."""
    replica = new_laptop(tmp_path / "laptop.db")
    for unit in ("u-1", "u-2", "u-3"):
        give_unit(replica, unit)
    for _ in range(2):
        for unit in ("u-1", "u-2", "u-3"):
            edits.create(replica, "liaison_note", unit, NOTE)
    return replica


def _places(lines: list[bytes]) -> list[tuple[str, int]]:
    heads = [read_entry(line.partition(b"\t")[0], None).head for line in lines]
    return [(head.ledger, head.seq) for head in heads]


def test_what_is_pending_goes_chain_by_chain_with_one_seal_for_each(laptop: Replica) -> None:
    with laptop:
        whole = next_batch(laptop, START, 1 << 20, 100)
        assert _places(whole.lines) == [(f"u-{unit}", seq) for unit in (1, 2, 3) for seq in (1, 2)]
        assert [(seal.ledger, seal.seq) for seal in whole.seals] == [("u-1", 2), ("u-2", 2), ("u-3", 2)]
        assert not whole.more
        kept = laptop.connection.execute(
            "SELECT head, body FROM entry WHERE number IS NULL ORDER BY chain, seq"
        ).fetchall()
        assert whole.lines == [head + b"\t" + body for head, body in kept]


def test_a_batch_ends_at_its_limits_and_the_next_begins_behind_it(laptop: Replica) -> None:
    with laptop:
        first = next_batch(laptop, START, 1 << 20, 3)
        assert _places(first.lines) == [("u-1", 1), ("u-1", 2), ("u-2", 1)]
        assert [(seal.ledger, seal.seq) for seal in first.seals] == [("u-1", 2), ("u-2", 1)]
        assert first.more
        assert pending(laptop, first.last) == 3
        second = next_batch(laptop, first.last, 1, 100)  # whatever the limit, one gets through
        assert (_places(second.lines), second.more) == ([("u-2", 2)], True)
        third = next_batch(laptop, second.last, 1 << 20, 100)
        assert (_places(third.lines), third.more) == ([("u-3", 1), ("u-3", 2)], False)
        assert pending(laptop, third.last) == 0
        assert next_batch(laptop, third.last, 1 << 20, 100).lines == []


def test_a_chain_that_waits_is_left_out_from_its_place_on(laptop: Replica) -> None:
    with laptop:
        batch = next_batch(laptop, START, 1 << 20, 100, [("u-2", "d-1", 2), ("u-3", "d-1", 1)])
        assert _places(batch.lines) == [("u-1", 1), ("u-1", 2), ("u-2", 1)]
        assert pending(laptop, START, [("u-2", "d-1", 2), ("u-3", "d-1", 1)]) == 3


def test_the_newest_unsent_entry_and_the_oldest_are_found_by_when_they_were_written(laptop: Replica) -> None:
    with laptop:
        rows = laptop.connection.execute("SELECT id, seq FROM entry WHERE number IS NULL ORDER BY id").fetchall()
        assert newest(laptop) == rows[-1][0]
        first = edits.create(laptop, "liaison_note", "u-1", NOTE)  # in the first chain, and yet the newest
        assert newest(laptop) == rows[-1][0] + 1
        laptop.connection.execute("UPDATE entry SET number = 1 WHERE record <> ?", (first.record,))
        assert newest(laptop) == rows[-1][0] + 1
        assert query.status(laptop).pending == 1


# --- the edges -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beyond", "lines"), [(-1, 1), (0, 2), (1, 2)])
def test_a_batch_takes_as_many_bytes_as_it_may(laptop: Replica, beyond: int, lines: int) -> None:
    with laptop:
        rows = laptop.connection.execute(
            "SELECT length(head) + length(body) + 2 FROM entry WHERE number IS NULL ORDER BY chain, seq LIMIT 2"
        )
        room = sum(size for (size,) in rows.fetchall())
        assert len(next_batch(laptop, START, room + beyond, 100).lines) == lines


@pytest.mark.parametrize(("limit", "lines", "more"), [(5, 5, True), (6, 6, False), (7, 6, False)])
def test_a_batch_takes_as_many_entries_as_it_may(laptop: Replica, limit: int, lines: int, *, more: bool) -> None:
    with laptop:
        batch = next_batch(laptop, START, 1 << 20, limit)
        assert (len(batch.lines), batch.more) == (lines, more)


def test_a_batch_of_one_entry_says_whose_place_it_is(laptop: Replica) -> None:
    with laptop:
        assert next_batch(laptop, START, 1, 100).only == ("u-1", "d-1", 1)
        assert next_batch(laptop, START, 1 << 20, 2).only is None
        assert next_batch(laptop, START, 1 << 20, 100, [(f"u-{unit}", "d-1", 1) for unit in (1, 2, 3)]).only is None


def test_a_head_whose_content_is_not_here_goes_alone(laptop: Replica) -> None:
    with laptop:
        laptop.connection.execute("UPDATE entry SET body = NULL WHERE number IS NULL")
        batch = next_batch(laptop, START, 1 << 20, 100)
        assert _places(batch.lines)[0] == ("u-1", 1)
        assert all(line.endswith(b"\t") for line in batch.lines)


def test_what_waits_in_another_device_s_chain_holds_up_nobody_else(laptop: Replica) -> None:
    with laptop:
        assert pending(laptop, START, [("u-1", "d-2", 1), ("u-9", "d-1", 1), ("u-1", "d-1", 3)]) == 6


def test_the_seal_that_is_kept_goes_out_where_it_is_of_the_last_entry_and_else_a_new_one(laptop: Replica) -> None:
    identity = laptop.joined()
    with laptop:
        laptop.connection.execute("UPDATE seal SET sig = 'kept'")
        assert [seal.sig for seal in next_batch(laptop, START, 1 << 20, 100).seals] == ["kept"] * 3
        (earlier,) = next_batch(laptop, START, 1, 100).seals
        assert (earlier.seq, earlier.sig != "kept") == (1, True)
        assert chains.seal_holds(earlier, identity.district, identity.certificate.key)
        laptop.connection.execute("DELETE FROM seal")
        for seal in next_batch(laptop, START, 1 << 20, 100).seals:
            assert chains.seal_holds(seal, identity.district, identity.certificate.key)


def test_for_another_device_this_one_seals_nothing(laptop: Replica) -> None:
    with laptop:
        laptop.connection.execute("UPDATE chain SET device = 'd-2' WHERE ledger IN ('u-2', 'u-3') AND device = 'd-1'")
        laptop.connection.execute("DELETE FROM seal WHERE chain IN (SELECT id FROM chain WHERE ledger = 'u-3')")
        whole = next_batch(laptop, START, 1 << 20, 100)
        assert [(seal.ledger, seal.device) for seal in whole.seals] == [("u-1", "d-1"), ("u-2", "d-2")]
        assert len(whole.lines) == 6


def test_where_nothing_is_unsent_nothing_goes_out(laptop: Replica) -> None:
    with laptop:
        laptop.connection.execute("UPDATE entry SET number = 1")
        batch = next_batch(laptop, START, 1 << 20, 100)
        assert (batch.lines, batch.seals, batch.last, batch.more, batch.only) == ([], [], START, False, None)
        assert (newest(laptop), pending(laptop, START)) == (0, 0)
