"""What a person writes: new records, corrections, steps, withdrawals and resolved conflicts, each one durable entry.

Every edit is brought into form, checked with the record's rules and the person's rights, chained, sealed, folded and
indexed in one transaction, together with dropping the draft it came from. A refusal changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sync.ledger import ids
from sync.ledger.chains import HASH_PREFIX, MAX_ENTRY_BYTES, Entry, compose, make_seal
from sync.ledger.fold import Folded, Value, fold_record
from sync.model import bounds, validation
from sync.model.briefs import KIND as BRIEF
from sync.model.days import now
from sync.model.due_dates import due_faults
from sync.model.fields import tidy_value
from sync.model.kinds import ANY_LEDGER, CAMPAIGN_KINDS, CATEGORIES, OWN_CLASS, STAGES
from sync.model.validation import Fault, InvalidFields
from sync.model.workflow import needs_reason, watch_changes
from sync.protocol.blobs import FIELD, named_in
from sync.replica.as_of.calendar import certain_day, today, zones
from sync.replica.as_of.participants import at_hand
from sync.replica.editing.request_rules import campaign_of, judged, request_faults, request_refusal, status_before
from sync.replica.editing.unit_rules import place_faults, refusal
from sync.replica.projection.apply import Incoming, apply, keep_seal
from sync.replica.projection.tables import BY_NAME, Key, load_edits, read_governance
from sync.replica.queries.campaigns import categories, classes, stages
from sync.replica.replica import Identity, Replica
from sync.replica.storage.connect import Connection
from sync.system.fault_points import fault_point

if TYPE_CHECKING:
    from sync.replica.editing.drafts import Draft


class Written(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where an edit now stands: its record, and its place in the ledger.

    `asks`: what was asked of the office instead of being done, where the person may not do it alone; `request` is the
    record of that request.
    """

    record: str
    ledger: str
    seq: int
    hash: str
    asks: str = ""
    request: str = ""


_OF_UNITS = {
    "not_mended": "A flag of weakness stays until its follow-up was verified.",
    "unit_has_records": "A unit with records is closed, not withdrawn.",
    "follow_ups_open": "A unit closes once each of its open follow-ups is handed on or settled.",
    "closed_for_good": "A unit that closed more than 30 days ago stays closed; what follows it is a new unit.",
}


class Refused(Exception):
    """An edit that may not be made; `code` is one of the catalogue's, the text one plain sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class NeedsRuling(Refused):
    """An edit of a follow-up that is the office's to allow; `asks` is what a request for it would ask."""

    def __init__(self, asks: str) -> None:
        super().__init__("needs_ruling", "The office rules on this; it is asked by a request.")
        self.asks = asks


def check(replica: Replica, kind: str, unit: str, fields: Mapping[str, Any]) -> list[Fault]:
    """Everything wrong with a new record of these fields, as `create` would refuse it."""
    return _faults(replica, kind, unit, _tidied(kind, fields))


