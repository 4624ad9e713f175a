"""The commands that look after the file: rebuild and verify."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.commands import DONE, REFUSED
from supervisor_tui.cli.options.lookup import open_replica, unit_id
from supervisor_tui.cli.options.output import print_json, print_line, progress_line
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.console.named_files import given_path
from sync.ledger.chains import Break


def rebuild(options: argparse.Namespace) -> int:
    """Fold every entry again."""
    from sync.replica.maintenance.rebuild import rebuild as fold_again

    with open_replica(options) as replica:
        with progress_line() as told:
            entries = fold_again(replica, told)
        print_line(t("cli.rebuilt", entries=entries))
    return DONE


def verify(options: argparse.Namespace) -> int:
    """Recompute chains, seals and receipts; the first broken entry is named. A file stands for itself."""
    if options.unit and (file := given_path(options.unit)).is_file():
        from supervisor_tui.cli.evidence import verify_file

        return verify_file(file, options)
    from sync.replica.maintenance.verify import verify as recompute

    with open_replica(options) as replica:
        unit = unit_id(replica, options.unit) if options.unit else None
        with progress_line() as told:
            verified = recompute(replica, unit, told)
    if options.json:
        print_json(
            {
                "holds": verified.holds,
                "chains": verified.chains,
                "entries": verified.entries,
                "receipted": verified.receipted,
                "unfinished": verified.unfinished,
                "breaks": verified.breaks,
            }
        )
    elif verified.holds:
        print_line(t("cli.verified", entries=verified.entries, chains=verified.chains, receipted=verified.receipted))
    if verified.unfinished and not options.json:
        print(t("cli.unfinished"), file=sys.stderr)
    code = say_breaks(verified.breaks, verified.entries - verified.receipted)
    return REFUSED if verified.unfinished else code  # what was let pass is not proved


def say_breaks(breaks: list[Break], unreceipted: int) -> int:
    """Name the first wrong entry, or say what nobody can prove yet; the exit code."""
    for broken in breaks[:1]:
        reason = t(f"broken.{broken.reason}")
        if broken.seq:
            said = t("cli.broken", ledger=broken.ledger, device=broken.device, seq=broken.seq, reason=reason)
        else:
            said = t("cli.broken_whole", where=broken.ledger or broken.device, reason=reason)
        print(one_line(said), file=sys.stderr)
    if not breaks and unreceipted:
        print(t("cli.unreceipted", count=unreceipted), file=sys.stderr)
    return REFUSED if breaks else DONE
