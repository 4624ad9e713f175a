"""A document for a word processor, by python-docx: A4, heads of tables on every page, page numbers, charts of its own.

A table that wants more room than a page is wide stands on pages turned on their side.
"""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from supervisor_tui.locale import t
from supervisor_tui.reports.document import (
    MOST_LABELS,
    Block,
    Chart,
    Document,
    Fill,
    Heading,
    Paragraph,
    References,
    Table,
    safe_text,
)
from supervisor_tui.reports.formats.column_widths import needed
from supervisor_tui.reports.formats.docx_charts import chart_xml
from supervisor_tui.reports.formats.docx_tables import (
    NAMESPACE,
    anchor,
    fill_xml,
    leaves_columns_out,
    letters,
    parsed,
    run,
    table_xml,
    without_empty,
)

MOST_ROWS = 200  # of records behind figures; longer lists stand in the annex by code, and one by one in the workbook
MOST_WHOLE = 5_000  # of a list wanted whole: some three hundred pages
_PAGE, _MARGIN, _ABOVE = (210, 297), 20, 17  # mm
_TWIPS_A_MM = 56.7
_FONTS = {"Normal": ("Times New Roman", "宋体"), "Title": ("Arial", "黑体"), "Heading": ("Arial", "黑体")}
_INK = RGBColor(0x1F, 0x3A, 0x5F)
_LONGEST_PROPERTY = 255  # characters; python-docx takes no longer title
_FIXED = (1980, 1, 1, 0, 0, 0)


def as_docx(document: Document) -> bytes:
    """The document's bytes."""
    return _Paper(document).bytes()


