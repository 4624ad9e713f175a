"""Laptops full of texts that mean harm, and every screen of the program opened over them."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from textual.screen import Screen

import supervisor_tui.screens
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.forms.wording import Line
from supervisor_tui.jobs.job import Outcome
from supervisor_tui.reports.since import STATES, Since
from supervisor_tui.screens.profile.unlock import Change
from sync.ledger.brief_contents import Behind, Breakdowns, Said, SaidLine, SaidTable, packed
from sync.model import fields as value
from sync.model.briefs import record_of
from sync.model.fields import Field
from sync.model.kinds import ANY_LEDGER, KINDS, Kind
from sync.model.templates import Template, read_template
from sync.protocol.codec import Scope
from sync.replica import Replica
from sync.replica.editing import attachments, drafts
from sync.replica.editing.issued import issued_briefs
from tests.faults.texts import HOSTILE, storable
from tests.supervisor_tui.checklists import document, words
from tests.supervisor_tui.workbench import COLLEAGUE, ME, MINE, OFFICER, STORE, THEIRS, UNITS, Pen, new_workbench_file

BASES = {
    "InputScreen",
    "AskedOf",
    "BeforeScreen",
    "Enrolling",
    "FindingScreen",
    "FormScreen",
    "OnAUnit",
    "Stepping",
    "WithFiles",
    "WorkbenchScreen",
}  # never opened as such


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
    for known in KINDS.values():
        write_kind(pen, "u-00", f"k-{known.name}", known, text)
    with replica.transaction() as connection:
        connection.execute("INSERT INTO ruling VALUES (?, 'answered', ?, ?, ?)", (mine.hash, text, short, short))
        row = ("sha256:1", "d", short, short, "malformed", text)
        connection.execute("INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?)", row)
    _give_names(replica, text, role)
    for kind in ("liaison_note", "inspection", "follow_up", "unit"):
        drafts.start(replica, kind, "u-00", fields=dict(records.get((kind, "r-76"), {})) | {"content": text})
    return replica


def laptop_of_all(path: Path) -> Replica:
    """A laptop with a unit for each hostile text, that has a record of every kind in which everything is this text."""
    replica = new_workbench_file(path, "office")
    pen = Pen(replica)
    units = []
    for number, text in enumerate(map(storable, HOSTILE.values())):
        units.append(unit := f"u-h{number}")
        for kind in KINDS.values():
            said = text if kind.name == "liaison_note" else text[:3_000]
            write_kind(pen, unit, unit if kind.name == "unit" else f"k-{number}-{kind.name}", kind, said)
        pen.write(unit, "liaison_note", f"k-{number}-liaison_note", {"content": text + "2"}, device="s-2", by="p-9")
    _give_district(pen, "")
    _give_names(replica, "=1+1\x1b[31m\u202e", "office", units)
    return replica


def write_kind(pen: Pen, unit: str, record: str, kind: Kind, text: str) -> None:
    """Let a record of a kind arrive that says this text wherever it can; days, figures and flags are what they are."""
    ledger = unit if kind.ledger in ("unit", ANY_LEDGER) else kind.ledger
    pen.write(ledger, kind.name, record, fields_of(kind, text), device="s-1", by="store", why=text)


def fields_of(kind: Kind, text: str) -> dict[str, Any]:
    """Every field of a kind, filled."""
    known = kind.fields | {_MEMBERS.get(name, f"{name}.{text[:9] or 'x'}"): each for name, each in kind.members.items()}
    fields = {name: _filled(name, field, text) for name, field in known.items() if name not in _ENDS}
    return fields | ({"document": _checklist(text)} if kind.name == "template" else {})


_ENDS = ("withdrawn", "closed_on")  # what would take a unit off every list
_MEMBERS = {"attachment": f"attachment.{'a' * 64}", "answer": "answer.i0", "inspector": f"inspector.{ME}"}


def _filled(name: str, field: Field, text: str) -> Any:
    if field.day:
        return "2026-09-02"
    if field.number and field.check is value.count:
        return 1
    plain: dict[Any, Any] = {
        value.flag: True,
        value.clock: "09:30",
        value.wording: words(text, text),
        value.answer: {"verdict": "unmet", "note": text},
        value.document: {"name": text[:120], "type": text, "size": 9},
    }
    return plain.get(field.check, text)


def _give_district(pen: Pen, text: str) -> None:
    title = words(text, text)
    campaign = {"title": title, "batch": text, "starts_on": "2026-09-01"}
    pen.write("district", "campaign", "c-9", campaign, device="s-1", by="store")
    stage = {"campaign": "c-9", "title": title, "starts_on": "2026-09-01", "ends_on": "2026-12-15", "stage": "study"}
    pen.write("district", "stage_plan", "sp-9", stage, device="s-1", by="store")
    _give_brief(pen, text)
    checklist = _checklist(text)
    fields = {name: checklist[name] for name in ("name", "version", "stage", "title")} | {"document": checklist}
    pen.write("district", "template", "t-9", fields, device="s-1", by="store")


def _give_brief(pen: Pen, text: str) -> None:
    """An issued brief in which every word is the text, with its list."""
    line = SaidLine(ref=text, of=text, name=text, values=[2], called={"zh": text, "en": text})
    table = SaidTable(name=text, columns=[], lines=[line])
    content = packed(
        Breakdowns(tables=[table]), Behind(entries=[("r-70", b"-" * 32), (text, b"")], figures={text: [0, 1]})
    )
    name = hashlib.sha256(content).hexdigest()
    said = Said(tables=[table], campaign={"zh": text, "en": text}, synced=text)
    fields = {"campaign": text, "from": "2026-09-01", "to": "2026-09-02", "number": 1, "attachment": name}
    fields |= {"figures": msgspec.to_builtins(said), "digests": {text: text}}
    with pen.replica.transaction() as connection:
        attachments.hold(connection, attachments.File(name, {}, content), attachments.SENT)
    pen.write("district", "brief", record_of(fields), fields, device="s-1", by="store", why=text)


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


def _give_names(replica: Replica, text: str, role: str, units: Sequence[str] = ("u-00",)) -> None:
    office = role == "office"
    people = {ME: text, COLLEAGUE: text, OFFICER: text, "store": text, text[:60]: text}
    replica.set_scope(
        Scope(
            version="2", person=ME, role=role, group="g-1", everything=office, staff=office, units=[*UNITS, *units],
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
    for module in pkgutil.walk_packages(supervisor_tui.screens.__path__, "supervisor_tui.screens."):
        room = importlib.import_module(module.name)
        for name, each in vars(room).items():
            if isinstance(each, type) and issubclass(each, Screen) and each.__module__ == room.__name__:
                found[name] = each
    return {name: each for name, each in found.items() if name not in BASES}


Opened = Callable[[WorkbenchApp, Any, str], Screen[Any]]  # the program, a class of screen, the text


def _draft(app: WorkbenchApp, kind: str) -> str:
    return next(draft.id for draft in drafts.listed(app.replica, "u-00") if draft.kind == kind)


def _template(text: str) -> Template:
    return read_template(_checklist(storable(text)))


def _issued(replica: Replica) -> str:
    return next((each.record for each in issued_briefs(replica)), "")


def _news(text: str, state: str) -> Since:
    said = {"record": "r-70", "unit": "u-00", "kind": "liaison_note", "day": text, "title": text, "unit_name": text}
    return Since(state=state, **said, joined=(text,), left=(text,))


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
    "ClosingScreen": lambda _, screen, text: screen("u-00"),
    "ConflictsScreen": lambda _, screen, text: screen(),
    "DutyScreen": lambda _, screen, text: screen(),
    "FindScreen": lambda _, screen, text: screen(text, [("1", text), ("2", text)], storable(text)),
    "FinishScreen": lambda _, screen, text: screen(
        [text], [(text, text, text)], [Line(text), Line(text, text, text, counted=True)], hints=[text]
    ),
    "FirstRunScreen": lambda app, screen, text: screen(app.path.with_name("no")),
    "FollowUpScreen": lambda app, screen, text: screen("u-00", draft_id=_draft(app, "follow_up")),
    "HelpScreen": lambda app, screen, text: screen(app.screen),
    "IssuedBriefScreen": lambda app, screen, text: screen(_issued(app.replica)),
    "IssuedScreen": lambda _, screen, text: screen(),
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
    "SinceScreen": lambda _, screen, text: screen(text, [_news(text, state) for state in STATES]),
    "StagesScreen": lambda _, screen, text: screen(),
    "SyncScreen": lambda _, screen, text: screen(),
    "TodoScreen": lambda _, screen, text: screen(),
    "TrendsScreen": lambda _, screen, text: screen("u-00"),
    "TrialScreen": lambda _, screen, text: screen("u-00", _template(text)),
    "UnitCardScreen": lambda app, screen, text: screen("u-00", _draft(app, "unit")),
    "UnitScreen": lambda _, screen, text: screen("u-00"),
    "UnitsScreen": lambda _, screen, text: screen(),
    "UnlockScreen": lambda app, screen, text: screen(app.path),
    "UpgradedScreen": lambda _, screen, text: screen(),
    "WorkScreen": lambda _, screen, text: screen(text, _until_stopped),
}
