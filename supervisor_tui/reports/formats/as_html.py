"""A document as one html file: no script, nothing fetched, every text escaped; charts are bars made of cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from supervisor_tui.locale import t
from supervisor_tui.reports.document import (
    Block,
    Cell,
    Chart,
    Column,
    Count,
    Document,
    Fill,
    Heading,
    Paragraph,
    References,
    Table,
    safe_text,
    shown,
)

MOST_ROWS = 2_000  # of records behind figures; a browser grows slow with more, and the workbook has them all
MOST_WHOLE = 20_000  # of a list wanted whole
_STYLE = """
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif; color: #222;
  max-width: 62em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.5em; } h2 { font-size: 1.2em; margin-top: 2em; } h3 { font-size: 1em; }
table { border-collapse: collapse; margin: .6em 0 1.2em; } caption { text-align: left; font-weight: bold; }
th, td { border: 1px solid #bfc8d2; padding: .2em .6em; text-align: left; vertical-align: top; }
th, td.label { background: #eef2f6; } td.label { font-weight: bold; white-space: nowrap; }
td.number, td.percent { text-align: right; }
td.code, .codes { font-family: monospace; } td.text { white-space: pre-wrap; overflow-wrap: anywhere; }
.quiet { color: #666; font-size: .85em; } p { white-space: pre-wrap; overflow-wrap: anywhere; }
.chart td { border: none; padding: .1em .4em; } .bar { height: .8em; background: #3d6d99; display: inline-block; }
.bar.b1 { background: #d0883d; } .bar.b2 { background: #6f9c5a; } dt { font-weight: bold; margin-top: .6em; }
.fill { border-bottom: 1px solid #444; display: inline-block; min-width: 12em; margin-right: 1em; }
tr.rest td { color: #444; font-size: .85em; overflow-wrap: anywhere; } tr.rest b { color: #666; font-weight: normal; }
@media print { body { max-width: none; margin: 0; font-size: 11px; } tbody, tr { break-inside: avoid; } }
"""
_PIXELS = 360  # of the longest bar


def as_html(document: Document) -> bytes:
    """The document's bytes."""
    spoken = "en" if document.language == "en" else "zh-CN"
    title = _text(document.title)
    parts = [
        f'<!DOCTYPE html>\n<html lang="{spoken}"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>",
    ]
    for block in document.blocks:
        parts += _block(block)
    return "\n".join([*parts, "</body></html>\n"]).encode("utf-8")


def _text(text: str) -> str:
    return escape(safe_text(text))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"<h{block.level + 1}>{_text(block.text)}</h{block.level + 1}>"
    elif isinstance(block, Paragraph):
        yield f"<p class='{_tone(block)}'>{_text(block.text)}</p>"
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Chart):
        yield from _chart(block)
    elif isinstance(block, References):
        yield from _references(block)
    elif isinstance(block, Fill):
        yield from _fill(block)


def _tone(paragraph: Paragraph) -> str:
    return "quiet" if paragraph.quiet else "said"


def _table(table: Table) -> Iterator[str]:
    caption = f"<caption>{_text(table.title)}</caption>" if table.title else ""
    if table.sheet and len(table.rows) > (MOST_WHOLE if table.whole else MOST_ROWS):
        yield f"<h3>{_text(table.title)}</h3><p>{_text(t('report.many_rows', count=len(table.rows)))}</p>"
        return
    kept = [place for place, column in enumerate(table.columns) if column.on_paper]
    heads = "".join(f"<th>{_text(table.columns[place].title)}</th>" for place in kept)
    yield f"<table>{caption}{f'<thead><tr>{heads}</tr></thead>' if table.has_head else ''}"
    if len(kept) == len(table.columns):
        yield "<tbody>"
    for row in table.rows:
        cells = "".join(_cell(row[place], table.columns[place]) for place in kept)
        line = f"<tr>{cells}</tr>"
        yield line if len(kept) == len(table.columns) else f"<tbody>{line}{_rest(row, table, len(kept))}</tbody>"
    yield "</tbody></table>" if len(kept) == len(table.columns) else "</table>"


def _rest(row: Sequence[Cell], table: Table, width: int) -> str:
    """What stands in the columns that a page has no room for, below the others: each with its name."""
    said = [
        f"<b>{_text(column.title)}</b> {escape(shown(cell, column.kind))}"
        for cell, column in zip(row, table.columns, strict=True)
        if not column.on_paper and cell not in (None, "")
    ]
    return f'<tr class="rest"><td colspan="{width}">{" &nbsp; ".join(said)}</td></tr>' if said else ""


def _cell(cell: Cell, column: Column) -> str:
    text = escape(shown(cell, column.kind))
    if isinstance(cell, Count):
        text = f'<a href="#n{escape(cell.ref)}">{text}</a>'
    return f'<td class="{column.kind}">{text}</td>'


def _chart(chart: Chart) -> Iterator[str]:
    most = max((value for series in chart.series for value in series.values), default=0) or 1
    keys = "".join(
        f'<i class="bar b{place}" style="width:1em"></i> {_text(series.name)} &nbsp; '
        for place, series in enumerate(chart.series)
    )
    yield f'<table class="chart" role="img"><caption>{_text(chart.title)}<br>{keys}</caption>'
    for row, label in enumerate(chart.labels):
        bars = "<br>".join(
            f'<span class="bar b{place}" style="width:{round(_PIXELS * series.values[row] / most)}px"></span>'
            f" {series.values[row]:g}"
            for place, series in enumerate(chart.series)
        )
        yield f"<tr><td>{_text(label)}</td><td>{bars}</td></tr>"
    yield "</table>"


def _references(references: References) -> Iterator[str]:
    yield f"<h3>{_text(references.title)}</h3><dl>"
    for each in references.items:
        codes = _text(" ".join(each.codes) or t("report.none"))
        ref = escape(each.ref)
        yield f'<dt id="n{ref}">{ref} {_text(each.words)}: {each.number}</dt><dd class="codes">{codes}</dd>'
    yield "</dl>"


def _fill(fill: Fill) -> Iterator[str]:
    for _ in range(fill.lines):
        blanks = "".join(f'{_text(words)} <span class="fill">&nbsp;</span>' for words in fill.words)
        yield f"<p>{blanks}</p>"
