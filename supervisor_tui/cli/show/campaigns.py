"""`supervisor-tui campaign`: which campaigns there are, and in which of them this person works."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import Refusal, say
from supervisor_tui.cli.options.output import print_json, print_line
from supervisor_tui.labels.campaigns import campaign_title
from supervisor_tui.locale import t
from sync.replica.queries import campaigns


def campaign(options: argparse.Namespace) -> int:
    """List the campaigns, or choose one or none."""
    with open_replica(options) as replica:
        found = campaigns.campaigns(replica)
        if options.campaign:
            if options.campaign not in [each.id for each in found]:
                raise Refusal(t("cli.no_such_campaign", campaign=options.campaign))
            campaigns.choose(replica, options.campaign)
        elif options.of_each:
            campaigns.choose(replica, "")
        chosen = campaigns.campaign(replica).id
    if options.json:
        rows = [
            {"id": each.id, "title": each.title, "batch": each.batch, "starts_on": each.starts_on} for each in found
        ]
        print_json([row | {"chosen": row["id"] == chosen} for row in rows])
    elif not found:
        say(t("cli.no_campaigns"), DONE)
    else:
        for each in found:
            print_line(f"{'*' if each.id == chosen else ' '} {each.id}  {campaign_title(each)}")
    return DONE
