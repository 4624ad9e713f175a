"""What has come in since a brief was issued, record by record: its list of entries beside those held now.

The brief stays what it said. A record counts as `new`, `corrected`, `withdrawn`, `erased` (its content was erased),
`gone` (no longer here) or `changed`: it counts in other figures than it did, without a correction of what it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from supervisor_tui.reports.figure_words import figures_of
from supervisor_tui.reports.figures import BriefFigures
from supervisor_tui.reports.issuing import ref_of
from sync.ledger.brief_contents import Behind, SaidTable
from sync.ledger.chains import HASH_PREFIX
from sync.ledger.edit_identity import edits_of
from sync.replica import Replica, query
from sync.replica.as_of.report_period import Progress, named_records
from sync.replica.editing.issued import Issued, entries_behind, states_behind
from sync.replica.projection.tables import load_record
from sync.system.uncollected import uncollected
from sync.timeline.corrections import FACTS, changes_facts

STATES = ("new", "corrected", "withdrawn", "erased", "gone", "changed")
_AT_ONCE = 500  # records
_HASH = 32  # bytes
_OF_CORRECTIONS = "corrected"  # the table that names corrections; what has come in since says the same of each record

_Key = tuple[str, str, str, str]  # table, what its lines are of, line, column


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """A record and what became of it. `joined` and `left`: the figures it would count in now, or does no more."""

    state: str
    record: str
    unit: str
    unit_name: str
    kind: str
    day: str
    title: str
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def since_issue(
    replica: Replica,
    issued: Issued,
    tables: Sequence[SaidTable],
    behind: Behind,
    progress: Progress = lambda _done, _total: None,
) -> list[Since]:
    """Return every record of which something has come in since a brief of these tables; `progress` as in `period`."""
    view = query.campaign_named(replica, issued.campaign)
    with uncollected():
        now = figures_of(replica, view, issued.since, issued.until, progress)
    joined, left = _moved(tables, behind, now)
    then = dict(behind.entries)
    held = entries_behind(replica, then)
    different = [record for record in then if then[record] != held[record]]
    states = states_behind(replica, different)
    found = {record: "new" for record in joined if record not in then}
    for record in different:
        before = _apart(then[record])
        edits = edits_of(loaded.edit for loaded in load_record(replica.connection, record))
        fresh = [edit for edit in edits if edit.set is not None and edit.counts and before.isdisjoint(edit.names)]
        if record in states and (fresh or before - _apart(held[record])):
            found[record] = states[record]
        elif any(edit.kind in FACTS and changes_facts(edit.kind, edit.set) for edit in fresh):
            found[record] = "corrected"
    for record in (*joined, *left):
        found.setdefault(record, "changed")
    return _named(replica, found, joined, left)


def _moved(
    tables: Sequence[SaidTable], behind: Behind, now: BriefFigures
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return by record the figures that it would count in now and did not, and those that it counts in no more."""
    said = {key: (ref, behind.records(ref)) for key, ref in _said_keys(tables)}
    joined: dict[str, list[str]] = {}
    left: dict[str, list[str]] = {}
    for key, ref, records in _keys_now(now):
        known = said.pop(key, None)
        before = set(known[1]) if known is not None else set()
        for record in records:
            if record not in before:
                joined.setdefault(record, []).append(ref if known is None else known[0])
        _note(left, known[0] if known is not None else "", before.difference(records))
    for ref, before_only in said.values():
        _note(left, ref, before_only)
    return joined, left


def _note(found: dict[str, list[str]], ref: str, records: Iterable[str]) -> None:
    for record in records:
        found.setdefault(record, []).append(ref)


def _said_keys(tables: Sequence[SaidTable]) -> Iterator[tuple[_Key, str]]:
    for table in tables:
        for line in table.lines if table.name != _OF_CORRECTIONS else ():
            for place, column in enumerate(table.columns or [""]):
                yield (table.name, line.of, line.name, column), ref_of(line, table, place)


def _keys_now(now: BriefFigures) -> Iterator[tuple[_Key, str, tuple[str, ...]]]:
    for table in now.tables:
        for line in table.lines if table.name != _OF_CORRECTIONS else ():
            for column, figure in zip(table.columns or [""], line.figures, strict=True):
                yield (table.name, line.of, line.name, column), figure.ref, figure.records


def _apart(hashes: bytes) -> set[str]:
    """Return the hashes that stand one after the other, as entries are called by them."""
    return {HASH_PREFIX + hashes[start : start + _HASH].hex() for start in range(0, len(hashes), _HASH)}


def _named(
    replica: Replica, found: dict[str, str], joined: dict[str, list[str]], left: dict[str, list[str]]
) -> list[Since]:
    rows, records = [], list(found)
    parts = (records[start : start + _AT_ONCE] for start in range(0, len(records), _AT_ONCE))
    for named in (row for part in parts for row in named_records(replica, part)):
        state, unit, kind = found[named.record], named.unit, named.kind
        if state in ("erased", "gone") and (held := load_record(replica.connection, named.record)):
            unit, kind = held[0].head.ledger, held[0].head.kind
        is_named = bool(named.unit)
        rows.append(
            Since(
                state=state,
                record=named.record,
                unit=unit,
                unit_name=named.unit_name if is_named else query.unit_name(replica, unit),
                kind=kind,
                day=named.day,
                title=named.title if is_named else "",
                joined=tuple(joined.get(named.record, ())),
                left=tuple(left.get(named.record, ())),
            )
        )
    rows.sort(key=lambda row: (STATES.index(row.state), row.day, row.record))
    return rows
