"""The units in scope as a list, by pinyin, and which of them a person means. Read through `query`."""

from __future__ import annotations

from sync.replica.replica import Replica
from sync.replica.views import Listing, UnitRow


def units(replica: Replica, text: str = "", category: str | None = None, today: str = "") -> Listing[UnitRow]:
    """The units in scope by pinyin; `text` filters by part of the name, of its pinyin or of its initials."""
    where, values = _unit_filter(text, category)
    (count,) = replica.connection.execute(f"SELECT count(*) FROM unit WHERE {where}", values).fetchone()

    def rows(offset: int, limit: int) -> list[UnitRow]:
        found = replica.connection.execute(
            f"SELECT ledger, name, category, last_visit, open FROM unit WHERE {where}"
            " ORDER BY pinyin, ledger LIMIT ? OFFSET ?",
            (*values, limit, offset),
        ).fetchall()
        late = overdue(replica, [row[0] for row in found if row[4]], today)
        return [
            UnitRow(id=id_, name=name, category=kind, last_visit=visit, open=open_, overdue=late.get(id_, 0))
            for id_, name, kind, visit, open_ in found
        ]

    return Listing(count, rows)


def _unit_filter(text: str, category: str | None) -> tuple[str, tuple[str, ...]]:
    where = "withdrawn = 0"
    values: tuple[str, ...] = ()
    needle = "".join(text.lower().split())
    if needle:
        where += " AND (instr(lower(name), ?) OR instr(initials, ?) OR instr(pinyin, ?))"
        values = (text.strip().lower(), needle, needle)
    if category:
        where, values = f"{where} AND category = ?", (*values, category)
    return where, values


def overdue(replica: Replica, unit_ids: list[str], today: str) -> dict[str, int]:
    """How many open follow-ups of these units are past their date; units without any are left out."""
    if not unit_ids or not today:
        return {}
    marks = ",".join("?" * len(unit_ids))
    return dict(
        replica.connection.execute(
            f"SELECT ledger, count(*) FROM follow_up WHERE ledger IN ({marks}) AND open = 1 AND due_on < ?"
            " GROUP BY ledger",
            (*unit_ids, today),
        ).fetchall()
    )


def find_unit(replica: Replica, text: str) -> str | None:
    """The unit meant by an id, a full name, or a part of a name, pinyin or initials that fits only one."""
    exact = replica.connection.execute(
        "SELECT ledger FROM unit WHERE ledger = ? OR name = ? ORDER BY ledger = ? DESC LIMIT 2", (text, text, text)
    ).fetchall()
    if exact:
        return str(exact[0][0])
    listing = units(replica, text)
    return listing.rows(0, 1)[0].id if text.strip() and listing.count == 1 else None
