"""Tables of figures on paper."""

from __future__ import annotations

from supervisor_tui.reports.document import Count, Heading
from supervisor_tui.reports.figure_tables import FigureLine, figure_blocks

COLUMNS = ("surveys", "returned", "approving", "unsatisfied")


def test_a_table_without_lines_is_left_out() -> None:
    line = FigureLine("22.1", "第一督导组", [Count(each, f"22.1{each}") for each in (1, 40, 39, 1)])
    assert Heading("满意度") in figure_blocks("satisfaction_by_group", "满意度", COLUMNS, [line])
    assert figure_blocks("satisfaction_by_group", "满意度", COLUMNS, []) == []
