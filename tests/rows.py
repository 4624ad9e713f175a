"""The derived rows of a laptop's file, for comparing two files, and the check of its search index."""

from __future__ import annotations

from sync.replica import Replica


def check_index(replica: Replica) -> None:
    """Fail if the search index does not agree with itself (FTS5's own check)."""
    replica.connection.execute("INSERT INTO search (search) VALUES ('integrity-check')")


def dump(replica: Replica) -> list[tuple[object, ...]]:
    """Every derived row in an order that does not depend on when it was made, for comparing two replicas."""
    rows: list[tuple[object, ...]] = []
    for name, statement in _DUMPS.items():
        rows += [(name, *row) for row in replica.connection.execute(statement)]
    return rows


_OWNER = "(SELECT record FROM record WHERE id = {0}.{1})"
_DUMPS = {
    "record": "SELECT record, ledger, kind, day, campaign, placed, stage, title, by, at, conflicts, flaws, withdrawn,"
    " coalesce(fields, (SELECT body FROM entry e WHERE e.id = record.id)) FROM record ORDER BY record, ledger",
    "conflict": f"SELECT {_OWNER.format('conflict', 'record')}, field FROM conflict ORDER BY 1, 2",
    "flaw": f"SELECT {_OWNER.format('flaw', 'record')}, hash, code FROM flaw ORDER BY 1, 2",
    "follow_up": f"SELECT {_OWNER.format('follow_up', 'id')}, ledger, nature, title, due_on, status, post, open,"
    " settled_on, first_due, moved, class, lead,"
    " responsible, doer, reported_by, verified_by, origin FROM follow_up ORDER BY 1, 2",
    "request": f"SELECT {_OWNER.format('request', 'id')}, ledger, target, asks, due_on FROM request ORDER BY 1, 2",
    "review": f"SELECT {_OWNER.format('review', 'id')}, ledger, target, verdict FROM review ORDER BY 1, 2",
    "good_practice": f"SELECT {_OWNER.format('good_practice', 'id')}, words FROM good_practice ORDER BY 1, 2",
    "liaison_visit": f"SELECT {_OWNER.format('liaison_visit', 'id')} FROM liaison_visit ORDER BY 1",
    "answered": f"SELECT {_OWNER.format('answered', 'id')}, verdicts FROM answered ORDER BY 1, 2",
    "outcome": f"SELECT {_OWNER.format('outcome', 'id')}, decision, satisfied FROM outcome ORDER BY 1, 2, 3",
    "zone": "SELECT * FROM zone ORDER BY since",
    "governed": "SELECT * FROM governed ORDER BY since",
    "participation": f"SELECT {_OWNER.format('participation', 'id')}, ledger, campaign, since, until FROM participation"
    " ORDER BY 1, 2",
    "past": f"SELECT {_OWNER.format('past', 'id')}, field, until, value, kind FROM past ORDER BY 1, 2, 3",
    "unit": "SELECT * FROM unit ORDER BY ledger",
}
