"""What is known of every unit in scope for planning visits: one row a unit, read in a handful of queries

of what is kept for it at the fold (`outlook`)."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence, Set
from typing import Any

import msgspec

from sync.replica.as_of.duties import duties_on
from sync.replica.as_of.planning_then import NO_ITEMS, Items, at_gate_then, items_then, outlooks_then
from sync.replica.as_of.sources import MENDED, Source, statuses_from
from sync.replica.projection.outlook import verdicts_of
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.queries.rows import CampaignView
from sync.replica.replica import Replica
from sync.system.sql_lists import listed
from sync.timeline.duties import NOBODY


class UnitFacts(msgspec.Struct, frozen=True, gc=False):
    """One unit as of a day. Days are YYYY-MM-DD or empty; `soon` counts follow-ups due from today to `until`.

    `oldest_due` is the first date of what is overdue, empty if nothing is; `overdue` counts it (`count_overdue`).

    `last_visit` is of any inspection, `in_stage` says whether one was in the stage, `last_contact` is the newest
    inspection or liaison note; `promised_on` is what the newest note promised as the next day; `decision` the stage's
    newest gate, `satisfied` the share in percent of its newest survey (None: no ballot); `watch_until` is the last day
    on which something that was closed here is still watched. `make_up_due` is the first day by which a make-up is to be
    done that no later gate of the same campaign and stage has decided on, `make_up_stage` its stage. `vacant_since` and
    `ungrouped_since`: since when it has no liaison officer and no group any more. `survey_mended`: somebody else has
    seen done what the newest survey, with too few satisfied, opened.
    """

    unit: str
    name: str
    category: str
    last_visit: str = ""
    last_contact: str = ""
    in_stage: bool = False
    promised_on: str = ""
    overdue: int = 0
    oldest_due: str = ""
    soon: int = 0
    decision: str = ""
    decided_on: str = ""
    satisfied: float | None = None
    surveyed_on: str = ""
    has_liaison: bool = False
    watch_until: str = ""
    make_up_due: str = ""
    make_up_stage: str = ""
    vacant_since: str = ""
    ungrouped_since: str = ""
    make_up: str = ""
    survey_mended: bool = False


def unit_facts(
    replica: Replica,
    campaign: str,
    *,
    stage: str,
    today: str,
    until: str,
    units: Container[str],
    past: bool = False,
    least: float = 100,
) -> list[UnitFacts]:
    """Of these units those in scope, in no order, with what was done in a stage of a campaign.

    `past`: as it was at the end of the day `today`, and not as it is now. `least`: the share in percent below which too
    few are satisfied.
    """
    items = items_then(replica, today, until) if past else _items(replica, today, until)
    day = today if past else _ALL_DAYS
    decided, surveyed = _outcomes(replica, campaign, stage, day)
    made_up, mended = _come_of(replica, decided, surveyed, least, day)
    duties = duties_on(replica, today)
    make_ups = _make_ups(replica, day)
    found = []
    asked = (replica, campaign, stage)
    outlooks = outlooks_then(*asked, today) if past else _rows(replica, _OUTLOOKS, campaign, stage)
    for unit, name, category, visit, contact, in_stage, promised in outlooks:
        if unit not in units:
            continue
        _, overdue, due, soon, watch = items.get(unit, NO_ITEMS)
        decided_on, decision, _, _ = decided.get(unit, _NOTHING)
        surveyed_on, _, share, _ = surveyed.get(unit, _NOTHING)
        duty = duties.get(unit, NOBODY)
        make_up_due, make_up_stage = make_ups.get(unit, ("", ""))
        found.append(
            UnitFacts(
                *(unit, name, category, visit, contact, bool(in_stage), promised),
                *(overdue, due, soon, decision, decided_on, share, surveyed_on),
                *(bool(duty.liaison), watch, make_up_due, make_up_stage, duty.vacant_since, duty.ungrouped_since),
                *(made_up.get(unit, ""), unit in mended),
            )
        )
    return found


def _items(replica: Replica, today: str, until: str) -> dict[str, Items]:
    """Return what `items_then` does, as it is now, but for how many are open and how many overdue."""
    soon, watched = dict(_rows(replica, _SOON, today, until)), dict(_rows(replica, _WATCHED, today))
    late = dict(_rows(replica, _OLDEST_DUE, today))
    return {
        unit: (0, 0, late.get(unit, ""), soon.get(unit, 0), watched.get(unit, "")) for unit in {*late, *soon, *watched}
    }


def count_overdue(replica: Replica, today: str, units: Sequence[UnitFacts]) -> list[UnitFacts]:
    """Return the same units with how many follow-ups are overdue, where only the first date of them is known."""
    late = [facts.unit for facts in units if facts.oldest_due and not facts.overdue]
    counts: dict[str, int] = {}
    for first in range(0, len(late), _CHUNK):
        chunk = late[first : first + _CHUNK]
        counts |= dict(_rows(replica, _OVERDUE.format(units=listed(chunk)), *chunk, today))
    return [
        msgspec.structs.replace(facts, overdue=counts[facts.unit]) if facts.unit in counts else facts for facts in units
    ]


def setting(campaign: CampaignView, name: str, otherwise: float) -> float:
    """A figure of a campaign's settings."""
    value = campaign.settings.get(name)
    return value if isinstance(value, int | float) else otherwise


