"""The commands that only read: status, units, history, show, search, followups, conflicts."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from typing import Any

import msgspec

from supervisor_tui.apart import do_words, reason_lines, said_words, unit_words, what_words, why_words
from supervisor_tui.campaign_words import category_words, learn_words
from supervisor_tui.cli.outcome import Refusal, profile_path
from supervisor_tui.cli.output import print_json, print_line, print_pairs, print_table
from supervisor_tui.cli.parser import DONE
from supervisor_tui.cli.quick import standing_value
from supervisor_tui.days import local, skew_words, today
from supervisor_tui.fields import (
    author_words,
    field_words,
    figure_words,
    in_order,
    item_titles,
    item_values,
    reason_words,
    value_words,
)
from supervisor_tui.follow_up_words import status_words
from supervisor_tui.locale import t
from supervisor_tui.text import harmless, one_line
from supervisor_tui.waiting import waiting_value, waiting_words
from sync.replica import Locked, Replica, aside, query, too_large
from sync.replica.views import SetAsideRow


def open_replica(options: argparse.Namespace) -> Replica:
    """The profile's file; commands other than join want it to have joined."""
    path = profile_path(options)
    try:
        replica = Replica.open(path)
    except Locked:
        from supervisor_tui.cli.passphrase import unlock

        unlock(options, path)
        replica = Replica.open(path)
    replica.joined()
    learn_words(replica)
    return replica


def unit_id(replica: Replica, text: str) -> str:
    """The unit a person means; refused when none or several fit."""
    if (found := query.find_unit(replica, text)) is None:
        raise Refusal(t("cli.no_such_unit", unit=text))
    return found


def record_id(replica: Replica, text: str) -> str:
    """The record a person means."""
    if (found := query.find_record(replica, text)) is None:
        raise Refusal(t("cli.no_such_record", record=text))
    return found


