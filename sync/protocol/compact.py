"""A message made small for a thin line: what its reader works out is left out, and what is random stands apart.

Most of a day's message cannot be compressed: hashes, salts and signatures. The hashes are those of the bodies, of the
entries before and of the chains' ends, which the reader has in the very message (or had in the one it sent), so a sign
stands in their place; salts, signatures and what other hashes there are stand behind the text as bare bytes. The text
is compressed with bzip2, which makes such texts a fifth smaller than zstd does. What is read is what was written, byte
for byte: it is tried before it is sent. Only `wire` calls this.
"""

from __future__ import annotations

import bz2
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from hashlib import sha256

MOST_BYTES = 1024 * 1024  # of text, coded or not: signs are cheap to send and not as cheap to read
_LENGTH_BYTES = 4

_BODY, _LAST, _ENTRY, _HASH, _SALT, _DIGEST, _CURSOR, _SIG = (bytes([number]) for number in range(1, 9))
_SIGNS = re.compile(rb"[\x01-\x08]")  # none of them stands in JSON, where control characters are escaped
_PLACE = rb'(?:"ledger":"([^"]*)","device":"([^"]*)","seq":\d+,"hash":)?'
_FOUND = re.compile(
    _PLACE + rb'"sha256:([0-9a-f]{64})"'
    rb'|"salt":"([0-9a-f]{32})"|"digest":"([0-9a-f]{64})"|"cursor_hash":"([0-9a-f]{64})"|"sig":"([\w-]{86})"'
)
_STANDS = re.compile(_PLACE + rb"([\x01\x02\x04]|\x03(\d{1,7})\x03)|[\x05-\x08]")
_BARE = {  # what stands in a message for a sign, around bare bytes: before them, how many
    _SALT: (b'"salt":"', 16),
    _DIGEST: (b'"digest":"', 32),
    _CURSOR: (b'"cursor_hash":"', 32),
    _SIG: (b'"sig":"', 64),
}
_BARE_GROUPS = ((4, _SALT), (5, _DIGEST), (6, _CURSOR), (7, _SIG))
_DEVICE, _LEDGER = re.compile(rb'"device":"([^"]*)"'), re.compile(rb'"ledger":"([^"]*)"')

Chain = tuple[bytes, bytes]  # ledger, device


class NotLean(ValueError):
    """Bytes that no message was written as, or more than a message may be."""


