"""What ours writes, remembered as statements, to be written again with nothing of ours to make it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import Any

_WRITES = ("INSERT", "UPDATE", "DELETE")
Statements = list[tuple[str, list[Any]]]  # each with its rows


class Listening:
    """A connection that remembers the statements that write, each with its rows."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.written: Statements = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, statement: str, values: Any = ()) -> sqlite3.Cursor:
        """Run a statement."""
        self._remember(statement, [values])
        return self._connection.execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Any]) -> sqlite3.Cursor:
        """Run a statement for every row."""
        given = list(rows)
        self._remember(statement, given)
        return self._connection.executemany(statement, given)

    def _remember(self, statement: str, rows: list[Any]) -> None:
        if rows and statement.startswith(_WRITES):
            self.written.append((statement, rows))


def write(connection: sqlite3.Connection, statements: Statements) -> None:
    """All of them, with all their rows, in one durable transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for statement, rows in statements:
        connection.executemany(statement, rows)
    connection.execute("COMMIT")
