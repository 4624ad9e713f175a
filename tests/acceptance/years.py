"""Two campaigns over three years, as the people of a district lived them: each at her laptop, on the day it was.

The laptops' clocks show what the story says; the store's is right. Everything happens once, tests only read.

    2023-09-01  the first campaign begins; 2024-02-29, a leap day, is its last day, study ends with the year
    2024-03-01  the second begins; 2025-02-28 is its last day, study ends with the year
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli.commands import run
from sync.model import days
from tests.acceptance.people import Laptop
from tests.store import office as store
from tests.store import serving

CAMPAIGNS = (("first", "1", "2023-09-01", "2024-02-29"), ("second", "2", "2024-03-01", "2025-02-28"))
STAGES = (("2023-09-01", "2023-12-31", "2024-01-01"), ("2024-03-01", "2024-12-31", "2025-01-01"))
UNITS = """单位代码,单位名称,类别,批次
farm,瑶湖水产场党委,农场,1
town,昌东镇机关支部,乡镇机关,1
plant,纺织厂支部,困难企业,1
north,昌东镇北片支部,乡镇机关,2
south,昌东镇南片支部,乡镇机关,2
"""
DUTIES = """督导组,成员,负责单位,联络员,起,止
第一督导组,周督导,瑶湖水产场党委、昌东镇机关支部,,2023-09-01,
第二督导组,熊督导,纺织厂支部,罗联络,2023年9月1日,
第二督导组,,昌东镇北片支部、昌东镇南片支部,,2024.3.1,2024.12.31
"""
CHECKLIST = """
name = "{stage}"
version = 1
stage = "{stage}"
title = {{ zh = "检查", en = "Check" }}
[[sections]]
id = "work"
title = {{ zh = "学习", en = "Study" }}
items = [
  {{ id = "plan", gate = true, title = {{ zh = "有学习方案", en = "There is a plan" }} }},
  {{ id = "notes", gate = true, title = {{ zh = "有学习笔记", en = "There are notes" }} }},
  {{ id = "expected", kind = "number", required = false, title = {{ zh = "应到人数", en = "Expected" }} }},
  {{ id = "came", kind = "number", required = false, title = {{ zh = "实到人数", en = "Came" }} }},
  {{ id = "share", kind = "percentage", of = "expected", part = "came", title = {{ zh = "覆盖率", en = "Share" }} }},
]
"""
PEOPLE = {"zhou": "周督导", "xiong": "熊督导", "office": "刘主任"}


class Typed(Laptop):
    """A laptop whose commands are typed on a day of the story, or at present."""

    def __init__(self, home: Path) -> None:
        home.mkdir(parents=True, exist_ok=True)
        self.home = home

    def __call__(self, *command: str, wanted: int = 0) -> str:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["--home", str(self.home), "--lang", "zh", *command])
        assert code == wanted, err.getvalue()
        return (err if wanted else out).getvalue().strip()

    def kept(self, at: str, kind: str, unit: str, **fields: Any) -> str:
        """Record something at an instant."""
        with clock(at):
            return self.keep(kind, unit, **fields)

    def stepped(self, at: str, record: str, status: str, words: str) -> None:
        """Move a follow-up on at an instant."""
        with clock(at):
            self("step", record, status, "--progress", words)

    def counted(self, campaign: str, since: str, until: str) -> dict[str, list[Any]]:
        """The figures of a period as the brief has them, by its lines' words: columns in order, shares left out."""
        file = self.home / "brief.json"
        asked = ("--campaign", campaign, "--from", since, "--to", until)
        self("export", "brief", *asked, "--out", str(file), "--force")
        lines: dict[str, list[Any]] = {}
        for block in json.loads(file.read_text(encoding="utf-8"))["blocks"]:
            if block["kind"] == "table" and block["rows"] and str(block["rows"][0][0])[:1].isdigit():
                for row in block["rows"]:
                    lines.setdefault(row[1], row[2:])
        return lines


@contextmanager
def clock(at: str) -> Iterator[None]:
    """Let this process's clock stand at an instant."""
    moment = datetime.fromisoformat(at)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Clock:
            return cls.fromtimestamp(moment.timestamp(), tz)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(days, "datetime", Clock)
        yield


