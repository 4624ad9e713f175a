"""Who may have gone on a visit: those a form lists, and all the others, who are found by typing.

A group's laptop knows a dozen people, the office's everybody in the district: ten thousand of them are no list.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sync.replica import Replica
from sync.replica.as_of.assignments import members

LISTED = 12  # people a form lists as they are

FAMILY = "inspector."  # the fields that say who went


def gone(fields: Mapping[str, Any]) -> list[str]:
    """The people of whom the fields say that they went, or did not."""
    return [name.removeprefix(FAMILY) for name in fields if name.startswith(FAMILY)]


def everybody(replica: Replica) -> dict[str, str]:
    """The names of all people this laptop knows, its own person first, by their ids."""
    identity, scope = replica.joined(), replica.scope
    return {identity.person: identity.person_name} | (scope.people if scope else {})


def listed(replica: Replica, fields: Mapping[str, Any], liaison: str) -> list[tuple[str, str]]:
    """Those a form lists, as (id, name): all where they are few, else this person, those of the visiting group as far
    as is known, the unit's liaison officer, and whoever else is marked.
    """
    people = everybody(replica)
    if len(people) <= LISTED:
        return list(people.items())
    near = [replica.joined().person, *_group(replica, str(fields.get("group") or "")), liaison, *gone(fields)]
    return [(person, people.get(person, person)) for person in dict.fromkeys(near) if person]


def _group(replica: Replica, group: str) -> list[str]:
    """The people of a group: the office has them from `staff`; to others nobody says who is in which."""
    scope = replica.scope
    if scope is None or not scope.staff:
        officers = set(scope.liaisons.values()) if scope else set()
        near = [person for person in everybody(replica) if person not in officers]
        return near if len(near) <= LISTED else []
    return members(replica, group) if group else []
