"""Attachments on a laptop: bytes kept in the file (and encrypted with it), named by their SHA-256, in parts.

A record is complete without them. What was attached here is kept here and sent when there is a line; what others
attached is fetched when somebody opens it. What is attached to a draft lies here as well and is not sent before the
record is kept (`append` sees to that).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sync.console.named_files import read_given
from sync.model.briefs import KIND as BRIEF
from sync.protocol.blobs import FIELD, MAX_BLOB_BYTES, PART_BYTES, named_in
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection
from sync.system.fault_points import fault_point

KINDS = ("inspection", "liaison_note", "follow_up")
UNSENT, SENT, WITH_A_DRAFT = 0, 1, 2  # what stands in the column `sent`
_KNOWN = "attachments_held"  # setting: of how many attached here the store is known to hold all
_TEXT = (".txt", ".csv", ".md")
# What a file begins with, and the endings it may have then: a name alone proves nothing.
_BEGINNINGS: tuple[tuple[bytes, str, tuple[str, ...]], ...] = (
    (b"%PDF-", "application/pdf", (".pdf",)),
    (b"\x89PNG\r\n\x1a\n", "image/png", (".png",)),
    (b"\xff\xd8\xff", "image/jpeg", (".jpg", ".jpeg")),
    (b"GIF8", "image/gif", (".gif",)),
    (b"PK\x03\x04", "application/zip", (".docx", ".xlsx", ".pptx", ".ofd", ".odt", ".ods", ".wps")),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage", (".doc", ".xls", ".ppt", ".wps", ".et")),
)


class Attachment(msgspec.Struct, frozen=True, kw_only=True):
    """A file attached to a record. `here`: its bytes are on this laptop; `sent`: the office is known to hold them.

    `item`: of the checklist that asked for it; empty for any other.
    """

    name: str
    file_name: str
    type: str
    size: int
    here: bool
    sent: bool
    item: str = ""


def type_of(path: Path, start: bytes) -> str:
    """The kind of a file by its first bytes and its ending; raises `Refused` for one that is not taken."""
    ending = path.suffix.lower()
    for beginning, kind, endings in _BEGINNINGS:
        if start.startswith(beginning) and ending in endings:
            return kind
    if ending in _TEXT and b"\0" not in start:
        return "text/plain"
    raise Refused("attachment_type", f"A file of the type {ending or 'without an ending'} is not taken.")


class File(msgspec.Struct, frozen=True):
    """A file as it was read: its name as a blob, what a record says of it, its bytes."""

    name: str
    said: dict[str, Any]
    content: bytes

    @property
    def field(self) -> str:
        """The field of a record that names it."""
        return FIELD + self.name


def read_file(path: Path, item: str = "") -> File:
    """A file as it may be attached; raises `Refused` for a type or a size that is not taken, or `OSError`.

    `item`: of the checklist that asks for it.
    """
    content = read_given(path, MAX_BLOB_BYTES + 1)
    if not content:
        raise Refused("attachment_empty", "The file is empty.")
    if len(content) > MAX_BLOB_BYTES:
        raise Refused("attachment_size", f"The file is larger than {MAX_BLOB_BYTES // 2**20} MiB.")
    said = {"name": path.name[:120], "type": type_of(path, content[:4096]), "size": len(content)}
    return File(hashlib.sha256(content).hexdigest(), said | ({"item": item} if item else {}), content)


def hold(connection: Connection, file: File, sent: int) -> None:
    """Keep a file's bytes here; `sent` is where it stands if it was not here before. Part of what was fetched goes."""
    row = connection.execute("SELECT complete, sent FROM blob WHERE name = ?", (file.name,)).fetchone()
    if row is None:
        connection.execute("INSERT INTO blob VALUES (?, ?, 1, ?)", (file.name, len(file.content), sent))
    elif not row[0]:
        connection.execute("DELETE FROM blob_part WHERE blob = ?", (file.name,))
        connection.execute("UPDATE blob SET complete = 1, size = ? WHERE name = ?", (len(file.content), file.name))
    elif row[1] == WITH_A_DRAFT and sent == UNSENT:
        connection.execute("UPDATE blob SET sent = 0 WHERE name = ?", (file.name,))
    connection.executemany(
        "INSERT OR IGNORE INTO blob_part VALUES (?, ?, ?)",
        [
            (file.name, first, file.content[first : first + PART_BYTES])
            for first in range(0, len(file.content), PART_BYTES)
        ],
    )


def attach(replica: Replica, record: str, path: Path, why: str, item: str = "") -> Written:
    """Attach a file to a record; raises `Refused` for a type, a size or a record that is not taken, or `OSError`."""
    file = read_file(path, item)
    with replica.transaction() as connection:
        row = connection.execute(f"SELECT r.kind FROM {BY_NAME} WHERE n.record = ?", (record,)).fetchone()
        if row is None or row[0] not in KINDS:
            raise Refused("attachment_record", "Files are attached to inspections, notes and follow-ups.")
        hold(connection, file, UNSENT)
        fault_point("blob.kept")
        return edits.correct_in(replica, connection, record, {file.field: file.said}, why)


