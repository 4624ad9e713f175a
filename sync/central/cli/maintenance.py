"""`central-store backup`, `restore` and `verify`: keeping the database, and looking after what it says."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import print_json, print_line
from sync.central.locale import t
from sync.console.arguments import described
from sync.console.named_files import given_path

if TYPE_CHECKING:
    from sync.central.service.store import Store
    from sync.ledger.chains import Break

Open = Callable[[argparse.Namespace], "Store"]
Where = Callable[[argparse.Namespace], Path]


def add_commands(commands: Any, open_store: Open, where: Where) -> None:
    """Add the three commands."""
    backup = described(
        commands,
        "backup",
        "a copy of the database, also while it is served; go back to it with restore, not by copying the file",
    )
    backup.add_argument("path", metavar="PATH", help="a file that does not exist yet; it holds the store's key")
    backup.set_defaults(work=_backup, where=where)
    restore = described(
        commands,
        "restore",
        "go on from a backup, which is never just copied back; the laptops give back what is newer",
    )
    restore.add_argument("path", metavar="PATH", help="the backup; it goes where --db says")
    restore.add_argument("--force", action="store_true", help="set a database that stands there aside")
    restore.set_defaults(work=_restore, where=where)
    verify = described(commands, "verify", "recompute chains, seals, receipts, running hashes, certificates")
    verify.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    verify.set_defaults(work=_verify, open_store=open_store)


def _backup(options: argparse.Namespace) -> int:
    from sync.central.admin.backup import back_up

    target = given_path(options.path)
    size = back_up(options.where(options), target)
    print_line(t("backup.made", file=target.name, size=size))
    return 0


def _restore(options: argparse.Namespace) -> int:
    from sync.central.admin.backup import restore

    aside = restore(given_path(options.path), options.where(options), force=options.force)
    if aside is not None:
        print_line(t("restore.aside", file=aside.name))
    print_line(t("restore.done"))
    print_line(t("restore.admit"))
    return 0


def _verify(options: argparse.Namespace) -> int:
    from sync.central.log.verify import Verifier

    store = options.open_store(options)
    district = store.district
    found = store.engine.read(lambda session: Verifier(session, district.id, district.public_key).verify())
    if options.json:
        print_json(found)
    else:
        for broken in found.breaks:
            print_line(_said(broken))
        print_line(t("verify.sum", chains=found.chains, entries=found.entries, broken=len(found.breaks)))
        if found.unsealed:
            print_line(t("verify.unsealed", count=found.unsealed))
    return 1 if found.breaks else 0


def _said(broken: Break) -> str:
    why = t(f"broken.{broken.reason}")
    if broken.ledger == "attachment":
        return t("verify.attachment", name=broken.device, why=why)
    if broken.ledger == "audit":
        return t("verify.audit", row=broken.seq)
    if not broken.ledger:
        return t("verify.arrival", number=broken.seq, why=why)
    return t("verify.entry", ledger=broken.ledger, device=broken.device, seq=broken.seq, why=why)
