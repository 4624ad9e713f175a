"""`central-store enrol` and `time-zone`: which units take part in which campaign, and whose clocks the days follow."""

from __future__ import annotations

import argparse
from typing import Any

from sync.central.cli.output import print_line, print_wrong
from sync.central.cli.people import Open
from sync.central.locale import t
from sync.console.arguments import described
from sync.console.named_files import given_path, read_given

_DONE, _WRONG_USAGE = 0, 2


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the commands."""
    enrol = described(commands, "enrol", "let units take part in a campaign from a day, or until one")
    enrol.add_argument("units", metavar="UNIT", nargs="*", help="units by id or full name")
    enrol.add_argument("--file", metavar="FILE", help="a text file with one unit a line")
    enrol.add_argument("--batch", default="", metavar="B", help="the units of a batch")
    enrol.add_argument("--category", default="", metavar="C", help="the units of a category")
    enrol.add_argument("--group", default="", metavar="G", help="the units of a group, by its id or name")
    enrol.add_argument("--campaign", required=True, metavar="ID", help="the campaign")
    enrol.add_argument("--from", default="", metavar="DAY", dest="since", help="the first day, YYYY-MM-DD")
    enrol.add_argument("--until", default="", metavar="DAY", help="the last day; without --from: end what runs on it")
    enrol.set_defaults(work=_enrol, open_store=open_store)
    zone = described(commands, "time-zone", "the time zones of the district; with a name and a day, another one")
    zone.add_argument("zone", metavar="NAME", nargs="?", default="", help="as the IANA database names it")
    zone.add_argument(
        "--from", default="", metavar="DAY", dest="since", help="the first day it holds, one that is to come"
    )
    zone.set_defaults(work=_zone, open_store=open_store)


def _enrol(options: argparse.Namespace) -> int:
    from sync.central.admin import participants
    from sync.timeline.participation import Term

    if not (options.since or options.until):
        return _wrong("enrol.no_day")
    if wrong := next((day for day in (options.since, options.until) if day and not _is_day(day)), ""):
        return _wrong("office.no_day", day=wrong)
    named = (*options.units, *(_listed(options.file) if options.file else ()))
    wanted = participants.Wanted(units=named, batch=options.batch, category=options.category, group=options.group)
    if wanted == participants.Wanted():
        return _wrong("enrol.no_units")
    store = options.open_store(options)
    units = participants.units_wanted(store, wanted)
    if options.since:
        changed = participants.enrol(store, units, Term(options.campaign, options.since, options.until))
        print_line(t("enrol.done", count=changed, campaign=options.campaign, day=options.since))
    else:
        changed = participants.end(store, units, options.campaign, options.until)
        print_line(t("enrol.ended", count=changed, campaign=options.campaign, day=options.until))
    if changed < len(units):
        print_wrong(t("enrol.stood" if options.since else "enrol.not_running", count=len(units) - changed))
    return _DONE


def _listed(file: str) -> list[str]:
    """Return the units that a text file names, one a line; raise `CannotRead` for what is no text."""
    from sync.central.imports.report import CannotRead

    path = given_path(file)
    try:
        lines = read_given(path).decode("utf-8-sig").split("\n")
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=path.name)) from error
    except UnicodeDecodeError as error:
        raise CannotRead(t("enrol.no_text", file=path.name)) from error
    return [name for line in lines if (name := line.strip())]


def _is_day(text: str) -> bool:
    from sync.central.imports.values import is_day

    return is_day(text)


def _wrong(key: str, **words: object) -> int:
    print_wrong(t(key, **words))
    return _WRONG_USAGE


def _zone(options: argparse.Namespace) -> int:
    from sync.central.admin import calendar

    if bool(options.zone) != bool(options.since):
        return _wrong("zone.name_and_day")
    if options.since and not _is_day(options.since):
        return _wrong("office.no_day", day=options.since)
    store = options.open_store(options)
    if options.zone:
        changed = calendar.change_zone(store, options.zone, options.since)
        print_line(t("zone.changed" if changed else "zone.stood", zone=options.zone, day=options.since))
        return _DONE
    for first, name in calendar.zones(store).held:
        print_line(t("zone.from" if first else "zone.first", zone=name, day=first))
    return _DONE