class Years:
    """The store and the laptops, and the records that tests ask for, by a word."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "central.db"
        self.folder = folder
        self.records: dict[str, str] = {}
        self._found()
        self.laptops: dict[str, Typed] = {}
        with serving(self.database) as address:
            for who, name in PEOPLE.items():
                laptop = self.laptops[who] = Typed(folder / who)
                laptop("join", address, store(self.database, "code", name))
            self._sync()
            self._live()
            self._sync()

    def __getitem__(self, who: str) -> Typed:
        return self.laptops[who]

    def _sync(self) -> None:
        for laptop in (*self.laptops.values(), *self.laptops.values()):
            assert laptop.json("sync")["quarantined"] == []

    def _found(self) -> None:
        """What the office has at the store before anybody joins."""
        store(self.database, "init", "--district", "demo", "--name", "示例区")
        for (name, batch, first, last), (begins, ends, follows) in zip(CAMPAIGNS, STAGES, strict=True):
            stages = (("study", begins, ends), ("review", follows, last))
            self._import("campaign", f"{name}.toml", _campaign(name, batch, first, last, stages))
        templates = self.folder / "checklists"
        templates.mkdir()
        for stage in ("study", "review"):
            (templates / f"{stage}.toml").write_text(CHECKLIST.format(stage=stage), encoding="utf-8")
        store(self.database, "import", "templates", str(templates), "--campaign", "any")
        self._import("units", "units.csv", UNITS)
        store(self.database, "person", "add", "罗联络", "--role", "liaison")
        store(self.database, "person", "add", "谢联络", "--role", "liaison")
        store(self.database, "person", "add", "刘主任", "--role", "office")
        self._import("groups", "groups.csv", DUTIES)

    def _import(self, what: str, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")
        store(self.database, "import", what, str(self.folder / name))

    # --- the story ---------------------------------------------------------------------------------------------------

    def _live(self) -> None:
        self._end_of_2023()
        self._sync()
        self._leap_day()
        self._sync()
        self._end_of_2024()

    def _end_of_2023(self) -> None:
        zhou, xiong, office = self["zhou"], self["xiong"], self["office"]
        with clock("2023-09-05T02:00:00.000Z"):
            posts = dict.fromkeys(("first", "deputy", "direct", "contact_point"), "书记")
            for unit in ("farm", "town", "plant"):
                named = {f"chain.{post}": who for post, who in posts.items()}
                office.change(unit, "明确责任", {**named, "on": "2023-09-01"})
        self._visit(zhou, "2023-12-31T15:30:00.000Z", "farm", "2023-12-31", "study", came=30)
        self._visit(zhou, "2023-12-31T23:30:00.000Z", "farm", "2024-01-01", "review")
        self._visit(xiong, "2023-12-31T02:00:00.000Z", "plant", "2023-12-31", "study", notes="unmet", came=10)
        # at half past eleven in the evening of the last day, half past midnight, half past seven and half past eight
        for word, at, due in (
            ("evening", "2023-12-31T15:30:00.000Z", "2024-01-15"),
            ("midnight", "2023-12-31T16:30:00.000Z", "2024-02-29"),
            ("early", "2023-12-31T23:30:00.000Z", "2024-02-28"),
            ("morning", "2024-01-01T00:30:00.000Z", "2024-03-31"),
        ):
            self.records[word] = self._problem(zhou, at, "farm", word, due)
        count = {"members": 20, "out_of_contact": 6}
        xiong.kept("2023-12-31T02:00:00.000Z", "count", "plant", counted_on="2023-12-31", **count)
        self._gate(zhou, "2023-12-31T08:00:00.000Z", "farm", "2023-12-31", "pass", why="方案和笔记都有")
        gate = {"missing": "笔记", "due_on": "2024-02-29"}
        self._gate(xiong, "2023-12-31T08:00:00.000Z", "plant", "2023-12-31", "make_up", why="笔记没有补齐", **gate)
        with clock("2024-01-02T02:00:00.000Z"):
            office.change("farm", "副职调离", {"chain.deputy": None, "on": "2024-01-01"})
            office("assign", "town", "--group", "第二督导组", "--from", "2024-01-01", "--why", "调整分工")
        store(self.database, "person", "leave", "罗联络", "--on", "2024-01-01")

    def _leap_day(self) -> None:
        zhou, xiong, office = self["zhou"], self["xiong"], self["office"]
        zhou.stepped("2024-01-10T02:00:00.000Z", self.records["evening"], "reported", "补齐了")
        self._sync()
        office.stepped("2024-01-12T02:00:00.000Z", self.records["evening"], "verified", "逐本看过")
        office.stepped("2024-01-12T02:10:00.000Z", self.records["evening"], "closed", "没有再缺")
        self._visit(xiong, "2024-02-29T02:00:00.000Z", "plant", "2024-02-29", "study", came=18)
        self._gate(xiong, "2024-02-29T08:00:00.000Z", "plant", "2024-02-29", "pass", why="补课合格")
        count = {"members": 20, "out_of_contact": 2, "found_again": 4}
        xiong.kept("2024-02-29T09:00:00.000Z", "count", "plant", counted_on="2024-02-29", **count)
        for word in ("roads", "books"):
            self.records[word] = self._problem(xiong, "2024-02-28T02:00:00.000Z", "town", word, "2024-06-30")
        with clock("2024-02-29T10:00:00.000Z"):
            liaison = ("--liaison", "谢联络", "--from", "2024-02-29", "--until", "2024-12-31")
            office("assign", "plant", *liaison, "--why", "补上联络员")
            office.change("farm", "副职到任", {"chain.deputy": "副书记", "on": "2024-02-29"})
        self._sync()
        with clock("2024-02-29T11:00:00.000Z"):
            split = ("--successor", "north", "--successor", "south")
            given = ("--give", f"{self.records['roads']}=north", "--give", f"{self.records['books']}=south")
            how = ("--on", "2024-02-29", "--why", "dissolved", "--reason", "分设两个支部")
            office("close", "town", *how, *split, *given)

    def _end_of_2024(self) -> None:
        zhou, xiong, office = self["zhou"], self["xiong"], self["office"]
        with clock("2024-03-01T02:00:00.000Z"):
            office("enrol", "farm", "plant", "--campaign", "second", "--from", "2024-03-01")
        self._sync()
        self._visit(xiong, "2024-03-01T02:00:00.000Z", "plant", "2024-03-01", "study", notes="partly", came=16)
        office.stepped("2024-03-05T02:00:00.000Z", self.records["evening"], "open", "又有三人没有记")
        store(self.database, "group", "close", "第一督导组", "--on", "2024-03-10")
        store(self.database, "group", "reopen", "第一督导组", "--on", "2024-03-20")
        self._visit(zhou, "2024-12-31T02:00:00.000Z", "farm", "2024-12-31", "study", came=20)
        self._visit(zhou, "2025-01-01T02:00:00.000Z", "farm", "2025-01-01", "review")
        count = {"members": 20, "out_of_contact": 0, "found_again": 2}
        xiong.kept("2024-12-31T02:00:00.000Z", "count", "plant", counted_on="2024-12-31", **count)
        self.records["looms"] = self._problem(xiong, "2024-12-30T02:00:00.000Z", "plant", "looms", "2025-01-31")
        self._sync()
        with clock("2025-01-15T08:00:00.000Z"):
            how = ("--on", "2025-01-15", "--why", "merged", "--reason", "并入水产场")
            office("close", "plant", *how, "--successor", "farm")
        with clock("2025-02-20T08:00:00.000Z"):
            how = ("--on", "2025-02-20", "--why", "merged", "--reason", "又要合并")
            office("close", "south", *how, "--successor", "north")
        with clock("2025-03-01T08:00:00.000Z"):
            office("reopen", "south", "--why", "文件没有批")

    def _visit(self, who: Typed, at: str, unit: str, day: str, stage: str, **more: Any) -> None:
        verdicts = {"plan": "met", "notes": more.pop("notes", "met")}
        fields: dict[str, Any] = {f"answer.{item}": {"verdict": verdict} for item, verdict in verdicts.items()}
        if came := more.pop("came", None):
            fields |= {"figure.expected": 40, "figure.came": came}
        fields |= {"visited_on": day, "stage": stage, "template": f"t.{stage}.1", "group": "g", "summary": "x"}
        who.kept(at, "inspection", unit, **fields)

    def _gate(self, who: Typed, at: str, unit: str, day: str, decision: str, **more: Any) -> None:
        who.kept(at, "gate", unit, stage="study", decided_on=day, decision=decision, **more)

    def _problem(self, who: Typed, at: str, unit: str, title: str, due: str) -> str:
        return who.kept(at, "follow_up", unit, nature="problem", title=title, due_on=due, status="open")


def _campaign(name: str, batch: str, first: str, last: str, stages: tuple[tuple[str, str, str], ...]) -> str:
    lines = [
        "[campaign]",
        f'id = "{name}"\ntitle = {{ zh = "{name}", en = "{name}" }}\nbatch = "{batch}"',
        f"starts_on = {first}\nends_on = {last}",
        "[campaign.liaison]\nweak_enterprise = true",
    ]
    for stage, begins, ends in stages:
        title = f'{{ zh = "{stage}", en = "{stage}" }}'
        lines.append(f'[[stage]]\nstage = "{stage}"\ntitle = {title}\nstarts_on = {begins}\nends_on = {ends}')
    return "\n".join(lines) + "\n"
