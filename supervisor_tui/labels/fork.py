"""A fork in one sentence: which computer, since when, that nothing is lost, and what to do."""

from __future__ import annotations

from supervisor_tui.labels.dates import local
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica
from sync.replica.sync_state.forked import Fork


def fork_words(replica: Replica, fork: Fork) -> str:
    """Return the sentence that tells a person of a fork."""
    return t("fork.told", name=one_line(fork.name), device=fork.device, since=local(replica, fork.since))
