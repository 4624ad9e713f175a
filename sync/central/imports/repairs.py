"""The follow-ups that mend what a table of units says is weak: opened with the flag, once for each."""

from __future__ import annotations

from typing import Any

from sync.central.imports.lookup import Known
from sync.central.imports.rows import Row
from sync.central.locale import t
from sync.central.service.store import Edit
from sync.ledger import ids
from sync.model.days import plus
from sync.model.workflow import MOST_WATCHED, OUTSTANDING

FLAGS = ("weak.incomplete", "weak.head", "weak.subordination")
REPAIR_DAYS = 90  # the campaign's setting `weak_repair_days` says otherwise


def repairs_of(row: Row, unit: str, fields: dict[str, Any], known: Known) -> list[Edit]:
    """Return the follow-ups to open with a row of a unit: one for every flag set that has none.

    One that has been mended is opened again where the flag was taken away since.
    """
    if not any(fields.get(flag) is True for flag in FLAGS):
        return []
    held = known.units.get(unit, {})
    campaign = _campaign(row, unit, known)
    opened = []
    for flag in FLAGS:
        statuses = known.repairs.get(f"{unit}#{flag}", [])
        is_over = not any(status in OUTSTANDING for status in statuses)
        if fields.get(flag) is True and (not statuses or (is_over and held.get(flag) is not True)):
            opened.append(_repair(unit, flag, campaign, known))
    return opened


def _campaign(row: Row, unit: str, known: Known) -> str:
    """The campaign the row makes the unit take part in, else the one it takes part in today."""
    enrolled = [edit.fields.get("campaign") for edit in row.edits if edit.kind == "participation"]
    return str(enrolled[0]) if enrolled else known.roster.campaign_on(unit, known.today)


def _repair(unit: str, flag: str, campaign: str, known: Known) -> Edit:
    days = known.campaigns.get(campaign, {}).get("setting.weak_repair_days", REPAIR_DAYS)
    watch = known.campaigns.get(campaign, {}).get("setting.weak_watch_days", 0)
    fields = {
        "nature": "problem",
        "title": t(f"tables.repair.{flag}"),
        "due_on": plus(known.today, _days(days, REPAIR_DAYS)),
        "opened_on": known.today,
        "status": "open",
        "origin": f"{unit}#{flag}",
        "campaign": campaign,
        "watch_days": _days(watch, 0),
    }
    named = {name: value for name, value in fields.items() if value}
    return Edit(ledger=unit, kind="follow_up", record=ids.new_id(), fields=named, why=f"imported from {known.file}")


def _days(value: Any, otherwise: int) -> int:
    return min(max(0, int(value)), MOST_WATCHED) if isinstance(value, int | float) else otherwise
