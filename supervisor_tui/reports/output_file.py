"""A report's file: written whole or not at all, never over another without being told to."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from sync.system.private_files import put_in_place


class Exists(Exception):
    """There is a file of that name already."""


class NoFolder(Exception):
    """The folder to write to is not there."""


def write_file(path: Path, content: Iterable[bytes], *, replace: bool = False) -> None:
    """Write a file in one step; raises `Exists`, `NoFolder` or an `OSError` of the system's.

    What breaks off (Ctrl+C, a full disk, a fault in making the content) leaves nothing behind.
    """
    folder = path.parent
    if not folder.is_dir():
        raise NoFolder(str(folder))
    if path.is_dir() or (path.exists() and not replace):
        raise Exists(str(path))
    handle, name = tempfile.mkstemp(prefix=".export-", dir=folder)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        raise
