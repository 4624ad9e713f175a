"""Which units take part in which campaign, as the office states it: by command, and by the roster's batch column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.cli.commands import run
from sync.central.service.store import Edit, Store, open_store
from sync.ledger.ids import LEDGER_DISTRICT
from tests.store import office

CAMPAIGNS = (("second", "2", "2027-09-01", "2028-01-31"), ("third", "第三批", "2027-12-01", "2028-05-31"))


@pytest.fixture
def file(store: Store, tmp_path: Path) -> Path:
    """The store of the other tests with two campaigns; u-1 has the batch of the second."""
    title = {"zh": "活动", "en": "Campaign"}
    campaigns = [
        Edit(
            ledger=LEDGER_DISTRICT,
            kind="campaign",
            record=name,
            fields={"title": title, "batch": batch, "starts_on": first, "ends_on": last},
        )
        for name, batch, first, last in CAMPAIGNS
    ]
    staff.put(store, [*campaigns, Edit(ledger="u-1", kind="unit", record="u-1", fields={"batch": "第二批"})])
    return tmp_path / "central.db"


def _command(file: Path, capsys: pytest.CaptureFixture[str], *words: str, wanted: int = 0) -> str:
    code = run(["--db", str(file), "--lang", "en", *words])
    out, err = capsys.readouterr()
    assert code == wanted, err
    return out + err


def _terms(file: Path, unit: str) -> list[tuple[Any, ...]]:
    store = open_store(file)
    try:
        records = staff.participations(store).get(unit, {}).values()
    finally:
        store.close()
    return sorted((each["campaign"], each["from"], each.get("until", "")) for each in records)


def test_units_are_enrolled_by_name_file_and_filter(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    named = tmp_path / "units.txt"
    named.write_text("\ufeff单位 u-2\n\nu-3\n", encoding="utf-8")
    third = ("--campaign", "third", "--from", "2027-12-01")
    assert "2 take part" in _command(file, capsys, "enrol", "--file", str(named), *third)
    assert _terms(file, "u-2")[-1] == ("third", "2027-12-01", "")
    assert "1 take part" in _command(file, capsys, "enrol", "--batch", "2", *third)
    assert _terms(file, "u-1") == [("second", "2027-09-01", "2028-01-31"), ("third", "2027-12-01", "")]
    said = _command(file, capsys, "enrol", "--category", "farm", "--group", "g-1", *third)
    assert "0 take part" in said
    assert "2 stood so already" in said


def test_a_participation_is_ended_and_goes_on_after_a_gap(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "1 take part in second until 2027-12-31" in _command(
        file, capsys, "enrol", "u-1", "--campaign", "second", "--until", "2027-12-31"
    )
    assert _terms(file, "u-1") == [("second", "2027-09-01", "2027-12-31")]
    _command(file, capsys, "enrol", "u-1", "--campaign", "second", "--from", "2028-01-10", "--until", "2028-01-20")
    assert _terms(file, "u-1") == [("second", "2027-09-01", "2027-12-31"), ("second", "2028-01-10", "2028-01-20")]


@pytest.mark.parametrize(
    ("words", "wanted", "said"),
    [
        (("u-1", "--campaign", "fourth", "--from", "2027-12-01"), 1, "There is no campaign fourth"),
        (("u-9", "--campaign", "third", "--from", "2027-12-01"), 1, "No unit is called u-9"),
        (("u-1", "--campaign", "third"), 2, "Give --from"),
        (("--campaign", "third", "--from", "2027-12-01"), 2, "Name units"),
        (("u-1", "--campaign", "third", "--from", "2027-02-29"), 2, "2027-02-29"),
        (("u-1", "--campaign", "third", "--from", "2027-12-02", "--until", "2027-12-01"), 1, "before the first"),
        (("--category", "university", "--campaign", "third", "--from", "2027-12-01"), 1, "No unit is meant"),
    ],
)
def test_what_is_no_unit_day_or_campaign_is_refused_in_words(
    file: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], wanted: int, said: str
) -> None:
    assert said in _command(file, capsys, "enrol", *words, wanted=wanted)


def _roster(tmp_path: Path, *rows: str) -> str:
    roster = tmp_path / "roster.csv"
    roster.write_text("\n".join(("编号,单位名称,类别,批次", *rows)) + "\n", encoding="utf-8")
    return str(roster)


def test_a_roster_s_batch_enrols_units_that_take_part_in_nothing_yet(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = _roster(tmp_path, "a,甲支部,farm,3", "b,乙支部,farm,第三批", "c,丙支部,farm,7", "d,丁支部,farm,")
    said = _command(file, capsys, "import", "units", roster)
    assert "by batch, 2 take part in third" in said
    assert "The batch 7 of 1 units fits no single campaign" in said
    assert _terms(file, "a") == _terms(file, "b") == [("third", "2027-12-01", "")]
    assert _terms(file, "c") == _terms(file, "d") == []
    again = _command(file, capsys, "import", "units", roster)
    assert "nothing was changed" in again
    assert "by batch" not in again


def test_a_roster_enrols_from_the_day_stated_and_keeps_what_its_units_took_part_in(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster = _roster(tmp_path, "u-1,单位 u-1,farm,3")
    dry = _command(file, capsys, "import", "units", roster, "--dry-run", "--from", "2027-12-15")
    assert "1 would take part" in dry
    assert _terms(file, "u-1") == []
    _command(file, capsys, "import", "units", roster, "--from", "2027-12-15")
    assert _terms(file, "u-1") == [("second", "2027-09-01", "2028-01-31"), ("third", "2027-12-15", "")]


def test_a_batch_of_two_campaigns_is_only_kept(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = open_store(file)
    staff.put(store, [Edit(ledger=LEDGER_DISTRICT, kind="campaign", record="second", fields={"batch": "3"})])
    store.close()
    said = _command(file, capsys, "import", "units", _roster(tmp_path, "a,甲支部,farm,3"))
    assert "fits no single campaign" in said
    assert _terms(file, "a") == []


def test_the_command_works_as_a_process(file: Path) -> None:
    said = office(file, "--lang", "en", "enrol", "u-3", "--campaign", "third", "--from", "2027-12-01")
    assert said == "1 take part in third from 2027-12-01"
