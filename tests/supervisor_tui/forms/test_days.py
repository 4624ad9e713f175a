"""Days as people type them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisor_tui.forms.days import read_day, read_period

FRIDAY = date(2026, 9, 18)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("2026-09-18", "2026-09-18"),
        ("２０２６－９－１８", "2026-09-18"),
        ("2026年9月18日", "2026-09-18"),
        ("20260918", "2026-09-18"),
        ("9.18", "2026-09-18"),
        ("９．１８", "2026-09-18"),
        ("9月2日", "2026-09-02"),
        ("12.30", "2025-12-30"),
        ("18日", "2026-09-18"),
        ("30日", "2026-08-30"),
        ("今天", "2026-09-18"),
        ("昨天", "2026-09-17"),
        ("前天", "2026-09-16"),
        ("后天", "2026-09-20"),
        ("today", "2026-09-18"),
        ("Yesterday", "2026-09-17"),
        ("9.19", "2025-09-19"),
        ("17日", "2026-09-17"),
        ("19日", "2026-08-19"),
        ("-9999", "1999-05-04"),
        ("-3", "2026-09-15"),
    ],
)
def test_a_visit_lies_in_the_past(typed: str, day: str) -> None:
    assert read_day(typed, FRIDAY) == day


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("9.18", "2026-09-18"),
        ("9.17", "2027-09-17"),
        ("1.5", "2027-01-05"),
        ("10日", "2026-10-10"),
        ("18日", "2026-09-18"),
        ("19日", "2026-09-19"),
        ("17号", "2026-10-17"),
        ("9.19", "2026-09-19"),
        ("今天", "2026-09-18"),
        ("+14", "2026-10-02"),
        ("＋１４天", "2026-10-02"),
        ("+7 days", "2026-09-25"),
        ("明天", "2026-09-19"),
        ("tomorrow", "2026-09-19"),
    ],
)
def test_a_due_day_lies_ahead(typed: str, day: str) -> None:
    assert read_day(typed, FRIDAY, "future") == day


def test_a_day_without_its_month_in_january_is_last_year_s() -> None:
    assert read_day("30日", date(2026, 1, 5)) == "2025-12-30"


def test_a_day_beyond_all_calendars_is_the_day_it_is_counted_from() -> None:
    assert read_day("+9999", date(9999, 1, 1)) == "9999-01-01"


def test_a_day_without_its_month_in_december_is_next_year_s() -> None:
    assert read_day("5日", date(2026, 12, 30), "future") == "2027-01-05"


def test_a_day_that_does_not_exist_is_written_out_for_the_check_to_name() -> None:
    assert read_day("2.30", FRIDAY) == "2026-02-30"


@given(st.text(max_size=30))
def test_no_text_breaks_the_reading_of_a_day(text: str) -> None:
    assert isinstance(read_day(text, FRIDAY), str)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31)))
def test_a_whole_day_is_read_as_itself_however_it_is_written(day: date) -> None:
    for typed in (day.isoformat(), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}"):
        assert read_day(typed, FRIDAY) == day.isoformat()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9.1 9.30", ("2026-09-01", "2026-09-30")),
        ("9.1 12.31", ("2026-09-01", "2026-12-31")),
        ("12.1至1.31", ("2025-12-01", "2026-01-31")),
        ("2026-01-01 2026-03-31", ("2026-01-01", "2026-03-31")),
        ("9月1日 今天", ("2026-09-01", "2026-09-18")),
        ("今天 +7", ("2026-09-18", "2026-09-25")),
        ("2026-03-31 2026-01-01", None),
        ("9.1", None),
        ("9.1 9.2 9.3", None),
        ("2.30 3.1", None),
        ("9.1 2.30", None),
        ("9.1 9.1", ("2026-09-01", "2026-09-01")),
        ("2026-09-02 2026-09-01", None),
    ],
)
def test_a_period_is_two_days_and_the_second_comes_after_the_first(typed: str, meant: tuple[str, str] | None) -> None:
    assert read_period(typed, date(2026, 9, 18)) == meant
