"""Paths and files that a person names: read in one way everywhere, so that no name ends a program or makes it wait."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


def given_path(text: str) -> Path:
    """Return the path a person typed. `~` and `~name` mean home folders, an unknown name itself, as in a shell."""
    plain = text.replace("\0", "")
    try:
        return Path(plain).expanduser()
    except RuntimeError:
        return Path(plain)


def open_given(path: Path) -> BinaryIO:
    """Open a plain file for reading; raises `OSError`, also for a pipe, a device or a socket, and never waits."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    held = os.open(path, flags)
    mode = os.fstat(held).st_mode
    if not stat.S_ISREG(mode):
        os.close(held)
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.EINVAL
        raise OSError(number, os.strerror(number), os.fspath(path))
    return os.fdopen(held, "rb")


def read_given(path: Path, most: int = -1) -> bytes:
    """Return the bytes of a plain file, at most `most` of them; raises `OSError`."""
    with open_given(path) as file:
        return file.read(most)


def shown_path(path: Path) -> str:
    """Return a path as text: bytes of it that are no text are shown as `�`."""
    return os.fsencode(path).decode("utf-8", "replace")
