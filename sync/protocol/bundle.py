"""The file that carries an exchange on a stick: the messages of the line, signed as a whole, sealed part by part.

    header     one line of JSON: what it is, whose it is, and where an answer is to be sealed to
    parts      each 4 bytes of length, then one part sealed to whoever is to read it
    signature  over the SHA-256 of everything before it, by the sender's key; the last 86 bytes

The signature shows that the file is whole and whose it is before anything in it is opened; nobody but the reader can
open a part (no passphrase is needed on the way), and a part opens only in its own place of its own file.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, count
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import msgspec

from sync.console.named_files import open_given
from sync.ledger import ids, keys
from sync.ledger.chains import UNREADABLE, Certificate
from sync.protocol import codec
from sync.system.private_files import put_in_place

FORMAT = "supervision-bundle/1"
REQUEST, ANSWER = "request", "answer"
SUFFIXES = {REQUEST: ".request", ANSWER: ".answer"}

# What a part is: its first byte.
PUSHED = b"P"  # entries, or the verdict on them
GIVEN = b"G"  # entries given back to a restored store, or what it still lacks
SCOPE = b"S"  # the scope the laptop had when it asked
PAGE = b"A"  # asks for entries; or the positions that were asked from, a newline, and a page of entries
SUCCESSOR = b"J"  # a join request after a fork, or the answer to it
BLOB = b"B"  # a part of an attachment (`sync.client.bundle_attachments`)
WANTED = b"W"  # the attachments a laptop lacks
HELD = b"H"  # how much of its attachments the office holds
REFUSED = b"E"  # why there is no further answer

_MAX_HEADER = 8 * 1024
_SIGNATURE = 86  # characters of 64 bytes in URL-safe base64
_LENGTH = 4
_MAX_PART = codec.MAX_COMPRESSED_BYTES + 1024 * 1024


class BadBundle(Exception):
    """A file that is not the bundle it should be; `code` says why (words: `error.CODE`), nothing was changed."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class StickFault(OSError):
    """The file of a bundle, or what it lies on, cannot be read or written."""


@contextmanager
def _on_stick() -> Iterator[None]:
    """Whatever the system refuses in here is a fault of the file's place, which may be a stick."""
    try:
        yield
    except OSError as error:
        raise StickFault(error.errno, error.strerror, error.filename) from error


class Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Whose exchange it is. A request names where its answer is to be sealed to, and the device's certificate."""

    format: str = ""
    kind: str
    district: str
    device: str
    nonce: str
    reply_to: str = ""
    certificate: Certificate | None = None


_headers = msgspec.json.Decoder(Header)


def first_header(path: Path) -> Header | None:
    """The header of a file, None if it is no bundle. It proves nothing before `check`."""
    return _first_line(path)[0]


def _first_line(path: Path) -> tuple[Header | None, bytes]:
    with _on_stick(), open_given(path) as file:
        line = file.readline(_MAX_HEADER)
    try:
        header = _headers.decode(line)
    except UNREADABLE:
        return None, line
    return (header if line.endswith(b"\n") and header.format == FORMAT else None), line


def new_nonce() -> str:
    """What ties an answer to its request: 128 random bits in hexadecimal."""
    return ids.random_bytes(16).hex()


