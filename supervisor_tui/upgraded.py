"""What is said of an upgrade: once at the first start, and line by line where it is asked for."""

from __future__ import annotations

from supervisor_tui.locale import t
from sync.replica import Replica
from sync.replica.upgraded import tell_once


def upgrade_words(replica: Replica, program: str) -> str:
    """Return the sentence with which a program tells of the upgrade once; empty ever after, and without changes."""
    days, campaigns = tell_once(replica, program)
    return t("upgrade.told", days=days, campaigns=campaigns) if days or campaigns else ""