def attachments(replica: Replica, fields: dict[str, Any]) -> list[Attachment]:
    """What a record's fields say is attached, in order of file names, and whether it is here."""
    found = []
    for name, said in named_in(fields):
        row = replica.connection.execute("SELECT complete, sent FROM blob WHERE name = ?", (name,)).fetchone()
        complete, sent = row or (0, 0)
        found.append(
            Attachment(
                name=name,
                file_name=str(said.get("name", name)),
                type=str(said.get("type", "")),
                size=size if isinstance(size := said.get("size"), int) else 0,
                here=bool(complete),
                sent=sent == SENT,
                item=str(said.get("item", "")),
            )
        )
    return sorted(found, key=lambda each: (each.file_name, each.name))


def content(replica: Replica, name: str) -> Iterator[bytes]:
    """The bytes of an attachment that is here, part by part."""
    for (part,) in replica.connection.execute("SELECT content FROM blob_part WHERE blob = ? ORDER BY first", (name,)):
        yield part


def unsent(replica: Replica) -> list[tuple[str, int]]:
    """Names and sizes of what the office is not known to hold, the smallest first."""
    rows = replica.connection.execute("SELECT name, size FROM blob WHERE complete = 1 AND sent = 0 ORDER BY size, name")
    return [(name, size) for name, size in rows]


def missing(replica: Replica) -> list[tuple[str, int]]:
    """The attachments that records here name and that are not here, the smallest first; how much of each is.

    The list behind an issued brief may name any unit, so it is lacking only where the whole district is read.
    """
    listed = "" if replica.reach is not None and replica.reach.everything else f" AND r.kind <> '{BRIEF}'"
    rows = replica.connection.execute(
        f"SELECT r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.withdrawn = 0{listed}"
        " AND instr(coalesce(r.fields, e.body), CAST('\"attachment.' AS BLOB)) > 0"
    ).fetchall()
    named = {name: said.get("size") for row in rows for name, said in named_in(record_fields(*row))}
    away = [name for name in named if not is_here(replica, name)]
    away.sort(key=lambda name: (size if isinstance(size := named[name], int) else 0, name))
    return [(name, held_of(replica, name)) for name in away]


def is_here(replica: Replica, name: str) -> bool:
    """Whether all of it is here."""
    row = replica.connection.execute("SELECT complete FROM blob WHERE name = ?", (name,)).fetchone()
    return bool(row and row[0])


def part_from(replica: Replica, name: str, offset: int) -> bytes:
    """At most one part's bytes from `offset` on."""
    rows = replica.connection.execute(
        "SELECT first, content FROM blob_part WHERE blob = ? AND first + length(content) > ? ORDER BY first LIMIT 2",
        (name, offset),
    )
    return b"".join(part[max(0, offset - first) :] for first, part in rows)[:PART_BYTES]


def note_sent(replica: Replica, name: str, told: int) -> None:
    """The office holds all of it, and by now so many of what was attached here."""
    with replica.transaction() as connection:
        connection.execute("UPDATE blob SET sent = 1 WHERE name = ?", (name,))
        note_held(replica, told)


def note_held(replica: Replica, told: int) -> None:
    """Note how many of what was attached here the office holds after it was handed more."""
    if told > _known(replica):
        replica.set_setting(_KNOWN, str(told))


def is_news(replica: Replica, told: int | None) -> bool:
    """Whether the store says that it holds another number of what was attached here than is known."""
    return told is not None and told != _known(replica)


def hear(replica: Replica, told: int | None) -> None:
    """Note how many of what was attached here the store says to hold; if that is fewer, all are to be sent again.

    A store whose file was put back may have every record and yet not what was attached. Nothing is sent twice: the
    store is asked of each how far it has it.
    """
    if told is None or told == _known(replica):
        return
    if told < _known(replica):
        send_again(replica)
    replica.set_setting(_KNOWN, str(told))


def send_again(replica: Replica) -> None:
    """Take back that the office is known to hold any of what is here."""
    replica.connection.execute("UPDATE blob SET sent = 0 WHERE complete = 1 AND sent = 1")


def _known(replica: Replica) -> int:
    return int(replica.setting(_KNOWN) or 0)


def held_of(replica: Replica, name: str) -> int:
    """How many bytes of it have been fetched."""
    (held,) = replica.connection.execute(
        "SELECT coalesce(sum(length(content)), 0) FROM blob_part WHERE blob = ?", (name,)
    ).fetchone()
    return int(held)


def keep_part(replica: Replica, name: str, offset: int, part: bytes, size: int) -> bool:
    """Keep a fetched part; whether the blob is whole now. Raises `ValueError`, and drops it, if it is not its name."""
    with replica.transaction() as connection:
        connection.execute("INSERT INTO blob VALUES (?, ?, 0, 1) ON CONFLICT (name) DO NOTHING", (name, size))
        connection.execute("INSERT OR REPLACE INTO blob_part VALUES (?, ?, ?)", (name, offset, part))
        if offset + len(part) < size:
            return False
        sha = hashlib.sha256()
        for each in content(replica, name):
            sha.update(each)
        is_whole = sha.hexdigest() == name
        if is_whole:
            connection.execute("UPDATE blob SET complete = 1, size = ? WHERE name = ?", (size, name))
        else:
            connection.execute("DELETE FROM blob_part WHERE blob = ?", (name,))
    if not is_whole:
        raise ValueError("the bytes are not those the name stands for")
    return True
