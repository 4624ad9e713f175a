"""A district's time zone: stated when its store is made, changed from a day on, the same days wherever a laptop is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sync.central.admin.calendar import change_zone, today, zones
from sync.central.cli.commands import run
from sync.central.service.refusals import Refusal
from sync.central.service.store import Store, open_store
from sync.client.session import exchange
from sync.model.days import plus
from sync.replica.as_of import calendar
from tests.store import District, office, serving


def _made(tmp_path: Path, *words: str, wanted: int = 0) -> int:
    code = run(["--db", str(tmp_path / "central.db"), "init", "--district", "d", "--name", "区", *words])
    assert code == wanted
    return code


def _held(file: Path) -> tuple[tuple[str, str], ...]:
    store = open_store(file)
    try:
        return zones(store).held
    finally:
        store.close()


@pytest.mark.parametrize(
    ("words", "zone"),
    [((), "Asia/Shanghai"), (("--time-zone", "America/New_York"), "America/New_York")],
)
def test_a_district_has_the_zone_it_is_made_with(tmp_path: Path, words: tuple[str, ...], zone: str) -> None:
    _made(tmp_path, *words)
    assert _held(tmp_path / "central.db") == (("", zone),)


@pytest.mark.parametrize("name", ["Asia/Nanchang", "../../etc/passwd", "+08:00", "北京"])
def test_a_name_that_is_no_zone_is_refused_in_words_and_makes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    _made(tmp_path, "--time-zone", name, wanted=1)
    assert name in capsys.readouterr().err
    assert not (tmp_path / "central.db").exists()


def test_a_change_holds_from_its_day_and_moves_no_day_before(store: Store) -> None:
    since = plus(today(store), 1)
    assert change_zone(store, "Asia/Urumqi", since) == 1
    assert change_zone(store, "Asia/Urumqi", since) == 0
    held = zones(store)
    assert (held.zone_on(today(store)), held.zone_on(since)) == ("Asia/Shanghai", "Asia/Urumqi")


@pytest.mark.parametrize("after", [-1, 0])
def test_a_change_from_a_day_that_has_begun_is_refused(store: Store, after: int) -> None:
    with pytest.raises(Refusal) as refused:
        change_zone(store, "Asia/Urumqi", plus(today(store), after))
    assert refused.value.key == "refused.zone_past"
    assert zones(store).held == (("", "Asia/Shanghai"),)


def test_the_command_lists_and_changes_zones(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _made(tmp_path)
    command = ["--db", str(tmp_path / "central.db"), "--lang", "en", "time-zone"]
    since = plus(zones_today(tmp_path), 30)
    assert run([*command, "Asia/Urumqi", "--from", since]) == 0
    assert run(command) == 0
    assert capsys.readouterr().out.splitlines()[-2:] == ["at first: Asia/Shanghai", f"from {since}: Asia/Urumqi"]
    assert run([*command, "Asia/Urumqi"]) == 2
    assert run([*command, "Asia/Urumqi", "--from", "2027-02-29"]) == 2


def zones_today(tmp_path: Path) -> str:
    """The day it is in the district of the store in this folder."""
    store = open_store(tmp_path / "central.db")
    try:
        return today(store)
    finally:
        store.close()


DAY_OF_AN_ITEM = """
import sys
from pathlib import Path
from sync.replica import Replica
with Replica.open(Path(sys.argv[1])) as laptop:
    from sync.replica.as_of.calendar import zones
    print(zones(laptop).day_of("2028-02-29T04:30:00.000Z"), zones(laptop).day_of("2028-03-01T04:30:00.000Z"))
"""


def test_two_laptops_whose_machines_have_other_zones_show_the_district_s_days(tmp_path: Path) -> None:
    database = tmp_path / "central.db"
    office(database, "init", "--district", "demo", "--name", "区", "--time-zone", "America/New_York")
    person = office(database, "person", "add", "wang", "--role", "office")
    district = District(database=database, people={"wang": person}, groups={})
    with serving(database) as address:
        district.address = address
        for name, machine in (("one", "Asia/Shanghai"), ("two", "Pacific/Kiritimati")):
            file = tmp_path / f"{name}.db"
            with district.laptop(file, "wang") as laptop:
                exchange(laptop)
                assert calendar.zones(laptop).held == (("", "America/New_York"),)
            command = [sys.executable, "-c", DAY_OF_AN_ITEM, str(file)]
            environment = {**os.environ, "TZ": machine}
            said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=60)
            assert said.stdout.split() == ["2028-02-28", "2028-02-29"]
    assert (
        json.loads(office(database, "stats", "--json"))["kinds"]["district"] == 2
    )  # the zone, and that follow-ups are governed
