"""The office's command line. It parses, calls a room, prints; no rule stands in here.

Exit codes: 0 done; 1 refused or not found, with one plain sentence on stderr; 2 wrong usage; 4 the database is damaged
or cannot be used.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.central.cli_admitting import add_commands as add_admitting
from sync.central.cli_import import add_import
from sync.central.cli_rulings import add_commands as add_rulings
from sync.central.cli_stick import add_commands as add_stick
from sync.central.cli_upkeep import add_commands as add_upkeep

if TYPE_CHECKING:
    from sync.central.store import Store

DONE, REFUSED, WRONG_USAGE, DAMAGED = 0, 1, 2, 4


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(prog="central-store", description="The central store of a district. 中心服务器。")
    parser.add_argument("--version", action="store_true", help="print the version")
    parser.add_argument("--db", metavar="PATH", help="the database (or CENTRAL_STORE_DB)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_setup(commands)
    _add_people(commands)
    add_admitting(commands, _open)
    add_rulings(commands, _open)
    add_stick(commands, _open)
    add_upkeep(commands, _open, _path)
    return parser


def _add_setup(commands: Any) -> None:
    init = commands.add_parser("init", help="make a central store for a district")
    init.add_argument("--district", required=True, metavar="ID", help="letters, digits, _ or -")
    init.add_argument("--name", required=True)
    init.set_defaults(work=_init)
    serve = commands.add_parser("serve", help="answer laptops until stopped")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8470, help="0 takes a free one")
    serve.add_argument(
        "--proxy", action="append", default=[], metavar="ADDRESS", help="believe X-Forwarded-For of this proxy"
    )
    serve.set_defaults(work=_serve)
    add_import(commands, _open)
    stats = commands.add_parser("stats", help="the district in figures")
    stats.add_argument("--json", action="store_true")
    stats.set_defaults(work=_stats)


def _add_people(commands: Any) -> None:
    group = commands.add_parser("group", help="supervision groups").add_subparsers(dest="action", required=True)
    add = group.add_parser("add")
    add.add_argument("name")
    add.set_defaults(work=_group_add)
    person = commands.add_parser("person", help="the program's users").add_subparsers(dest="action", required=True)
    add = person.add_parser("add")
    add.add_argument("name")
    add.add_argument("--role", required=True, choices=("office", "group", "liaison", "viewer"))
    add.add_argument("--group", default="", help="a group's id or name")
    add.set_defaults(work=_person_add)
    change = person.add_parser("change", help="another role or group: what is in sight follows at the next exchange")
    change.add_argument("person")
    change.add_argument("--role", choices=("office", "group", "liaison", "viewer"))
    change.add_argument("--group", help="a group's id or name; empty for none")
    change.set_defaults(work=_person_change)
    for name, work, does in (
        ("leave", _person_leave, "their devices exchange no more; what was not sent is taken, and kept apart"),
        ("return", _person_return, "somebody who had left is here again"),
    ):
        parser_of = person.add_parser(name, help=does)
        parser_of.add_argument("person")
        parser_of.set_defaults(work=work)
    assign = commands.add_parser("assign", help="give a unit its group or liaison officer")
    assign.add_argument("unit")
    assign.add_argument("--group")
    assign.add_argument("--liaison")
    assign.add_argument("--subtree", action="store_true", help="the units below it, too")
    assign.set_defaults(work=_assign)
    code = commands.add_parser("code", help="a one-time enrolment code")
    code.add_argument("person")
    code.add_argument("--days", type=int, default=7)
    code.set_defaults(work=_code)
    devices = commands.add_parser("devices", help="every enrolled device")
    devices.add_argument("--json", action="store_true")
    devices.set_defaults(work=_devices)
    revoke = commands.add_parser("revoke", help="stop a device's exchanges")
    revoke.add_argument("device")
    revoke.set_defaults(work=_revoke)


def run(arguments: Sequence[str]) -> int:
    """Do what the command line says; the exit code."""
    parser = build_parser()
    try:
        options = parser.parse_args(arguments)
    except SystemExit as stop:  # argparse has said what was wrong, or printed the help
        return stop.code if isinstance(stop.code, int) else WRONG_USAGE
    if options.version:
        from sync import __version__

        print(f"central-store {__version__}")
        return DONE
    if not options.command:
        parser.print_help()
        return WRONG_USAGE
    return _guarded(options.work, options)


def _guarded(work: Callable[[argparse.Namespace], int], options: argparse.Namespace) -> int:
    from sync.bundle import BadBundle
    from sync.central.engine import NoDatabase, StorageFault
    from sync.central.store import Denied
    from sync.central.tables.report import CannotRead
    from sync.records import InvalidFields

    try:
        return work(options)
    except KeyboardInterrupt:
        return DONE
    except (Denied, CannotRead, NoDatabase, BadBundle) as error:
        return _say(str(error), REFUSED)
    except InvalidFields as error:
        return _say("\n".join(["Nothing was kept; please put these right:", *map(str, error.faults)]), REFUSED)
    except StorageFault as error:
        return _say(str(error), DAMAGED)
    except OSError as error:
        return _say(f"That cannot be done here: {error.strerror}.", REFUSED)


def _say(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _path(options: argparse.Namespace) -> Path:
    chosen = options.db or os.environ.get("CENTRAL_STORE_DB")
    if chosen:
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("supervisor-tui", appauthor=False) / "central.db"


def _open(options: argparse.Namespace) -> Store:
    from sync.central.store import open_store

    return open_store(_path(options))


def _init(options: argparse.Namespace) -> int:
    from sync.central.store import Denied, init_store
    from sync.ids import is_plain_id

    if not is_plain_id(options.district) or "." in options.district:
        raise Denied("bad_request", "A district's id is 1 to 64 letters, digits, _ or -.")
    store = init_store(_path(options), options.district, options.name)
    print(f"{store.district.name}: {_path(options).name}, public key {store.district.public_key}")
    store.close()
    return DONE


def _serve(options: argparse.Namespace) -> int:
    from sync.central.serve import serve

    store = _open(options)
    try:
        serve(store, options.host, options.port, options.proxy)
    finally:
        store.close()
    return DONE


def _stats(options: argparse.Namespace) -> int:
    from sync.central.admin import stats

    figures = stats(_open(options))
    if options.json:
        _print_json(figures)
    else:
        for name, value in figures.items():
            print(f"{name:12} {value}")
    return DONE


def _group_add(options: argparse.Namespace) -> int:
    from sync.central.admin import add_group

    print(add_group(_open(options), options.name))
    return DONE


def _person_add(options: argparse.Namespace) -> int:
    from sync.central.admin import add_person

    print(add_person(_open(options), options.name, options.role, options.group))
    return DONE


def _person_change(options: argparse.Namespace) -> int:
    from sync.central.admin import change_person

    if options.role is None and options.group is None:
        return _say("Give --role, --group, or both.", WRONG_USAGE)
    print(f"{change_person(_open(options), options.person, options.role, options.group)} changed")
    return DONE


def _person_return(options: argparse.Namespace) -> int:
    from sync.central.admin import come_back

    come_back(_open(options), options.person)
    return DONE


def _person_leave(options: argparse.Namespace) -> int:
    from sync.central.admin import leave

    leave(_open(options), options.person)
    return DONE


def _assign(options: argparse.Namespace) -> int:
    from sync.central import admin

    if options.group is None and options.liaison is None:
        return _say("Give --group, --liaison, or both.", WRONG_USAGE)
    store = _open(options)
    unit = admin.unit_named(store, options.unit)
    units = admin.units_below(store, unit) if options.subtree else [unit]
    print(f"{admin.assign(store, units, options.group, options.liaison)} assigned")
    return DONE


def _code(options: argparse.Namespace) -> int:
    from sync.central.admin import new_code

    print(new_code(_open(options), options.person, options.days))
    return DONE


def _devices(options: argparse.Namespace) -> int:
    from sync.central.admin import devices

    rows = devices(_open(options))
    if options.json:
        _print_json(rows)
    else:
        for row in rows:
            state = f"revoked {row.revoked_at}" if row.revoked_at else f"last used {row.last_used_day or 'never'}"
            print(f"{row.device}  {row.person_name}  {row.name}  {state}")
    return DONE


def _revoke(options: argparse.Namespace) -> int:
    from sync.central.admin import revoke

    revoke(_open(options), options.device)
    return DONE


def _print_json(value: Any) -> None:
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
