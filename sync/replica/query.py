"""What the screens and the command line read: lists by the page, cards, records, registers, the state of the exchange.

Every function takes an open `Replica` and reads what is visible, nothing more. `today` is a day, YYYY-MM-DD.
"""

from __future__ import annotations

from typing import Any

import msgspec

from sync.fold import Edit, fold_apart, fold_record, in_causal_order
from sync.ids import LEDGER_STAFF, assignment_record, check_code_tail
from sync.ledger import MalformedEntry, Receipt, read_body
from sync.replica.campaigns import campaign as campaign
from sync.replica.campaigns import campaigns as campaigns
from sync.replica.campaigns import categories as categories
from sync.replica.campaigns import district_records
from sync.replica.campaigns import stages as stages
from sync.replica.derive import APART, FIELDS_JOIN, load_edits, record_fields
from sync.replica.register import follow_ups as follow_ups
from sync.replica.replica import Replica
from sync.replica.views import (
    ConflictRow,
    HistoryRow,
    Listing,
    Record,
    Status,
    UnitCard,
    UnitRow,
    Version,
)
from sync.templates import InvalidTemplate, Template, read_template

TREND_VISITS = 12
_RECORD = "r.record, r.ledger, r.kind, r.day, r.at, r.by, r.title, r.stage, r.fields, e.body"


class TemplateRow(msgspec.Struct, frozen=True, kw_only=True):
    """A template and the record that holds it."""

    record: str
    template: Template


# --- units -----------------------------------------------------------------------------------------------------------


def units(replica: Replica, text: str = "", category: str | None = None, today: str = "") -> Listing[UnitRow]:
    """The units in scope by pinyin; `text` filters by part of the name, of its pinyin or of its initials."""
    where, values = _unit_filter(text, category)
    (count,) = replica.connection.execute(f"SELECT count(*) FROM unit WHERE {where}", values).fetchone()

    def rows(offset: int, limit: int) -> list[UnitRow]:
        found = replica.connection.execute(
            f"SELECT ledger, name, category, last_visit, open FROM unit WHERE {where}"
            " ORDER BY pinyin, ledger LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        late = _overdue(replica, [row[0] for row in found if row[4]], today)
        return [
            UnitRow(id=id_, name=name, category=kind, last_visit=visit, open=open_, overdue=late.get(id_, 0))
            for id_, name, kind, visit, open_ in found
        ]

    return Listing(count, rows)


def _unit_filter(text: str, category: str | None) -> tuple[str, tuple[str, ...]]:
    where = "withdrawn = 0"
    values: tuple[str, ...] = ()
    needle = "".join(text.lower().split())
    if needle:
        where += " AND (instr(lower(name), ?) OR instr(initials, ?) OR instr(pinyin, ?))"
        values = (text.strip().lower(), needle, needle)
    if category:
        where, values = f"{where} AND category = ?", (*values, category)
    return where, values


def _overdue(replica: Replica, unit_ids: list[str], today: str) -> dict[str, int]:
    if not unit_ids or not today:
        return {}
    marks = ",".join("?" * len(unit_ids))
    return dict(
        replica.connection.execute(
            f"SELECT ledger, count(*) FROM follow_up WHERE ledger IN ({marks}) AND open = 1 AND due_on < ?"
            " GROUP BY ledger",
            (*unit_ids, today),
        ).fetchall()
    )


def find_unit(replica: Replica, text: str) -> str | None:
    """The unit meant by an id, a full name, or a part of a name, pinyin or initials that fits only one."""
    exact = replica.connection.execute(
        "SELECT ledger FROM unit WHERE ledger = ? OR name = ? ORDER BY ledger = ? DESC LIMIT 2", (text, text, text)
    ).fetchall()
    if exact:
        return str(exact[0][0])
    listing = units(replica, text)
    return listing.rows(0, 1)[0].id if text.strip() and listing.count == 1 else None


def unit(replica: Replica, unit_id: str, today: str = "") -> UnitCard | None:
    """The card of one unit; None if it is not in scope."""
    row = replica.connection.execute(
        "SELECT u.name, u.category, u.open, r.fields, e.body FROM unit u"
        " JOIN record r ON r.record = u.ledger AND r.ledger = u.ledger"
        f" {FIELDS_JOIN}"
        " WHERE u.ledger = ?",
        (unit_id,),
    ).fetchone()
    if row is None:
        return None
    counts = _latest(replica, unit_id, "count")
    fields = record_fields(*row[3:])
    group, liaison = assigned(replica, unit_id)
    return UnitCard(
        id=unit_id,
        name=row[0],
        category=row[1],
        fields=fields,
        parent_name=unit_name(replica, str(fields.get("parent", ""))),
        group=group,
        group_name=group_name(replica, group),
        liaison=liaison,
        liaison_name=person_name(replica, liaison),
        counts=counts,
        counted_on=str(counts.get("counted_on", "")),
        visits=_visits(replica, unit_id),
        verdicts=_verdicts(replica, unit_id),
        open=row[2],
        overdue=_overdue(replica, [unit_id], today).get(unit_id, 0),
        conflicts=_count(replica, "SELECT count(*) FROM record WHERE ledger = ? AND conflicts > 0", unit_id),
    )


def unit_name(replica: Replica, unit_id: str) -> str:
    """A unit's name; the id where it is not in scope."""
    row = replica.connection.execute("SELECT name FROM unit WHERE ledger = ?", (unit_id,)).fetchone()
    return str(row[0]) if row else unit_id


def assigned(replica: Replica, unit_id: str) -> tuple[str, str]:
    """The group and the liaison officer of a unit, empty without: from the scope, or for the office from `staff`."""
    scope = replica.scope
    if scope is None:
        return "", ""
    if not scope.staff:
        return scope.unit_groups.get(unit_id, scope.group), scope.liaisons.get(unit_id, "")
    row = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.record = ? AND r.withdrawn = 0",
        (LEDGER_STAFF, assignment_record(unit_id)),
    ).fetchone()
    fields = record_fields(*row) if row else {}
    return str(fields.get("group", "")), str(fields.get("liaison", ""))


