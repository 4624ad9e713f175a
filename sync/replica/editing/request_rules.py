"""What an edit of a follow-up may be for whoever writes it: done, or asked of the office. Called by `append`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.fold import Fold, Folded, fold_record
from sync.ledger.governance import GIVE_UP, PUT_OFF, Governance
from sync.model.days import now
from sync.model.kinds import LIAISON, OFFICE, STORE
from sync.model.validation import Fault
from sync.model.workflow import NEXT_STEPS
from sync.replica.projection.tables import BY_NAME, load_edits, read_governance
from sync.replica.replica import Identity
from sync.replica.storage.connect import Connection


def judged(
    connection: Connection,
    folded: Folded,
    fields: Mapping[str, Any],
    over: Mapping[str, list[str]],
    identity: Identity,
) -> tuple[str, str]:
    """Return why a follow-up may not be changed so, as a code, and what is to be asked for instead; empty for neither.

    The edit is judged as the fold will judge it. The fold knows no roles, so it lets anybody close, and put off once
    before it is due: here a liaison officer closes nothing, and that date is the opener's and the office's to move.
    """
    if fields.keys().isdisjoint(("status", "due_on", "withdrawn")):
        return "", ""
    trial = Edit(
        ledger=folded.ledger,
        device=identity.device,
        seq=0,
        hash="trial",
        kind=folded.kind,
        record=folded.record,
        at=now(),
        by=identity.person,
        over=dict(over),
        set=dict(fields),
    )
    governance = read_governance(connection)
    if fields.get("ruling") == folded.ledger and identity.role == OFFICE:  # the unit closes, last in this transaction
        governance = governance.closed_by(folded.ledger, identity.person)
    fold = _fold(connection, folded, trial, governance=governance)
    if asks := fold.asks_for(trial) or _asks_for_date(fold, fields, identity):
        return "", asks
    if code := fold.flaws.get(trial.hash, ""):
        return code, ""
    return ("closed_by_liaison" if fields.get("status") == "closed" and identity.role == LIAISON else ""), ""


def _asks_for_date(fold: Fold, fields: Mapping[str, Any], identity: Identity) -> str:
    if not fold.is_governed or "due_on" not in fields or fields.get("ruling") or identity.role == OFFICE:
        return ""
    opened_by = fold.opener.by if fold.opener is not None else ""
    return "" if opened_by in (identity.person, STORE) else PUT_OFF


def status_before(connection: Connection, folded: Folded) -> dict[str, Any] | None:
    """Return the fields of a follow-up as they were before its newest step; None where that opened it, or is not one.

    A step that was itself taken back is not taken back again.
    """
    fold = _fold(connection, folded)
    live = folded.live.get("status", ())
    step = fold.known.get(live[0].hash) if live else None
    if step is None or step is fold.opener or fold.undone_by(step) is not None:
        return None
    if not fold.replaced_values(step, "status"):
        return None
    loaded = [each for each in load_edits(connection, (folded.ledger, folded.record)) if each.edit.hash != step.hash]
    before = fold_record([each.edit for each in loaded], read_governance(connection))
    return None if before is None else before.fields


def _fold(connection: Connection, folded: Folded, *more: Edit, governance: Governance | None = None) -> Fold:
    loaded = load_edits(connection, (folded.ledger, folded.record))
    return Fold([*edits_of(each.edit for each in loaded), *more], governance or read_governance(connection))


def request_faults(connection: Connection, unit: str, fields: Mapping[str, Any]) -> list[Fault]:
    """Return what is wrong with a new request: it names an open follow-up of its unit, and to put off a day."""
    target, asks = str(fields.get("target", "")), fields.get("asks")
    row = connection.execute(
        f"SELECT f.open, f.status, f.due_on FROM {BY_NAME} JOIN follow_up f ON f.id = r.id"
        " WHERE n.record = ? AND r.ledger = ?",
        (target, unit),
    ).fetchone()
    if row is None:
        return [Fault(field="target", code="no_such_follow_up")]
    is_open, status, due_on = row
    if not is_open or (asks == GIVE_UP and "withdrawn" not in NEXT_STEPS.get(status, ())):
        return [Fault(field="target", code="not_open")]
    if asks == PUT_OFF and not fields.get("due_on"):
        return [Fault(field="due_on", code="required")]
    if asks == PUT_OFF and str(fields["due_on"]) == due_on:
        return [Fault(field="due_on", code="same_day", wanted=due_on)]
    return []


def request_refusal(connection: Connection, folded: Folded, fields: Mapping[str, Any], identity: Identity) -> str:
    """Return why a request may not be changed so, as a code: its author takes it back before a ruling, no more."""
    if fields.keys() != {"withdrawn"}:
        return "request_stands"
    if folded.by != identity.person:
        return "not_asker"
    ruled = connection.execute(
        "SELECT 1 FROM review WHERE target = ? AND ledger = ?", (folded.record, folded.ledger)
    ).fetchone()
    return "ruled_already" if ruled else ""


def campaign_of(connection: Connection, record: str) -> str:
    """Return the campaign a record belongs to; empty for none, and where it is not here."""
    row = connection.execute(f"SELECT r.campaign FROM {BY_NAME} WHERE n.record = ?", (record,)).fetchone()
    return "" if row is None else str(row[0])
