"""Entries of the office and of others as they arrive at one laptop, at instants that the test says."""

from __future__ import annotations

from typing import Any

from sync.ledger import chains
from sync.ledger.fold import fold_record
from sync.replica import Replica
from sync.replica.projection.apply import Incoming, apply
from sync.replica.projection.tables import load_edits


class Office:
    """Entries as they arrive at one laptop, each of which saw what the laptop holds; instants are the test's own."""

    def __init__(self, laptop: Replica, device: str = "store-1") -> None:
        self.laptop = laptop
        self.device = device
        self._ends: dict[str, tuple[int, str]] = {}

    def says(self, unit: str, kind: str, record: str, at: str, **fields: Any) -> None:
        """Let an edit arrive; `on_` and `from_` stand for the fields `on` and `from`."""
        self._arrive(unit, kind, record, at, fields, "")

    def says_apart(self, unit: str, kind: str, record: str, at: str, **fields: Any) -> None:
        """Let an edit arrive that the store keeps apart."""
        self._arrive(unit, kind, record, at, fields, "not_allowed")

    def _arrive(self, unit: str, kind: str, record: str, at: str, fields: dict[str, Any], code: str) -> None:
        values = {name.rstrip("_").replace("__", "."): value for name, value in fields.items()}
        with self.laptop.transaction() as connection:
            held = fold_record([each.edit for each in load_edits(connection, (unit, record))])
            live = held.live if held else {}
            seq, prev = self._ends.get(unit, (0, ""))
            entry = chains.compose(
                ledger=unit,
                device=self.device,
                seq=seq + 1,
                prev=prev,
                kind=kind,
                record=record,
                fields=values,
                by=str(fields.get("by", "p-1")),
                at=at,
                over={name: [each.hash for each in live[name]] for name in values if name in live},
            )
            apply(connection, [Incoming(entry=entry, number=1, code=code)])
            self._ends[unit] = (seq + 1, entry.hash)

    def campaign(self, name: str, batch: str, starts_on: str, ends_on: str) -> None:
        """Let a campaign of one stage arrive."""
        at = "2024-01-01T00:00:00.000Z"
        title = {"zh": name, "en": name}
        self.says("district", "campaign", name, at, title=title, batch=batch, starts_on=starts_on, ends_on=ends_on)
        plan = {"campaign": name, "stage": "study", "title": title, "starts_on": starts_on, "ends_on": ends_on}
        self.says("district", "stage_plan", f"{name}.study", at, **plan)

    def unit(self, unit: str, **fields: Any) -> None:
        """Let a unit arrive."""
        self.says(unit, "unit", unit, "2024-01-01T00:00:00.000Z", **{"name": unit, "category": "farm"} | fields)

    def rules(self, unit: str, record: str, at: str, **change: Any) -> None:
        """Let a request of a follow-up arrive, the review that grants it, and the edit that does what it asks."""
        field = next(iter(change))
        asks = {"status": "give_up", "withdrawn": "withdraw", "due_on": "put_off"}[field]
        until = {"due_on": change[field]} if field == "due_on" else {}
        self.says(unit, "request", f"q-{record}", at, target=record, asks=asks, why="等会议", by="p-group", **until)
        review = f"r-{record}"
        self.says(unit, "review", review, at, target=f"q-{record}", verdict="accepted", by="p-office")
        self.says(unit, "follow_up", record, at, ruling=review, by="p-office", **change)

    def item(self, unit: str, record: str, at: str, **fields: Any) -> None:
        """Let a follow-up arrive, due at the end of November."""
        given = {"nature": "problem", "title": record, "due_on": "2024-11-20", "status": "open"}
        self.says(unit, "follow_up", record, at, **given | fields)
