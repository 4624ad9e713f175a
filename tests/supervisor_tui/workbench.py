"""A laptop in the middle of its work, the same at every run: units, a campaign, history, a conflict, receipts.

Entries are composed with fixed ids, clocks and salts, so that pictures of the screens stay the same.
"""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from textual.app import App
from textual.pilot import Pilot

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.terminal.text import cells, harmless
from sync.ledger import chains
from sync.ledger.chains import Entry, Receipt
from sync.model import days
from sync.protocol.codec import Scope
from sync.replica import Identity, Replica
from sync.replica.projection.apply import Incoming, accept_up_to, apply
from tests.supervisor_tui.checklists import document, words
from tests.sync.laptops import identity

TODAY = "2026-09-18"
ME, COLLEAGUE, OFFICER = "p-1", "p-2", "p-3"
MINE, THEIRS, STORE = "d-1", "d-2", "store-1"

UNITS = {
    "u-01": ("瑶湖水产场党委", "farm"),
    "u-02": ("南昌水产场党委", "farm"),
    "u-03": ("非公企业联合支部", "non_public"),
    "u-04": ("昌东镇机关支部", "town_office"),
    "u-05": ("昌东镇退休干部支部", "retired_branch"),
    "u-06": ("纺织器材厂支部", "weak_enterprise"),
    "u-07": ("高新大学工委办公室", "university"),
    "u-08": ("青云软件开发有限责任公司党支部委员会", "new_economic"),
    "u-09": ("社区义工联合会支部", "new_social"),
    "u-10": ("麻丘镇机关支部", "town_office"),
}
_CARD = {
    "chain.first": "党委书记",
    "chain.deputy": "分管副书记",
    "chain.contact_point": "区委常委",
    "chain.direct": "场党委书记",
}
NEEDS = {f"liaison.{each}": True for each in ("weak_enterprise", "new_economic", "new_social")} | {
    f"production.{each}": True for each in ("non_public", "weak_enterprise", "new_economic", "farm")
}
INSPECTION = {
    "stage": "study",
    "template": "t-1",
    "group": "g-1",
    "inspector.p-1": True,
    "answer.i0": {"verdict": "met"},
    "answer.i1": {"verdict": "met"},
    "answer.i2": {"verdict": "met"},
}


class Pen:
    """Writes entries of any device, chained, one after another."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica
        self.ends: dict[tuple[str, str], tuple[int, str]] = {}
        self.number = 0

    def write(
        self,
        unit: str,
        kind: str,
        record: str,
        fields: dict[str, Any],
        *,
        device: str = MINE,
        by: str = ME,
        at: str = "2026-09-12T02:00:00.000Z",
        over: dict[str, list[str]] | None = None,
        why: str = "",
        kept: bool = True,
        code: str = "",
    ) -> Entry:
        """Let an entry arrive; `kept`: the store has it."""
        seq, previous = self.ends.get((unit, device), (0, ""))
        entry = chains.compose(
            ledger=unit,
            device=device,
            seq=seq + 1,
            prev=previous,
            kind=kind,
            record=record,
            fields=fields,
            by=by,
            at=at,
            over=over,
            why=why,
            salt="0" * 32,
        )
        self.ends[unit, device] = (seq + 1, entry.hash)
        self.number += kept
        with self.replica.transaction() as connection:
            apply(connection, [Incoming(entry=entry, number=self.number if kept else None, code=code)])
        return entry

    def receipt(
        self, entry: Entry, *, code: str = "", at: str = "2026-09-16T01:12:00.000Z", number: int | None = None
    ) -> None:
        """Let the store's receipt for an entry, and what its device wrote before, arrive."""
        head = entry.head
        receipt = Receipt(
            ledger=head.ledger,
            device=head.device,
            seq=head.seq,
            hash=entry.hash,
            log="log-1",
            number=self.number if number is None else number,
            at=at,
            verdict="apart" if code else "accepted",
            code=code,
            sig="-",
        )
        with self.replica.transaction() as connection:
            accept_up_to(connection, receipt)


