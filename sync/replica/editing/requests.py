"""Requests to put off, give up or withdraw a follow-up: asked on any laptop, ruled on by the office, both offline.

A request waits until a review names it. What the review allows is written in the same act: the edit of the follow-up,
which names the review in `ruling`. Nobody rules on her own request.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from sync.ledger import ids
from sync.ledger.governance import GIVE_UP, PUT_OFF, WITHDRAW
from sync.model.kinds import OFFICE
from sync.replica.as_of.calendar import today
from sync.replica.as_of.on_duty import is_alone_in_office
from sync.replica.editing import edits
from sync.replica.editing.drafts import Draft
from sync.replica.editing.edits import NeedsRuling, Refused, Written
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, load_edits, record_fields
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection

KIND = "request"
PENDING, GRANTED, REFUSED, MOOT, TAKEN_BACK = "pending", "granted", "refused", "moot", "taken_back"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a follow-up (`target`) of a unit. `due_on`: the day it asks for, where it asks to put off.

    `state`: it waits for the office, was granted or refused, was taken back before that, or is moot, since its
    follow-up has ended otherwise.
    """

    record: str
    unit: str
    unit_name: str
    target: str
    title: str
    asks: str
    due_on: str
    why: str
    by: str
    at: str
    day: str
    state: str
    ruled_by: str = ""
    ruled_at: str = ""
    comment: str = ""


def step(replica: Replica, record: str, status: str, progress: str = "", on: str = "") -> Written:
    """Move a follow-up on as `append.step` does; what is the office's to allow is asked instead, for `progress`."""
    with replica.transaction() as connection:
        try:
            return edits.step_in(replica, connection, record, status, progress, on)
        except NeedsRuling as needed:
            return ask_in(replica, connection, record, needed.asks, progress)


def withdraw(replica: Replica, record: str, why: str) -> Written:
    """Withdraw a record as `append.withdraw` does; what is the office's to allow is asked instead.

    A request is taken back by who asked, until the office has ruled (`Refused`: `not_asker`, `ruled_already`).
    """
    with replica.transaction() as connection:
        try:
            return edits.correct_in(replica, connection, record, {"withdrawn": True}, why)
        except NeedsRuling as needed:
            return ask_in(replica, connection, record, needed.asks, why)


def correct(
    replica: Replica, record: str, fields: Mapping[str, Any], why: str, *, draft: Draft | None = None
) -> Written:
    """Correct a record as `append.correct` does; what is the office's to allow is asked, and the rest written."""
    with replica.transaction() as connection:
        return correct_in(replica, connection, record, fields, why, draft=draft)


def correct_in(
    replica: Replica,
    connection: Connection,
    record: str,
    fields: Mapping[str, Any],
    why: str,
    *,
    draft: Draft | None = None,
) -> Written:
    """The same inside a transaction that is open."""
    try:
        return edits.correct_in(replica, connection, record, fields, why, draft=draft)
    except NeedsRuling as needed:
        asked = ask_in(replica, connection, record, needed.asks, why, due_on=str(fields.get("due_on") or ""))
        rest = {name: value for name, value in fields.items() if name not in _OF_REQUEST[needed.asks]}
        if rest.keys() <= {"on", "correction"}:
            edits.end_draft(connection, draft)
            return asked
        written = edits.correct_in(replica, connection, record, rest, why, draft=draft)
        return msgspec.structs.replace(written, asks=asked.asks, request=asked.request)


_OF_REQUEST = {PUT_OFF: ("due_on",), GIVE_UP: ("status", "progress"), WITHDRAW: ("withdrawn",)}


def ask(replica: Replica, target: str, asks: str, why: str, due_on: str = "") -> Written:
    """Ask the office to put off (to `due_on`), give up or withdraw a follow-up.

    Raises `Refused` (`not_found`, `reason_needed`, `asked_already`), and `InvalidFields`.
    """
    with replica.transaction() as connection:
        return ask_in(replica, connection, target, asks, why, due_on=due_on)


def ask_in(replica: Replica, connection: Connection, target: str, asks: str, why: str, *, due_on: str = "") -> Written:
    """The same inside a transaction that is open."""
    if not why.strip():
        raise Refused("reason_needed", "A request says why.")
    row = connection.execute(
        f"SELECT r.ledger FROM {BY_NAME} WHERE n.record = ? AND r.kind = 'follow_up'", (target,)
    ).fetchone()
    if row is None:
        raise Refused("not_found", "There is no such follow-up here.")
    if any(each.asks == asks for each in of_follow_up(replica, row[0], target) if each.state == PENDING):
        raise Refused("asked_already", "The office has been asked for this already, and has not ruled yet.")
    fields = {"target": target, "asks": asks, "why": why} | ({"due_on": due_on} if due_on else {})
    written = edits.create_in(replica, connection, KIND, row[0], fields)
    return msgspec.structs.replace(written, asks=asks, request=written.record)


def to_take_back(replica: Replica, unit: str, target: str) -> Request | None:
    """Return the newest request of a follow-up that this person may take back; None without."""
    me = replica.joined().person
    asked = of_follow_up(replica, unit, target)
    return next((each for each in asked if each.state == PENDING and each.by == me), None)


