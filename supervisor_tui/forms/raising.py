"""Records that ask for a follow-up, kept together with it: make-up decided at a gate, a survey with too few satisfied.

The follow-up has the record as its origin. What it asks for is done when somebody else has verified it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.locale import t
from supervisor_tui.rules.gates import SATISFIED
from supervisor_tui.terminal.text import one_line
from sync.model.days import plus
from sync.model.fields import LINE
from sync.model.fields import day as day_fault
from sync.model.surveys import satisfaction
from sync.model.validation import tidy
from sync.model.workflow import MOST_WATCHED
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.as_of.planning import setting
from sync.replica.as_of.sources import is_under_way, statuses_by_origin
from sync.replica.editing import edits, requests
from sync.replica.editing.drafts import Draft
from sync.replica.editing.edits import Written, new_campaign
from sync.replica.projection.tables import BY_NAME
from sync.replica.storage.connect import Connection

RAISING = ("gate", "survey")
SURVEY_DAYS = 30  # to put right what a poor survey shows; the campaign's setting `survey_repair_days` says otherwise


def create(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], *, record: str = "", draft: Draft | None = None
) -> tuple[Written, list[Written]]:
    """Keep a new record as `append.create` does, and open what it asks for in the same act; return both."""
    with replica.transaction() as connection:
        written = edits.create_in(replica, connection, kind, unit, fields, record=record, draft=draft)
        return written, _open(replica, connection, kind, unit, fields, written.record)


def correct(
    replica: Replica, record: str, fields: Mapping[str, Any], why: str, *, draft: Draft | None = None
) -> tuple[Written, list[Written]]:
    """Correct a record as `requests.correct` does, and open what it asks for only now; return both."""
    before = query.record(replica, record)
    with replica.transaction() as connection:
        written = requests.correct_in(replica, connection, record, fields, why, draft=draft)
        if before is None or before.kind not in RAISING:
            return written, []
        held, changed = before.fields, {**before.fields, **tidy(before.kind, fields)}
        if changed.get("withdrawn") or wanted(replica, before.kind, before.ledger, held, record) is not None:
            return written, []
        return written, _open(replica, connection, before.kind, before.ledger, changed, record)


def to_open(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], record: str = ""
) -> dict[str, Any] | None:
    """Return the fields of the follow-up that a record of these fields opens when it is kept; None for none.

    None is opened while one is under way that comes from the same record, or another of its kind, campaign and stage.
    """
    found = wanted(replica, kind, unit, fields, record)
    if found is None or _is_followed(replica, unit, kind, found["campaign"], str(fields.get("stage") or ""), record):
        return None
    return {name: value for name, value in found.items() if value}


def wanted(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], record: str = ""
) -> dict[str, Any] | None:
    """Return the same, whether or not one is under way."""
    if kind not in RAISING:
        return None
    given = tidy(kind, fields)
    campaign = new_campaign(replica, kind, unit, given)
    asked = _make_up(given, today(replica)) if kind == "gate" else _poor_survey(replica, campaign, given)
    if asked is None:
        return None
    return {"nature": "problem", "status": "open", "origin": record, "campaign": campaign} | asked


def announced(found: Mapping[str, Any]) -> str:
    """Say before a record is kept what it opens."""
    return t("raised.opens", title=one_line(str(found["title"])), due=str(found["due_on"]))


def _make_up(fields: Mapping[str, Any], this_day: str) -> dict[str, Any] | None:
    """What is to be made up, by the day the gate says."""
    due, decided_on = fields.get("due_on"), fields.get("decided_on")
    if fields.get("decision") != "make_up" or not isinstance(due, str) or not isinstance(decided_on, str):
        return None
    missing = one_line(str(fields.get("missing") or "")) or stage_words(str(fields.get("stage") or ""))
    return _titled(t("make_up.title", missing=missing)) | {"due_on": due, "opened_on": min(decided_on, this_day)}


def _poor_survey(replica: Replica, campaign: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """That too few were satisfied, by the campaign's setting `satisfied`."""
    view = query.campaign_named(replica, campaign)
    share, least = satisfaction(fields), setting(view, "satisfied", SATISFIED)
    held_on = fields.get("held_on")
    if share is None or share >= least or not isinstance(held_on, str) or day_fault(held_on):
        return None
    days = min(max(0, int(setting(view, "survey_repair_days", SURVEY_DAYS))), MOST_WATCHED)
    this_day = today(replica)
    title = t("survey.title", day=held_on, share=f"{int(share)}", least=f"{least:g}")
    return _titled(title) | {"due_on": plus(this_day, days), "opened_on": min(held_on, this_day)}


def _titled(words: str) -> dict[str, Any]:
    """The title, and all of the words below it where they are too many for one."""
    return {"title": words} if len(words) <= LINE else {"title": f"{words[: LINE - 1]}…", "detail": words}


def _open(
    replica: Replica, connection: Connection, kind: str, unit: str, fields: Mapping[str, Any], record: str
) -> list[Written]:
    found = to_open(replica, kind, unit, fields, record)
    return [] if found is None else [edits.create_in(replica, connection, "follow_up", unit, found)]


def _is_followed(replica: Replica, unit: str, kind: str, campaign: str, stage: str, record: str) -> bool:
    """Whether a follow-up is under way from this record, or from one of its kind, campaign and stage."""
    for origin, statuses in statuses_by_origin(replica.connection, unit).items():
        if not is_under_way(statuses):
            continue
        source = origin.partition("#")[0]
        if source == record or _place(replica, source) == (unit, kind, campaign, stage):
            return True
    return False


def _place(replica: Replica, record: str) -> tuple[str, ...] | None:
    """Return the unit, kind, campaign and stage of a record that counts; None if there is none."""
    row = replica.connection.execute(_PLACE, (record,)).fetchone() if record else None
    return None if row is None else tuple(row)


_PLACE = f"SELECT r.ledger, r.kind, r.campaign, r.stage FROM {BY_NAME} WHERE n.record = ? AND r.withdrawn = 0"
