"""Rights at the store: every role, kind and act of the table, judged as it arrives; and who has none any more."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sync.central.admin import staff as admin
from sync.central.service.store import Denied, Edit, init_store
from sync.ledger import ids
from sync.ledger.chains import Entry
from sync.model.kinds import KINDS as KNOWN
from sync.protocol import codec
from tests.days import day
from tests.rights import CORRECT, FIELDS, KINDS, ROLES, UNIT_KINDS, WITHDRAW, later, ledger_of, new_record, opening
from tests.sync.central.pen import Pen

Cell = tuple[str, str]
Staff = dict[str, Pen]
CELLS = [(letter, kind) for kind in KINDS for letter in ROLES]


@pytest.fixture(scope="module")
def staff(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """One laptop of each role; all units of the test belong to the group and to the liaison officer."""
    opened = init_store(tmp_path_factory.mktemp("rights") / "central.db", "demo", "示例区")
    admin.put(opened, [_unit("u-1"), _unit("u-2")])
    admin.add_group(opened, "第一组", "g-1")
    for letter, role in ROLES.items():
        admin.add_person(opened, f"name of {letter}", role, "g-1" if letter in "GV" else "", f"p-{letter}")
    admin.assign(opened, ["u-1", "u-2", *(f"n-{letter}" for letter in ROLES)], "g-1", "p-L")
    yield {letter: Pen(opened, f"p-{letter}") for letter in ROLES}
    opened.close()


def _unit(unit: str) -> Edit:
    return Edit(ledger=unit, kind="unit", record=unit, fields={"name": f"单位 {unit}", "category": "farm"})


def _code(pen: Pen, entry: Entry) -> str:
    """The verdict on one entry as it arrives: empty, or why it was kept apart."""
    kept = pen.send(entry)[0].kept
    return kept[0].code if kept else ""


def _wanted(letter: str, allowed: str, ledger: str) -> str:
    if letter in allowed:
        return ""
    return "out_of_scope" if letter == "V" or ledger in ("staff", "district") else "not_allowed"


def _opened(staff: Staff, kind: str, unit: str) -> tuple[str, Entry]:
    """A record of a kind that the office has opened in the ledger of its kind."""
    record = new_record(kind, unit)
    entry = staff["O"].write(ledger_of(kind, unit), opening(kind), kind, record=record)
    assert _code(staff["O"], entry) == ""
    return record, entry


def test_the_table_names_every_kind() -> None:
    assert KINDS.keys() == KNOWN.keys()


@pytest.mark.parametrize(("letter", "kind"), CELLS)
def test_who_opens_a_record(staff: Staff, letter: str, kind: str) -> None:
    unit = f"n-{letter}" if kind == "unit" else "u-1"
    entry = staff[letter].write(ledger_of(kind, unit), opening(kind), kind, record=new_record(kind, unit))
    assert _code(staff[letter], entry) == _wanted(letter, KINDS[kind].write, ledger_of(kind))


@pytest.mark.parametrize("act", [CORRECT, WITHDRAW])
@pytest.mark.parametrize(("letter", "kind"), CELLS)
def test_who_changes_a_record(staff: Staff, letter: str, kind: str, act: str) -> None:
    unit = f"w-{letter}-{act}" if kind == "unit" else "u-1"
    if kind == "unit":
        admin.assign(staff["O"].store, [unit], "g-1", "p-L")
    record, first = _opened(staff, kind, unit)
    fields = later(kind) if act == CORRECT else {"withdrawn": True}
    over = {name: [first.hash] for name in fields if name in opening(kind)}
    ledger = ledger_of(kind, unit)
    entry = staff[letter].write(ledger, fields, kind, record=record, why="更正", over=over)
    allowed = KINDS[kind].correct if act == CORRECT else KINDS[kind].withdraw
    assert _code(staff[letter], entry) == _wanted(letter, allowed, ledger)


@pytest.mark.parametrize(("kind", "name", "value", "allowed"), FIELDS)
@pytest.mark.parametrize("letter", ROLES)
def test_who_changes_a_field(staff: Staff, letter: str, kind: str, name: str, value: object, allowed: str) -> None:
    if kind == "unit":
        unit = record = "u-2"
        over = {name: ["sha256:" + "a" * 64]}  # else it would open the unit
    else:
        unit = "u-1"
        record, first = _opened(staff, kind, unit)
        over = {name: [first.hash]} if name in opening(kind) else {}
    if name == "ruling":  # what is named is there, and rules on something else
        allowed = "" if letter != "O" else allowed
    entry = staff[letter].write(unit, {name: value}, kind, record=record, why="更正", over=over)
    code = _code(staff[letter], entry)
    if name == "ruling" and letter == "O":
        assert code == "not_allowed"  # the ruling that is named does not stand there
    else:
        assert code == _wanted(letter, allowed, unit)


@pytest.mark.parametrize("letter", "GL")
@pytest.mark.parametrize("kind", UNIT_KINDS)
def test_nobody_writes_for_a_unit_that_is_not_theirs(staff: Staff, letter: str, kind: str) -> None:
    entry = staff[letter].write("x-1", opening(kind), kind, record=new_record(kind, "x-1"))
    assert _code(staff[letter], entry) == "out_of_scope"


# --- a release -------------------------------------------------------------------------------------------------------


def _released(staff: Staff, entry: Entry) -> bool:
    """Whether the office's release of an entry makes it count."""
    head = entry.head
    said = {"target": entry.hash, "place": f"{head.device}:{head.seq}", "verdict": "released", "comment": "核对过"}
    assert _code(staff["O"], staff["O"].write(head.ledger, said, "ruling")) == ""
    return [each.code for each in staff["O"].pull_all() if each.entry.hash == entry.hash][-1:] == [""]


