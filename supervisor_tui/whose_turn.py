"""Everything that waits for one person and why, each in a row that says what opens; the most urgent first."""

from __future__ import annotations

import msgspec

from supervisor_tui.labels.dates import local, short, soon
from supervisor_tui.labels.fields import author_words
from supervisor_tui.labels.follow_ups import due_words, status_words
from supervisor_tui.labels.quarantine import said_words, unit_words, what_words, why_words
from supervisor_tui.labels.requests import asks_words
from supervisor_tui.locale import t
from supervisor_tui.rules.reading import reason_words, visits
from supervisor_tui.terminal.text import one_line
from supervisor_tui.widgets.spans import Span
from sync.model.validation import OFFICE
from sync.replica import Replica, query
from sync.replica.as_of.on_duty import Nobodys, nobodys
from sync.replica.editing import drafts, quarantine, requests, reviews
from sync.replica.queries.turns import Part, Turn, turns
from sync.replica.queries.unit_faults import unit_faults

MOST = 200  # of one sort; the register has all of them
_VISITS = 30  # `supervisor-tui next` has all of them


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that waits: its sort, what it is, why, and what opens.

    `shown`: the filter of the register that has the rest of a sort; a request names its follow-up as its `record`.
    """

    sort: str
    unit_name: str
    what: str
    why: list[Span]
    record: str = ""
    draft: str = ""
    kind: str = ""
    unit: str = ""
    shown: str = ""

    @property
    def is_follow_up(self) -> bool:
        """Whether it is a follow-up that a step may move on."""
        return self.sort in TURNS and not self.shown


# The sorts of follow-ups, each with what the register shows of it.
TURNS = {
    "sent_back": "returned",
    "to_answer": "to_answer",
    "mine": "open",
    "others": "overdue",
    "to_verify": "reported",
    "to_close": "verified",
    "answered": "closed",
}


def waiting(replica: Replica, this_day: str) -> list[Waiting]:
    """Everything that waits, the most urgent first."""
    ownerless = nobodys(replica, this_day)
    return [
        *_drafts(replica),
        *_conflicts(replica),
        *_requests(replica, this_day),
        *_rulings(replica),
        *_reviews(replica),
        *_units_to_put_right(replica),
        *_apart(replica),
        *_returned(replica, ownerless),
        *_turns(replica, this_day, ownerless),
        *_visits(replica, this_day),
    ]


def _unit_name(replica: Replica, unit: str) -> str:
    card = query.unit(replica, unit)
    return card.name if card else unit


def _drafts(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="draft",
            unit_name=_unit_name(replica, draft.unit),
            what=t(f"kind.{draft.kind}"),
            why=[(t("todo.draft", time=local(replica, draft.changed_at)), "warn")],
            draft=draft.id,
            kind=draft.kind,
            unit=draft.unit,
        )
        for draft in drafts.listed(replica)
    ]


def _conflicts(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="conflict",
            unit_name=row.unit_name,
            what=f"{t('kind.' + row.kind)}  {row.title}",
            why=[(t("todo.conflict", count=len(row.fields)), "bad")],
            record=row.record,
        )
        for row in query.conflicts(replica)
    ]


def _apart(replica: Replica) -> list[Waiting]:
    return [
        Waiting(
            sort="apart",
            unit_name=unit_words(replica, row),
            what=what_words(row),
            why=[(why_words(row.code), "bad")] if row.ruling is None else [(said_words(replica, row.ruling), "accent")],
            record=row.record,
        )
        for row in quarantine.mine(replica)
    ]


def _rulings(replica: Replica) -> list[Waiting]:
    """For the office: how much waits for its ruling, in one row that opens the screen for it."""
    count = sum(row.ruling is None for row in quarantine.to_rule(replica))
    if not count:
        return []
    words = t("todo.rulings", count=count)
    return [Waiting(sort="ruling", unit_name="-", what=words, why=[(t("todo.rulings_why"), "bad")])]


def _units_to_put_right(replica: Replica) -> list[Waiting]:
    """For the office: units of which two acts do not go together, written where neither knew of the other."""
    if replica.joined().role != OFFICE:
        return []
    return [
        Waiting(
            sort="unit",
            unit_name=fault.name,
            what=t(f"todo.{fault.code}", count=fault.count),
            why=[(t(f"todo.{fault.code}_why"), "bad")],
            unit=fault.unit,
        )
        for fault in unit_faults(replica)
    ]


def _returned(replica: Replica, ownerless: Nobodys) -> list[Waiting]:
    return [
        Waiting(
            sort="returned",
            unit_name=row.unit_name,
            what=f"{t('kind.' + row.kind)}  {row.title}",
            why=[(one_line(row.review.comment) if row.review else "", "warn")],
            record=row.record,
        )
        for row in reviews.returned_to(replica, replica.joined().person, ownerless)
    ]


def _requests(replica: Replica, this_day: str) -> list[Waiting]:
    """For the office: what it was asked for and has not ruled on, each in a row, but for this person's own."""
    identity = replica.joined()
    if identity.role != OFFICE:
        return []
    asked = [each for each in requests.pending(replica) if each.by != identity.person]
    rows = [
        Waiting(
            sort="request",
            unit_name=each.unit_name,
            what=f"{asks_words(each, this_day)}  {each.title}",
            why=[(author_words(replica, each.by), "plain"), (f"  {each.why}", "dim")],
            record=each.target,
            unit=each.unit,
        )
        for each in asked[:MOST]
    ]
    if len(asked) > MOST:
        words = t("todo.more", count=len(asked) - MOST)
        rows.append(Waiting(sort="request", unit_name="-", what=words, why=[], shown="reviews"))
    return rows


