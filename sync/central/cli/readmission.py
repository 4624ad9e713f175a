"""`central-store admit`: laptops that were enrolled after the backup the store was restored from."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import print_columns, print_json, print_line, print_wrong
from sync.central.locale import t
from sync.console.arguments import described

if TYPE_CHECKING:
    from sync.central.service.store import Store

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add `admit`."""
    parser = described(commands, "admit", "let laptops go on that a restored store has forgotten")
    parser.add_argument("device", metavar="DEVICE", nargs="?", help="without one, those that wait are listed")
    parser.add_argument("--name", default="", metavar="NAME", help="of its person, where that is forgotten as well")
    parser.add_argument(
        "--role", default="", choices=("office", "group", "liaison", "viewer"), help="what the person may do"
    )
    parser.add_argument("--group", default="", metavar="G", help="a group's id or name")
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    parser.set_defaults(work=_admit, open_store=open_store)


def _admit(options: argparse.Namespace) -> int:
    from sync.central.admin.readmission import readmit, waiting

    store = options.open_store(options)
    if options.device:
        found = [readmit(store, options.device, options.name, options.role, options.group)]
    else:
        found = waiting(store)
    if options.json:
        print_json(found)
        return 0
    if found:
        print_columns((each.device, each.person_name or each.person, each.name) for each in found)
    if options.device:
        print_line(t("admit.done"))
    elif not found:
        print_wrong(t("admit.none"))
    return 0
