"""`central-store quarantine`: what is kept apart or has no place in any chain, shown, let stand, or answered."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.central.set_aside import Item
    from sync.central.store import Store

Open = Callable[[argparse.Namespace], "Store"]
_MOST = 60  # characters of a reason or comment in the list


def add_commands(commands: Any, open_store: Open) -> None:
    """Add `quarantine list|show|release|answer`."""
    actions = commands.add_parser("quarantine", help="what is kept apart, and the office's rulings")
    action = actions.add_subparsers(dest="action", required=True)
    for name, does, work in (
        ("list", "everything that was not released", _list),
        ("show", "one of them with its content", _show),
        ("release", "let an entry stand after all; every laptop gets it", _release),
        ("answer", "a word to the author; the entry stays apart", _answer),
    ):
        parser = action.add_parser(name, help=does, description=does)
        if name != "list":
            parser.add_argument("item", metavar="ITEM", help="its id, or the beginning of it")
        if name in ("release", "answer"):
            parser.add_argument(
                "--why", required=True, metavar="TEXT", help="kept with the ruling; the author reads it"
            )
        else:
            parser.add_argument("--json", action="store_true")
        parser.set_defaults(work=work, open_store=open_store)


def _list(options: argparse.Namespace) -> int:
    from sync.central.set_aside import every_item

    items = every_item(options.open_store(options))
    if options.json:
        _print_json(items)
        return 0
    for item in items:
        state = f"{item.ruling}: {_short(item.comment)}" if item.ruling else "open"
        where = item.ledger if item.seq else "(no place in a chain)"
        who = _short(item.person_name or item.device)
        print(f"{item.id[7:19]}  {item.received_at}  {item.code:14}  {where}  {who}  {state}")
    return 0


def _short(text: str) -> str:
    line = "".join(each if each.isprintable() else " " for each in text)
    return line if len(line) <= _MOST else line[: _MOST - 2] + ".."


def _show(options: argparse.Namespace) -> int:
    from sync.central.set_aside import item_named

    item = item_named(options.open_store(options), options.item)
    if options.json:
        _print_json(item)
        return 0
    pairs = {name: getattr(item, name) for name in ("id", "place", "ledger", "person_name", "received_at", "code")}
    pairs |= {"kind": item.kind, "record": item.record, "reason given": item.why, "releasable": item.releasable}
    pairs |= {"ruling": item.ruling, "comment": item.comment, **item.set, "as sent": item.raw}
    for name, value in pairs.items():
        if value not in ("", None):
            print(f"{_short(name):14} {_printable(value)}")
    return 0


def _printable(value: object) -> str:
    """A value that cannot act on a terminal."""
    return "".join(each if each.isprintable() else " " for each in str(value))


def _release(options: argparse.Namespace) -> int:
    from sync.rulings import RELEASED

    return _rule(options, RELEASED)


def _answer(options: argparse.Namespace) -> int:
    from sync.rulings import ANSWERED

    return _rule(options, ANSWERED)


def _rule(options: argparse.Namespace, verdict: str) -> int:
    from sync.central.set_aside import rule

    print(f"{rule(options.open_store(options), options.item, verdict, options.why)} {verdict}")
    return 0


def _print_json(value: Item | list[Item]) -> None:
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
