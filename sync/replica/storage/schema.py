"""The tables of a laptop's file. A file that has older ones is brought up to date (`migrations`), a copy taken before.

The search index takes tokens ready-made (`grams`), so the plainest tokenizer will do. It gathers 4 MiB of them, not
one, before it writes a segment: fewer segments are merged less often.

Rows are numbered as they came to this laptop, which says nothing to people: what they see in an order is ordered by
days and names, the same on every laptop.

A record's row has the id of its first entry, in `record` as in `search` and `follow_up`; so it is found by its name
through `entry`, and `record` needs no index of names. A record of one entry keeps no
copy of its fields (`fields` is NULL): the entry of that id holds them.

`record.withdrawn` says why a record counts nowhere: 1 withdrawn, 2 kept apart as a whole; 0 where it counts.
`unit.withdrawn` says why a unit stands in no list of today's: 1 withdrawn, 2 closed.

`follow_up.open` is 2 where something is still to be done, which can be overdue, 1 where that was reported or verified,
0 where nothing more will be done. Its `status` is how it stands (`governed.VOID`), its `origin` what it comes from
(`RECORD` or `RECORD#ITEM`), empty for nothing.

`liaison_visit` has the liaison officers' notes of a visit, which burden a unit as inspections do.

`record.campaign` is the one the record names, or with `placed` the one it belongs to by its day (`places`). `past` has
what a state held before the day `until`, the value before the first of them being the oldest; what holds now stands in
the record.

Primary tables hold what nothing else could bring back. Derived tables are folded from entries and may be dropped and
rebuilt at any time (`rebuild`): a change to them is a migration that leaves the rows a rebuild would make.
"""

from __future__ import annotations

from pathlib import Path

from sync.replica.storage.connect import Connection

SCHEMA_VERSION = 17  # number of migrations; PRAGMA user_version says which the file has, without importing sqlite-utils

