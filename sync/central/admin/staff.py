"""What an admin does to a store: groups, persons, assignments, codes, devices, figures. All of it becomes entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sync.central.access.permissions import Access, edit_of_row
from sync.central.admin.naming import one_named, refuse_taken
from sync.central.log import audit
from sync.central.service.clock import is_clock_behind
from sync.central.service.refusals import Refusal
from sync.central.service.store import Edit, Store
from sync.central.storage import statements
from sync.central.storage.engine import Session
from sync.ledger import chains, ids
from sync.ledger.edit_identity import Edit as FoldEdit
from sync.ledger.fold import Folded, fold_record
from sync.ledger.ids import LEDGER_DISTRICT, LEDGER_STAFF, assignment_record
from sync.model import validation
from sync.model.days import after, plus
from sync.model.validation import LIAISON, STORE, InvalidFields

_MOST_DAYS = 365  # an enrolment code may be good for


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """An enrolled device; `revoked_at` and `last_used_day` are empty when never, `follows` where it follows none."""

    device: str
    person: str
    person_name: str
    name: str
    joined_at: str
    revoked_at: str
    last_used_day: str
    follows: str = ""


def current(session: Session, district: str, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Folded]:
    """Records (ledger, record) as the log folds them now; each ledger is read once, whatever is asked of it."""
    records_of: dict[str, set[str]] = {}
    for ledger_id, record in wanted:
        records_of.setdefault(ledger_id, set()).add(record)
    edits: dict[tuple[str, str], list[FoldEdit]] = {}
    for ledger_id, asked in records_of.items():
        for record, *row in session.each(statements.LEDGER_ENTRIES, (district, ledger_id)):
            if record in asked:
                edits.setdefault((ledger_id, record), []).append(edit_of_row(*row))
    folded = {key: fold_record(each) for key, each in edits.items()}
    return {key: each for key, each in folded.items() if each is not None}


def put(store: Store, edits: Iterable[Edit]) -> int:
    """Make the records say these fields, new or changed, in one transaction; how many edits that took.

    Raises `InvalidFields`.
    """
    wanted = list(edits)

    def prepare(session: Session) -> list[Edit]:
        held = current(session, store.district.id, [(each.ledger, each.record) for each in wanted])
        changed = (_changed(each, held.get((each.ledger, each.record))) for each in wanted)
        return [edit for edit in changed if edit is not None]

    prepared = store.engine.read(prepare)
    if prepared:
        store.write(prepared)
    return len(prepared)


def put_imported(store: Store, edits: Iterable[Edit]) -> int:
    """The same for what comes from a file, and a row in the audit trail where it changed anything."""
    wanted = list(edits)
    changed = put(store, wanted)
    if changed:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(each.kind for each in wanted).items()))
        store.engine.transact(lambda session: audit.note(session, store.district.id, STORE, "imported", kinds))
    return changed


def _changed(edit: Edit, old: Folded | None) -> Edit | None:
    """The part of an edit that changes something, over what it replaces; None when nothing would change."""
    fields = validation.tidy(edit.kind, edit.fields)
    if old is not None:
        fields = {
            name: value for name, value in fields.items() if validation.changes(edit.kind, old.fields, fields, name)
        }
        if not fields.keys() - validation.KINDS[edit.kind].qualifiers:
            return None
        fields = validation.complete(edit.kind, fields, old.fields)
    faults = validation.check(edit.kind, fields, new=old is None, role=validation.STORE, known_only=True)
    if faults:
        raise InvalidFields(faults)
    over = (
        {} if old is None else {name: [value.hash for value in old.live[name]] for name in fields if name in old.live}
    )
    why = edit.why or ("changed by the office" if old is not None else "")
    return msgspec.structs.replace(edit, fields=fields, over=over, why=why)


def add_group(store: Store, name: str, group: str = "") -> str:
    """Add a supervision group; its id. Without an id of its own its name must be new."""
    if not group:
        refuse_taken("group", name, store.access().groups)
    group = group or ids.new_id()
    put(store, [Edit(ledger=LEDGER_STAFF, kind="group", record=group, fields={"name": name})])
    return group


def add_person(store: Store, name: str, role: str, group: str = "", person: str = "") -> str:
    """Add a user of the program; the person's id. A group member or viewer may be given a group by id or name.

    Without an id of its own the name must be new, also among those who have left.
    """
    if not person:
        refuse_taken("person", name, {each.id: each.name for each in store.access().persons.values()})
    person = person or ids.new_id()
    fields = {"name": name, "role": role}
    if group:
        fields["group"] = group_named(store.access(), group)
    put(store, [Edit(ledger=LEDGER_STAFF, kind="person", record=person, fields=fields)])
    return person


class When(msgspec.Struct, frozen=True, kw_only=True):
    """The day from which a change of staff holds, empty for today; a `correction` holds from the day of what was."""

    on: str = ""
    correction: bool = False


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """The first and the last day of a duty, empty: today and without end; `correction` as in `When`."""

    since: str = ""
    until: str = ""
    correction: bool = False


NOW, FROM_TODAY = When(), Term()


def _day(store: Store, stated: str = "") -> str:
    """Return the day that was stated, else today; refused where this machine's clock is behind what has passed.

    By a clock that stood in 1970 a duty would end before what was done in it.
    """
    if not stated and is_clock_behind(store):
        raise Refusal("bad_request", "refused.clock_behind")
    return stated or store.zones().today()


def _dated(store: Store, fields: dict[str, Any], when: When) -> dict[str, Any]:
    return {**fields, "on": _day(store, when.on), **({"correction": True} if when.correction else {})}


def leave(store: Store, person: str, when: When = NOW) -> int:
    """Note that a person has left on a day: from then on their devices can no longer exchange; 0 if that stood."""
    access = store.access()
    person = person_named(access, person)
    if access.persons[person].left and not (when.on or when.correction):
        return 0
    fields = _dated(store, {"left": True, "left_on": _day(store, when.on)}, when)
    return put(store, [Edit(ledger=LEDGER_STAFF, kind="person", record=person, fields=fields)])


def come_back(store: Store, person: str, when: When = NOW) -> int:
    """Note that a person who had left is here again: their devices may exchange as before; 0 for one who had not."""
    access = store.access()
    person = person_named(access, person)
    if not access.persons[person].left and not access.has_leaving(person):
        return 0
    fields = _dated(store, {"left": False, "left_on": None}, when)
    return put(store, [Edit(ledger=LEDGER_STAFF, kind="person", record=person, fields=fields)])


def close_group(store: Store, group: str, when: When = NOW) -> int:
    """Note that a group ends on a day: from then on its units have none; 0 if that stood."""
    day = _day(store, when.on)
    group = group_named(store.access(), group)
    fields = _dated(store, {"closed_on": day}, when)
    return put(store, [Edit(ledger=LEDGER_STAFF, kind="group", record=group, fields=fields)])


def reopen_group(store: Store, group: str, when: When = NOW) -> int:
    """Note that a group that was closed is there again; 0 for one that was not."""
    group = group_named(store.access(), group)
    fields = _dated(store, {"closed_on": None}, when)
    return put(store, [Edit(ledger=LEDGER_STAFF, kind="group", record=group, fields=fields)])


def change_person(store: Store, person: str, role: str | None, group: str | None, when: When = NOW) -> int:
    """Give a person another role, another group (by id or name; "" for none), or both; 1 if that changed anything."""
    access = store.access()
    fields: dict[str, Any] = {}
    if role is not None:
        fields["role"] = role
    if group is not None:
        fields["group"] = group_named(access, group) if group else None
    person = person_named(access, person)
    return put(store, [Edit(ledger=LEDGER_STAFF, kind="person", record=person, fields=_dated(store, fields, when))])


def assign(store: Store, units: Iterable[str], group: str | None, liaison: str | None, term: Term = FROM_TODAY) -> int:
    """Give units a group, a liaison officer, or both ("" takes away what stands); how many assignments changed."""
    access = store.access()
    fields: dict[str, Any] = {}
    if group is not None:
        fields["group"] = group_named(access, group) if group else None
    if liaison is not None:
        fields["liaison"] = person_named(access, liaison) if liaison else None
    given = any(fields.values())  # where nothing stands there is nothing to take away
    if not (term.since or term.correction):
        _day(store)
    wanted = [assignment(each, fields, term) for each in units]
    changed = [each for each in wanted if not stands(access, each)]
    return put(store, [each for each in changed if given or each.record in access.assignments])


def assignment(unit: str, fields: Mapping[str, Any], term: Term = FROM_TODAY) -> Edit:
    """The edit that assigns one unit."""
    stated: dict[str, Any] = {"from": term.since, "until": term.until, "correction": term.correction}
    dated = {name: value for name, value in stated.items() if value}
    record = assignment_record(unit)
    return Edit(ledger=LEDGER_STAFF, kind="assignment", record=record, fields={"unit": unit, **fields, **dated})


def stands(access: Access, edit: Edit) -> bool:
    """Whether an assignment of stated days is there already, day by day."""
    past, since, until = access.past.get(edit.record), edit.fields.get("from"), edit.fields.get("until")
    if past is None or not since:
        return False
    last = plus(str(until), 1) if until else ""
    for name in ("group", "liaison"):
        course = past.get(name, [])
        following = next((day for day, _ in course if day > str(since)), "")
        if name in edit.fields and ((since, edit.fields[name]) not in course or following != last):
            return False
    return True


def units_below(store: Store, unit: str) -> list[str]:
    """A unit and every unit below it in the tree."""
    below: dict[str, list[str]] = {}
    for each, fields in unit_records(store).items():
        below.setdefault(str(fields.get("parent", "")), []).append(each)
    found, waiting = [], [unit]
    while waiting:
        each = waiting.pop()
        if each not in found:
            found.append(each)
            waiting += below.get(each, [])
    return found


def unit_records(store: Store) -> dict[str, dict[str, Any]]:
    """Every unit of the district and its fields."""
    return {record: fields for record, (fields, _) in units_with_former_names(store).items()}


def units_with_former_names(store: Store) -> dict[str, tuple[dict[str, Any], list[str]]]:
    """Every unit of the district: its fields, and what it was called before."""
    return {
        record: (each.fields, _former_names(edits, each.fields))
        for (_, record), (each, edits) in _folded(store, "unit").items()
        if not each.withdrawn
    }


def _former_names(edits: Iterable[FoldEdit], fields: Mapping[str, Any]) -> list[str]:
    names = [(edit.set or {}).get("name") for edit in edits if edit.counts]
    return [name for name in dict.fromkeys(names) if isinstance(name, str) and name != fields.get("name")]


def participations(store: Store) -> dict[str, dict[str, dict[str, Any]]]:
    """The participations of every unit by their ids, those withdrawn among them."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for (unit, record), (each, _) in _folded(store, "participation").items():
        found.setdefault(unit, {})[record] = each.fields
    return found