class BundleWriter:
    """Writes a bundle; the file is there whole, once `finish` has signed it, or not at all."""

    def __init__(self, path: Path, header: Header, address: str) -> None:
        self._path = path
        self._beside = path.with_name(f".{path.name}.part")
        self._address = address
        self._digest = hashlib.sha256()
        self._header = msgspec.json.encode(msgspec.structs.replace(header, format=FORMAT))
        self._count = 0
        with _on_stick():
            descriptor = os.open(self._beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")

    def __enter__(self) -> Self:
        self._write(self._header + b"\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _on_stick():
            self._file.close()
            self._beside.unlink(missing_ok=True)

    def add(self, kind: bytes, data: bytes) -> None:
        """Seal one more part; raises `BadBundle` where the address to seal to is none."""
        try:
            sealed = keys.seal_to(self._address, kind + data, _about(self._header, self._count))
        except ValueError as error:
            raise BadBundle("bundle_damaged", "The bundle names no key to answer to.") from error
        self._count += 1
        self._write(len(sealed).to_bytes(_LENGTH, "big") + sealed)

    def finish(self, private: str) -> int:
        """Sign it and put it where it belongs; its size in bytes."""
        signature = keys.sign(private, _signed(self._digest.hexdigest())).encode()
        with _on_stick():
            self._file.write(signature)
            self._file.flush()
            os.fsync(self._file.fileno())
            size = self._file.tell()
            self._file.close()
            put_in_place(self._beside, self._path)
        return size

    def _write(self, data: bytes) -> None:
        self._digest.update(data)
        with _on_stick():
            self._file.write(data)


class Bundle:
    """A bundle that was read: its header, what its signature covers, its parts."""

    def __init__(self, path: Path, header: Header, raw_header: bytes) -> None:
        self.path = path
        self.header = header
        self._raw_header = raw_header

    @classmethod
    def open(cls, path: Path, kind: str, district: str) -> Self:
        """Read the header; raises `BadBundle` unless it is a bundle of this kind for this district."""
        header, line = _first_line(path)
        if header is None:
            raise BadBundle("bundle_unreadable", "This file is not a bundle of this program, or of a newer one.")
        if header.kind != kind:
            code = "bundle_is_request" if kind == ANSWER else "bundle_is_answer"
            raise BadBundle(code, f"This is a bundle, but no {kind}.")
        if header.district != district:
            raise BadBundle("bundle_district", "This bundle is for another district.")
        return cls(path, header, line[:-1])

    def check(self, public: str) -> None:
        """Raises `BadBundle` unless the whole file is signed by the owner of `public`."""
        digest = hashlib.sha256()
        with _on_stick(), self.path.open("rb") as file:
            left = os.fstat(file.fileno()).st_size - _SIGNATURE
            while left > 0 and (chunk := file.read(min(left, 1 << 20))):
                digest.update(chunk)
                left -= len(chunk)
            signature = file.read(_SIGNATURE + 1).decode("ascii", "replace")
        if not keys.holds(public, signature, _signed(digest.hexdigest())):
            raise BadBundle("bundle_damaged", "The bundle is damaged, cut short, or not signed by its sender.")

    def parts(self, reply_key: str) -> Iterator[tuple[bytes, bytes]]:
        """The parts in order, opened: what each is, and what it holds; raises `BadBundle` if one does not open."""
        with _on_stick(), self.path.open("rb") as file:
            file.seek(len(self._raw_header) + 1)
            end = os.fstat(file.fileno()).st_size - _SIGNATURE
            number = 0
            while file.tell() < end:
                size = int.from_bytes(file.read(_LENGTH), "big")
                if size > min(_MAX_PART, end - file.tell()):
                    raise BadBundle("bundle_damaged", "A part of the bundle is longer than any part may be.")
                try:
                    opened = keys.unseal(reply_key, file.read(size), _about(self._raw_header, number))
                except ValueError as error:
                    raise BadBundle("bundle_damaged", "A part of the bundle was not sealed for this reader.") from error
                yield opened[:1], opened[1:]
                number += 1


def name_for(folder: Path, kind: str, device: str, moment: str) -> Path:
    """A name for a new bundle in a folder, by its device and moment (`2026-09-18T09:00:00.000Z`)."""
    stamp = "".join(character for character in moment[:19] if character.isdigit())
    names = (f"{device}-{stamp}{more}{SUFFIXES[kind]}" for more in chain([""], (f"-{number}" for number in count(2))))
    return next(path for name in names if not (path := folder / name).exists())


def _about(raw_header: bytes, number: int) -> bytes:
    """What ties a part to its place in its file."""
    return keys.statement("bundle part", hashlib.sha256(raw_header).hexdigest(), number)


def _signed(digest: str) -> bytes:
    return keys.statement("bundle", digest)