@pytest.mark.parametrize("letter", "GLV")
@pytest.mark.parametrize("kind", KINDS)
def test_the_office_releases_what_stands_in_a_unit_s_file_and_no_right(staff: Staff, letter: str, kind: str) -> None:
    """An edit of `staff`, of `district` and a ruling are written anew by whoever may write them."""
    unit = f"r-{letter}-{kind}".replace("_", "-") if kind == "unit" else "u-1"
    record = new_record(kind, unit)
    entry = staff[letter].write(ledger_of(kind, unit), opening(kind), kind, record=record)
    if _code(staff[letter], entry) == "":
        assert letter in KINDS[kind].write
        return
    assert _released(staff, entry) is (kind in UNIT_KINDS and kind != "ruling")
    if kind == "person":
        assert record not in staff["O"].store.access().persons


# --- none any more ---------------------------------------------------------------------------------------------------


def _note(pen: Pen) -> str:
    return _code(pen, pen.write("u-1", opening("liaison_note")))


def _handed_in(pen: Pen, entry: Entry) -> str:
    """The verdict on what a laptop still hands in that may not exchange any more."""
    request = codec.SyncRequest(want=0, seals=pen.seals([entry]))
    submitter = pen.store.enrolment.sender_of(pen.joined.token)
    answer, arrived = pen.store.exchange(submitter, request, [codec.line(entry)])
    assert list(arrived) == []
    return answer.kept[0].code if answer.kept else ""


@pytest.mark.parametrize("letter", ["G", "L"])
@pytest.mark.parametrize("name", ["withdrawn", "left"])
def test_a_person_who_is_withdrawn_or_has_left_has_no_rights(staff: Staff, letter: str, name: str) -> None:
    store, person = staff["O"].store, f"gone-{letter}-{name}"
    admin.add_person(store, person, ROLES[letter], "g-1" if letter == "G" else "", person)
    pen = Pen(store, person)
    admin.put(store, [Edit(ledger="staff", kind="person", record=person, fields={name: True})])
    access = store.access()
    assert (access.role(person), access.barred(pen.device), access.may_connect(pen.device)) == (
        "",
        "person_left",
        False,
    )
    assert (access.units_of(person), access.ledgers_of(person)) == (frozenset(), frozenset({"district"}))
    assert _handed_in(pen, pen.write("u-1", opening("liaison_note"))) == "person_left"
    assert _handed_in(pen, pen.write("u-1", opening("liaison_note"), by="p-O")) == "wrong_author"
    with pytest.raises(Denied):
        pen.pull()


