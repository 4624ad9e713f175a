"""Fixtures of the tests that inject faults."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest

from sync.client.session import exchange
from sync.replica.editing import attachments, edits, requests, reviews
from sync.replica.maintenance.verify import verify
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "活动室漏雨",
    "due_on": "2026-10-01",
    "opened_on": "2026-09-01",
    "status": "open",
}


INSPECTION = {
    "visited_on": "2026-09-18",
    "stage": "study",
    "template": "t-1",
    "group": "first",
    "answer.plan": {"verdict": "met"},
    "summary": "方案已定。",
}
SURVEY = {"held_on": "2026-09-18", "given_out": 9, "returned": 9, "satisfied": 5, "fairly": 2, "unsatisfied": 2}


@pytest.fixture
def file(file_made_once: Path, tmp_path: Path) -> Path:
    """A laptop's file with history of two people, a conflict, an entry kept apart, and one not sent yet."""
    for each in file_made_once.parent.glob("wang.db*"):
        shutil.copy(each, tmp_path / each.name)
    return tmp_path / "wang.db"


@pytest.fixture(scope="session")
def file_made_once(district_made_once: District, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, made once; tests work on copies."""
    folder = tmp_path_factory.mktemp("file")
    live = msgspec.structs.replace(district_made_once, database=folder / "central.db")
    for each in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(each, folder / each.name)
    with serving(live.database) as live.address:
        return _with_history(live, folder)


def _with_history(live: District, folder: Path) -> Path:
    path = folder / "wang.db"
    with live.laptop(path, "wang") as wang, live.laptop(folder / "li.db", "li") as li:
        for laptop in (wang, li):
            exchange(laptop)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        problem = edits.create(wang, "follow_up", "u-2", FOLLOW_UP).record
        exchange(wang)
        exchange(li)
        paper = folder / "paper.pdf"
        paper.write_bytes(b"%PDF-1.7 paper")
        attachments.attach(wang, record, paper, "附件")
        edits.correct(wang, record, {"content": "一种说法", "good_practice": "一人一卡"}, "补充")
        edits.correct(li, record, {"content": "另一种说法"}, "更正")
        asked = requests.ask(wang, problem, "give_up", "单位要撤").record
        for laptop in (wang, li, wang):
            exchange(laptop)
        with live.laptop(folder / "director.db", "director") as director:
            exchange(director)
            reviews.review(director, asked, "returned", "照办")
            edits.create(director, "participation", "u-2", {"campaign": "c-2", "from": "2026-09-01"})
            exchange(director)
        edits.create(wang, "liaison_note", "u-2", NOTE)
        office(live.database, "assign", "u-2", "--group", "second")
        exchange(wang)
        office(live.database, "assign", "u-2", "--group", "first")
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "还没有上报"})
        edits.create(wang, "inspection", "u-1", INSPECTION)
        edits.step(wang, problem, "reported", "已改")
        edits.create(wang, "survey", "u-1", SURVEY)
        assert verify(wang).breaks == []
        wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path
