"""The commands of the office that close a unit with what becomes of its open follow-ups, and take a closing back."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.lookup import open_replica, record_id, unit_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json
from supervisor_tui.locale import t
from sync.model.validation import tidy_day
from sync.replica import Replica
from sync.replica.as_of.calendar import certain_day
from sync.replica.editing.closing import Closing, Outcome, open_follow_ups, take_back
from sync.replica.editing.closing import close as close_unit


def close(options: argparse.Namespace) -> int:
    """Close a unit: each open follow-up goes to a successor or is settled, all of it or nothing."""
    with open_replica(options) as replica:
        closing = Closing(
            unit=unit_id(replica, options.unit),
            on=tidy_day(options.on) if options.on else certain_day(replica),
            closed_why=options.why,
            reason=options.reason,
            successors=tuple(dict.fromkeys(unit_id(replica, each) for each in options.successor)),
        )
        print_json(close_unit(replica, closing, _outcomes(replica, closing, options)))
    return DONE


def reopen(options: argparse.Namespace) -> int:
    """Take a closing back within 30 days: the unit was never closed."""
    with open_replica(options) as replica:
        print_json(take_back(replica, unit_id(replica, options.unit), options.why))
    return DONE


def _outcomes(replica: Replica, closing: Closing, options: argparse.Namespace) -> list[Outcome]:
    """What becomes of every open follow-up; refused with a list of those of which nothing is said."""
    given = {record_id(replica, record): Outcome("", unit_id(replica, unit)) for record, unit in _pairs(options.give)}
    given |= {record_id(replica, record): Outcome("", why=why) for record, why in _pairs(options.settle)}
    rest = Outcome("", why=options.settle_rest)
    if len(closing.successors) == 1 and not options.settle_rest:
        rest = Outcome("", closing.successors[0])
    rows = open_follow_ups(replica, closing.unit)
    unsaid = [row for row in rows if row.record not in given and rest == Outcome("")]
    if unsaid:
        lines = [f"{row.record}  {row.due_on}  {row.title}" for row in unsaid]
        raise Refusal("\n".join([t("close.say_each", count=len(unsaid)), *lines]))
    outcomes = ((row.record, given.get(row.record, rest)) for row in rows)
    return [Outcome(record, outcome.to, outcome.why) for record, outcome in outcomes]


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    """The two parts of `FOLLOW_UP=WHAT`."""
    pairs = []
    for each in given:
        record, separator, what = each.partition("=")
        if not separator or not what.strip():
            raise Refusal(t("close.pair", given=each), 2)
        pairs.append((record, what.strip()))
    return pairs
