"""The sheet of an inspection, to be read and signed on the spot; its check code finds the record again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.labels.fields import field_words, in_order, item_titles, item_values, value_words
from supervisor_tui.locale import language, t
from supervisor_tui.reports.document import Block, Cell, Column, Document, Fill, Heading, Paragraph, Table
from supervisor_tui.reports.wording import code, code_column, column
from sync.ledger.chains import HASH_PREFIX
from sync.ledger.ids import check_code
from sync.protocol.blobs import FIELD, named_in
from sync.replica import Replica, query
from sync.replica.as_of.calendar import zones
from sync.replica.queries.rows import Record

_HEAD = ("visited_on", "stage", "group", "template", "arrived", "left", "announced")
_TEXTS = ("summary", "good_practice", "effect_on_work", "unit_reply")
_HASH = len(HASH_PREFIX) + 16  # as much of an entry's hash as stands on paper


class NotAnInspection(LookupError):
    """Sheets are for inspections that stand."""


def sheet(replica: Replica, record: str) -> Document:
    """The sheet of an inspection; raises `NotAnInspection`."""
    found = query.record(replica, record)
    if found is None or found.kind != "inspection" or found.withdrawn:
        raise NotAnInspection(record)
    unit = query.unit_name(replica, found.ledger)
    blocks = [*_identified(found), *_head(replica, found, unit), *_answers(replica, found), *_texts(found)]
    return Document(
        title=t("report.sheet_title"),
        day=str(found.fields.get("visited_on", "")) or zones(replica).day_of(found.at),
        language=language(),
        blocks=[*blocks, *_opened(replica, found), *_signatures(found)],
        mark=f"{unit}  {t('report.check_code', code=check_code(found.record))}",
    )


def _identified(found: Record) -> list[Block]:
    newest = found.versions[-1]
    version = t("report.version", number=len(found.versions), hash=newest.hash[len(HASH_PREFIX) : _HASH])
    return [
        Paragraph(t("report.check_code", code=check_code(found.record))),
        Paragraph(version, quiet=True),
        *([Paragraph(t("record.conflicts", count=len(found.conflicts)))] if found.conflicts else []),
        *([Paragraph(t("record.apart"))] if found.apart else []),
    ]


def _head(replica: Replica, found: Record, unit: str) -> list[Block]:
    fields = found.fields
    told = [(t("report.column_unit"), unit)]
    for name in _HEAD:
        if fields.get(name) not in (None, ""):
            value = stage_words(str(fields[name])) if name == "stage" else value_words(replica, name, fields[name])
            told.append((field_words("inspection", name), value))
    inspectors = [
        query.person_name(replica, name.partition(".")[2]) for name in sorted(fields) if name.startswith("inspector.")
    ]
    told.append((t("field.inspection.inspector"), t("list.comma").join(inspectors)))
    if len(told) % 2:
        told.append(("", ""))
    columns = [Column("", "label", 12), Column("", width=34), Column("", "label", 12), Column("", width=34)]
    return [Table("", columns, [(*told[place], *told[place + 1]) for place in range(0, len(told), 2)])]


def _answers(replica: Replica, found: Record) -> list[Block]:
    """The checklist as the template asks it: item, verdict or figure, note."""
    titles, figures = item_titles(replica, found.fields), item_values(replica, found.fields)
    plain, answers = in_order("inspection", found.fields, titles)
    rows: list[Sequence[Cell]] = []
    for name, value in answers:
        rows.append((titles.get(name, name.partition(".")[2]), *_verdict(value)))
    for name, value in plain:
        if name.startswith("figure."):
            words = figures.get(name) or value_words(replica, name, value)
            rows.append((titles.get(name, name.partition(".")[2]), words, ""))
    columns = [column("item", 50), column("verdict", 12), column("note", 30)]
    items: list[Block] = [Heading(t("record.items")), Table("", columns, rows)] if rows else []
    return items + _files(replica, found, titles)


def _files(replica: Replica, found: Record, titles: Mapping[str, str]) -> list[Block]:
    """What was attached, and for which item of the checklist."""
    files = sorted(named_in(found.fields), key=lambda pair: (str(pair[1].get("name", "")), pair[0]))
    rows: list[Sequence[Cell]] = [
        (titles.get(f"figure.{said.get('item')}", ""), value_words(replica, FIELD + name, said)) for name, said in files
    ]
    columns = [column("item", 40), column("file", 52)]
    return [Heading(t("field.inspection.attachment")), Table("", columns, rows)] if rows else []


def _verdict(value: Any) -> tuple[str, str]:
    given = value if isinstance(value, dict) else {}
    return t(f"verdict.{given.get('verdict', '')}"), str(given.get("note") or "")


def _texts(found: Record) -> list[Block]:
    said = [(field_words("inspection", name), str(found.fields.get(name) or "")) for name in _TEXTS]
    rows = [(words, text) for words, text in said if text]
    return [Table("", [Column("", "label", 14), Column("", width=78)], rows)] if rows else []


def _opened(replica: Replica, found: Record) -> list[Block]:
    """The follow-ups that this inspection opened."""
    listing = query.history(replica, found.ledger, "follow_up")
    table = [
        (
            t(f"nature.{row.fields.get('nature', 'problem')}"),
            row.title,
            str(row.fields.get("due_on", "")),
            str(row.fields.get("responsible_post", "")),
            code(row.record),
        )
        for row in reversed(listing.rows(0, listing.count))
        if str(row.fields.get("origin", "")).partition("#")[0] == found.record and not row.withdrawn
    ]
    columns = [column("nature", 10), column("title", 40), column("due_on", 12), column("post", 18), code_column()]
    title = t("report.opened_here")
    return [Heading(title), Table("", columns, table)] if table else []


def _signatures(found: Record) -> list[Block]:
    reply: list[Block] = [Fill([field_words("inspection", "unit_reply")]), Fill([""])]
    return [
        Heading(t("report.signatures")),
        Paragraph(t("report.signatures_explained"), quiet=True),
        *(reply if not found.fields.get("unit_reply") else []),
        Fill([t("report.signed_inspectors"), t("report.signed_on")]),
        Fill([t("report.signed_unit"), t("report.signed_post"), t("report.signed_on")]),
    ]
