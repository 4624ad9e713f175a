"""Cells as they are read, one by one: what is typed, how the table is set, and what is kept, doubted or refused."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from sync.central.imports import values
from sync.central.imports.files.sheets import Compound, FormattedNumber
from sync.central.imports.files.spreadsheet import open_spreadsheet
from sync.central.imports.values import Value, Years
from sync.central.locale import set_language
from tests.sync.central.tables import xlsx

TODAY = Years(today=date(2026, 9, 18))
YEAR = Years(today=date(2026, 9, 18), said=2024)
CAMPAIGN = Years(today=date(2026, 9, 18), first="2025-09-01", last="2026-02-28")
OPEN = Years(today=date(2026, 9, 18), first="2025-09-01")
PAST = Years(today=date(2026, 9, 18), first="2024-09-01", last="2025-02-28")
LONG = Years(today=date(2026, 9, 18), first="2024-09-01", last="2026-02-28")
OF_1904 = Years(today=date(2026, 9, 18), epoch_1904=True)
NO_DAY, NO_SUCH = "is no day", "is no day of the calendar"


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def same(read: Value, wanted: Any, doubt: str = "", fault: str = "") -> None:
    """Hold a reading against what is wanted; of a doubt or a fault the beginning is enough."""
    assert read.read == wanted
    assert type(read.read) is type(wanted)
    assert read.doubt.startswith(doubt)
    assert read.fault.startswith(fault)
    assert (bool(read.doubt), bool(read.fault)) == (bool(doubt), bool(fault)), read


@pytest.mark.parametrize(
    ("cell", "years", "wanted", "doubt"),
    [
        (datetime.fromisoformat("2026-09-18T23:59"), TODAY, "2026-09-18", ""),
        (date(2026, 9, 18), TODAY, "2026-09-18", ""),
        ("2005年9月18日", TODAY, "2005-09-18", ""),
        ("2005/9/18", TODAY, "2005-09-18", ""),
        ("2005.9.18", TODAY, "2005-09-18", ""),
        ("２００５-０９-１８", TODAY, "2005-09-18", ""),
        ("20050918", TODAY, "2005-09-18", ""),
        (20050918, TODAY, "2005-09-18", ""),
        ("2005-9-18 (星期日)", TODAY, "2005-09-18", ""),
        ("2005年9月18日 上午9:30", TODAY, "2005-09-18", ""),
        ("05.9.18", TODAY, "2005-09-18", "read as 2005-09-18"),
        ("9.18", YEAR, "2024-09-18", ""),
        ("2月29日", YEAR, "2024-02-29", ""),
        ("9月18日", TODAY, "2026-09-18", "without a year"),
        ("9月19日", TODAY, "2025-09-19", "without a year"),  # it is still to come this year
        ("9月17日", TODAY, "2026-09-17", "without a year"),
        ("9月1日", CAMPAIGN, "2025-09-01", "without a year"),
        ("2月28日", CAMPAIGN, "2026-02-28", "without a year"),
        ("8月31日", CAMPAIGN, "2026-08-31", "without a year"),  # not of the campaign: the last such day
        ("3月1日", CAMPAIGN, "2026-03-01", "without a year"),
        ("2月28日", PAST, "2025-02-28", "without a year"),  # its last day
        ("3月1日", PAST, "2026-03-01", "without a year"),
        ("9.1", YEAR, "2024-09-01", ""),  # as text it is what was typed
        ("9月1日", OPEN, "2025-09-01", "without a year"),
        ("12月1日", LONG, "2025-12-01", "without a year"),  # two of the campaign: the last such day
        (45000, TODAY, "2023-03-15", "a workbook's number"),
        (45000.75, TODAY, "2023-03-15", "a workbook's number"),
        ("45000", TODAY, "2023-03-15", "a workbook's number"),
        (45000, OF_1904, "2027-03-16", "a workbook's number"),
        (15000, TODAY, "1941-01-24", "a workbook's number"),
        (79999, TODAY, "2119-01-10", "a workbook's number"),
    ],
)
def test_a_day_is_read_by_how_it_is_written_and_the_settings(cell: Any, years: Years, wanted: str, doubt: str) -> None:
    same(values.read_date(cell, years), wanted, doubt)


@pytest.mark.parametrize(
    ("cell", "years", "fault"),
    [
        ("2月29日", Years(today=date(2026, 9, 18), said=2025), NO_SUCH),
        ("2005-02-30", TODAY, NO_SUCH),
        ("20051301", TODAY, NO_SUCH),
        ("05.13.1", TODAY, NO_SUCH),
        (9.1, TODAY, "is a number: 9.1 or 9.10?"),  # 9.10 has lost its nought
        (14999, TODAY, NO_DAY),
        (80000, TODAY, NO_DAY),
        ("#REF!", TODAY, "is the error of a formula"),
        ("九月", TODAY, NO_DAY),
        ("2005-09-18" + "。" * 91, TODAY, NO_DAY),
        (True, TODAY, NO_DAY),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(cell: Any, years: Years, fault: str) -> None:
    same(values.read_date(cell, years), None, fault=fault)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (0, 0),
        (1063.0, 1063),
        ("1,063", 1063),
        ("1,063,000", 1063000),
        ("１２", 12),
        ("12人", 12),
        ("12 名", 12),
        ("12.0", 12),
        ("零", 0),
        ("〇", 0),
        (" 7 ", 7),
        ("999999999", 999999999),
        (FormattedNumber(7, "007"), 7),
    ],
)
def test_a_count_is_read(cell: Any, wanted: int) -> None:
    same(values.read_count(cell), wanted)


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        (-1, "is no whole number"),
        (1.5, "is no whole number"),
        ("1.5", "is no count"),
        ("-1", "is no count"),
        ("1,06", "is no count"),
        ("12斤", "is no count"),
        ("9999999999", "is no count"),  # ten digits
        ("约12", "is no count"),
        (True, "is no count"),
        ("7" + " " * 101, "is no count"),
        ("无", "is no count"),
        ("#N/A", "is the error of a formula"),
        (float("inf"), "is no whole number"),
        (float("nan"), "is no whole number"),
    ],
)
def test_what_is_no_count_is_refused_with_its_reason(cell: Any, fault: str) -> None:
    same(values.read_count(cell), None, fault=fault)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (True, True),
        (False, False),
        ("是", True),
        ("√", True),
        ("１", True),
        (1, True),
        ("Yes", True),
        ("否", False),
        ("0", False),
        (0.0, False),
        ("×", False),
        ("X", False),
    ],
)
def test_yes_and_no_are_read(cell: Any, wanted: bool) -> None:
    same(values.read_flag(cell), wanted)


@pytest.mark.parametrize("cell", ["", "也许", "2", "是否", None])
def test_what_is_neither_yes_nor_no_is_refused(cell: Any) -> None:
    same(values.read_flag(cell), None, fault="is neither yes")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (time(9, 5), "09:05"),
        (datetime.fromisoformat("2026-09-18T14:30"), "14:30"),
        ("9:30", "09:30"),
        ("９：３０", "09:30"),
        ("9时30分", "09:30"),
        ("9点", "09:00"),
        ("9.05", "09:05"),
        ("23:59:59", "23:59"),
        ("0:00", "00:00"),
    ],
)
def test_a_time_of_day_is_read(cell: Any, wanted: str) -> None:
    same(values.read_clock(cell), wanted)


@pytest.mark.parametrize("cell", ["24:00", "9:60", "930", "上午", "9:30" + " " * 100])
def test_what_is_no_time_of_day_is_refused(cell: str) -> None:
    same(values.read_clock(cell), None, fault="is no time of day")


def test_a_choice_is_one_of_its_words_and_no_part_of_one() -> None:
    ids = {"农场": "farm"}
    same(values.read_choice(" 农 场 ", ids, "category"), "farm")
    asked = values.read_choice("国营农场", ids, "category")
    assert (asked.read, asked.word, asked.fault) == (None, "国营农场", "is no category known here")
    long = values.read_choice("农" * 101, ids, "category")
    assert (long.word, long.fault) == ("", "is no category known here")


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        (None, ""),
        (7.0, "7"),
        (7.5, "7.5"),
        (FormattedNumber(123, "000123 "), "000123"),
        (datetime.fromisoformat("2026-09-18"), "2026-09-18"),
        (datetime.fromisoformat("2026-09-18T09:00"), "2026-09-18 09:00:00"),
        (Compound('["甲"]'), '["甲"]'),
        (" a_x000D_\n", "a"),
        ("甲\r\n乙\r丙\x07\x85", "甲\n乙\n丙"),
        ("e\u0301", "é"),
        ("\ue000甲\uf8ff", "\ue000甲\uf8ff"),  # of private use: names are written with them
        ("\U000f0000乙", "\U000f0000乙"),
    ],
)
def test_a_cell_is_text_as_it_is_shown(cell: Any, wanted: str) -> None:
    assert values.text(cell) == wanted


def test_a_line_has_no_line_ends_and_single_blanks() -> None:
    assert values.line(" 甲\n  乙\u3000丙 ") == "甲 乙 丙"


@pytest.mark.parametrize(
    ("cell", "blank", "nothing"),
    [
        (None, True, True),
        ("", True, True),
        (" ", True, True),
        ("——", True, True),
        ("无", False, True),
        ("（无）", False, True),
        ("无" * 2, False, False),
        ("-" * 12, True, True),
        ("-" * 13, False, False),
        (0, False, False),
        (False, False, False),
        ("甲", False, False),
    ],
)
def test_nothing_is_said_by_blanks_signs_and_words_for_it(cell: Any, blank: bool, nothing: bool) -> None:
    assert (values.is_blank(cell), values.is_nothing(cell)) == (blank, nothing)


@pytest.mark.parametrize(
    ("text", "is_day"),
    [("2026-09-18", True), ("2026-02-29", False), ("2026-9-18", False), ("", False), ("x2026-09-18", False)],
)
def test_a_day_in_the_form_that_is_kept_is_known(text: str, is_day: bool) -> None:
    assert values.is_day(text) == is_day


@pytest.mark.parametrize("written", ["1E+400", "-1E+400", "NaN"])
def test_a_number_beyond_all_counting_in_a_workbook_is_read_as_it_is_written(tmp_path: Path, written: str) -> None:
    made, file = xlsx(tmp_path / "made.xlsx", [["党员数"], [7]]), tmp_path / "changed.xlsx"
    with ZipFile(made) as source, ZipFile(file, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(b"<v>7</v>", f"<v>{written}</v>".encode()))
    book = open_spreadsheet(file.read_bytes())
    assert [book.sheet(title).rows[2] for title in book.titles] == [{0: written}]
    same(values.read_count(written), None, fault="is no count")
