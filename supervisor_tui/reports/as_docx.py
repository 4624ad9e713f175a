"""A document for a word processor, by python-docx: A4, tables whose heads repeat, bars drawn of shaded cells.

Tables are put together as text and parsed once: cell by cell, python-docx takes minutes for what a year lists.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

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

MOST_ROWS = 200  # of records behind figures; longer lists stand in the annex by code, and one by one in the workbook
MOST_WHOLE = 5_000  # of a list wanted whole: some three hundred pages
_NAMESPACE = nsdecls("w")
_PAGE, _MARGIN = (210, 297), 20  # mm
_TWIPS_A_MM = 56.7
_ACROSS = round((_PAGE[0] - 2 * _MARGIN) * _TWIPS_A_MM)
_STEPS = 40  # of a full bar
_COLOURS = ("3D6D99", "D0883D", "6F9C5A")
_LATIN, _CHINESE = "Calibri", "宋体"
_FIXED = (1980, 1, 1, 0, 0, 0)


def as_docx(document: Document) -> bytes:
    """The document's bytes."""
    made = docx.Document()
    _set_up(made, document)
    made.add_heading(safe_text(document.title), 0)
    for block in document.blocks:
        _add(made, block)
    written = io.BytesIO()
    made.save(written)
    return _with_fixed_times(written)


def _set_up(made: Any, document: Document) -> None:
    properties = made.core_properties
    properties.title = safe_text(document.title)
    properties.author = properties.last_modified_by = properties.comments = ""
    properties.created = properties.modified = datetime.fromisoformat(document.day)
    properties.revision = 1
    section = made.sections[0]
    section.page_width, section.page_height = Mm(_PAGE[0]), Mm(_PAGE[1])
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(_MARGIN)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = made.styles[name]
        style.font.name = _LATIN
        style.element.rPr.rFonts.set(qn("w:eastAsia"), _CHINESE)
    made.styles["Normal"].font.size = Pt(10.5)
    made.styles["Title"].font.size = Pt(18)


def _with_fixed_times(written: io.BytesIO) -> bytes:
    """The same package with the clock taken out of it."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _FIXED), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def _add(made: Any, block: Block) -> None:
    if isinstance(block, Heading):
        made.add_heading(safe_text(block.text), block.level)
    elif isinstance(block, Paragraph):
        run = made.add_paragraph().add_run(safe_text(block.text))
        run.font.size = Pt(9) if block.quiet else None
    elif isinstance(block, Table):
        _add_table(made, block)
    elif isinstance(block, Chart):
        _add_xml(made, _chart(block))
        made.add_paragraph()
    elif isinstance(block, References):
        _add_references(made, block)
    elif isinstance(block, Fill):
        for _ in range(block.lines):
            made.add_paragraph("    ".join(f"{safe_text(words)} ________________" for words in block.words))


def _add_xml(made: Any, xml: str) -> None:
    made.element.body.insert_element_before(parse_xml(xml), "w:sectPr")


# --- tables ----------------------------------------------------------------------------------------------------------


def _add_table(made: Any, table: Table) -> None:
    if table.sheet:
        made.add_heading(safe_text(table.title), 2)
        if len(table.rows) > (MOST_WHOLE if table.whole else MOST_ROWS):
            made.add_paragraph(t("report.many_rows", count=len(table.rows)))
            return
    _add_xml(made, _table(table))
    made.add_paragraph()


def _table(table: Table) -> str:
    whole = sum(column.width for column in table.columns)
    widths = [_ACROSS * column.width // whole for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = "".join(
        _tc(_run(column.title, bold=True), width, shade="EEF2F6")
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = "".join(_row(row, table, widths) for row in table.rows)
    return (
        f'<w:tbl {_NAMESPACE}><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>{rows}</w:tbl>"
    )


def _row(row: Any, table: Table, widths: list[int]) -> str:
    cells = "".join(
        _tc(_cell(cell, column), width, right=column.kind in ("number", "percent"))
        for cell, column, width in zip(row, table.columns, widths, strict=True)
    )
    return f"<w:tr>{cells}</w:tr>"


def _cell(cell: Cell, column: Column) -> str:
    run = _run(shown(cell, column.kind))
    return f'<w:hyperlink w:anchor="{_anchor(cell.ref)}">{run}</w:hyperlink>' if isinstance(cell, Count) else run


def _anchor(ref: str) -> str:
    return "n" + ref.replace(".", "_")


def _tc(content: str, width: int, *, span: int = 1, shade: str = "", right: bool = False) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    shaded = f'<w:shd w:val="clear" w:color="auto" w:fill="{shade}"/>' if shade else ""
    aligned = '<w:jc w:val="right"/>' if right else ""
    properties = f'<w:pPr><w:spacing w:before="0" w:after="0"/>{aligned}</w:pPr>'
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{spanned}{shaded}</w:tcPr>'
        f"<w:p>{properties}{content}</w:p></w:tc>"
    )


def _run(text: str, *, bold: bool = False, points: int = 9) -> str:
    lines = [f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in safe_text(text).split("\n")]
    style = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{2 * points}"/></w:rPr>'
    return f"<w:r>{style}{'<w:br/>'.join(lines)}</w:r>"


# --- charts and references -------------------------------------------------------------------------------------------


def _chart(chart: Chart) -> str:
    """Bars of shaded cells: every word processor shows them, and no picture has to be drawn."""
    label = _ACROSS // 3
    step = (_ACROSS - label) // (_STEPS + 8)
    widths = [label, *([step] * (_STEPS + 8))]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl {_NAMESPACE}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(_bars(chart, label, step))}</w:tbl>"
    )


def _bars(chart: Chart, label: int, step: int) -> Iterator[str]:
    whole = _STEPS + 8
    for place, series in enumerate(chart.series):
        key = _tc(_run(chart.title, bold=True) if not place else "", label)
        named = _tc(_run(series.name), step * (whole - 2), span=whole - 2)
        yield f"<w:tr>{key}{_tc('', step * 2, span=2, shade=_COLOURS[place % 3])}{named}</w:tr>"
    most = max((value for series in chart.series for value in series.values), default=0) or 1
    for row, words in enumerate(chart.labels):
        for place, series in enumerate(chart.series):
            value = series.values[row]
            length = round(_STEPS * value / most)
            bar = _tc("", step * length, span=length, shade=_COLOURS[place % 3]) if length else ""
            rest = _tc(_run(f"{value:g}"), step * (whole - length), span=whole - length)
            yield f"<w:tr>{_tc(_run(words if not place else ''), label)}{bar}{rest}</w:tr>"


def _add_references(made: Any, references: References) -> None:
    made.add_heading(safe_text(references.title), 2)
    for number, each in enumerate(references.items, start=1):
        codes = " ".join(each.codes) or t("report.none")
        mark = f'<w:bookmarkStart w:id="{number}" w:name="{_anchor(each.ref)}"/><w:bookmarkEnd w:id="{number}"/>'
        title = _run(f"{each.ref} {each.words}: {len(each.records)}\n", bold=True)
        _add_xml(made, f"<w:p {_NAMESPACE}>{mark}{title}{_run(codes, points=8)}</w:p>")