def status(options: argparse.Namespace) -> int:
    """Where this laptop stands with the office."""
    with open_replica(options) as replica:
        standing = query.status(replica)
        apart = [_apart(replica, row) for row in aside.mine(replica)]
        to_rule = sum(row.ruling is None for row in aside.to_rule(replica))
        waiting = too_large.waiting(replica)
        waits = [waiting_words(replica, each) for each in waiting]
    if options.json:
        fields = msgspec.to_builtins(standing)
        values = [waiting_value(each) for each in waiting]
        print_json(standing_value(options.profile, fields, fields, apart=apart, to_rule=to_rule, waiting=values))
        return DONE
    print_pairs(
        [
            (t("cli.person"), f"{standing.person_name} ({t('role.' + standing.role)})"),
            (t("cli.district"), standing.district_name),
            (t("cli.server"), standing.server),
            (t("cli.pending"), standing.pending),
            (t("cli.oldest"), local(standing.oldest_unsynced or "-")),
            (t("cli.receipts"), f"{standing.acknowledged} / {standing.mine}"),
            (t("cli.conflicts"), standing.conflicts),
            (t("cli.quarantined"), standing.quarantined),
            (t("cli.last_sync"), local(standing.last_sync or "-")),
            *([(t("aside.title"), t("todo.rulings", count=to_rule))] if to_rule else []),
            *([(t("cli.last_error"), t(f"error.{standing.last_error}"))] if standing.last_error else []),
            *((t("waiting.short"), each) for each in waits),
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
        listing = query.units(replica, options.text, options.category, today())
        rows = listing.rows(0, listing.count)
    if options.json:
        print_json(rows)
    elif options.csv:
        from supervisor_tui.reports.as_csv import no_formula

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


def history(options: argparse.Namespace) -> int:
    """Everything on one unit, newest first."""
    with open_replica(options) as replica:
        listing = query.history(replica, unit_id(replica, options.unit))
        rows = listing.rows(0, listing.count)
        if options.json:
            print_json([_with_versions(replica, row.record, row.day, row.title) for row in rows])
            return DONE
        names = {row.by: author_words(replica, row.by) for row in rows}
    headings = [t(f"cli.{name}") for name in ("day", "kind", "title", "by", "state", "record")]
    print_table(
        headings,
        [
            (
                row.day,
                t(f"kind.{row.kind}"),
                row.title or figure_words(row.kind, row.fields),
                names[row.by],
                t(f"cli.{row.state}"),
                row.record,
            )
            for row in rows
        ],
    )
    return DONE


def _with_versions(replica: Replica, record: str, day: str, title: str) -> dict[str, Any]:
    found = query.record(replica, record)
    assert found is not None  # noqa: S101 - the listing has just named it
    return {
        "kind": found.kind,
        "record": found.record,
        "on": day,
        "by": found.by,
        "title": title,
        "fields": found.fields,
        "conflicts": [
            {
                "field": field,
                "values": [
                    {"value": each.value, "device": each.device, "seq": each.seq, "by": each.by, "at": each.at}
                    for each in values
                ],
            }
            for field, values in found.conflicts.items()
        ],
        "versions": [
            {
                "device": version.device,
                "seq": version.seq,
                "hash": version.hash,
                "at": version.at,
                "by": version.by,
                "why": version.why,
                "verdict": version.verdict,
                "code": version.code,
                "set": version.set,
                "late": version.late,
                "skew": version.skew,
            }
            for version in found.versions
        ],
    }


def show(options: argparse.Namespace) -> int:
    """One record with all its versions."""
    from supervisor_tui.rules.reading import hint_words, record_hints
    from sync.replica.period import named_records

    with open_replica(options) as replica:
        record = record_id(replica, options.record)
        value = _with_versions(replica, record, "", "")
        (named,) = named_records(replica, [record])
        value["on"], value["title"] = named.day, named.title
        names = {version["by"]: author_words(replica, version["by"]) for version in value["versions"]}
        seen = query.record(replica, record)
        hints = record_hints(replica, seen) if seen is not None else []
        value["hints"] = [{"code": each.code, **each.values, "words": hint_words(each)} for each in hints]
        said = [(t("finish.hint"), hint_words(each)) for each in hints]
        said += list(_said(replica, value["kind"], value["fields"]))
        changed = [_changed(replica, value["kind"], each["set"], value["fields"]) for each in value["versions"]]
        rulings = aside.said(replica)
        apart = [each for each in value["versions"] if each["verdict"] == "apart" or each["hash"] in rulings]
        answers = {hash_: said_words(replica, each) for hash_, each in rulings.items()}
    if options.json:
        print_json(value)
        return DONE
    print_pairs([(t("cli.kind"), t(f"kind.{value['kind']}")), (t("cli.record"), record), (t("cli.day"), value["on"])])
    print()
    print_pairs(said)
    print()
    headings = [t(f"cli.{name}") for name in ("at", "by", "why", "state", "changed")]
    print_table(
        headings,
        [
            (
                local(each["at"]),
                names[each["by"]],
                reason_words(each["by"], each["why"]) or each["set"].get("progress", ""),
                t(f"verdict_of_version.{each['verdict']}"),
                what,
            )
            for each, what in zip(value["versions"], changed, strict=True)
        ],
    )
    for each in value["versions"]:
        if each["late"]:
            print_line(f"{local(each['at'])}  {t('record.late_version')}")
        if each["skew"]:
            print_line(f"{local(each['at'])}  {skew_words(each['skew'])}")
    for each in apart:
        if each["code"]:
            print_line(f"{local(each['at'])}  {why_words(each['code'])}. {do_words(each['code'])}")
        if each["hash"] in answers:
            print_line(one_line(answers[each["hash"]]))
    return DONE


def _changed(replica: Replica, kind: str, fields: dict[str, Any], now: dict[str, Any]) -> str:
    """The fields a version set, `now` the record's; a step of a follow-up by where it led."""
    nature = str(now.get("nature", ""))
    if kind == "follow_up" and "status" in fields and "nature" not in fields:
        return status_words(nature, str(fields["status"]))
    titles = item_titles(replica, now)
    return ", ".join(titles.get(name) or field_words(kind, name, nature) for name in fields)


def _said(replica: Replica, kind: str, fields: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Fields and values in words, in the order of the kind."""
    titles = item_titles(replica, fields)
    plain, answers = in_order(kind, fields, titles)
    nature, figures = str(fields.get("nature", "")), item_values(replica, fields)
    for name, value in [*plain, *answers]:
        said = figures.get(name) or value_words(replica, name, value, nature)
        yield titles.get(name) or field_words(kind, name, nature), said


def search(options: argparse.Namespace) -> int:
    """Search everything in scope."""
    from sync.replica.search import Filters, find

    with open_replica(options) as replica:
        filters = Filters(
            kind=options.kind,
            since=options.since,
            until=options.until,
            stage=options.stage,
            category=options.category,
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


def group_id(replica: Replica, text: str) -> str:
    """The group a person means, by id or name; what is neither stands for itself."""
    groups = replica.scope.groups if replica.scope is not None else {}
    return next((group for group, name in groups.items() if text == name), text)


def conflicts(options: argparse.Namespace) -> int:
    """The fields that two people changed differently, with every value."""
    with open_replica(options) as replica:
        rows = [
            {
                "record": row.record,
                "unit": row.unit,
                "unit_name": row.unit_name,
                "kind": row.kind,
                "on": row.day,
                "field": each["field"],
                "values": each["values"],
            }
            for row in query.conflicts(replica)
            for each in _with_versions(replica, row.record, row.day, row.title)["conflicts"]
        ]
        said = [] if options.json else [_conflict(replica, row, each) for row in rows for each in row["values"]]
    if options.json:
        print_json(rows)
        return DONE
    headings = [t(f"cli.{name}") for name in ("unit", "kind", "field", "version", "value", "record")]
    print_table(headings, said)
    return DONE


def _conflict(replica: Replica, row: dict[str, Any], value: dict[str, Any]) -> tuple[str, ...]:
    """One side of a conflict; field, version and record as `resolve` wants them stand there, too."""
    kind, field = str(row["kind"]), str(row["field"])
    words = field_words(kind, field)
    return (
        row["unit_name"],
        t(f"kind.{kind}"),
        words if words == field else f"{words} {field}",
        f"{value['device']}:{value['seq']}",
        value_words(replica, field, value["value"]),
        row["record"],
    )
