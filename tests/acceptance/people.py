"""The people of the sample district at their laptops, each using the program's own command line."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.cli.commands import run
from tests.days import today
from tests.store import office, serving

WHO = {"supervisor": "p-zhou", "colleague": "p-xiong", "liaison": "p-l2", "office": "p-liu"}


class Laptop:
    """One person's laptop; every call is a command as it is typed, in Chinese."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home, self.capsys = home, capsys

    def __call__(self, *command: str, wanted: int = 0) -> str:
        self.capsys.readouterr()
        code = run(["--home", str(self.home), "--lang", "zh", *command])
        said = self.capsys.readouterr()
        assert code == wanted, said.err
        return (said.err if wanted else said.out).strip()

    def json(self, *command: str) -> Any:
        """What a command says with `--json`."""
        return json.loads(self(*command, "--json"))

    def keep(self, kind: str, unit: str, wanted: int = 0, *, attach: str = "", **fields: Any) -> str:
        """Record something, with a file (`attach`: `FILE`, `ITEM=FILE`); the record's id, or why it was refused."""
        file = ["--attach", attach] if attach else []
        said = self("record", kind, "--unit", unit, "--file", self._file(fields), *file, wanted=wanted)
        return said if wanted else str(json.loads(said)["record"])

    def change(self, record: str, why: str, fields: dict[str, Any], wanted: int = 0) -> Any:
        """Correct a record; what the command says."""
        said = self("correct", record, "--why", why, "--file", self._file(fields), wanted=wanted)
        return said if wanted else json.loads(said)

    def visit(self, unit: str, wanted: int = 0, **more: Any) -> str:
        """An inspection of today in the study stage, every item met that is not said otherwise (`answers`)."""
        answers = {"verdict": "met"}
        given: dict[str, Any] = dict.fromkeys(self.asked(unit, "study-visit"), answers)
        given |= more.pop("answers", {})
        fields = {
            "visited_on": today(),
            "stage": "study",
            "template": "t.study-visit.1",
            "group": "g-4",
            "inspector.p-zhou": True,
            "summary": "学习有计划, 笔记齐全。",
            "figure.coverage": 92,
            **{f"answer.{item}": answer for item, answer in given.items()},
        }
        return self.keep("inspection", unit, wanted, **fields | more)

    def asked(self, unit: str, name: str) -> list[str]:
        """The items of a template that a unit is asked a verdict on."""
        category = next(row["category"] for row in self.json("units") if row["id"] == unit)
        document = self.json("show", f"t.{name}.1")["fields"]["document"]
        items = [item for section in document["sections"] for item in section["items"]]
        return [
            item["id"]
            for item in items
            if item.get("kind", "verdict") == "verdict"
            and (not item.get("only") or category in item["only"])
            and category not in item.get("without", ())
        ]

    def figures(self, unit: str) -> dict[str, list[float]]:
        """A unit's figures over time by name, oldest first."""
        found = self.json("trends", unit)
        return {row["name"]: [figure for _, figure in row["points"]] for rows in found.values() for row in rows}

    def stands(self, unit: str, stage: str = "study") -> dict[str, Any]:
        """A unit's place at a stage's gate."""
        return next(row for row in self.json("stages", "--stage", stage) if row["unit"] == unit)

    def reasons(self, unit: str) -> list[dict[str, Any]]:
        """Why to go to a unit next, the most pressing reason first; empty if there is none."""
        visits = self.json("next", "--limit", "99")
        return next((list(visit["reasons"]) for visit in visits if visit["unit"] == unit), [])

    def brief(self, since: str, until: str) -> dict[str, dict[str, list[Any]]]:
        """The brief's tables of figures by their headings, the lines by their first words."""
        file = self.home / "brief.json"
        self("export", "brief", "--from", since, "--to", until, "--out", str(file), "--force")
        tables: dict[str, dict[str, list[Any]]] = {}
        heading = ""
        for block in json.loads(file.read_text(encoding="utf-8"))["blocks"]:
            if block["kind"] == "heading":
                heading = block["text"]
            elif block["kind"] == "table" and heading not in tables:
                tables[heading] = {row[1]: row[2:] for row in block["rows"]}
        return tables

    def register(self, *filters: str) -> list[str]:
        """The records that the register shows with these filters."""
        return [row["record"] for row in self.json("followups", *filters)]

    def _file(self, fields: dict[str, Any]) -> str:
        file = self.home / "fields.json"
        file.write_text(json.dumps(fields), encoding="utf-8")
        return str(file)


class District(dict[str, Laptop]):
    """The laptops by who uses them, and the store they sync with, which is started when it is first needed."""

    def __init__(self, folder: Path, port: int, capsys: pytest.CaptureFixture[str], ends: ExitStack) -> None:
        super().__init__({who: Laptop(folder / "homes" / who, capsys) for who in WHO})
        self.database = folder / "store" / "central.db"
        self.port, self.ends = port, ends
        self.is_served = False

    def sync(self, *who: str) -> None:
        """Let these people sync one after another, twice, so that each has what the others sent."""
        if not self.is_served:
            self.ends.enter_context(serving(self.database, self.port))
            self.is_served = True
        for each in (*who, *who):
            assert self[each].json("sync")["quarantined"] == []

    def store(self, *command: str) -> str:
        """A command at the central store."""
        return office(self.database, *command)


def enrol(folder: Path) -> int:
    """Let everybody join the store in this folder and sync; the port it was served on."""
    database = folder / "store" / "central.db"
    with serving(database) as address:
        for who, person in WHO.items():
            home = folder / "homes" / who
            home.mkdir(parents=True)
            assert run(["--home", str(home), "join", address, office(database, "code", person)]) == 0
            assert run(["--home", str(home), "sync"]) == 0
    return int(address.rpartition(":")[2])
