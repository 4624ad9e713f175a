"""What was counted, surveyed, decided and reported in numbers, by the end of a period of a campaign."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from sync.replica.projection.stored import FIELDS_JOIN, record_fields
from sync.replica.replica import Replica

COVERAGE = "coverage"  # the item of a checklist that says how many percent of those expected have studied
_Record = tuple[str, str, str, str, dict[str, Any]]  # kind, record, unit, day, fields
TakesPart = Callable[[str, str], bool]  # whether a unit took part on a day


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """A count of a unit: what it says, by field."""

    record: str
    unit: str
    day: str
    values: dict[str, int]

    @property
    def expected(self) -> int:
        """The members who are expected to study."""
        return max(0, self.values.get("members", 0) - self.values.get("exempt", 0))


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """A survey: its ballots. `approving`: those who are satisfied, or fairly."""

    record: str
    unit: str
    day: str
    returned: int
    approving: int
    unsatisfied: int


class Reported(msgspec.Struct, frozen=True, kw_only=True):
    """What an inspection says of the coverage of study, in percent."""

    record: str
    unit: str
    day: str
    coverage: float


class Numbers(msgspec.Struct, frozen=True, kw_only=True):
    """Numbers of a campaign up to the end of a period; `surveys`, `reported` and `effects` are of the period itself.

    `counts` stand by day. `passed`: by stage the units whose newest decision lets them pass. `effects`: inspections
    that say how campaign and work get on. `studied`: by unit the first visit in the campaign's first stage.
    """

    counts: list[Counted] = []
    surveys: list[Surveyed] = []
    reported: list[Reported] = []
    effects: list[str] = []
    passed: dict[str, set[str]] = {}
    studied: dict[str, str] = {}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Of which campaign and period; an empty campaign is all of them. `stage`: the first of the campaign's."""

    campaign: str
    since: str
    until: str
    stage: str = ""


def numbers(replica: Replica, asked: Asked, takes_part: TakesPart) -> Numbers:
    """Return the numbers of the units that took part on the day of each."""
    reported, effects = _visits(replica, asked, takes_part)
    records = _records(replica, asked)
    return Numbers(
        counts=[
            Counted(
                record=record,
                unit=unit,
                day=day,
                values={name: value for name, value in fields.items() if type(value) is int},
            )
            for kind, record, unit, day, fields in records
            if kind == "count" and takes_part(unit, day)
        ],
        surveys=[
            _surveyed(record, unit, day, fields)
            for kind, record, unit, day, fields in records
            if kind == "survey" and asked.since <= day and takes_part(unit, day)
        ],
        reported=reported,
        effects=effects,
        passed=_passed(records) if asked.campaign else {},
        studied=_studied(replica, asked) if asked.stage else {},
    )


def _records(replica: Replica, asked: Asked) -> list[_Record]:
    """The counts, surveys and gates up to the period's end, by day."""
    rows = replica.connection.execute(_OF_KINDS, (asked.until, asked.campaign)).fetchall()
    rows.sort(key=lambda row: (row[3], row[1]))
    return [(*row[:4], record_fields(*row[4:])) for row in rows]


def _surveyed(record: str, unit: str, day: str, fields: dict[str, Any]) -> Surveyed:
    returned, satisfied, fairly, unsatisfied = (
        int(fields.get(name) or 0) for name in ("returned", "satisfied", "fairly", "unsatisfied")
    )
    return Surveyed(
        record=record, unit=unit, day=day, returned=returned, approving=satisfied + fairly, unsatisfied=unsatisfied
    )


def _visits(replica: Replica, asked: Asked, takes_part: TakesPart) -> tuple[list[Reported], list[str]]:
    """The newest report of coverage of each unit, and the inspections that tell of the effect on work."""
    rows = replica.connection.execute(_SAYING, (asked.since, asked.until, asked.campaign)).fetchall()
    newest: dict[str, Reported] = {}
    effects = []
    for record, unit, day, stored, body in sorted(rows, key=lambda row: (row[2], row[0])):
        if not takes_part(unit, day):
            continue
        fields = record_fields(stored, body)
        if str(fields.get("effect_on_work") or "").strip():
            effects.append(record)
        said = fields.get(f"figure.{COVERAGE}")
        if isinstance(said, (int, float)):
            newest[unit] = Reported(record=record, unit=unit, day=day, coverage=float(said))
    return list(newest.values()), effects


def _passed(records: Iterable[_Record]) -> dict[str, set[str]]:
    """By stage the units that the newest decision up to the period's end lets pass."""
    decided: dict[tuple[str, str], str] = {}
    for kind, _, unit, _, fields in records:
        if kind == "gate":
            decided[str(fields.get("stage")), unit] = str(fields.get("decision"))
    passed: dict[str, set[str]] = {}
    for (stage, unit), decision in decided.items():
        if decision == "pass":
            passed.setdefault(stage, set()).add(unit)
    return passed


def _studied(replica: Replica, asked: Asked) -> dict[str, str]:
    return dict(replica.connection.execute(_FIRST_VISIT, (asked.campaign, asked.stage, asked.until)).fetchall())


# Of the few kinds among the many records of years: reading them all in their order takes less than any index does.
_OF_KINDS = (
    f"SELECT r.kind, r.record, r.ledger, r.day, r.fields, e.body FROM record r NOT INDEXED {FIELDS_JOIN}"
    " WHERE r.kind IN ('count', 'survey', 'gate') AND r.withdrawn = 0 AND r.day <= ? AND ? IN ('', r.campaign)"
)
# Which of the many inspections say something is seen in their bytes, before any is read.
_SAYING = (
    "SELECT r.record, r.ledger, r.day, r.fields, e.body FROM unit u"
    f" CROSS JOIN record r ON r.ledger = u.ledger AND r.day BETWEEN ? AND ? {FIELDS_JOIN}"
    " WHERE r.withdrawn = 0 AND r.kind = 'inspection' AND ? IN ('', r.campaign)"
    f""" AND (instr(coalesce(r.fields, e.body), CAST('"figure.{COVERAGE}":' AS BLOB)) > 0"""
    """ OR instr(coalesce(r.fields, e.body), CAST('"effect_on_work":"' AS BLOB)) > 0)"""
)
_FIRST_VISIT = (
    "SELECT ledger, min(day) FROM record WHERE kind = 'inspection' AND withdrawn = 0"
    " AND campaign = ? AND stage = ? AND day <= ? GROUP BY ledger"
)
