"""The derived rows: what lists, registers and search read, folded from entries. Called by `apply` and `rebuild` only.

Rows depend on the table of entries alone (their verdicts among them), so `rebuild` makes the very same rows again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import msgspec

from sync.ledger.chains import HASH_PREFIX, Body, Head, MalformedEntry, read_body
from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.fold import Fold, Folded, fold_alone, fold_apart, fold_record
from sync.ledger.governance import HANDED_ON, NOT_GOVERNED, VOID, Governance, Word, governance_from
from sync.ledger.ids import DISTRICT_RECORD, LEDGER_DISTRICT, LEDGER_STAFF
from sync.model.days import ALWAYS, Zones, plus
from sync.model.kinds import CAMPAIGN_KINDS
from sync.model.validation import KINDS
from sync.model.workflow import OPENING, OUTSTANDING, UNDER_WAY
from sync.replica.projection.bigrams import grams, grams_of
from sync.replica.projection.campaign_of import place
from sync.replica.projection.outlook import outcome, verdicts
from sync.replica.projection.stored import FIELDS_JOIN as FIELDS_JOIN
from sync.replica.projection.stored import record_fields as record_fields
from sync.replica.replica import STAFF_CHANGES
from sync.replica.storage import fast_reads
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed
from sync.timeline.corrections import corrections
from sync.timeline.course import Course, courses_in, first_days, on_day
from sync.timeline.grants import word_named
from sync.timeline.participation import batch_key, term_from

TITLE_LENGTH = 120
APART = 2  # in `record.withdrawn`
CLOSED = 2  # in `unit.withdrawn`
BY_NAME = "entry n CROSS JOIN record r ON r.id = n.id"  # rows of `record` whose name is `n.record`
_CHUNK = 500
_FOLLOW_UP = ("nature", "title", "due_on", "status", "responsible_post", "watch_until")  # as the table has them
_STATUS = 3  # among these
_FILTERED = ("class", "lead_unit", "responsible_unit")  # and these, which the register is filtered by
_ASKED = {"request": ("target", "asks", "due_on"), "review": ("target", "verdict")}  # fields kept in their tables
_UNDER_WAY = 2  # in `follow_up.open`

_STATES: dict[
    str, tuple[str, ...]
] = {  # the fields of each kind that are asked for as of a day, `chain.` with its members
    "unit": ("name", "category", "parent", "batch", "closed_on", "withdrawn", "weak.", "chain."),
    "follow_up": (
        *("status", "due_on", "withdrawn", "carried_to"),
        *("class", "lead_unit", "responsible_unit", "responsible_post"),
    ),
    "participation": ("from", "until", "withdrawn"),
    "assignment": ("group", "liaison", "withdrawn"),
    "person": ("role", "group", "left", "left_on", "withdrawn"),
    "group": ("closed_on", "withdrawn"),
}

# Kinds whose first edit holds from its day, and not from the beginning; so does a follow-up's that was handed over.
_BEGUN = ("assignment",)
CORRECTED = "corrected"  # in `past`: no field, but the days on which a fact was corrected, and its day before
_WITHDRAWN = 6  # in a row of `Rows.units`

heads = msgspec.json.Decoder(Head)
_encode = msgspec.json.Encoder(order="sorted").encode

_NO_BODY = Body(at="", by="", salt="", set={})

Key = tuple[str, str]  # (ledger, record)


class Loaded(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An entry ready to fold, and its row in the file; `hash` is its 32 bytes, `number` its place of arrival."""

    id: int
    head: Head
    hash: bytes
    code: str
    raw_body: bytes | None
    number: int | None = None

    @property
    def edit(self) -> Edit:
        """The entry as the fold sees it."""
        hash_ = HASH_PREFIX + self.hash.hex()
        return edit_from(self.head, hash_, self.raw_body, code=self.code, number=self.number or 0)


