"""Copies of attachments that were handed to the system's programs: readable, so they go when the workbench ends.

They lie in one folder beside the profile's file, its owner's alone. What a workbench that was killed has left goes when
the next one begins.
"""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from sync.system.private_files import private_folder

_FOLDER = "opened"


def fresh_folder(profile: Path) -> Path:
    """A new folder for one copy, beside the profile's file."""
    folder = profile.parent / _FOLDER
    private_folder(folder)
    return Path(tempfile.mkdtemp(dir=folder))


def clear(profile: Path) -> None:
    """Overwrite and remove every copy there is; one that another program holds stays until the next time."""
    folder = profile.parent / _FOLDER
    if not folder.exists():
        return
    from sync.replica.storage.rekey import scrub

    for copy in folder.rglob("*"):
        if copy.is_file() and not copy.is_symlink():
            with suppress(OSError):
                scrub(copy)
    shutil.rmtree(folder, ignore_errors=True)