def _tidied(kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a new record in the form they are kept."""
    return validation.complete(kind, validation.tidy(kind, fields), {})


def _in_campaign(replica: Replica, kind: str, unit: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a new record with the campaign it belongs to."""
    campaign = new_campaign(replica, kind, unit, fields)
    return {**fields, "campaign": campaign} if campaign else fields


def new_campaign(replica: Replica, kind: str, unit: str, fields: Mapping[str, Any]) -> str:
    """Return the campaign that a new record belongs to: the one it names, else the unit's at hand on its day."""
    if kind not in CAMPAIGN_KINDS or fields.get("campaign"):
        return str(fields.get("campaign") or "") if kind in CAMPAIGN_KINDS else ""
    if kind == "request":
        return campaign_of(replica.connection, str(fields.get("target", "")))
    stated, day = fields.get(validation.KINDS[kind].day), today(replica)
    return at_hand(replica, min(stated, day) if isinstance(stated, str) else day, unit)


def _faults(replica: Replica, kind: str, unit: str, tidy: Mapping[str, Any]) -> list[Fault]:
    identity = replica.joined()
    faults = validation.check(kind, tidy, new=True, role=identity.role, known_only=True)
    if (
        kind in validation.KINDS
        and validation.KINDS[kind].ledger == "unit"
        and kind != "unit"
        and not _is_unit(replica, unit)
    ):
        faults.append(Fault(field="unit", code="no_such_unit", wanted=unit))
    faults += _unknown_words(replica, tidy, {fault.field for fault in faults})
    if kind == "unit":
        faults += place_faults(replica.connection, unit, tidy)
    faults += [
        Fault(field=FIELD + name, code="no_such_file") for name, _ in named_in(tidy) if not _is_file(replica, name)
    ]
    if kind == "request" and not any(fault.field == "target" for fault in faults):
        faults += request_faults(replica.connection, unit, tidy)
    if kind == "follow_up" and tidy.get("status") not in (None, "open", "in_progress"):
        faults.append(Fault(field="status", code="step_not_allowed", wanted="open, in_progress"))
    return faults + due_faults(kind, tidy, tidy, today(replica))


def _unknown_words(replica: Replica, fields: Mapping[str, Any], named: set[str]) -> list[Fault]:
    """A stage, category or class that neither a campaign here names nor is always there."""
    there = {"stage": (STAGES, stages), "category": (CATEGORIES, categories), "class": ((OWN_CLASS,), classes)}
    faults = []
    for name, (always, known_here) in there.items():
        value = fields.get(name)
        if value is None or value in always or name in named:  # of which no campaign need be read
            continue
        if value not in (known := known_here(replica)):
            faults.append(Fault(field=name, code="not_choice", wanted=", ".join(known)))
    return faults


def create(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], *, record: str = "", draft: Draft | None = None
) -> Written:
    """Keep a new record of a unit (its ledger); `record` fixes the id beforehand, `draft` ends with it, unless another
    window has changed it since.

    Raises `InvalidFields` with every fault, or `Refused` if the id is taken.
    """
    with replica.transaction() as connection:
        return create_in(replica, connection, kind, unit, fields, record=record, draft=draft)


def create_in(
    replica: Replica,
    connection: Connection,
    kind: str,
    unit: str,
    fields: Mapping[str, Any],
    *,
    record: str = "",
    draft: Draft | None = None,
) -> Written:
    """The same inside a transaction that is open."""
    tidy = _in_campaign(replica, kind, unit, _tidied(kind, fields))
    if faults := _faults(replica, kind, unit, tidy):
        raise InvalidFields(faults, kind)
    ledger = unit if validation.KINDS[kind].ledger in ("unit", ANY_LEDGER) else validation.KINDS[kind].ledger
    record = record or (unit if kind == "unit" else ids.new_id())
    if load_edits(connection, (ledger, record)):
        raise Refused("already_kept", "This record has been kept already.")
    return _write(replica, connection, kind, ledger, record, tidy, {}, "", draft)


def correct(
    replica: Replica, record: str, fields: Mapping[str, Any], why: str, *, draft: Draft | None = None
) -> Written:
    """Keep a new version of a record: the fields that change (None clears one), and the reason.

    With a draft: refused as `changed_meanwhile` if a field it changes is no longer as the draft began with it. Raises
    `InvalidFields`, or `Refused` (`not_found`, `why_needed`, `nothing_changed`, or a step that is not allowed).
    """
    return _edit(replica, record, fields, why, draft)


def _check_unchanged(folded: Folded, fields: Mapping[str, Any], draft: Draft | None) -> None:
    """Refuse to replace what the person who corrects has not seen."""
    if draft is None or draft.base is None:
        return
    if any(folded.fields.get(name) != draft.base.get(name) for name in fields):
        raise Refused("changed_meanwhile", "Somebody has changed the same field since this correction was begun.")


def correct_in(
    replica: Replica,
    connection: Connection,
    record: str,
    fields: Mapping[str, Any],
    why: str,
    *,
    draft: Draft | None = None,
) -> Written:
    """The same inside a transaction that is open."""
    return _keep_edit(replica, connection, _folded(connection, record), fields, why, draft)


def end_draft(connection: Connection, draft: Draft | None) -> None:
    """Drop a draft, unless another window has changed it since."""
    if draft is not None:
        connection.execute("DELETE FROM draft WHERE id = ? AND version = ?", (draft.id, draft.version))


