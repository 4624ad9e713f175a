"""A laptop's SQLite file: its ledgers, what is folded from them, drafts, and the state of the exchange.

Rooms: `connect` (the driver), `lock` and `relock` (keys, encrypting a file), `schema` and `migrations` (the tables),
`replica` (the handle); `apply` (entries in, records out, one transaction) and `derive` (the derived rows); `append`
(what a person writes), `drafts`, `blobs`; `query` and `search` with the rooms they read through; `reading_place`,
`leave`, `rewrite` and `too_large` (the state of the exchange); `rebuild`, `rederive`, `verify`, `backup`, `high_water`
(an older copy put back). `glance` is read before any of the others is loaded, so the handle is imported when it is
first asked for.
"""

from __future__ import annotations

from sync.replica.connect import CannotWrite, Damaged, Locked, Missing, ReplicaError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sync.replica.replica import Identity, Replica

__all__ = ["CannotWrite", "Damaged", "Identity", "Locked", "Missing", "Replica", "ReplicaError"]


def __getattr__(name: str) -> Any:
    if name not in ("Identity", "Replica"):
        raise AttributeError(name)
    from sync.replica import replica

    return getattr(replica, name)
