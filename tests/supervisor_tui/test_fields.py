"""Values of records in words of the domain, never in words of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.fields import value_words
from supervisor_tui.locale import set_language
from sync.replica import query
from tests.supervisor_tui.screens.desk import laptop


@pytest.mark.parametrize(
    ("spoken", "kind", "unknown", "flag"),
    [
        ("zh", "督导检查", "尚未保存或还没有收到的记录", "负责人不胜任"),
        ("en", "Inspection", "a record not kept or not received yet", "Head not up to the post"),
    ],
)
def test_the_origin_of_a_follow_up_is_named_in_words(
    spoken: str, kind: str, unknown: str, flag: str, tmp_path: Path
) -> None:
    with laptop(tmp_path / "replica.db", 1) as replica:
        visit = query.last_inspection(replica, "u-1")
        assert visit is not None
        set_language(spoken)
        title = value_words(replica, "origin", f"{visit.record}#i0")
        assert title.startswith(f"{kind}  2026-01-02  ")
        assert "#" not in title
        assert visit.record not in title
        assert value_words(replica, "origin", visit.record) == f"{kind}  2026-01-02"
        assert value_words(replica, "origin", "r-9#i0") == unknown
        assert value_words(replica, "origin", "u-1#weak.head") == flag