def withdraw(replica: Replica, record: str, why: str) -> Written:
    """Withdraw a record: it stays readable and counts nowhere any more."""
    return _edit(replica, record, {"withdrawn": True}, why, None)


def step(replica: Replica, record: str, status: str, progress: str = "", on: str = "") -> Written:
    """Move a follow-up on; `progress` says what was done, or why; `on` is the day of the step, today if not said.

    Raises `Refused` (`step_not_allowed`, `verified_by_reporter`, `closed_by_reporter`, `closed_by_liaison`,
    `reason_needed`), and `NeedsRuling`.
    """
    with replica.transaction() as connection:
        return step_in(replica, connection, record, status, progress, on)


def step_in(
    replica: Replica, connection: Connection, record: str, status: str, progress: str = "", on: str = ""
) -> Written:
    """The same inside a transaction that is open."""
    fields: dict[str, Any] = {"status": status} | ({"progress": progress} if progress.strip() else {})
    day = on or certain_day(replica)
    fields |= {"on": day}
    folded = _folded(connection, record)
    old = str(folded.fields.get("status", ""))
    if folded.kind == "follow_up" and needs_reason(old, status) and not progress.strip():
        raise Refused("reason_needed", "This step needs its reason.")
    return _keep_edit(replica, connection, folded, fields | watch_changes(status, day, folded.fields), "", None)


def undo_step(replica: Replica, record: str) -> Written:
    """Take back the newest step of a follow-up, which this person took and which has not been sent.

    Both stay in the history; the follow-up stands as if the step had not been taken. Raises `Refused` (`not_own_step`,
    `sent_already`).
    """
    with replica.transaction() as connection:
        folded = _folded(connection, record)
        live = folded.live.get("status", [])
        identity = replica.joined()
        before = status_before(connection, folded)
        if len(live) != 1 or live[0].by != identity.person or live[0].device != identity.device or before is None:
            raise Refused("not_own_step", "Only the newest step can be taken back, by who took it.")
        if connection.execute(_IS_SENT, (bytes.fromhex(live[0].hash[len(HASH_PREFIX) :]), record)).fetchone():
            raise Refused("sent_already", "The step has been sent; take the next step instead.")
        fields: dict[str, Any] = dict.fromkeys(("status", "progress", "watch_until"))
        fields = {name: before.get(name) for name in fields} | {"correction": True}
        return _keep_edit(replica, connection, folded, fields, "", None)


_IS_SENT = "SELECT 1 FROM entry WHERE hash = ? AND record = ? AND number IS NOT NULL"


def put(replica: Replica, kind: str, wanted: Mapping[str, Mapping[str, Any]], why: str) -> list[Written]:
    """Keep several records of a ledger that is no unit's, new ones and changes with their reason, all or none.

    `wanted`: fields by record id; a record that would not change is left as it is. Raises as `create` and `correct` do.
    """
    ledger = validation.KINDS[kind].ledger
    return put_each(replica, kind, {(ledger, record): fields for record, fields in wanted.items()}, why)


def put_each(replica: Replica, kind: str, wanted: Mapping[Key, Mapping[str, Any]], why: str) -> list[Written]:
    """Do the same for records of any ledgers; `wanted`: fields by (ledger, record id)."""
    written = []
    with replica.transaction() as connection:
        for (ledger, record), fields in wanted.items():
            folded = fold_record([loaded.edit for loaded in load_edits(connection, (ledger, record))])
            if folded is None:
                given = {name: value for name, value in fields.items() if value is not None}
                if faults := check(replica, kind, ledger, given):
                    raise InvalidFields(faults, kind)
                written.append(
                    _write(replica, connection, kind, ledger, record, validation.tidy(kind, given), {}, "", None)
                )
            elif any(
                _changes(folded, name, fields) for name in fields if name not in validation.KINDS[kind].qualifiers
            ):
                written.append(_keep_edit(replica, connection, folded, fields, why, None))
    return written


def resolve(
    replica: Replica, record: str, field: str, *, take: str = "", value: Any = msgspec.UNSET, why: str
) -> Written:
    """Settle a conflict: take the value of the version `DEVICE:SEQ`, or set another one.

    Figures that must add up are settled together, from the same version.
    """
    with replica.transaction() as connection:
        folded = _folded(connection, record)
        if field not in folded.conflicts:
            raise Refused("not_conflicted", f"There is no conflict on {field}.")
        fields = {field: value} if value is not msgspec.UNSET else _taken(folded, field, take)
        return _keep_edit(replica, connection, folded, fields, why, None)


