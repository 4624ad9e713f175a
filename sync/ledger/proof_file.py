"""Ledgers as a file that anybody can check who knows the store's public key, without a laptop or a network.

One JSON object, written so that it can be read line by line however long it is:

    first line   `format`, `district`, `store_key`, the `device` that made it, and what proves the rest:
                 `certificates`, `seals`, `receipts`; then `"entries":[`
    one a line   each entry: `head` and `body` as the exact texts that were hashed (`body` null where only the head is
                 held), `number` its arrival number, `apart` the reason if the store keeps it apart; by ledger and
                 device, each chain in order of `seq`; a comma leads every line but the first
    last line    `]`, then `sig`: the making device's signature over the SHA-256 of all lines before it

To check by hand: an entry's name is `sha256:` and the SHA-256 of `head`; `body` in the head names the body, `prev` the
entry before it. A signature is Ed25519 over the JSON array `["supervisor-tui/1", kind, ...]` without spaces, the parts
as `sync.ledger.chains` lists them; keys and signatures are URL-safe base64 without padding. A receipt without a `code`
whose `log` ends with ` apart 3 7-12` says that the entries 3 and 7 to 12 of its chain have receipts with a `code`.

What no single file can show: a whole chain left out together with its proofs (another party's copy shows it), and what
the holder of a device's own key rewrote before its first delivery.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from sync.console.control_characters import json_readable
from sync.console.named_files import open_given
from sync.ledger import chains as ledger
from sync.ledger import keys
from sync.ledger.chains import (
    UNREADABLE,
    Break,
    Certificate,
    MalformedEntry,
    Receipt,
    Seal,
    StoredEntry,
    certificate_holds,
    receipt_holds,
    seal_holds,
    verify_chain,
)
from sync.model.quarantine import RELEASED
from sync.model.quarantine_ranges import EMPTY, read_exactly

FORMAT = "supervision-entries/1"
ChainName = tuple[str, str]  # ledger, device
_LONGEST_LINE = 64 * 1024 * 1024
_OPENING = b',"entries":[\n'
_ENDING = re.compile(rb'\],"sig":"([A-Za-z0-9_-]{86})"\}\n')


class NoEvidence(ValueError):
    """A file that is no exported ledger."""


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """The first line."""

    format: str
    district: str
    store_key: str
    device: str
    certificates: list[Certificate]
    seals: list[Seal]
    receipts: list[Receipt]


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One entry: its exact texts, and what the store said of it."""

    head: str
    body: str | None = None
    number: int | None = None
    apart: str = ""


_headings = msgspec.json.Decoder(Heading)
_lines = msgspec.json.Decoder(Line)


class Checked(msgspec.Struct, kw_only=True):
    """What a file proves: how many entries in how many chains, how many with a receipt, and every break found."""

    district: str
    device: str
    store_key: str
    ledgers: int = 0
    chains: int = 0
    entries: int = 0
    receipted: int = 0
    breaks: list[Break] = []

    @property
    def holds(self) -> bool:
        """Whether everything held."""
        return not self.breaks


def written(heading: Heading, lines: Iterable[Line], private: str) -> Iterator[bytes]:
    """The lines of the file, signed by the device that makes it; the same entries give the same bytes."""
    sha = hashlib.sha256()
    for line in _unsigned(heading, lines):
        sha.update(line)
        yield line
    signature = keys.sign(private, _signed(sha.hexdigest()))
    yield b'],"sig":"%b"}\n' % signature.encode()


def _unsigned(heading: Heading, lines: Iterable[Line]) -> Iterator[bytes]:
    yield _written(heading)[:-1] + _OPENING
    lead = b""
    for line in lines:
        yield lead + _written(line) + b"\n"
        lead = b","


def _written(part: Heading | Line) -> bytes:
    """One line's JSON as it is signed and stands in the file.

    Signs that act on a terminal, or that some reader takes for the end of a line, are escapes, from which every JSON
    reader makes the very texts that were hashed.
    """
    return json_readable(msgspec.json.encode(part).decode()).encode()


def check_file(path: Path, store_key: str = "") -> Checked:
    """Recompute all that a file claims, against `store_key` (or the one it names, which proves nothing by itself).

    Raises `NoEvidence` for a file of another kind, `OSError` if it cannot be read.
    """
    with open_given(path) as file:
        first = file.readline(_LONGEST_LINE)
        heading = _heading(first)
        checked = Checked(district=heading.district, device=heading.device, store_key=heading.store_key)
        if store_key and heading.store_key != store_key:
            checked.breaks.append(Break(ledger="", device="", seq=0, reason="store_key"))
            return checked
        check = _Check(heading, checked)
        sha = hashlib.sha256(first)
        signature, lead = "", b""
        for raw in iter(lambda: file.readline(_LONGEST_LINE), b""):
            if signature:  # nothing may follow the last line
                signature = ""
                break
            if ending := _ENDING.fullmatch(raw):
                signature = ending[1].decode()
                continue
            sha.update(raw)
            check.take(raw.removeprefix(lead))
            lead = b","
        check.end(signature, sha.hexdigest())
    return checked


