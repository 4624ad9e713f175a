"""The commands that tell where the laptop stands, and find: `status`, `units`, `search`."""

from __future__ import annotations

import argparse
import csv
import sys

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import AsOf, as_of, print_head
from supervisor_tui.cli.options.lookup import campaign_named, group_id, open_replica
from supervisor_tui.cli.options.output import print_json, print_pairs, print_table
from supervisor_tui.cli.show.quick import standing_value
from supervisor_tui.labels.campaigns import category_words
from supervisor_tui.labels.connection import file_value, files_words, last_error_words
from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fork import fork_words
from supervisor_tui.labels.oversized import waiting_value, waiting_words
from supervisor_tui.labels.quarantine import reason_lines, said_words, unit_words, what_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import harmless
from sync.console.full_width import as_meant
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.editing import quarantine
from sync.replica.editing.waiting_attachments import waiting_files
from sync.replica.queries.rows import SetAsideRow
from sync.replica.queries.units import units_then
from sync.replica.sync_state import forked, oversized


def status(options: argparse.Namespace) -> int:
    """Where this laptop stands with the office."""
    with open_replica(options) as replica:
        standing = query.status(replica)
        apart = [_apart(replica, row) for row in quarantine.mine(replica)]
        to_rule = sum(row.ruling is None for row in quarantine.to_rule(replica))
        waiting = oversized.waiting(replica)
        waits = [waiting_words(replica, each) for each in waiting]
        files, said_of_files = waiting_files(replica), files_words(replica)
        failed = last_error_words(replica, standing.last_error) if standing.last_error else ""
        fork = forked.recent(replica)
        oldest, last = (local(replica, at or "-") for at in (standing.oldest_unsynced, standing.last_sync))
        said_of_fork = "" if fork is None else fork_words(replica, fork)
    if options.json:
        fields = msgspec.to_builtins(standing)
        values = [*map(waiting_value, waiting), *map(file_value, files)]
        told = None if fork is None else msgspec.structs.asdict(fork)
        print_json(
            standing_value(options.profile, fields, fields, apart=apart, to_rule=to_rule, waiting=values, fork=told)
        )
        return DONE
    print_pairs(
        [
            (t("cli.person"), f"{standing.person_name} ({t('role.' + standing.role)})"),
            (t("cli.district"), standing.district_name),
            (t("cli.server"), standing.server),
            (t("cli.pending"), standing.pending),
            (t("cli.oldest"), oldest),
            (t("cli.receipts"), f"{standing.acknowledged} / {standing.mine}"),
            (t("cli.conflicts"), standing.conflicts),
            (t("cli.quarantined"), standing.quarantined),
            (t("cli.last_sync"), last),
            *([(t("aside.title"), t("todo.rulings", count=to_rule))] if to_rule else []),
            *([(t("cli.last_error"), failed)] if failed else []),
            *((t("waiting.short"), each) for each in waits),
            *([(t("waiting.files_short"), said_of_files)] if said_of_files else []),
            *([(t("fork.title"), said_of_fork)] if said_of_fork else []),
        ]
    )
    for each in apart:
        print()
        print_pairs(
            [(t(f"cli.{name}"), each[name]) for name in ("unit", "what", "why", "to_do", "ruling") if each[name]]
        )
    return DONE


def _apart(replica: Replica, row: SetAsideRow) -> dict[str, str]:
    """An entry of this device that is kept apart: which, why, what to do, and what the office said."""
    *why, do = reason_lines(replica, row)
    return {
        "ledger": row.ledger,
        "seq": str(row.seq),
        "record": row.record,
        "code": row.code,
        "unit": unit_words(replica, row),
        "what": what_words(row),
        "why": "; ".join(why),
        "to_do": do,
        "ruling": said_words(replica, row.ruling) if row.ruling is not None else "",
    }


def units(options: argparse.Namespace) -> int:
    """The units in scope."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        if asked != AsOf():
            wanted = (asked.day or today(replica), options.text, options.category)
            rows = units_then(replica, *wanted, campaign=asked.campaign, closed=options.closed)
        else:
            listing = query.units(replica, options.text, options.category, today(replica), closed=options.closed)
            rows = listing.rows(0, listing.count)
        if not options.json and not options.csv:
            print_head(replica, asked)
    if options.json:
        print_json(rows)
    elif options.csv:
        from supervisor_tui.reports.formats.as_csv import no_formula

        writer = csv.writer(sys.stdout)
        writer.writerow(["id", "name", "category", "last_visit", "open", "overdue"])
        for row in rows:
            cells = (row.id, row.name, row.category, row.last_visit, row.open, row.overdue)
            writer.writerow([no_formula(harmless(each)) if isinstance(each, str) else each for each in cells])
    else:
        headings = [t(f"cli.{name}") for name in ("unit", "category", "last_visit", "open", "overdue")]
        print_table(
            headings,
            [(row.name, category_words(row.category), row.last_visit or "-", row.open, row.overdue) for row in rows],
        )
    return DONE


def search(options: argparse.Namespace) -> int:
    """Search everything in scope."""
    from sync.replica.queries.search import Filters, find

    with open_replica(options) as replica:
        filters = Filters(
            kind=as_meant(options.kind),
            since=as_meant(options.since),
            until=as_meant(options.until),
            campaign=campaign_named(replica, options.campaign).id if options.campaign or options.stage else "",
            stage=as_meant(options.stage),
            category=as_meant(options.category),
            group=group_id(replica, options.group),
        )
        hits = find(replica, options.text, filters, max(1, options.limit))
    if options.json:
        print_json(hits)
    else:
        headings = [t(f"cli.{name}") for name in ("day", "kind", "unit", "text", "record")]
        print_table(
            headings, [(hit.day, t(f"kind.{hit.kind}"), hit.unit_name, hit.snippet, hit.record) for hit in hits]
        )
    return DONE
