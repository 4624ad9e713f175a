"""Every command of both programs with hostile texts of every kind: typed, or read from records; none acts.

With every single text by hand: `python -m tests.faults whole hostile_commands`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from sync.central.admin import staff
from sync.central.admin.quarantine import every_item
from sync.central.service.district import Denied
from sync.central.service.store import Edit, Store, init_store, open_store
from sync.ledger import keys
from sync.model.kinds import KINDS
from sync.model.validation import InvalidFields
from sync.protocol import codec
from tests.faults.every_command import (
    STAYS,
    Command,
    Said,
    by_metavar,
    laptop_commands,
    run_laptop,
    run_store,
    store_commands,
    typed,
)
from tests.faults.hostile import laptop_of_all
from tests.faults.kills import without_waiting
from tests.faults.texts import ACTS, HOSTILE, storable, tried
from tests.sync.central.pen import NOTE, Pen

TYPED = {name: text for name, text in HOSTILE.items() if "\0" not in text}  # which no command line can hold
LAPTOP = {command.name: command for command in laptop_commands()}
STORE = {command.name: command for command in store_commands()}
NEEDS = {"form", *STAYS}  # a terminal, or would go on


def _is_harmless(said: Said, *report: Path) -> None:
    """Nothing acts, every refusal has its words, and the program itself met no fault."""
    for text in (said.out, said.err):
        assert "Traceback" not in text
        assert (found := ACTS.search(text)) is None, (
            text[max(0, found.start() - 60) : found.end() + 20] if found else ""
        )
    assert said.code in (0, 1, 2, 3, 4), said  # 4: no seal here is one
    assert said.code == 0 or said.err.strip() or said.out.strip()
    assert not [each for each in report if each.exists()], [each.read_text() for each in report if each.exists()]


# --- the laptop's ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose profile holds every hostile text in every kind of record."""
    home = tmp_path_factory.mktemp("home")
    file = home / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    laptop_of_all(file).close()
    return home


@pytest.mark.parametrize("name", TYPED)
def test_whatever_is_typed_into_a_command_of_the_laptop_is_kept_harmless_or_refused_in_words(
    name: str, home: Path
) -> None:
    with without_waiting():
        for command in tried(name, LAPTOP.values(), TYPED):
            line = command.line(typed(TYPED[name], command), options=True)
            _is_harmless(run_laptop(home, line), home / "profiles" / "default" / "crash.log")


@pytest.mark.parametrize("name", [name for name in LAPTOP if name not in NEEDS])
def test_what_a_command_of_the_laptop_prints_of_records_cannot_act(name: str, home: Path) -> None:
    command = LAPTOP[name]
    with without_waiting():
        for number, line in enumerate(_laptop_lines(command)):
            said = run_laptop(home, line, "zh" if number % 3 else "en")
            _is_harmless(said, home / "profiles" / "default" / "crash.log")
            if command.takes_json and not (command.name == "show" and number % 4):
                said = run_laptop(home, [*line, "--json"])
                _is_harmless(said)
                assert not said.out or json.loads(said.out) is not None


def _laptop_lines(command: Command) -> Iterator[list[str]]:
    """One for each text, where a command is about a unit or a record; `show` for a record of every kind."""
    about = {str(each.metavar) for each in command.arguments if not each.option_strings}
    for number, text in enumerate(HOSTILE if about & {"UNIT", "RECORD", "UNIT|FILE"} else [*HOSTILE][:2]):
        for kind in tried(text, KINDS) if command.name == "show" else ["liaison_note"]:
            values = {
                "UNIT": f"u-h{number}",
                "UNIT|FILE": f"u-h{number}",
                "RECORD": f"k-{number}-{kind}",
                "TEXT": "x",
                "FIELD": "content",
                "KIND": "liaison_note",
                "PATH": f"{number}.csv",
                "FILE": f"{command.name}-{number}",
            }
            yield command.line(by_metavar(values), options=False)


