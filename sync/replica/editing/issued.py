"""Issued briefs as a laptop holds them: the list with their numbers, issuing one, and what is behind its figures.

What a brief said is read from its entry and its attachment and never counted again.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from sync.ledger.brief_contents import (
    MEDIA_TYPE,
    Behind,
    Breakdowns,
    Said,
    packed,
    read_behind,
    read_breakdowns,
    read_said,
)
from sync.ledger.ids import LEDGER_DISTRICT
from sync.model import briefs, validation
from sync.model.briefs import ALL_CAMPAIGNS, KIND, Stated
from sync.protocol.blobs import FIELD, MAX_BLOB_BYTES
from sync.replica.editing import attachments, edits
from sync.replica.editing.edits import Refused, Written
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.queries.status import status
from sync.replica.replica import Replica, is_unfinished
from sync.replica.storage.connect import Connection
from sync.system.sql_lists import listed

_AT_ONCE = 500  # records
_WITHDRAWN = 1  # in `record.withdrawn`


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A brief that was issued. `number` is the one it has, `stated` the one its office gave it.

    `campaign` is empty for a brief over all of them. `is_settled`: the store has it, so its number stays. `attachment`
    names its breakdowns and its list, `is_here` says whether they are on this laptop. `said` is empty in a list.
    """

    record: str
    number: int
    stated: int
    year: str
    campaign: str
    since: str
    until: str
    day: str
    by: str
    at: str
    withdrawn: bool
    flaws: int
    is_settled: bool
    attachment: str
    is_here: bool
    digests: dict[str, str] = {}
    said: Said = Said()


class NewBrief(msgspec.Struct, frozen=True, kw_only=True):
    """What a brief is to say: `campaign` empty for all of them, totals with their digests, and what is behind."""

    campaign: str
    since: str
    until: str
    day: str
    said: Said
    digests: dict[str, str]
    breakdowns: Breakdowns
    behind: Behind


def issued_briefs(replica: Replica) -> list[Issued]:
    """Return every issued brief held here, the newest first, withdrawn ones among them."""
    return [each for each, _ in _all(replica)]


def issued_brief(replica: Replica, record: str) -> Issued | None:
    """Return one issued brief with what it said; None if there is none here."""
    for each, fields in _all(replica):
        if each.record == record:
            digests = fields.get("digests")
            known = {ref: str(one) for ref, one in digests.items()} if isinstance(digests, dict) else {}
            return msgspec.structs.replace(each, said=read_said(fields.get("figures")), digests=known)
    return None


def _all(replica: Replica) -> list[tuple[Issued, dict[str, Any]]]:
    """Return every issued brief with its fields, the newest first, and those of one day by their numbers."""
    rows = replica.connection.execute(_BRIEFS, (LEDGER_DISTRICT, KIND)).fetchall()
    fields = {row[0]: record_fields(row[-2], row[-1]) for row in rows}
    stated = [_stated(row[0], row[1], row[6], fields[row[0]]) for row in rows]
    number = briefs.numbers(stated)
    found = [
        (_issued(replica, row, one, number, fields[row[0]]), fields[row[0]])
        for row, one in zip(rows, stated, strict=True)
    ]
    found.sort(key=lambda pair: (pair[0].day, pair[0].number, pair[0].record), reverse=True)
    return found


def _stated(record: str, day: str, arrived: int | None, fields: Mapping[str, Any]) -> Stated:
    number = fields.get("number")
    return Stated(
        record=record,
        campaign=str(fields.get("campaign", "")),
        year=day[:4],
        number=number if isinstance(number, int) else 0,
        arrived=arrived,
    )


def _issued(
    replica: Replica, row: Sequence[Any], stated: Stated, number: Mapping[str, int], fields: Mapping[str, Any]
) -> Issued:
    record, day, by, at, withdrawn, flaws, arrived, *_ = row
    attachment = str(fields.get("attachment", ""))
    return Issued(
        record=record,
        number=number[record],
        stated=stated.number,
        year=stated.year,
        campaign="" if stated.campaign == ALL_CAMPAIGNS else stated.campaign,
        since=str(fields.get("from", "")),
        until=str(fields.get("to", "")),
        day=day,
        by=by,
        at=at,
        withdrawn=withdrawn == _WITHDRAWN,
        flaws=flaws,
        is_settled=arrived is not None,
        attachment=attachment,
        is_here=attachments.is_here(replica, attachment),
    )


# The entry that issued a brief is the one that names its campaign; a withdrawal does not.
_BRIEFS = (
    "SELECT r.record, r.day, r.by, r.at, r.withdrawn, r.flaws, (SELECT min(n.number) FROM entry n"
    " WHERE n.record = r.record AND n.code = '' AND instr(n.body, CAST('\"campaign\":' AS BLOB)) > 0),"
    f" r.fields, e.body FROM record r {FIELDS_JOIN} WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn <> 2"
    " ORDER BY r.day, r.record"
)


