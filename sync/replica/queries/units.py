"""The units in scope as a list, by pinyin, and which of them a person means. Read through `query`."""

from __future__ import annotations

from sync.console.full_width import as_meant, folded
from sync.replica.as_of.existing_units import units_there
from sync.replica.as_of.participants import participants_on
from sync.replica.as_of.planning_then import NO_ITEMS, items_then, last_visits
from sync.replica.queries.rows import Listing, UnitRow
from sync.replica.replica import Replica
from sync.replica.storage import fast_reads


def units(
    replica: Replica, text: str = "", category: str | None = None, today: str = "", *, closed: bool = False
) -> Listing[UnitRow]:
    """The units in scope by pinyin, or those that have closed; `text` filters as in `glance.unit_rows`."""

    def rows(offset: int, limit: int) -> list[UnitRow]:
        found = fast_reads.unit_rows(
            replica.connection, text, category, today=today, offset=offset, limit=limit, closed=closed
        )
        return [
            UnitRow(id=id_, name=name, category=kind, last_visit=visit, open=open_, overdue=overdue)
            for id_, name, kind, visit, open_, overdue in found
        ]

    return Listing(fast_reads.unit_count(replica.connection, text, category, closed=closed), rows)


def units_then(
    replica: Replica,
    day: str,
    text: str = "",
    category: str | None = None,
    *,
    campaign: str = "",
    closed: bool = False,
) -> list[UnitRow]:
    """Return the units that were there at the end of a day, or had closed by then, as `units` lists them.

    `campaign`: those that took part in that one on that day, with the visits and follow-ups of it.
    """
    fitting = {row.id for each in (False, True) for row in _all(units(replica, text, closed=each))}
    wanted = as_meant(category) if category else ""
    taking_part = participants_on(replica, day).of(campaign, day, day) if campaign else None
    visits, items = last_visits(replica, day, campaign), items_then(replica, day, day, campaign)
    there = units_there(replica, day, since="0" if closed else "")
    found = []
    for unit, name, fields in there:
        kind = str(fields.get("category", "other"))
        is_closed = str(fields.get("closed_on") or "9999") <= day
        if unit not in fitting or wanted not in ("", kind) or is_closed is not closed:
            continue
        if taking_part is not None and unit not in taking_part:
            continue
        open_, overdue, *_ = items.get(unit, NO_ITEMS)
        visit = visits.get(unit, "")
        found.append(UnitRow(id=unit, name=name, category=kind, last_visit=visit, open=open_, overdue=overdue))
    return found


def _all(listing: Listing[UnitRow]) -> list[UnitRow]:
    return listing.rows(0, listing.count)


def find_unit(replica: Replica, text: str) -> str | None:
    """The unit meant by an id, a full name, or a part of a name, pinyin or initials that fits only one.

    A former name means the unit as well; a closed one is meant where no other is.
    """
    meant = as_meant(text)
    exact = (
        replica.connection.execute(
            "SELECT ledger FROM unit WHERE ledger = ? OR name = ? ORDER BY ledger = ? DESC LIMIT 2",
            (meant, text, meant),
        ).fetchall()
        or replica.connection.execute(
            "SELECT ledger FROM unit WHERE folded(name) = ? LIMIT 2", (folded(text),)
        ).fetchall()
    )
    if exact:
        return str(exact[0][0])
    if not text.strip():
        return None
    listing = units(replica, text)
    listing = listing if listing.count else units(replica, text, closed=True)
    return listing.rows(0, 1)[0].id if listing.count == 1 else None
