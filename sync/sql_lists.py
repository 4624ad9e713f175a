"""Lists of values in SQL. Every statement that names one, at both ends, has it from here."""

from __future__ import annotations

from collections.abc import Sized


def listed(values: Sized) -> str:
    """A list with a mark for each value, as it stands after `IN`; one that nothing is in where there are no values.

    An empty `()` is no SQL to other databases, and SQLite finds no way through an index it is told to take.
    """
    return f"({','.join('?' * len(values)) or 'NULL'})"
