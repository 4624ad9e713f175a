"""What is asked for (a report, of what, of when) and the bytes it makes: the one door for command line and screens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from supervisor_tui.reports.document import Document
from supervisor_tui.reports.formats.choice import FORMATS, render
from supervisor_tui.reports.formats.watched import Progress, watched
from sync.replica import Replica
from sync.replica.queries.follow_ups import Wanted
from sync.system.uncollected import uncollected

ENTRIES = "entries"
_EVERY = 1_000  # pieces between two words of progress
REPORTS = ("brief", "unit", "register", "sheet", ENTRIES)


class ReportRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A report: `what` of `REPORTS`, in which format; `unit` and `record` are ids, days YYYY-MM-DD, empty: not said.

    `record` is a sheet's inspection, or of a brief the one that was issued.
    `today` is the day it is made; `everything`: settled follow-ups stand in the register, too; `only`:
    those that these filters let through. `as_of`: as it was at
    the end of that day; what ends on a day in the past is as of that one.
    """

    what: str
    format: str
    today: str
    unit: str = ""
    campaign: str = ""
    record: str = ""
    since: str = ""
    until: str = ""
    everything: bool = False
    only: Wanted | None = None
    as_of: str = ""

    @property
    def day(self) -> str:
        """The day as of which it is asked; empty for now."""
        return self.as_of or (self.until if "" < self.until < self.today else "")


def formats_of(what: str) -> tuple[str, ...]:
    """The formats a report can be had in."""
    if what == ENTRIES:
        from supervisor_tui.reports.entries import FORMATS as RAW

        return RAW
    return FORMATS


def content(replica: Replica, asked: ReportRequest, progress: Progress = lambda _done, _total: None) -> Iterable[bytes]:
    """The report, piece by piece; raises `NotAnInspection` for the sheet of anything else, `NoSuchBrief`.

    `progress` is told (rows done, rows in all); an exception it raises stops the work.
    """
    if asked.what == ENTRIES:
        from supervisor_tui.reports import entries

        pieces = (entries.as_json if asked.format == "json" else entries.as_csv)(replica, asked.unit)
        return _counted(pieces, entries.count(replica, asked.unit), progress)
    progress(0, 0)
    with uncollected():
        document = _DOCUMENTS[asked.what](replica, asked, progress)
        return [render(watched(document, progress), asked.format)]


def _counted(pieces: Iterable[bytes], total: int, progress: Progress) -> Iterator[bytes]:
    for number, piece in enumerate(pieces):
        if number % _EVERY == 0:
            progress(min(number, total), total)
        yield piece


def _brief(replica: Replica, asked: ReportRequest, progress: Progress) -> Document:
    if asked.record:
        from supervisor_tui.reports.issued import issued_document

        return issued_document(replica, asked.record)
    from supervisor_tui.reports.brief import brief

    return brief(replica, asked.campaign, asked.since, asked.until, progress)


def _unit(replica: Replica, asked: ReportRequest, _: Progress) -> Document:
    from supervisor_tui.reports.unit_file import unit_file

    return unit_file(
        replica,
        asked.unit,
        asked.today,
        asked.since,
        asked.until or "9999",
        campaign=asked.campaign,
        day=asked.day,
    )


def _register(replica: Replica, asked: ReportRequest, _: Progress) -> Document:
    from supervisor_tui.reports.register import register
    from sync.replica.as_of.report_period import Register

    chosen = asked.only is not None and (asked.only.shown != "all" or bool(asked.only.status))
    everything = asked.everything or chosen or bool(asked.since or asked.until)
    until = asked.until or "9999"
    wanted = Register(
        unit=asked.unit,
        campaign=asked.campaign,
        day=asked.day,
        settled=everything,
        since=asked.since,
        until=until,
        only=asked.only,
    )
    return register(replica, wanted, wanted.day or asked.today)


def _sheet(replica: Replica, asked: ReportRequest, _: Progress) -> Document:
    from supervisor_tui.reports.inspection_sheet import sheet

    return sheet(replica, asked.record)


_DOCUMENTS: dict[str, Callable[[Replica, ReportRequest, Progress], Document]] = {
    "brief": _brief,
    "unit": _unit,
    "register": _register,
    "sheet": _sheet,
}
