"""A profile that gives way to another is set aside under another name, never destroyed: one step, and it still opens.

It becomes a profile of its own (`--profile NAME-before-MOMENT`), with all that lay in its folder.
"""

from __future__ import annotations

from pathlib import Path

from sync.model.days import stamp
from sync.replica.storage.connect import InUse
from sync.system.database_file import is_open_elsewhere
from sync.system.private_files import put_in_place

_LONGEST = 40  # characters of a profile's name
_TO_THE_SECOND = 15  # characters of a stamp


def set_aside(path: Path) -> Path:
    """Give the folder of the profile's file at `path` another name; where the file is now.

    Raises `InUse` while another program has it open. Never for a file this process has open.
    """
    if is_open_elsewhere(path):
        raise InUse("Another program has the profile open; close it first.")
    end = f"-before-{stamp()[:_TO_THE_SECOND]}"
    folder = path.parent
    aside, number = folder.with_name(folder.name[: _LONGEST - len(end)] + end), 1
    while aside.exists():
        number += 1
        aside = folder.with_name(folder.name[: _LONGEST - len(end) - 3] + f"{end}-{number}")
    put_in_place(folder, aside)
    return aside / path.name
