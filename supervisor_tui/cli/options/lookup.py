"""What nearly every command begins with: the profile's file, and the unit, record or group that a person means."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.labels.at_start import start_words
from supervisor_tui.labels.campaigns import learn_words
from supervisor_tui.locale import t
from sync.console.full_width import as_meant, folded
from sync.ledger.ids import COMMON_LEDGERS
from sync.replica import Locked, Replica, query
from sync.replica.queries.rows import CampaignView


def open_replica(options: argparse.Namespace) -> Replica:
    """The profile's file; commands other than join want it to have joined."""
    path = profile_path(options)
    try:
        replica = Replica.open(path)
    except Locked:
        from supervisor_tui.cli.options.passphrase import unlock

        unlock(options, path)
        replica = Replica.open(path)
    replica.joined()
    learn_words(replica)
    for said in start_words(replica, "commands"):
        print(said, file=sys.stderr)
    return replica


def unit_id(replica: Replica, text: str) -> str:
    """The unit a person means; refused when none or several fit."""
    if (found := query.find_unit(replica, text)) is None:
        raise Refusal(t("cli.no_such_unit", unit=text))
    return found


def ledger_id(replica: Replica, text: str) -> str:
    """The unit a person means, or the id of one no longer theirs of which something of their own is still here."""
    if query.find_unit(replica, text) is None and text not in COMMON_LEDGERS and query.history(replica, text).count:
        return text
    return unit_id(replica, text)


def record_id(replica: Replica, text: str) -> str:
    """The record a person means."""
    if (found := query.find_record(replica, text)) is None:
        raise Refusal(t("cli.no_such_record", record=text))
    return found


def group_id(replica: Replica, text: str) -> str:
    """The group a person means, by id or name; what is neither stands for itself."""
    groups = replica.scope.groups if replica.scope is not None else {}
    return next((group for group, name in groups.items() if folded(text) == folded(name)), as_meant(text))


def campaign_named(replica: Replica, name: str) -> CampaignView:
    """The campaign of this id, the one at hand without one; refused where there is none of this id."""
    if not name:
        return query.campaign(replica)
    found = query.campaign_named(replica, name)
    if not found.id:
        raise Refusal(t("cli.no_such_campaign", campaign=name))
    return found
