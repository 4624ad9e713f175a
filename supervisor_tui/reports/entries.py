"""The entries themselves, for other people's programs: as JSON word for word as they were hashed and sealed, with all
that is wanted to verify them; as csv one line an edit, to be looked through. Made piece by piece, however many.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from supervisor_tui.reports.document import safe_text
from supervisor_tui.reports.formats.as_csv import no_formula
from sync.replica import Replica
from sync.replica.sync_state.entry_export import Kept, evidence, kept_edits

FORMATS = ("json", "csv")
_COLUMNS = ("ledger", "device", "seq", "hash", "kind", "record", "verdict", "by", "at", "why", "set")
_encode = msgspec.json.Encoder(order="sorted").encode


def count(replica: Replica, unit: str = "") -> int:
    """How many entries there are, of one unit or of all."""
    of_unit = " WHERE chain IN (SELECT id FROM chain WHERE ledger = ?)" if unit else ""
    found = replica.connection.execute(f"SELECT count(*) FROM entry{of_unit}", (unit,) if unit else ())
    return int(found.fetchone()[0])


def as_json(replica: Replica, unit: str = "") -> Iterator[bytes]:
    """Word for word, with every proof: what `supervisor-tui verify FILE` checks (`sync.ledger.proof_file`)."""
    return evidence(replica, unit)


def as_csv(replica: Replica, unit: str = "") -> Iterator[bytes]:
    """The columns of `_COLUMNS`; `set` is a JSON object."""
    yield b"\xef\xbb\xbf" + _line(_COLUMNS)
    for each in kept_edits(replica, unit):
        yield _line(_cells(each))


def _cells(each: Kept) -> tuple[str, ...]:
    verdict = each.code or ("pending" if each.number is None else "accepted")
    said = each.said()
    texts = (each.ledger, each.device, str(each.seq), each.hash, each.kind, each.record, verdict)
    return (*texts, said.by, said.at, said.why, _encode(said.set).decode())


def _line(cells: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([no_formula(safe_text(cell)) for cell in cells])
    return text.getvalue().encode()
