"""Recompute what a laptop's file claims: chains, seals, certificates, receipts, verdicts, and what is derived of them.

The first wrong entry is named. What the holder of a device's own key rewrote before its first delivery cannot be shown
by anybody; entries without a receipt are therefore counted apart. Drafts, settings and notices of the store are no
history: the next exchange brings notices again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

import msgspec

from sync.ledger import chains as ledger
from sync.ledger.chains import Break, Certificate, Receipt, Seal, StoredEntry
from sync.model.quarantine import RELEASED
from sync.model.quarantine_ranges import read_exactly
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.tables import heads
from sync.replica.replica import Identity, Replica, is_unfinished
from sync.replica.storage.connect import Connection


class Verified(msgspec.Struct, kw_only=True):
    """What was recomputed: chains and entries, how many have the store's receipt, and every break found.

    `unfinished`: the last pull was broken off, so that missing seals and receipts were let pass; the person is told.
    """

    chains: int = 0
    entries: int = 0
    receipted: int = 0
    unfinished: bool = False
    breaks: list[Break] = []

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return not self.breaks


def verify(
    replica: Replica, unit: str | None = None, progress: Callable[[int, int], None] = lambda _done, _total: None
) -> Verified:
    """Verify one unit's ledger, or all; breaks are named in order of ledger, device and seq.

    What a pull that was broken off has brought is without seal and receipt until the ends of its chains have come: it
    counts as not receipted and is no break. That a pull was broken off is only this file's own word, so it is said
    (`unfinished`), and what is missing counts as a break again after the next whole exchange.
    """
    identity = replica.joined()
    where, values = ("WHERE ledger = ?", (unit,)) if unit else ("", ())
    chains = replica.connection.execute(
        f"SELECT id, ledger, device, seq, hash FROM chain {where} ORDER BY ledger, device", values
    ).fetchall()
    certificates = _certificates(replica.connection, identity)
    verified = Verified()
    unfinished = verified.unfinished = is_unfinished(replica)
    for done, (chain, ledger_id, device, seq, hash_) in enumerate(chains, start=1):
        verified.chains += 1
        verified.entries += seq
        found = _verify_chain(replica.connection, chain, ledger_id, device, (seq, hash_))
        found = found or _verify_seal(replica.connection, identity, certificates, chain, ledger_id, device)
        if found is not None and found.reason == "no_seal" and unfinished:
            found = None
        receipted, wrong = _verify_receipts(replica.connection, identity, chain, ledger_id, device)
        if found is None and wrong is None:
            wrong = _verify_columns(replica.connection, chain, ledger_id, device, unfinished=unfinished)
        verified.receipted += receipted
        verified.breaks += [broken for broken in (found, wrong) if broken is not None]
        progress(done, len(chains))
    if unit is None:
        verified.breaks += _false_attachments(replica.connection)
        verified.breaks += _false_certificates(certificates, identity)
        verified.breaks += [_orphan(*row) for row in replica.connection.execute(_ORPHANS)]
    if verified.holds:  # what is folded from entries that do not hold says nothing
        verified.breaks += differing(replica, unit, progress)
    return verified


_ORPHANS = """
SELECT 'entry', seq FROM entry WHERE chain NOT IN (SELECT id FROM chain)
UNION ALL SELECT 'seal', seq FROM seal WHERE chain NOT IN (SELECT id FROM chain)
UNION ALL SELECT 'receipt', seq FROM receipt WHERE chain NOT IN (SELECT id FROM chain)
"""


def _false_attachments(connection: Connection) -> list[Break]:
    """Attachments whose bytes are not those their names stand for, and bytes of none."""
    false = []
    for (name,) in connection.execute("SELECT name FROM blob WHERE complete = 1 ORDER BY name").fetchall():
        sha = hashlib.sha256()
        for first, content in connection.execute(
            "SELECT first, content FROM blob_part WHERE blob = ? ORDER BY first", (name,)
        ):
            sha.update(_bytes(content) if isinstance(first, int) else b"")
        if sha.hexdigest() != name:
            false.append(Break(ledger="", device=name, seq=0, reason="blob"))
    orphans = connection.execute("SELECT DISTINCT blob FROM blob_part WHERE blob NOT IN (SELECT name FROM blob)")
    return false + [Break(ledger="", device=str(name), seq=0, reason="blob") for (name,) in orphans]


def _orphan(_table: str, seq: int) -> Break:
    """What stands in the file of a chain that is not there."""
    return Break(ledger="", device="", seq=seq, reason="gap")


def _false_certificates(certificates: dict[str, Certificate], identity: Identity) -> list[Break]:
    """Certificates the store has not signed, those of devices that no chain here is of, too."""
    return [
        Break(ledger="", device=each.device, seq=0, reason="certificate")
        for each in certificates.values()
        if not ledger.certificate_holds(each, identity.district, identity.store_key)
    ]


def _certificates(connection: Connection, identity: Identity) -> dict[str, Certificate]:
    rows = connection.execute("SELECT device, person, key, at, sig FROM certificate")
    known = [
        Certificate(device=device, person=person, key=key, at=at, sig=sig) for device, person, key, at, sig in rows
    ]
    return {each.device: each for each in [identity.certificate, *known]}


def _stored(connection: Connection, chain: int, ledger_id: str, device: str) -> Iterator[StoredEntry]:
    for seq, hash_, head, body in connection.execute(
        "SELECT seq, hash, head, body FROM entry WHERE chain = ? ORDER BY seq", (chain,)
    ):
        name = ledger.HASH_PREFIX + _bytes(hash_).hex()
        raw_body = None if body is None else _bytes(body)
        yield StoredEntry(ledger=ledger_id, device=device, seq=seq, hash=name, raw_head=_bytes(head), raw_body=raw_body)


def _bytes(value: object) -> bytes:
    """A stored value that was written as bytes; of another type it was tampered with and counts as no bytes at all."""
    return value if isinstance(value, bytes) else b""


def _verify_chain(
    connection: Connection, chain: int, ledger_id: str, device: str, end: tuple[int, str]
) -> Break | None:
    """The first entry that does not hold; also a chain that ends elsewhere than its row says (a cut-off tail)."""
    broken = ledger.verify_chain(_stored(connection, chain, ledger_id, device))
    if broken is not None:
        return broken
    last = connection.execute(
        "SELECT seq, hash FROM entry WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)
    ).fetchone()
    held = (last[0], ledger.HASH_PREFIX + _bytes(last[1]).hex()) if last else (0, "")
    if held != end:
        return Break(ledger=ledger_id, device=device, seq=min(held[0], end[0]) + 1, reason="gap")
    return None


def _hash_at(connection: Connection, chain: int, seq: int) -> str:
    row = connection.execute("SELECT hash FROM entry WHERE chain = ? AND seq = ?", (chain, seq)).fetchone()
    return "" if row is None else ledger.HASH_PREFIX + _bytes(row[0]).hex()


def _verify_seal(
    connection: Connection,
    identity: Identity,
    certificates: dict[str, Certificate],
    chain: int,
    ledger_id: str,
    device: str,
) -> Break | None:
    row = connection.execute("SELECT seq, hash, sig FROM seal WHERE chain = ?", (chain,)).fetchone()
    certificate = certificates.get(device)
    if row is None or certificate is None:
        return Break(ledger=ledger_id, device=device, seq=1, reason="no_seal" if row is None else "no_certificate")
    seal = Seal(ledger=ledger_id, device=device, seq=row[0], hash=row[1], sig=row[2])
    if not ledger.certificate_holds(certificate, identity.district, identity.store_key):
        return Break(ledger=ledger_id, device=device, seq=1, reason="certificate")
    if _hash_at(connection, chain, seal.seq) != seal.hash or not ledger.seal_holds(
        seal, identity.district, certificate.key
    ):
        return Break(ledger=ledger_id, device=device, seq=seal.seq, reason="seal")
    return None


def _verify_receipts(
    connection: Connection, identity: Identity, chain: int, ledger_id: str, device: str
) -> tuple[int, Break | None]:
    """How many entries of the chain a receipt covers, and the first receipt that does not hold."""
    covered = 0
    for row in connection.execute(
        "SELECT seq, hash, log, number, at, verdict, code, sig FROM receipt WHERE chain = ? ORDER BY seq", (chain,)
    ).fetchall():
        receipt = Receipt(ledger=ledger_id, device=device, **dict(zip(_RECEIPT_COLUMNS, row, strict=True)))
        holds = ledger.receipt_holds(receipt, identity.district, identity.store_key)
        if not holds or _hash_at(connection, chain, receipt.seq) != receipt.hash:
            return covered, Break(ledger=ledger_id, device=device, seq=receipt.seq, reason="receipt")
        if not receipt.code:
            covered = max(covered, receipt.seq)
    return covered, None


def _verify_columns(
    connection: Connection, chain: int, ledger_id: str, device: str, *, unfinished: bool
) -> Break | None:
    """The first entry whose own columns (record, verdict, delivery) say something else than its head and receipts."""
    apart = dict(connection.execute("SELECT seq, code FROM receipt WHERE chain = ? AND apart > 0", (chain,)).fetchall())
    receipt = connection.execute("SELECT seq, log FROM receipt WHERE chain = ? AND apart = 0", (chain,)).fetchone()
    covered, log = receipt or (0, "")
    named = read_exactly(log)
    for seq, record, number, code, head in connection.execute(
        "SELECT seq, record, number, code, head FROM entry WHERE chain = ? ORDER BY seq", (chain,)
    ):
        if heads.decode(head).record != record:
            return Break(ledger=ledger_id, device=device, seq=seq, reason="record")
        ruled = apart.get(seq, "withheld" if seq in named else "")
        told = "" if ruled == RELEASED else ruled
        is_waiting = number is None and not code  # perhaps told before, and to be told again by a restored store
        if (code != told and not is_waiting) or (number is not None and seq > covered and not ruled and not unfinished):
            return Break(ledger=ledger_id, device=device, seq=seq, reason="verdict")
    return None


_RECEIPT_COLUMNS = ("seq", "hash", "log", "number", "at", "verdict", "code", "sig")
