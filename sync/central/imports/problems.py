"""The problem a row of past inspections names, as the follow-up that mends it.

It comes in as open or under way: that a problem has been put right is verified by another person, not by a table.
"""

from __future__ import annotations

import re
from typing import Any

from sync.central.imports import values
from sync.central.imports.counts import imported_record
from sync.central.imports.lookup import Known
from sync.central.imports.rows import Row
from sync.central.imports.synonyms import MENDED, NO_PROBLEM, plain
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.model import validation
from sync.model.due_dates import due_faults
from sync.model.fields import LINE

_NUMBERED = re.compile(r"(?:^|[\n;；。])\s*(?:[(（]?\d{1,2}[)）.、．]|[①-⑳])")
_NOT_BEGUN = frozenset(("否", "未整改", "未开始", "未完成", "未落实", "no"))


def problem_of(row: Row) -> str:
    """The problem a row names; empty where it says that there is none."""
    written = values.text(row.cell("problem"))
    return "" if NO_PROBLEM.fullmatch(plain(written)) else written


def follow_up_of(row: Row, inspection: Edit, known: Known) -> Edit | None:
    """The follow-up of a row's problem, or None; what keeps it from being kept is refused with its cell."""
    problem = problem_of(row)
    if not problem:
        if row.cell("problem") is not None:
            row.doubt("problem", t("tables.no_problem"))
        return None
    if len(_NUMBERED.findall(problem)) > 1:
        row.doubt("problem", t("tables.several_problems"))
    fields = {name: value for name, value in _fields(row, problem, known).items() if value is not None}
    fields["origin"] = inspection.record
    if visited_on := inspection.fields.get("visited_on"):
        fields["opened_on"] = visited_on  # a problem is opened by the visit that found it
    if row.cell("due_on") is None:
        row.refuse("due_on", t("tables.missing"))
    faults = validation.check("follow_up", fields, new=True, role=validation.STORE, known_only=True)
    for fault in faults + due_faults("follow_up", fields, fields):
        row.refuse_for([fault], "problem" if fault.field in ("title", "detail") else fault.field)
    record = imported_record("follow_up", inspection.record, problem)
    return Edit(ledger=inspection.ledger, kind="follow_up", record=record, fields=fields, why=inspection.why)


def _fields(row: Row, problem: str, known: Known) -> dict[str, Any]:
    title = values.line(problem)
    if len(title) > LINE:
        title = f"{title[: LINE - 1]}…"
    progress = values.text(row.cell("progress"))
    status = "in_progress" if progress and plain(progress) not in _NOT_BEGUN else "open"
    if plain(progress) in MENDED:
        row.doubt("progress", t("tables.not_verified"))
    return {
        "nature": "problem",
        "title": title,
        "detail": problem if title != problem else None,
        "cause": values.text(row.cell("cause")) or None,
        "measure": values.text(row.cell("measure")) or None,
        "responsible_post": row.line("responsible_post") or None,
        "due_on": row.read("due_on", lambda cell: values.read_date(cell, known.years)),
        "status": status,
        "progress": {"是": "已整改", "否": ""}.get(progress, progress) or None,
    }
