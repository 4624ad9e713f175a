"""`central-store group`, `person`, `assign`, `code`, `devices`, `revoke`: who works in the district, and with what."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import agreed, local, print_columns, print_json, print_line, print_made, print_wrong
from sync.central.locale import t
from sync.console.arguments import described
from sync.model.validation import GROUP, STORE

if TYPE_CHECKING:
    from sync.central.admin.staff import Device, When
    from sync.central.service.store import Store
    from sync.model.days import Zones

Open = Callable[[argparse.Namespace], "Store"]
_DONE, _REFUSED, _WRONG_USAGE = 0, 1, 2
_ROLES = ("office", "group", "liaison", "viewer")


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the commands."""
    _add_staff(commands, open_store)
    assign = _command(commands, "assign", "give a unit its group or liaison officer", _assign, open_store)
    assign.add_argument("unit", metavar="UNIT", help="the unit's id or full name")
    assign.add_argument("--group", metavar="G", help="a group's id or name; empty for none")
    assign.add_argument("--liaison", metavar="P", help="a liaison officer's id or name; empty for none")
    assign.add_argument("--subtree", action="store_true", help="the units below it, too")
    assign.add_argument("--from", default="", metavar="DAY", dest="since", help="from this day on; today without it")
    assign.add_argument("--until", default="", metavar="DAY", help="the last day; without it no end")
    assign.add_argument("--correction", action="store_true", help="what stands was wrong from its first day")
    code = _command(commands, "code", "a one-time enrolment code", _code, open_store)
    code.add_argument("person", metavar="PERSON", help="a person's id or name")
    code.add_argument("--days", type=int, default=7, metavar="N", help="good for N days, 1 to 365 (default: 7)")
    devices = _command(commands, "devices", "every enrolled device", _devices, open_store)
    devices.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    revoke = _command(commands, "revoke", "stop a device's exchanges", _revoke, open_store)
    revoke.add_argument("device", metavar="DEVICE", help="the device's id, as `devices` lists it")
    revoke.add_argument("--only", action="store_true", help="not the devices that follow it")
    revoke.add_argument("--yes", action="store_true", help="do not ask on the terminal: it cannot be undone")


def _add_staff(commands: Any, open_store: Open) -> None:
    group = _actions(commands, "group", "supervision groups")
    add = _command(group, "add", "add a group", _group_add, open_store)
    add.add_argument("name", metavar="NAME", help="its name")
    for name, does in (
        ("close", "a group ends: its units have none from that day on"),
        ("reopen", "a group that was closed is there again"),
    ):
        act = _command(group, name, does, _act, open_store)
        act.add_argument("name", metavar="GROUP", help="a group's id or name")
        _add_day(act)
    _listing(group, "every group, its members and units counted", _group_list, open_store)
    person = _actions(commands, "person", "the program's users")
    _listing(person, "everybody, with role and group", _person_list, open_store)
    add = _command(person, "add", "add a user of the program", _person_add, open_store)
    add.add_argument("name", metavar="NAME", help="the person's name")
    add.add_argument("--role", required=True, choices=_ROLES, help="what the person may do")
    add.add_argument("--group", default="", metavar="G", help="a group's id or name")
    change = _command(
        person, "change", "another role or group: what is in sight follows at the next exchange", _change, open_store
    )
    change.add_argument("person", metavar="PERSON", help="a person's id or name")
    change.add_argument("--role", choices=_ROLES, help="what the person may do")
    change.add_argument("--group", metavar="G", help="a group's id or name; empty for none")
    _add_day(change)
    for name, does in (
        ("leave", "off duty from a day on; devices exchange no more, late work of before is taken for 30 days"),
        ("return", "somebody who had left is here again"),
    ):
        act = _command(person, name, does, _act, open_store)
        act.add_argument("name", metavar="PERSON", help="a person's id or name")
        _add_day(act)


def _add_day(parser: Any) -> None:
    parser.add_argument("--on", default="", metavar="DAY", help="the day of it; today in the district without it")
    parser.add_argument("--correction", action="store_true", help="what stands was wrong from its first day")


def _is_no_day(*days: str) -> bool:
    """Say which of these is no day, if one is that was said at all."""
    from sync.central.imports.values import is_day

    wrong = next((day for day in days if day and not is_day(day)), "")
    if wrong:
        print_wrong(t("office.no_day", day=wrong))
    return bool(wrong)


def _when(options: argparse.Namespace) -> When:
    from sync.central.admin.staff import When

    return When(on=options.on, correction=options.correction)


def _listing(commands: Any, does: str, work: Callable[..., int], open_store: Open) -> None:
    parser = _command(commands, "list", does, work, open_store)
    parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")


def _actions(commands: Any, name: str, does: str) -> Any:
    parser = described(commands, name, does)
    return parser.add_subparsers(dest="action", metavar="ACTION", required=True)


def _command(commands: Any, name: str, does: str, work: Callable[..., int], open_store: Open) -> Any:
    parser = described(commands, name, does)
    parser.set_defaults(work=work, open_store=open_store)
    return parser


