"""The commands that show records with their versions: `history`, `show`, `conflicts`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.as_of import as_of, print_head
from supervisor_tui.cli.options.lookup import ledger_id, open_replica, record_id
from supervisor_tui.cli.options.output import print_json, print_line, print_pairs, print_table
from supervisor_tui.labels.dates import local, skew_words
from supervisor_tui.labels.fields import (
    author_words,
    field_words,
    figure_words,
    in_order,
    item_titles,
    item_values,
    reason_words,
    value_words,
)
from supervisor_tui.labels.follow_ups import status_words
from supervisor_tui.labels.quarantine import do_words, said_words, why_words
from supervisor_tui.labels.requests import said_of
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica, query
from sync.replica.editing import quarantine, requests
from sync.replica.queries.rows import HistoryRow


def history(options: argparse.Namespace) -> int:
    """Everything on one unit, newest first."""
    with open_replica(options) as replica:
        asked = as_of(replica, options)
        unit = ledger_id(replica, options.unit)
        listing = query.history(replica, unit, campaign=asked.campaign, day=asked.day)
        rows = listing.rows(0, listing.count)
        if options.json:
            values = [_with_versions(replica, row.record, row.day, row.title) for row in rows]
            print_json([value | {"fields": row.fields} if asked.day else value for value, row in _beside(values, rows)])
            return DONE
        print_head(replica, asked)
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


def _beside(values: list[dict[str, Any]], rows: list[HistoryRow]) -> Iterator[tuple[dict[str, Any], HistoryRow]]:
    return zip(values, rows, strict=True)


def show(options: argparse.Namespace) -> int:
    """One record with all its versions."""
    with open_replica(options) as replica:
        value = _whole_record(replica, record_id(replica, options.record))
        if options.json:
            print_json(value)
        else:
            _print_record(replica, value)
    return DONE


def _whole_record(replica: Replica, record: str) -> dict[str, Any]:
    """A record as `show --json` prints it: its versions, and the hints it gives."""
    from supervisor_tui.rules.reading import hint_words, record_hints
    from sync.replica.as_of.report_period import named_records

    value = _with_versions(replica, record, "", "")
    (named,) = named_records(replica, [record])
    value["on"], value["title"] = named.day, named.title
    seen = query.record(replica, record)
    hints = record_hints(replica, seen) if seen is not None else []
    if value["kind"] == "follow_up" and seen is not None:
        asked = requests.of_follow_up(replica, seen.ledger, record)
        value["requests"] = [msgspec.to_builtins(each) for each in asked]
    value["hints"] = [{"code": each.code, **each.values, "words": hint_words(each)} for each in hints]
    return value


def _print_record(replica: Replica, value: dict[str, Any]) -> None:
    """A record in words: what it is, its hints and fields, and its versions with what the office said of them."""
    kind = value["kind"]
    print_pairs([(t("cli.kind"), t(f"kind.{kind}")), (t("cli.record"), value["record"]), (t("cli.day"), value["on"])])
    print()
    hints = [(t("finish.hint"), each["words"]) for each in value["hints"]]
    print_pairs([*hints, *_said(replica, kind, value["fields"])])
    print()
    headings = [t(f"cli.{name}") for name in ("at", "by", "why", "state", "changed")]
    print_table(headings, [_version(replica, value, each) for each in value["versions"]])
    for each in value["versions"]:
        if each["late"]:
            print_line(f"{local(replica, each['at'])}  {t('record.late_version')}")
        if each["after_duty"]:
            print_line(f"{local(replica, each['at'])}  {t('record.after_duty')}")
        if each["verdict"] == "invalid":
            print_line(f"{local(replica, each['at'])}  {t('flaw.' + each['code'])}")
        if each["skew"]:
            print_line(f"{local(replica, each['at'])}  {skew_words(each['skew'])}")
    _print_rulings(replica, value["versions"])
    _print_requests(replica, value)


def _print_requests(replica: Replica, value: dict[str, Any]) -> None:
    """What was asked of the office for a follow-up, and what it said."""
    found = query.record(replica, value["record"]) if value.get("requests") else None
    if found is None:
        return
    print()
    print_line(t("request.heading"))
    for each in requests.of_follow_up(replica, found.ledger, found.record):
        for words in said_of(replica, each):
            print_line(f"  {words}")


def _version(replica: Replica, value: dict[str, Any], version: dict[str, Any]) -> tuple[str, ...]:
    """One version of a record as a row: when, by whom, why, what became of it, what it changed."""
    by, why = version["by"], version["why"]
    return (
        local(replica, version["at"]),
        author_words(replica, by),
        reason_words(by, why) or version["set"].get("progress", ""),
        t(f"verdict_of_version.{version['verdict']}"),
        _changed(replica, value["kind"], version["set"], value["fields"]),
    )


def _print_rulings(replica: Replica, versions: list[dict[str, Any]]) -> None:
    """Why versions were kept apart, and what the office said."""
    rulings = quarantine.said(replica)
    for each in versions:
        ruling = next((rulings[name] for name in (each["hash"], *each["names"]) if name in rulings), None)
        if each["code"] and (ruling is not None or each["verdict"] == "apart"):
            print_line(f"{local(replica, each['at'])}  {why_words(each['code'])}. {do_words(each['code'])}")
        if ruling is not None:
            print_line(one_line(said_words(replica, ruling)))


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
                "after_duty": version.after_duty,
                "skew": version.skew,
                "names": list(version.names),
            }
            for version in found.versions
        ],
    }


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
