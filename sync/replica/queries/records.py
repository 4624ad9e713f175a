"""One record with its conflicts and every version of it, and which record a person means. Read through `query`."""

from __future__ import annotations

from collections.abc import Sequence

from sync.console.full_width import as_meant
from sync.ledger.chains import AGAIN, HASH_PREFIX
from sync.ledger.edit_identity import Edit, edits_of
from sync.ledger.fold import Folded, fold_apart, fold_record, in_causal_order
from sync.ledger.ids import check_code_tail
from sync.replica.projection.tables import BY_NAME, Loaded, load_edits, read_governance
from sync.replica.queries.rows import Record, Version
from sync.replica.replica import Replica


def record(replica: Replica, record_id: str) -> Record | None:
    """One record with its conflicts and versions; None if there is none here. Kept apart as a whole it is shown so."""
    row = replica.connection.execute(
        f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ? ORDER BY r.ledger LIMIT 1", (record_id,)
    ).fetchone()
    if row is None:
        return None
    loaded = load_edits(replica.connection, (row[0], record_id))
    edits = [each.edit for each in loaded]
    effective = fold_record(edits, read_governance(replica.connection))
    folded = effective or fold_apart(edits)
    if folded is None:
        return None
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
        versions=_versions(replica, loaded, folded),
    )


def _versions(replica: Replica, loaded: Sequence[Loaded], folded: Folded) -> list[Version]:
    """What each edit of a record set, in their order, and what became of it."""
    edits = [edit for edit in in_causal_order([each.edit for each in loaded]) if not edit.is_bare]
    verdicts = verdicts_of(loaded)
    late = _late(edits) if folded.withdrawn else set()
    versions = []
    for edit in edits:
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
                after_duty=_is_after_duty(replica, edit),
                skew=_skew(replica, edit.ledger, edit.device, edit.seq),
                names=tuple(dict.fromkeys(edit.names)) if edit.twins else (),
            )
        )
    return versions


def verdicts_of(loaded: Sequence[Loaded]) -> dict[str, tuple[str, str]]:
    """What became of each edit, by its root, and the reason where it is apart: the best that became of its entries."""
    known = {HASH_PREFIX + each.hash.hex(): each for each in loaded}
    found = {}
    for edit in edits_of(each.edit for each in loaded):
        entries = [known[each.hash] for each in edit.entries]
        codes = [each.code for each in entries]
        if all(codes):
            shown = next(each.code for each in entries if (each.head.device, each.head.seq) == (edit.device, edit.seq))
            found[edit.hash] = ("apart", shown)
        else:
            delivered = any(each.number is not None and not each.code for each in entries)
            found[edit.hash] = ("accepted" if delivered else "pending", "")
    return found


def _late(edits: Sequence[Edit]) -> set[str]:
    """The edits that reached the office after the withdrawal had, by their roots; this laptop's unsent ones, too.

    When an edit first arrived that the store had to write again, nobody can tell any more; what is apart never did.
    """
    unsent = 2**63
    arrived = [edit for edit in edits if edit.counts]
    numbers = {edit.hash: edit.number or unsent for edit in arrived}
    withdrawal = min(
        (edit for edit in arrived if edit.set and edit.set.get("withdrawn") is True),
        key=lambda edit: (numbers[edit.hash], edit.device, edit.seq),
        default=None,
    )
    if withdrawal is None:
        return set()
    return {
        edit.hash
        for edit in arrived
        if (numbers[edit.hash], _follows(edit, withdrawal)) > (numbers[withdrawal.hash], False)
        and not edit.device.startswith(AGAIN)
        and not (edit.device == withdrawal.device and edit.seq < withdrawal.seq)
        and not (edit.set and "withdrawn" in edit.set)
    }


def _follows(edit: Edit, earlier: Edit) -> bool:
    """Whether an edit came after another in one chain; unsent, both have no number yet."""
    return edit.device == earlier.device and edit.seq > earlier.seq


def _skew(replica: Replica, ledger: str, device: str, seq: int) -> int:
    row = replica.connection.execute(
        "SELECT seconds FROM skew WHERE ledger = ? AND device = ? AND first <= ? AND last >= ?",
        (ledger, device, seq, seq),
    ).fetchone()
    return int(row[0]) if row else 0


def _is_after_duty(replica: Replica, edit: Edit) -> bool:
    """Whether the store accepted an edit as late, in the place that is shown: in another it may have a different one.

    What two sides claimed the store writes again with its marks; a side's own entries only some laptops hold.
    """
    row = replica.connection.execute(
        "SELECT 1 FROM late WHERE ledger = ? AND device = ? AND seq = ?", (edit.ledger, edit.device, edit.seq)
    ).fetchone()
    return row is not None


def find_record(replica: Replica, text: str) -> str | None:
    """The record meant by an id, by a beginning of one, or by the check code of one; None if none or several fit."""
    text = as_meant(text)
    found = replica.connection.execute(
        f"SELECT DISTINCT n.record FROM {BY_NAME} WHERE n.record >= ? AND n.record < ? ORDER BY n.record LIMIT 2",
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
        f"SELECT DISTINCT n.record FROM {BY_NAME} WHERE substr(n.record, ?) = ? ORDER BY n.record", (-len(tail), tail)
    )
    return [str(row[0]) for row in found]


def last_inspection(replica: Replica, unit_id: str, before: str | None = None) -> Record | None:
    """The newest inspection of a unit that was not withdrawn, of a day before `before` if given."""
    row = replica.connection.execute(
        "SELECT record FROM record WHERE ledger = ? AND kind = 'inspection' AND withdrawn = 0 AND day < ?"
        " ORDER BY day DESC, record DESC LIMIT 1",
        (unit_id, before or "9999"),
    ).fetchone()
    return None if row is None else record(replica, row[0])