def derive(connection: Connection, fresh: Sequence[Loaded], changed: Iterable[Key]) -> set[str]:
    """Fold again every record these new entries or changed verdicts touch, and write its derived rows.

    Returns the ledgers touched: `count_units` is to be called for them, once at the end of whatever is under way.
    """
    groups: dict[Key, list[Loaded]] = {}
    for loaded in fresh:
        groups.setdefault((loaded.head.ledger, loaded.head.record), []).append(loaded)
    again = set(changed)
    if fresh:
        again |= _with_older_entries(connection, groups, fresh[0].id)
    named = set(groups)
    touched = _fold_again(connection, groups, again)
    is_of_staff = any(ledger == LEDGER_STAFF for ledger, _ in groups)
    if ruled := ruled_on(connection, {key: groups[key] for key in (*named, *again)}) - named - again:
        touched |= _fold_again(connection, {}, ruled)
    if (LEDGER_DISTRICT, DISTRICT_RECORD) in groups:
        before, now = kept_governance(connection), keep_governance(connection)
        if before.zones != now.zones:
            touched |= _fold_again(connection, {}, _all_records(connection))
            is_of_staff = True
        elif before.since != now.since:
            touched |= _fold_again(connection, {}, _follow_ups_since(connection, min(before.since, now.since)))
    if is_of_staff:
        count_staff_change(connection)
    return touched


def count_staff_change(connection: Connection) -> None:
    """Say that what is folded of `staff` may be another, to what keeps it in memory (`Replica.staff_state`)."""
    connection.execute(
        "INSERT INTO setting VALUES (?, '1') ON CONFLICT (name) DO UPDATE SET value = value + 1", (STAFF_CHANGES,)
    )


def _fold_again(connection: Connection, groups: dict[Key, list[Loaded]], again: set[Key]) -> set[str]:
    """Write the rows of new records, and anew those of older ones; the ledgers touched."""
    rows = Rows(connection)
    for key in sorted(again):
        groups[key] = load_edits(connection, key)
        rows.forget(key)
    for entries in groups.values():
        rows.add(entries)
    rows.write()
    place(connection, rows.unplaced, rows.moved)
    return rows.touched


def ruled_on(connection: Connection, groups: Mapping[Key, Sequence[Loaded]]) -> set[Key]:
    """Return the follow-ups on which these records may be the office's word, or what it speaks of."""
    found: set[Key] = set()
    asked: dict[str, set[str]] = {}  # by ledger what reviews are of
    for (ledger, record), entries in groups.items():
        kind = entries[0].head.kind if entries else ""
        if kind == "unit" and record == ledger:
            if any((loaded.edit.set or {}).get("closed_on") for loaded in entries):
                found |= _follow_ups_of(connection, ledger)
        elif kind in _ASKED:
            targets = {str((loaded.edit.set or {}).get("target") or "") for loaded in entries} - {""}
            if kind == "request":
                found |= {(ledger, target) for target in targets}
            else:
                asked.setdefault(ledger, set()).update(targets)
    for ledger, targets in asked.items():
        names = sorted(targets)
        for start in range(0, len(names), _CHUNK):
            chunk = names[start : start + _CHUNK]
            rows = connection.execute(
                "SELECT q.target FROM entry n CROSS JOIN request q ON q.id = n.id"
                f" WHERE n.record IN {listed(chunk)} AND q.ledger = ?",
                (*chunk, ledger),
            )
            found |= {(ledger, target) for (target,) in rows}
    return {key for key in found if load_edits(connection, key)}


def _follow_ups_of(connection: Connection, ledger: str) -> set[Key]:
    rows = connection.execute("SELECT record FROM record WHERE ledger = ? AND kind = 'follow_up'", (ledger,))
    return {(ledger, record) for (record,) in rows}


def _follow_ups_since(connection: Connection, day: str) -> set[Key]:
    """The follow-ups that were written down on a day or after it, in whatever zone."""
    found = connection.execute(
        "SELECT ledger, record FROM record WHERE kind = 'follow_up' AND at >= ?", (plus(day, -1) if day else "",)
    )
    return {(ledger, record) for ledger, record in found}


