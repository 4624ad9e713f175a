"""What storage must do for the central store: durable transactions with retries, reads, bulk writes.

`sqlite` is one such engine; another database needs only this, the statements stay the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar

from sync.central.locale import english

Result = TypeVar("Result")
Row = tuple[Any, ...]


class StorageFault(Exception):
    """The database cannot do it now (full, locked, read-only, damaged); nothing was half-kept.

    `key` and its values have words in both languages; `str()` is the English ones.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(english(key, **values))
        self.key = key
        self.values = values


class NoDatabase(StorageFault):
    """There is no database where one was looked for."""


class Session(Protocol):
    """Statements inside one transaction."""

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Run a statement; how many rows it changed."""
        ...

    def many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for every row."""
        ...

    def rows(self, statement: str, values: Sequence[Any] = ()) -> list[Row]:
        """Every row of a query."""
        ...

    def each(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of a query one by one, so that nobody holds more of them than wanted."""
        ...

    def row(self, statement: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row of a query."""
        ...


class Engine(Protocol):
    """A database."""

    def transact(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` in one durable transaction: all of it, or nothing. May be called from any thread, and may run
        `work` again after a conflict with another transaction, so it must have no other effect."""
        ...

    def read(self, work: Callable[[Session], Result]) -> Result:
        """Do `work` on one consistent state, from any thread."""
        ...

    def note_spent(self, name: str) -> None:
        """Note, apart from the database, that what this name stands for is spent, whatever copy of it comes back."""
        ...

    def is_spent(self, name: str) -> bool:
        """Whether that was ever noted."""
        ...

    def must_be_spent(self) -> list[str]:
        """The names noted since the database was last restored: one that does not know them is an older copy."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
