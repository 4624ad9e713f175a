"""Texts that mean harm, a laptop full of one, and every screen of the program opened over it."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from textual.screen import Screen

import supervisor_tui.screens
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.forms.wording import Line
from supervisor_tui.screens.locked import Change
from supervisor_tui.working import Outcome
from sync.replica import Replica, drafts
from sync.templates import Template, read_template
from sync.wire import Scope
from tests.supervisor_tui.checklists import document, words
from tests.supervisor_tui.workbench import COLLEAGUE, ME, MINE, OFFICER, STORE, THEIRS, UNITS, Pen, new_workbench_file

LONG = 100_000  # characters
HOSTILE = {
    "markup": "[bold red]x[/] [@click=app.quit]y[/] [link=http://127.0.0.1]z[/link] [@click=app.bell()]",
    "an open tag": "[red",
    "a closing tag": "[/red] [/]",
    "ansi": "\x1b[2J\x1b[31mred\x1b[0m\x1b[1;1H",
    "osc": "\x1b]0;title\x07\x1b]52;c;eA==\x07\x1b]8;;http://127.0.0.1\x1b\\x",
    "dcs": '\x1bP$q"p\x1b\\\x1b_x\x1b\\',
    "c1": "\x9b31m\x9d0;t\x9c",
    "bidi": "\u202edlrow\u2066x\u2069\u200f\u061c",
    "zero width": "a" + "\u200b\u200d\ufeff" * 500 + "b",
    "combining": "e" + "\u0301" * 5_000 + "\u0488\u20dd\ufe0f",
    "wide": "Ｗ" * 300,
    "emoji": "👨‍👩‍👧‍👦🇨🇳" * 40,
    "a long line": "长" * LONG,
    "a long word": "x" * LONG,
    "blanks": " \t\u3000" * 200 + "x",
    "lines": "\n" * 300 + "x",
    "other breaks": "a\u2028b\u2029c\u0085d\x0be\x0cf\rg",
    "formula prefixes": "=HYPERLINK(1)\n+1+1\n-1-1\n@SUM(1)\n\t=1+1",
    "a null": "a\x00b",
    "a lone surrogate": "a\ud800b\udcff",
    "private use": "\ue000\uf8ff\U0010fffd",
    "tags": "\U000e0041\U000e007f",
}
BASES = {
    "AnsweringScreen",
    "BeforeScreen",
    "FormScreen",
    "OnAUnit",
    "Stepping",
    "WithFiles",
    "WorkbenchScreen",
}  # never opened as such


def storable(text: str) -> str:
    """The text as a record can hold it: a lone surrogate has no bytes."""
    return text.encode("utf-8", "replace").decode()


def laptop_of(path: Path, text: str, role: str = "office") -> Replica:
    """A laptop on which everything that others may have written, or that is typed, is this text."""
    text = storable(text)
    short = text[:60]
    replica = new_workbench_file(path, role)
    pen = Pen(replica)
    records: dict[tuple[str, str], dict[str, Any]] = {
        ("unit", "u-00"): {"name": text, "category": "farm", "chain.contact_point": text, "chain.first": short},
        ("liaison_note", "r-70"): {"noted_on": "2026-09-01", "mode": "visit", "content": text, "advice": text}
        | {f"attachment.{'a' * 64}": {"name": text[:120], "type": text, "size": 9}},
        ("follow_up", "r-71"): {"nature": "problem", "title": text, "due_on": "2026-09-01", "status": "open"},
        ("inspection", "r-72"): {"visited_on": text, "stage": text, "template": text, "summary": text},
        ("inspection", "r-76"): {"visited_on": "2026-09-02", "stage": "study", "template": "t-9", "summary": text}
        | {"answer.i0": {"verdict": "unmet", "note": text}, "group": "g-1"},
        ("survey", "r-77"): {"held_on": text, "given_out": 1, "returned": 1, "satisfied": 1, "stage": text},
        ("gate", "r-78"): {"stage": "study", "decision": "make_up", "why": text, "decided_on": "2026-09-03"},
        ("review", "r-79"): {"target": "r-72", "verdict": "returned", "comment": text},
        ("count", "r-80"): {"counted_on": text, "members": 1},
    }
    for (kind, record), fields in records.items():
        pen.write("u-00", kind, record, fields, device="s-1", by=short)
    for device in ("s-2", "s-3"):  # a conflict of two more sides
        pen.write("u-00", "liaison_note", "r-70", {"content": text + device}, device=device, by=short, why=text)
    note = {"noted_on": "2026-09-01", "mode": text, "content": text}
    apart = pen.write("u-00", "liaison_note", "r-73", note, device="s-4", by=short, why=text, code="invalid_fields")
    ruling = {"target": apart.hash, "place": "s-4:1", "verdict": "answered", "comment": text}
    pen.write("u-00", "ruling", "r-74", ruling, device="s-1", by="store")
    mine = pen.write("u-00", "liaison_note", "r-75", note, code="no_such_code")
    _give_district(pen, text)
    with replica.transaction() as connection:
        connection.execute("INSERT INTO ruling VALUES (?, 'answered', ?, ?, ?)", (mine.hash, text, short, short))
        row = ("sha256:1", "d", short, short, "malformed", text)
        connection.execute("INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", row)
    _give_names(replica, text, role)
    for kind in ("liaison_note", "inspection", "follow_up", "unit"):
        drafts.start(replica, kind, "u-00", fields=dict(records.get((kind, "r-76"), {})) | {"content": text})
    return replica


def _give_district(pen: Pen, text: str) -> None:
    title = words(text, text)
    campaign = {"title": title, "batch": text, "starts_on": "2026-09-01"}
    pen.write("district", "campaign", "c-9", campaign, device="s-1", by="store")
    stage = {"campaign": "c-9", "title": title, "starts_on": "2026-09-01", "ends_on": "2026-12-15", "stage": "study"}
    pen.write("district", "stage_plan", "sp-9", stage, device="s-1", by="store")
    checklist = _checklist(text)
    fields = {name: checklist[name] for name in ("name", "version", "stage", "title")} | {"document": checklist}
    pen.write("district", "template", "t-9", fields, device="s-1", by="store")


def _checklist(text: str) -> dict[str, Any]:
    """A checklist whose every word is the text."""
    checklist = document(3, figures=True)
    title = words(text[:400], text[:400])  # a longer one is refused
    checklist["title"] = title
    for section in checklist["sections"]:
        section["title"] = title
        for item in section["items"]:
            item["title"] = item["hint"] = title
            for option in item.get("options", []):
                option["title"] = title
    return checklist


def _give_names(replica: Replica, text: str, role: str) -> None:
    office = role == "office"
    people = {ME: text, COLLEAGUE: text, OFFICER: text, "store": text, text[:60]: text}
    replica.set_scope(
        Scope(
            version="2", person=ME, role=role, group="g-1", everything=office, staff=office, units=[*UNITS, "u-00"],
            people=people, groups={"g-1": text}, liaisons={"u-00": OFFICER}, unit_groups={"u-01": "g-1"},
        )
    )  # fmt: skip
    replica.set_identity(
        msgspec.structs.replace(
            replica.joined(), person_name=text, district_name=text, device_name=text, server="http://127.0.0.1:1"
        )
    )
    replica.set_setting("stick", text)
    assert {MINE, THEIRS, STORE}


def every_screen() -> dict[str, Any]:
    """Every class of screen the program has, by its name, but those that are only begun on by others."""
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(supervisor_tui.screens.__path__):
        room = importlib.import_module(f"supervisor_tui.screens.{module.name}")
        for name, each in vars(room).items():
            if isinstance(each, type) and issubclass(each, Screen) and each.__module__ == room.__name__:
                found[name] = each
    return {name: each for name, each in found.items() if name not in BASES}


Opened = Callable[[WorkbenchApp, Any, str], Screen[Any]]  # the program, a class of screen, the text


def _draft(app: WorkbenchApp, kind: str) -> str:
    return next(draft.id for draft in drafts.listed(app.replica, "u-00") if draft.kind == kind)


def _template(text: str) -> Template:
    return read_template(_checklist(storable(text)))


def _until_stopped(tell: Callable[[int, int], None]) -> Outcome:
    while True:
        tell(1, 3)
        time.sleep(0.01)


WAYS: dict[str, Opened] = {
    "AskScreen": lambda _, screen, text: screen(text, text),
    "AsideScreen": lambda _, screen, text: screen(),
    "BehindScreen": lambda _, screen, text: screen(text, ["r-70", "r-71", "r-72", storable(text)]),
    "BriefScreen": lambda _, screen, text: screen(),
    "ChooseScreen": lambda _, screen, text: screen(text, [("1", text), ("2", text)]),
    "ConflictsScreen": lambda _, screen, text: screen(),
    "DutyScreen": lambda _, screen, text: screen(),
    "FinishScreen": lambda _, screen, text: screen(
        [text], [(text, text, text)], [Line(text), Line(text, text, text, counted=True)], hints=[text]
    ),
    "FirstRunScreen": lambda app, screen, text: screen(app.path.with_name("no")),
    "FollowUpScreen": lambda app, screen, text: screen("u-00", draft_id=_draft(app, "follow_up")),
    "HelpScreen": lambda app, screen, text: screen(app.screen),
    "InspectionScreen": lambda app, screen, text: screen("u-00", _draft(app, "inspection")),
    "NoteScreen": lambda app, screen, text: screen("u-00", _draft(app, "liaison_note")),
    "PaletteScreen": lambda app, screen, text: screen(app.screen),
    "PassphraseScreen": lambda _, screen, text: screen(),
    "PlainFormScreen": lambda _, screen, text: screen("gate", "u-00"),
    "RecordScreen": lambda _, screen, text: screen("r-70"),
    "RegisterScreen": lambda _, screen, text: screen(),
    "RelockScreen": lambda app, screen, text: screen(app.path, Change("set", None, None)),
    "ReviewsScreen": lambda _, screen, text: screen(),
    "SearchScreen": lambda _, screen, text: screen(),
    "StagesScreen": lambda _, screen, text: screen(),
    "SyncScreen": lambda _, screen, text: screen(),
    "TodoScreen": lambda _, screen, text: screen(),
    "TrendsScreen": lambda _, screen, text: screen("u-00"),
    "TrialScreen": lambda _, screen, text: screen("u-00", _template(text)),
    "UnitCardScreen": lambda app, screen, text: screen("u-00", _draft(app, "unit")),
    "UnitScreen": lambda _, screen, text: screen("u-00"),
    "UnitsScreen": lambda _, screen, text: screen(),
    "UnlockScreen": lambda app, screen, text: screen(app.path),
    "WorkScreen": lambda _, screen, text: screen(text, _until_stopped),
}
