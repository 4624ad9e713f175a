"""The command that reads the register of follow-ups."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import as_of, print_head
from supervisor_tui.cli.options.lookup import group_id, open_replica, unit_id
from supervisor_tui.cli.options.output import print_json, print_table
from supervisor_tui.labels.campaigns import class_words
from supervisor_tui.labels.follow_ups import due_words, status_words
from supervisor_tui.locale import t
from sync.console.full_width import as_meant, folded
from sync.model.kinds import KINDS
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import Wanted, values_found


def follow_ups(options: argparse.Namespace) -> int:
    """The register of follow-ups: overdue first."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        day = asked.day or today(replica)
        wanted = msgspec.structs.replace(
            filters(replica, options),
            shown="overdue" if options.overdue else options.shown,
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


def filters(replica: Replica, options: argparse.Namespace) -> Wanted:
    """Return the filters of the register that the options name, of all follow-ups."""
    return Wanted(
        shown="all",
        nature=options.nature,
        status=options.status,
        unit=unit_id(replica, options.unit) if options.unit else "",
        category=options.category,
        group=group_id(replica, options.group) if options.group else "",
        text=options.text,
        class_=_class_id(replica, options.class_),
        lead=options.lead.strip(),
        responsible=options.responsible.strip(),
        post=options.post.strip(),
        moved=str(max(0, options.moved) or ""),
        reporter=_person_id(replica, "reporter", options.reporter),
        verifier=_person_id(replica, "verifier", options.verifier),
        source=_source(replica, options.source),
    )


def _class_id(replica: Replica, text: str) -> str:
    """The class a person means, by id or by what it is called; what is neither stands for itself."""
    return _meant(text, {each: class_words(each) for each in query.classes(replica)})


def _person_id(replica: Replica, field: str, text: str) -> str:
    """The person meant, by id or name, of those whom the register names there."""
    if not text:
        return ""
    found = values_found(replica, field, Wanted(shown="all"), today=today(replica))
    return _meant(text, {person: query.person_name(replica, person) for person, _ in found})


def _source(replica: Replica, text: str) -> str:
    """The record meant, by its id or how that begins, or a kind; what is neither stands for itself."""
    return _meant(text, {kind: t(f"kind.{kind}") for kind in KINDS}, query.find_record(replica, text) or "")


def _meant(text: str, called: Mapping[str, str], otherwise: str = "") -> str:
    wanted = folded(text)
    fitting = (name for name, words in called.items() if wanted in (folded(name), folded(words)))
    return next(fitting, otherwise or as_meant(text))