def next_number(replica: Replica, campaign: str, day: str) -> int:
    """Return the number of a brief of a campaign (empty for all of them) issued on a day: the highest seen and one."""
    series = (campaign, day[:4])
    return max((each.number for each in issued_briefs(replica) if (each.campaign, each.year) == series), default=0) + 1


# --- issuing ---------------------------------------------------------------------------------------------------------


def must_be_ready(replica: Replica) -> None:
    """Raise `Refused` unless this laptop may issue a brief now: the office's, with nothing unsent and all received."""
    if replica.joined().role != validation.OFFICE:
        raise Refused("office_issues", "Only the office issues briefs.")
    if status(replica).pending:
        raise Refused("unsent", "A brief is issued with nothing unsent on this laptop.")
    if is_unfinished(replica):
        raise Refused("not_all_here", "A brief is issued once everything has been received.")


def keep_in(replica: Replica, connection: Connection, new: NewBrief) -> Written:
    """Issue a brief in the transaction that is open; raises `Refused`, or `InvalidFields` for one that is too large."""
    must_be_ready(replica)
    content = packed(new.breakdowns, new.behind)
    if len(content) > MAX_BLOB_BYTES:
        raise Refused("attachment_size", f"The list is larger than {MAX_BLOB_BYTES // 2**20} MiB.")
    number, name = next_number(replica, new.campaign, new.day), hashlib.sha256(content).hexdigest()
    said = {"name": f"brief-{new.day[:4]}-{number}.json.gz", "type": MEDIA_TYPE, "size": len(content)}
    fields = {
        "campaign": new.campaign or ALL_CAMPAIGNS,
        "from": new.since,
        "to": new.until,
        "number": number,
        "issued_on": new.day,
        "figures": msgspec.to_builtins(new.said),
        "digests": new.digests,
        "attachment": name,
        FIELD + name: said,
    }
    attachments.hold(connection, attachments.File(name, said, content), attachments.UNSENT)
    record = briefs.record_of(validation.tidy(KIND, fields))  # of what is kept, to the letter
    return edits.create_in(replica, connection, KIND, LEDGER_DISTRICT, fields, record=record)


# --- what is behind --------------------------------------------------------------------------------------------------


def breakdowns(replica: Replica, issued: Issued) -> Breakdowns | None:
    """Return the breakdowns of a brief; None where they are not here or cannot be read. The list is not touched."""
    start = b""
    for part in attachments.content(replica, issued.attachment) if issued.is_here else ():
        start += part
        with contextlib.suppress(ValueError):  # there may be more of it
            return read_breakdowns(start)
    return None


def behind(replica: Replica, issued: Issued) -> Behind | None:
    """Return the list behind a brief; None where it is not here or cannot be read."""
    try:
        return read_behind(b"".join(attachments.content(replica, issued.attachment))) if issued.is_here else None
    except ValueError:
        return None


def may_fetch(replica: Replica) -> bool:
    """Whether this laptop has the whole district, so that the store gives it the lists behind issued briefs."""
    return replica.reach is not None and replica.reach.everything


def entries_behind(replica: Replica, named: Iterable[str]) -> dict[str, bytes]:
    """Return the hashes of the entries of each of these records, one after the other in their order.

    Of entries that have content and are not kept apart; the records come by their ids.
    """
    wanted = sorted(set(named))  # in the order of the index
    found = dict.fromkeys(wanted, b"")
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        for record, hash_ in replica.connection.execute(_ENTRIES.format(records=listed(chunk)), chunk):
            found[record] += hash_
    return found


_ENTRIES = (
    "SELECT record, hash FROM entry WHERE record IN {records} AND code = '' AND body IS NOT NULL ORDER BY record, hash"
)


def states_behind(replica: Replica, named: Iterable[str]) -> dict[str, str]:
    """Return what records are that count no more: `withdrawn`, `erased` (content gone) or `gone`; others are absent."""
    wanted = sorted(set(named))
    states = dict.fromkeys(wanted, "gone")
    for start in range(0, len(wanted), _AT_ONCE):
        chunk = wanted[start : start + _AT_ONCE]
        for record, withdrawn, emptied in replica.connection.execute(_STATES.format(records=listed(chunk)), chunk):
            state = "erased" if emptied else "withdrawn" if withdrawn == _WITHDRAWN else "gone"
            states[record] = "" if withdrawn == 0 and not emptied else state
    return {record: state for record, state in states.items() if state}


# The first entry of a record is its row's; erased, it is a head without its content.
_STATES = (
    "SELECT n.record, max(r.withdrawn), max(n.body IS NULL AND n.code = '') FROM entry n"
    " LEFT JOIN record r ON r.id = n.id WHERE n.record IN {records} GROUP BY n.record"
)
