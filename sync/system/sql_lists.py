"""Lists of values for SQL's `IN`. Every statement with such a list, in both programs, makes it here."""

from __future__ import annotations

from collections.abc import Sized


def listed(values: Sized) -> str:
    """Return what stands after `IN`: a placeholder for each value, or a list that matches nothing.

    An empty `()` is no SQL to other databases, and SQLite finds no way through an index it is told to take.
    """
    return f"({','.join('?' * len(values)) or 'NULL'})"
