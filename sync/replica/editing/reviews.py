"""The office's reviews of records: accepted, or returned with a comment; what waits for one, and what came back.

A review names the record (`target`) and the version its author had read (`version`, an entry's hash). A returned record
waits for its author until it has a newer version; then it waits for the office again. All of it is entries, so it works
offline and no clock decides.
"""

from __future__ import annotations

import msgspec

from sync.replica import query
from sync.replica.as_of.on_duty import Nobodys
from sync.replica.editing import edits, requests
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.tables import BY_NAME, FIELDS_JOIN, record_fields
from sync.replica.replica import Replica
from sync.system.sql_lists import listed

KIND = "review"
ACCEPTED, RETURNED = "accepted", "returned"
REVIEWED = ("inspection", "liaison_note")  # kinds the office reviews
MOST_LISTED = 500


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One review. `version` is the hash of the newest entry that was reviewed; empty if it was not said."""

    record: str
    target: str
    ledger: str
    verdict: str
    comment: str
    version: str
    by: str
    at: str


class Reviewed(msgspec.Struct, frozen=True, kw_only=True):
    """A record in a list of reviews. `review` is the newest one, `corrected` says that a version followed it."""

    record: str
    unit: str
    unit_name: str
    kind: str
    title: str
    day: str
    by: str
    review: Review | None = None
    corrected: bool = False


def of_record(replica: Replica, ledger: str, record: str) -> list[Review]:
    """The reviews of one record, the newest first."""
    return [each for each in _reviews(replica, "AND r.ledger = ?", ledger) if each.target == record]


def returned_to(replica: Replica, person: str, ownerless: Nobodys | None = None) -> list[Reviewed]:
    """This person's records that the office has returned and that have no newer version, newest day first.

    With them those that are nobody's any more and this person's to see to, if it is said which (`on_duty`).
    """
    waiting = [row for row in _returned(replica) if not row.corrected]
    rows = [row for row in waiting if row.by == person or (ownerless is not None and ownerless.has(row.unit, row.by))]
    return sorted(rows, key=lambda row: (row.day, row.record, row.unit), reverse=True)


def to_review(replica: Replica) -> list[Reviewed]:
    """What the office has not reviewed: corrections of what was returned first, then records, the newest first."""
    newest = _newest(replica)
    returned = [_row(replica, review) for review in newest.values() if review.verdict == RETURNED]
    corrected = [row for row in returned if row is not None and row.corrected]
    return sorted(corrected, key=lambda row: (row.day, row.record, row.unit), reverse=True) + _unreviewed(
        replica, set(newest)
    )


def count_to_review(replica: Replica) -> int:
    """Return how many records wait for a review, however many `to_review` lists."""
    counted = 0
    for kind in REVIEWED:  # each has an index of its own, of those that stand
        (count,) = replica.connection.execute(
            f"SELECT count(*) FROM record WHERE kind = '{kind}' AND withdrawn = 0"
        ).fetchone()
        counted += count
    (reviewed,) = replica.connection.execute(
        "SELECT count(DISTINCT r.id) FROM review v CROSS JOIN entry n ON n.record = v.target"
        f" CROSS JOIN record r ON r.id = n.id WHERE r.kind IN {listed(REVIEWED)} AND r.withdrawn = 0",
        REVIEWED,
    ).fetchone()
    return counted - int(reviewed) + sum(row.corrected for row in _returned(replica))


def review(replica: Replica, record: str, verdict: str, comment: str) -> Written:
    """Accept a record or return it; a request is granted or refused.

    Raises `Refused` (`not_found`, `not_reviewed`, `comment_needed`, and for a request what `requests.rule` raises).
    """
    found = query.record(replica, record)
    if found is None:
        raise Refused("not_found", "There is no such record here.")
    if found.kind == requests.KIND:
        return requests.rule(replica, record, grant=verdict == ACCEPTED, comment=comment)
    if found.kind not in REVIEWED or found.withdrawn:
        raise Refused("not_reviewed", "The office reviews inspections and liaison notes that stand.")
    if verdict == RETURNED and not comment.strip():
        raise Refused("comment_needed", "What is returned says what is to be put right.")
    fields = {"target": record, "verdict": verdict, "version": found.versions[-1].hash}
    return edits.create(replica, KIND, found.ledger, fields | ({"comment": comment} if comment.strip() else {}))


def _reviews(replica: Replica, where: str = "", *values: object) -> list[Review]:
    found = replica.connection.execute(
        f"SELECT r.record, r.ledger, r.by, r.at, r.fields, e.body FROM record r {FIELDS_JOIN}"
        f" WHERE r.kind = 'review' AND r.withdrawn = 0 {where} ORDER BY r.at DESC, r.record DESC, r.ledger",
        values,
    )
    reviews = []
    for record, ledger, by, at, stored, body in found:
        fields = {name: str(value) for name, value in record_fields(stored, body).items()}
        reviews.append(
            Review(
                record=record,
                target=fields.get("target", ""),
                ledger=ledger,
                verdict=fields.get("verdict", ""),
                comment=fields.get("comment", ""),
                version=fields.get("version", ""),
                by=by,
                at=at,
            )
        )
    return reviews


def _newest(replica: Replica) -> dict[str, Review]:
    newest: dict[str, Review] = {}
    for each in _reviews(replica):
        newest.setdefault(each.target, each)
    return newest


def _returned(replica: Replica) -> list[Reviewed]:
    """Return the records that the newest review returned, by reading the reviews of those that ever were."""
    newest: dict[str, Review] = {}
    for each in _reviews(replica, _EVER_RETURNED, RETURNED):
        newest.setdefault(each.target, each)
    found = [_row(replica, review) for review in newest.values() if review.verdict == RETURNED]
    return [row for row in found if row is not None]


_EVER_RETURNED = "AND r.id IN (SELECT v.id FROM review t JOIN review v ON v.target = t.target WHERE t.verdict = ?)"


def _row(replica: Replica, review: Review) -> Reviewed | None:
    found = query.record(replica, review.target)
    if found is None or found.kind not in REVIEWED or found.withdrawn or found.ledger != review.ledger:
        return None
    day, title = replica.connection.execute(
        f"SELECT r.day, r.title FROM {BY_NAME} WHERE n.record = ? AND r.ledger = ?", (found.record, found.ledger)
    ).fetchone()
    return Reviewed(
        record=found.record,
        unit=found.ledger,
        unit_name=query.unit_name(replica, found.ledger),
        kind=found.kind,
        title=title,
        day=day,
        by=found.by,
        review=review,
        corrected=not found.versions[-1].is_called(review.version),
    )


def _unreviewed(replica: Replica, reviewed: set[str]) -> list[Reviewed]:
    found = replica.connection.execute(
        "SELECT r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.title, r.day, r.by FROM record r"
        f" LEFT JOIN unit u ON u.ledger = r.ledger WHERE r.kind IN {listed(REVIEWED)} AND r.withdrawn = 0"
        " ORDER BY r.day DESC, r.record DESC, r.ledger LIMIT ?",
        (*REVIEWED, MOST_LISTED + len(reviewed)),
    )
    rows = [
        Reviewed(record=record, unit=ledger, unit_name=name, kind=kind, title=title, day=day, by=by)
        for record, ledger, name, kind, title, day, by in found
        if record not in reviewed
    ]
    return rows[:MOST_LISTED]
