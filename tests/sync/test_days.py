"""Instants and the days of the district they fall on."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from sync.days import DEFAULT, NoSuchZone, Zones, between, check_zone, is_behind, now, plus, zones_from

MOVED = zones_from({"time_zone": "Asia/Shanghai", "time_zone.2026-10-01": "Europe/Berlin"})


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-11-30T15:59:59.999Z", "2026-11-30"),
        ("2026-11-30T16:00:00.000Z", "2026-12-01"),  # midnight in Shanghai
        ("2026-11-30T23:30:00.000Z", "2026-12-01"),  # half past seven in the morning
        ("2026-12-31T16:00:00.000Z", "2027-01-01"),
        ("2028-02-28T16:00:00.000Z", "2028-02-29"),
        ("no instant", ""),
        ("2026-11-30", ""),
        ("", ""),
    ],
)
def test_an_instant_falls_on_a_day_of_the_districts_own(instant: str, day: str) -> None:
    assert DEFAULT.day_of(instant) == day


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-09-30T15:59:00.000Z", "2026-09-30"),
        ("2026-09-30T16:30:00.000Z", "2026-09-30"),  # past midnight by the old zone, not yet the new zone's first day
        ("2026-09-30T22:00:00.000Z", "2026-10-01"),
        ("2026-10-01T21:59:00.000Z", "2026-10-01"),
        ("2026-01-01T16:00:00.000Z", "2026-01-02"),  # before the change nothing moves
    ],
)
def test_a_zone_holds_from_its_first_day_on(instant: str, day: str) -> None:
    assert MOVED.day_of(instant) == day


def test_the_days_before_a_change_stay_what_they_were() -> None:
    instants = [
        f"2026-{month:02}-{day:02}T{hour:02}:30:00.000Z" for month in (1, 9) for day in (1, 28) for hour in range(24)
    ]
    assert [MOVED.day_of(each) for each in instants] == [DEFAULT.day_of(each) for each in instants]


def test_a_day_begins_at_midnight_of_its_zone() -> None:
    assert DEFAULT.begins("2026-12-01") == "2026-11-30T16:00:00.000Z"
    assert MOVED.begins("2026-10-01") == "2026-09-30T22:00:00.000Z"
    assert MOVED.day_of(MOVED.begins("2026-10-01")) == "2026-10-01"


def test_a_zone_that_this_machine_does_not_know_is_passed_over() -> None:
    assert zones_from({"time_zone.2026-10-01": "Mars/Olympus", "time_zone.2026-11-01": 7, "note": "x"}) == Zones()


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Asia/\0"])
def test_what_is_no_time_zone_is_refused(name: str) -> None:
    with pytest.raises(NoSuchZone):
        check_zone(name)


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati", "UTC"])
def test_two_machines_in_different_time_zones_see_the_same_day(zone: str) -> None:
    code = "from sync.days import DEFAULT; print(DEFAULT.day_of('2026-11-30T23:30:00.000Z'), DEFAULT.today())"
    done = subprocess.run([sys.executable, "-c", code], env={**os.environ, "TZ": zone}, capture_output=True, text=True)
    before, after = DEFAULT.today(), DEFAULT.today()
    assert done.stdout.split()[0] == "2026-12-01"
    assert done.stdout.split()[1] in (before, after)


def test_days_are_counted_over_a_leap_day_and_a_years_end() -> None:
    assert plus("2028-02-28", 1) == "2028-02-29"
    assert plus("2027-01-01", -1) == "2026-12-31"
    assert between("2028-02-28", "2028-03-01") == 2
    assert between("2026-12-31", "2026-12-30") == -1
    assert between("soon", "2026-12-30") is None


def test_a_clock_is_behind_when_an_instant_that_has_passed_lies_ahead_of_it() -> None:
    ahead = (datetime.now(UTC) + timedelta(minutes=6)).isoformat()
    near = (datetime.now(UTC) + timedelta(minutes=4)).isoformat()
    assert is_behind([now(), ahead])
    assert not is_behind([now(), near, "no instant"])
    assert not is_behind([])


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        ("9999-12-31", 1, "9999-12-31"),
        ("9999-12-30", 1, "9999-12-31"),
        ("9999-12-31", -1, "9999-12-30"),
        ("0001-01-01", -1, "0001-01-01"),
        ("0001-01-02", -1, "0001-01-01"),
        ("2026-12-01", 10**30, "9999-12-31"),
        ("2026-12-01", -(10**30), "0001-01-01"),
    ],
)
def test_the_calendar_has_two_ends_and_no_day_is_past_them(day: str, days: int, found: str) -> None:
    assert plus(day, days) == found


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_an_instant_at_the_ends_of_the_calendar_falls_on_its_first_or_last_day(zone: str) -> None:
    zones = zones_from({"time_zone": zone})
    assert zones.day_of("9999-12-31T23:59:59.999Z") == "9999-12-31"
    assert zones.day_of("0001-01-01T00:00:00.000Z") == "0001-01-01"
    assert zones.day_of("9999-12-31T23:00:00-11:00") == "9999-12-31"
    assert zones.begins("0001-01-01") <= zones.begins("0001-01-02")
    assert zones.begins("9999-12-30") < zones.begins("9999-12-31")


def test_a_zone_may_hold_from_the_first_day_there_is() -> None:
    zones = zones_from({"time_zone.0001-01-01": "Europe/Berlin"})
    assert zones.day_of("2026-11-30T22:59:00.000Z") == "2026-11-30"
    assert zones.day_of("2026-11-30T23:00:00.000Z") == "2026-12-01"
