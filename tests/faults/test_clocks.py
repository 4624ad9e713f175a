"""Clocks lie: a laptop in 1970 or 2099, one that jumps back between two edits; order holds and the skew is shown."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.cli.commands import run
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.labels.dates import skew_words
from supervisor_tui.locale import set_language
from supervisor_tui.screens.records.record_page import record_page
from sync.client.session import exchange
from sync.ledger import chains
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District
from tests.supervisor_tui.workbench import press, shown, until

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "活动室漏雨",
    "due_on": "2026-10-01",
    "opened_on": "2026-09-01",
    "status": "open",
}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How far this process' clock is off; the store runs in a process of its own and keeps the right time."""
    off = [timedelta()]

    def now() -> str:
        return (datetime.now(UTC) + off[0]).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    monkeypatch.setattr(chains, "now", now)
    return off


def _at(moment: str) -> timedelta:
    return datetime.fromisoformat(moment) - datetime.now(UTC)


@pytest.mark.parametrize("moment", ["1970-01-01T00:10:00Z", "2099-12-31T23:00:00Z"])
def test_cause_and_effect_hold_and_nothing_is_skipped_or_pulled_twice(
    live: District, tmp_path: Path, clock: list[timedelta], moment: str
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        for laptop in (wang, li):
            exchange(laptop)
        record = edits.create(wang, "follow_up", "u-1", FOLLOW_UP).record
        exchange(wang)
        exchange(li)
        clock[0] = _at(moment)
        edits.step(li, record, "in_progress")  # what is effect, on the laptop that is decades off
        assert exchange(li).pushed == 1
        clock[0] = timedelta()
        exchange(wang)
        edits.step(wang, record, "reported", "已补漏")
        exchange(wang)
        exchange(li)
        for laptop in (wang, li):
            found = query.record(laptop, record)
            assert found is not None
            assert found.fields["status"] == "reported"
            assert found.conflicts == {}
            assert [version.device for version in found.versions] == [
                wang.joined().device,
                li.joined().device,
                wang.joined().device,
            ]
            assert [version.skew != 0 for version in found.versions] == [False, True, False]
            assert exchange(laptop).pulled == 0
            assert verify(laptop).breaks == []
        assert {row for row in dump(wang) if row[2:3] == ("u-1",)} == {row for row in dump(li) if row[2:3] == ("u-1",)}


def test_a_clock_that_jumps_back_between_two_edits_changes_no_order(
    live: District, tmp_path: Path, clock: list[timedelta]
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        for days, content in ((-1, "第二次"), (-400, "第三次"), (30, "第四次")):
            clock[0] = timedelta(days=days)
            edits.correct(wang, record, {"content": content}, "更正")
        clock[0] = timedelta()
        assert exchange(wang).pushed == 4
        exchange(li)
        for laptop in (wang, li):
            found = query.record(laptop, record)
            assert found is not None
            assert (found.fields["content"], found.conflicts) == ("第四次", {})
            assert [version.seq for version in found.versions] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("off", "shown_zh", "shown_en"),
    [
        (timedelta(minutes=4, seconds=50), "", ""),
        (timedelta(hours=3, seconds=2), "快了 3 小时", "3 hours fast"),
        (timedelta(days=-9), "慢了 9 天", "9 days slow"),
    ],
)
def test_skew_over_five_minutes_is_shown_on_the_record_wherever_it_is_read(
    live: District,
    tmp_path: Path,
    clock: list[timedelta],
    off: timedelta,
    shown_zh: str,
    shown_en: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home = tmp_path / "home"
    with (
        live.laptop(tmp_path / "a.db", "wang") as wang,
        live.laptop(profile_file(home, "office"), "director") as office,
    ):
        exchange(wang)
        clock[0] = off
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        exchange(wang)
        assert bool(wang.setting("skew")) is bool(shown_zh)
        clock[0] = timedelta()
        exchange(office)
        for laptop in (wang, office):
            for spoken, words in (("zh", shown_zh), ("en", shown_en)):
                set_language(spoken)
                found = query.record(laptop, record)
                assert found is not None
                assert bool(found.versions[0].skew) is bool(words)
                page = "".join(text for line in record_page(laptop, found, 120) for text, _ in line)
                assert words in page
                assert ("时钟" in page or "clock" in page) is bool(words)
        exchange(wang)
        assert not wang.setting("skew")  # put right, and seen to be
    arguments = ["--home", str(home), "--profile", "office", "show", record]
    assert run([*arguments, "--json"]) == 0
    (version,) = json.loads(capsys.readouterr().out)["versions"]
    assert abs(version["skew"] - (off.total_seconds() if shown_zh else 0)) < 5


async def test_whoever_sits_at_the_wrong_clock_is_told(live: District, tmp_path: Path, clock: list[timedelta]) -> None:
    set_language("zh")
    with live.laptop(tmp_path / "replica.db", "wang"):
        clock[0] = timedelta(hours=7)
    app = WorkbenchApp(tmp_path / "replica.db", Replica.open(tmp_path / "replica.db"))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5")
        await until(pilot, lambda: app.sync_job.result is not None)
        assert "本机时钟与服务器相差较大" in shown(app)


def test_the_words_take_the_largest_unit_that_says_it() -> None:
    set_language("en")
    said = {301: "5 minutes fast", -7_300: "2 hours slow", 7_100: "118 minutes", 4 * 86_400: "4 days"}
    for seconds, words in said.items():
        assert words in skew_words(seconds)
