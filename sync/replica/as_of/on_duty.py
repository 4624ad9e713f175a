"""Whose work is nobody's: that of people who have left or whose duty for its unit has ended, and what the store opened.

The office reads in `staff` who is there; other laptops are told by the store who of those they are shown is not (the
scope's `gone`). What is nobody's is the present group's of its unit; where no member of a group is there, the office's.
"""

from __future__ import annotations

from collections.abc import Mapping
from weakref import WeakKeyDictionary

import msgspec

from sync.model.kinds import GROUP, OFFICE, STORE
from sync.replica.as_of.duties import duties_on, people_courses
from sync.replica.replica import Replica
from sync.timeline.course import on_day
from sync.timeline.duties import has_left

_known: WeakKeyDictionary[Replica, tuple[object, Mapping[str, tuple[str, str]]]] = WeakKeyDictionary()


class Nobodys(msgspec.Struct, frozen=True, kw_only=True):
    """What is nobody's and this person's to see to: whose it was, and in which units.

    `units`: None for all that are here. `but`: pairs of unit and person who still answers for it. `uncovered`: those of
    the units that have no liaison officer either.
    """

    people: frozenset[str]
    units: list[str] | None = None
    but: frozenset[tuple[str, str]] = frozenset()
    uncovered: list[str] = []

    def has(self, unit: str, person: str) -> bool:
        """Return whether what is a person's in a unit is nobody's."""
        in_units = self.units is None or unit in self.units
        return in_units and person in self.people and (unit, person) not in self.but


def nobodys(replica: Replica, day: str) -> Nobodys:
    """Return what is nobody's at the end of a day, as far as this person is to see to it."""
    if replica.joined().role != OFFICE:
        reach = replica.reach
        return Nobodys(people=frozenset((STORE, *(reach.gone if reach is not None else ()))))
    people, duties = _people_on(replica, day), duties_on(replica, day)
    manned = {group for role, group in people.values() if role == GROUP}
    units = [unit for (unit,) in replica.connection.execute("SELECT ledger FROM unit ORDER BY ledger")]
    units = [unit for unit in units if unit not in duties or duties[unit].group not in manned]
    officers = {unit: duties[unit].liaison for unit in units if unit in duties and duties[unit].liaison}
    return Nobodys(
        people=frozenset((STORE, *(person for person, (role, _) in people.items() if role != OFFICE))),
        units=units,
        but=frozenset(officers.items()),
        uncovered=[unit for unit in units if unit not in officers],
    )


def is_alone_in_office(replica: Replica, day: str) -> bool:
    """Return whether this person is the office's only one on a day, so that nobody rules on what she asks."""
    identity = replica.joined()
    if identity.role != OFFICE:
        return False
    return [person for person, (role, _) in _people_on(replica, day).items() if role == OFFICE] == [identity.person]


def _people_on(replica: Replica, day: str) -> Mapping[str, tuple[str, str]]:
    """Return everybody's role and group at the end of a day, empty of those who have left; for the office."""
    known, state = _known.get(replica), (day, *replica.staff_state)
    if known is None or known[0] != state:
        found: dict[str, tuple[str, str]] = {}
        for person, held in people_courses(replica):
            role, group = (str(on_day(held.get(name, []), day) or "") for name in ("role", "group"))
            found[person] = ("", "") if has_left(held, day) else (role, group)
        known = _known[replica] = (state, found)
    return known[1]