def _heading(line: bytes) -> Heading:
    if not line.endswith(_OPENING):
        raise NoEvidence("this is no exported ledger")
    try:
        heading = _headings.decode(line[: -len(_OPENING)] + b"}")
    except UNREADABLE as error:
        raise NoEvidence("this is no exported ledger") from error
    if heading.format != FORMAT:
        raise NoEvidence("this is no exported ledger, or one of a newer program")
    return heading


class _Check:
    """One file being read, chain after chain."""

    def __init__(self, heading: Heading, checked: Checked) -> None:
        self.heading = heading
        self.checked = checked
        self.certificates = {each.device: each for each in heading.certificates}
        self.seals = {(each.ledger, each.device): each for each in heading.seals}
        self.receipts: dict[ChainName, list[Receipt]] = {}
        for receipt in heading.receipts:
            self.receipts.setdefault((receipt.ledger, receipt.device), []).append(receipt)
        self.name: ChainName = ("", "")
        self.chain: list[StoredEntry] = []
        self.apart: dict[int, str] = {}
        self.seen: set[ChainName] = set()

    def take(self, raw: bytes) -> None:
        """One entry's line."""
        try:
            line = _lines.decode(raw)
            raw_head = line.head.encode()
            head = ledger.read_entry(raw_head, None).head
        except (*UNREADABLE, MalformedEntry):
            self._break(self.name, len(self.chain) + 1, "malformed")
            return
        if (head.ledger, head.device) != self.name:
            self._finish()
            self.name = (head.ledger, head.device)
        self.apart[head.seq] = line.apart
        self.chain.append(
            StoredEntry(
                ledger=head.ledger,
                device=head.device,
                seq=head.seq,
                hash=ledger.digest(raw_head),
                raw_head=raw_head,
                raw_body=None if line.body is None else line.body.encode(),
            )
        )

    def end(self, signature: str, digest: str) -> None:
        """The last line, and what the first promised and did not come."""
        self._finish()
        for name in {*self.seals, *self.receipts} - self.seen:
            self._break(name, 1, "gap")
        maker = self.certificates.get(self.heading.device)
        if maker is None or not certificate_holds(maker, self.heading.district, self.heading.store_key):
            self._break(("", self.heading.device), 0, "certificate")
        elif not keys.holds(maker.key, signature, _signed(digest)):
            self._break(("", ""), 0, "signature")
        self.checked.ledgers = len({ledger_id for ledger_id, _ in self.seen})
        self.checked.breaks.sort(key=lambda each: (not each.seq, each.ledger, each.device, each.seq))

    def _break(self, name: ChainName, seq: int, reason: str) -> None:
        self.checked.breaks.append(Break(ledger=name[0], device=name[1], seq=seq, reason=reason))

    def _finish(self) -> None:
        """The chain that has come to its end."""
        if not self.chain:
            return
        name, chain = self.name, self.chain
        self.checked.chains += 1
        self.checked.entries += len(chain)
        if name in self.seen:
            self._break(name, chain[0].seq, "gap")
        self.seen.add(name)
        broken = verify_chain(chain)
        if broken is not None:
            self.checked.breaks.append(broken)
        elif fault := self._proof_fault(name, {each.seq: each.hash for each in chain}):
            self._break(name, *fault)
        self.chain, self.apart = [], {}

    def _proof_fault(self, name: ChainName, hashes: dict[int, str]) -> tuple[int, str] | None:
        """The first place where certificate, seal, receipts or verdicts do not hold, and why."""
        heading, certificate, seal = self.heading, self.certificates.get(name[1]), self.seals.get(name)
        if certificate is None or not certificate_holds(certificate, heading.district, heading.store_key):
            return 1, "certificate"
        if seal is None:
            return 1, "no_seal"
        if hashes.get(seal.seq) != seal.hash or not seal_holds(seal, heading.district, certificate.key):
            return seal.seq, "seal"
        covered, ruled, named = 0, {}, EMPTY
        for receipt in self.receipts.get(name, []):
            if hashes.get(receipt.seq) != receipt.hash or not receipt_holds(
                receipt, heading.district, heading.store_key
            ):
                return receipt.seq, "receipt"
            if receipt.code:
                ruled[receipt.seq] = "" if receipt.code == RELEASED else receipt.code
            else:
                covered = max(covered, receipt.seq)
                named |= read_exactly(receipt.log)
        self.checked.receipted += covered
        proved = max(seal.seq, covered)
        if len(hashes) > proved:
            return proved + 1, "no_seal"
        told = {seq: ruled.get(seq, "withheld" if seq in named else "") for seq in self.apart}
        return next(((seq, "verdict") for seq, code in self.apart.items() if code != told[seq]), None)


def _signed(digest: str) -> bytes:
    return keys.statement("entries", ledger.HASH_PREFIX + digest)
