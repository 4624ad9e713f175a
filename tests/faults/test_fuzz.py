"""Changed messages are read or refused, never met with a fault; more by `python -m tests.faults.fuzz`."""

from __future__ import annotations

import pytest

from tests.faults.fuzz import TARGETS, corpus, inputs, try_one

ROUNDS = 2_000  # for each target


@pytest.mark.parametrize("target", TARGETS)
def test_changed_messages_are_read_or_refused(target: str) -> None:
    for name, data in inputs(ROUNDS, seed=4):
        if name == target:
            try_one(name, data)


def test_the_messages_that_are_changed_are_valid() -> None:
    from sync.protocol import codec

    valid = corpus()
    for line in valid["entry"]:
        assert codec.line(codec.pushed_entry(line)) == line
    for message in valid["answer"]:
        _, lines = codec.unpack(message, codec.SyncAnswer)
        assert len(list(codec.arrived_entries(lines))) == len(valid["entry"])
