"""The derived rows: what lists, registers and search read, folded from entries. Called by `apply` and `rebuild` only.

Rows depend on the table of entries alone (their verdicts among them), so `rebuild` makes the very same rows again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from sync.fold import Folded, fold_alone, fold_apart, fold_record, order
from sync.ledger import HASH_PREFIX, Body, Head, MalformedEntry, read_body
from sync.records import KINDS
from sync.replica.connect import Connection
from sync.replica.grams import grams, grams_of
from sync.replica.outlook import outcome, verdicts
from sync.sql_lists import listed
from sync.steps import OUTSTANDING
from sync.twins import Edit, edits_of

TITLE_LENGTH = 120
APART = 2  # in `record.withdrawn`
FIELDS_JOIN = "LEFT JOIN entry e ON e.id = r.id AND r.fields IS NULL"  # r: a record; what `record_fields` reads
BY_NAME = "entry n CROSS JOIN record r ON r.id = n.id"  # rows of `record` whose name is `n.record`
_CHUNK = 500
_FOLLOW_UP = ("nature", "title", "due_on", "status", "responsible_post", "watch_until")  # as the table has them

heads = msgspec.json.Decoder(Head)
_fields = msgspec.json.Decoder(dict[str, Any])
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
    rows = Rows(connection)
    for key in sorted(again):
        groups[key] = load_edits(connection, key)
        rows.forget(key)
    for entries in groups.values():
        rows.add(entries)
    rows.write()
    return rows.touched


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
    " (SELECT count(*), coalesce(min(due_on), '') FROM follow_up WHERE ledger = unit.ledger AND open = 1),"
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
    found = connection.execute(
        "SELECT id, hash, code, head, body, number FROM entry WHERE record = ? ORDER BY id", (record,)
    )
    return [
        Loaded(id=id_, head=heads.decode(raw_head), hash=hash_, code=code, raw_body=raw_body, number=number)
        for id_, hash_, code, raw_head, raw_body, number in found
    ]


def record_fields(stored: bytes | None, body: bytes | None) -> dict[str, Any]:
    """A record's current values from its row: its own copy, or the body of its one entry."""
    if stored is not None:
        return _fields.decode(stored)
    if body is None:
        return {}
    try:
        return {name: value for name, value in read_body(body).set.items() if value is not None}
    except MalformedEntry:
        return {}


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
        self.good_practice: list[tuple[Any, ...]] = []
        self.answered: list[tuple[Any, ...]] = []
        self.outcomes: list[tuple[Any, ...]] = []
        self.found_by: list[tuple[int, str]] = []  # texts, until `write` makes them the tokens of the search index
        self.units: list[tuple[Any, ...]] = []
        self.touched: set[str] = set()

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
        text = grams(search_text(kind, record_fields(stored, body)))
        if text:
            self.connection.execute("INSERT INTO search (search, rowid, grams) VALUES ('delete', ?, ?)", (id_, text))
        for statement in (
            "DELETE FROM record WHERE id = ?",
            "DELETE FROM conflict WHERE record = ?",
            "DELETE FROM flaw WHERE record = ?",
            "DELETE FROM follow_up WHERE id = ?",
            "DELETE FROM good_practice WHERE id = ?",
            "DELETE FROM answered WHERE id = ?",
            "DELETE FROM outcome WHERE id = ?",
        ):
            self.connection.execute(statement, (id_,))
        if record == ledger:
            self.connection.execute(
                "UPDATE tally SET count = count - (SELECT count(*) FROM unit WHERE ledger = ? AND withdrawn = 0)"
                " WHERE name = 'units'",
                (ledger,),
            )
            self.connection.execute("DELETE FROM unit WHERE ledger = ?", (ledger,))

    def add(self, entries: Sequence[Loaded]) -> None:
        """Fold all entries of one record, in the order of their rows, and gather its rows."""
        folded = _fold_alone(entries[0]) if len(entries) == 1 else None
        folded = folded or fold_record([loaded.edit for loaded in entries], with_live=False)
        if folded is None:
            self._add_apart(entries)
            return
        id_ = entries[0].id
        is_plain = len(entries) == 1 and not folded.flaws
        self.records.append(_record_row(id_, folded, None if is_plain else _encode(folded.fields)))
        if folded.conflicts or folded.flaws:
            self.conflicts += [(id_, field) for field in folded.conflicts]
            self.flaws += [(id_, hash_, code) for hash_, code in folded.flaws.items()]
        self._find_by(id_, folded)
        if folded.kind == "follow_up" and not folded.withdrawn:
            self.follow_ups.append(_follow_up_row(id_, folded, entries))
        if words := good_practice(folded.kind, folded.fields):
            self.good_practice.append((id_, words))
        if folded.kind == "inspection":
            self.answered.append((id_, verdicts(folded.fields)))
        elif folded.kind in ("gate", "survey"):
            self.outcomes.append((id_, *outcome(folded.kind, folded.fields)))
        elif folded.kind == "unit" and folded.record == folded.ledger:
            self.units.append(_unit_row(folded))
        if folded.kind in ("unit", "inspection", "liaison_note", "follow_up"):
            self.touched.add(folded.ledger)

    def _add_apart(self, entries: Sequence[Loaded]) -> None:
        """A record kept apart as a whole can be read and found where its content is; it counts nowhere."""
        folded = fold_apart([loaded.edit for loaded in entries])
        if folded is None or folded.kind == "unit":
            return
        id_ = entries[0].id
        self.records.append(_record_row(id_, folded, None if len(entries) == 1 else _encode(folded.fields), apart=True))
        self._find_by(id_, folded)

    def _find_by(self, id_: int, folded: Folded) -> None:
        if text := search_text(folded.kind, folded.fields):
            self.found_by.append((id_, text))

    def write(self) -> None:
        """Write everything gathered so far."""
        if here := sum(not row[-1] for row in self.units):
            self.connection.execute("UPDATE tally SET count = count + ? WHERE name = 'units'", (here,))
        tokens = grams_of([text for _, text in self.found_by])
        search = [(id_, each) for (id_, _), each in zip(self.found_by, tokens, strict=True) if each]
        self.found_by.clear()
        for table, rows in (
            ("record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.records),
            ("conflict VALUES (?, ?)", self.conflicts),
            ("flaw VALUES (?, ?, ?)", self.flaws),
            ("follow_up VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", self.follow_ups),
            ("good_practice VALUES (?, ?)", self.good_practice),
            ("answered VALUES (?, ?)", self.answered),
            ("outcome VALUES (?, ?, ?)", self.outcomes),
            ("search (rowid, grams) VALUES (?, ?)", search),
            ("unit VALUES (?, ?, ?, ?, ?, ?, '', 0, '', '', '', ?)", self.units),
        ):
            rows.sort(key=_first)  # the index of search takes rows in rising order much faster
            self.connection.executemany(f"INSERT INTO {table}", rows)
            rows.clear()


def _fold_alone(loaded: Loaded) -> Folded | None:
    """The record that is this entry alone; None where it has to be weighed."""
    if loaded.code or loaded.raw_body is None:
        return None
    try:
        return fold_alone(loaded.head, read_body(loaded.raw_body))
    except MalformedEntry:
        return None


def _first(row: tuple[Any, ...]) -> Any:
    return row[0]


def _record_row(id_: int, folded: Folded, fields: bytes | None, *, apart: bool = False) -> tuple[object, ...]:
    kind = KINDS.get(folded.kind)
    day = folded.fields.get(kind.day) if kind is not None and kind.day else None
    title = folded.fields.get(kind.title) if kind is not None and kind.title else None
    return (
        id_,
        folded.record,
        folded.ledger,
        folded.kind,
        day if isinstance(day, str) else folded.at[:10],
        str(folded.fields.get("stage", "")),
        _first_line(title) if isinstance(title, str) else "",
        folded.by,
        folded.at,
        fields,
        0 if apart else len(folded.conflicts),
        0 if apart else len(folded.flaws),
        APART if apart else int(folded.withdrawn),
    )


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0][:TITLE_LENGTH]