def _taken(folded: Folded, field: str, take: str) -> dict[str, Any]:
    def chosen(values: list[Value]) -> list[Value]:
        return [value for value in values if take in (f"{value.device}:{value.seq}", *value.places)]

    if not chosen(folded.conflicts[field]):
        raise Refused("not_found", f"No version {take or '(none named)'} of {field} is in conflict.")
    together = validation.KINDS[folded.kind].together if folded.kind in validation.KINDS else ()
    names = [name for name in folded.conflicts if name in together] if field in together else [field]
    return {name: values[0].value for name in names if (values := chosen(folded.conflicts[name]))}


def _edit(replica: Replica, record: str, fields: Mapping[str, Any], why: str, draft: Draft | None) -> Written:
    with replica.transaction() as connection:
        return _keep_edit(replica, connection, _folded(connection, record), fields, why, draft)


def _keep_edit(
    replica: Replica, connection: Connection, folded: Folded, fields: Mapping[str, Any], why: str, draft: Draft | None
) -> Written:
    identity = replica.joined()
    _check_unchanged(folded, fields, draft)
    tidy = validation.tidy(folded.kind, fields)
    tidy = {name: value for name, value in tidy.items() if _changes(folded, name, tidy)}
    if "status" in tidy and "progress" in fields:
        tidy["progress"] = validation.tidy(folded.kind, fields)["progress"]  # a step keeps its words, repeated ones too
    if not tidy.keys() - validation.KINDS[folded.kind].qualifiers:
        raise Refused("nothing_changed", "Nothing would change.")
    tidy = validation.complete(folded.kind, tidy, folded.fields) | _from_certain_day(replica, folded.kind, tidy)
    faults = validation.check(folded.kind, tidy, new=False, role=identity.role, known_only=True)
    faults += _unknown_words(replica, tidy, {fault.field for fault in faults})
    if folded.kind == "unit":
        faults += place_faults(connection, folded.record, tidy)
    faults += due_faults(folded.kind, tidy, {**folded.fields, **tidy}, zones(replica).day_of(folded.at))
    if faults:
        raise InvalidFields(faults, folded.kind)
    if not why.strip() and _needs_why(folded, tidy):
        raise Refused("why_needed", "A later change needs its reason.")
    why = _reason(why, folded.kind)
    if folded.kind == "unit" and (code := refusal(connection, folded, tidy, identity.person)):
        raise Refused(code, _OF_UNITS[code])
    if folded.kind == BRIEF and tidy != {"withdrawn": True}:
        raise Refused("brief_stands", "An issued brief does not change: it can only be withdrawn.")
    if folded.kind == "request" and (code := request_refusal(connection, folded, tidy, identity)):
        raise Refused(code, _OF_REQUESTS[code])
    over = {name: [value.hash for value in folded.live[name]] for name in tidy if name in folded.live}
    _check_follow_up(connection, folded, tidy, over, identity)
    return _write(replica, connection, folded.kind, folded.ledger, folded.record, tidy, over, why, draft)


