"""Attachments as both ends name and bound them: a blob is named by the SHA-256 of its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

FIELD = "attachment."  # and the blob's name: a field of inspections, notes and follow-ups
MAX_BLOB_BYTES = 20 * 1024 * 1024
PART_BYTES = 256 * 1024  # sent at a time: what a cut on a thin line loses at most
PATH = "/v1/blobs/{sha256}"
OFFSET, LENGTH = "Upload-Offset", "Upload-Length"
ATTACHED = "Attachments-Held"  # of how many of the asking device's all is at the store, once it holds all of this one

_NAME = re.compile("[0-9a-f]{64}")


def is_name(text: str) -> bool:
    """Whether a text may name a blob: 64 lower-case hexadecimal digits."""
    return _NAME.fullmatch(text) is not None


def named_in(fields: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The blobs that fields of a record name, each with what is said of it (`name`, `type`, `size`)."""
    for field, said in fields.items():
        name = field.removeprefix(FIELD)
        if field.startswith(FIELD) and is_name(name) and isinstance(said, dict):
            yield name, said