def test_the_units_as_csv_hold_no_formula(home: Path) -> None:
    said = run_laptop(home, ["units", "--csv"])
    _is_harmless(Said(said.code, said.out.replace("\r\n", "\n"), said.err))
    cells = [cell for row in csv.reader(io.StringIO(said.out)) for cell in row]
    assert len(cells) > 6 * len(HOSTILE)
    assert not [cell for cell in cells if cell.lstrip()[:1] in tuple("=+-@＝＋－＠")]


# --- the store's -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store whose units, people, laptops and whatever it keeps apart bear every hostile text it lets in."""
    database = tmp_path_factory.mktemp("store") / "central.db"
    store = init_store(database, "demo", "示例区")
    staff.put(store, [Edit(ledger="u-1", kind="unit", record="u-1", fields={"name": "单位", "category": "farm"})])
    staff.add_group(store, "第一督导组", "g-1")
    wang = staff.add_person(store, "王督导", "group", "g-1", "wang")
    pen = Pen(store, wang)
    taken = 0
    for number, text in enumerate(map(storable, HOSTILE.values())):
        for name in (text, text[:100]):
            with suppress(InvalidFields, Denied):
                unit = {"name": name, "category": "farm"}
                staff.put(store, [Edit(ledger=f"u-h{number}", kind="unit", record=f"u-h{number}", fields=unit)])
                staff.add_group(store, name, f"g-h{number}")
                staff.add_person(store, name, "group", "g-1", f"p-h{number}")
                taken += 1
        with suppress(Denied):
            code, key = staff.new_code(store, wang), keys.public_key(keys.new_private_key())
            store.enrolment.join(codec.JoinRequest(code=code, device=text, public_key=key))
        foreign = pen.write(f"u-h{number}", NOTE | {"content": text}, why=text, record=f"r-{number}")
        wrong = pen.write("u-1", NOTE | {"mode": text, text[:20]: text})
        pen.send(foreign, wrong, lines=[text.encode(), b"\xff\x1b[2J"])
    assert taken > len(HOSTILE) // 2
    store.close()
    return database


def _held_apart(database: Path) -> list[str]:
    store: Store = open_store(database)
    try:
        return [each.id for each in every_item(store)]
    finally:
        store.close()


@pytest.mark.parametrize("name", TYPED)
def test_whatever_is_typed_into_a_command_of_the_office_is_kept_harmless_or_refused_in_words(
    name: str, database: Path
) -> None:
    for command in tried(name, STORE.values(), TYPED):
        for options in (True, False):
            if options or not set(command.words) & NEEDS:
                line = command.line(typed(TYPED[name], command), options=options)
                _is_harmless(run_store(database, line), database.with_name("crash.log"))


def _store_lines(command: Command, apart: list[str]) -> Iterator[list[str]]:
    metavars = {str(each.metavar) for each in command.arguments}
    for number in range(len(HOSTILE)) if metavars & {"UNIT", "PERSON", "ITEM"} else range(2):
        values = {
            "UNIT": f"u-h{number}",
            "PERSON": f"p-h{number}",
            "ITEM": apart[number] if number < len(apart) else "-",
            "DEVICE": "d-1",
            "TEXT": "核对过",
            "G": f"g-h{number}",
            "ID": "demo",
            "NAME": f"x{number}",
            "PATH": f"copy-{number}",
            "FILE": "none.csv",
            "IN": "none",
            "OUT": "out",
        }
        yield command.line(by_metavar(values), options="G" in metavars)


@pytest.mark.parametrize("name", [name for name in STORE if name not in NEEDS])
def test_what_a_command_of_the_office_prints_of_records_cannot_act(name: str, database: Path) -> None:
    command = STORE[name]
    for number, line in enumerate(_store_lines(command, _held_apart(database))):
        _is_harmless(run_store(database, line, "zh" if number % 3 else "en"), database.with_name("crash.log"))
        if command.takes_json:
            said = run_store(database, [*line, "--json"])
            _is_harmless(said)
            assert said.code or json.loads(said.out) is not None