def test_a_withdrawn_assignment_gives_no_right(tmp_path_factory: pytest.TempPathFactory) -> None:
    store = init_store(tmp_path_factory.mktemp("assigned") / "central.db", "demo", "示例区")
    admin.put(store, [_unit("u-1")])
    admin.add_group(store, "第一组", "g-1")
    admin.add_person(store, "wang", "group", "g-1", "wang")
    admin.add_person(store, "chen", "liaison", "", "chen")
    admin.assign(store, ["u-1"], "g-1", "chen")
    pens = [Pen(store, "wang"), Pen(store, "chen")]
    assert [_note(pen) for pen in pens] == ["", ""]
    (record,) = store.access().assignments
    admin.put(store, [Edit(ledger="staff", kind="assignment", record=record, fields={"withdrawn": True})])
    assert [_note(pen) for pen in pens] == ["out_of_scope"] * 2
    assert [store.access().units_of(pen.person) for pen in pens] == [frozenset(), frozenset()]
    store.close()


@pytest.mark.parametrize("name", ["withdrawn", "revoked"])
def test_a_device_that_is_withdrawn_or_revoked_has_no_rights(staff: Staff, name: str) -> None:
    pen = Pen(staff["O"].store, "p-G")
    fields = {name: True}
    admin.put(pen.store, [Edit(ledger="staff", kind="device", record=pen.device, fields=fields)])
    access = pen.store.access()
    assert access.barred(pen.device) == "device_revoked"
    assert not access.may_connect(pen.device)
    assert access.may_connect(staff["G"].device)
    assert _handed_in(pen, pen.write("u-1", opening("liaison_note"))) == "device_revoked"
    assert _handed_in(pen, pen.write("u-1", opening("liaison_note"), by="p-O")) == "wrong_author"
    with pytest.raises(Denied):
        pen.pull()


def test_a_right_ends_on_its_day_and_not_before(staff: Staff) -> None:
    store = staff["O"].store
    admin.add_person(store, "leaving", "group", "g-1", "leaving")
    admin.put(store, [Edit(ledger="staff", kind="person", record="leaving", fields={"left_on": day(1)})])
    access = store.access()
    assert (access.role("leaving"), access.on(day(1)).role("leaving")) == ("group", "")
    assert access.has_leaving("leaving")
    assert not access.has_leaving("p-G")


# --- what is told of it ----------------------------------------------------------------------------------------------


def test_what_the_office_said_of_another_person_s_entry_is_told_to_that_person_alone(staff: Staff) -> None:
    other = Pen(staff["O"].store, "p-G")
    third = Pen(staff["O"].store, "p-L")
    entry = staff["G"].write("u-1", {"title": {"zh": "x"}}, "participation", record=ids.new_id())
    assert _code(staff["G"], entry) in ("not_allowed", "invalid_fields")
    for pen in (staff["G"], other, third):
        pen.pull_all()
    said = {
        "target": entry.hash,
        "place": f"{entry.head.device}:{entry.head.seq}",
        "verdict": "answered",
        "comment": "不收",
    }
    assert _code(staff["O"], staff["O"].write("u-1", said, "ruling")) == ""
    told = {name: pen.pull()[0].rulings for name, pen in (("own", staff["G"]), ("hers too", other), ("third", third))}
    assert [(each.target, each.verdict) for each in told["own"]] == [(entry.hash, "answered")]
    assert [each.target for each in told["hers too"]] == [entry.hash]
    assert told["third"] == []
