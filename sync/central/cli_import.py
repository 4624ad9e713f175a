"""`central-store import`: asks what unknown headings mean when somebody is there to answer, and prints the report."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.central.cli_output import counted_line, print_line, print_wrong
from sync.central.locale import t
from sync.command_line import described
from sync.signs import readable

if TYPE_CHECKING:
    from sync.central.store import Store
    from sync.central.tables.importing import Wish
    from sync.central.tables.report import Report

_WHAT = ("units", "counts", "groups", "inspections", "templates", "campaign")
_DONE, _REFUSED = 0, 1


def add_import(commands: Any, open_store: Callable[[argparse.Namespace], Store]) -> None:
    """The command and its options."""
    importing = described(commands, "import", "units, counts, groups, inspections, templates or a campaign")
    importing.add_argument("what", choices=_WHAT, help="what the file holds")
    importing.add_argument("file", metavar="FILE", help="xlsx, csv or json; a folder of toml files; a toml file")
    importing.add_argument("--partial", action="store_true", help="keep the good rows even if others are rejected")
    importing.add_argument("--dry-run", action="store_true", help="say every doubt, keep nothing")
    importing.add_argument("--json", action="store_true", help="the whole report as JSON")
    importing.add_argument(
        "--map", action="append", default=[], metavar="HEADING=FIELD", help="what a heading means; - leaves it out"
    )
    importing.add_argument("--map-file", metavar="FILE", help="the same as a toml or json table")
    importing.add_argument("--sheet", default="", metavar="NAME", help="this sheet of a workbook only")
    importing.add_argument("--year", type=int, metavar="YYYY", help="the year of days written without one")
    importing.add_argument("--on", default="", metavar="DAY", help="the day of counts that carry none, YYYY-MM-DD")
    importing.set_defaults(work=lambda options: _import(options, open_store))


def _import(options: argparse.Namespace, open_store: Callable[[argparse.Namespace], Store]) -> int:
    import msgspec

    wish = _wish(options)
    store = open_store(options)
    report = _imported(store, options, wish)
    if report.asked and not options.json and sys.stdin.isatty():
        wish = msgspec.structs.replace(wish, said={**wish.said, **_answers(options.what, report.asked)})
        report = _imported(store, options, wish)
    if options.json:
        print_line(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        _print(report, wish)
    return _DONE if not report.rejected or (options.partial and not report.asked) else _REFUSED


def _imported(store: Store, options: argparse.Namespace, wish: Wish) -> Report:
    import msgspec

    from sync.central.imports import imported

    with counted_line() as tell:
        return imported(store, options.what, Path(options.file), msgspec.structs.replace(wish, progress=tell))


def _wish(options: argparse.Namespace) -> Wish:
    from sync.central.tables.importing import Wish
    from sync.central.tables.report import CannotRead
    from sync.central.tables.values import is_day

    if options.on and not is_day(options.on):
        raise CannotRead(t("import.no_day", day=options.on))
    if options.year is not None and not 1900 <= options.year <= 2200:
        raise CannotRead(t("import.no_year", year=options.year))
    return Wish(
        partial=options.partial,
        dry_run=options.dry_run,
        said=_said(options),
        sheet=options.sheet,
        year=options.year,
        on=options.on,
    )


def _said(options: argparse.Namespace) -> dict[str, str]:
    """What the command line says of headings."""
    from sync.central.tables.report import CannotRead

    said = _from_file(Path(options.map_file)) if options.map_file else {}
    for each in options.map:
        heading, equals, field = each.rpartition("=")
        if not (heading.strip() and equals and field.strip()):
            raise CannotRead(t("import.no_map", said=each))
        said[heading.strip()] = field.strip()
    return said


def _from_file(file: Path) -> dict[str, str]:
    from sync.central.tables.read import read_meanings
    from sync.central.tables.report import CannotRead

    try:
        return read_meanings(file.read_bytes(), is_json=file.suffix.lower() == ".json")
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=file.name)) from error
    except (ValueError, RecursionError) as error:
        raise CannotRead(t("import.no_map_file", file=file.name, error=error)) from error


def _answers(what: str, headings: list[str]) -> dict[str, str]:
    """Ask the person at the terminal what each heading means; an empty answer leaves the column out."""
    from sync.central.tables.importing import fields_said
    from sync.central.tables.words import FIELDS, field_called

    print_wrong(t("import.fields", fields=fields_said(what)))
    said: dict[str, str] = {}
    for heading in headings:
        while heading not in said:
            print(readable(t("import.what_is", heading=heading)), end="", file=sys.stderr)
            sys.stderr.flush()
            answer = sys.stdin.readline()
            field = field_called(what, answer.strip() or "-")
            if field in (*FIELDS[what], "-"):
                said[heading] = field
            elif not answer:
                said[heading] = "-"
            else:
                print_wrong(t("import.no_field", field=field))
    return said


def _print(report: Report, wish: Wish) -> None:
    if wish.dry_run:
        for doubt in report.doubts:
            print_line(doubt)
        for each in report.rejected:
            print_line(t("import.rejected", place=each.place, reason=each.reason))
        print_line(t("import.would_keep", kept=report.kept, found=report.found, rejected=len(report.rejected)))
        return
    for each in report.rejected:
        print_wrong(f"{each.place}: {each.reason}")
    for doubt in report.doubts:
        if doubt.weight == "doubt":
            print_wrong(doubt)
    print_line(t("import.kept", kept=report.kept, found=report.found, rejected=len(report.rejected)))
    if report.kept and not report.changed:
        print_wrong(t("import.as_before"))
