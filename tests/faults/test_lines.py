"""A line that cuts, changes, repeats, delays and answers in the store's name costs time and nothing else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from sync.client.session import NoConnection, exchange
from sync.replica import query
from sync.replica.editing import edits
from tests.faults.kills import NOTE, without_waiting
from tests.faults.lines import spoil_lines
from tests.faults.proxy import answer_cut, html, refused, spoiled
from tests.store import District


def test_no_fault_of_a_line_loses_or_doubles_anything(live: District, tmp_path: Path) -> None:
    outcomes = spoil_lines(live, tmp_path, times=3)
    assert all(each.injected >= 3 for each in outcomes)
    assert [(each.fault, each.lost, each.doubled) for each in outcomes if each.lost or each.doubled] == []


def test_an_answer_cut_at_any_byte_leaves_the_laptop_as_it_was(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, spoiled(live.address) as proxy, without_waiting():
        wang.set_identity(msgspec.structs.replace(wang.joined(), server=proxy.address))
        exchange(wang)
        for at in range(0, 600, 11):
            edits.create(wang, "liaison_note", "u-1", NOTE)
            proxy.faults.append(answer_cut(at))
            assert exchange(wang).pushed == 1, at
            assert query.status(wang).pending == 0


def test_a_page_in_the_stores_place_is_said_to_be_one(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, spoiled(live.address) as proxy:
        wang.set_identity(msgspec.structs.replace(wang.joined(), server=proxy.address))
        proxy.faults.append(html)
        with pytest.raises(NoConnection) as said:
            exchange(wang)
        assert said.value.code == "not_a_store"
        exchange(wang)


def test_a_last_message_that_is_too_large_is_sent_in_pieces(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, spoiled(live.address) as proxy:
        wang.set_identity(msgspec.structs.replace(wang.joined(), server=proxy.address))
        exchange(wang)
        for _ in range(3):
            edits.create(wang, "liaison_note", "u-2", NOTE)
        proxy.faults.append(refused(413))
        result = exchange(wang)
        assert (proxy.injected, result.pushed) == (1, 3)
