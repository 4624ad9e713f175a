"""A system that refuses file locks or shared memory, as some network drives do: run a program under one.

    python -m tests.faults.odd_systems KIND PROGRAM [ARGUMENT ...]

The system itself refuses the calls (a seccomp filter, for which no rights are wanted), so that the real drivers meet
the real errors.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import runpy
import struct
import subprocess
import sys
from functools import cache

from sync.central.storage import sqlite
from sync.replica.storage import connect

LOCKS_REFUSED, NO_LOCKS, NO_SHARED_MEMORY = "locks refused", "no locks", "no shared memory"
KINDS = (LOCKS_REFUSED, NO_LOCKS, NO_SHARED_MEMORY)

A_LONG_WAIT = 3600.0  # seconds; more than any test waits for a program
_CALLS = {"x86_64": (72, 9), "aarch64": (25, 222)}  # fcntl, mmap
_SET_LOCK = 6  # F_SETLK
_SHARED = 1  # MAP_SHARED; a page that no file stands behind is refused as well, which nobody here asks for
_NUMBER, _ARGUMENTS = 0, 16  # where a filter finds the call's number, and its arguments of eight bytes each
_LOAD, _AND, _IF_EQUAL, _IF_ANY, _RETURN = 0x20, 0x54, 0x15, 0x45, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_NO_NEW_PRIVILEGES, _SECCOMP, _BY_FILTER = 38, 22, 2


def _filter(kind: str) -> bytes:
    """The filter's program: five steps of eight bytes."""
    lock, map_pages = _CALLS[platform.machine()]
    if kind == NO_SHARED_MEMORY:
        call, argument, test, wanted, error = map_pages, 3, _IF_ANY, _SHARED, errno.ENODEV
    else:
        call, argument, test, wanted = lock, 1, _IF_EQUAL, _SET_LOCK
        error = errno.EPERM if kind == LOCKS_REFUSED else errno.ENOLCK
    steps = [
        (_LOAD, 0, 0, _NUMBER),
        (_IF_EQUAL, 0, 3, call),
        (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
        (test, 0, 1, wanted),
        (_RETURN, 0, 0, _REFUSE | error),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def refuse(kind: str) -> None:
    """Let the system refuse this process and its children what `kind` says, for good."""
    program = _filter(kind)
    held = ctypes.create_string_buffer(program, len(program))
    whole = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if libc.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    if libc.prctl(_SECCOMP, ctypes.c_ulong(_BY_FILTER), ctypes.c_char_p(whole), zero, zero) != 0:
        raise OSError(ctypes.get_errno(), "prctl")


@cache
def may_refuse() -> bool:
    """Whether the system here lets a process refuse itself calls."""
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return False
    tried = subprocess.run(
        [sys.executable, "-m", __name__, LOCKS_REFUSED, "keyword"], check=False, capture_output=True, timeout=60
    )
    return tried.returncode == 0


def main() -> None:
    """Refuse the calls, then run the program named, which would wait long for a file that another program holds."""
    kind, program, *arguments = sys.argv[1:]
    refuse(kind)
    connect.BUSY_SECONDS = sqlite.BUSY_SECONDS = connect._SETTINGS["timeout"] = A_LONG_WAIT
    sys.argv = [program, *arguments]
    runpy.run_module(program, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