def _from_certain_day(replica: Replica, kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return from which day a change of a state holds where nobody has said it and the clock is behind.

    By that clock it would hold for days that have passed, whose figures have been reported.
    """
    if "on" not in validation.KINDS[kind].qualifiers or fields.get("on") or fields.get("correction"):
        return {}
    day = certain_day(replica)
    return {"on": day} if day > today(replica) else {}


def _reason(why: str, kind: str) -> str:
    """The reason in the form it is kept; raises `InvalidFields`."""
    tidy = str(tidy_value(None, why))
    if fault := bounds.reason_fault(tidy):
        raise InvalidFields([Fault(field="why", code=fault[0], wanted=fault[1])], kind)
    return tidy


def _changes(folded: Folded, name: str, fields: Mapping[str, Any]) -> bool:
    return name in folded.conflicts or validation.changes(folded.kind, folded.fields, fields, name)


def _needs_why(folded: Folded, fields: Mapping[str, Any]) -> bool:
    """Every later edit does, but for a follow-up's steps and additions to a set."""
    kind = validation.KINDS[folded.kind]
    free = kind.steps | kind.qualifiers
    return any(name not in free and not ("." in name and name not in folded.live) for name in fields)


_OF_REQUESTS = {
    "request_stands": "A request is not changed: it is taken back, and asked anew.",
    "not_asker": "Only who asked takes a request back.",
    "ruled_already": "The office has ruled on this request.",
}
_OF_STEPS = {
    "verified_by_reporter": "Only another person may verify what you reported done.",
    "closed_by_reporter": "Only another person may close what you reported done.",
    "closed_by_liaison": "A liaison officer closes nothing: the group or the office does.",
}


def _check_follow_up(
    connection: Connection,
    folded: Folded,
    fields: Mapping[str, Any],
    over: Mapping[str, list[str]],
    identity: Identity,
) -> None:
    if folded.kind != "follow_up":
        return
    code, asks = judged(connection, folded, fields, over, identity)
    if asks:
        raise NeedsRuling(asks)
    if code:
        otherwise = f"A follow-up that is {folded.fields.get('status')} cannot become {fields.get('status')}."
        raise Refused(code, _OF_STEPS.get(code, otherwise))


def _folded(connection: Connection, record: str) -> Folded:
    row = connection.execute(
        f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ? ORDER BY r.ledger LIMIT 1", (record,)
    ).fetchone()
    edits = [loaded.edit for loaded in load_edits(connection, (row[0], record))] if row else []
    folded = fold_record(edits, read_governance(connection))
    if folded is None:
        raise Refused("not_found", "There is no such record here.")
    if folded.kind not in validation.KINDS:
        raise Refused("too_new", "This record was written by a newer version of this program.")
    return folded


def _is_unit(replica: Replica, unit: str) -> bool:
    return replica.connection.execute("SELECT 1 FROM unit WHERE ledger = ?", (unit,)).fetchone() is not None


def _is_file(replica: Replica, name: str) -> bool:
    """Whether an attachment's bytes are here: a new record names nothing that nobody could ever fetch."""
    found = replica.connection.execute("SELECT 1 FROM blob WHERE name = ? AND complete = 1", (name,))
    return found.fetchone() is not None


def _write(
    replica: Replica,
    connection: Connection,
    kind: str,
    ledger: str,
    record: str,
    fields: dict[str, Any],
    over: dict[str, list[str]],
    why: str,
    draft: Draft | None,
) -> Written:
    identity = replica.joined()
    entry = _next_entry(connection, identity, kind, ledger, record, fields, over, why)
    head = entry.head
    fault_point("entry.composed")
    apply(connection, [Incoming(entry=entry)])
    fault_point("entry.folded")
    keep_seal(connection, make_seal(identity.private_key, identity.district, ledger, head.device, head.seq, entry.hash))
    fault_point("entry.sealed")
    for name, _ in named_in(fields):  # what lay here with a draft goes out now
        connection.execute("UPDATE blob SET sent = 0 WHERE name = ? AND sent = 2", (name,))
    end_draft(connection, draft)
    return Written(record=record, ledger=ledger, seq=head.seq, hash=entry.hash)


def _next_entry(
    connection: Connection,
    identity: Identity,
    kind: str,
    ledger: str,
    record: str,
    fields: dict[str, Any],
    over: dict[str, list[str]],
    why: str,
) -> Entry:
    row = connection.execute(
        "SELECT seq, hash FROM chain WHERE ledger = ? AND device = ?", (ledger, identity.device)
    ).fetchone()
    seq, previous = row or (0, "")
    at = now()
    if not bounds.is_time(at):
        raise Refused("clock_impossible", "This laptop's clock shows a time that cannot be.")
    entry = compose(
        ledger=ledger,
        device=identity.device,
        seq=seq + 1,
        prev=previous,
        kind=kind,
        record=record,
        fields=fields,
        by=identity.person,
        at=at,
        over=over,
        why=why,
    )
    if len(entry.raw_head) + len(entry.raw_body or b"") > MAX_ENTRY_BYTES:
        raise InvalidFields([Fault(field="fields", code="entry_too_large", wanted=str(MAX_ENTRY_BYTES // 1024))], kind)
    return entry
