"""The command `brief`: the figures of a period; issuing them, and the briefs that were issued."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from supervisor_tui.cli.commands import DONE, WRONG_USAGE
from supervisor_tui.cli.options.as_of import ALL
from supervisor_tui.cli.options.lookup import campaign_named, open_replica
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json, print_line, print_table, progress_line
from supervisor_tui.cli.options.periods import period_asked
from supervisor_tui.labels.campaigns import campaign_name
from supervisor_tui.labels.connection import error_words
from supervisor_tui.labels.fields import author_words
from supervisor_tui.locale import t
from supervisor_tui.reports.figure_words import column_words, figures_of, line_words, table_words
from supervisor_tui.reports.issued_words import (
    author_line,
    campaign_words,
    counted_words,
    moved_words,
    number_words,
    said_columns,
    said_line,
    said_title,
    standing_words,
    state_words,
    title_words,
)
from supervisor_tui.reports.issuing import in_order, issue, ref_of
from supervisor_tui.reports.since import Since, since_issue
from sync.ledger.brief_contents import Behind, SaidTable
from sync.model.validation import half_width
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.editing.issued import (
    Issued,
    behind,
    breakdowns,
    issued_brief,
    issued_briefs,
    may_fetch,
    must_be_ready,
    next_number,
)

_NUMBER = re.compile(r"(?:(\d{4})(?:[-/]|年))?第?(\d{1,8})期?")
_NOT_SAID = ("said", "digests", "is_here")


def brief(options: argparse.Namespace) -> int:
    """Show the figures of a period, issue them, list the issued briefs, or show one."""
    if options.action == "show" and not options.number:
        raise Refusal(t("issued.which"), WRONG_USAGE)
    with open_replica(options) as replica:
        return _ACTIONS[options.action](replica, options)


# --- figures as they are now -----------------------------------------------------------------------------------------


def _figures(replica: Replica, options: argparse.Namespace) -> int:
    campaign, since, until = period_asked(replica, options)
    view = query.campaign_named(replica, campaign)
    with progress_line() as told:
        found = figures_of(replica, view, since, until, told)
    if options.json:
        tables = [
            {
                "name": table.name,
                "columns": list(table.columns),
                "lines": [
                    {
                        "ref": line.ref,
                        "of": line.of,
                        "name": line.name,
                        "words": line_words(replica, line),
                        "values": [figure.value for figure in line.figures],
                        "records": [list(figure.records) for figure in line.figures],
                    }
                    for line in table.lines
                ],
            }
            for table in found.tables
        ]
        print_json({"campaign": campaign, "from": since, "to": found.period.until, "tables": tables})
        return DONE
    named = campaign_name(view) if view.id else t("brief.all_campaigns")
    print_line(t("issued.period", campaign=named, since=since, until=found.period.until))
    rows = [
        (figure.ref, table_words(table), f"{line_words(replica, line)}  {column_words(table, place)}", figure.value)
        for table in found.tables
        for line in table.lines
        for place, figure in enumerate(line.figures)
    ]
    _print_numbers(rows)
    return DONE


def _print_numbers(rows: Iterable[tuple[object, ...]]) -> None:
    print_table([t("report.ref"), t("brief.table"), t("brief.what"), t("report.number")], rows)


# --- issuing ---------------------------------------------------------------------------------------------------------


def _issue(replica: Replica, options: argparse.Namespace) -> int:
    must_be_ready(replica)
    campaign, since, until = period_asked(replica, options)
    _ask(replica, campaign, since, until, options)
    with progress_line() as told:
        written = issue(replica, campaign, since, until, told)
    issued = issued_brief(replica, written.record)
    if options.json:
        print_json({**msgspec.to_builtins(written), "number": issued.number if issued else 0})
    elif issued is not None:
        print_line(t("issued.done", number=number_words(issued)))
    return DONE


def _ask(replica: Replica, campaign: str, since: str, until: str, options: argparse.Namespace) -> None:
    """Ask at a terminal whether it is to be issued; a script has said so."""
    if options.yes or options.json or not sys.stdin.isatty():
        return
    day = today(replica)
    number = t("issued.number", year=day[:4], number=next_number(replica, campaign, day))
    question = t("issued.ask", since=since, until=min(until, day), number=number)
    print(f"{question} (y/n) ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "是"):
        raise Refusal(t("cli.not_kept"))


# --- issued ones -----------------------------------------------------------------------------------------------------


def _list(replica: Replica, options: argparse.Namespace) -> int:
    found = issued_briefs(replica)
    if options.campaign:
        wanted = "" if options.campaign == ALL else campaign_named(replica, options.campaign).id
        found = [each for each in found if each.campaign == wanted]
    if options.json:
        print_json([_plain(each) for each in found])
    elif found:
        names = ("number", "day", "period", "campaign", "by", "state")
        print_table([t(f"issued.column_{name}") for name in names], [_row(replica, each) for each in found])
    else:
        print_line(t("issued.none"))
    return DONE


def _row(replica: Replica, issued: Issued) -> tuple[str, ...]:
    return (
        number_words(issued),
        issued.day,
        f"{issued.since} - {issued.until}",
        campaign_words(replica, issued),
        author_words(replica, issued.by),
        "; ".join(standing_words(issued)),
    )


def _plain(issued: Issued) -> dict[str, Any]:
    """An issued brief as JSON has it, without its figures."""
    values = {name: getattr(issued, name) for name in issued.__struct_fields__ if name not in _NOT_SAID}
    renamed = {"since": "from", "until": "to", "day": "issued_on", "is_settled": "settled"}
    return {renamed.get(name, name): value for name, value in values.items()}


def issued_named(replica: Replica, text: str, campaign: str = "") -> Issued:
    """Return the issued brief that a person means by a number (3, 2026-3), its record or its check code.

    Of several of one number that of the campaign at hand, of these the newest year's; refused where several are left.
    """
    briefs = issued_briefs(replica)
    number = _NUMBER.fullmatch(half_width(text).strip())
    if number is None:
        record = query.find_record(replica, text)
        fitting = [each for each in briefs if each.record == record]
    else:
        fitting = [each for each in briefs if each.number == int(number[2]) and number[1] in (None, each.year)]
    if campaign:
        wanted = "" if campaign == ALL else campaign_named(replica, campaign).id
        fitting = [each for each in fitting if each.campaign == wanted]
    at_hand = query.campaign(replica).id
    fitting = [each for each in fitting if each.campaign == at_hand] or fitting
    newest = [each for each in fitting if each.year == max(one.year for one in fitting)]
    if not newest:
        raise Refusal(t("issued.no_such", number=text))
    if len(newest) > 1:
        raise Refusal(t("issued.several", number=text, found=" ".join(each.record for each in newest)))
    found = issued_brief(replica, newest[0].record)
    return found if found is not None else newest[0]


def _show(replica: Replica, options: argparse.Namespace) -> int:
    issued, why_not = _with_list(replica, issued_named(replica, options.number, options.campaign))
    parts = breakdowns(replica, issued)
    known = behind(replica, issued) if parts is not None else None
    tables = in_order(issued.said, parts)
    if options.json:
        rows = since_issue(replica, issued, tables, known) if known is not None else None
        digests = {**issued.digests, **(parts.digests if parts is not None else {})}
        said = {"tables": [_table(table, known) for table in tables], "digests": digests}
        print_json({**_plain(issued), **said, "since": msgspec.to_builtins(rows)})
        return DONE
    for words in (title_words(issued), author_line(replica, issued), *standing_words(issued)):
        print_line(words)
    print_line(t("issued.period", since=issued.since, until=issued.until, campaign=campaign_words(replica, issued)))
    _print_numbers(_numbers(tables))
    print()
    if known is None:
        print_line(why_not or t("issued.unreadable"))
    else:
        _print_since(replica, issued, tables, known)
    return DONE


def _print_since(replica: Replica, issued: Issued, tables: Sequence[SaidTable], known: Behind) -> None:
    with progress_line() as told:
        rows = since_issue(replica, issued, tables, known, told)
    print_line(f"{t('since.heading')}: {counted_words(rows)}")
    if rows:
        headings = [t("since.state"), *(t(f"report.column_{name}") for name in ("day", "unit", "kind", "title"))]
        print_table([*headings, t("since.moved")], map(_since_row, rows))


def _since_row(row: Since) -> tuple[str, ...]:
    return state_words(row.state), row.day, row.unit_name, t(f"kind_short.{row.kind}"), row.title, moved_words(row)


def _numbers(tables: Iterable[SaidTable]) -> list[tuple[object, ...]]:
    return [
        (ref_of(line, table, place), said_title(table), f"{said_line(line)}  {column}".rstrip(), value)
        for table in tables
        for line in table.lines
        for place, (column, value) in enumerate(zip(said_columns(table), line.values, strict=False))
    ]


def _with_list(replica: Replica, issued: Issued) -> tuple[Issued, str]:
    """The brief with its list, fetched where it is not here; else why it is not."""
    if issued.is_here:
        return issued, ""
    if not may_fetch(replica):
        return issued, t("issued.not_yours")
    from sync.client.attachments import fetch
    from sync.client.http import ExchangeError

    try:
        fetch(replica, issued.attachment)
    except ExchangeError as error:
        return issued, t("issued.not_fetched", why=error_words(error.code, error.named))
    return msgspec.structs.replace(issued, is_here=True), ""


def _table(table: SaidTable, known: Behind | None) -> dict[str, Any]:
    """A table as JSON has it, each number with its records where the list is here."""
    return {
        "name": table.name,
        "columns": table.columns,
        "lines": [
            {
                "ref": line.ref,
                "of": line.of,
                "name": line.name,
                "words": said_line(line),
                "values": line.values,
                "records": [
                    known.records(ref_of(line, table, place)) if known is not None else None
                    for place in range(len(line.values))
                ],
            }
            for line in table.lines
        ],
    }


_ACTIONS = {None: _figures, "issue": _issue, "list": _list, "show": _show}
