"""`central-store quarantine`: what is kept apart or has no place in any chain, shown, let stand, or answered."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import local, print_columns, print_json, print_line, print_pairs, print_wrong, value_words
from sync.central.locale import field_words, t
from sync.console.arguments import described

if TYPE_CHECKING:
    from sync.central.admin.quarantine import Item
    from sync.central.service.store import Store
    from sync.model.days import Zones

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add `quarantine list|show|release|answer`."""
    actions = described(commands, "quarantine", "what is kept apart, and the office's rulings")
    action = actions.add_subparsers(dest="action", metavar="ACTION", required=True)
    for name, does, work in (
        ("list", "everything that was not released", _list),
        ("show", "one of them with its content", _show),
        ("release", "let an entry stand after all; every laptop gets it", _release),
        ("answer", "a word to the author; the entry stays apart", _answer),
    ):
        parser = described(action, name, does)
        if name != "list":
            parser.add_argument("item", metavar="ITEM", help="its id, or the beginning of it")
        if name in ("release", "answer"):
            parser.add_argument(
                "--why", required=True, metavar="TEXT", help="kept with the ruling; the author reads it"
            )
        else:
            parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
        parser.set_defaults(work=work, open_store=open_store)


def _list(options: argparse.Namespace) -> int:
    from sync.central.admin.quarantine import every_item

    store = options.open_store(options)
    items = every_item(store)
    if options.json:
        print_json(items)
        return 0
    names = _unit_names(store) if items else {}
    if items:
        zones = store.zones()
        print_columns(_row(item, names, zones) for item in items)
    else:
        print_wrong(t("quarantine.none"))
    return 0


def _unit_names(store: Store) -> dict[str, str]:
    from sync.central.admin.staff import unit_records

    return {unit: str(fields.get("name", unit)) for unit, fields in unit_records(store).items()}


def _row(item: Item, names: dict[str, str], zones: Zones) -> tuple[str, ...]:
    """One thing in a list: the beginning of its id, when it came, why it is apart, where, whose, and the ruling."""
    state = f"{t(f'ruling.{item.ruling}')}: {item.comment}" if item.ruling else t("quarantine.open")
    where = names.get(item.ledger, item.ledger) if item.seq else t("quarantine.no_place")
    who = item.person_name or item.device
    return item.id[7:19], local(zones, item.received_at), t(f"apart.{item.code}"), where, who, state


def _show(options: argparse.Namespace) -> int:
    from sync.central.admin.quarantine import item_named

    store = options.open_store(options)
    item = item_named(store, options.item)
    if options.json:
        print_json(item)
        return 0
    print_pairs(
        (name, value) for name, value in _pairs(item, _unit_names(store), store.zones()) if value not in ("", "None")
    )
    return 0


def _pairs(item: Item, names: dict[str, str], zones: Zones) -> Iterator[tuple[str, str]]:
    """What a person is shown of an item; ids where a command may want them."""
    said: dict[str, object] = {
        "id": item.id,
        "place": item.place,
        "ledger": names.get(item.ledger, item.ledger),
        "person_name": item.person_name,
        "received_at": local(zones, item.received_at),
        "code": t(f"apart.{item.code}"),
        "kind": t(f"kind.{item.kind}") if item.kind else "",
        "record": item.record,
        "why": item.why,
        "releasable": value_words(item.releasable),
        "ruling": t(f"ruling.{item.ruling}") if item.ruling else "",
        "comment": item.comment,
    }
    yield from ((t(f"item.{name}"), str(value)) for name, value in said.items())
    yield from ((field_words(name), value_words(value)) for name, value in item.set.items())
    yield t("item.raw"), item.raw


def _release(options: argparse.Namespace) -> int:
    from sync.model.quarantine import RELEASED

    return _rule(options, RELEASED)


def _answer(options: argparse.Namespace) -> int:
    from sync.model.quarantine import ANSWERED

    return _rule(options, ANSWERED)


def _rule(options: argparse.Namespace, verdict: str) -> int:
    from sync.central.admin.quarantine import rule

    id_ = rule(options.open_store(options), options.item, verdict, options.why)
    print_line(t("quarantine.ruled", id=id_, ruling=t(f"ruling.{verdict}")))
    return 0
