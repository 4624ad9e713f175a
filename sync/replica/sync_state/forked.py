"""What is known of a fork on the laptop that went on as a new device, and is told there for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from sync.model.days import now
from sync.replica.replica import Identity, Replica
from sync.replica.storage.connect import Connection

FORK = "fork"  # setting: the last fork, as JSON
_TOLD_FOR = timedelta(days=30)


class Fork(msgspec.Struct, frozen=True, kw_only=True):
    """Two files of one device were used: its name and the person's name for the computer; times as entries have them.

    `since`: when both were last known to be one, by the office's receipts; `at`: when this laptop went on by itself.
    """

    device: str
    name: str
    since: str
    at: str


_forks = msgspec.json.Decoder(Fork)


def note(replica: Replica, old: Identity) -> None:
    """Keep what is known, before what had no receipt is moved out of the chains of the device it was."""
    fork = Fork(device=old.device, name=old.device_name, since=_last_one(replica.connection, old), at=now())
    replica.set_setting(FORK, msgspec.json.encode(fork).decode())


def _last_one(connection: Connection, old: Identity) -> str:
    """When the last receipts came for the chains that have unsent entries; the day of enrolment if none had."""
    (since,) = connection.execute(
        "SELECT min(r.at) FROM receipt r JOIN chain c ON c.id = r.chain WHERE c.device = ? AND r.apart = 0"
        " AND EXISTS (SELECT 1 FROM entry e WHERE e.chain = c.id AND e.number IS NULL AND e.seq > r.seq)",
        (old.device,),
    ).fetchone()
    return str(since or old.certificate.at)


def recent(replica: Replica) -> Fork | None:
    """The last fork, if it is not long ago."""
    text = replica.setting(FORK)
    if not text:
        return None
    fork = _forks.decode(text)
    return fork if abs(datetime.fromisoformat(now()) - datetime.fromisoformat(fork.at)) < _TOLD_FOR else None
