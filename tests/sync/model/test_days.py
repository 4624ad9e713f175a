"""Instants and the days of the district they fall on."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync.model import days
from sync.model.days import (
    DEFAULT,
    NoSuchZone,
    Zones,
    after,
    between,
    check_zone,
    is_behind,
    moment_of,
    now,
    plus,
    stamp,
    zones_from,
)

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
    code = "from sync.model.days import DEFAULT; print(DEFAULT.day_of('2026-11-30T23:30:00.000Z'), DEFAULT.today())"
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
    assert between("2026-12-30", "soon") is None


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


# --- instants ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("instant", "moment"),
    [
        ("2026-11-30T23:30:00.000Z", datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),
        ("2026-12-01T07:30:00+08:00", datetime(2026, 11, 30, 23, 30, tzinfo=UTC)),
        ("2026-11-30T23:30:00", None),
        ("2026-11-30", None),
        ("soon", None),
    ],
)
def test_a_moment_is_told_in_utc(instant: str, moment: datetime | None) -> None:
    found = moment_of(instant)
    assert found == moment
    assert found is None or found.utcoffset() == timedelta()


def test_instants_to_come_and_names_of_files_are_made_of_the_present_one() -> None:
    before, made, later = datetime.now(UTC), now(), after(2)
    assert (made[-1], len(made)) == ("Z", len("2026-11-30T23:30:00.000Z"))
    ahead = (moment_of(later) or before) - (moment_of(made) or before)
    assert timedelta(days=2) <= ahead < timedelta(days=2, minutes=5)
    assert datetime.strptime(stamp(), "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC) >= before


# --- zones ------------------------------------------------------------------------------------------------------------


def test_a_zone_is_known_by_its_name() -> None:
    assert check_zone("Europe/Berlin") == "Europe/Berlin"
    assert (MOVED.zone_on("2026-09-30"), MOVED.zone_on("2026-10-01")) == ("Asia/Shanghai", "Europe/Berlin")
    assert MOVED.zone_on("") == "Asia/Shanghai"


@pytest.mark.parametrize(
    ("fields", "held"),
    [
        ({}, [("", "Asia/Shanghai")]),
        ({"time_zone": "UTC"}, [("", "UTC")]),
        (
            {"time_zone.2026-10-01": "Europe/Berlin", "time_zone.2026-05-01": "UTC"},
            [("", "Asia/Shanghai"), ("2026-05-01", "UTC"), ("2026-10-01", "Europe/Berlin")],
        ),
        ({"zone": "UTC", "note.2026-05-01": "UTC"}, [("", "Asia/Shanghai")]),
        ({"time_zone": None, "time_zone.2026-05-01": ["UTC"]}, [("", "Asia/Shanghai")]),
    ],
)
def test_the_record_of_the_district_names_its_zones(fields: dict[str, Any], held: list[tuple[str, str]]) -> None:
    assert zones_from(fields).held == tuple(held)


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-09-30T15:59:00.000Z", "2026-09-30T23:59:00+08:00"),
        ("2026-09-30T16:30:00.000Z", "2026-10-01T00:30:00+08:00"),
        ("2026-09-30T22:00:00.000Z", "2026-10-01T00:00:00+02:00"),
    ],
)
def test_the_clocks_of_the_district_show_an_instant_in_the_zone_that_holds(instant: str, shown: str) -> None:
    local = MOVED.local(instant)
    assert local is not None
    assert local.isoformat() == shown
    assert MOVED.local("soon") is None


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clocks show UTC."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_utc")
@pytest.mark.parametrize(("zone", "ahead"), [("Asia/Shanghai", 480), ("UTC", 0), ("Asia/Kolkata", 330)])
def test_a_district_is_so_many_minutes_ahead_of_the_machine(zone: str, ahead: int) -> None:
    assert zones_from({"time_zone": zone}).ahead_of_machine() == ahead


@pytest.mark.usefixtures("in_china")
def test_a_district_in_the_zone_of_the_machine_is_not_ahead_of_it() -> None:
    assert DEFAULT.ahead_of_machine() == 0
    assert zones_from({"time_zone": "UTC"}).ahead_of_machine() == -480


@pytest.mark.parametrize(
    ("zone", "first"),
    [("America/New_York", "2026-12-01"), ("Asia/Urumqi", "2026-12-01"), ("Pacific/Kiritimati", "2026-12-02")],
)
def test_another_zone_holds_from_a_day_that_has_begun_by_neither_and_moves_nothing_that_was(
    zone: str, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = "2026-11-30T12:00:00.000Z"  # eight in the evening in China, two in the morning on Kiritimati
    monkeypatch.setattr(days, "now", lambda: moment)
    assert DEFAULT.next_day_with(zone) == first
    midnight = "2026-11-29T16:00:00.000Z"  # with which the day began in China
    changed, too_early = (zones_from({f"time_zone.{day}": zone}) for day in (first, plus(first, -1)))
    assert [changed.day_of(each) for each in (midnight, moment)] == ["2026-11-30", "2026-11-30"]
    assert [too_early.day_of(each) for each in (midnight, moment)] != ["2026-11-30", "2026-11-30"]