def me(role: str = "group") -> Identity:
    """Who works at this laptop."""
    return msgspec.structs.replace(
        identity(ME, role, MINE), person_name="王敏", server="http://127.0.0.1:1", group="g-1"
    )


def new_workbench_file(path: Path, role: str = "group") -> Replica:
    """A laptop's file with everything a screen may have to show, a copy of one that is made once."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(_made_once(role, days.now()[:10]))
    return Replica.open(path)


@functools.cache
def _made_once(role: str, _day: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "replica.db"
        make_workbench_file(path, role).close()
        return path.read_bytes()


def make_workbench_file(path: Path, role: str = "group") -> Replica:
    """The same, made by the program itself, its folders too."""
    replica = Replica.open(path, create=True)
    replica.set_identity(me(role))
    pen = Pen(replica)
    _give_scope(replica, role)
    _give_district(pen)
    _give_units(pen)
    _give_history(pen)
    _give_others(pen)
    if role == "office":
        _give_aside(pen)
    replica.set_setting("last_sync", "2026-09-16T01:12:00.000Z")
    return replica


def _give_scope(replica: Replica, role: str) -> None:
    replica.set_scope(
        Scope(
            version="1",
            person=ME,
            role=role,
            group="g-1",
            everything=role == "office",
            staff=role == "office",
            units=list(UNITS),
            people={ME: "王敏", COLLEAGUE: "李军", OFFICER: "陈光"},
            groups={"g-1": "第一督导组"},
            liaisons={"u-01": OFFICER, "u-06": OFFICER},
        )
    )


def _give_district(pen: Pen) -> None:
    def give(kind: str, record: str, fields: dict[str, Any]) -> None:
        pen.write("district", kind, record, fields, device=STORE, by="store", at="2026-09-01T00:00:00.000Z")

    title = words("第二批学习教育活动", "Second batch")
    give("campaign", "c-1", {"title": title, "batch": "2", "starts_on": "2026-09-01"} | NEEDS)
    plan = {"campaign": "c-1", "title": words("学习动员", "Study"), "starts_on": "2026-09-01", "ends_on": "2026-10-15"}
    give("stage_plan", "sp-1", plan | {"stage": "study"})
    checklist = document(6)
    give("template", "t-1", {**{k: checklist[k] for k in ("name", "version", "stage", "title")}, "document": checklist})


def _give_units(pen: Pen) -> None:
    for unit, (name, category) in UNITS.items():
        fields = {"name": name, "category": category} | (_CARD if unit == "u-01" else {})
        pen.write(unit, "unit", unit, fields, device=STORE, by="store", at="2026-09-01T00:00:00.000Z")


def _give_history(pen: Pen) -> None:
    """The first unit's: counts, visits, a note, a problem that is overdue, a conflict, one entry not yet sent."""
    unit = "u-01"
    figures = {"counted_on": "2026-09-02", "members": 41, "retired": 17, "floating": 6, "out_of_contact": 2}
    pen.write(unit, "count", "r-count", figures, at="2026-09-02T02:00:00.000Z")
    first = INSPECTION | {
        "visited_on": "2026-09-03",
        "summary": "方案未定, 学习还没有开始",
        "answer.i1": {"verdict": "unmet"},
    }
    pen.write(unit, "inspection", "r-visit-1", first, at="2026-09-03T08:00:00.000Z")
    second = INSPECTION | {
        "visited_on": "2026-09-12",
        "summary": "方案已定, 学习笔记齐全。\n白天生产忙, 晚间学习。",
        "answer.i2": {"verdict": "partly", "note": "笔记不全"},
        "good_practice": "班前十分钟学习",
    }
    base = pen.write(unit, "inspection", "r-visit-2", second, at="2026-09-12T08:00:00.000Z")
    note = {"noted_on": "2026-09-05", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
    pen.write(unit, "liaison_note", "r-note", note, device=THEIRS, by=OFFICER, at="2026-09-05T08:00:00.000Z")
    problem = {"nature": "problem", "title": "必读篇目未发到流动党员", "due_on": "2026-09-15", "status": "in_progress"}
    sent = pen.write(unit, "follow_up", "r-problem", problem | {"responsible_post": "组织委员"})
    over = {"summary": [base.hash]}
    pen.write(
        unit,
        "inspection",
        "r-visit-2",
        {"summary": "方案已定, 笔记缺两人"},
        device=THEIRS,
        by=COLLEAGUE,
        at="2026-09-13T08:00:00.000Z",
        over=over,
        why="补记缺的两人",
    )
    pen.receipt(sent)
    pen.write(
        unit,
        "inspection",
        "r-visit-2",
        {"summary": "方案已定, 学习笔记齐全, 晚间学习"},
        at="2026-09-16T08:00:00.000Z",
        over=over,
        why="改正笔误",
        kept=False,
    )


def _give_others(pen: Pen) -> None:
    visit = INSPECTION | {"visited_on": "2026-09-08", "summary": "进展正常"}
    done = pen.write("u-03", "inspection", "r-visit-3", visit, at="2026-09-08T08:00:00.000Z")
    pen.receipt(done)
    due = {"nature": "difficulty", "title": "党员活动室漏雨", "due_on": "2026-09-20", "status": "open"}
    pen.receipt(pen.write("u-06", "follow_up", "r-difficulty", due))
    lost = pen.write(
        "u-10", "liaison_note", "r-apart", {"noted_on": "2026-09-10", "mode": "phone", "content": "电话联系"}
    )
    pen.receipt(lost, code="out_of_scope")


def _give_aside(pen: Pen) -> None:
    """What only the office sees: others' entries kept apart, and a line in quarantine that nobody can read."""
    note = {"noted_on": "2026-09-14", "mode": "visit", "content": "支部委员已补齐, 学习计划本周内报来"}
    pen.write("u-04", "liaison_note", "r-aside-1", note, device=THEIRS, by=COLLEAGUE, code="out_of_scope")
    wrong = note | {"mode": "telepathy", "content": "电话里谈了党费收缴的办法"}
    pen.write("u-05", "liaison_note", "r-aside-2", wrong, device=THEIRS, by=OFFICER, code="invalid_fields")
    row = ("sha256:" + "0" * 64, THEIRS, COLLEAGUE, "2026-09-15T02:00:00.000Z", "malformed", "{ 不是一条记载")
    with pen.replica.transaction() as connection:
        connection.execute("INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", row)


SIZES = [(80, 24), (120, 40)]


def workbench(path: Path, role: str = "group") -> WorkbenchApp:
    """The workbench over such a file."""
    return WorkbenchApp(path, new_workbench_file(path, role))


def screen_lines(app: App[Any]) -> list[str]:
    """The lines on screen, as a person reads them."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def shown(app: App[Any]) -> str:
    """Everything on screen."""
    return "\n".join(screen_lines(app))


async def until(pilot: Pilot[Any], condition: Callable[[], object]) -> None:
    """Let the program run until the condition holds; fails with what stands on screen."""
    for _ in range(300):
        await pilot.pause()
        if condition():
            return
        await pilot.pause(0.01)
    raise AssertionError(shown(pilot.app))


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after another, each once the one before was dealt with."""
    for key in keys:
        await pilot.press(key)
        await pilot.pause()


async def write(pilot: Pilot[Any], text: str) -> None:
    """Type a text, as an input method commits it."""
    await pilot.press(*text)
    await pilot.pause()


def assert_aligned(app: App[Any]) -> None:
    """Every line fills the width exactly, measured in cells, and holds nothing that could act on a terminal."""
    for line in screen_lines(app):
        assert cells(line) == app.size.width, line
        assert harmless(line) == line, line
