"""Who answered for the units from which day on, as the store tells laptops that do not read `staff`."""

from __future__ import annotations

from collections.abc import Iterable

from sync.model.validation import OFFICE
from sync.protocol.codec import Terms
from sync.replica.replica import Replica
from sync.timeline.duties import NOBODY, Duty

_VERSION = "terms_version"  # setting: of what the table `duty` holds
_AS_OF = "terms_as_of"  # setting: log and number of its end, as of which these are


def terms_version(replica: Replica) -> str | None:
    """Return the version of the terms held here; None for the office, which reads them in `staff`."""
    return None if replica.joined().role == OFFICE else replica.setting(_VERSION) or ""


def keep_terms(replica: Replica, terms: Terms) -> None:
    """Keep what the store tells, in the transaction that is open, in place of what it told before."""
    replica.connection.execute("DELETE FROM duty")
    replica.connection.executemany("INSERT OR REPLACE INTO duty VALUES (?, ?, ?, ?, ?, ?)", _rows(terms))
    replica.set_setting(_VERSION, terms.version)
    replica.set_setting(_AS_OF, f"{terms.log} {terms.number}")


def terms_as_of(replica: Replica) -> tuple[str, int]:
    """Return the log, and the number of its end, as of which the terms held here are."""
    log, _, number = (replica.setting(_AS_OF) or " 0").partition(" ")
    return log, int(number)


def forget_end(replica: Replica) -> None:
    """Forget as of which end of the log the terms are: the store was restored, and stands further back."""
    replica.set_setting(_AS_OF, "")


def _rows(terms: Terms) -> Iterable[tuple[str, ...]]:
    for steps, units in terms.units:
        rows = [(*step, *[""] * 5)[:5] for step in steps]
        yield from ((unit, *row) for unit in units for row in rows)


def told_of(replica: Replica, unit: str, day: str) -> Duty | None:
    """Return who answered for a unit at the end of a day; None where the store has told nothing of it."""
    row = replica.connection.execute(
        "SELECT assigned, liaison, vacant_since, ungrouped_since FROM duty WHERE unit = ? AND since <= ?"
        " ORDER BY since DESC LIMIT 1",
        (unit, day),
    ).fetchone()
    return None if row is None else Duty(*row)


def told_on(replica: Replica, day: str) -> dict[str, Duty]:
    """Return the same of every unit that the store has told something of."""
    found: dict[str, Duty] = {}
    for unit, since, *duty in replica.connection.execute("SELECT * FROM duty ORDER BY unit, since"):
        found[unit] = Duty(*duty) if since <= day else found.get(unit, NOBODY)
    return found
