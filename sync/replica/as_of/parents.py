"""Which parents of the units in scope have force, now or as of a day: see `sync.timeline.parents`."""

from __future__ import annotations

from collections.abc import Mapping

from sync.ledger.edit_identity import edits_of
from sync.replica.projection.tables import load_edits
from sync.replica.storage.connect import Connection
from sync.timeline.parents import tops, without_force


def circled(connection: Connection, parents: Mapping[str, str] | None = None) -> set[str]:
    """Return the units whose parent has no force, by these parents or the present ones."""
    if parents is None:
        parents = dict(connection.execute(_PARENTS).fetchall())
    return _without_force(connection, parents)


def is_circled(connection: Connection, unit: str) -> bool:
    """Return whether the present parent of one unit has no force; a circle it is in is all above it."""
    parents: dict[str, str] = {}
    above = unit
    while above not in parents and (row := connection.execute(_PARENT, (above,)).fetchone()) is not None:
        parents[above] = row[0]
        above = row[0]
    return unit in _without_force(connection, parents)


def committees(connection: Connection, parents: Mapping[str, str]) -> dict[str, str]:
    """Return for each of these units the topmost one of them above it, by their parents; empty for one by itself."""
    return tops(parents, _without_force(connection, parents))


def _without_force(connection: Connection, parents: Mapping[str, str]) -> set[str]:
    def made(unit: str) -> tuple[str, str]:
        """When the edit was made that put the unit below its parent, and its hash."""
        edits = edits_of([loaded.edit for loaded in load_edits(connection, (unit, unit))])
        setting = [edit for edit in edits if edit.counts and (edit.set or {}).get("parent") == parents[unit]]
        return max(((edit.at, edit.hash) for edit in setting), default=("", ""))

    return without_force(parents, made)


_PARENTS = "SELECT ledger, parent FROM unit WHERE parent <> '' AND withdrawn <> 1"
_PARENT = "SELECT parent FROM unit WHERE ledger = ? AND parent <> '' AND withdrawn <> 1"
