"""The command that lists what the office was asked for and has not ruled on."""

from __future__ import annotations

import argparse

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.output import print_json, print_table
from supervisor_tui.labels.fields import author_words
from supervisor_tui.labels.requests import asks_words
from supervisor_tui.locale import t
from sync.replica.as_of.calendar import today
from sync.replica.editing import requests


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
