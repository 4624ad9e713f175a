"""Attachments as people meet them: a path as a terminal hands it over, words for their state, saved, opened."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from supervisor_tui.files.opened import fresh_folder
from supervisor_tui.locale import t
from supervisor_tui.reports.output_file import write_file
from sync.console.named_files import given_path
from sync.replica import Replica
from sync.replica.editing import attachments
from sync.replica.editing.attachments import Attachment

if TYPE_CHECKING:
    from sync.client.bundle_exchange import Written

_LONGEST = 8192  # characters of a text that may be paths
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069]')


def dropped(text: str) -> list[Path]:
    """The files that a pasted or dropped text names, if it names nothing else: one, or several beside each other."""
    if not text.strip() or len(text) > _LONGEST:
        return []
    try:
        whole = file_of(text.strip())
        if whole.is_absolute() and whole.is_file():
            return [whole]
        several = [file_of(part) for part in shlex.split(text)]
        return several if all(path.is_absolute() and path.is_file() for path in several) else []
    except (OSError, ValueError):  # no path at all
        return []


def file_of(typed: str) -> Path:
    """The file a typed, pasted or dropped text means: quoted, with escaped blanks, or as a `file:` address."""
    text = typed.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    elif text.startswith("file:"):
        text = unquote(urlsplit(text).path)
    elif os.sep == "/":
        text = re.sub(r"\\(.)", r"\1", text)
    return given_path(text)


def state_words(attachment: Attachment) -> str:
    """Where its bytes are."""
    if not attachment.here:
        return t("attachment.away")
    return t("attachment.here" if attachment.sent else "attachment.unsent")


def carried_words(written: Written) -> str:
    """What a bundle carries of attachments; nothing where it carries none."""
    if not written.attachments:
        return ""
    key = "stick.carried_on" if written.unfinished else "stick.carried"
    return t(key, count=written.attachments, unfinished=written.unfinished)


def file_name(attachment: Attachment) -> str:
    """Its name, harmless on any system: no folders, no signs that act or hide."""
    name = _UNSAFE.sub("_", attachment.file_name).strip(" .")
    return name[-100:] or attachment.name[:12]


def save(replica: Replica, attachment: Attachment, target: Path) -> Path:
    """Save it in a folder under its own name, or as a new file, fetching it first where it is not here; the file.

    Raises `Exists`, `NoFolder`, `OSError` or `ExchangeError`.
    """
    if not attachment.here:
        from sync.client.attachments import fetch

        fetch(replica, attachment.name)
    path = target / file_name(attachment) if target.is_dir() else target
    write_file(path, attachments.content(replica, attachment.name))
    return path


def opened(replica: Replica, attachment: Attachment) -> bool:
    """Open it with the system's program, from a folder that goes with the workbench; whether there is a program."""
    path = save(replica, attachment, fresh_folder(replica.path))
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - the person asked for it; the type was checked when it was attached
        return True
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    begun = subprocess.Popen(
        [opener, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    threading.Thread(target=begun.wait, daemon=True).start()  # its end is noticed, and nobody waits for it
    return True
