"""Who answers for the units is kept in memory: what anybody writes of `staff` is seen, by whichever handle it came."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.ledger.governance import ALWAYS_GOVERNED
from sync.ledger.ids import assignment_record
from sync.replica import Replica
from sync.replica.as_of.duties import duties_on
from sync.replica.as_of.on_duty import is_alone_in_office
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.projection.tables import count_staff_change
from tests.days import day, today
from tests.sync.laptops import new_laptop
from tests.sync.office import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with new_laptop(tmp_path / "office.db", "p-office", "office", "d-office") as laptop:
        staff = Office(laptop)
        staff.says("district", "district", "district", _at(), governed_from=ALWAYS_GOVERNED)
        staff.unit("u-1")
        staff.says("staff", "person", "p-office", _at(), name="office", role="office")
        staff.says("staff", "person", "p-liaison", _at(), name="liaison", role="liaison")
        staff.says("staff", "group", "g-1", _at(), name="第一督导组")
        _assign(staff, group="g-1", liaison="p-liaison")
        yield staff


def _at() -> str:
    return f"{day(-30)}T04:00:00.000Z"


def _assign(staff: Office, **who: str) -> None:
    staff.says("staff", "assignment", assignment_record("u-1"), _at(), unit_="u-1", **who)


def _held(replica: Replica) -> tuple[str, str]:
    duty = duties_on(replica, today())["u-1"]
    return duty.group, duty.liaison


@pytest.mark.parametrize(
    ("change", "held"),
    [
        (lambda staff: _assign(staff, group="g-2"), ("g-2", "p-liaison")),
        (lambda staff: staff.says("staff", "person", "p-liaison", _at(), left=True, left_on=today()), ("g-1", "")),
        (lambda staff: staff.says("staff", "group", "g-1", _at(), closed_on=today()), ("", "p-liaison")),
        (lambda staff: staff.says("u-1", "unit", "u-1", _at(), name="改了名"), ("g-1", "p-liaison")),
    ],
    ids=["assigned", "left", "closed", "of_the_unit"],
)
def test_a_change_is_seen_at_once(office: Office, change: Callable[[Office], None], held: tuple[str, str]) -> None:
    with Replica.open(office.laptop.path) as other:
        assert _held(office.laptop) == _held(other) == ("g-1", "p-liaison")
        change(office)
        assert _held(office.laptop) == _held(other) == held


def test_what_was_read_of_a_change_that_is_taken_back_is_forgotten(office: Office) -> None:
    with pytest.raises(KeyError):
        _change_and_fail(office.laptop)
    _assign(office, group="g-2")
    assert _held(office.laptop) == ("g-2", "p-liaison")


def _change_and_fail(laptop: Replica) -> None:
    with laptop.transaction() as connection:
        connection.execute("UPDATE record SET fields = '{\"unit\":\"u-1\"}' WHERE kind = 'assignment'")
        count_staff_change(connection)
        assert _held(laptop) == ("", "")
        raise KeyError


def test_whether_somebody_is_alone_in_the_office_is_asked_again_when_another_comes(office: Office) -> None:
    assert is_alone_in_office(office.laptop, today())
    office.says("staff", "person", "p-second", _at(), name="second", role="office")
    assert not is_alone_in_office(office.laptop, today())


def test_a_rebuild_is_a_change(office: Office) -> None:
    assert _held(office.laptop) == ("g-1", "p-liaison")
    before = office.laptop.staff_state
    with Replica.open(office.laptop.path) as other:
        rebuild(other)
    assert office.laptop.staff_state != before
