"""The command `export`: the brief, a unit's file, the register, the sheet of an inspection, the entries."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from supervisor_tui.cli.outcome import Refusal
from supervisor_tui.cli.parser import DONE, WRONG_USAGE
from supervisor_tui.cli.reading import open_replica
from supervisor_tui.days import this_day, today
from supervisor_tui.forms.days import read_day
from supervisor_tui.locale import t
from supervisor_tui.reports.document import Document
from supervisor_tui.reports.formats import FORMATS, render
from supervisor_tui.reports.writing import Exists, NoFolder, write_file
from sync.fields import day as day_check
from sync.replica import Replica, query

_STDOUT = "-"


def export(options: argparse.Namespace) -> int:
    """Write a report into a file, or on stdout for `-`."""
    form = _format(options)
    with open_replica(options) as replica:
        content = render(_document(replica, options), form)
    if options.out == _STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(content)
        return DONE
    path = Path(options.out).expanduser()
    try:
        write_file(path, content, replace=options.force)
    except Exists:
        raise Refusal(t("export.exists", file=path)) from None
    except NoFolder:
        raise Refusal(t("export.no_such_folder", folder=path.parent)) from None
    except OSError:
        raise Refusal(t("cli.cannot_write")) from None
    print(t("export.written", file=path))
    return DONE


def _format(options: argparse.Namespace) -> str:
    form: str = options.format or Path(options.out).suffix[1:].lower()
    if form not in FORMATS:
        raise Refusal(t("export.which_format", formats=", ".join(FORMATS)), WRONG_USAGE)
    return form


def _document(replica: Replica, options: argparse.Namespace) -> Document:
    from supervisor_tui.reports.brief import brief

    since, until = _period(replica, options)
    return brief(replica, since, until)


def _period(replica: Replica, options: argparse.Namespace) -> tuple[str, str]:
    """The days given; without them from the campaign's first day (of the year without a campaign) to today."""
    since = _day(options.since) or query.campaign(replica).starts_on or f"{today()[:4]}-01-01"
    until = _day(options.until) or today()
    if since > until:
        raise Refusal(t("export.wrong_order"))
    return since, until


def _day(typed: str) -> str:
    read = read_day(typed, this_day()) if typed else ""
    if read and day_check(read):
        raise Refusal(t("export.bad_day", day=typed))
    return read
