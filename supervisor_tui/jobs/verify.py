"""Checking a laptop's file from the workbench: everything verified, or everything folded again."""

from __future__ import annotations

from pathlib import Path

from supervisor_tui.jobs.job import Outcome, Progress
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line


def verify_work(file: Path, progress: Progress) -> Outcome:
    """Recompute chains, seals, receipts and derived rows of a profile's file."""
    from sync.replica import Replica, ReplicaError
    from sync.replica.maintenance.verify import verify

    try:
        with Replica.open(file) as replica:
            found = verify(replica, progress=progress)
    except ReplicaError as error:
        return Outcome(fault_words(error), "error")
    if found.holds:
        said = t("cli.verified", entries=found.entries, chains=found.chains, receipted=found.receipted)
        if found.unfinished:
            return Outcome(f"{said} {t('cli.unfinished')}", "warning")
        return Outcome(said)
    broken = found.breaks[0]
    reason = t(f"broken.{broken.reason}")
    place = {"ledger": broken.ledger, "device": broken.device, "seq": broken.seq}
    words = t("cli.broken", **place, reason=reason) if broken.seq else ""
    return Outcome(
        one_line(words or t("cli.broken_whole", where=broken.ledger or broken.device, reason=reason)), "error"
    )


def rebuild_work(file: Path, progress: Progress) -> Outcome:
    """Fold every entry of a profile's file again, in one transaction."""
    from sync.replica import Replica, ReplicaError
    from sync.replica.maintenance.rebuild import rebuild

    try:
        with Replica.open(file) as replica:
            return Outcome(t("cli.rebuilt", entries=rebuild(replica, progress)))
    except ReplicaError as error:
        return Outcome(fault_words(error), "error")
