"""A laptop's SQLite file: its ledgers, what is folded from them, drafts, and the state of the exchange.

`replica` is the handle, `query` what lists and cards read through, `migrations` and `settings` what the file holds
beside its ledgers. The packages: `storage` (the driver, encryption, tables), `projection` (rows derived from entries),
`queries`, `as_of` (what is asked of a campaign and as of a day), `editing` (what a person writes), `maintenance`
(rebuild, verify, backup), `sync_state` (what an exchange keeps here). `storage.fast_reads` is read before any of the
others is loaded, so the handle is imported when it is first asked for.
"""

from __future__ import annotations

from sync.replica.storage.connect import CannotWrite, Damaged, Locked, Missing, ReplicaError

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
