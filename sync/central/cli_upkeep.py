"""`central-store backup`, `restore`, `verify` and `audit`: keeping the database, and looking after what it says."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.central.store import Store
    from sync.ledger import Break

Open = Callable[[argparse.Namespace], "Store"]
Where = Callable[[argparse.Namespace], Path]

_REASONS = {
    "blob": "its bytes are not those its name stands for",
    "body": "its content is missing",
    "certificate": "the certificate of its device does not hold",
    "gap": "an entry is missing here",
    "hash": "its hash is not that of its bytes",
    "link": "it does not follow the entry before it",
    "malformed": "it cannot be read",
    "number": "the log's arrival numbers and running hashes do not hold from here on",
    "receipt": "the store's receipt does not hold",
    "seal": "the device's seal does not hold",
    "verdict": "its verdict is told in two ways",
}


def add_commands(commands: Any, open_store: Open, where: Where) -> None:
    """Add the four commands."""
    backup = commands.add_parser("backup", help="a consistent copy of the database, also while it is served")
    backup.add_argument("path", metavar="PATH", help="a file that does not exist yet; it holds the store's key")
    backup.set_defaults(work=_backup, where=where)
    restore = commands.add_parser("restore", help="go on from a backup; the laptops give back what is newer")
    restore.add_argument("path", metavar="PATH", help="the backup; it goes where --db says")
    restore.add_argument("--force", action="store_true", help="set a database that stands there aside")
    restore.set_defaults(work=_restore, where=where)
    verify = commands.add_parser("verify", help="recompute chains, seals, receipts, running hashes, certificates")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(work=_verify, open_store=open_store)
    audit = commands.add_parser("audit", help="who did what, and when")
    audit.add_argument("--json", action="store_true")
    audit.set_defaults(work=_audit, open_store=open_store)


def _backup(options: argparse.Namespace) -> int:
    from sync.central.upkeep import back_up

    target = Path(options.path).expanduser()
    print(f"{target.name}: {back_up(options.where(options), target)} bytes")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from sync.central.upkeep import restore

    aside = restore(Path(options.path).expanduser(), options.where(options), force=options.force)
    if aside is not None:
        print(f"What stood there is kept as {aside.name}.")
    print("Restored. Open enrolment codes have ended; let an office laptop exchange first: it brings back revocations.")
    print("Laptops that no office laptop had heard of wait until `central-store admit` names them.")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from sync.central.verify import Verifier

    store = options.open_store(options)
    district = store.district
    found = store.engine.read(lambda session: Verifier(session, district.id, district.public_key).verify())
    store.close()
    if options.json:
        _print_json(found)
    else:
        for broken in found.breaks:
            print(_said(broken))
        print(f"{found.chains} chains, {found.entries} entries, {len(found.breaks)} broken")
        if found.unsealed:
            print(f"{found.unsealed} entries wait for their device's seal")
    return 1 if found.breaks else 0


def _said(broken: Break) -> str:
    if broken.ledger == "attachment":
        return f"attachment {broken.device}: {_REASONS[broken.reason]}"
    if broken.ledger == "audit":
        return f"audit trail, row {broken.seq}: it was changed, or one before it is missing"
    if not broken.ledger:
        return f"arrival number {broken.seq}: {_REASONS[broken.reason]}"
    return f"{broken.ledger} {broken.device} {broken.seq}: {_REASONS[broken.reason]}"


def _audit(options: argparse.Namespace) -> int:
    from sync.central.audit import audit

    store = options.open_store(options)
    events = store.engine.read(lambda session: audit(session, store.district.id))
    store.close()
    if options.json:
        _print_json(events)
        return 0
    for event in events:
        about = "".join(each if each.isprintable() else " " for each in event.about)
        print(f"{event.at}  {event.who:24}  {event.what:12}  {about}")
    return 0


def _print_json(value: Any) -> None:
    import msgspec

    print(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())
