"""What the store makes of `staff` on a day: roles, units, devices that follow each other; and of another day."""

from __future__ import annotations

import pytest

from sync.central.access.permissions import Access, advanced, edit_of_row
from sync.central.admin import staff
from sync.central.service.store import Edit, Store
from sync.ledger import chains
from sync.model.days import ALWAYS, Zones
from sync.model.validation import STORE
from sync.timeline.duties import NEVER_ABSENT
from tests.days import day, today
from tests.sync.central.pen import AT, Pen

ALL = None
NONE: frozenset[str] = frozenset()


def _put(store: Store, kind: str, record: str, **fields: object) -> None:
    named = {name.rstrip("_"): value for name, value in fields.items()}
    staff.put(store, [Edit(ledger="staff", kind=kind, record=record, fields=named)])


@pytest.mark.parametrize(
    ("person", "role", "reads", "writes"),
    [
        ("wang", "group", frozenset({"u-1", "u-2"}), frozenset({"u-1", "u-2"})),
        ("zhao", "group", frozenset({"u-3"}), frozenset({"u-3"})),
        ("chen", "liaison", frozenset({"u-3"}), frozenset({"u-3"})),
        ("director", "office", ALL, ALL),
        ("guest", "viewer", ALL, NONE),
        ("guest-1", "viewer", frozenset({"u-1", "u-2"}), NONE),
        (STORE, STORE, ALL, ALL),
        ("nobody", "", NONE, NONE),
    ],
)
def test_each_role_reads_and_writes_its_units(
    store: Store, person: str, role: str, reads: frozenset[str] | None, writes: frozenset[str] | None
) -> None:
    access = store.access()
    rights = access.rights(person)
    assert (access.role(person), rights.role, rights.person) == (role, role, person)
    assert (access.units_of(person), rights.ledgers) == (reads, writes)
    assert access.ledgers_of(person) == (None if reads is None else reads | {"district"})
    assert access.sees_staff(person) is (role in ("office", STORE))


def test_a_unit_that_is_called_like_a_common_ledger_gives_no_right_in_it(store: Store) -> None:
    _put(store, "assignment", "as-x", unit="staff", group="g-1")
    _put(store, "assignment", "as-y", unit="district", liaison="chen")
    assert store.access().rights("wang").ledgers == frozenset({"u-1", "u-2"})
    assert store.access().rights("chen").ledgers == frozenset({"u-3"})


def test_devices_that_follow_each_other_are_named_nearest_first(store: Store) -> None:
    for device, before in (("d-1", ""), ("d-2", "d-1"), ("d-3", "d-2"), ("d-4", "d-2"), ("d-9", "")):
        fields = {"person": "wang", "key": "k", **({"succeeds": before} if before else {})}
        _put(store, "device", device, **fields)
    access = store.access()
    assert access.followers("d-1") == ["d-2", "d-3", "d-4"]
    assert access.followed("d-4") == ["d-2", "d-1"]
    assert (access.followers("d-9"), access.followed("d-9"), access.followed("none")) == ([], [], [])
    assert [access.may_connect(each) for each in ("d-1", "d-9", "none")] == [True, True, False]
    assert access.barred("none") == "device_revoked"


def test_devices_that_follow_each_other_in_a_circle_are_named_once(store: Store) -> None:
    for device, before in (("d-1", "d-2"), ("d-2", "d-1")):
        _put(store, "device", device, person="wang", key="k", succeeds=before)
    assert store.access().followers("d-1") == ["d-2"]
    assert store.access().followed("d-1") == ["d-2", "d-1"]


def test_an_assignment_holds_from_its_first_day_to_its_last(store: Store) -> None:
    _put(store, "assignment", "as-9", unit="u-9", group="g-1", liaison="chen", from_=day(-2), until=day(2))
    access = store.access()
    held = {after: "u-9" in (access.on(day(after)).units_of("wang") or ()) for after in (-3, -2, 0, 2, 3)}
    assert held == {-3: False, -2: True, 0: True, 2: True, 3: False}
    officer = {after: "u-9" in (access.on(day(after)).units_of("chen") or ()) for after in (-3, -2, 0, 2, 3)}
    assert officer == held


def test_a_person_is_in_the_group_and_role_of_the_day(store: Store) -> None:
    _put(store, "person", "wang", group="g-2", on=day(3))
    _put(store, "person", "zhao", role="viewer", on=day(3))
    access = store.access()
    assert [access.on(day(after)).units_of("wang") for after in (2, 3)] == [
        frozenset({"u-1", "u-2"}),
        frozenset({"u-3"}),
    ]
    assert [access.on(day(after)).role("zhao") for after in (2, 3)] == ["group", "viewer"]
    assert [access.on(day(after)).rights("zhao").ledgers for after in (2, 3)] == [frozenset({"u-3"}), NONE]


def test_what_might_be_written_on_a_day_is_one_unit_of_whoever_answered_for_it(store: Store) -> None:
    _put(store, "person", "wang", left_on=day(5))
    access = store.access()
    may = {
        (person, unit): access.rights_then(person, unit, today()).ledgers
        for person in ("wang", "zhao", "chen", "director", "guest", "guest-1", "nobody")
        for unit in ("u-1", "u-3")
    }
    assert {place for place, ledgers in may.items() if ledgers} == {
        ("wang", "u-1"),
        ("zhao", "u-3"),
        ("chen", "u-3"),
        ("director", "u-1"),
        ("director", "u-3"),
    }
    assert may["director", "u-1"] == frozenset({"u-1"})
    assert [bool(access.rights_then("wang", "u-1", day(after)).ledgers) for after in (4, 5)] == [True, False]
    assert access.rights_then("wang", "u-1", day(-9)).ledgers == NONE, "before the unit was theirs"
    assert day(5) in access.changes("wang", "u-1")
    assert access.changes("nobody", "u-x") == []


