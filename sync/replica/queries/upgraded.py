"""What the upgrade to days and campaigns changed of an older file: the records whose day or campaign is another now.

Before it a record without a stated day had the day of its instant in UTC, and every record counted in the one campaign
that was worked in. The migration notes what differs; it is said once by each of the two programs, and can be listed.
"""

from __future__ import annotations

import msgspec

from sync.model.upgrade_changes import Changed, listed_order
from sync.replica.projection.campaign_of import read_runs
from sync.replica.replica import Replica
from sync.replica.storage.connect import Connection, ReplicaError
from sync.system.sql_lists import listed

_NOTED = "upgraded"  # setting: an `_Upgrade` as JSON; absent where nothing changed
_TOLD = "upgraded_told"  # setting: who has said it, separated by commas
_ARE_PLACED = "r.ledger NOT IN ('district', 'staff') AND r.kind <> 'unit'"


class _Upgrade(msgspec.Struct):
    """The campaign that was worked in, the newest entry there was, and the days records had, by the rows' ids."""

    campaign: str
    last: int
    days: dict[str, str]


_upgrade = msgspec.json.Decoder(_Upgrade).decode


def keep_days(connection: Connection) -> None:
    """Keep the days of an older file's records in a temporary table, if it has any."""
    columns = {name for _, name, *_ in connection.execute("PRAGMA table_info(record)")}
    if not {"record", "ledger", "kind", "day"} <= columns or "campaign" in columns:
        return
    connection.execute(
        "CREATE TEMP TABLE day_before AS SELECT r.record AS record, r.ledger AS ledger, r.day AS day FROM record r"
        f" WHERE {_ARE_PLACED}"
    )
    connection.execute("CREATE INDEX temp.day_before_record ON day_before (record, ledger)")


def note_changes(connection: Connection) -> None:
    """Note which records have another day or campaign than `keep_days` kept, once all rows are made anew."""
    if connection.execute("SELECT 1 FROM temp.sqlite_schema WHERE name = 'day_before'").fetchone() is None:
        return
    days = connection.execute(
        "SELECT r.id, b.day FROM temp.day_before b CROSS JOIN entry n ON n.record = b.record"
        " CROSS JOIN record r ON r.id = n.id AND r.ledger = b.ledger WHERE r.day <> b.day"
    )
    found = {str(id_): day for id_, day in days}
    connection.execute("DROP TABLE temp.day_before")
    (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM entry").fetchone()
    upgrade = _Upgrade(campaign=_worked_in(connection), last=last, days=found)
    if found or _elsewhere(connection, upgrade):
        values = (_NOTED, msgspec.json.encode(upgrade).decode())
        connection.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", values)


def _worked_in(connection: Connection) -> str:
    """Return the campaign that the program before worked in: the chosen one, else the one that begins last."""
    runs = read_runs(connection)
    row = connection.execute("SELECT value FROM setting WHERE name = 'campaign'").fetchone()
    if row is not None and row[0] in runs:
        return str(row[0])
    return max(runs.values(), key=lambda run: run.starts_on).id if runs else ""


def _elsewhere(connection: Connection, upgrade: _Upgrade) -> set[int]:
    if not upgrade.campaign:
        return set()
    rows = connection.execute(
        "SELECT id FROM record WHERE placed = 1 AND id <= ? AND campaign <> ?", (upgrade.last, upgrade.campaign)
    )
    return {id_ for (id_,) in rows}


def has_changes(replica: Replica) -> bool:
    """Whether an upgrade changed the day or campaign of any record of this file."""
    return replica.setting(_NOTED) is not None


def changes(replica: Replica) -> list[Changed]:
    """Return the records that have another day or campaign since the upgrade, by unit and day."""
    text = replica.setting(_NOTED)
    if text is None:
        return []
    upgrade = _upgrade(text)
    wanted = sorted({int(id_) for id_ in upgrade.days} | _elsewhere(replica.connection, upgrade))
    found: list[Changed] = []
    for first in range(0, len(wanted), _CHUNK):
        chunk = wanted[first : first + _CHUNK]
        for id_, record, unit, name, kind, title, day, campaign, placed in replica.connection.execute(
            f"{_NAMED} WHERE r.id IN {listed(chunk)}", chunk
        ):
            before = upgrade.campaign if placed else campaign
            day_before = upgrade.days.get(str(id_), day)
            found.append(Changed(record, unit, name, kind, title, day_before, day, before, campaign))
    return sorted(found, key=listed_order)


_CHUNK = 500
_NAMED = (
    "SELECT r.id, r.record, r.ledger, coalesce(u.name, r.ledger), r.kind, r.title, r.day, r.campaign, r.placed"
    " FROM record r LEFT JOIN unit u ON u.ledger = r.ledger"
)


def tell_once(replica: Replica, program: str) -> tuple[int, int]:
    """Return how many records have another day, and another campaign, the first time a program asks; then none."""
    told = (replica.setting(_TOLD) or "").split(",")
    if replica.setting(_NOTED) is None or program in told:
        return 0, 0
    try:
        replica.set_setting(_TOLD, ",".join(filter(None, [*told, program])))
    except ReplicaError:
        return 0, 0  # a file that cannot be written to has more urgent things to say
    found = changes(replica)
    days = sum(each.day != each.day_before for each in found)
    return days, sum(each.campaign != each.campaign_before for each in found)
