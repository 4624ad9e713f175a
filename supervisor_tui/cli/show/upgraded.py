"""The command that lists the records whose day or campaign the upgrade changed."""

from __future__ import annotations

import argparse

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.output import print_json, print_line, print_table
from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.labels.upgrade import moved
from supervisor_tui.locale import t
from sync.replica import query
from sync.replica.queries.upgraded import changes


def upgrade_notes(options: argparse.Namespace) -> int:
    """Unit, kind, what it is, the day and the campaign before and now."""
    with open_replica(options) as replica:
        found = changes(replica)
        titles = {each.id: campaign_name(each) for each in query.campaigns(replica)} | {"": t("upgrade.no_campaign")}
    if options.json:
        print_json([msgspec.structs.asdict(each) for each in found])
    elif found:
        print_table(
            [t(f"upgrade.{name}") for name in ("unit", "kind", "title", "day", "campaign")],
            [
                (
                    each.unit_name,
                    t(f"kind.{each.kind}"),
                    each.title,
                    moved(each.day_before, each.day),
                    moved(*(titles.get(name, name) for name in (each.campaign_before, each.campaign))),
                )
                for each in found
            ],
        )
    else:
        print_line(t("upgrade.nothing"))
    return DONE
