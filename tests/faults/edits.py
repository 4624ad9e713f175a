"""What a person is shown of each edit, and the law that it is the same everywhere, once, whichever twins a file holds.

An edit written again after a fork or a restoration stands in several entries, its twins. Their body is one, byte for
byte, so its digest tells here, by another road than the program's own, which entries are one edit.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations
from typing import Any

import msgspec

from supervisor_tui.reports.entries import as_csv
from sync.ledger.chains import HASH_PREFIX
from sync.replica import Replica, query
from sync.replica.editing import quarantine
from sync.replica.projection.tables import APART, heads
from sync.replica.queries.rows import Version

Key = tuple[str, str]  # ledger, record


class Shown(msgspec.Struct, kw_only=True):
    """What a laptop shows of each record: its versions, what became of it in the history, its lines in an export.

    `set_aside`: the bodies of what its list for the office holds; None on another laptop than the office's.
    """

    versions: dict[Key, list[Version]]
    states: dict[Key, str]
    exported: dict[Key, list[tuple[str, ...]]]
    set_aside: list[str] | None
    doubled: list[tuple[str, str]] = []  # what is shown twice: where, which body


def shown(replica: Replica) -> Shown:
    """Return all that is shown of every record."""
    found = replica.connection.execute(
        "SELECT ledger, record FROM record WHERE withdrawn <> ? ORDER BY ledger, record", (APART,)
    ).fetchall()
    names = _bodies(replica)
    seen = Shown(
        versions={(ledger, record): _versions(replica, record) for ledger, record in found},
        states={key: state for ledger in {ledger for ledger, _ in found} for key, state in _states(replica, ledger)},
        exported=_exported(replica),
        set_aside=[names.get(row.target, row.target) for row in quarantine.to_rule(replica)]
        if quarantine.sees_all(replica)
        else None,
    )
    for (_, record), versions in seen.versions.items():
        seen.doubled += _more_than_once(record, (names.get(each.hash, each.hash) for each in versions))
    for (_, record), lines in seen.exported.items():
        seen.doubled += _more_than_once(f"{record} exported", (names.get(line[0], line[0]) for line in lines))
    seen.doubled += _more_than_once("set aside", seen.set_aside or ())
    return seen


def _more_than_once(where: str, bodies: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from ((where, body) for body, times in Counter(bodies).items() if times > 1)


def _versions(replica: Replica, record: str) -> list[Version]:
    found = query.record(replica, record)
    assert found is not None
    read = [_as_anybody_reads(version) for version in found.versions]
    apart = sorted((version for version in read if version.verdict == "apart"), key=lambda each: each.hash)
    return [version for version in read if version.verdict != "apart"] + apart


def _as_anybody_reads(version: Version) -> Version:
    """What is kept apart is its author's and the office's to read, its time among it; `names` are this file's."""
    version = msgspec.structs.replace(version, names=())
    if version.verdict != "apart":
        return version
    return msgspec.structs.replace(version, at="", by="", why="", set={})


def _states(replica: Replica, ledger: str) -> Iterator[tuple[Key, str]]:
    listing = query.history(replica, ledger)
    for row in listing.rows(0, listing.count):
        if not row.apart:
            yield (ledger, row.record), row.state


def _exported(replica: Replica) -> dict[Key, list[tuple[str, ...]]]:
    lines: dict[Key, list[tuple[str, ...]]] = {}
    for row in csv.DictReader(io.StringIO(b"".join(as_csv(replica)).decode("utf-8-sig"))):
        said = (row["by"], row["at"], row["why"], row["set"]) if row["verdict"] == "accepted" else ()
        lines.setdefault((row["ledger"], row["record"]), []).append((row["hash"], row["verdict"], *said))
    return {key: sorted(each) for key, each in lines.items()}


def _bodies(replica: Replica) -> dict[str, str]:
    """Return the digest of each edit's body, by every hash that names the edit here."""
    names: dict[str, str] = {}
    for hash_, raw in replica.connection.execute("SELECT hash, head FROM entry"):
        head = heads.decode(raw)
        names[HASH_PREFIX + hash_.hex()] = head.body
        if head.was:
            names.setdefault(head.was, head.body)
    return names


def stand_once(laptops: Mapping[str, Replica], ledgers: Mapping[str, set[str]]) -> None:
    """No laptop shows an edit twice, and any two show the same of the ledgers that both may see."""
    seen = {name: shown(laptop) for name, laptop in laptops.items()}
    for name, mine in seen.items():
        assert not mine.doubled, f"{name} shows twice: {mine.doubled}"
    for one, other in combinations(sorted(seen), 2):
        common = ledgers[one] & ledgers[other]
        for what in ("versions", "states", "exported"):
            found = list(_differing(getattr(seen[one], what), getattr(seen[other], what), common))
            assert not found, f"{what}: {one} and {other} have otherwise: {found[:3]}"


def _differing(mine: Mapping[Key, Any], theirs: Mapping[Key, Any], ledgers: set[str]) -> Iterator[str]:
    for key in sorted({*mine, *theirs}):
        if key[0] in ledgers and mine.get(key) != theirs.get(key):
            yield f"{key}: {mine.get(key)} / {theirs.get(key)}"
