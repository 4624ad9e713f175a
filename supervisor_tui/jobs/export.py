"""A report written beside the screens: in a worker thread with a file handle of its own, into a person's documents."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from supervisor_tui.jobs.job import Outcome, Progress
from supervisor_tui.labels.file_faults import fault_words, system_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import head, one_line

if TYPE_CHECKING:
    from supervisor_tui.reports.request import ReportRequest

_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
_LONGEST = 100  # cells of a file's name before its ending


def documents() -> Path:
    """Where reports go: the person's documents, or the home folder where there are none."""
    from platformdirs import user_documents_path

    folder = user_documents_path()
    return folder if folder.is_dir() else Path.home()


def file_name(name: str, form: str, folder: Path) -> Path:
    """A file of that name that is not there yet."""
    plain = _NOT_IN_NAMES.sub(" ", one_line(name)).strip(" .") or "report"
    short = head(" ".join(plain.split()), _LONGEST)
    path, number = folder / f"{short}.{form}", 2
    while path.exists():
        path, number = folder / f"{short} ({number}).{form}", number + 1
    return path


def export_work(file: Path, asked: ReportRequest, name: str, progress: Progress) -> Outcome:
    """Write the report of the replica's `file`, whole or not at all; runs in the worker thread."""
    from supervisor_tui.reports.output_file import Exists, NoFolder, write_file
    from supervisor_tui.reports.request import content
    from sync.replica import Replica, ReplicaError

    try:
        path = file_name(name, asked.format, documents())
        with Replica.open(file) as replica:
            write_file(path, content(replica, asked, progress))
    except LookupError:  # the unit or the record is no longer here
        return Outcome(t("export.failed_gone"), "error")
    except Exists:
        return Outcome(t("export.failed", why=t("errno.EEXIST")), "error")
    except NoFolder:
        return Outcome(t("export.failed", why=t("errno.ENOENT")), "error")
    except OSError as error:
        return Outcome(t("export.failed", why=system_words(error)), "error")
    except ReplicaError as error:
        return Outcome(fault_words(error), "error")
    return Outcome(t("export.written", file=path))