class _Paper:
    """A document being written."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.made: Any = docx.Document()
        self.charts = 0
        self.is_wide = False

    def bytes(self) -> bytes:
        """The whole package."""
        self._set_up()
        blocks = self.document.blocks
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            self._turn(wide=isinstance(block, Table) and _wants_width(block))
            self._add(block)
            if isinstance(following, Fill) and isinstance(block, Paragraph):  # what is signed stands with what it says
                self.made.paragraphs[-1].paragraph_format.keep_with_next = True
        written = io.BytesIO()
        self.made.save(written)
        return _with_fixed_times(written)

    # --- the page ----------------------------------------------------------------------------------------------------

    def _set_up(self) -> None:
        title = safe_text(self.document.title)
        properties = self.made.core_properties
        properties.title = title[:_LONGEST_PROPERTY]
        properties.author = properties.last_modified_by = properties.comments = ""
        properties.created = properties.modified = datetime.fromisoformat(self.document.day)
        properties.revision = 1
        _style(self.made)
        section = self.made.sections[0]
        section.page_width, section.page_height = Mm(_PAGE[0]), Mm(_PAGE[1])
        section.left_margin = section.right_margin = Mm(_MARGIN)
        section.top_margin = section.bottom_margin = Mm(_ABOVE)
        section.footer_distance = Mm(9)
        _foot(section.footer.paragraphs[0], safe_text(self.document.mark or self.document.title).replace("\n", " "))
        heading = self.made.add_heading(title, 0)
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def _turn(self, *, wide: bool) -> None:
        """Go on upright or on the side."""
        if wide == self.is_wide:
            return
        self.is_wide = wide
        section = self.made.add_section(WD_SECTION.NEW_PAGE)
        short, long = Mm(_PAGE[0]), Mm(_PAGE[1])
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (long, short) if wide else (short, long)

    @property
    def across(self) -> int:
        """The twips between the margins."""
        return round((_PAGE[1 if self.is_wide else 0] - 2 * _MARGIN) * _TWIPS_A_MM)

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _add(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.made.add_heading(safe_text(block.text), block.level)
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Chart) and block.labels and block.series and len(block.labels) <= MOST_LABELS:
            self.charts += 1
            self._xml(chart_xml(self.made.part, block, self.charts, _PAGE[0] - 2 * _MARGIN))
        elif isinstance(block, References):
            self._references(block)
        elif isinstance(block, Fill):
            self._xml(fill_xml(block, self.across))
            self._space()

    def _paragraph(self, block: Paragraph) -> None:
        written = self.made.add_paragraph().add_run(safe_text(block.text))
        if block.quiet:
            written.font.size = Pt(9)
            written.font.color.rgb = RGBColor(0x60, 0x68, 0x70)

    def _table(self, table: Table) -> None:
        if table.sheet:
            self.made.add_heading(safe_text(table.title), 2)
            if len(table.rows) > (MOST_WHOLE if table.whole else MOST_ROWS):
                self.made.add_paragraph(t("report.many_rows", count=len(table.rows)))
                return
        if leaves_columns_out(table):
            self._paragraph(Paragraph(t("report.columns_left_out"), quiet=True))
        self._xml(table_xml(table, self.across))
        self._space()

    def _references(self, references: References) -> None:
        self.made.add_heading(safe_text(references.title), 2)
        for number, each in enumerate(references.items, start=1):
            codes = " ".join(each.codes) or t("report.none")
            mark = f'<w:bookmarkStart w:id="{number}" w:name="{anchor(each.ref)}"/><w:bookmarkEnd w:id="{number}"/>'
            title = run(f"{each.ref} {each.words}: {each.number}\n", bold=True)
            spaced = '<w:pPr><w:spacing w:before="40" w:after="60" w:line="240" w:lineRule="auto"/></w:pPr>'
            self._xml(f"<w:p {NAMESPACE}>{spaced}{mark}{title}{run(codes, points=8)}</w:p>")

    def _space(self) -> None:
        """A little room under a table."""
        size = '<w:rPr><w:sz w:val="8"/></w:rPr>'
        spaced = f'<w:pPr><w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/>{size}</w:pPr>'
        self._xml(f"<w:p {NAMESPACE}>{spaced}</w:p>")

    def _xml(self, xml: str) -> None:
        """Add an element at the end of the text, before the properties of its last section, which end the body."""
        self.made.element.body[-1].addprevious(parsed(xml))


def _wants_width(table: Table) -> bool:
    """Whether a table finds no room upright for what must stay together in it."""
    if not table.sheet or len(table.rows) > (MOST_WHOLE if table.whole else MOST_ROWS):
        return False
    if table.rows and not all(column.on_paper for column in table.columns):
        return True
    upright = round((_PAGE[0] - 2 * _MARGIN) * _TWIPS_A_MM)
    table = without_empty(table)
    return sum(needed(table)) > letters(upright, len(table.columns))


def _style(made: Any) -> None:
    """The fonts that offices have; the language decides how punctuation is drawn."""
    for name, size, before, after in (
        ("Normal", 10.5, 0, 3),
        ("Title", 18, 0, 6),
        ("Heading 1", 13, 10, 4),
        ("Heading 2", 11, 9, 4),
    ):
        style = made.styles[name]
        latin, chinese = _FONTS[name.split()[0]]
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        style.font.name = latin
        fonts.set(qn("w:eastAsia"), chinese)
        style.font.size = Pt(size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.15
        if name != "Normal":
            style.font.color.rgb = _INK
            style.font.bold = name != "Title"
    rule = made.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if rule is not None:
        made.styles["Title"].element.pPr.remove(rule)
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-US")
        language.set(qn("w:eastAsia"), "zh-CN")


def _foot(paragraph: Any, mark: str) -> None:
    """What this is, the page, and how many there are."""
    before, between, after = t("report.page", page="\0", pages="\0").split("\0")
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    element = paragraph._p
    texts = [
        run(text, points=8).replace("<w:r>", f"<w:r {NAMESPACE}>", 1)
        for text in (f"{mark}    {before}", between, after)
    ]
    for piece in (texts[0], _field("PAGE"), texts[1], _field("NUMPAGES"), texts[2]):
        element.append(parsed(piece))


def _field(name: str) -> str:
    size = '<w:rPr><w:sz w:val="16"/></w:rPr>'
    return f'<w:fldSimple {NAMESPACE} w:instr=" {name} "><w:r>{size}<w:t>1</w:t></w:r></w:fldSimple>'


def _with_fixed_times(written: io.BytesIO) -> bytes:
    """The same package with the clock taken out of it."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(written) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name, _FIXED), source.read(name), zipfile.ZIP_DEFLATED, 3)
    return fixed.getvalue()