def follow_ups_by_origin(store: Store) -> dict[str, list[str]]:
    """The statuses of the follow-ups by what they come from, oldest first; those given up or withdrawn are left out."""
    found: dict[str, list[str]] = {}
    for each, _ in sorted(_folded(store, "follow_up").values(), key=lambda pair: pair[1][0].at):
        status = str(each.fields.get("status", ""))
        if not each.withdrawn and status != "withdrawn":
            found.setdefault(str(each.fields.get("origin", "")), []).append(status)
    return found


def _folded(store: Store, kind: str) -> dict[tuple[str, str], tuple[Folded, list[FoldEdit]]]:
    """The records of a kind by ledger and id, each with its entries."""
    rows = store.engine.read(lambda session: session.rows(statements.KIND_ENTRIES, (store.district.id, kind)))
    edits: dict[tuple[str, str], list[FoldEdit]] = {}
    for row in rows:
        edit = edit_of_row(*row)
        edits.setdefault((edit.ledger, edit.record), []).append(edit)
    folded = {key: fold_record(each, with_live=False) for key, each in edits.items()}
    return {key: (each, edits[key]) for key, each in folded.items() if each is not None}


def district_records(store: Store, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The records of a kind in the ledger `district`, by id, in order of their ids."""
    rows = store.engine.read(
        lambda session: session.rows(statements.LEDGER_ENTRIES, (store.district.id, LEDGER_DISTRICT))
    )
    edits: dict[str, list[FoldEdit]] = {}
    for record, *row in rows:
        edit = edit_of_row(*row)
        if edit.kind == kind:
            edits.setdefault(record, []).append(edit)
    folded = [(record, fold_record(each, with_live=False)) for record, each in sorted(edits.items())]
    return [(record, each.fields) for record, each in folded if each is not None and not each.withdrawn]


def unit_named(store: Store, text: str) -> str:
    """The unit an admin means: by id or full name, present or former."""
    return unit_of(units_with_former_names(store), text)


def unit_of(known: Mapping[str, tuple[Mapping[str, Any], Sequence[str]]], text: str) -> str:
    """The same, of units that have been read with their former names."""
    names = {unit: str(fields.get("name", "")) for unit, (fields, _) in known.items()}
    return one_named("unit", text, names, {unit: former for unit, (_, former) in known.items() if former})


def group_named(access: Access, text: str) -> str:
    """The group an admin means: by id or name."""
    return one_named("group", text, access.groups)


def person_named(access: Access, text: str) -> str:
    """The person an admin means: by id or name."""
    return one_named("person", text, {each.id: each.name for each in access.persons.values()})


def liaison_named(access: Access, text: str) -> str:
    """The liaison officer an admin means; anybody else would be given units and see none of them."""
    person = person_named(access, text)
    if access.role(person) != LIAISON:
        raise Refusal("bad_request", "refused.no_liaison", name=access.persons[person].name)
    return person


def new_code(store: Store, person: str, days: int = 7) -> str:
    """A one-time enrolment code for a person, good for so many days, 1 to 365."""
    if not 1 <= days <= _MOST_DAYS:
        raise Refusal("bad_request", "refused.days", days=days, most=_MOST_DAYS)
    return store.enrolment.new_code(person_named(store.access(), person), after(days))


def devices(store: Store) -> list[Device]:
    """Every enrolled device, oldest first."""
    access = store.access()
    rows = store.engine.read(lambda session: session.rows(statements.DEVICES, (store.district.id,)))
    return [
        Device(
            device=device,
            person=person,
            person_name=access.persons[person].name if person in access.persons else person,
            name=name,
            joined_at=joined_at,
            revoked_at=revoked_at,
            last_used_day=last_used_day,
            follows=access.devices[device].succeeds if device in access.devices else "",
        )
        for device, person, name, joined_at, revoked_at, last_used_day in rows
    ]


def every_person(store: Store) -> list[dict[str, Any]]:
    """Everybody, by name, those who have left last: id, name, role, group, group_name, left."""
    access = store.access()
    persons = sorted(access.persons.values(), key=lambda each: (each.left, each.name, each.id))
    return [msgspec.structs.asdict(each) | {"group_name": access.groups.get(each.group, "")} for each in persons]


def every_group(store: Store) -> list[dict[str, Any]]:
    """Every group, by name: id, name, and how many members and units it has."""
    access = store.access()
    members = Counter(each.group for each in access.persons.values() if not each.left)
    units = Counter(each.group for each in access.assignments.values())
    groups = sorted(access.groups.items(), key=lambda each: (each[1], each[0]))
    return [{"id": id_, "name": name, "members": members[id_], "units": units[id_]} for id_, name in groups]


def certified(session: Session, district: str, device: str) -> dict[str, Any]:
    """What a device's certificate says of it, as fields of its record."""
    row = session.row(statements.CERTIFICATE, (district, device))
    certificate = chains.read_certificate(row[0] if row else b"")
    return {"person": certificate.person, "key": certificate.key}


def revoke(store: Store, device: str, *, only: bool = False) -> list[str]:
    """Stop a device's exchanges, and those of the devices that follow it, but with `only`; which ones.

    Whoever holds a copy of its file may go on as a device of its own. What is on them stays readable there.
    """
    if device == store.district.device or all(each.device != device for each in devices(store)):
        raise Refusal("not_found", "refused.no_device", device=device)
    access = store.access()
    followers = [] if only else [each for each in access.followers(device) if not access.devices[each].revoked]
    ended = [device, *followers]
    put(store, [Edit(ledger=LEDGER_STAFF, kind="device", record=each, fields=_ended(store, each)) for each in ended])
    values = [(chains.now(), store.district.id, each) for each in ended]
    store.engine.transact(lambda session: session.many(statements.REVOKE_DEVICE, values))
    return ended


def _ended(store: Store, device: str) -> dict[str, Any]:
    if device in store.access().devices:
        return {"revoked": True}
    # A restored store has forgotten it, and knows its certificate.
    return {"revoked": True} | store.engine.read(lambda session: certified(session, store.district.id, device))


def stats(store: Store) -> dict[str, Any]:
    """The district in figures."""
    district = store.district.id

    def count(session: Session) -> dict[str, Any]:
        entries, ledgers, writers = session.row(statements.COUNT_ENTRIES, (district,)) or (0, 0, 0)
        return {
            "district": district,
            "name": store.district.name,
            "entries": entries,
            "ledgers": ledgers,
            "devices": writers,
            "apart": (session.row(statements.COUNT_APART, (district,)) or (0,))[0],
            "quarantine": (session.row(statements.QUARANTINE_COUNT, (district,)) or (0,))[0],
            "kinds": dict(session.rows(statements.COUNT_KINDS, (district,))),
        }

    figures = store.engine.read(count)
    access = store.access()
    return figures | {"persons": len(access.persons), "groups": len(access.groups)}
