"""Who stands below whom: the tree that the parents of units make. Pure.

Each edit of a parent is checked where it is made, but two that are each right alone can make a circle. Then the one
made last has no force, on every laptop that has the units of the circle: its unit has no parent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any


def without_force(parents: Mapping[str, str], made: Callable[[str], Any]) -> set[str]:
    """Return the units whose parent has no force; of each circle the one that was put where it is last.

    `parents`: by unit the one above it; those of units that are not among the keys end nothing and begin nothing.
    `made`: how late a unit was put where it is; asked of units in circles alone.
    """
    found: set[str] = set()
    done: set[str] = set()
    for unit in parents:
        path: dict[str, None] = {}
        while unit in parents and unit not in path and unit not in done:
            path[unit] = None
            unit = parents[unit]
        if unit in path:
            way = list(path)
            found.add(max(way[way.index(unit) :], key=made))
        done.update(path)
    return found


def tops(parents: Mapping[str, str], cut: Iterable[str]) -> dict[str, str]:
    """Return for each unit the topmost one above it that is among the keys; itself if it has units below it alone.

    Empty for a unit that stands by itself. `cut`: those whose parent has no force.
    """
    without = set(cut)
    above = {unit: parent for unit, parent in parents.items() if parent in parents and unit not in without}
    found: dict[str, str] = {}
    for unit in parents:
        path = [unit]
        while path[-1] in above and path[-1] not in found:
            path.append(above[path[-1]])
        top = found.get(path[-1], path[-1])
        found |= dict.fromkeys(path, top)
    heads = set(above.values())
    return {unit: top if top != unit or unit in heads else "" for unit, top in found.items()}
