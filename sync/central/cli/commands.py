"""The office's command line. A command parses, calls another package, prints; no rule stands in here.

Exit codes: 0 done; 1 refused or not found, with one plain sentence on stderr; 2 wrong usage; 4 the database is damaged
or cannot be used.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from errno import errorcode
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.central.cli.audit import add_commands as add_audit
from sync.central.cli.bundles import add_commands as add_stick
from sync.central.cli.calendar import add_commands as add_calendar
from sync.central.cli.imports import add_import
from sync.central.cli.maintenance import add_commands as add_upkeep
from sync.central.cli.output import print_json, print_line, print_pairs, print_wrong
from sync.central.cli.people import add_commands as add_people
from sync.central.cli.quarantine import add_commands as add_rulings
from sync.central.cli.readmission import add_commands as add_admitting
from sync.central.cli.upgraded import add_commands as add_upgraded
from sync.central.cli.upgraded import tell_upgrade
from sync.central.locale import FOLDER, fault_words, has, set_language, t, wanted_language
from sync.console.arguments import Parser, Speaking, described, flushed
from sync.console.named_files import given_path

if TYPE_CHECKING:
    from sync.central.service.store import Store

DONE, REFUSED, WRONG_USAGE, DAMAGED, STOPPED = 0, 1, 2, 4, 130


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = Parser(prog="central-store", description="The central store of a district. 中心服务器。")
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--db", metavar="PATH", help="the database (or CENTRAL_STORE_DB)")
    parser.add_argument(
        "--lang", choices=("zh", "en"), help="the language (or CENTRAL_STORE_LANG; default: the locale)"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_setup(commands)
    add_people(commands, _open)
    add_calendar(commands, _open)
    add_admitting(commands, _open)
    add_rulings(commands, _open)
    add_stick(commands, _open)
    add_upkeep(commands, _open, _path)
    add_audit(commands, _open)
    add_upgraded(commands, _open)
    return parser


def _add_setup(commands: Any) -> None:
    init = described(commands, "init", "make a central store for a district")
    init.add_argument("--district", required=True, metavar="ID", help="the district's id: letters, digits, _ or -")
    init.add_argument("--name", required=True, metavar="NAME", help="the district's name, as people read it")
    init.add_argument("--time-zone", default="", metavar="NAME", help="its time zone (default: Asia/Shanghai)")
    init.add_argument("--sample", default="", metavar="FOLDER", help="write sample campaigns and checklists there")
    init.set_defaults(work=_init)
    serve = described(commands, "serve", "answer laptops until stopped")
    serve.add_argument(
        "--host", default="127.0.0.1", metavar="HOST", help="the address to listen on (default: loopback)"
    )
    serve.add_argument("--port", type=int, default=8470, metavar="PORT", help="0 takes a free one")
    serve.add_argument(
        "--proxy", action="append", default=[], metavar="ADDRESS", help="believe X-Forwarded-For of this proxy"
    )
    serve.add_argument("--until-stdin-ends", action="store_true", help="stop when standard input ends")
    serve.set_defaults(work=_serve)
    add_import(commands, _open)
    stats = described(commands, "stats", "the district in figures")
    stats.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    stats.set_defaults(work=_stats)


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit code."""
    set_language(spoken := wanted_language(arguments))
    with Speaking(spoken, FOLDER):
        parser = build_parser()
        try:
            options = parser.parse_args(arguments)
        except SystemExit as stop:  # argparse has said what was wrong, or printed the help
            return stop.code if isinstance(stop.code, int) else WRONG_USAGE
        if not options.command and not options.version:
            parser.print_help()
            return WRONG_USAGE
    if options.version:
        from sync import __version__

        print_line(f"central-store {__version__}")
        return DONE
    return _guarded(options.work, options)


