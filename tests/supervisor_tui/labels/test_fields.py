"""Values of records in words of the domain, never in words of the machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.labels.fields import figure_words, in_order, value_words
from supervisor_tui.locale import learn, set_language
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


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"campaign": "c-1", "from": "2026-09-01"}, "第二批 2026-09-01 起"),
        ({"campaign": "c-1", "from": "2026-09-01", "until": "2026-10-31"}, "第二批 2026-09-01 至 2026-10-31"),
        ({"campaign": "c-2", "from": "2026-09-01"}, "c-2 2026-09-01 起"),
    ],
)
def test_taking_part_says_in_which_campaign_and_when(fields: dict[str, str], words: str) -> None:
    set_language("zh")
    learn({"campaign_called.c-1": ("第二批", "Second batch")})
    try:
        assert figure_words("participation", fields) == words
    finally:
        learn({})


def test_a_successor_that_stands_among_all_successors_is_not_listed_twice() -> None:
    several = {"successor.u-2": "二", "successor.u-3": "三"}
    assert in_order("unit", {"successor": "u-2", **several}, {}) == ([*several.items()], [])
    assert in_order("unit", {"successor": "u-4", **several}, {}) == ([("successor", "u-4"), *several.items()], [])
