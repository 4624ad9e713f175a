"""`status --json` and `units --json`, read at a glance: what scripts ask often takes hardly longer than the file does.

Whatever is out of the ordinary (no file, an encrypted one, an older copy put back, something kept apart that wants
explaining) goes the usual way, which says what is to be said. The bytes printed are the same either way.
"""

from __future__ import annotations

import json
import sys
from contextlib import closing

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.outcome import profile_path
from sync.console.control_characters import json_readable
from sync.replica.storage import fast_reads, high_water, schema
from sync.replica.storage.connect import PlainError, ReplicaError, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from typing import Any

    from sync.replica.storage.connect import Connection

_text = json.encoder.encode_basestring


def status(options: argparse.Namespace) -> int:
    """Where this laptop stands with the office."""
    if options.json and (text := _glanced(options, _standing_json)):
        return _print(text)
    from supervisor_tui.cli.show import lists

    return lists.status(options)


def units(options: argparse.Namespace) -> int:
    """The units in scope."""
    is_now = not options.as_of and not options.campaign
    if options.json and is_now and (text := _glanced(options, _units_json)):
        return _print(text)
    from supervisor_tui.cli.show import lists

    return lists.units(options)


def _glanced(options: argparse.Namespace, read: Callable[[Connection, dict[str, Any], argparse.Namespace], str]) -> str:
    """What `read` makes of the profile's file and of who this laptop is; empty if the usual way has more to say."""
    path = profile_path(options)
    try:
        noted = high_water.noted(path)
        with closing(connect(path, create=False)) as connection:
            schema.bring_up_to_date(connection, path)
            if noted > int(fast_reads.setting(connection, high_water.KEPT) or 0):
                return ""
            if fast_reads.upgrade_is_to_be_told(connection):
                return ""
            identity = json.loads(fast_reads.setting(connection, "identity") or "{}")
            return read(connection, identity, options) if identity else ""
    except (ReplicaError, PlainError):
        return ""


def _standing_json(connection: Connection, identity: dict[str, Any], options: argparse.Namespace) -> str:
    is_ordinary = fast_reads.nothing_apart(connection) and fast_reads.nothing_waits(connection)
    if not is_ordinary or fast_reads.setting(connection, "fork"):
        return ""
    standing = fast_reads.standing(connection, identity["device"])
    value = standing_value(options.profile, identity, standing, apart=[], to_rule=0)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _units_json(connection: Connection, _: dict[str, Any], options: argparse.Namespace) -> str:
    """The units, one field a line, as every other JSON that is printed."""
    today = fast_reads.zones(connection).today()
    units = [
        f'  {{\n    "id": {_text(id_)},\n    "name": {_text(name)},\n    "category": {_text(category)},\n'
        f'    "last_visit": {_text(visit)},\n    "open": {open_},\n    "overdue": {overdue}\n  }}'
        for id_, name, category, visit, open_, overdue in fast_reads.unit_rows(
            connection, options.text, options.category, today=today, closed=options.closed
        )
    ]
    return "[\n" + ",\n".join(units) + "\n]" if units else "[]"


def standing_value(
    profile: str,
    identity: dict[str, Any],
    standing: dict[str, Any],
    *,
    apart: list[dict[str, str]],
    to_rule: int,
    waiting: Sequence[dict[str, object]] = (),
    fork: dict[str, str] | None = None,
) -> dict[str, Any]:
    """What `status --json` prints."""
    names = ("pending", "conflicts", "quarantined", "last_sync", "last_error", "oldest_unsynced")
    return {
        "profile": profile,
        **{name: identity[name] for name in ("person", "person_name", "role", "district", "server")},
        **{name: standing[name] for name in names},
        "receipts": {"mine": standing["mine"], "acknowledged": standing["acknowledged"]},
        "apart": apart,
        "to_rule": to_rule,
        "waiting": list(waiting),
        "fork": fork,
    }


def _print(text: str) -> int:
    sys.stdout.write(json_readable(text) + "\n")
    return DONE
