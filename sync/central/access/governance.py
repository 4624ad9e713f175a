"""What the record of the district says of its days, and since when follow-ups are governed, as a session sees it."""

from __future__ import annotations

from sync.central.access.permissions import edit_of_row
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger.fold import fold_record
from sync.ledger.governance import Governance, governance_from
from sync.ledger.ids import DISTRICT_RECORD, LEDGER_DISTRICT


def governance_of(session: Session, district: str) -> Governance:
    """Return what the record of a district says."""
    rows = session.rows(statements.RECORD_ENTRIES, (district, LEDGER_DISTRICT, DISTRICT_RECORD))
    folded = fold_record([edit_of_row(*row) for row in rows], with_live=False)
    return governance_from({} if folded is None or folded.withdrawn else folded.fields)
