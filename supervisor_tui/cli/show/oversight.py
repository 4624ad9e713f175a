"""The commands for who answers for what: `gaps` lists what is missing, `assign` gives units to a group or a person."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import as_of, print_head
from supervisor_tui.cli.options.lookup import group_id, open_replica, unit_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json, print_table
from supervisor_tui.locale import t
from supervisor_tui.rules.gaps import gaps as found_gaps
from supervisor_tui.rules.reading import gap_words, since_when, units_with_needs
from sync.replica import Replica, query
from sync.replica.as_of.assignments import Term, groups, liaison_officers
from sync.replica.as_of.assignments import assign as assign_units
from sync.replica.as_of.calendar import today


def gaps(options: argparse.Namespace) -> int:
    """The units that lack somebody or something, those that lack most first."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        found = found_gaps(units_with_needs(replica, asked.day or today(replica), asked.campaign))
        if options.lacks:
            found = [gap for gap in found if options.lacks in gap.lacks]
        rows = [
            (gap, query.group_name(replica, gap.unit.group), query.person_name(replica, gap.unit.liaison))
            for gap in found
        ]
        if not options.json:
            print_head(replica, asked, "as_of.at_hand")
    if options.json:
        print_json(
            [
                {
                    "unit": gap.unit.unit,
                    "name": gap.unit.name,
                    "category": gap.unit.category,
                    "group": gap.unit.group,
                    "liaison": gap.unit.liaison,
                    "chain": gap.unit.chain,
                    "weak": gap.unit.weak,
                    "lacks": gap.lacks,
                    "since": since_when(gap),
                    "words": gap_words(gap),
                }
                for gap, _, _ in rows
            ]
        )
        return DONE
    headings = [t("cli.unit"), t("duty.group"), t("duty.liaison"), t("duty.lacks")]
    print_table(headings, [(gap.unit.name, group or "-", person or "-", gap_words(gap)) for gap, group, person in rows])
    return DONE


def assign(options: argparse.Namespace) -> int:
    """Give units to a group, a liaison officer or both; all of them or none."""
    if options.group is None and options.liaison is None:
        raise Refusal(t("cli.group_or_liaison"), 2)
    with open_replica(options) as replica:
        units = [unit_id(replica, unit) for unit in options.units]
        group = group_id(replica, options.group) if options.group else options.group
        liaison = _liaison_id(replica, options.liaison) if options.liaison else options.liaison
        if group and group not in dict(groups(replica)):
            raise Refusal(t("cli.no_such_group", group=options.group))
        term = Term(since=options.since, until=options.until, correction=options.correction)
        print_json(assign_units(replica, units, group=group, liaison=liaison, why=options.why, term=term))
    return DONE


def _liaison_id(replica: Replica, text: str) -> str:
    """The liaison officer a person means, by id or name."""
    officers = liaison_officers(replica)
    for person, name in officers:
        if text in (person, name):
            return person
    raise Refusal(t("cli.no_such_liaison", person=text))
