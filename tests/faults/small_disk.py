"""A disk that is really full: a file system of a few megabytes with no room left, or a limit on a file's length.

The first wants the right to mount and meets every write; the second works for anybody, and is what a quota does: the
system refuses the write with another error.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

SIZE = 48 * 1024 * 1024
MOUNTED, LIMITED, READ_ONLY = "small file system", "limited file size", "read-only"


class SmallDisk:
    """A folder whose room can be taken away."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder = folder
        self.kind = kind

    @contextmanager
    def full(self, room: int = 0, processes: Sequence[int] = ()) -> Iterator[None]:
        """At most `room` bytes more can be written here; or, by a limit, into any file of this process or these."""
        with self._ballast(room) if self.kind == MOUNTED else self._limit(room, processes):
            yield

    @contextmanager
    def _ballast(self, room: int) -> Iterator[None]:
        ballast = self.folder / "ballast"
        free = os.statvfs(self.folder)
        with ballast.open("wb") as file:
            taken = free.f_bavail * free.f_frsize - room
            if taken > 0:
                os.posix_fallocate(file.fileno(), 0, taken)
        try:
            yield
        finally:
            ballast.unlink()

    @contextmanager
    def _limit(self, room: int, processes: Sequence[int]) -> Iterator[None]:
        limited = [process for process in (0, *processes) if process or not processes]
        before = [resource.prlimit(process, resource.RLIMIT_FSIZE) for process in limited]
        for process, (_, hard) in zip(limited, before, strict=True):
            resource.prlimit(process, resource.RLIMIT_FSIZE, (room, hard))
        try:
            yield
        finally:
            for process, limits in zip(limited, before, strict=True):
                resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


@contextmanager
def small_disk(folder: Path, kind: str) -> Iterator[SmallDisk]:
    """A disk of `SIZE` bytes at a folder that is made for it."""
    folder.mkdir()
    if kind == LIMITED:
        yield SmallDisk(folder, kind)
        return
    _mount("-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder))
    try:
        yield SmallDisk(folder, kind)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """A folder in which nothing can be written: mounted so, or without the permissions for those whom they bind."""
    if may_mount():
        _mount("--bind", str(folder), str(folder))
        _mount("-o", "remount,bind,ro", str(folder))
        try:
            yield
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    modes = {path: path.stat().st_mode for path in (*folder.rglob("*"), folder)}
    for path in modes:
        path.chmod(0o500 if path.is_dir() else 0o400)
    try:
        with _bound_by_permissions():
            yield
    finally:
        for path, mode in reversed(modes.items()):
            path.chmod(mode)


@contextmanager
def _bound_by_permissions() -> Iterator[None]:
    """Let files' permissions bind this thread, even the system's own user: two of its capabilities are laid aside."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    held = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice 32 bits
    if libc.capget(header, held) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    fewer = (ctypes.c_uint32 * 6)(*held)
    fewer[0] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    libc.capset(header, fewer)
    try:
        yield
    finally:
        libc.capset(header, held)


@cache
def may_mount() -> bool:
    """Whether this process may mount file systems."""
    if os.name != "posix" or os.geteuid() != 0:
        return False
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        tried = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", name], check=False, capture_output=True
        )
        if tried.returncode == 0:
            subprocess.run(["umount", "--lazy", name], check=True)
    return tried.returncode == 0


def kinds() -> list[str]:
    """The kinds of small disks that there are here: never none."""
    return [MOUNTED, LIMITED] if may_mount() else [LIMITED]


def _mount(*how: str) -> None:
    subprocess.run(["mount", *how], check=True)


class FailingDisk:
    """A file system of its own in a file, which can turn read-only under whoever writes on it, and be mended."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "mounted"
        self._image = folder / "image"

    def make(self) -> None:
        """Make it and mount it."""
        self.folder.mkdir(parents=True)
        with self._image.open("wb") as image:
            image.truncate(SIZE)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(self._image)], check=True)
        self._mount_it()

    def _mount_it(self) -> None:
        _mount("-o", "loop", str(self._image), str(self.folder))

    def turn_read_only(self) -> None:
        """What the system does when a disk fails: open files can be written no more, either."""
        _mount("-o", "remount,abort", str(self.folder))

    def mend(self) -> None:
        """Check and mount it again; nobody may have a file of it open."""
        self.remove()
        subprocess.run(["fsck.ext4", "-y", str(self._image)], check=False, capture_output=True)
        self._mount_it()

    @contextmanager
    def unwritable(self, *files: Path) -> Iterator[None]:
        """Refuse every write into these files, those that are open included, and let them be written again."""
        names = [str(file) for file in files if file.exists()]
        subprocess.run(["chattr", "+i", *names], check=True)
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", *names], check=True)

    def remove(self) -> None:
        """Take it away."""
        subprocess.run(["umount", str(self.folder)], check=True)


@contextmanager
def failing_disk(folder: Path) -> Iterator[FailingDisk]:
    """A disk that can fail at a folder that is made for it."""
    disk = FailingDisk(folder)
    disk.make()
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk.folder)], check=False)


@cache
def may_loop() -> bool:
    """Whether a file can be mounted as a file system here."""
    import shutil
    import tempfile

    if not may_mount() or shutil.which("mkfs.ext4") is None or shutil.which("chattr") is None:
        return False
    with tempfile.TemporaryDirectory() as name:
        try:
            with failing_disk(Path(name) / "disk"):
                return True
        except subprocess.CalledProcessError:
            return False
