"""A laptop with a campaign, a checklist and a unit, and the workbench opened straight on one form of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from textual.screen import Screen

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from supervisor_tui.screens.entry.form import FormScreen
from sync.ledger import chains
from sync.replica import Replica
from sync.replica.editing import edits
from sync.replica.projection.apply import Incoming, apply
from tests.supervisor_tui.checklists import document, words
from tests.sync.laptops import give_unit, new_laptop

SIZES = ((80, 24), (120, 40))
_CAMPAIGN = {
    "title": words("第二批", "Second batch"),
    "batch": "2",
    "starts_on": "2026-01-01",
    "class.discipline": words("组织纪律松散", "Discipline lax"),
}


def laptop(path: Path, items: int = 25, *, figures: bool = False, papers: bool = False, role: str = "group") -> Replica:
    """A joined laptop whose campaign stands in its first stage; unit `u-1` is a farm, visited once. Speaks Chinese."""
    set_language("zh")
    replica = new_laptop(path)
    give_unit(replica)
    first = document(items, figures=figures, papers=papers)
    second = document(2, stage="review")
    arrive(
        replica,
        ("template", "t-1", _template(first)),
        ("template", "t-2", _template(second)),
        ("campaign", "c-1", _CAMPAIGN),
        ("stage_plan", "s-1", _plan("study", "2026-01-01")),
        ("stage_plan", "s-2", _plan("review", "2999-01-01")),
    )
    edits.create(replica, "inspection", "u-1", last_visit())
    who = msgspec.structs.replace(replica.joined(), group="g-1", person_name="张三", role=role)
    replica.set_identity(who)
    return replica


def last_visit() -> dict[str, Any]:
    """What was found two months ago."""
    return {
        "visited_on": "2026-01-02",
        "stage": "study",
        "template": "t-1",
        "group": "g-1",
        "summary": "刚开始。",
        "answer.i0": {"verdict": "na"},
    }


def _template(document: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": document["name"],
        "version": 1,
        "stage": document["stage"],
        "title": document["title"],
        "document": document,
    }


def _plan(stage: str, starts: str) -> dict[str, Any]:
    title = words({"study": "学习动员", "review": "分析评议"}[stage], stage.capitalize())
    return {"campaign": "c-1", "stage": stage, "title": title, "starts_on": starts, "ends_on": "2999-12-31"}


def arrive(replica: Replica, *records: tuple[str, str, dict[str, Any]]) -> None:
    """Let records of the district's ledger arrive, as the store would have sent them."""
    incoming = []
    previous = ""
    for seq, (kind, record, fields) in enumerate(records, start=1):
        entry = chains.compose(
            ledger="district",
            device="store-1",
            seq=seq,
            prev=previous,
            kind=kind,
            record=record,
            fields=fields,
            by="store",
            at="2026-01-01T00:00:00.000Z",
            salt="0" * 32,
        )
        previous = entry.hash
        incoming.append(Incoming(entry=entry, number=100 + seq))
    with replica.transaction() as connection:
        apply(connection, incoming)


class Desk(WorkbenchApp):
    """The workbench with one form on top; `result` is what it was dismissed with."""

    def __init__(self, replica: Replica, form: FormScreen) -> None:
        super().__init__(replica.path, replica)
        self._form = form
        self.result: str | None = "still open"

    def get_default_screen(self) -> Screen[Any]:
        return Screen()

    def on_ready(self) -> None:
        self.push_screen(self._form, self.take)

    def take(self, result: str | None) -> None:
        self.result = result

    @property
    def form(self) -> FormScreen:
        return self._form


def shown(app: WorkbenchApp) -> str:
    """Everything on the screen as plain lines."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
