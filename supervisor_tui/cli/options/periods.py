"""The campaign and the period that a command about a brief is given."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.options.as_of import ALL, day_meant
from supervisor_tui.cli.options.lookup import campaign_named
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.locale import t
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today


def period_asked(replica: Replica, options: argparse.Namespace, as_of: str = "") -> tuple[str, str, str]:
    """Return campaign (empty for all), first and last day; not said: the one at hand, from its beginning to today.

    With `as_of` the period ends on that day at the latest.
    """
    campaign = "" if options.campaign == ALL else campaign_named(replica, options.campaign).id
    since = day_meant(replica, options.since) or query.campaign_named(replica, campaign).starts_on
    since = since or f"{today(replica)[:4]}-01-01"
    until = min(day_meant(replica, options.until) or today(replica), as_of or "9999")
    must_be_in_order(since, until)
    return campaign, since, until


def must_be_in_order(since: str, until: str) -> None:
    """Refuse a period that ends before it begins."""
    if since and until and since > until:
        raise Refusal(t("export.wrong_order"))