class AtGate(msgspec.Struct, frozen=True, gc=False):
    """What is known of one unit at a stage's gate: the newest verdict on each item asked there, by its field.

    `decision` is the stage's newest gate, `satisfied` the share in percent of its newest survey (None: no ballot);
    `make_up` and `survey_mended` are as in `UnitFacts`.
    """

    unit: str
    name: str
    category: str
    last_visit: str = ""
    visited: bool = False
    verdicts: dict[str, Any] = {}
    decision: str = ""
    decided_on: str = ""
    satisfied: float | None = None
    surveyed_on: str = ""
    make_up: str = ""
    survey_mended: bool = False


def at_gate(
    replica: Replica,
    campaign: str,
    stage: str,
    asked: Callable[[str], Set[str]],
    unit: str = "",
    day: str = "",
    least: float = 100,
) -> list[AtGate]:
    """Every unit in scope, or one, at the gate of a campaign's stage; by pinyin.

    `asked` gives the fields of the items that a category is asked for. `day`: as it was at the end of that day.
    """
    decided, surveyed = _outcomes(replica, campaign, stage, day or _ALL_DAYS)
    made_up, mended = _come_of(replica, decided, surveyed, least, day or _ALL_DAYS)
    of_gate = (campaign, stage, unit)
    rows = at_gate_then(replica, *of_gate, day) if day else _rows(replica, _AT_GATE, *of_gate)
    found = []
    for ledger, name, category, last_visit, answered in rows:
        verdicts = verdicts_of(answered) if answered else {}
        if answered and not verdicts.keys() >= asked(category):
            verdicts = _all_verdicts(replica, campaign, stage, ledger, day or _ALL_DAYS)
        decided_on, decision, _, _ = decided.get(ledger, _NOTHING)
        surveyed_on, _, share, _ = surveyed.get(ledger, _NOTHING)
        held = (decision, decided_on, share, surveyed_on, made_up.get(ledger, ""), ledger in mended)
        found.append(AtGate(ledger, name, category, last_visit, answered is not None, verdicts, *held))
    return found


def _all_verdicts(replica: Replica, campaign: str, stage: str, unit: str, day: str) -> dict[str, Any]:
    """The newest verdict on every item of a stage, by all of a unit's visits in it up to a day."""
    verdicts: dict[str, Any] = {}
    for (answered,) in _rows(replica, _ANSWERED, campaign, stage, unit, day):
        verdicts.update(verdicts_of(answered))
    return verdicts


def why_decided(replica: Replica, campaign: str, stage: str, day: str = "") -> dict[str, str]:
    """By unit the reason of the stage's newest decision, up to a day if one is named."""
    found = _rows(replica, _WHY_DECIDED, campaign, stage, day or _ALL_DAYS)
    return {unit: str(record_fields(*row).get("why", "")) for unit, *row in found}


