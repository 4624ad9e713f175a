"""What is too large for the way to the office, in words: which record waits, what waits behind it, what to do."""

from __future__ import annotations

from supervisor_tui.labels.quarantine import ledger_words
from supervisor_tui.locale import has, t
from supervisor_tui.terminal.text import one_line, size_words
from sync.replica import Replica
from sync.replica.sync_state.oversized import Waiting


def waiting_words(replica: Replica, waiting: Waiting) -> str:
    """One sentence, with what to do."""
    behind = t("waiting.behind", count=waiting.behind) if waiting.behind else ""
    return t("waiting.too_large", what=_what(replica, waiting), size=size_words(waiting.bytes), behind=behind)


def _what(replica: Replica, waiting: Waiting) -> str:
    kind = t(f"kind.{waiting.kind}") if has(f"kind.{waiting.kind}") else waiting.kind
    return one_line(f"{ledger_words(replica, waiting.ledger)}, {kind} {waiting.title[:30]}")


def waiting_value(waiting: Waiting) -> dict[str, object]:
    """The same for programs."""
    return {
        "ledger": waiting.ledger,
        "seq": waiting.seq,
        "kind": waiting.kind,
        "record": waiting.record,
        "bytes": waiting.bytes,
        "behind": waiting.behind,
    }
