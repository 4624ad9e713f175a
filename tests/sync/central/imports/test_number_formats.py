"""How a workbook shows a number: by its built-in format, by a pattern, or as a day; each rule by one row."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from sync.central.imports import values
from sync.central.imports.files.number_formats import NumberFormat
from sync.central.imports.files.sheets import FormattedNumber, RoundedNumber


def shown(number: float, pattern: str, built_in: int = 0) -> str | None:
    """What stands in the cell where that is more than its digits."""
    value = NumberFormat(built_in, pattern).value(number, epoch_1904=False)
    return value.shown if isinstance(value, FormattedNumber) else None


@pytest.mark.parametrize(
    ("number", "pattern", "wanted"),
    [
        (123, "000000", "000123"),
        (1234567, "000000", None),  # its digits and no more
        (7, "000", "007"),
        (7, "##0", None),
        (0, "000", "000"),
        (0, "0", None),
        (0, "#", ""),
        (7, "0#0", "007"),
        (123456, "000-000", "123-456"),
        (23456, "000-000", "023-456"),
        (1234567, "000-000", "1234-567"),
        (5, "#-0", "-5"),
        (5, "##-##", "-5"),
        (7, '"甲"0000', "甲0007"),
        (7, "\\N0", "N7"),
        (7, "0人", "7人"),
        (7, "0_)", None),  # a gap as wide as a sign
        (7, "* 0", None),  # filled with blanks
        (7, "@", None),
        (7, "General", None),
        (7, "0E+00", None),
        (7, "[Red]000", "007"),
        (7, "[>5]000", None),  # a condition
        (7, "[<5]000", None),
        (7, "[=5]000", None),
        (1.1, "0.00", "1.10"),
        (1.25, "0.0#", None),
        (1.2, "0.0#", None),
        (1.0, "0.0#", "1.0"),
        (1.0, "0.##", None),
        (1.5, "0.0?", None),
        (1.5, "0.00#", "1.50"),
        (0.5, ".00", None),  # no digit before the point: as it is
        (0.5, "#.0", ".5"),
        (1.005, "0", "1"),
        (2.5, "000", "002"),
        (0.34, "0%", "34%"),
        (0.345, "0.0%", "34.5%"),
        (1, "0%%", "10000%%"),
        (1.1, "0.00元", "1.10元"),
        (1063, "#,##0", "1,063"),
        (63, "#,##0", None),
        (1063.5, "#,##0.00", "1,063.50"),
        (63, "0,000", None),  # rarely met, and not filled up
        (1063, '"¥"#,##0"元"', "¥1,063元"),
        (5000000, "0,", None),  # in thousands
        (1063, '#,"-"##0', None),
        (1063, "#,##0%", "106,300%"),
        (0.5, "# ?/?", None),  # a fraction
        (-7, "000", "-007"),
        (-7, "000;[Blue](000)", "(007)"),
        (7, "000;[Blue](000)", "007"),
        (0, "000;(000)", "000"),
        (7, "000;(000);0;@", "007"),
        (7, "000;(000);0;@;0", None),  # no format has five
        (7, "", None),
        (7, "人", None),
        (7, "人;000", None),
        (-7, "000;人", None),
        (float("nan"), "000", None),
    ],
)
def test_a_number_is_shown_by_its_pattern(number: float, pattern: str, wanted: str | None) -> None:
    assert shown(number, pattern) == wanted


@pytest.mark.parametrize(
    ("built_in", "number", "wanted"),
    [
        (0, 1.5, None),
        (1, 1.5, None),
        (2, 1.5, "1.50"),
        (3, 1063, "1,063"),
        (4, 1063, "1,063.00"),
        (9, 0.34, "34%"),
        (10, 0.34, "34.00%"),
        (39, 1063, "1,063.00"),
        (40, 1063, "1,063.00"),
    ],
)
def test_a_built_in_format_has_its_pattern(built_in: int, number: float, wanted: str | None) -> None:
    assert shown(number, "", built_in) == wanted


DAYS = [*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)]


@pytest.mark.parametrize("built_in", range(60))
def test_some_built_in_formats_are_days(built_in: int) -> None:
    assert NumberFormat(built_in).is_day is (built_in in DAYS)


@pytest.mark.parametrize(
    ("pattern", "is_day"),
    [
        ("yyyy-mm-dd", True),
        ("YYYY年M月D日", True),
        ("h:mm", True),
        ("[h]:mm", True),
        ("[SS]", True),
        ("ss", True),
        ("[Red]yyyy", True),
        ("[$-804]yyyy", True),
        ('0"days"', False),
        ("0\\d", False),
        ("0_d", False),
        ("0*d", False),
        ("[Red]0", False),
        ("[$-804]0", False),
        ("General", False),
        ("0;yyyy", False),  # of positive numbers
        ("000", False),
    ],
)
def test_a_pattern_with_the_letters_of_days_outside_its_texts_is_a_day(pattern: str, is_day: bool) -> None:
    assert NumberFormat(14 if not is_day else 0, pattern).is_day is is_day


@pytest.mark.parametrize(
    ("number", "epoch_1904", "wanted"),
    [
        (0, False, time(0, 0)),
        (0.5, False, time(12, 0)),
        (0.75001, False, time(18, 0, 1)),
        (0.999999, False, time(23, 59, 59)),  # no time is 24:00
        (1, False, date(1900, 1, 1)),
        (59, False, date(1900, 2, 28)),
        (61, False, date(1900, 3, 1)),  # the 60th, 29 February 1900, was none
        (60, False, date(1900, 2, 28)),
        (45000, False, date(2023, 3, 15)),
        (45000.5, False, datetime(2023, 3, 15, 12)),  # noqa: DTZ001
        (45000, True, date(2027, 3, 16)),
        (1, True, date(1904, 1, 2)),
        (-1, False, date(1899, 12, 30)),
        (10**7, False, 10**7),
        (float("nan"), False, "nan"),
    ],
)
def test_a_number_in_a_format_of_days_is_that_day_or_time(number: float, epoch_1904: bool, wanted: Any) -> None:
    value = NumberFormat(14).value(number, epoch_1904)
    assert (str(value) if value != value else value) == wanted
    assert type(value) is type(wanted) or wanted == "nan"


@pytest.mark.parametrize(("number", "rounded"), [(10**15 - 1, False), (10**15, True), (-(10**15), True)])
def test_a_number_of_more_than_fifteen_digits_has_lost_some(number: int, rounded: bool) -> None:
    value = NumberFormat(1, "0").value(number, epoch_1904=False)
    assert isinstance(value, RoundedNumber) is rounded


def test_a_shown_number_is_text_as_shown_and_counts_as_itself() -> None:
    value = NumberFormat(0, "000").value(7, epoch_1904=False)
    assert (values.text(value), values.read_count(value).read) == ("007", 7)


def test_a_pattern_is_read_up_to_its_greatest_length() -> None:
    assert shown(7, "0" * 255 + "y") == "7".rjust(255, "0")
    assert NumberFormat(0, "0" * 254 + "y").is_day
