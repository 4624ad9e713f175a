"""What is wrong gets a clear error, in every family of inputs; more by `python -m tests.faults inputs`."""

from __future__ import annotations

from pathlib import Path

from tests.faults.bad_inputs import bad_inputs
from tests.store import District

EACH = 300  # of the quick families, a tenth of the slow ones


def test_a_wrong_input_gets_a_clear_error_and_nothing_else(live: District, tmp_path: Path) -> None:
    tallies = bad_inputs(live, tmp_path, EACH)
    assert [each.tried for each in tallies] == [EACH, EACH, EACH // 10, EACH, *[EACH // 10] * 4]
    assert {each.family: each.odd for each in tallies if each.odd} == {}
    assert all(each.clear > each.taken for each in tallies)
