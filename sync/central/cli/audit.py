"""`central-store audit`: who did what, and when, by names and the district's time."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import local, print_columns, print_json, printable, value_words
from sync.central.locale import field_words, has, t
from sync.console.arguments import described
from sync.model.validation import STORE

if TYPE_CHECKING:
    from sync.central.log.audit import Event
    from sync.central.service.store import Store
    from sync.model.days import Zones

Open = Callable[[argparse.Namespace], "Store"]

# What stands in a row of the trail, which is kept in one language: its parts are put into the words of another.
_TRAIL = {
    "code made": re.compile(r"for (?P<person>\S+), until (?P<until>\S+)"),
    "code used": re.compile(r"by (?P<device>\S+)"),
    "stick answered": re.compile(r"for (?P<device>\S+)"),
    "taken up": re.compile(r"(?P<device>\S+) by certificate"),
}
_RULED = re.compile(r"(?P<target>\S+) of (?P<device>\S+): (?P<comment>.*)", re.DOTALL)
_IMPORTED = re.compile(r"(\d+) (\w+)")


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the command."""
    audit = described(commands, "audit", "who did what, and when")
    audit.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    audit.set_defaults(work=_audit, open_store=open_store)


def _audit(options: argparse.Namespace) -> int:
    from sync.central.log.audit import audit

    store = options.open_store(options)
    events = store.engine.read(lambda session: audit(session, store.district.id))
    names = {} if options.json else _names(store)
    if options.json:
        print_json(events)
    elif events:
        zones = store.zones()
        print_columns(_row(event, names, zones) for event in events)
    return 0


def _names(store: Store) -> dict[str, str]:
    """What people call persons, groups and units, by their ids."""
    from sync.central.admin.staff import unit_records

    access = store.access()
    units = {unit: str(fields.get("name", unit)) for unit, fields in unit_records(store).items()}
    persons = {person.id: person.name for person in access.persons.values()}
    return units | access.groups | persons | {STORE: t("audit.store")}


def _row(event: Event, names: Mapping[str, str], zones: Zones) -> tuple[str, str, str, str]:
    who = names.get(event.who, event.who)
    what = t(f"audit.{event.what}") if has(f"audit.{event.what}") else event.what
    return local(zones, event.at), who, what, printable(_about(event, names, zones))


def _about(event: Event, names: Mapping[str, str], zones: Zones) -> str:
    """What an event is about: the fields of an entry, or a row of the trail in other words."""
    if event.record:
        record = event.record.partition(".")[2] or event.record
        changes = {name: value for name, value in sorted(event.changes.items()) if value != record}
        said = [f"{field_words(name)} {_value(value, names)}" for name, value in changes.items()]
        return f"{names.get(event.record, names.get(record, record))}: {', '.join(said)}"
    if event.what == "imported":
        return ", ".join(f"{t(f'kind.{kind}')} {count}" for count, kind in _IMPORTED.findall(event.about))
    if found := _TRAIL.get(event.what, _RULED).fullmatch(event.about):
        key = f"about.{event.what}" if event.what in _TRAIL else "about.ruling"
        parts = {name: names.get(part, part) for name, part in found.groupdict().items()}
        return t(key, **(parts | {"until": local(zones, parts["until"])} if "until" in parts else parts))
    return event.about


def _value(value: object, names: Mapping[str, str]) -> str:
    text = str(value)
    return names.get(text) or (t(f"role.{text}") if has(f"role.{text}") else value_words(value))