def test_a_code_or_a_new_laptop_changes_nobody_s_terms(store: Store, wang: Pen) -> None:
    before = store.access().terms("wang")
    Pen(store, "wang")
    assert store.access().terms("wang") == before
    staff.assign(store, ["u-3"], "g-1", None)
    assert store.access().terms("wang").version != before.version
    assert wang.pull_all()


def _as_of(store: Store, known: Access, on: str, zones: Zones) -> Access:
    number = store.access().number
    return store.engine.read(lambda session: advanced(known, session, "demo", number, on, zones))


def test_the_day_that_has_come_changes_who_is_what_also_where_nothing_was_written(store: Store) -> None:
    _put(store, "person", "zhao", role="viewer", on=day(3))
    _put(store, "assignment", "as-9", unit="u-9", group="g-1", from_=day(3))
    access = store.access()
    told = access.terms("wang")
    for known in (access, Access(number=0)):
        later = _as_of(store, known, day(3), access.zones)
        assert (later.number, later.day, later.zones) == (access.number, day(3), access.zones)
        assert (later.role("zhao"), later.units_of("wang")) == ("viewer", frozenset({"u-1", "u-2", "u-9"}))
    same = _as_of(store, access, access.day, access.zones)
    assert same.told == {"wang": told}, "of the same day and staff nothing is told anew"
    assert _as_of(store, access, day(1), access.zones).told == {}


def test_in_another_time_zone_all_days_are_others(store: Store) -> None:
    _put(store, "person", "wang", left=True)
    east, west = (Zones(((ALWAYS, f"Pacific/{name}"),)) for name in ("Kiritimati", "Pago_Pago"))  # 25 hours apart
    first = _as_of(store, Access(number=0), day(9), east)
    second = _as_of(store, first, day(9), west)
    assert second.past["wang"]["left"] != first.past["wang"]["left"]
    assert second.past == _as_of(store, Access(number=0), day(9), west).past
    assert _as_of(store, second, day(9), west).past == second.past


def test_what_a_unit_s_people_are_decides_anew_who_answers_for_it(store: Store) -> None:
    assert store.access().units_of("chen") == frozenset({"u-3"})
    _put(store, "person", "chen", role="group", group="g-2")
    assert [each.liaison for each in store.access().assignments.values() if each.unit == "u-3"] == [""]
    _put(store, "person", "chen", role="liaison")
    assert [each.liaison for each in store.access().assignments.values() if each.unit == "u-3"] == ["chen"]
    _put(store, "group", "g-2", closed_on=today())
    assert [each.group for each in store.access().assignments.values() if each.unit == "u-3"] == [""]


def test_who_is_to_leave_and_may_stay_after_all_has_no_leaving(store: Store) -> None:
    assert not store.access().has_leaving("nobody")
    _put(store, "person", "wang", left_on=day(5))
    assert store.access().has_leaving("wang")
    _put(store, "person", "wang", left_on=None)
    assert not store.access().has_leaving("wang")


def test_who_has_left_reads_no_unit(store: Store) -> None:
    _put(store, "person", "wang", left=True)
    assert (store.access().units_of("wang"), store.access().ledgers_of("wang")) == (NONE, frozenset({"district"}))


def test_nobody_might_write_in_a_unit_without_a_group_because_neither_has_one() -> None:
    access = Access(number=1, past={"wang": {"role": [("", "group")], "group": [("", "")]}})
    rights = access.rights_then("wang", "u-x", "2026-09-18")
    assert (rights.role, rights.ledgers) == ("group", NONE)


def test_on_a_day_a_stranger_has_no_role(store: Store) -> None:
    assert store.access().rights_then("nobody", "u-1", today()).role == ""


def test_of_a_stranger_no_absence_is_known(store: Store) -> None:
    assert store.access().absences("nobody") == NEVER_ABSENT
    _put(store, "assignment", "as-x", unit="u-x", group="g-unknown")
    assert store.access().absences("g-unknown") == NEVER_ABSENT


def test_the_assignments_that_name_somebody_are_found(store: Store) -> None:
    units = {record: each.unit for record, each in store.access().assignments.items()}
    named = {who: {units[each] for each in store.access().naming({who})} for who in ("g-1", "chen", "wang")}
    assert named == {"g-1": {"u-1", "u-2"}, "chen": {"u-3"}, "wang": set()}


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"revoked": False}, ""),
        ({"revoked": True}, "device_revoked"),
        ({"withdrawn": True}, "device_revoked"),
        ({"person": "nobody"}, "person_left"),
    ],
)
def test_a_device_that_was_revoked_or_withdrawn_may_not_connect(
    store: Store, fields: dict[str, object], reason: str
) -> None:
    _put(store, "device", "d-1", **({"person": "wang", "key": "k"} | fields))
    assert store.access().barred("d-1") == reason


def test_a_stored_entry_names_its_author_and_one_without_content_nobody() -> None:
    entry = chains.compose(
        ledger="staff", device="d-1", seq=1, prev="", kind="group", record="g-1", fields={}, by="wang", at=AT
    )
    whole = edit_of_row(entry.hash, "", entry.raw_head, entry.raw_body)
    bare = edit_of_row(entry.hash, "apart", entry.raw_head, None)
    assert (whole.by, whole.at, whole.counts) == ("wang", AT, True)
    assert (bare.by, bare.at, bare.counts) == ("", "", False)
