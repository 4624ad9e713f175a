"""The places of a chain that a receipt names as apart: written and read back, short however many, never one too few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.model import quarantine_ranges
from sync.model.quarantine_ranges import EMPTY, MOST_RANGES

LOG = "log-4f1c"


@given(st.sets(st.integers(1, 400)), st.integers(1, 400))
def test_every_place_is_read_back_and_few_are_read_back_exactly(seqs: set[int], end: int) -> None:
    places = quarantine_ranges.ranges_of(seqs)
    read = quarantine_ranges.read(quarantine_ranges.write(LOG, places))
    assert read == places
    assert all(seq in read for seq in seqs)
    assert {seq for seq in range(1, end + 1) if seq in read} == {seq for seq in range(1, 500) if seq in read.up_to(end)}
    assert len(read.ranges) <= MOST_RANGES
    if read.exact:
        assert {seq for seq in range(1, 500) if seq in read} == seqs


@given(st.lists(st.sets(st.integers(1, 200)), max_size=6))
def test_named_one_message_after_the_other_none_is_lost(parts: list[set[int]]) -> None:
    log = LOG
    for part in parts:
        log = quarantine_ranges.write(LOG, quarantine_ranges.read(log) | quarantine_ranges.ranges_of(part))
    assert all(seq in quarantine_ranges.read(log) for part in parts for seq in part)


def test_the_form_is_short_and_the_receipt_of_a_plain_chain_is_what_it_was() -> None:
    assert quarantine_ranges.write(LOG, EMPTY) == LOG
    assert quarantine_ranges.write(LOG, quarantine_ranges.ranges_of([3, 7, 8, 9])) == f"{LOG} apart 3 7-9"
    every_other = quarantine_ranges.write(LOG, quarantine_ranges.ranges_of(range(1, 20_001, 2)))
    assert len(every_other) < 400
    assert " perhaps " in every_other
    assert not quarantine_ranges.read_exactly(every_other), "nothing can be held against who shows no receipt for each"


@pytest.mark.parametrize("log", [f"{LOG} apart x", f"{LOG} otherwise 3", f"{LOG} apart 3-", f"{LOG} "])
def test_of_a_form_of_the_future_any_place_may_be_meant(log: str) -> None:
    read = quarantine_ranges.read(log)
    assert (1 in read, 2**50 in read, read.exact) == (True, True, False)