def _all_records(connection: Connection) -> set[Key]:
    return {(ledger, record) for ledger, record in connection.execute("SELECT ledger, record FROM record")}


def count_units(connection: Connection, touched: Iterable[str]) -> None:
    """Count anew what the unit rows say of their ledgers, and of their newest notes, for every ledger touched."""
    rows = []
    for ledger in sorted(touched):
        day, stored, body = connection.execute(_NEWEST_NOTE, (ledger, ledger)).fetchone() or ("", None, None)
        rows.append((day, str(record_fields(stored, body).get("next_on", "")) if day else "", ledger))
    connection.executemany(_COUNT, rows)


# Of two notes of one day that with the later record id is the newer, on every laptop alike.
_NEWEST_NOTE = (
    f"SELECT r.day, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = 'liaison_note'"
    " AND r.withdrawn = 0 AND r.day = (SELECT max(day) FROM record WHERE ledger = ? AND kind = 'liaison_note'"
    " AND withdrawn = 0) ORDER BY r.record DESC LIMIT 1"
)
_COUNT = (
    "UPDATE unit SET last_visit = coalesce((SELECT day FROM record WHERE ledger = unit.ledger"
    " AND kind = 'inspection' AND withdrawn = 0 ORDER BY day DESC LIMIT 1), ''), (open, oldest_due) ="
    " (SELECT count(*), coalesce(min(CASE WHEN open = 2 THEN due_on END), '')"
    " FROM follow_up WHERE ledger = unit.ledger AND open > 0),"
    " noted_on = ?, next_on = ? WHERE ledger = ?"
)


def edit_from(head: Head, hash_: str, raw_body: bytes | None, *, code: str, number: int = 0) -> Edit:
    """An entry as the fold sees it; a body that cannot be read counts as absent."""
    try:
        body = _NO_BODY if raw_body is None else read_body(raw_body)
    except MalformedEntry:
        body = _NO_BODY
    return Edit(
        ledger=head.ledger,
        device=head.device,
        seq=head.seq,
        hash=hash_,
        kind=head.kind,
        record=head.record,
        at=body.at,
        by=body.by,
        why=body.why,
        was=head.was,
        body=head.body,
        number=number,
        over=head.over,
        set=None if body is _NO_BODY else body.set,
        counts=not code,
    )


def load_edits(connection: Connection, key: Key) -> list[Loaded]:
    """Every entry held of one record, ready to fold."""
    ledger, record = key
    return [loaded for loaded in load_record(connection, record) if loaded.head.ledger == ledger]


def load_record(connection: Connection, record: str) -> list[Loaded]:
    """Every entry that names a record, in whichever ledger, in the order of their rows."""
    return load_records(connection, (record,))


def load_records(connection: Connection, records: Sequence[str]) -> list[Loaded]:
    """Every entry that names one of these records, record by record."""
    found = connection.execute(
        f"SELECT id, hash, code, head, body, number FROM entry WHERE record IN {listed(records)} ORDER BY record, id",
        records,
    )
    return [
        Loaded(id=id_, head=heads.decode(raw_head), hash=hash_, code=code, raw_body=raw_body, number=number)
        for id_, hash_, code, raw_head, raw_body, number in found
    ]


def read_governance(connection: Connection) -> Governance:
    """Return what the record of the district says of its time zones, and since when follow-ups are governed."""
    edits = [loaded.edit for loaded in load_edits(connection, (LEDGER_DISTRICT, DISTRICT_RECORD))]
    folded = fold_record(edits, with_live=False)
    found = NOT_GOVERNED if folded is None or folded.withdrawn else governance_from(folded.fields)
    return found._replace(word=partial(_word_named, connection))


def _word_named(connection: Connection, ledger: str, named: str) -> Word | None:
    """Return what a record of a ledger allows of its follow-ups."""

    def load(record: str) -> list[Edit]:
        return [loaded.edit for loaded in load_edits(connection, (ledger, record))]

    return word_named(load, ledger, named)


