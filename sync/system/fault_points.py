"""The places where a power cut may find the program in the middle of a save, an exchange or a file, each by its name.

The program says where it is by `fault_point`; nobody listens but tests, which end the process there. Around every
durable write there is a point before it, one when it is made and not yet durable, and one after it.
"""

from __future__ import annotations

from collections.abc import Callable

POINTS = {
    "laptop.begun": "a transaction on the laptop's file is open, and nothing in it yet",
    "laptop.written": "all of a transaction is written, and not yet committed",
    "laptop.committed": "a transaction is committed, and nobody was told yet",
    "entry.composed": "an edit has become an entry, which is nowhere yet",
    "entry.stored": "entries are in the ledger, and not yet folded",
    "entry.folded": "records and the search index follow, and the seal is missing",
    "entry.sealed": "the chain is sealed, and the draft still there",
    "blob.kept": "an attachment's bytes are in the file, and no record names them",
    "blob.part_fetched": "a part of an attachment came in, and is not kept yet",
    "blob.part_sent": "the store holds a part of an attachment more",
    "blob.all_sent": "the store holds all of an attachment, and the laptop has not noted it",
    "line.asking": "a message is packed, and about to go out",
    "line.answered": "an answer has come in, and nothing of it is kept",
    "store.begun": "a transaction on the store's database is open, and nothing in it yet",
    "store.written": "all of a transaction is written, and not yet committed",
    "store.committed": "a transaction is committed, and who waits for it was not told",
    "store.answering": "an answer is packed, and about to go out",
    "file.written": "a file is written under a passing name",
    "file.named": "a file has taken its name",
}

listener: Callable[[str], None] | None = None


def fault_point(point: str) -> None:
    """Say that the program has come to a point."""
    if listener is not None:
        listener(point)
