"""A laptop's SQLite file: its ledgers, what is folded from them, drafts, and the state of the exchange.

Rooms: `connect` (the driver), `lock` and `relock` (keys, encrypting a file), `schema`, `replica` (the handle), `apply`
(entries in, records out, one transaction),
`derive` (the derived rows), `append` (what a person writes), `drafts`, `query`, `search`, `rebuild`, `verify`.
"""

from sync.replica.connect import CannotWrite, Damaged, Locked, Missing, ReplicaError
from sync.replica.replica import Identity, Replica

__all__ = ["CannotWrite", "Damaged", "Identity", "Locked", "Missing", "Replica", "ReplicaError"]
