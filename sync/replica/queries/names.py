"""What units, people and groups are called, as this laptop knows it. Read through `query`."""

from __future__ import annotations

from sync.replica.replica import Replica


def unit_name(replica: Replica, unit_id: str) -> str:
    """A unit's name; the id where it is not in scope."""
    row = replica.connection.execute("SELECT name FROM unit WHERE ledger = ?", (unit_id,)).fetchone()
    return str(row[0]) if row else unit_id


def person_name(replica: Replica, person: str) -> str:
    """A person's name as the scope shows it; the id where it shows none."""
    return _called(replica, "person", person)


def group_name(replica: Replica, group: str) -> str:
    """A group's name as the scope shows it; the id where it shows none."""
    return _called(replica, "group", group)


def _called(replica: Replica, sort: str, id_: str) -> str:
    row = replica.connection.execute("SELECT name FROM called WHERE id = ?", (f"{sort}:{id_}",)).fetchone()
    return str(row[0]) if row else id_
