"""One person's laptop in a random life: it writes over what it has seen, and may be copied."""

from __future__ import annotations

import random
from typing import Any

from sync.ledger import chains
from sync.ledger.chains import Entry
from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Folded, fold_record
from sync.replica.projection.tables import edit_from

Key = tuple[str, str]


class Laptop:
    """One person's laptop: what it has seen, what it has not sent, and the ends of its chains."""

    def __init__(self, device: str, person: str) -> None:
        self.device, self.person = device, person
        self.seen: dict[Key, list[Edit]] = {}
        self.unsent: list[Entry] = []
        self.position = 0
        self._ends: dict[str, tuple[int, str]] = {}

    def fold(self, key: Key) -> Folded | None:
        """Return a record as this laptop sees it."""
        return fold_record(self.seen[key]) if key in self.seen else None

    def writes(self, key: Key, kind: str, fields: dict[str, Any], at: str, chance: random.Random) -> None:
        """Write an edit over what is seen here."""
        folded = self.fold(key)
        live = folded.live if folded else {}
        seq, prev = self._ends.get(key[0], (0, ""))
        over = {name: [value.hash for value in live[name]] for name in fields if name in live}
        entry = chains.compose(
            ledger=key[0],
            device=self.device,
            seq=seq + 1,
            prev=prev,
            kind=kind,
            record=key[1],
            fields=fields,
            by=self.person,
            at=at,
            over=over,
            salt=f"{chance.getrandbits(128):032x}",
        )
        self._ends[key[0]] = (seq + 1, entry.hash)
        self.unsent.append(entry)
        self.sees(entry)

    def goes_on_as(self, device: str) -> None:
        """Become another device: what is not sent is written again in chains of its own, body for body."""
        self.device, self._ends = device, {}
        pending, self.unsent = self.unsent, []
        for entry in pending:
            key = (entry.head.ledger, entry.head.record)
            self.seen[key] = [each for each in self.seen[key] if each.hash != entry.hash]
            seq, prev = self._ends.get(key[0], (0, ""))
            again = chains.write_again(entry, device=device, seq=seq + 1, prev=prev)
            self._ends[key[0]] = (seq + 1, again.hash)
            self.unsent.append(again)
            self.sees(again)

    def sees(self, entry: Entry, code: str = "") -> None:
        """Take in an entry; one of its own may have been kept apart since."""
        edits = self.seen.setdefault((entry.head.ledger, entry.head.record), [])
        edits[:] = [each for each in edits if each.hash != entry.hash]
        edits.append(edit_from(entry.head, entry.hash, entry.raw_body, code=code))