def _group_add(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import add_group

    group = add_group(options.open_store(options), options.name)
    print_made(group, t("office.group_added", name=options.name, id=group))
    return _DONE


def _person_add(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import add_person

    person = add_person(options.open_store(options), options.name, options.role, options.group)
    print_made(person, t("office.person_added", name=options.name, role=t(f"role.{options.role}"), id=person))
    if options.role == GROUP and not options.group:
        print_wrong(t("office.sees_nothing"))
    return _DONE


def _group_list(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import every_group

    rows = every_group(options.open_store(options))
    if options.json:
        print_json(rows)
    elif rows:
        counted = (("office.members", "members"), ("office.units", "units"))
        print_columns((row["name"], *(t(key, count=row[name]) for key, name in counted), row["id"]) for row in rows)
    else:
        print_wrong(t("office.no_groups"))
    return _DONE


def _person_list(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import every_person

    rows = every_person(options.open_store(options))
    if options.json:
        print_json(rows)
    elif rows:
        left = t("office.has_left")
        print_columns(
            (
                row["name"],
                t(f"role.{row['role']}") if row["role"] else "",
                row["group_name"],
                left if row["left"] else "",
                row["id"],
            )
            for row in rows
        )
    else:
        print_wrong(t("office.no_persons"))
    return _DONE


def _act(options: argparse.Namespace) -> int:
    """Close a group or open it again, let a person leave or return: from a day on."""
    from sync.central.admin import staff
    from sync.central.admin.calendar import today

    acts = {
        "close": (staff.close_group, "office.group_closed", "office.group_stood"),
        "reopen": (staff.reopen_group, "office.group_reopened", "office.group_stood"),
        "leave": (staff.leave, "office.person_left", "office.had_left"),
        "return": (staff.come_back, "office.person_back", "office.had_not_left"),
    }
    act, done, stood = acts[options.action]
    if _is_no_day(options.on):
        return _WRONG_USAGE
    store = options.open_store(options)
    changed = act(store, options.name, _when(options))
    to_come = f"{done}_later" if options.on > today(store) else done
    print_line(t(to_come if changed else stood, name=options.name, day=options.on))
    return _DONE


def _change(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import change_person

    if options.role is None and options.group is None:
        print_wrong(t("office.role_or_group"))
        return _WRONG_USAGE
    if _is_no_day(options.on):
        return _WRONG_USAGE
    changed = change_person(options.open_store(options), options.person, options.role, options.group, _when(options))
    print_line(t("office.changed", count=changed))
    return _DONE


def _assign(options: argparse.Namespace) -> int:
    from sync.central.admin import staff

    if options.group is None and options.liaison is None:
        print_wrong(t("office.group_or_liaison"))
        return _WRONG_USAGE
    if _is_no_day(options.since, options.until):
        return _WRONG_USAGE
    if options.until and options.until < options.since:
        print_wrong(t("office.ends_first"))
        return _WRONG_USAGE
    store = options.open_store(options)
    unit = staff.unit_named(store, options.unit)
    units = staff.units_below(store, unit) if options.subtree else [unit]
    liaison = staff.liaison_named(store.access(), options.liaison) if options.liaison else options.liaison
    term = staff.Term(since=options.since, until=options.until, correction=options.correction)
    changed = staff.assign(store, units, options.group, liaison, term)
    print_line(t("office.assigned", count=changed))
    if changed < len(units):
        print_wrong(t("office.stood", count=len(units) - changed))
    return _DONE


def _code(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import new_code

    code = new_code(options.open_store(options), options.person, options.days)
    print_made(code, t("office.code", name=options.person, days=options.days, code=code))
    return _DONE


def _devices(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import devices

    store = options.open_store(options)
    rows = devices(store)
    if options.json:
        print_json(rows)
    elif rows:
        zones = store.zones()
        print_columns(_words(row, store.district.device, zones) for row in rows)
    return _DONE


def _words(row: Device, own: str, zones: Zones) -> tuple[str, str, str, str, str]:
    """A device for a person: the store's own is not anybody's."""
    if row.revoked_at:
        state = t("office.revoked_at", at=local(zones, row.revoked_at))
    else:
        state = t("office.last_used", day=row.last_used_day) if row.last_used_day else t("office.never_used")
    if row.person == STORE:
        return row.device, t("office.this_store" if row.device == own else "office.store_before"), row.name, "", ""
    follows = t("office.follows", device=row.follows) if row.follows else ""
    return row.device, row.person_name, row.name, follows, state


def _revoke(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import devices, revoke

    store = options.open_store(options)
    known = {each.device: each for each in devices(store) if each.device != store.district.device}
    asked = known.get(options.device)
    follow = [] if options.only else store.access().followers(options.device)
    if asked is not None and not options.yes and sys.stdin.isatty():
        question = t("office.revoke", device=asked.device, person=asked.person_name, name=asked.name)
        if follow:
            print_line(t("office.revokes_followers", devices=", ".join(follow)))
        if not agreed(question):
            print_wrong(t("office.not_revoked"))
            return _REFUSED
    for device in revoke(store, options.device, only=options.only):
        person = known[device].person_name if device in known else ""
        print_line(t("office.revoked", device=device, person=person))
    if asked is not None and asked.follows in known and not known[asked.follows].revoked_at:
        print_line(t("office.still_followed", device=asked.device, follows=asked.follows))
    return _DONE
