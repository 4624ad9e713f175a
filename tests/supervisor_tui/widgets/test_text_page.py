"""Text behind a head, wrapped to the cells there are."""

from __future__ import annotations

from supervisor_tui.terminal.text import cells
from supervisor_tui.widgets.text_page import hung


def _texts(lines: list[list[tuple[str, str]]]) -> list[str]:
    return ["".join(piece for piece, _ in line) for line in lines]


def test_further_lines_hang_under_the_first() -> None:
    assert _texts(hung([("记录  ", "dim")], "学习小组每周两次", 16)) == ["记录  学习小组每", "      周两次"]


def test_a_head_that_leaves_no_room_stands_above() -> None:
    assert _texts(hung([("很长的名称" * 4, "dim")], "内容", 24)) == [
        "很长的名称很长的名称很长",
        "的名称很长的名称",
        "    内容",
    ]


def test_a_flood_in_the_head_costs_no_more_than_its_own_length() -> None:
    lines = hung([("长" * 100_000, "dim")], "长" * 100_000, 60)
    assert max(map(cells, _texts(lines))) <= 60
    assert sum(len(text) for text in _texts(lines)) < 250_000
