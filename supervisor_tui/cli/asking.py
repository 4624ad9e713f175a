"""The command that lists what the office was asked for and has not ruled on."""

from __future__ import annotations

import argparse

import msgspec

from supervisor_tui.cli.opening import open_replica
from supervisor_tui.cli.output import print_json, print_table
from supervisor_tui.cli.parser import DONE
from supervisor_tui.fields import author_words
from supervisor_tui.locale import t
from supervisor_tui.request_words import asks_words
from sync.replica import requests
from sync.replica.calendar import today


def pending(options: argparse.Namespace) -> int:
    """The requests that wait for the office, the oldest first."""
    with open_replica(options) as replica:
        asked = requests.pending(replica)
        day = today(replica)
        rows = [
            (each.day, each.unit_name, asks_words(each, day), each.title, each.why, by, each.record)
            for each, by in ((each, author_words(replica, each.by)) for each in asked)
        ]
    if options.json:
        print_json([msgspec.to_builtins(each) for each in asked])
        return DONE
    print_table([t(f"cli.{name}") for name in ("day", "unit", "asks", "title", "why", "asked_by", "record")], rows)
    return DONE