def kept_governance(connection: Connection) -> Governance:
    """Return what was written down of it when rows were folded last."""
    row = connection.execute("SELECT since FROM governed").fetchone()
    return Governance(row[0] if row else "", fast_reads.zones(connection))


def keep_governance(connection: Connection) -> Governance:
    """Write down what the record of the district says of it, and return it."""
    governance = read_governance(connection)
    connection.execute("DELETE FROM zone")
    connection.executemany("INSERT INTO zone VALUES (?, ?)", governance.zones.held)
    connection.execute("DELETE FROM governed")
    connection.execute("INSERT INTO governed VALUES (?)", (governance.since,))
    return governance


def _with_older_entries(connection: Connection, groups: dict[Key, list[Loaded]], first_new: int) -> set[Key]:
    """The records among these of which the file held entries before."""
    ledgers: dict[str, list[str]] = {}
    for ledger, record in groups:
        ledgers.setdefault(record, []).append(ledger)
    names = sorted(ledgers)  # in the order of the index
    older: set[Key] = set()
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        found = connection.execute(
            f"SELECT DISTINCT record FROM entry WHERE record IN {listed(chunk)} AND id < ?", (*chunk, first_new)
        )
        older.update((ledger, record) for (record,) in found for ledger in ledgers[record])
    return older


