"""The register as html: the columns that a page has room for, and the others below each follow-up."""

from __future__ import annotations

import re
from pathlib import Path

from supervisor_tui.locale import t
from supervisor_tui.reports.request import ReportRequest, content
from sync.ledger.ids import check_code
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import Wanted, follow_ups
from tests.supervisor_tui.workbench import new_workbench_file

PAPER = 12  # columns for which a page on the side has room


def test_the_register_as_html_has_the_columns_of_paper_and_all_else_below_each_follow_up(tmp_path: Path) -> None:
    with new_workbench_file(tmp_path / "laptop.db") as replica:
        day = today(replica)
        asked = ReportRequest(what="register", format="html", today=day, everything=True)
        page = b"".join(content(replica, asked)).decode()
        listing = follow_ups(replica, Wanted(shown="all"), today=day)
        rows = listing.rows(0, listing.count)
    table = page[page.rindex("<table>") :]
    assert table.count("<th>") == PAPER
    lines = re.findall(r"<tr>.*?</tr>", table)[1:]
    assert [line.count("<td") for line in lines] == [PAPER] * len(rows)
    below = re.findall(r'<tr class="rest">.*?</tr>', table)
    assert len(below) == len(rows)
    for row, line, rest in zip(rows, lines, below, strict=True):
        assert check_code(row.record) in line
        assert t(f"nature.{row.nature}") in rest
        assert t("report.column_opened_on") in rest
