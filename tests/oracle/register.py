"""The register of follow-ups as of a day, from exported entries alone: what each row says, and which are listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from tests.oracle.district import District
from tests.oracle.entries import END, Record
from tests.oracle.figures import OUTSTANDING, UNDER_WAY, stood

OPENING = ("open", "in_progress")


class Row(NamedTuple):
    """What the register says of a follow-up; what nobody said is empty."""

    record: str
    unit: str
    unit_name: str
    nature: str
    title: str
    due_on: str
    status: str
    post: str
    by: str
    watch_until: str
    class_: str
    lead_unit: str
    responsible_unit: str
    first_due: str
    moved: int
    reported_by: str
    verified_by: str
    source: str


def register(district: District, day: str = END) -> list[Row]:
    """Return every follow-up that was there at the end of a day: those to be done first, then those said to be done."""
    found = [
        _row(district, each, day, status)
        for each in district.of_kind("follow_up")
        if (status := stood(each, day)) and district.day_of(each) <= day
    ]
    return sorted(found, key=lambda row: (_place(row.status), row.due_on, row.record, row.unit))


def is_shown(district: District, row: Row, shown: str, day: str) -> bool:
    """Say whether a list of the register has a row; `day`: the day to which a date is near or past."""
    soon = (date.fromisoformat(day) + timedelta(days=3)).isoformat()
    return {
        "open": row.status in OUTSTANDING,
        "overdue": row.status in UNDER_WAY and row.due_on < day,
        "soon": row.status in UNDER_WAY and day <= row.due_on <= soon,
        "to_answer": row.status in UNDER_WAY and _goes_up(district, row),
        "reported": row.status == "reported",
        "verified": row.status == "verified",
        "moved": row.moved > 0,
        "watch": row.watch_until >= day,
        "closed": row.status == "closed",
        "given_up": row.status == "withdrawn",
        "void": row.status == "void",
        "all": True,
    }[shown]


def _goes_up(district: District, row: Row) -> bool:
    found = next(each for each in district.of_kind("follow_up") if (each.name, each.ledger) == (row.record, row.unit))
    campaign = district.campaigns.get(district.campaign_of(found))
    return campaign is not None and row.class_ in campaign.office


def _row(district: District, record: Record, day: str, status: str) -> Row:
    def held(field: str) -> str:
        return str(record.on(field, day) or "")

    dates = [str(value) for _, value in record.changes("due_on") if value is not None]
    until_then = [value for _, value in record.changes("due_on", day) if value is not None]
    reported, verified = _hands(record, day)
    return Row(
        record.name,
        record.ledger,
        str(district.units[record.ledger].now("name")),
        str(record.now("nature") or ""),
        str(record.now("title") or ""),
        held("due_on"),
        status,
        held("responsible_post"),
        record.author,
        held("watch_until"),
        held("class"),
        held("lead_unit"),
        held("responsible_unit"),
        (dates or [""])[0],
        max(0, len(until_then) - 1),
        "" if status in OPENING else reported,  # it was to be done, whatever was said of it before
        verified if status in ("verified", "closed", "void", "withdrawn", "handed_on") else "",
        str(record.now("source") or "") or str(record.now("origin") or "").partition("#")[0],
    )


def _hands(record: Record, day: str) -> tuple[str, str]:
    """Return who reported a follow-up done, and who verified that, since it was last to be done; empty for nobody."""
    done: dict[str, str] = {}
    for step in record.steps():
        if record.holds_from(step, "status") > day:
            continue
        if step.set["status"] in OPENING:
            done = {}
        else:
            done[step.set["status"]] = step.by
    return done.get("reported", ""), done.get("verified", "")


def _place(status: str) -> int:
    return 0 if status in UNDER_WAY else 1 if status in OUTSTANDING else 2
