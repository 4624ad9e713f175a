"""The campaign and the day that a command is asked of: `--campaign` and `--as-of`."""

from __future__ import annotations

import argparse
from typing import NamedTuple

from supervisor_tui.cli.options.lookup import campaign_named
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_line
from supervisor_tui.forms.days import read_day
from supervisor_tui.labels.dates import as_of_words, this_day
from supervisor_tui.locale import t
from sync.model.fields import day as day_check
from sync.replica import Replica
from sync.replica.as_of.calendar import today

ALL = "all"  # `--campaign all`: all campaigns side by side


class AsOf(NamedTuple):
    """What is asked: a campaign's id, empty for what the command takes without one, and a day, empty for now."""

    campaign: str = ""
    day: str = ""


def as_of(replica: Replica, options: argparse.Namespace) -> AsOf:
    """Return what the options say; refused where they name no campaign here, or no day.

    As of a day to come nothing counts that has not happened: what is asked is today.
    """
    campaign = "" if options.campaign in ("", ALL) else campaign_named(replica, options.campaign).id
    day = day_meant(replica, options.as_of)
    return AsOf(campaign, min(day, today(replica)) if day else "")


def day_meant(replica: Replica, typed: str) -> str:
    """Return the day that was typed, empty for none; refused where it is no day."""
    read = read_day(typed, this_day(replica)) if typed else ""
    if read and day_check(read):
        raise Refusal(t("export.bad_day", day=typed))
    return read


def print_head(replica: Replica, asked: AsOf, otherwise: str = "brief.all_campaigns") -> None:
    """Say of which campaign and as of which day the answer is, where it was asked for.

    `otherwise`: the key of what is said where a day was named and no campaign.
    """
    if asked != AsOf():
        print_line(as_of_words(replica, asked.campaign, asked.day, otherwise=otherwise))
