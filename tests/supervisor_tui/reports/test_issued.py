"""An issued brief opened again after a year of changes: it says what it said, and what has come in since by record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.locale import set_language
from supervisor_tui.reports.issuing import BREAKDOWNS, in_order, issue
from supervisor_tui.reports.request import ReportRequest, content
from supervisor_tui.reports.since import Since, since_issue
from sync.ledger import chains
from sync.ledger.brief_contents import digest
from sync.replica import Replica, query
from sync.replica.editing.edits import Refused
from sync.replica.editing.issued import Issued, behind, breakdowns, entries_behind, issued_brief
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.apply import Incoming, apply
from tests.sync.laptops import new_laptop
from tests.sync.office import Office

NOVEMBER = ("2024-11-01", "2024-11-30")
LATER = "2025-11-20T02:00:00.000Z"
VISIT = {"stage": "study", "template": "t", "group": "g", "summary": "x"}
OVERVIEW = {"units": 3, "visited": 2, "inspections": 3, "notes": 1, "counts": 0, "surveys": 0, "outside": 0}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    set_language("zh")
    with new_laptop(tmp_path / "office.db", "p-1", "office") as replica:
        yield replica
        assert differing(replica) == []


@pytest.fixture
def office(laptop: Replica) -> Office:
    office = Office(laptop)
    office.campaign("second", "2", "2024-09-01", "2025-02-28")
    for unit in ("u-1", "u-2", "u-3"):
        office.unit(unit, batch="2")
    for record, unit, day in (("i-1", "u-1", "05"), ("i-2", "u-1", "06"), ("i-3", "u-2", "07")):
        visit = VISIT | {"visited_on": f"2024-11-{day}"}
        office.says(unit, "inspection", record, f"2024-11-{day}T02:00:00.000Z", **visit)
    note = {"noted_on": "2024-11-08", "mode": "visit", "content": "x"}
    office.says("u-3", "liaison_note", "n-1", "2024-11-08T02:00:00.000Z", **note)
    for record in ("f-1", "f-2", "f-3"):
        office.item("u-1", record, "2024-11-02T02:00:00.000Z")
    return office


@pytest.fixture
def issued(office: Office, laptop: Replica) -> Issued:
    """November's brief, issued and sent."""
    record = issue(laptop, "second", *NOVEMBER).record
    laptop.connection.execute("UPDATE entry SET number = id WHERE number IS NULL")
    return again(laptop, record)


def again(laptop: Replica, record: str) -> Issued:
    found = issued_brief(laptop, record)
    assert found is not None
    return found


def a_year_passes(office: Office, laptop: Replica) -> None:
    """What came in afterwards: corrections, withdrawals, an erased record, late records, steps, a new name."""
    office.says("u-1", "inspection", "i-1", LATER, summary="改")
    office.says("u-1", "inspection", "i-2", LATER, withdrawn=True)
    office.says("u-3", "liaison_note", "n-1", LATER, noted_on="2024-12-02")
    late = VISIT | {"visited_on": "2024-11-20"}
    office.says("u-3", "inspection", "i-late", LATER, **late)
    office.says("u-1", "follow_up", "f-1", LATER, status="reported", on="2025-01-10")
    office.says("u-1", "follow_up", "f-2", LATER, status="in_progress")
    office.says("u-1", "follow_up", "f-2", LATER, title="改")
    office.says("u-2", "unit", "u-2", LATER, name="新名")
    erase(laptop, "i-3")


def erase(laptop: Replica, record: str) -> None:
    """Let a record's content be erased: its head stays, by which chain and seals hold."""
    with laptop.transaction() as connection:
        connection.execute("UPDATE entry SET body = NULL WHERE record = ?", (record,))
    rebuild(laptop)


def verify(laptop: Replica, record: str, on: str) -> None:
    """Let a colleague's step arrive: verified, on a day."""
    held = query.record(laptop, record)
    assert held is not None
    entry = chains.compose(
        ledger=held.ledger,
        device="d-2",
        seq=1,
        prev="",
        kind="follow_up",
        record=record,
        fields={"status": "verified", "on": on},
        by="p-2",
        at=LATER,
        over={"status": [held.versions[-1].hash]},
    )
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=1)])


def totals(issued: Issued) -> dict[str, int]:
    return {line.name: line.values[0] for table in issued.said.tables if not table.columns for line in table.lines}


def news(laptop: Replica, issued: Issued) -> dict[str, Since]:
    parts, known = breakdowns(laptop, issued), behind(laptop, issued)
    assert parts is not None
    assert known is not None
    return {row.record: row for row in since_issue(laptop, issued, in_order(issued.said, parts), known)}


def test_a_brief_has_the_totals_of_its_day_and_a_digest_of_the_entries_behind_each(
    issued: Issued, laptop: Replica
) -> None:
    assert totals(issued) | OVERVIEW == totals(issued)
    parts, known = breakdowns(laptop, issued), behind(laptop, issued)
    assert parts is not None
    assert known is not None
    for ref, said in {**issued.digests, **parts.digests}.items():
        assert said == digest(entries_behind(laptop, known.records(ref)).values()), ref
    assert {table.name for table in parts.tables} == {*BREAKDOWNS}
    assert len(known.records("1.3")) == 3


def test_nothing_has_come_in_since_on_the_day_it_was_issued(issued: Issued, laptop: Replica) -> None:
    assert news(laptop, issued) == {}


def test_after_a_year_it_says_what_it_said(office: Office, issued: Issued, laptop: Replica) -> None:
    before = (issued, breakdowns(laptop, issued), behind(laptop, issued))
    a_year_passes(office, laptop)
    opened = again(laptop, issued.record)
    assert (opened, breakdowns(laptop, opened), behind(laptop, opened)) == before


