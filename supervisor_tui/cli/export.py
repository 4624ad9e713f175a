"""The command `export`: the brief, a unit's file, the register, the sheet of an inspection, the entries."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import msgspec

from supervisor_tui.cli.commands import DONE, WRONG_USAGE
from supervisor_tui.cli.options.as_of import as_of, day_meant
from supervisor_tui.cli.options.lookup import open_replica, record_id, unit_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_line, progress_line
from supervisor_tui.cli.options.periods import must_be_in_order, period_asked
from supervisor_tui.cli.show.register import filters
from supervisor_tui.labels.file_faults import system_words
from supervisor_tui.locale import t
from supervisor_tui.reports.output_file import Exists, NoFolder, write_file
from supervisor_tui.reports.request import ReportRequest, content, formats_of
from sync.console.named_files import given_path
from sync.replica import Replica
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import Wanted

_STDOUT = "-"
_WANTED = {"unit": "unit", "sheet": "record"}  # what a report cannot do without


def export(options: argparse.Namespace) -> int:
    """Write a report into a file, or on stdout for `-`."""
    form = _format(options)
    if (wanted := _WANTED.get(options.what)) and not getattr(options, wanted):
        raise Refusal(t(f"export.wants_{wanted}"), WRONG_USAGE)
    with open_replica(options) as replica:
        asked = _asked(replica, options, form)
        _write(replica, asked, options)
    return DONE


def _write(replica: Replica, asked: ReportRequest, options: argparse.Namespace) -> None:
    from supervisor_tui.reports.inspection_sheet import NotAnInspection

    path = given_path(options.out)
    try:
        with progress_line() as told:
            pieces = content(replica, asked, told)
            if options.out == _STDOUT:
                sys.stdout.flush()
                sys.stdout.buffer.writelines(pieces)
                return
            write_file(path, pieces, replace=options.force)
    except NotAnInspection:
        raise Refusal(t("export.not_an_inspection")) from None
    except Exists:
        raise Refusal(t("export.exists", file=path)) from None
    except NoFolder:
        raise Refusal(t("export.no_such_folder", folder=path.parent)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Refusal(t("export.failed", why=system_words(error))) from None
    print_line(t("export.written", file=path))


def _format(options: argparse.Namespace) -> str:
    form: str = options.format or Path(options.out).suffix[1:].lower()
    if form not in (offered := formats_of(options.what)):
        raise Refusal(t("export.which_format", what=options.what, formats=", ".join(offered)), WRONG_USAGE)
    return form


def _only(replica: Replica, options: argparse.Namespace) -> Wanted | None:
    """Return which follow-ups the written register is to hold; None for those it holds without a filter."""
    if options.what != "register":
        return None
    found = filters(replica, options)
    found = msgspec.structs.replace(found, shown=options.shown or "all", unit="")
    return None if found == Wanted(shown="all") else found


def _asked(replica: Replica, options: argparse.Namespace, form: str) -> ReportRequest:
    since, until, record = day_meant(replica, options.since), day_meant(replica, options.until), ""
    campaign, as_of_day = as_of(replica, options)
    if options.what == "brief" and options.number:
        from supervisor_tui.cli.briefs import issued_named

        record = issued_named(replica, options.number, options.campaign).record
    elif options.what == "brief":
        campaign, since, until = period_asked(replica, options, as_of_day)
    elif options.record:
        record = record_id(replica, options.record)
    must_be_in_order(since, until)
    return ReportRequest(
        what=options.what,
        format=form,
        today=today(replica),
        campaign=campaign,
        unit=unit_id(replica, options.unit) if options.unit else "",
        record=record,
        since=since,
        until=until,
        everything=options.all,
        only=_only(replica, options),
        as_of=as_of_day,
    )
