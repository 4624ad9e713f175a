"""What a program says of the profile's file once it is open: that it is an older copy, what an upgrade changed."""

from __future__ import annotations

from supervisor_tui.locale import t
from sync.replica import Replica
from sync.replica.queries.upgraded import tell_once


def start_words(replica: Replica, program: str) -> list[str]:
    """Return the sentences to be said; that of an upgrade is said once by each `program`."""
    said = [f"{t('file.older.seen')} {t('file.older.do')}"] if replica.is_older else []
    days, campaigns = tell_once(replica, program)
    if days or campaigns:
        said.append(t("upgrade.told", days=days, campaigns=campaigns))
    return said
