"""Entries to measure with: inspections of 1.5 KB, notes of 0.6 KB, follow-ups of 0.3 KB, Chinese text, seeded.

They come as the work is done, a minute after one another: days rise, and record ids are UUIDs of version 7, as
`ids.new_id` makes them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sync.ledger import chains
from sync.ledger.chains import Entry, Seal
from sync.replica import Identity, Replica
from sync.replica.projection.apply import Incoming, apply, keep_seal

_AT_ONCE = 20_000
_BEGUN = datetime(2026, 1, 1, tzinfo=UTC)
_WORDS = "学习动员阶段单位党员支部整改提高联络记录督导检查方案落实情况良好问题困难建议流动离退休生产群众满意测评台账"


def _text(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(_WORDS) for _ in range(length))


def _fields(chance: random.Random, turn: int) -> tuple[str, dict[str, object]]:
    day = (_BEGUN + timedelta(minutes=turn)).date().isoformat()
    if turn % 10 < 2:
        answers = {f"answer.item-{n}": {"verdict": chance.choice(["met", "partly", "unmet"])} for n in range(22)}
        head = {"visited_on": day, "stage": "study", "template": "t-1", "group": "g-1"}
        return "inspection", {**head, **answers, "summary": _text(chance, 130)}
    if turn % 10 < 5:
        return "liaison_note", {"noted_on": day, "mode": "visit", "content": _text(chance, 130)}
    dated = {"opened_on": day, "due_on": day}
    return "follow_up", {"nature": "problem", "title": _text(chance, 20), "status": "open", **dated}


def _record_id(chance: random.Random, turn: int) -> str:
    moment = int((_BEGUN + timedelta(minutes=turn)).timestamp() * 1000)
    digits = f"{moment:012x}7{chance.getrandbits(12):03x}{0b10 << 62 | chance.getrandbits(62):016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def compose(device: str, person: str, units: list[str], count: int, seed: int = 1) -> Iterator[Entry]:
    """`count` chained entries of one device, spread over the units in turn."""
    chance = random.Random(seed)
    ends: dict[str, tuple[int, str]] = {}
    for turn in range(count):
        unit = units[turn % len(units)]
        seq, previous = ends.get(unit, (0, ""))
        kind, fields = _fields(chance, turn)
        entry = chains.compose(
            ledger=unit,
            device=device,
            seq=seq + 1,
            prev=previous,
            kind=kind,
            record=_record_id(chance, turn),
            fields=fields,
            by=person,
            at=(_BEGUN + timedelta(minutes=turn)).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            salt=f"{chance.getrandbits(128):032x}",
        )
        ends[unit] = (seq + 1, entry.hash)
        yield entry


def fill(path: Path, units: list[str], count: int) -> None:
    """Put `count` pending entries of its own into a joined laptop's file, so many at a time that memory stays flat."""
    with Replica.open(path) as replica:
        identity = replica.joined()
        entries = compose(identity.device, identity.person, units, count)
        while part := list(islice(entries, _AT_ONCE)):
            with replica.transaction() as connection:
                apply(connection, [Incoming(entry=entry) for entry in part])
                for entry in {entry.head.ledger: entry for entry in part}.values():
                    keep_seal(connection, _sealed(identity, entry))


def _sealed(identity: Identity, entry: Entry) -> Seal:
    head = entry.head
    return chains.make_seal(identity.private_key, identity.district, head.ledger, head.device, head.seq, entry.hash)
