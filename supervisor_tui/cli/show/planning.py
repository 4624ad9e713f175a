"""The commands that say where to go: `next`, and `draw` for units by lot."""

from __future__ import annotations

import argparse
import hashlib

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import as_of, print_head
from supervisor_tui.cli.options.lookup import campaign_named, open_replica
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json, print_line, print_pairs, print_table
from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.labels.dates import as_of_words, local
from supervisor_tui.locale import t
from supervisor_tui.rules.draw import draw as drawn
from supervisor_tui.rules.draw import lot, new_seed
from supervisor_tui.rules.reading import hinted, hints_json, hints_words, missing_words, reason_words, standings, visits
from sync.model.days import now
from sync.replica import Replica, query
from sync.replica.as_of.calendar import day_to_read, today
from sync.replica.as_of.participants import at_hand
from sync.replica.as_of.planning import why_decided
from sync.replica.queries.campaigns import NONE

_KEPT = "draws"


def next_(options: argparse.Namespace) -> int:
    """The units to go to next, each with its reasons."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        found = visits(replica, today(replica), max(1, options.limit), campaign=asked.campaign, day=asked.day)
        if not options.json:
            print_head(replica, asked, "as_of.at_hand")
    if options.json:
        print_json(
            [
                {
                    "unit": visit.unit,
                    "name": visit.name,
                    "last_visit": visit.last_visit,
                    "reasons": [
                        {"rule": each.rule, **each.values, "words": reason_words(each)} for each in visit.reasons
                    ],
                }
                for visit in found
            ]
        )
        return DONE
    rows = [(visit.name, visit.last_visit or "-", "; ".join(map(reason_words, visit.reasons))) for visit in found]
    print_table([t("cli.unit"), t("cli.last_visit"), t("cli.reasons")], rows)
    return DONE


def stages(options: argparse.Namespace) -> int:
    """Every unit's place at the gate of a stage."""
    with open_replica(options) as replica:
        day = as_of(replica, options).day
        named = options.campaign or at_hand(replica, day or today(replica))
        campaign = campaign_named(replica, named) if named else NONE
        stage = options.stage or campaign.current_stage(day or today(replica))
        rows = standings(replica, campaign, stage, day=day)
        why = why_decided(replica, campaign.id, stage, day_to_read(replica, day)) if options.json else {}
        if not options.json:
            print_line(f"{as_of_words(replica, campaign.id, day)}  {stage_words(stage) if stage else ''}".rstrip())
    if options.json:
        print_json(
            [
                {
                    "unit": row.facts.unit,
                    "name": row.facts.name,
                    "place": row.standing.place,
                    "met": row.standing.met,
                    "missing": [item.id for item in row.standing.missing],
                    "satisfied": row.standing.satisfied,
                    "decided_on": row.facts.decided_on,
                    "why": why.get(row.facts.unit, ""),
                }
                for row in rows
            ]
        )
        return DONE
    headings = [t("cli.unit"), t("stages.place"), t("stages.missing")]
    print_table(
        headings, [(row.facts.name, t(f"stages.{row.standing.place}"), missing_words(row.standing)) for row in rows]
    )
    return DONE


def hints(options: argparse.Namespace) -> int:
    """The newest inspections with what is worth a second look in each, newest first."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        found = hinted(replica, max(1, options.limit), campaign=asked.campaign, day=asked.day)
        if not options.json:
            print_head(replica, asked)
    if options.json:
        print_json(
            [
                {
                    "record": row.visit.record,
                    "unit": row.visit.unit,
                    "name": row.visit.unit_name,
                    "on": row.visit.day,
                    "hints": hints_json(row.hints),
                }
                for row in found
            ]
        )
        return DONE
    headings = [t("cli.day"), t("cli.unit"), t("reviews.hints"), t("cli.record")]
    rows = [(row.visit.day, row.visit.unit_name, hints_words(row.hints), row.visit.record) for row in found]
    print_table(headings, rows)
    return DONE


class Draw(msgspec.Struct, frozen=True, kw_only=True):
    """A draw as it is kept: enough to do it again. `of` is the SHA-256 of the unit ids drawn from, one a line."""

    at: str
    seed: str
    count: int
    category: str
    units: int
    of: str
    drawn: list[str]


_draws = msgspec.json.Decoder(list[Draw])


def draw(options: argparse.Namespace) -> int:
    """Draw units by lot, or show the draws made on this laptop."""
    with open_replica(options) as replica:
        if options.list:
            return _show(replica, _kept(replica), as_json=options.json)
        listing = query.units(replica, "", options.category, today(replica))
        units = sorted(row.id for row in listing.rows(0, listing.count))
        if not 1 <= options.count <= len(units):
            raise Refusal(t("cli.draw_count", units=len(units)))
        seed = options.seed or new_seed()
        made = Draw(
            at=now(),
            seed=seed,
            count=options.count,
            category=options.category or "",
            units=len(units),
            of=hashlib.sha256("\n".join(units).encode()).hexdigest(),
            drawn=drawn(units, seed, options.count),
        )
        with replica.transaction():  # what another process draws meanwhile stays
            replica.set_setting(_KEPT, msgspec.json.encode([*_kept(replica), made]).decode())
        return _show(replica, [made], as_json=options.json)


def _kept(replica: Replica) -> list[Draw]:
    return _draws.decode(replica.setting(_KEPT) or "[]")


def _show(replica: Replica, draws: list[Draw], *, as_json: bool) -> int:
    if as_json:
        print_json([msgspec.to_builtins(each) for each in draws])
        return DONE
    for each in draws:
        print_pairs(
            [
                (t("cli.at"), local(replica, each.at)),
                (t("cli.seed"), each.seed),
                (t("cli.drawn_from"), t("cli.drawn_units", count=each.units, digest=each.of[:16])),
            ]
        )
        rows = [(query.unit_name(replica, unit), unit, lot(each.seed, unit)[:12]) for unit in each.drawn]
        print_table([t("cli.unit"), t("cli.id"), t("cli.lot")], rows)
        print()
    print_line(t("cli.draw_how"))
    return DONE