def _follow_up_row(id_: int, folded: Folded, entries: Sequence[Loaded]) -> tuple[object, ...]:
    fields = folded.fields
    texts = [str(fields.get(name, "")) for name in _FOLLOW_UP]
    is_open = fields.get("status") in OUTSTANDING
    return (id_, folded.record, folded.ledger, *texts, int(is_open), "" if is_open else _settled_on(folded, entries))


def _settled_on(folded: Folded, entries: Sequence[Loaded]) -> str:
    """The day a follow-up was last verified or given up, whatever steps came after it."""
    day = ""
    for edit in sorted(edits_of(loaded.edit for loaded in entries), key=order):
        if edit.set is None or not edit.counts or edit.hash in folded.flaws or "status" not in edit.set:
            continue
        day = "" if edit.set["status"] in OUTSTANDING else day or edit.at[:10]
    return day


def _unit_row(folded: Folded) -> tuple[object, ...]:
    from sync.replica.pinyin import initials, spelled

    name = str(folded.fields.get("name", ""))
    return (
        folded.ledger,
        name,
        str(folded.fields.get("category", "other")),
        str(folded.fields.get("parent", "")),
        spelled(name),
        initials(name),
        int(folded.withdrawn),
    )


def good_practice(kind: str, fields: dict[str, Any]) -> str:
    """What an inspection or a note says is worth spreading; empty for most."""
    said = fields.get("good_practice") if kind in ("inspection", "liaison_note") else None
    return said.strip() if isinstance(said, str) else ""


def search_text(kind_name: str, fields: dict[str, Any]) -> str:
    """The texts of a record that search finds, one a line: its kind's text fields, then the notes of its answers."""
    kind = KINDS.get(kind_name)
    names = kind.texts if kind is not None else tuple(name for name, value in fields.items() if isinstance(value, str))
    texts = [value for name in names if isinstance(value := fields.get(name), str) and value]
    if kind_name == "inspection":
        noted = [name for name, value in fields.items() if type(value) is dict and value.get("note")]
        notes = [fields[name]["note"] for name in sorted(noted) if name.startswith("answer.")]
        texts += [note for note in notes if isinstance(note, str)]
    return "\n".join(texts)
