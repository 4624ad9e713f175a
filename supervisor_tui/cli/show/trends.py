"""The command that shows a unit's figures over time."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import as_of, print_head
from supervisor_tui.cli.options.lookup import open_replica, unit_id
from supervisor_tui.cli.options.output import print_json, print_table
from supervisor_tui.labels.trends import figure_text, trend_words, unit_text
from supervisor_tui.locale import t
from supervisor_tui.rules.trends import trends as found_trends
from sync.replica.as_of.trends import over_time


def trends(options: argparse.Namespace) -> int:
    """Counts, figures of visits, opinions and satisfaction of one unit, first and last."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        course = over_time(replica, unit_id(replica, options.unit), campaign=asked.campaign, day=asked.day)
        found = found_trends(course)
        if not options.json:
            print_head(replica, asked)
    if options.json:
        print_json(
            {
                section: [
                    {"name": row.name, "words": trend_words(row), "unit": unit_text(row.unit), "points": row.points}
                    for row in rows
                ]
                for section, rows in found.items()
            }
        )
        return DONE
    headings = [t(f"trends.{name}") for name in ("what", "first", "on", "last", "on", "change")]
    rows = [row for section in found.values() for row in section]
    print_table(
        headings,
        [
            (
                trend_words(row),
                figure_text(row.points[0][1], row),
                row.points[0][0],
                figure_text(row.points[-1][1], row),
                row.points[-1][0],
                f"{row.change:+.0f}",
            )
            for row in rows
        ],
    )
    return DONE