def _latest(replica: Replica, unit_id: str, kind: str) -> dict[str, Any]:
    row = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.day DESC, r.id DESC LIMIT 1",
        (unit_id, kind),
    ).fetchone()
    return {} if row is None else record_fields(*row)


def _visits(replica: Replica, unit_id: str) -> dict[str, int]:
    return dict(
        replica.connection.execute(
            "SELECT stage, count(*) FROM record WHERE ledger = ? AND kind = 'inspection' AND withdrawn = 0"
            " GROUP BY stage",
            (unit_id,),
        ).fetchall()
    )


def _verdicts(replica: Replica, unit_id: str) -> list[tuple[str, int, int, int]]:
    found = replica.connection.execute(
        f"SELECT r.day, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ?"
        " AND r.kind = 'inspection' AND r.withdrawn = 0 ORDER BY r.day DESC, r.id DESC LIMIT ?",
        (unit_id, TREND_VISITS),
    ).fetchall()
    return [(row[0], *count_verdicts(record_fields(*row[1:]))) for row in reversed(found)]


def count_verdicts(fields: dict[str, Any]) -> tuple[int, int, int]:
    """How many answers of an inspection are met, partly met and unmet."""
    given = [
        value.get("verdict") for name, value in fields.items() if name.startswith("answer.") and isinstance(value, dict)
    ]
    return given.count("met"), given.count("partly"), given.count("unmet")


# --- records ---------------------------------------------------------------------------------------------------------


