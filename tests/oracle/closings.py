"""How units close in a random life: a merger, a split, an end without a successor; and how that is taken back."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from sync.ledger.fold import Folded
from sync.model.days import plus
from sync.model.workflow import NEXT_STEPS, OUTSTANDING
from tests.oracle.laptop import Key, Laptop

Write = Callable[[Laptop, Key, str, dict[str, Any]], None]
_TAKEN_ALONG = ("nature", "title", "class", "campaign")


class Closings:
    """What one laptop of the office does when it closes units; `write` writes an edit as the life does."""

    def __init__(self, chance: random.Random, write: Write, name: Callable[[str], str]) -> None:
        self._chance = chance
        self._write = write
        self._name = name

    def close(self, laptop: Laptop, units: list[str], on: str) -> None:
        """Close a unit as of a day: each of its open follow-ups goes to a successor, or is settled."""
        here = [unit for unit in units if self._is_here(laptop, unit)]
        if len(here) < 4:
            return
        unit, *successors = self._chance.sample(here, self._chance.choice((1, 2, 2, 3)))
        for folded in self._open(laptop, unit):
            to = self._chance.choice([*successors, ""])
            self._settle(laptop, folded, unit, to, on)
        for successor in successors:
            self._write(laptop, (successor, successor), "unit", {f"predecessor.{unit}": unit})
        named = {f"successor.{each}": each for each in successors}
        first = {"successor": successors[0], **named} if successors else {}
        closing = {"closed_on": on, "closed_why": "merged" if successors else "dissolved", "on": on, **first}
        self._write(laptop, (unit, unit), "unit", closing)

    def take_back(self, laptop: Laptop, units: list[str]) -> None:
        """Take the closing of a unit back: what was handed on comes back, unless somebody has worked on it since."""
        closed = [unit for unit in units if not self._is_here(laptop, unit)]
        unit = self._chance.choice(closed) if closed else ""
        folded = laptop.fold((unit, unit))
        if folded is None or not folded.fields.get("closed_on"):
            return
        said = {name: None for name in folded.fields if name.startswith(("closed_", "successor"))}
        self._write(laptop, (unit, unit), "unit", {**said, "correction": True})
        for record, to in self._handed_on(laptop, unit):
            key = next((key for key in laptop.seen if key[1] == to), None)
            if key is None or any("carried_from" not in (edit.set or {}) for edit in laptop.seen[key]):
                continue
            self._write(laptop, key, "follow_up", {"withdrawn": True, "ruling": unit, "correction": True})
            back = {"status": "open", "carried_to": None, "progress": "x", "correction": True}
            self._write(laptop, (unit, record), "follow_up", back)

    def _is_here(self, laptop: Laptop, unit: str) -> bool:
        folded = laptop.fold((unit, unit))
        return folded is not None and not folded.withdrawn and not folded.fields.get("closed_on")

    def _open(self, laptop: Laptop, unit: str) -> list[Folded]:
        mine = sorted(key for key, edits in laptop.seen.items() if key[0] == unit and edits[0].kind == "follow_up")
        found = [laptop.fold(key) for key in mine]
        return [each for each in found if each is not None and each.fields.get("status") in OUTSTANDING]

    def _settle(self, laptop: Laptop, folded: Folded, unit: str, to: str, on: str) -> None:
        status = folded.fields["status"]
        over = "withdrawn" if "withdrawn" in NEXT_STEPS[status] else "closed"
        change = {"status": over, "on": on, "progress": "x", "ruling": unit}
        if to and {"nature", "title", "due_on"} <= folded.fields.keys():
            made = self._name("f")
            fields = {name: folded.fields[name] for name in _TAKEN_ALONG if name in folded.fields}
            fields |= {"carried_from": folded.record, "on": on, "due_on": folded.fields["due_on"]}
            fields |= {"status": "open" if status == "open" else "in_progress"}
            self._write(laptop, (to, made), "follow_up", fields)
            if self._chance.random() < 0.5:
                moved = {"due_on": plus(str(folded.fields["due_on"]), 9), "on": plus(on, -5), "ruling": unit}
                self._write(laptop, (to, made), "follow_up", moved)
            change["carried_to"] = made
        self._write(laptop, (unit, folded.record), "follow_up", change)

    def _handed_on(self, laptop: Laptop, unit: str) -> list[tuple[str, str]]:
        mine = sorted(key for key, edits in laptop.seen.items() if key[0] == unit and edits[0].kind == "follow_up")
        found = [(key[1], folded.fields.get("carried_to")) for key in mine if (folded := laptop.fold(key))]
        return [(record, str(to)) for record, to in found if to]
