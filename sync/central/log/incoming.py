"""What a request brings, read and judged before any transaction begins, as far as that needs no database."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from sync.central.access.late import verdict_on
from sync.central.access.permissions import Access
from sync.central.access.verdict import Verdict
from sync.ledger import chains as ledger
from sync.ledger import ids
from sync.ledger.chains import ChainName, Entry, MalformedEntry, Seal
from sync.ledger.ids import LEDGER_STAFF
from sync.protocol import codec

_LARGEST_SEQ = 2**53


class Submitter(msgspec.Struct, frozen=True, kw_only=True):
    """The device a set of entries comes from."""

    device: str
    person: str
    key: str


class PushBatch(msgspec.Struct, kw_only=True):
    """What a request brings, read and judged as far as that needs no database."""

    chains: dict[ChainName, list[tuple[Entry, Verdict]]] = {}
    seals: dict[ChainName, Seal] = {}
    aside: list[tuple[bytes, str, str]] = []  # raw line, code, message: what has no place in a chain of this device
    damaged: list[tuple[bytes, str, str]] = []  # the same for lines whose head alone has its place
    foreign: list[Entry] = []


def read_lines(
    lines: Sequence[bytes], seals: Sequence[Seal], submitter: Submitter, access: Access, district: str
) -> PushBatch:
    """Read and judge the lines of a request; needs no database, so it runs outside the transaction."""
    batch = PushBatch()
    chains: dict[str, list[tuple[Entry, Verdict | None]]] = {}  # by ledger, which is fit to be one
    for line in lines:
        try:
            entry, fault = _read(line)
        except MalformedEntry as error:
            batch.aside.append((line, "malformed", f"The entry cannot be read: {error}."))
            continue
        head = entry.head
        chain = chains.get(head.ledger)
        if chain is None:
            chain = chains.setdefault(head.ledger, []) if ids.is_plain_id(head.ledger) else None
        if chain is None or not (1 <= head.seq <= _LARGEST_SEQ and head.v == ledger.FORMAT_VERSION):
            batch.aside.append((line, "malformed", "The entry has no place in a ledger."))
        elif head.device != submitter.device:
            batch.foreign.append(entry)
        else:
            chain.append((entry, fault))
            if fault is not None:
                batch.damaged.append((line, *fault))
    rights, barred = access.rights(submitter.person), access.barred(submitter.device)
    # Who may do what is judged first; the others keep their order.
    for ledger_id, chain in sorted(chains.items(), key=lambda each: each[0] != LEDGER_STAFF):
        judged = [(entry, fault or verdict_on(entry, rights, barred, access)) for entry, fault in chain]
        judged.sort(key=lambda each: each[0].head.seq)
        if judged:
            batch.chains[(ledger_id, submitter.device)] = judged
    _match_seals(batch, seals, submitter, district)
    return batch


def _read(line: bytes) -> tuple[Entry, Verdict | None]:
    """The entry in a line; if only its content is damaged, the head keeps its place, so that nothing waits behind."""
    try:
        return codec.pushed_entry(line), None
    except MalformedEntry as error:
        head, tab, _ = line.partition(b"\t")
        if not tab:
            raise
        return ledger.read_entry(head, None), ("malformed", f"The entry cannot be read: {error}.")


def _match_seals(batch: PushBatch, seals: Sequence[Seal], submitter: Submitter, district: str) -> None:
    """A chain whose last entry here has no seal that holds is kept apart, entry by entry."""
    given = {(seal.ledger, seal.device): seal for seal in seals}
    for name, chain in batch.chains.items():
        last = chain[-1][0]
        seal = given.get(name)
        fits = seal is not None and (seal.seq, seal.hash) == (last.head.seq, last.hash)
        if seal is not None and fits and ledger.seal_holds(seal, district, submitter.key):
            batch.seals[name] = seal
        else:
            bad = ("bad_seal", "The device's signature over its entries does not hold.")
            batch.chains[name] = [(entry, bad) for entry, _ in chain]
