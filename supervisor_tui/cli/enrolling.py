"""The command `enrol`: on the office's laptop, units take part in a campaign from a day, or until one."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import campaign_named, group_id, open_replica, unit_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json
from supervisor_tui.locale import t
from sync.console.named_files import given_path, read_given
from sync.model.fields import day as day_fault
from sync.replica import Replica, query
from sync.replica.as_of.groups import units_of_group
from sync.replica.editing.enrolling import end, enrol
from sync.timeline.participation import Term, batch_key

_MOST_BYTES = 1024 * 1024


def enrol_units(options: argparse.Namespace) -> int:
    """Enrol units, or end what they take part in; all of them or none."""
    if not (options.since or options.until):
        raise Refusal(t("cli.enrol_no_day"), 2)
    for day in (options.since, options.until):
        if day and day_fault(day):
            raise Refusal(t("enrol.no_day", day=day), 2)
    named = [*options.units, *(_listed(options.file) if options.file else ())]
    if not (named or options.batch or options.category or options.group):
        raise Refusal(t("cli.enrol_no_units"), 2)
    with open_replica(options) as replica:
        campaign = campaign_named(replica, options.campaign).id
        units = _wanted(replica, options, [unit_id(replica, each) for each in named])
        if options.since:
            changed = enrol(replica, units, Term(campaign, options.since, options.until), options.why)
        else:
            changed = end(replica, units, campaign, options.until, options.why)
    print_json({"units": len(units), "changed": changed})
    print(t("enrol.done", count=changed, stood=len(units) - changed), file=sys.stderr)
    return DONE


def _wanted(replica: Replica, options: argparse.Namespace, named: list[str]) -> list[str]:
    """The units that are named, else all in scope; of these the ones of the batch, category and group asked for."""
    listing = query.units(replica, "", options.category or None)
    of_category = {row.id for row in listing.rows(0, listing.count)}
    group = set(units_of_group(replica, group_id(replica, options.group))) if options.group else of_category
    batches = dict(replica.connection.execute("SELECT ledger, batch FROM unit").fetchall())
    batch = batch_key(options.batch)
    found = [
        unit
        for unit in dict.fromkeys(named or sorted(of_category))
        if (unit in of_category or (named and not options.category))
        and (unit in group or not options.group)
        and (not batch or batch_key(str(batches.get(unit, ""))) == batch)
    ]
    if not found:
        raise Refusal(t("cli.enrol_none"))
    return found


def _listed(file: str) -> list[str]:
    """The units that a text file names, one a line."""
    path = given_path(file)
    try:
        lines = read_given(path, _MOST_BYTES + 1).decode("utf-8-sig").split("\n")
    except OSError as error:
        raise Refusal(t("cli.no_such_file", file=path.name)) from error
    except UnicodeDecodeError as error:
        raise Refusal(t("cli.enrol_no_text", file=path.name)) from error
    return [name for line in lines if (name := line.strip())]
