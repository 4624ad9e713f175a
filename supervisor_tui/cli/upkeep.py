"""The commands that look after the file: rebuild and verify."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.output import print_json
from supervisor_tui.cli.parser import DONE, REFUSED
from supervisor_tui.cli.reading import open_replica, unit_id
from supervisor_tui.locale import t


def _shown(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done} / {total}", end="\n" if done == total else "", file=sys.stderr, flush=True)


def rebuild(options: argparse.Namespace) -> int:
    """Fold every entry again."""
    from sync.replica.rebuild import rebuild as fold_again

    with open_replica(options) as replica:
        print(t("cli.rebuilt", entries=fold_again(replica, _shown)))
    return DONE


def verify(options: argparse.Namespace) -> int:
    """Recompute chains, seals and receipts; the first broken entry is named."""
    from sync.replica.verify import verify as recompute

    with open_replica(options) as replica:
        unit = unit_id(replica, options.unit) if options.unit else None
        verified = recompute(replica, unit, _shown)
    if options.json:
        print_json(
            {
                "holds": verified.holds,
                "chains": verified.chains,
                "entries": verified.entries,
                "receipted": verified.receipted,
                "breaks": verified.breaks,
            }
        )
    elif verified.holds:
        print(t("cli.verified", entries=verified.entries, chains=verified.chains, receipted=verified.receipted))
    for broken in verified.breaks[:1]:
        said = t("cli.broken", ledger=broken.ledger, device=broken.device, seq=broken.seq, reason=broken.reason)
        print(said, file=sys.stderr)
    return DONE if verified.holds else REFUSED