def rule(replica: Replica, record: str, *, grant: bool, comment: str) -> Written:
    """Grant a request or refuse it; what it asks is done in the same act. Returns where the review stands.

    Raises `Refused` (`not_found`, `not_office`, `own_request`, `own_request_alone`, `taken_back`, `ruled_already`,
    `moot`, `comment_needed`, or what the step refuses).
    """
    identity = replica.joined()
    with replica.transaction() as connection:
        request = one(replica, record)
        if request is None:
            raise Refused("not_found", "There is no such request here.")
        if identity.role != OFFICE:
            raise Refused("not_office", "The office rules on requests.")
        if request.by == identity.person:
            raise Refused(own_refusal(replica), "Nobody rules on her own request.")
        if request.state == MOOT:
            raise Refused("moot", "The follow-up has ended: there is nothing left to rule on.")
        if request.state == TAKEN_BACK:
            raise Refused("taken_back", "The request was taken back by who asked.")
        if request.state != PENDING:
            raise Refused("ruled_already", "The office has ruled on this request.")
        if not grant and not comment.strip():
            raise Refused("comment_needed", "What is refused says why.")
        return _rule(replica, connection, request, grant=grant, comment=comment.strip())


def own_refusal(replica: Replica) -> str:
    """Return the code under which somebody's own request is refused her: whether there is another who may rule."""
    return "own_request_alone" if is_alone_in_office(replica, today(replica)) else "own_request"


def _rule(replica: Replica, connection: Connection, request: Request, *, grant: bool, comment: str) -> Written:
    version = load_edits(connection, (request.unit, request.record))[-1].edit.hash
    fields = {"target": request.record, "verdict": "accepted" if grant else "returned", "version": version}
    fields |= {"comment": comment} if comment else {}
    review = ids.new_id()
    written = edits.create_in(replica, connection, "review", request.unit, fields, record=review)
    if grant:
        changes: dict[str, dict[str, Any]] = {
            PUT_OFF: {"due_on": request.due_on},
            GIVE_UP: {"status": "withdrawn", "progress": request.why},
            WITHDRAW: {"withdrawn": True},
        }
        fields = {**changes[request.asks], "ruling": review}
        edits.correct_in(replica, connection, request.target, fields, comment or request.why)
    return written


def pending(replica: Replica) -> list[Request]:
    """Return the requests that wait for the office, the oldest first."""
    found = _requests(replica, _WAITS)
    return sorted(found, key=lambda each: (each.day, each.record))


def of_follow_up(replica: Replica, unit: str, target: str) -> list[Request]:
    """Return the requests of one follow-up, the newest first."""
    found = _requests(replica, "q.target = ? AND q.ledger = ?", target, unit)
    return sorted(found, key=lambda each: (each.at, each.record), reverse=True)


def one(replica: Replica, record: str) -> Request | None:
    """Return one request; None if there is none here."""
    return next(iter(_requests(replica, "q.id IN (SELECT id FROM entry WHERE record = ?)", record)), None)


# A request is of a follow-up that is here; of several reviews the newest tells, but one that grants before all others,
# because what it granted is done. Reviews come first: most have one.
_FROM = (
    "FROM request q CROSS JOIN record r ON r.id = q.id"
    " LEFT JOIN review v ON v.target = r.record AND v.ledger = q.ledger"
    " CROSS JOIN entry n ON n.record = q.target CROSS JOIN follow_up f ON f.id = n.id AND f.ledger = q.ledger"
)
_WAITS = "v.id IS NULL AND f.open > 0 AND r.withdrawn = 0"
_REQUESTS = (
    "SELECT r.record, q.ledger, coalesce(u.name, q.ledger), q.target, f.title, q.asks, q.due_on, r.by, r.at, r.day,"
    f" f.open, r.withdrawn, r.fields, e.body, v.id, v.verdict {_FROM} {FIELDS_JOIN}"
    " LEFT JOIN unit u ON u.ledger = q.ledger"
)
_REVIEW = f"SELECT r.by, r.at, r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.id = ?"
_STATES = {"accepted": GRANTED, "returned": REFUSED}


def _requests(replica: Replica, where: str, *values: str) -> list[Request]:
    found: dict[tuple[str, str], Request] = {}
    for row in replica.connection.execute(f"{_REQUESTS} WHERE {where}", values).fetchall():
        *named, is_open, withdrawn, stored, body, review, verdict = row
        names = ("record", "unit", "unit_name", "target", "title", "asks", "due_on", "by", "at", "day")
        request = Request(
            **dict(zip(names, named, strict=True)),
            why=str(record_fields(stored, body).get("why", "")),
            state=TAKEN_BACK if withdrawn else PENDING if is_open else MOOT,
        )
        if review is not None:
            by, at, *fields = replica.connection.execute(_REVIEW, (review,)).fetchone()
            comment = str(record_fields(*fields).get("comment", ""))
            request = msgspec.structs.replace(
                request, state=_STATES.get(verdict, REFUSED), ruled_by=by, ruled_at=at, comment=comment
            )
        earlier = found.get((request.unit, request.record))
        if earlier is None or _tells_more(request, earlier):
            found[request.unit, request.record] = request
    return list(found.values())


def _tells_more(request: Request, earlier: Request) -> bool:
    """Whether a request as one review leaves it tells more than as another does."""
    ranks = [(each.state == GRANTED, each.ruled_at, each.ruled_by) for each in (request, earlier)]
    return ranks[0] > ranks[1]