def _reviews(replica: Replica) -> list[Waiting]:
    """For the office: how many records wait for its review, in one row that opens the list."""
    count = reviews.count_to_review(replica) if replica.joined().role == OFFICE else 0
    if not count:
        return []
    words = t("todo.reviews", count=count)
    return [Waiting(sort="review", unit_name="-", what=words, why=[(t("todo.reviews_why"), "plain")])]


def _turns(replica: Replica, this_day: str, ownerless: Nobodys) -> list[Waiting]:
    """The follow-ups whose turn is this person's, sort by sort, and what became of questions she asked the office."""
    found = turns(replica, this_day, soon(this_day), MOST, ownerless)
    rows = []
    for sort in TURNS:
        part: Part = getattr(found, sort)
        rows += [_turn(replica, sort, row, this_day) for row in part.rows]
        if part.more:
            words = t("todo.more", count=part.more)
            why = [(t("todo.more_why"), "dim")]
            rows.append(Waiting(sort=sort, unit_name="-", what=words, why=why, shown=TURNS[sort]))
    return rows


def _turn(replica: Replica, sort: str, row: Turn, this_day: str) -> Waiting:
    why: list[Span] = [due_words(row.status, row.due_on, this_day)]
    if sort in ("to_verify", "to_close"):
        why = [(t(f"todo.{sort}_why", name=author_words(replica, row.who)), "accent")]
    elif sort == "answered":
        why = [_answered_words(replica, row, this_day)]
    elif sort == "to_answer":
        why.append((t("todo.to_answer_why", name=author_words(replica, row.who)), "dim"))
    elif sort == "others":
        why.append(("  " + author_words(replica, row.who), "dim"))
    what = f"{t('nature.' + row.nature)}  {row.title}"
    return Waiting(sort=sort, unit_name=row.unit_name, what=what, why=why, record=row.record, unit=row.unit)


def _answered_words(replica: Replica, row: Turn, this_day: str) -> Span:
    if not row.settled_on:
        return t("todo.answered_why", name=author_words(replica, row.who)), "accent"
    status = status_words(row.nature, row.status)
    return t("todo.settled_why", day=short(row.settled_on, this_day), status=status), "good"


def _visits(replica: Replica, this_day: str) -> list[Waiting]:
    return [
        Waiting(
            sort="visit",
            unit_name=visit.name,
            what=t("todo.last_visit", day=visit.last_visit) if visit.last_visit else t("todo.no_visit"),
            why=[("; ".join(map(reason_words, visit.reasons)), "plain")],
            unit=visit.unit,
        )
        for visit in visits(replica, this_day, _VISITS)
    ]
