"""`doctor`: whether this laptop can be relied on today, one finding a line, each with what to do about it.

It reads, and changes nothing. A finding is `fine`, `look` (something a person should see to) or `wrong` (the file).
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import msgspec

from supervisor_tui.cli.commands import DAMAGED, DONE, REFUSED
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import profile_path
from supervisor_tui.cli.options.output import WIDEST_COLUMN, print_json, print_line, print_table
from supervisor_tui.labels.connection import error_words, files_words, last_error_words, proxy_words
from supervisor_tui.labels.dates import local
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import cells, one_line
from sync.replica import Damaged, Replica, query
from sync.replica.as_of.calendar import is_clock_behind, zones
from sync.replica.maintenance.verify import verify
from sync.replica.storage import connect, encryption
from sync.replica.storage.connect import Newer

State = Literal["fine", "look", "wrong"]
_LIBRARIES = ("textual", "httpx", "msgspec", "cryptography", "sqlite-utils")
_LEAST_FREE = 200_000_000  # bytes: a large pull, a backup and a rebuild want room beside the file
_OTHERS = 0o077


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at, how it is, what was seen, and what to do; all but `name` and `state` in words."""

    name: str
    state: State
    seen: str
    to_do: str = ""


def doctor(options: argparse.Namespace) -> int:
    """Look at everything; exit code 0 if all is fine, 1 if something wants a look, 4 if the file is damaged."""
    path = profile_path(options)
    try:
        with open_replica(options) as replica:
            findings = looked_at(replica)
    except Newer:
        raise  # it is whole; the sentence every command says of it fits better
    except Damaged:
        findings = [_finding("file", "wrong", "doctor.unreadable", path=path.name)]
    findings += _place(path)
    if options.json:
        print_json({"findings": findings, "program": _program()})
    else:
        print_table(
            (t("doctor.looked_at"), t("doctor.state"), t("doctor.seen")),
            [(t(f"doctor.{each.name}"), t(f"doctor.{each.state}"), each.seen) for each in findings],
        )
        print_line(f"\n{_program()}")
        for each in findings:
            seen = each.seen if cells(each.seen) > WIDEST_COLUMN else ""  # the table has cut it
            if said := " ".join(filter(None, (seen, each.to_do))):
                print_line(f"\n{t('doctor.' + each.name)}: {said}")
    states = {each.state for each in findings}
    return DAMAGED if "wrong" in states else REFUSED if "look" in states else DONE


def looked_at(replica: Replica) -> list[Finding]:
    """What there is to say of an open file: whether it is whole, its history, what the office holds, the clock."""
    return [finding for look in _LOOKS for finding in look(replica)]


def _finding(name: str, state: State, key: str, **values: object) -> Finding:
    to_do = "" if state == "fine" else t(f"doctor.{name}.do")
    return Finding(name=name, state=state, seen=t(key, **values), to_do=to_do)


def _file(replica: Replica) -> Iterator[Finding]:
    try:
        whole = replica.connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    except connect.Error:
        whole = False
    kind = t("doctor.encrypted" if encryption.remembered(replica.path) else "doctor.plain")
    size = sum(_size(replica.path.with_name(replica.path.name + end)) for end in ("", "-wal"))
    key = "doctor.whole" if whole else "doctor.unreadable"
    yield _finding("file", "fine" if whole else "wrong", key, path=replica.path.name, kind=kind, mb=_mb(size))
    if replica.is_older:
        yield Finding(name="copy", state="look", seen=t("file.older.seen"), to_do=t("file.older.do"))


def _history(replica: Replica) -> Iterator[Finding]:
    try:
        verified = verify(replica)
    except connect.Error:
        return  # the file has been named already
    if verified.holds:
        yield _finding("history", "fine", "doctor.holds", chains=verified.chains, entries=verified.entries)
    else:
        yield _finding("history", "wrong", "doctor.broken", count=len(verified.breaks))


def _office(replica: Replica) -> Iterator[Finding]:
    standing = query.status(replica)
    receipts = {"acknowledged": standing.acknowledged, "mine": standing.mine}
    if standing.pending:
        since = local(replica, standing.oldest_unsynced)
        yield _finding("office", "look", "doctor.unsent", pending=standing.pending, since=since, **receipts)
    else:
        yield _finding("office", "fine", "doctor.all_sent", **receipts)
    for name, count in (("conflicts", standing.conflicts), ("apart", standing.quarantined)):
        if count:
            yield _finding(name, "look", f"doctor.{name}.seen", count=count)
    if standing.last_error:
        said = last_error_words(replica, standing.last_error)
        yield Finding(name="line", state="look", seen=said, to_do=t("doctor.line.do"))
    if said := files_words(replica):
        yield Finding(name="attachments", state="look", seen=said, to_do=t("doctor.attachments.do"))


def _proxy(replica: Replica) -> Iterator[Finding]:
    """Which proxy leads to the store; a variable that holds none, or exceptions that cannot be read, want a look."""
    from sync.client.proxies import BadProxy, proxy_to, unread_exceptions

    try:
        said = proxy_words(proxy_to(replica.joined().server))
    except BadProxy as error:
        said = error_words("proxy_unreadable", {"variable": error.variable})
    except ValueError:
        return  # the address has been named already
    else:
        if not (unread := unread_exceptions()):
            yield Finding(name="proxy", state="fine", seen=said)
            return
        said += "; " + t("line.excepted", variable="NO_PROXY", entries=one_line(", ".join(unread)))
    yield Finding(name="proxy", state="look", seen=said, to_do=t("doctor.proxy.do"))


def _clock(replica: Replica) -> Iterator[Finding]:
    if is_clock_behind(replica):
        yield _finding("clock", "look", "skew.behind")
        return
    off = bool(replica.setting("skew"))
    yield _finding("clock", "look" if off else "fine", "skew.here" if off else "doctor.clock.fine")


def _zone(replica: Replica) -> Iterator[Finding]:
    """Whether the clocks of this machine's zone show what those of the district's show now."""
    held = zones(replica)
    district, ahead = held.zone_on(held.today()), held.ahead_of_machine()
    if not ahead:
        yield _finding("zone", "fine", "doctor.zone.fine", district=district)
        return
    hours, minutes = divmod(abs(ahead), 60)
    amount = f"{hours}:{minutes:02}"
    yield _finding(
        "zone", "look", "doctor.zone.behind" if ahead > 0 else "doctor.zone.ahead", amount=amount, district=district
    )


_LOOKS: tuple[Callable[[Replica], Iterator[Finding]], ...] = (_file, _history, _office, _proxy, _clock, _zone)


def _place(path: Path) -> Iterator[Finding]:
    """The disk and folder the file lies on."""
    folder = path.parent
    free = shutil.disk_usage(folder).free
    roomy = free > max(_LEAST_FREE, 3 * _size(path))
    yield _finding("disk", "fine" if roomy else "look", "doctor.free", mb=_mb(free))
    if os.name == "posix":
        looked_at = [folder, *(each for each in folder.iterdir() if each.is_file())]
        open_to_others = [each.name for each in looked_at if each.stat().st_mode & _OTHERS]
        if open_to_others:
            yield _finding("rights", "look", "doctor.readable", names=", ".join(sorted(open_to_others)))
        else:
            yield _finding("rights", "fine", "doctor.private")


def _program() -> str:
    """The versions a report of a fault should name."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    running = f"supervisor-tui {version('supervisor-tui')}, Python {platform.python_version()}"
    return f"{running}, SQLite {connect.VERSION}, {libraries}"


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _mb(size: int) -> str:
    return f"{size / 1_000_000:,.1f}"
