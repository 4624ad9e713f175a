"""`central-store admit`: laptops that were enrolled after the backup the store was restored from."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.central.store import Store

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add `admit`."""
    parser = commands.add_parser("admit", help="let laptops go on that a restored store has forgotten")
    parser.add_argument("device", metavar="DEVICE", nargs="?", help="without one, those that wait are listed")
    parser.add_argument("--name", default="", help="of its person, where that is forgotten as well")
    parser.add_argument("--role", default="", choices=("office", "group", "liaison", "viewer"))
    parser.add_argument("--group", default="", help="a group's id or name")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(work=_admit, open_store=open_store)


def _admit(options: argparse.Namespace) -> int:
    from sync.central.admitting import admit, waiting

    store = options.open_store(options)
    if options.device:
        found = [admit(store, options.device, options.name, options.role, options.group)]
    else:
        found = waiting(store)
    if options.json:
        import msgspec

        print(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
        return 0
    for each in found:
        print(_printable(f"{each.device}  {each.person_name or each.person}  {each.name}"))
    if options.device:
        print("Admitted. If it was revoked meanwhile, revoke it again, or let an office laptop exchange.")
    return 0


def _printable(text: str) -> str:
    """A laptop's own name for itself, so that it cannot act on a terminal."""
    return "".join(each if each.isprintable() else " " for each in text)
