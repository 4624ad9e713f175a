"""A seed of the model is the same mix, with the same ids, keys and times, wherever and whenever it is drawn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
MODEL = "tests/faults/test_model.py::test_any_mix_of_work_and_faults_ends_in_one_state"
_ENDS = re.compile(r"(\d+) steps in (\d+) worlds, MODEL_SEED=\d+, ends ([0-9a-f]{64})")


def _drawn(seed: int, hashes: int) -> tuple[int, int, str]:
    """The steps and worlds a seed makes in a process of its own, and the digest of every file they end in."""
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-s", "-p", "no:cacheprovider", MODEL],
        cwd=ROOT,
        env=os.environ | {"MODEL_STEPS": "1", "MODEL_SEED": str(seed), "PYTHONHASHSEED": str(hashes)},
        capture_output=True,
        text=True,
        check=False,
    )
    found = _ENDS.search(ran.stdout)
    assert found, ran.stdout + ran.stderr
    return int(found[1]), int(found[2]), found[3]


def test_a_seed_ends_in_the_same_files_byte_by_byte_in_another_process() -> None:
    steps, worlds, ends = _drawn(4711, 1)
    assert steps > 100
    assert worlds > 2
    assert (steps, worlds, ends) == _drawn(4711, 2)
