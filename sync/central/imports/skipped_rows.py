"""Rows below the headings that are no rows of the table: totals, section lines, column numbers, remarks, signatures.

Each is left out and named in the report.
"""

from __future__ import annotations

import re
from typing import Any

from sync.central.imports import values
from sync.central.imports.files.read import Table
from sync.central.imports.headings import Headings
from sync.central.imports.synonyms import CATEGORIES, plain
from sync.central.locale import t
from sync.model.validation import half_width

_TOTAL = re.compile(
    r"(?:.{0,12}(?:合计|总计|小计|共计|累计)|总数|total|subtotal|sum)[:]?(?:\d{1,9}[个家户人名]?)?", re.IGNORECASE
)
_LABELS = "注|备注|说明|填表|制表|审核|填报|报送|联系|经办|复核|负责人|签字|签名|签章|统计|主管|分管|电话|日期|note"
_REMARK = re.compile(rf"[(]?[^:]{{0,6}}(?:{_LABELS})[^:]{{0,8}}[:]", re.IGNORECASE)
_SECTION = re.compile(
    r"[(（]?[一二三四五六七八九十百]{1,4}(?:[)）]|[、.．,，]).{1,60}|第[一二三四五六七八九十百]{1,4}(?:部分|类|批).{0,60}"
)
_SECTION_NUMBER = re.compile(r"[(（]?[一二三四五六七八九十百]{1,4}[)）、.．]?")
_FOOT = re.compile(r"第\d{1,4}页.{0,20}|共\d{1,4}页|\d{4}年\d{1,2}月(?:\d{1,2}日)?")
_CELESTIAL = "甲乙丙丁戊己庚辛壬癸"
_MOST = 100  # characters of a cell that is looked at


class Apart:
    """Tells of a table which of its rows below the headings are no rows."""

    def __init__(self, table: Table, headings: Headings) -> None:
        self._table = table
        self._columns = {column.index: column for column in headings.columns}
        self._read = sorted(column.index for column in headings.fields.values())
        self._category = headings.fields["category"].index if "category" in headings.fields else -1
        below = table.rows[headings.rows :]
        self._first = below[0][0] if below else 0
        self.under_merged = {
            index
            for merge in table.merges
            if merge.top <= headings.row <= merge.bottom
            for index in range(merge.left, min(merge.right, 1_000) + 1)
        }

    def why(self, number: int, cells: list[Any]) -> str:
        """Return in words why a row below the headings is no row of the table; empty if it is one, or is blank."""
        filled = {index: values.line(cell)[:_MOST] for index, cell in enumerate(cells) if not values.is_blank(cell)}
        if not filled:
            return ""
        said = [half_width(text) for text in filled.values()]
        if any(_TOTAL.fullmatch("".join(text.split())) for text in said[:3]):
            return t("tables.totals")
        alone = "".join(said[0].split()) if len(set(said)) == 1 else ""
        if number in self._table.spans or _REMARK.match(alone) or _FOOT.fullmatch(alone) or _is_signed(said):
            return t("tables.remark")
        if self._is_section(filled):
            return t("tables.section")
        if all(self._heading(index) == plain(text) for index, text in filled.items()) and len(filled) > 1:
            return t("tables.headings_again")
        if number == self._first and _numbers_columns(said):
            return t("tables.column_numbers")
        return "" if any(index in self._read for index in filled) else t("tables.nothing_read")

    def _heading(self, index: int) -> str:
        column = self._columns.get(index)
        return plain(column.heading.split(" ")[-1]) if column else ""

    def _is_section(self, filled: dict[int, str]) -> bool:
        """A line of one cell that is numbered like a section or names a category; its number may be a cell beside."""
        read = {index: text for index, text in filled.items() if index in self._read}
        if len(read) == 1 and len(filled) == 2 and self._category not in read:
            return any(_SECTION_NUMBER.fullmatch(text) for index, text in filled.items() if index not in read)
        if len(set(filled.values())) != 1 or len(self._read) < 2:
            return False
        text = next(iter(filled.values()))
        return _SECTION.fullmatch(text) is not None or (plain(text) in CATEGORIES and self._category not in filled)

    def is_struck(self, number: int, cells: list[Any]) -> bool:
        """Whether every cell of a row that is read, and holds something, has a line through it."""
        filled = [index for index in self._read if index < len(cells) and not values.is_blank(cells[index])]
        return bool(filled) and all(self._table.struck.get((number, index)) == "" for index in filled)

    def has_struck(self, number: int, cells: list[Any]) -> bool:
        """Whether a cell of a row that is read has a line through it, or through a part of it."""
        return any((number, index) in self._table.struck for index in self._read if index < len(cells))


def _is_signed(said: list[str]) -> bool:
    """A line of labels (填表人：王某 审核人：) with, at most, what is filled in after a label and a day."""
    if not _REMARK.match(said[0]):
        return False
    after_label = False
    for text in said:
        if _REMARK.match(text):
            after_label = text.endswith(":")
        elif after_label or re.fullmatch(r"[\d年月日./ -]{4,20}", text):
            after_label = False
        else:
            return False
    return True


def _numbers_columns(said: list[str]) -> bool:
    """A line under the headings that counts the columns: 甲 乙 1 2, A B C, (1) (2) (3), 栏次 1 2."""
    signs = ["".join(text.split()).strip("()") for text in said]
    if signs[0] in ("栏次", "行次", "栏号", "列号"):
        signs = signs[1:]
    if len(signs) < 2:
        return False
    stems = [sign for sign in signs if not sign.isdecimal()]
    numbers = [sign for sign in signs if sign.isdecimal()]
    in_order = numbers == [str(number) for number in range(1, len(numbers) + 1)]
    lettered = "".join(stems) in (_CELESTIAL[: len(stems)], "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(stems)])
    return in_order and lettered and signs == stems + numbers
