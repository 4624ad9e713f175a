"""`doctor` in a process of its own, on a machine whose clock or zone is not the district's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import set_language, t
from sync.client.session import exchange
from sync.replica.editing import edits
from tests.faults.conftest import NOTE
from tests.store import District

_HOUR, _DAY = 3_600, 86_400
_BY_ANOTHER_CLOCK = """
import sys
from datetime import datetime, timedelta
from sync.model import days
wrong_by = timedelta(seconds=int(sys.argv.pop(1)))
class Clock(datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + wrong_by
days.datetime = Clock
from supervisor_tui.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def home(live: District, tmp_path: Path) -> Path:
    """A laptop whose one note the office holds, written by clocks that were right."""
    with live.laptop(profile_file(tmp_path, "default"), "wang") as replica:
        exchange(replica)
        edits.create(replica, "liaison_note", "u-1", NOTE)
        exchange(replica)
    return tmp_path


def _run(home: Path, zone: str, wrong_by: int, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", _BY_ANOTHER_CLOCK, str(wrong_by), "--home", str(home), "--lang", "en", *words]
    environment = {**os.environ, "TZ": zone}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)


def _findings(home: Path, zone: str, wrong_by: int) -> dict[str, tuple[str, str]]:
    done = _run(home, zone, wrong_by, "doctor", "--json")
    return {each["name"]: (each["state"], each["seen"]) for each in json.loads(done.stdout)["findings"]}


@pytest.mark.parametrize(
    ("zone", "wrong_by", "clock", "zone_state"),
    [
        ("Asia/Shanghai", 0, "fine", "fine"),
        ("Asia/Shanghai", 3 * _HOUR, "look", "fine"),
        ("Asia/Shanghai", -9 * _DAY, "look", "fine"),
        ("America/New_York", 0, "fine", "look"),
        ("UTC0", 8 * _HOUR, "look", "look"),  # set so that it shows the district's hours
    ],
)
def test_after_an_exchange_it_tells_a_wrong_clock_from_another_zone(
    home: Path, zone: str, wrong_by: int, clock: str, zone_state: str
) -> None:
    _run(home, zone, wrong_by, "sync")
    found = _findings(home, zone, wrong_by)
    assert (found["clock"][0], found["zone"][0]) == (clock, zone_state)


def test_a_clock_that_is_behind_is_told_from_the_file_alone_and_one_ahead_only_by_the_store(home: Path) -> None:
    set_language("en")
    assert _findings(home, "Asia/Shanghai", -9 * _DAY)["clock"] == ("look", t("skew.behind"))
    assert _findings(home, "Asia/Shanghai", 9 * _DAY)["clock"][0] == "fine"
    assert "clock" in _run(home, "Asia/Shanghai", 9 * _DAY, "sync").stdout
    assert _findings(home, "Asia/Shanghai", 9 * _DAY)["clock"] == ("look", t("skew.here"))
