"""The command that reads the register of follow-ups."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.as_of import as_of, print_head
from supervisor_tui.cli.opening import group_id, open_replica, unit_id
from supervisor_tui.cli.output import print_json, print_table
from supervisor_tui.cli.parser import DONE
from supervisor_tui.follow_up_words import due_words, status_words
from supervisor_tui.locale import t
from sync.replica import query
from sync.replica.calendar import today
from sync.replica.register import Wanted


def follow_ups(options: argparse.Namespace) -> int:
    """The register of follow-ups: overdue first."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        day = asked.day or today(replica)
        wanted = Wanted(
            shown="overdue" if options.overdue else options.shown,
            nature=options.nature,
            status=options.status,
            unit=unit_id(replica, options.unit) if options.unit else "",
            category=options.category,
            group=group_id(replica, options.group) if options.group else "",
            text=options.text,
            campaign=asked.campaign,
            day=asked.day,
        )
        listing = query.follow_ups(replica, wanted, today=day)
        rows = listing.rows(0, listing.count)
        if options.json:
            print_json(rows)
            return DONE
        print_head(replica, asked)
    headings = [t(f"cli.{name}") for name in ("due_on", "nature", "status", "unit", "title", "stands", "record")]
    print_table(
        headings,
        [
            (
                row.due_on,
                t(f"nature.{row.nature}"),
                status_words(row.nature, row.status),
                row.unit_name,
                row.title,
                due_words(row.status, row.due_on, day, row.watch_until)[0],
                row.record,
            )
            for row in rows
        ],
    )
    return DONE
