"""`central-store import`: asks what only the office can say when somebody is there to answer, and prints the report.

`import mappings` lists and forgets what the office has said that headings and words mean.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import counted_line, print_columns, print_json, print_line, print_wrong
from sync.central.locale import field_words, t
from sync.console.arguments import described
from sync.console.control_characters import sanitize
from sync.console.named_files import given_path, read_given

if TYPE_CHECKING:
    from sync.central.imports.pipeline import Wish
    from sync.central.imports.report import Question, Report
    from sync.central.service.store import Store

_WHAT = ("units", "counts", "groups", "inspections", "templates", "campaign", "mappings")
_APART = ("read", "skip")
_READ_ASKED = {"hidden": "import.hidden", "struck": "import.struck"}
_DONE, _REFUSED = 0, 1


def add_import(commands: Any, open_store: Callable[[argparse.Namespace], Store]) -> None:
    """The command and its options."""
    importing = described(commands, "import", "units, counts, groups, inspections, templates or a campaign")
    importing.add_argument("what", choices=_WHAT, help="what the file holds")
    importing.add_argument(
        "file", metavar="FILE", nargs="?", help="xlsx, csv or json; a folder of toml files; a toml file"
    )
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
    importing.add_argument(
        "--set", action="append", default=[], metavar="FIELD=VALUE", help="what rows without a value for a field have"
    )
    importing.add_argument(
        "--word", action="append", default=[], metavar="WORD=VALUE", help="what a word in a cell means"
    )
    importing.add_argument("--campaign", default="", metavar="ID", help="the campaign that templates belong to; any")
    importing.add_argument(
        "--from", default="", metavar="DAY", dest="since", help="the day from which units take part by their batch"
    )
    importing.add_argument("--hidden", choices=_APART, default="", help="hidden rows, columns and sheets")
    importing.add_argument("--struck", choices=_APART, default="", help="what has a line through it")
    importing.add_argument(
        "--forget", action="append", default=[], metavar="HEADING", help="with mappings: no longer know this heading"
    )
    importing.set_defaults(work=lambda options: _import(options, open_store))


def _import(options: argparse.Namespace, open_store: Callable[[argparse.Namespace], Store]) -> int:
    import msgspec

    from sync.central.imports.report import CannotRead

    if options.what == "mappings":
        return _mappings(options, open_store(options))
    if not options.file:
        raise CannotRead(t("import.no_file"))
    wish = _wish(options)
    store = open_store(options)
    report = _imported(store, options, wish)
    while report.questions and wish.asking:
        answered = _answered(options.what, wish, report.questions)
        wish = answered or msgspec.structs.replace(wish, asking=False)
        report = _imported(store, options, wish)
    if options.json:
        print_line(msgspec.json.format(msgspec.json.encode(report), indent=2).decode())
    else:
        _print(report, wish)
    return _DONE if not report.rejected or (options.partial and not report.asked) else _REFUSED


def _imported(store: Store, options: argparse.Namespace, wish: Wish) -> Report:
    import msgspec

    from sync.central.imports.campaigns import imported

    with counted_line() as tell:
        return imported(store, options.what, given_path(options.file), msgspec.structs.replace(wish, progress=tell))


def _wish(options: argparse.Namespace) -> Wish:
    from sync.central.imports.pipeline import Wish
    from sync.central.imports.report import CannotRead
    from sync.central.imports.values import is_day

    if options.on and not is_day(options.on):
        raise CannotRead(t("import.no_day", day=options.on))
    if options.since and not is_day(options.since):
        raise CannotRead(t("office.no_day", day=options.since))
    if options.year is not None and not 1900 <= options.year <= 2200:
        raise CannotRead(t("import.no_year", year=options.year))
    return Wish(
        partial=options.partial,
        dry_run=options.dry_run,
        asking=sys.stdin.isatty() and not options.json,
        said=_said(options),
        words=_pairs(options.word, "import.no_word"),
        given=_pairs(options.set, "import.no_set"),
        hidden=options.hidden,
        struck=options.struck,
        sheet=options.sheet,
        year=options.year,
        on=options.on,
        campaign=options.campaign,
        since=options.since,
    )


def _said(options: argparse.Namespace) -> dict[str, str]:
    """What the command line says of headings."""
    said = _from_file(given_path(options.map_file)) if options.map_file else {}
    return said | _pairs(options.map, "import.no_map")


def _pairs(wanted: list[str], wrong: str) -> dict[str, str]:
    """Options of the form NAME=VALUE; `wrong` is what is said of one that is not."""
    from sync.central.imports.report import CannotRead

    pairs: dict[str, str] = {}
    for each in wanted:
        name, equals, value = each.rpartition("=")
        if not (name.strip() and equals and value.strip()):
            raise CannotRead(t(wrong, said=each))
        pairs[name.strip()] = value.strip()
    return pairs


def _from_file(file: Path) -> dict[str, str]:
    from sync.central.imports.files.read import read_meanings
    from sync.central.imports.report import CannotRead

    try:
        return read_meanings(read_given(file), is_json=file.suffix.lower() == ".json")
    except OSError as error:
        raise CannotRead(t("files.unreadable", file=file.name)) from error
    except (ValueError, RecursionError) as error:
        raise CannotRead(t("import.no_map_file", file=file.name, error=error)) from error


def _answered(what: str, wish: Wish, questions: list[Question]) -> Wish | None:
    """The wish with what the person at the terminal answers; None if that leaves everything as it was."""
    import msgspec

    from sync.central.imports.pipeline import fields_said
    from sync.central.imports.synonyms import FIELDS, field_called

    if any(each.about == "heading" for each in questions):
        print_wrong(t("import.fields", fields=fields_said(what)))
    said, words, apart = dict(wish.said), dict(wish.words), {"hidden": wish.hidden, "struck": wish.struck}
    for each in questions:
        if each.about == "heading":
            taken = (*FIELDS[what], "-")
            key = t("import.what_is", heading=each.says)
            said[each.says] = _answer(key, "-", lambda typed: field_called(what, typed), taken)
        elif each.about == "word":
            if value := _word_answer(each):
                words[each.says] = value
        elif value := _answer(t(_READ_ASKED[each.about], place=each.place), "", _apart_said, ("", *_APART)):
            apart[each.about] = value
    answered = msgspec.structs.replace(wish, said=said, words=words, **apart)
    return None if answered == wish else answered


def _answer(question: str, nothing: str, read: Callable[[str], str], taken: Sequence[str]) -> str:
    """Ask until what is typed is one of `taken`; an empty answer, or the end of what is typed, is `nothing`."""
    while True:
        print(sanitize(question), end="", file=sys.stderr)
        sys.stderr.flush()
        typed = sys.stdin.readline()
        answer = read(typed.strip()) if typed.strip() else nothing
        if answer in taken:
            return answer
        print_wrong(t("import.no_field", field=answer))


def _word_answer(asked: Question) -> str:
    question = t("import.what_word", word=asked.says, place=asked.place, words="、".join(asked.among))
    return _answer(question, "", lambda typed: asked.among.get(typed, typed), ("", *asked.among.values()))


def _apart_said(typed: str) -> str:
    return {"y": "read", "是": "read", "读": "read", "n": "skip", "否": "skip", "不读": "skip"}.get(
        typed.lower(), typed
    )


def _mappings(options: argparse.Namespace, store: Store) -> int:
    """List what the office has said of headings and words, or forget some of it."""
    from sync.central.imports import mappings
    from sync.central.imports.report import CannotRead

    kind = options.file or ""
    told = mappings.forget(store, options.forget, kind) if options.forget else mappings.everything(store, kind)
    if options.forget and not told:
        raise CannotRead(t("import.not_remembered", headings=", ".join(options.forget)))
    if options.json:
        print_json([{"import": what, "heading": heading, "field": field} for what, heading, field in told])
        return _DONE
    if options.forget:
        print_line(t("import.forgotten", headings=", ".join(heading for _, heading, _ in told)))
    elif told:
        print_columns((t(f"mappings.{what}"), heading, _meaning(what, field)) for what, heading, field in told)
    else:
        print_line(t("import.nothing_remembered"))
    return _DONE


def _meaning(what: str, field: str) -> str:
    from sync.central.imports.values import choice_words

    if what in ("category", "stage"):
        return choice_words(what, field)
    return t("import.left_out") if field == "-" else field_words(field)


def _print(report: Report, wish: Wish) -> None:
    _print_rows(report, wish)
    for campaign, count in report.enrolled.items():
        print_line(t("import.would_enrol" if wish.dry_run else "import.enrolled", count=count, campaign=campaign))
    for batch, count in report.unfit.items():
        print_wrong(t("import.unfit", count=count, batch=batch))


def _print_rows(report: Report, wish: Wish) -> None:
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
        if doubt.weight == "doubt" or (doubt.weight == "note" and not doubt.column):  # a row that is left out
            print_wrong(doubt)
    print_line(t("import.kept", kept=report.kept, found=report.found, rejected=len(report.rejected)))
    if report.kept and not report.changed:
        print_wrong(t("import.as_before"))