_Outcomes = dict[str, Sequence[Any]]  # by unit: day, decision, share, record
_NOTHING = ("", "", None, "")
_MAKE_UP = "make_up"
UNDER_WAY, DONE = "under_way", "done"  # how the follow-up of a make-up stands
_CHUNK = 500
_ALL_DAYS = "\U0010ffff"  # as things stand now


def _outcomes(replica: Replica, campaign: str, stage: str, day: str) -> tuple[_Outcomes, _Outcomes]:
    """By unit the newest decision of a stage up to a day, and its newest survey."""
    gates, surveys = (_rows(replica, _OUTCOMES, kind, campaign, stage, day) for kind in ("gate", "survey"))
    return {unit: outcome for unit, *outcome in gates}, {unit: outcome for unit, *outcome in surveys}


def _come_of(
    replica: Replica, decided: _Outcomes, surveyed: _Outcomes, least: float, day: str
) -> tuple[dict[str, str], set[str]]:
    """By unit how its make-up stood at the end of a day, and the units whose poor survey had been mended by then.

    It had been where somebody else had seen done what the survey opened.
    """
    gates = [(unit, gate) for unit, (_, decision, _, gate) in decided.items() if decision == _MAKE_UP]
    poor = [(unit, survey) for unit, (_, _, share, survey) in surveyed.items() if share is not None and share < least]
    opened = statuses_from(replica.connection, poor, day)
    made_up = {unit: stood for (unit, _), stood in _made_up(replica, gates, day).items()}
    return made_up, {unit for (unit, _), statuses in opened.items() if statuses[-1] in MENDED}


def _made_up(replica: Replica, gates: list[Source], day: str) -> dict[Source, str]:
    """By gate how the follow-up of its make-up stood at the end of a day; without those that have none.

    One make-up of a stage after another has one follow-up: what the first of them opened stands for those after it.
    """
    found = statuses_from(replica.connection, gates, day)
    earlier = {
        (unit, gate): [(unit, each) for (each,) in _rows(replica, _SAME_STAGE, gate, day)]
        for unit, gate in gates
        if (unit, gate) not in found
    }
    before = statuses_from(replica.connection, [source for each in earlier.values() for source in each], day)
    for gate, sources in earlier.items():
        if under_way := [status for source in sources for status in before.get(source, []) if status not in MENDED]:
            found[gate] = under_way
    return {gate: DONE if statuses[-1] in MENDED else UNDER_WAY for gate, statuses in found.items()}


def _make_ups(replica: Replica, day: str) -> dict[str, tuple[str, str]]:
    """By unit the make-up to be done first (day, stage), of all campaigns and stages whose newest gate says make-up.

    Gates after `day` are not known; what a follow-up tells of is left out.
    """
    found: dict[str, tuple[str, str]] = {}
    rows = _rows(replica, _MAKE_UPS, day, day)
    made_up = _made_up(replica, [(unit, record) for unit, _, record, *_ in rows], day)
    for unit, stage, record, *row in rows:
        due = record_fields(*row).get("due_on")
        if isinstance(due, str) and (unit, record) not in made_up:
            found[unit] = min(found.get(unit, (due, stage)), (due, stage))
    return found


def _rows(replica: Replica, statement: str, *values: object) -> list[tuple[Any, ...]]:
    return replica.connection.execute(statement, values).fetchall()