def history(replica: Replica, unit_id: str, kind: str | None = None) -> Listing[HistoryRow]:
    """Everything on one unit, newest day first; `kind` keeps one kind of record."""
    where, values = ("r.ledger = ? AND r.kind = ?", (unit_id, kind)) if kind else ("r.ledger = ?", (unit_id,))

    def rows(offset: int, limit: int) -> list[HistoryRow]:
        found = replica.connection.execute(
            f"SELECT {_RECORD}, r.conflicts, r.withdrawn, r.flaws FROM record r {FIELDS_JOIN}"
            f" WHERE {where} ORDER BY r.day DESC, r.id DESC LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        return [_history_row(replica, row) for row in found]

    return Listing(_count(replica, f"SELECT count(*) FROM record r WHERE {where}", *values), rows)


def _history_row(replica: Replica, row: tuple[Any, ...]) -> HistoryRow:
    record_id, _, kind, day, at, by, title, stage, stored, body, conflicts, withdrawn, flaws = row
    return HistoryRow(
        record=record_id,
        kind=kind,
        day=day,
        at=at,
        by=by,
        title=title,
        stage=stage,
        fields=record_fields(stored, body),
        conflicts=conflicts,
        withdrawn=withdrawn == 1,
        invalid=bool(flaws),
        state=_state(replica, record_id),
        apart=withdrawn == APART,
    )


def _state(replica: Replica, record_id: str) -> str:
    pending, apart = replica.connection.execute(
        "SELECT max(number IS NULL), max(code <> '') FROM entry WHERE record = ?", (record_id,)
    ).fetchone()
    return "pending" if pending else "apart" if apart else "delivered"


def record(replica: Replica, record_id: str) -> Record | None:
    """One record with its conflicts and versions; None if there is none here. Kept apart as a whole it is shown so."""
    row = replica.connection.execute(
        "SELECT ledger FROM record WHERE record = ? ORDER BY ledger LIMIT 1", (record_id,)
    ).fetchone()
    if row is None:
        return None
    loaded = load_edits(replica.connection, (row[0], record_id))
    edits = [each.edit for each in loaded]
    effective = fold_record(edits)
    folded = effective or fold_apart(edits)
    if folded is None:
        return None
    verdicts = _verdict_of(replica, record_id)
    late = _late(replica, edits) if folded.withdrawn else set()
    versions = []
    for edit in in_causal_order(edits):
        verdict, code = verdicts[edit.hash]
        if edit.hash in folded.flaws:
            verdict, code = "invalid", folded.flaws[edit.hash]
        versions.append(
            Version(
                device=edit.device,
                seq=edit.seq,
                hash=edit.hash,
                at=edit.at,
                by=edit.by,
                why=edit.why,
                verdict=verdict,
                code=code,
                set=edit.set or {},
                late=edit.hash in late,
                skew=_skew(replica, edit.ledger, edit.device, edit.seq),
            )
        )
    return Record(
        record=record_id,
        ledger=folded.ledger,
        kind=folded.kind,
        by=folded.by,
        at=folded.at,
        fields=folded.fields,
        conflicts=folded.conflicts,
        base=folded.base,
        withdrawn=folded.withdrawn,
        apart=effective is None,
        versions=versions,
    )


def _late(replica: Replica, edits: list[Edit]) -> set[str]:
    """The edits that reached the office after the withdrawal had, by their hashes; this laptop's unsent ones, too."""
    last = 2**63
    numbers = {
        "sha256:" + hash_.hex(): last if number is None else number
        for hash_, number in replica.connection.execute(
            "SELECT hash, number FROM entry WHERE record = ?", (edits[0].record,)
        )
    }
    withdrawal = min(
        (edit for edit in edits if edit.set and edit.set.get("withdrawn") is True),
        key=lambda edit: (numbers[edit.hash], edit.device, edit.seq),
    )
    return {
        edit.hash
        for edit in edits
        if numbers[edit.hash] > numbers[withdrawal.hash]
        and not (edit.device == withdrawal.device and edit.seq < withdrawal.seq)
        and not (edit.set and "withdrawn" in edit.set)
    }


def _skew(replica: Replica, ledger: str, device: str, seq: int) -> int:
    row = replica.connection.execute(
        "SELECT seconds FROM skew WHERE ledger = ? AND device = ? AND first <= ? AND last >= ?",
        (ledger, device, seq, seq),
    ).fetchone()
    return int(row[0]) if row else 0


def _verdict_of(replica: Replica, record_id: str) -> dict[str, tuple[str, str]]:
    return {
        "sha256:" + hash_.hex(): ("apart" if code else "pending" if number is None else "accepted", code)
        for hash_, number, code in replica.connection.execute(
            "SELECT hash, number, code FROM entry WHERE record = ?", (record_id,)
        )
    }


def find_record(replica: Replica, text: str) -> str | None:
    """The record meant by an id, by a beginning of one, or by the check code of one; None if none or several fit."""
    found = replica.connection.execute(
        "SELECT DISTINCT record FROM record WHERE record >= ? AND record < ? ORDER BY record LIMIT 2",
        (text, text + "\U0010ffff"),
    ).fetchall()
    exact = any(row[0] == text for row in found)
    if text and (exact or len(found) == 1):
        return str(found[0][0])
    coded = records_of_code(replica, text) if not found else []
    return coded[0] if len(coded) == 1 else None


def records_of_code(replica: Replica, typed: str) -> list[str]:
    """The records that a check code stands for: one, unless two ids happen to end alike; none if it is no code."""
    if not (tail := check_code_tail(typed)):
        return []
    found = replica.connection.execute(
        "SELECT DISTINCT record FROM record WHERE substr(record, ?) = ? ORDER BY record", (-len(tail), tail)
    )
    return [str(row[0]) for row in found]


def last_inspection(replica: Replica, unit_id: str, before: str | None = None) -> Record | None:
    """The newest inspection of a unit that was not withdrawn, of a day before `before` if given."""
    row = replica.connection.execute(
        "SELECT record FROM record WHERE ledger = ? AND kind = 'inspection' AND withdrawn = 0 AND day < ?"
        " ORDER BY day DESC, id DESC LIMIT 1",
        (unit_id, before or "9999"),
    ).fetchone()
    return None if row is None else record(replica, row[0])


def conflicts(replica: Replica) -> list[ConflictRow]:
    """Every record with a conflict, newest day first."""
    found = replica.connection.execute(
        "SELECT r.id, r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.title, r.day FROM record r"
        " LEFT JOIN unit u ON u.ledger = r.ledger WHERE r.id IN (SELECT record FROM conflict)"
        " ORDER BY r.day DESC, r.record"
    ).fetchall()
    return [
        ConflictRow(
            record=record_id,
            unit=ledger,
            unit_name=name,
            kind=kind,
            title=title,
            day=day,
            fields=[
                field
                for (field,) in replica.connection.execute(
                    "SELECT field FROM conflict WHERE record = ? ORDER BY field", (id_,)
                )
            ],
        )
        for id_, record_id, ledger, name, kind, title, day in found
    ]


# --- the district ----------------------------------------------------------------------------------------------------


def templates(replica: Replica) -> list[TemplateRow]:
    """The newest version of every template, in order of stage; templates this version cannot read are left out."""
    newest: dict[str, TemplateRow] = {}
    for record_id, fields in district_records(replica, "template"):
        try:
            found = read_template(fields.get("document"))
        except InvalidTemplate:
            continue
        if found.name not in newest or found.version >= newest[found.name].template.version:
            newest[found.name] = TemplateRow(record=record_id, template=found)
    order = {stage: place for place, stage in enumerate(stages(replica))}
    return sorted(newest.values(), key=lambda row: (order.get(row.template.stage, len(order)), row.template.name))


def template(replica: Replica, record_id: str) -> Template | None:
    """The template a record id names, whatever its version; None if it is not here or cannot be read."""
    found = record(replica, record_id)
    try:
        return None if found is None else read_template(found.fields.get("document"))
    except InvalidTemplate:
        return None


def person_name(replica: Replica, person: str) -> str:
    """A person's name as the scope shows it; the id where it shows none."""
    scope = replica.scope
    return scope.people.get(person, person) if scope else person


def group_name(replica: Replica, group: str) -> str:
    """A group's name as the scope shows it; the id where it shows none."""
    scope = replica.scope
    return scope.groups.get(group, group) if scope else group


# --- the exchange ----------------------------------------------------------------------------------------------------


def status(replica: Replica) -> Status:
    """Where this laptop stands with the office, by receipts."""
    identity = replica.joined()
    device = identity.device
    first = replica.connection.execute("SELECT body FROM entry WHERE number IS NULL ORDER BY id LIMIT 1").fetchone()
    return Status(
        person=identity.person,
        person_name=identity.person_name,
        role=identity.role,
        district=identity.district,
        district_name=identity.district_name,
        server=identity.server,
        pending=_count(replica, "SELECT count(*) FROM entry WHERE number IS NULL"),
        conflicts=_count(replica, "SELECT count(DISTINCT record) FROM conflict"),
        quarantined=_count(
            replica,
            "SELECT count(*) FROM entry e JOIN chain c ON c.id = e.chain WHERE e.code <> '' AND c.device = ?",
            device,
        ),
        last_sync=replica.setting("last_sync") or "",
        last_error=replica.setting("last_error") or "",
        oldest_unsynced=_written_at(first[0] if first else None),
        mine=_count(replica, "SELECT coalesce(sum(seq), 0) FROM chain WHERE device = ?", device),
        acknowledged=_count(
            replica,
            "SELECT coalesce(sum(r.seq), 0) FROM receipt r JOIN chain c ON c.id = r.chain"
            " WHERE r.apart = 0 AND c.device = ?",
            device,
        ),
    )


def _written_at(body: bytes | None) -> str:
    try:
        return read_body(body).at if body is not None else ""
    except MalformedEntry:
        return ""


def rulings(replica: Replica) -> list[tuple[str, str, dict[str, Any]]]:
    """Every ruling of the office held here, oldest first: who, when, its fields."""
    found = replica.connection.execute(
        f"SELECT r.by, r.at, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.kind = 'ruling' AND r.withdrawn = 0 ORDER BY r.at, r.record"
    ).fetchall()
    return [(by, at, record_fields(stored, body)) for by, at, stored, body in found]


def receipts(replica: Replica, limit: int = 200) -> list[Receipt]:
    """The store's receipts for this device's entries, newest first."""
    found = replica.connection.execute(
        "SELECT c.ledger, c.device, r.seq, r.hash, r.log, r.number, r.at, r.verdict, r.code, r.sig FROM receipt r"
        " JOIN chain c ON c.id = r.chain WHERE c.device = ? ORDER BY r.number DESC, c.ledger LIMIT ?",
        (replica.joined().device, limit),
    ).fetchall()
    return [Receipt(**dict(zip(Receipt.__struct_fields__, row, strict=True))) for row in found]


def _count(replica: Replica, statement: str, *values: object) -> int:
    return int(replica.connection.execute(statement, values).fetchone()[0])