def test_after_a_year_it_tells_record_by_record_what_has_come_in(
    office: Office, issued: Issued, laptop: Replica
) -> None:
    a_year_passes(office, laptop)
    found = news(laptop, issued)
    assert {record: row.state for record, row in found.items()} == {
        "i-late": "new",
        "i-1": "corrected",
        "n-1": "corrected",
        "f-2": "corrected",
        "i-2": "withdrawn",
        "i-3": "erased",
        "u-2": "changed",
        "u-3": "changed",
    }
    assert found["i-late"].joined[:1] == ("1.3",)
    assert (found["i-1"].joined, found["i-1"].left) == ((), ())
    assert found["n-1"].left[:1] == ("1.4",)
    assert "1.3" in found["i-2"].left
    assert (found["i-3"].unit, found["i-3"].kind, found["i-3"].unit_name) == ("u-2", "inspection", "新名")
    assert "1.2" in found["u-2"].left
    assert "1.2" in found["u-3"].joined


def test_a_step_taken_after_the_period_is_no_news_and_one_dated_into_it_is(
    office: Office, issued: Issued, laptop: Replica
) -> None:
    office.says("u-1", "follow_up", "f-1", LATER, status="reported", on="2024-12-10")
    assert news(laptop, issued) == {}
    office.says("u-1", "follow_up", "f-3", LATER, status="reported", on="2024-11-28")
    verify(laptop, "f-3", "2024-11-29")
    found = news(laptop, issued)
    assert {record: row.state for record, row in found.items()} == {"f-3": "changed"}
    assert (found["f-3"].joined[:1], found["f-3"].left[:1]) == (("5.1e",), ("5.1d",))  # verified, so no more overdue


def test_a_record_that_was_taken_back_before_the_brief_is_no_news(office: Office, laptop: Replica) -> None:
    office.says("u-1", "inspection", "i-2", "2024-12-04T02:00:00.000Z", withdrawn=True)
    record = issue(laptop, "second", *NOVEMBER).record
    laptop.connection.execute("UPDATE entry SET number = id WHERE number IS NULL")
    issued = again(laptop, record)
    assert totals(issued)["taken_back"] == 1
    assert news(laptop, issued) == {}


def test_a_group_that_is_renamed_stands_in_the_brief_as_it_was_called(office: Office, laptop: Replica) -> None:
    title = {"zh": "改名", "en": "renamed"}
    record = issue(laptop, "second", *NOVEMBER).record
    office.says("district", "stage_plan", "second.study", LATER, title=title)
    office.says("district", "campaign", "second", LATER, title=title)
    issued = again(laptop, record)
    parts = breakdowns(laptop, issued)
    assert parts is not None
    stage = next(line for table in parts.tables if table.name == "by_stage" for line in table.lines)
    assert (stage.called["zh"], issued.said.campaign["zh"]) == ("second", "second")


def test_a_period_to_come_is_not_issued_and_one_under_way_ends_on_the_day_of_issue(
    office: Office, laptop: Replica
) -> None:
    with pytest.raises(Refused) as refused:
        issue(laptop, "second", "2998-01-01", "2998-01-31")
    assert refused.value.code == "not_begun"
    issued = again(laptop, issue(laptop, "second", "2024-11-01", "2998-01-31").record)
    assert issued.until == issued.day


def paper(laptop: Replica, issued: Issued, form: str) -> bytes:
    return b"".join(content(laptop, ReportRequest(what="brief", format=form, today="2025-11-20", record=issued.record)))


@pytest.mark.parametrize("form", ["docx", "xlsx", "html", "csv", "json"])
def test_its_paper_is_the_same_to_the_byte_after_a_year(
    form: str, office: Office, issued: Issued, laptop: Replica
) -> None:
    before = paper(laptop, issued, form)
    a_year_passes(office, laptop)
    assert paper(laptop, issued, form) == before


def test_its_paper_has_number_and_date_and_the_figures(issued: Issued, laptop: Replica) -> None:
    made: dict[str, Any] = json.loads(paper(laptop, issued, "json"))
    year = issued.day[:4]
    assert (made["title"], made["day"]) == (f"督导工作简报 {year}年第1期", issued.day)
    texts = [block["text"] for block in made["blocks"] if block["kind"] == "paragraph"]
    assert texts[:2] == [f"{issued.day} 印发, 签发人 p-1", "second, 2024-11-01 至 2024-11-30"]
    rows = {row[0]: row for block in made["blocks"] if block["kind"] == "table" for row in block["rows"]}
    assert rows["1.3"] == ["1.3", "督导检查", 3]
    assert rows["4.1"][1] == "second"
    annex = next(block for block in made["blocks"] if block["kind"] == "references")
    assert next(item["codes"] for item in annex["items"] if item["ref"] == "1.3") == ["i-1", "i-2", "i-3"]
    page = paper(laptop, issued, "html").decode()
    assert f"{year}年第1期" in page
    set_language("en")
    assert json.loads(paper(laptop, issued, "json"))["title"] == f"Supervision brief No. 1 of {year}"


def test_without_the_list_its_paper_has_the_totals(issued: Issued, laptop: Replica) -> None:
    laptop.connection.execute("DELETE FROM blob")
    made = json.loads(paper(laptop, issued, "json"))
    rows = {row[0]: row for block in made["blocks"] if block["kind"] == "table" for row in block["rows"]}
    assert rows["1.3"][2] == 3
    assert "2.1" not in rows
    assert any("只有总数" in block.get("text", "") for block in made["blocks"])