def _guarded(work: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    try:
        with ExitStack() as options.opened:  # what a command has opened is closed, however it ends
            return flushed(work(options))
    except KeyboardInterrupt:
        return DONE if options.command == "serve" else _say(t("office.stopped"), STOPPED)
    except BrokenPipeError:  # who read our output has gone, e.g. `| head`
        return DONE
    except Exception as error:
        try:
            sentence, code = _explained(error)
        except Exception as fault:  # of the program: its message may hold a token or what a person wrote
            return _crashed(fault, options)
        return _say(sentence, code)


def _explained(error: Exception) -> tuple[str, int]:
    """Print what a known fault means to a person; any other fault is the program's own and is raised."""
    from sync.central.imports.report import CannotRead
    from sync.central.service.refusals import message_of
    from sync.central.service.store import Denied
    from sync.central.storage.engine import NoDatabase, StorageFault
    from sync.model.validation import InvalidFields
    from sync.protocol.bundle import BadBundle

    if isinstance(error, (Denied, CannotRead, NoDatabase, BadBundle)):
        return message_of(error), REFUSED
    if isinstance(error, InvalidFields):
        return "\n".join([t("office.invalid"), *map(fault_words, error.faults)]), REFUSED
    if isinstance(error, StorageFault):
        return message_of(error), DAMAGED
    if isinstance(error, OSError):
        name = f"errno.{errorcode.get(error.errno or 0, '')}"
        return t("office.cannot", why=t(name) if has(name) else error.strerror), REFUSED
    if isinstance(error, UnicodeEncodeError):  # bytes on the command line that are no text
        return t("office.no_text"), REFUSED
    raise error


def _crashed(error: Exception, options: argparse.Namespace) -> int:
    """The place of the fault goes to the report beside the database, the person gets a sentence."""
    from sync.system.crash_report import write_report

    return _say(t("office.crashed", file=write_report(_path(options).parent, error)), REFUSED)


def _say(sentence: str, code: int) -> int:
    print_wrong(sentence)
    return code


def _path(options: argparse.Namespace) -> Path:
    chosen = options.db or os.environ.get("CENTRAL_STORE_DB")
    if chosen:
        return given_path(chosen)
    from platformdirs import user_data_path

    return user_data_path("supervisor-tui", appauthor=False) / "central.db"


def _open(options: argparse.Namespace) -> Store:
    from sync.central.admin.calendar import begin_governing
    from sync.central.service.store import open_store
    from sync.central.storage.engine import StorageFault

    store = open_store(_path(options))
    options.opened.callback(store.close)
    with suppress(StorageFault):  # of a disk that cannot be written to the command itself tells
        if begin_governing(store):
            tell_upgrade(store)
    return store


def _init(options: argparse.Namespace) -> int:
    from sync.central.admin.calendar import begin_zone, checked_zone
    from sync.central.admin.sample import empty_folder
    from sync.central.service.refusals import Refusal
    from sync.central.service.store import init_store
    from sync.ledger.ids import is_plain_id
    from sync.model.validation import STORE, InvalidFields, check

    if not is_plain_id(options.district) or "." in options.district:
        raise Refusal("bad_request", "refused.district_id")
    name = " ".join(options.name.split())
    if faults := check("group", {"name": name}, new=True, role=STORE, known_only=True):  # a name like others
        raise InvalidFields(faults)
    zone = checked_zone(options.time_zone) if options.time_zone else ""
    if options.sample:
        empty_folder(given_path(options.sample))
    store = init_store(_path(options), options.district, name)
    options.opened.callback(store.close)
    if zone:
        begin_zone(store, zone)
    district = store.district
    print_line(t("office.made", name=district.name, file=_path(options).name, key=district.public_key))
    if options.sample:
        _write_sample(store, given_path(options.sample))
    return DONE


def _write_sample(store: Store, folder: Path) -> None:
    from datetime import date

    from sync.central.admin.sample import write_sample

    written = write_sample(folder, date.fromisoformat(store.zones().today()))
    print_line(t("sample.made", campaign=written.campaign, templates=written.templates, id=written.id))


def _serve(options: argparse.Namespace) -> int:
    from sync.central.http.server import serve
    from sync.central.service.refusals import Refusal

    if not 0 <= options.port < 65_536:
        raise Refusal("bad_request", "refused.port", port=options.port)
    store = _open(options)
    if forgotten := store.enrolment.forgotten_codes():
        print_wrong(t("storage.older", file=_path(options).name, count=forgotten))
    serve(store, options.host, options.port, options.proxy, until_stdin_ends=options.until_stdin_ends)
    return DONE


def _stats(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import stats

    figures = stats(_open(options))
    if options.json:
        print_json(figures)
    else:
        kinds = ", ".join(f"{t(f'kind.{kind}')} {count}" for kind, count in figures["kinds"].items())
        print_pairs((t(f"stats.{name}"), value) for name, value in (figures | {"kinds": kinds}).items())
    return DONE
