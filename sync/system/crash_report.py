"""What remains of a fault of either program: a file that names the place in the code, and no text of any record."""

from __future__ import annotations

import traceback
from pathlib import Path

from sync.model.days import now
from sync.system.private_files import private_folder

FILE_NAME = "crash.log"


def write_report(folder: Path, error: BaseException | None) -> str:
    """Add the kinds and places of an error and its causes to the folder's report; the file's name.

    Messages and local variables are left out: they may hold what a person wrote, or a token.
    """
    lines = [now()]
    while error is not None:
        lines.append(type(error).__name__)
        lines += [
            f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        error = error.__cause__ or error.__context__
    try:
        private_folder(folder)
        file = folder / FILE_NAME
        file.touch(mode=0o600)
        with file.open("a", encoding="utf-8") as report:
            report.write("\n".join(lines) + "\n\n")
    except OSError:
        return "-"
    return str(file)
