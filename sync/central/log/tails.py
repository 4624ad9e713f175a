"""What a few ledgers brought lately, found from the ends of their chains instead of by reading the whole log.

A laptop of twenty units that asks once a day would otherwise make the store walk through the day of the whole district.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync.central.storage import statements
from sync.central.storage.engine import Row, Session
from sync.ledger.chains import read_receipt
from sync.system.sql_lists import listed

FAR = 2_000  # numbers behind the newest from which on it pays
_MOST = 2_000  # entries; where there are more, the log is read
_NAMED = 500  # numbers one statement names


def numbers_after(session: Session, district: str, ledgers: Sequence[str], cursor: int) -> list[int] | None:
    """The arrival numbers after `cursor` of these ledgers' entries, rising; None where there are many.

    Along a chain numbers rise, and its receipt tells the number of its end and how long it is: all that is longer than
    the log is up to `cursor` comes after it.
    """
    found: list[int] = []
    rows = session.rows(statements.CHAIN_ENDS_OF_LEDGERS.format(listed=listed(ledgers)), (district, *ledgers))
    ends = [(ledger, device, read_receipt(receipt)) for ledger, device, receipt in rows]
    if sum(end.seq for _, _, end in ends) - cursor > _MOST:
        return None
    for ledger, device, end in ends:
        if end.number <= cursor:
            continue
        for (number,) in session.each(statements.CHAIN_NUMBERS, (district, ledger, device)):
            if number <= cursor:
                break
            found.append(number)
            if len(found) > _MOST:
                return None
    return sorted(found)


def rows_of(session: Session, district: str, numbers: Sequence[int], device: str) -> Iterator[Row]:
    """The entries of these arrival numbers in their order, as a page takes them, without those of `device`."""
    for start in range(0, len(numbers), _NAMED):
        part = numbers[start : start + _NAMED]
        statement = statements.PAGE_OF_NUMBERS.format(listed=listed(part))
        yield from session.rows(statement, (district, *part, device))