class _Known:
    """The hashes that reader and writer know alike: of the entries so far, in order, and of each chain's last."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.hashes: list[bytes] = []
        self.places: dict[bytes, int] = {}
        self.last: dict[Chain, bytes] = {}
        for line in lines:
            head = line.partition(b"\t")[0]
            self.add(head, _chain_of(head))

    def add(self, head: bytes, chain: Chain | None) -> None:
        """Know one entry more."""
        hash_ = sha256(head).hexdigest().encode()
        self.places.setdefault(hash_, len(self.hashes))
        self.hashes.append(hash_)
        if chain is not None:
            self.last[chain] = hash_


def _chain_of(head: bytes) -> Chain | None:
    ledger, device = _LEDGER.search(head), _DEVICE.search(head)
    return (ledger[1], device[1]) if ledger and device else None


def leaned(message: bytes, known: Iterable[bytes] = ()) -> bytes | None:
    """A message (header line, then entries) made small; None where that cannot be done.

    `known`: the lines of the message that this one answers.
    """
    if len(message) > MOST_BYTES or _SIGNS.search(message):
        return None
    before = list(known)
    header, newline, body = message.partition(b"\n")
    entries, bare = _Known(before), bytearray()
    lines = [_coded_line(line, entries, bare) for line in (body.split(b"\n") if body else [])]
    text = bz2.compress(_coded(header, b"", None, entries, bare) + newline + b"\n".join(lines))
    data = len(text).to_bytes(_LENGTH_BYTES, "big") + text + bare
    try:
        return data if read(data, before, len(message)) == message else None
    except NotLean:
        return None


def _coded_line(line: bytes, entries: _Known, bare: bytearray) -> bytes:
    head, tab, rest = line.partition(b"\t")
    chain, body = _chain_of(head), _digest_of(rest)
    coded_rest = _coded(rest, b"", chain, entries, bare)
    coded_head = _coded(head, body, chain, entries, bare)
    entries.add(head, chain)
    return coded_head + tab + coded_rest


def _digest_of(rest: bytes) -> bytes:
    """The hash of the body of a line, as hexadecimal digits; empty for a bare head."""
    body = rest.partition(b"\t")[0]
    return sha256(body).hexdigest().encode() if body else b""


def _coded(text: bytes, body: bytes, chain: Chain | None, entries: _Known, bare: bytearray) -> bytes:
    def sign(match: re.Match[bytes]) -> bytes:
        if hash_ := match[3]:
            named = chain if match[1] is None else (match[1], match[2])
            before = match[0][: -len(hash_) - len(b'"sha256:"')]
            if hash_ == body:
                return before + _BODY
            if named is not None and entries.last.get(named) == hash_:
                return before + _LAST
            if (place := entries.places.get(hash_)) is not None:
                return before + _ENTRY + b"%d" % place + _ENTRY
            bare.extend(bytes.fromhex(hash_.decode()))
            return before + _HASH
        group, mark = next((group, mark) for group, mark in _BARE_GROUPS if match[group])
        found = match[group]
        bare.extend(urlsafe_b64decode(found + b"==") if mark == _SIG else bytes.fromhex(found.decode()))
        return mark

    return _FOUND.sub(sign, text)


def read(data: bytes, known: Iterable[bytes], limit: int) -> bytes:
    """The message that `leaned` made small; `NotLean` for anything else, or for more than `limit` bytes."""
    end = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
    text = _unzipped(data[_LENGTH_BYTES:end])
    if len(data) < end:
        raise NotLean("the text is cut short")
    reading = _Reading(data[end:], _Known(known), limit)
    header, newline, body = text.partition(b"\n")
    lines = [reading.line(line) for line in (body.split(b"\n") if body else [])]
    message = reading.text(header, b"", None) + newline + b"\n".join(lines)
    if reading.place != len(reading.bare):
        raise NotLean("more is there than was said")
    return message


def _unzipped(data: bytes) -> bytes:
    unzip = bz2.BZ2Decompressor()
    try:
        text = unzip.decompress(data, MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise NotLean("the text cannot be decompressed") from error
    if len(text) > MOST_BYTES or not unzip.eof or unzip.unused_data:
        raise NotLean("the text is cut short, or too long")
    return text


class _Reading:
    """A text being read: the bare bytes and how far they are taken, what is known so far, how much it may become."""

    def __init__(self, bare: bytes, entries: _Known, limit: int) -> None:
        self.bare = bare
        self.entries = entries
        self.left = limit
        self.place = 0

    def line(self, line: bytes) -> bytes:
        """One entry's line."""
        head, tab, rest = line.partition(b"\t")
        chain = _chain_of(head)
        rest = self.text(rest, b"", chain)
        head = self.text(head, _digest_of(rest), chain)
        self.entries.add(head, chain)
        return head + tab + rest

    def text(self, text: bytes, body: bytes, chain: Chain | None) -> bytes:
        """A piece of text with what its signs stand for."""
        self._left_without(len(text))

        def meant(match: re.Match[bytes]) -> bytes:
            if mark := match[3]:
                named = chain if match[1] is None else (match[1], match[2])
                before = match[0][: -len(mark)]
                found = before + b'"sha256:%b"' % self._hash(mark, match[4], body, named)
            else:
                opening, size = _BARE[match[0]]
                taken = self._taken(size)
                found = opening + (_signature(taken) if match[0] == _SIG else taken.hex().encode()) + b'"'
            self._left_without(len(found) - len(match[0]))
            return found

        return _STANDS.sub(meant, text)

    def _left_without(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise NotLean("the message is too large")

    def _hash(self, mark: bytes, number: bytes | None, body: bytes, chain: Chain | None) -> bytes:
        if mark == _HASH:
            return self._taken(32).hex().encode()
        if mark == _BODY:
            found = body
        elif mark == _LAST:
            found = self.entries.last.get(chain, b"") if chain is not None else b""
        else:
            hashes, place = self.entries.hashes, int(number or b"0")
            found = hashes[place] if place < len(hashes) else b""
        if not found:
            raise NotLean("a sign stands for nothing")
        return found

    def _taken(self, size: int) -> bytes:
        taken = self.bare[self.place : self.place + size]
        if len(taken) != size:
            raise NotLean("the message is cut short")
        self.place += size
        return taken


def _signature(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")