class Rows:
    """Derived rows being gathered, then written table by table."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.records: list[tuple[Any, ...]] = []
        self.conflicts: list[tuple[Any, ...]] = []
        self.flaws: list[tuple[Any, ...]] = []
        self.follow_ups: list[tuple[Any, ...]] = []
        self.requests: list[tuple[Any, ...]] = []
        self.reviews: list[tuple[Any, ...]] = []
        self.good_practice: list[tuple[Any, ...]] = []
        self.liaison_visits: list[tuple[int]] = []
        self.answered: list[tuple[Any, ...]] = []
        self.outcomes: list[tuple[Any, ...]] = []
        self.found_by: list[tuple[int, str]] = []  # texts, until `write` makes them the tokens of the search index
        self.units: list[tuple[Any, ...]] = []
        self.past: list[tuple[Any, ...]] = []
        self.participations: list[tuple[Any, ...]] = []
        self.touched: set[str] = set()
        self.unplaced: list[int] = []  # records that name no campaign, until `places` gives them one
        self.moved: set[str] = set()  # ledgers whose records may belong to another campaign now
        self.governance = read_governance(connection)
        self.zones = self.governance.zones

    def forget(self, key: Key) -> None:
        """Take away a record's old rows."""
        ledger, record = key
        row = self.connection.execute(
            f"SELECT r.id, r.kind, r.fields, e.body FROM {BY_NAME} {FIELDS_JOIN} WHERE n.record = ? AND r.ledger = ?",
            (record, ledger),
        ).fetchone()
        if row is None:
            return
        id_, kind, stored, body = row
        self.touched.add(ledger)
        fields = record_fields(stored, body)
        text = grams(search_text(kind, fields, former_names(self.connection, id_, fields) if kind == "unit" else ()))
        if text:
            self.connection.execute("INSERT INTO search (search, rowid, grams) VALUES ('delete', ?, ?)", (id_, text))
        for statement in (
            "DELETE FROM record WHERE id = ?",
            "DELETE FROM conflict WHERE record = ?",
            "DELETE FROM flaw WHERE record = ?",
            "DELETE FROM follow_up WHERE id = ?",
            "DELETE FROM request WHERE id = ?",
            "DELETE FROM review WHERE id = ?",
            "DELETE FROM good_practice WHERE id = ?",
            "DELETE FROM liaison_visit WHERE id = ?",
            "DELETE FROM answered WHERE id = ?",
            "DELETE FROM outcome WHERE id = ?",
            "DELETE FROM past WHERE id = ?",
            "DELETE FROM participation WHERE id = ?",
        ):
            self.connection.execute(statement, (id_,))
        if record == ledger:
            self.connection.execute(
                "UPDATE tally SET count = count - (SELECT count(*) FROM unit WHERE ledger = ? AND withdrawn = 0)"
                " WHERE name = 'units'",
                (ledger,),
            )
            self.connection.execute("DELETE FROM unit WHERE ledger = ?", (ledger,))
        if record == ledger or kind == "participation" or _places_others(kind, ledger):
            self.moved.add(ledger)

    def add(self, entries: Sequence[Loaded]) -> None:
        """Fold all entries of one record, in the order of their rows, and gather its rows."""
        folded, is_plain = _fold_alone(entries[0]) if len(entries) == 1 else (None, False)
        fold = None
        if folded is None:
            fold = Fold(edits_of([loaded.edit for loaded in entries]), self.governance)
            folded = fold.result()
        if folded is None:
            self._add_apart(entries)
            return
        id_ = entries[0].id
        past = self._course_of(id_, folded, entries, fold)
        if fold is not None:
            for day, before in corrections(folded.kind, fold, self.zones).items():
                self.past.append((id_, CORRECTED, day, before, folded.kind))
        if folded.kind in _BEGUN and not is_plain:
            folded = msgspec.structs.replace(folded, fields=_at_last(folded.fields, past))
        self.records.append(self._record_row(id_, folded, None if is_plain else _encode(folded.fields)))
        if folded.conflicts or folded.flaws:
            self.conflicts += [(id_, field) for field in folded.conflicts]
            self.flaws += [(id_, hash_, code) for hash_, code in folded.flaws.items()]
        former = _other_names([value for _, value in past["name"]], folded.fields) if "name" in past else ()
        self._find_by(id_, folded, former)
        if folded.kind == "follow_up" and (not folded.withdrawn or (fold is not None and fold.is_governed)):
            self.follow_ups.append(_follow_up_row(id_, folded, past, fold))
        if words := good_practice(folded.kind, folded.fields):
            self.good_practice.append((id_, words))
        if folded.kind == "liaison_note" and folded.fields.get("mode") == "visit":
            self.liaison_visits.append((id_,))
        if folded.kind == "inspection":
            self.answered.append((id_, verdicts(folded.fields)))
        elif folded.kind in ("gate", "survey"):
            self.outcomes.append((id_, *outcome(folded.kind, folded.fields)))
        elif folded.kind == "request" or (folded.kind == "review" and not folded.withdrawn):
            rows = self.requests if folded.kind == "request" else self.reviews
            values = (str(folded.fields.get(name, "")) for name in _ASKED[folded.kind])
            rows.append((id_, folded.ledger, *values))
        elif folded.kind == "unit" and folded.record == folded.ledger:
            self.units.append(_unit_row(folded))
        self._note_places(id_, folded)
        if folded.kind in ("unit", "inspection", "liaison_note", "follow_up"):
            self.touched.add(folded.ledger)

    def _add_apart(self, entries: Sequence[Loaded]) -> None:
        """A record kept apart as a whole can be read and found where its content is; it counts nowhere."""
        folded = fold_apart([loaded.edit for loaded in entries])
        if folded is None or folded.kind == "unit":
            return
        id_ = entries[0].id
        fields = None if len(entries) == 1 else _encode(folded.fields)
        self.records.append(self._record_row(id_, folded, fields, apart=True))
        if folded.kind in CAMPAIGN_KINDS:
            self._note_places(id_, folded)
        self._find_by(id_, folded)

    def _record_row(self, id_: int, folded: Folded, fields: bytes | None, *, apart: bool = False) -> tuple[object, ...]:
        kind = KINDS.get(folded.kind)
        day = folded.fields.get(kind.day) if kind is not None and kind.day else None
        title = folded.fields.get(kind.title) if kind is not None and kind.title else None
        campaign = folded.fields.get("campaign") if folded.kind in CAMPAIGN_KINDS else None
        return (
            id_,
            folded.record,
            folded.ledger,
            folded.kind,
            day if isinstance(day, str) else self.zones.day_of(folded.at),
            campaign if isinstance(campaign, str) else "",
            int(folded.kind in CAMPAIGN_KINDS and not isinstance(campaign, str)),
            str(folded.fields.get("stage", "")),
            _first_line(title) if isinstance(title, str) else "",
            folded.by,
            folded.at,
            fields,
            0 if apart else len(folded.conflicts),
            0 if apart else len(folded.flaws),
            APART if apart else int(folded.withdrawn),
        )

    def _course_of(self, id_: int, folded: Folded, entries: Sequence[Loaded], fold: Fold | None) -> dict[str, Course]:
        """Gather what the record's states were before today's; a record of one entry has no past."""
        states, begun = _STATES.get(folded.kind), folded.kind in _BEGUN or "carried_from" in folded.fields
        if states is None or (len(entries) == 1 and not begun):
            return {}
        fold = fold or Fold([entries[0].edit], self.governance)
        # What only the opening says has no past; how a follow-up stands is asked for whatever else is known of it.
        moving = [edit for edit in fold.alive if begun or edit is not fold.opener]
        names = {name for edit in moving for name in edit.set or () if name.startswith(states)}
        if folded.kind == "follow_up":
            names |= folded.live.keys() & {"status"}
        found = courses_in(fold, sorted(names), self.zones, begun=begun)
        if folded.kind == "follow_up":
            if begun and "due_on" in found:  # its first date stays with it, and how often that moved
                found |= courses_in(fold, ["due_on"], self.zones)
            taken_back = found.pop("withdrawn", [])
            found["status"] = _standing(
                found.get("status", []),
                taken_back if fold.is_governed else [],
                found.pop("carried_to", []),
                void="" if _never_was(folded, fold) else VOID,
            )
            found |= _hand_courses(_hands(folded, fold), fold, self.zones, begun=begun)
        for name, course in found.items():
            for (_, value), (until, _) in pairwise(course):
                self.past.append((id_, name, until, _text(value), folded.kind))
        return found

    def _note_places(self, id_: int, folded: Folded) -> None:
        """Note which records have to be placed in a campaign, or placed anew, once all are written."""
        kind, fields = folded.kind, folded.fields
        if kind in CAMPAIGN_KINDS:
            if not isinstance(fields.get("campaign"), str):
                self.unplaced.append(id_)
        elif kind == "participation":
            if not folded.withdrawn and (term := term_from(fields)) is not None:
                self.participations.append((id_, folded.ledger, term.campaign, term.since, term.until))
            self.moved.add(folded.ledger)
        elif kind == "unit" or _places_others(kind, folded.ledger):
            self.moved.add(folded.ledger)

    def _find_by(self, id_: int, folded: Folded, former: Sequence[str] = ()) -> None:
        if text := search_text(folded.kind, folded.fields, former):
            self.found_by.append((id_, text))

    def write(self) -> None:
        """Write everything gathered so far."""
        if here := sum(not row[_WITHDRAWN] for row in self.units):
            self.connection.execute("UPDATE tally SET count = count + ? WHERE name = 'units'", (here,))
        tokens = grams_of([text for _, text in self.found_by])
        search = [(id_, each) for (id_, _), each in zip(self.found_by, tokens, strict=True) if each]
        self.found_by.clear()
        for table, rows in (
            ("record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.records),
            ("conflict VALUES (?, ?)", self.conflicts),
            ("flaw VALUES (?, ?, ?)", self.flaws),
            ("follow_up VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.follow_ups),
            ("request VALUES (?, ?, ?, ?, ?)", self.requests),
            ("review VALUES (?, ?, ?, ?)", self.reviews),
            ("good_practice VALUES (?, ?)", self.good_practice),
            ("liaison_visit VALUES (?)", self.liaison_visits),
            ("answered VALUES (?, ?)", self.answered),
            ("outcome VALUES (?, ?, ?)", self.outcomes),
            ("search (rowid, grams) VALUES (?, ?)", search),
            ("unit VALUES (?, ?, ?, ?, ?, ?, '', 0, '', '', '', ?, ?, ?)", self.units),
            ("past VALUES (?, ?, ?, ?, ?)", self.past),
            ("participation VALUES (?, ?, ?, ?, ?)", self.participations),
        ):
            rows.sort(key=_first)  # the index of search takes rows in rising order much faster
            self.connection.executemany(f"INSERT INTO {table}", rows)
            rows.clear()


def _places_others(kind: str, ledger: str) -> bool:
    """Return whether records of all units may belong to another campaign once a record of this kind has changed."""
    return kind in ("campaign", "stage_plan") and ledger == LEDGER_DISTRICT


def _at_last(fields: dict[str, Any], past: dict[str, Course]) -> dict[str, Any]:
    """Return the fields as they are once every term that states its last day has ended."""
    last = {name: course[-1][1] for name, course in past.items()}
    return {name: value for name, value in fields.items() if last.get(name, value) is not None}


def _fold_alone(loaded: Loaded) -> tuple[Folded | None, bool]:
    """Return the record that is this entry alone, and whether the entry's body is its fields; None if it is weighed."""
    if loaded.code or loaded.raw_body is None:
        return None, False
    try:
        body = read_body(loaded.raw_body)
    except MalformedEntry:
        return None, False
    kind = KINDS.get(loaded.head.kind)
    return fold_alone(loaded.head, body), kind is None or kind.qualifiers.isdisjoint(body.set)


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:TITLE_LENGTH]


def _follow_up_row(id_: int, folded: Folded, past: dict[str, Course], fold: Fold | None) -> tuple[object, ...]:
    fields = folded.fields
    texts = [str(fields.get(name, "")) for name in _FOLLOW_UP]
    status = str((past["status"][-1][1] if past.get("status") else fields.get("status")) or "")
    texts[_STATUS] = status
    settled = "" if status in OUTSTANDING else settled_on(past.get("status", []))
    dates = [day for _, day in past.get("due_on", []) if isinstance(day, str)]
    first_due = dates[0] if dates else str(fields.get("due_on", ""))
    is_open = _UNDER_WAY if status in UNDER_WAY else int(status in OUTSTANDING)
    row = (id_, folded.record, folded.ledger, *texts, is_open, settled, first_due, max(0, len(dates) - 1))
    filtered = [str(fields.get(name, "")) for name in _FILTERED]
    reported, verified = (past[name][-1][1] if name in past else "" for name in ("reported_by", "verified_by"))
    return (*row, *filtered, _doer(folded, fold, reported), reported, verified, str(fields.get("origin", "")))


def _doer(folded: Folded, fold: Fold | None, reported: str) -> str:
    """Return whose a follow-up is to do: who took the last step, or had reported what was sent back."""
    live = folded.live.get("status", ())
    if fold is None or not live:
        return folded.by
    step = fold.step_of(fold.known[live[0].hash])
    return reported or step.by if _status(step) == "returned" else step.by


def _hands(folded: Folded, fold: Fold) -> list[Edit]:
    """Return the steps that led to how a follow-up stands, the first one first."""
    live = folded.live.get("status", ())
    return list(fold.steps_before(fold.known[live[0].hash]))[::-1] if live else []


def _hand_courses(steps: Sequence[Edit], fold: Fold, zones: Zones, *, begun: bool) -> dict[str, Course]:
    """Return from which day on who had reported a follow-up done, and verified that, since it was last to be done.

    Before the first who did there was nobody; no course where nobody ever did.
    """
    taken = [_status(step) for step in steps]
    if "reported" not in taken:
        return {}
    once = len(taken) == len(set(taken)) and not set(OPENING) & set(taken[taken.index("reported") :])
    days = {} if once else first_days(fold, "status", zones, begun=begun)
    found: dict[str, Course] = {}
    for day in sorted({ALWAYS, *days.values()}):
        done = _done([step for step in steps if days.get(step.hash, ALWAYS) <= day])
        for name, status in _HANDS:
            by, course = done.get(status, ""), found.get(name, [])
            if by and not course:
                found[name] = [(ALWAYS, by)]
            elif course and course[-1][1] != by:
                course.append((day, by))
    return found


_HANDS = (("reported_by", "reported"), ("verified_by", "verified"))


def _done(steps: Sequence[Edit]) -> dict[str, str]:
    """Return by status who took the last step to it since a follow-up was last to be done."""
    done: dict[str, str] = {}
    for step in steps:
        if (status := _status(step)) in OPENING:
            done.clear()
        done[status] = step.by
    return done


def _status(step: Edit) -> str:
    return str((step.set or {}).get("status", ""))


def _never_was(folded: Folded, fold: Fold) -> bool:
    """Return whether the withdrawal of a follow-up corrects its opening: it was handed over by mistake."""
    withdrawals = [fold.known[value.hash] for value in folded.live.get("withdrawn", ())]
    return any((edit.set or {}).get("correction") is True for edit in withdrawals)


def _standing(statuses: Course, withdrawn: Course, handed_on: Course, void: str) -> Course:
    """Return how a follow-up stood from which day on: its status, `void` while withdrawn, handed on to a successor."""
    if not withdrawn and not handed_on:
        return statuses
    found: Course = []
    for day in sorted({first for first, _ in (*statuses, *withdrawn, *handed_on)} | {ALWAYS}):
        if on_day(withdrawn, day) is True:
            stood = void
        else:
            stood = HANDED_ON if on_day(handed_on, day) else on_day(statuses, day)
        if not found or found[-1][1] != stood:
            found.append((day, stood))
    return found


def settled_on(statuses: Course, until: str = "9999") -> str:
    """Return the day since which a follow-up is settled without a break, as of a day; empty while it is not."""
    settled = ""
    for day, status in statuses:
        if day <= until:
            settled = "" if status in OUTSTANDING else settled or day
    return settled


def _unit_row(folded: Folded) -> tuple[object, ...]:
    from sync.replica.projection.pinyin import initials, spelled

    name = str(folded.fields.get("name", ""))
    return (
        folded.ledger,
        name,
        str(folded.fields.get("category", "other")),
        str(folded.fields.get("parent", "")),
        spelled(name),
        initials(name),
        int(folded.withdrawn) or (CLOSED if folded.fields.get("closed_on") else 0),
        batch_key(str(folded.fields.get("batch", ""))),
        str(folded.fields.get("closed_on", "")),
    )


def _text(value: object) -> str | None:
    """Return a past value as it is kept: a text as it is, anything else as JSON, None for none."""
    return value if isinstance(value, str) or value is None else _encode(value).decode()


def good_practice(kind: str, fields: dict[str, Any]) -> str:
    """What an inspection or a note says is worth spreading; empty for most."""
    said = fields.get("good_practice") if kind in ("inspection", "liaison_note") else None
    return said.strip() if isinstance(said, str) else ""


def former_names(connection: Connection, id_: int, fields: dict[str, Any]) -> list[str]:
    """Return what a unit was called before, the oldest first, by its row and its fields as they are."""
    rows = connection.execute("SELECT value FROM past WHERE id = ? AND field = 'name' ORDER BY until", (id_,))
    return _other_names([value for (value,) in rows], fields)


def _other_names(names: Iterable[str | None], fields: dict[str, Any]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name and name != fields.get("name")]


def search_text(kind_name: str, fields: dict[str, Any], former: Sequence[str] = ()) -> str:
    """The texts of a record that search finds, one a line: its kind's text fields, then the notes of its answers.

    `former`: what a unit was called before, which finds it as well.
    """
    kind = KINDS.get(kind_name)
    names = kind.texts if kind is not None else tuple(name for name, value in fields.items() if isinstance(value, str))
    texts = [value for name in names if isinstance(value := fields.get(name), str) and value]
    if kind_name == "inspection":
        noted = [name for name, value in fields.items() if type(value) is dict and value.get("note")]
        notes = [fields[name]["note"] for name in sorted(noted) if name.startswith("answer.")]
        texts += [note for note in notes if isinstance(note, str)]
    return "\n".join([*texts, *former])