# Whether there was a visit is one step into an index; the rest the rows of units hold. The plus has them read one after
# another: by the index of the list, each would be looked up by itself.
_OUTLOOKS = (
    "SELECT u.ledger, u.name, u.category, u.last_visit, max(u.last_visit, u.noted_on), EXISTS (SELECT 1 FROM record r"
    " WHERE r.campaign = ? AND r.stage = ? AND r.ledger = u.ledger AND r.kind = 'inspection' AND r.withdrawn = 0),"
    " u.next_on FROM unit u WHERE +u.withdrawn = 0"
)
_OLDEST_DUE = "SELECT ledger, oldest_due FROM unit WHERE oldest_due <> '' AND oldest_due < ?"
# To rank thousands of units it is enough that something is overdue; counted is what is shown.
_OVERDUE = (
    "SELECT ledger, count(*) FROM follow_up INDEXED BY follow_up_unit WHERE ledger IN {units} AND open = 2"
    " AND due_on < ? GROUP BY ledger"
)
_SOON = (
    "SELECT ledger, count(*) FROM follow_up INDEXED BY follow_up_due WHERE open = 2 AND due_on BETWEEN ? AND ?"
    " GROUP BY ledger"
)
# The few that are watched have an index; left to itself, SQLite walks all follow-ups unit by unit.
_WATCHED = (
    "SELECT ledger, max(watch) FROM follow_up INDEXED BY follow_up_watch WHERE watch <> '' AND watch >= ?"
    " GROUP BY ledger"
)
_IN_ORDER = "ORDER BY r.day, r.record"  # the newest last; of two on one day the later id, on every laptop alike
_OF_STAGE = "r.kind IN ('gate', 'survey') AND r.withdrawn = 0 AND r.campaign = ? AND r.stage = ? AND r.day <= ?"
_OUTCOMES = (
    "SELECT r.ledger, r.day, o.decision, o.satisfied, r.record FROM record r INDEXED BY record_gate"
    " CROSS JOIN outcome o ON o.id = r.id WHERE r.kind IN ('gate', 'survey') AND r.kind = ? AND r.withdrawn = 0"
    f" AND r.campaign = ? AND r.stage = ? AND r.day <= ? {_IN_ORDER}"
)
_WHY_DECIDED = (
    f"SELECT r.ledger, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE {_OF_STAGE} AND r.kind = 'gate' {_IN_ORDER}"
)
# A later gate is looked for among the unit's own records: by the index of gates, among all units' of the stage. The
# CASE keeps SQLite from looking for one after every gate, before it knows which of them say make-up.
_MAKE_UPS = (
    f"SELECT r.ledger, r.stage, r.record, r.fields, e.body FROM record r JOIN outcome o ON o.id = r.id {FIELDS_JOIN}"
    " WHERE r.kind IN ('gate', 'survey') AND r.kind = 'gate' AND r.withdrawn = 0 AND r.day <= ?"
    " AND CASE o.decision WHEN 'make_up' THEN NOT EXISTS (SELECT 1 FROM record n INDEXED BY record_history"
    " WHERE n.ledger = r.ledger AND n.day BETWEEN r.day AND ? AND n.kind = 'gate' AND n.withdrawn = 0"
    " AND n.campaign = r.campaign AND n.stage = r.stage"
    " AND (n.day, n.record) > (r.day, r.record)) END"
)
_SAME_STAGE = (
    "SELECT g.record FROM entry n CROSS JOIN record r ON r.id = n.id CROSS JOIN record g INDEXED BY record_history"
    " ON g.ledger = r.ledger AND g.day <= r.day WHERE n.record = ? AND g.day <= ? AND g.kind = 'gate'"
    " AND g.withdrawn = 0 AND g.campaign = r.campaign AND g.stage = r.stage AND g.record <> r.record"
    " ORDER BY g.day, g.record"
)
_AT_GATE = (
    "SELECT u.ledger, u.name, u.category, u.last_visit, a.verdicts FROM unit u LEFT JOIN answered a ON a.id ="
    " (SELECT id FROM record WHERE campaign = ? AND stage = ? AND ledger = u.ledger AND kind = 'inspection'"
    " AND withdrawn = 0 ORDER BY day DESC, record DESC LIMIT 1)"
    " WHERE u.withdrawn = 0 AND ? IN ('', u.ledger) ORDER BY u.pinyin, u.ledger"
)
_ANSWERED = (
    "SELECT a.verdicts FROM record r JOIN answered a ON a.id = r.id WHERE r.campaign = ? AND r.stage = ?"
    f" AND r.ledger = ? AND r.kind = 'inspection' AND r.withdrawn = 0 AND r.day <= ? {_IN_ORDER}"
)
