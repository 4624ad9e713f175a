"""What is asked about once before a record is kept: a day to come or long past, a stage passed before its turn.

Nothing here refuses: the clock of the laptop may be the one that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.labels.campaigns import campaign_name, stage_words
from supervisor_tui.locale import t
from sync.model.days import OLD_DAYS, between
from sync.model.fields import day as day_fault
from sync.model.validation import KINDS
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.editing.edits import new_campaign
from sync.replica.projection.tables import FIELDS_JOIN, record_fields

_DATED = ("inspection", "liaison_note", "survey", "count", "gate", "follow_up")


def second_look(replica: Replica, kind: str, unit: str, fields: Mapping[str, Any]) -> list[str]:
    """Return what is to be asked about a record of these fields, in words; `unit` is the ledger it is kept in."""
    if kind not in _DATED:
        return []
    day, campaign = fields.get(KINDS[kind].day), new_campaign(replica, kind, unit, fields)
    asked = look_at_day(replica, day, campaign) if isinstance(day, str) and not day_fault(day) else []
    if kind == "gate" and fields.get("decision") == "pass":
        asked += _of_order(replica, unit, campaign, str(fields.get("stage") or ""))
    return asked


def look_at_day(replica: Replica, day: str, campaign: str) -> list[str]:
    """Return what is to be asked about a stated day of a record or step of a campaign, in words."""
    this_day, found = today(replica), query.campaign_named(replica, campaign)
    if day > this_day:
        return [t("look.future", day=day, today=this_day)]
    if found.starts_on and day < found.starts_on:
        return [t("look.before_campaign", day=day, campaign=campaign_name(found), begins=found.starts_on)]
    age = between(day, this_day) or 0
    return [t("look.old", day=day, days=age)] if age > OLD_DAYS else []


def _of_order(replica: Replica, unit: str, campaign: str, stage: str) -> list[str]:
    """What to ask of passing a stage while one before it in the same campaign has not been passed."""
    stages = [row.stage for row in query.campaign_named(replica, campaign).stages]
    if stage not in stages:
        return []
    passed = _passed(replica, unit, campaign)
    waiting = [stage_words(each) for each in stages[: stages.index(stage)] if each not in passed]
    return [t("look.out_of_order", stages=t("list.comma").join(waiting))] if waiting else []


def _passed(replica: Replica, unit: str, campaign: str) -> set[str]:
    """Return the stages of a campaign whose last decision on a unit is that it passed."""
    rows = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'gate'"
        " AND r.campaign = ? AND r.withdrawn = 0 ORDER BY r.day, r.record",
        (unit, campaign),
    )
    decided = {str(fields.get("stage", "")): fields.get("decision") for fields in (record_fields(*row) for row in rows)}
    return {stage for stage, decision in decided.items() if decision == "pass"}
