"""Folders that are their owner's alone, and names in them that survive a power cut."""

from __future__ import annotations

import os
from pathlib import Path

from sync.system.fault_points import fault_point


def private_folder(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for their owner alone, whatever the umask."""
    if not folder.exists():
        private_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)


def sync_folder(folder: Path) -> None:
    """Make a changed name in a folder durable, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(held)
    finally:
        os.close(held)


def put_in_place(unfinished: Path, path: Path) -> None:
    """Give a finished file its name, in one step that survives a power cut: it is there whole or not at all."""
    fault_point("file.written")
    os.replace(unfinished, path)  # noqa: PTH105 - the one step that counts, by its own name
    sync_folder(path.absolute().parent)
    fault_point("file.named")
