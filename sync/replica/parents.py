"""Which parents of the units in scope have force, now or as of a day: see `sync.parents`."""

from __future__ import annotations

from collections.abc import Mapping

from sync.parents import tops, without_force
from sync.replica.connect import Connection
from sync.replica.derive import load_edits
from sync.twins import edits_of


def circled(connection: Connection, parents: Mapping[str, str] | None = None) -> set[str]:
    """Return the units whose parent has no force, by these parents or the present ones."""
    if parents is not None:
        return _without_force(connection, parents)
    found = connection.execute("SELECT ledger, parent FROM unit WHERE parent <> '' AND withdrawn <> 1")
    return _without_force(connection, dict(found.fetchall()))


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
