"""The brief of a past period names what was corrected or withdrawn since its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.supervisor_tui.cli.test_commands import Line
from tests.supervisor_tui.cli.test_commands import line as line

pytestmark = pytest.mark.usefixtures("that_day")


def test_the_brief_lists_what_was_corrected_and_withdrawn_since(line: Line, tmp_path: Path) -> None:
    def brief(until: str) -> str:
        out = tmp_path / f"{until}.csv"
        options = ("--campaign", "all", "--from", "2026-08-01", "--to", until, "--out", str(out), "--force")
        assert line("export", "brief", *options, lang="zh").code == 0
        return out.read_text(encoding="utf-8-sig")

    def since(until: str) -> list[list[str]]:
        _, _, after = brief(until).partition("更正日期")
        return [row.split(",") for row in after.partition("\n\n")[0].splitlines()[1:]]

    visits = [row for row in line("history", "u-01", "--json").value if row["kind"] == "inspection"]
    old = visits[-1]
    before = since("2026-09-15")
    assert line("correct", old["record"], "--why", "补正", given={"summary": "补正后的情况"}).code == 0
    (added,) = [row for row in since("2026-09-15") if row not in before]
    assert {"督导检查", "补正后的情况"} <= {*added}
    assert line("withdraw", old["record"], "--why", "重复").code == 0
    (added,) = [row for row in since("2026-09-15") if row not in before]
    assert "已撤回" in added