PRIMARY = """
CREATE TABLE chain (id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, device TEXT NOT NULL,
    seq INTEGER NOT NULL, hash TEXT NOT NULL, UNIQUE (ledger, device));
CREATE INDEX chain_device ON chain (device);
CREATE TABLE entry (id INTEGER PRIMARY KEY, chain INTEGER NOT NULL, seq INTEGER NOT NULL, hash BLOB NOT NULL,
    record TEXT NOT NULL, number INTEGER, code TEXT NOT NULL DEFAULT '', head BLOB NOT NULL, body BLOB,
    UNIQUE (chain, seq));
CREATE INDEX entry_record ON entry (record);
CREATE INDEX entry_pending ON entry (chain, seq) WHERE number IS NULL;
CREATE INDEX entry_apart ON entry (id) WHERE code <> '';
CREATE INDEX entry_bare ON entry (chain) WHERE body IS NULL;
CREATE TABLE seal (chain INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash TEXT NOT NULL, sig TEXT NOT NULL);
CREATE TABLE certificate (device TEXT PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, at TEXT NOT NULL,
    sig TEXT NOT NULL);
CREATE TABLE receipt (chain INTEGER NOT NULL, apart INTEGER NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL,
    log TEXT NOT NULL, number INTEGER NOT NULL, at TEXT NOT NULL, verdict TEXT NOT NULL, code TEXT NOT NULL,
    sig TEXT NOT NULL, PRIMARY KEY (chain, apart)) WITHOUT ROWID;
CREATE TABLE skew (ledger TEXT NOT NULL, device TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    seconds INTEGER NOT NULL, PRIMARY KEY (ledger, device, first)) WITHOUT ROWID;
CREATE TABLE late (ledger TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (ledger, device, seq)) WITHOUT ROWID;
CREATE TABLE duty (unit TEXT NOT NULL, since TEXT NOT NULL, assigned TEXT NOT NULL, liaison TEXT NOT NULL,
    vacant_since TEXT NOT NULL, ungrouped_since TEXT NOT NULL, PRIMARY KEY (unit, since)) WITHOUT ROWID;
CREATE TABLE blob (name TEXT PRIMARY KEY, size INTEGER NOT NULL, complete INTEGER NOT NULL, sent INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE INDEX blob_unsent ON blob (size, name) WHERE complete = 1 AND sent = 0;
CREATE TABLE blob_part (blob TEXT NOT NULL, first INTEGER NOT NULL, content BLOB NOT NULL, PRIMARY KEY (blob, first));
CREATE TABLE draft (id TEXT PRIMARY KEY, kind TEXT NOT NULL, unit TEXT NOT NULL, record TEXT NOT NULL,
    origin TEXT NOT NULL, fields BLOB NOT NULL, position TEXT NOT NULL, changed_at TEXT NOT NULL, base BLOB,
    version INTEGER NOT NULL DEFAULT 1);
CREATE TABLE position (ledger TEXT PRIMARY KEY, number INTEGER NOT NULL);
CREATE TABLE ruling (target TEXT PRIMARY KEY, verdict TEXT NOT NULL, comment TEXT NOT NULL, by TEXT NOT NULL,
    at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE quarantine (digest TEXT PRIMARY KEY, device TEXT NOT NULL, person TEXT NOT NULL,
    received_at TEXT NOT NULL, code TEXT NOT NULL, raw TEXT NOT NULL);
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

# What people and groups are called, as the scope says, by `person:ID` and `group:ID`: the scope of a district has ten
# thousand names, of which a screen shows three.
CALLED = """
CREATE TABLE called (id TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID
"""

DERIVED = """
CREATE TABLE record (id INTEGER PRIMARY KEY, record TEXT NOT NULL, ledger TEXT NOT NULL, kind TEXT NOT NULL,
    day TEXT NOT NULL, campaign TEXT NOT NULL, placed INTEGER NOT NULL, stage TEXT NOT NULL, title TEXT NOT NULL,
    by TEXT NOT NULL, at TEXT NOT NULL,
    fields BLOB, conflicts INTEGER NOT NULL, flaws INTEGER NOT NULL, withdrawn INTEGER NOT NULL);
CREATE INDEX record_history ON record (ledger, day, at, record);
CREATE INDEX record_newest ON record (day, record, ledger);
CREATE INDEX record_review ON record (ledger) WHERE kind = 'review';
CREATE INDEX record_ruling ON record (at, record) WHERE kind = 'ruling';
CREATE INDEX record_visit ON record (campaign, stage, ledger, day, record) WHERE kind = 'inspection' AND withdrawn = 0;
CREATE INDEX record_day ON record (day, ledger) WHERE kind = 'inspection' AND withdrawn = 0;
CREATE INDEX record_visited ON record (ledger, day, record, campaign) WHERE kind = 'inspection' AND withdrawn = 0;
CREATE INDEX record_note ON record (ledger, day, record, campaign) WHERE kind = 'liaison_note' AND withdrawn = 0;
CREATE INDEX record_gate ON record (kind, campaign, stage, day, record, ledger)
    WHERE kind IN ('gate', 'survey') AND withdrawn = 0;
CREATE INDEX record_placed ON record (ledger) WHERE placed = 1;
CREATE TABLE zone (since TEXT PRIMARY KEY, name TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE governed (since TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE participation (id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, campaign TEXT NOT NULL,
    since TEXT NOT NULL, until TEXT NOT NULL);
CREATE INDEX participation_unit ON participation (ledger);
CREATE TABLE past (id INTEGER NOT NULL, field TEXT NOT NULL, until TEXT NOT NULL, value TEXT, kind TEXT NOT NULL,
    PRIMARY KEY (id, field, until)) WITHOUT ROWID;
CREATE INDEX past_day ON past (kind, until);
CREATE TABLE conflict (record INTEGER NOT NULL, field TEXT NOT NULL, PRIMARY KEY (record, field)) WITHOUT ROWID;
CREATE TABLE flaw (record INTEGER NOT NULL, hash TEXT NOT NULL, code TEXT NOT NULL,
    PRIMARY KEY (record, hash)) WITHOUT ROWID;
CREATE TABLE follow_up (id INTEGER PRIMARY KEY, record TEXT NOT NULL, ledger TEXT NOT NULL, nature TEXT NOT NULL,
    title TEXT NOT NULL, due_on TEXT NOT NULL, status TEXT NOT NULL, post TEXT NOT NULL, watch TEXT NOT NULL,
    open INTEGER NOT NULL, settled_on TEXT NOT NULL, first_due TEXT NOT NULL, moved INTEGER NOT NULL,
    class TEXT NOT NULL, lead TEXT NOT NULL, responsible TEXT NOT NULL,
    doer TEXT NOT NULL, reported_by TEXT NOT NULL, verified_by TEXT NOT NULL, origin TEXT NOT NULL);
CREATE INDEX follow_up_due ON follow_up (open DESC, due_on, record, ledger, nature, status);
CREATE INDEX follow_up_doer ON follow_up (doer, due_on, record, ledger, status) WHERE open = 2;
CREATE INDEX follow_up_done ON follow_up (status, due_on, record, ledger, reported_by) WHERE open = 1;
CREATE INDEX follow_up_class ON follow_up (class, settled_on, due_on, record, ledger) WHERE class <> '';
CREATE INDEX follow_up_watch ON follow_up (watch) WHERE watch <> '';
CREATE INDEX follow_up_unit ON follow_up (ledger, open, due_on);
CREATE INDEX follow_up_origin ON follow_up (ledger, origin, settled_on) WHERE origin <> '';
CREATE TABLE request (id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, target TEXT NOT NULL, asks TEXT NOT NULL,
    due_on TEXT NOT NULL);
CREATE INDEX request_target ON request (target);
CREATE TABLE review (id INTEGER PRIMARY KEY, ledger TEXT NOT NULL, target TEXT NOT NULL, verdict TEXT NOT NULL);
CREATE INDEX review_target ON review (target);
CREATE TABLE good_practice (id INTEGER PRIMARY KEY, words TEXT NOT NULL);
CREATE TABLE liaison_visit (id INTEGER PRIMARY KEY);
CREATE TABLE answered (id INTEGER PRIMARY KEY, verdicts BLOB NOT NULL);
CREATE TABLE outcome (id INTEGER PRIMARY KEY, decision TEXT NOT NULL, satisfied REAL);
CREATE TABLE unit (ledger TEXT PRIMARY KEY, name TEXT NOT NULL, category TEXT NOT NULL, parent TEXT NOT NULL,
    pinyin TEXT NOT NULL, initials TEXT NOT NULL, last_visit TEXT NOT NULL, open INTEGER NOT NULL,
    oldest_due TEXT NOT NULL, noted_on TEXT NOT NULL, next_on TEXT NOT NULL, withdrawn INTEGER NOT NULL,
    batch TEXT NOT NULL, closed_on TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX unit_sort ON unit (withdrawn, pinyin, ledger);
CREATE TABLE tally (name TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO tally VALUES ('units', 0);
CREATE VIRTUAL TABLE search USING fts5 (grams, content='', columnsize=0, tokenize="ascii");
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (search, rank) VALUES ('hashsize', 4194304);
"""
DERIVED_TABLES = (
    "record",
    "zone",
    "governed",
    "participation",
    "past",
    "conflict",
    "flaw",
    "follow_up",
    "request",
    "review",
    "good_practice",
    "liaison_visit",
    "answered",
    "outcome",
    "unit",
    "tally",
    "search",
)


def derived_in_memory() -> str:
    """The derived tables as temporary ones, which hide those of the file as long as the connection lives."""
    statements = DERIVED.replace("CREATE TABLE ", "CREATE TEMP TABLE ")
    return statements.replace("CREATE INDEX ", "CREATE INDEX temp.").replace("VIRTUAL TABLE ", "VIRTUAL TABLE temp.")


def without_indexes(statements: str) -> str:
    """Of these statements those that make tables."""
    return ";".join(each for each in statements.split(";") if not each.strip().startswith("CREATE INDEX"))


def indexes_alone(statements: str) -> str:
    """Of these statements those that make indexes."""
    return ";".join(each for each in statements.split(";") if each.strip().startswith("CREATE INDEX"))


def bring_up_to_date(connection: Connection, path: Path) -> None:
    """Apply what migrations the file lacks; a file that is up to date costs one PRAGMA."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA_VERSION:
        return
    if version > SCHEMA_VERSION:
        from sync.replica.storage.connect import Newer

        raise Newer("The file was written by a newer version of this program; install that version to open it.")
    if version:
        _copy_before_change(connection, path.with_name(f"{path.name}.before-{SCHEMA_VERSION}"))
    from sync.replica.migrations import migrate

    migrate(connection)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def run_statements(connection: Connection, statements: str) -> None:
    """Run several statements in the transaction that is open (`executescript` would commit it)."""
    for statement in statements.split(";"):
        if statement.strip():
            connection.execute(statement)


def primary(named: str) -> str:
    """The one statement of the primary tables in which these words stand."""
    return _one_of(PRIMARY, named)


def _one_of(statements: str, named: str) -> str:
    (statement,) = [each for each in statements.split(";") if named in each]
    return statement


def _copy_before_change(connection: Connection, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    copy.touch(mode=0o600)
    connection.execute("VACUUM INTO ?", (str(copy),))
