"""Reports from three laptops of one district over a real store: each of its scope, and alike of what they share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from sync.client.session import exchange
from sync.replica.editing import edits
from tests.store import District

NOTE = {"noted_on": "2026-09-12", "mode": "visit", "content": "困难企业走访", "good_practice": "一人一卡"}
PROBLEM = {
    "nature": "problem",
    "title": "活动场地不足",
    "due_on": "2026-09-20",
    "opened_on": "2026-09-01",
    "status": "open",
}


def _numbers(home: Path) -> dict[str, Any]:
    """The brief of a laptop: the rows of its tables by what they are called, of one name the first."""
    out = home / "brief.json"
    period = ("--from", "2026-01-01", "--to", "2099-12-31")
    assert commands.run(["--home", str(home), "--lang", "en", "export", "brief", *period, "--out", str(out)]) == 0
    blocks = json.loads(out.read_text(encoding="utf-8"))["blocks"]
    return {row[1]: row[2:] for block in reversed(blocks) if "refs" in block for row in block["rows"]}


def test_every_laptop_reports_on_its_own_scope(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laptops = {}
    for who in ("chen", "wang", "director"):
        file = profile_file(tmp_path / who, "default")
        file.parent.mkdir(parents=True)
        laptops[who] = live.laptop(file, who)
        exchange(laptops[who])
    edits.create(laptops["chen"], "liaison_note", "u-4", NOTE)
    edits.create(laptops["chen"], "follow_up", "u-4", PROBLEM)
    edits.create(laptops["wang"], "liaison_note", "u-1", NOTE)
    for who in ("chen", "wang", "director"):
        exchange(laptops[who])
        laptops[who].close()
    found = {who: _numbers(tmp_path / who) for who in laptops}
    assert {who: rows["Units in scope"] for who, rows in found.items()} == {"chen": [1], "wang": [2], "director": [4]}
    assert {who: rows["Liaison notes"] for who, rows in found.items()} == {"chen": [1], "wang": [1], "director": [2]}
    assert found["chen"]["Problems"] == found["director"]["Problems"]
    assert found["chen"]["Problems"] == [1, 0, 1, 1, 0, 0, 0, 0]
    assert found["wang"]["Problems"] == [0] * 8
    assert found["director"]["first"] == [2, 0, 0, 1, 0]
    assert found["director"]["Units that must have a liaison officer and have none"] == [0]
