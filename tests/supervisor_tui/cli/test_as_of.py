"""`--campaign` and `--as-of`: what a command is asked of, said at its head, and told in words where it cannot be."""

from __future__ import annotations

import pytest

from tests.days import today
from tests.supervisor_tui.cli.test_commands import Line, line

__all__ = ["line"]
ASKED = ("followups", "stages", "next", "gaps", "hints", "units", "history u-01", "trends u-01")


@pytest.mark.parametrize("command", ASKED)
def test_the_head_names_the_campaign_and_the_day(line: Line, command: str) -> None:
    said = line(*command.split(), "--campaign", "c-1", "--as-of", "2026-09-15").out.splitlines()[0]
    assert "2026-09-15" in said
    assert "Second batch" in said


@pytest.mark.parametrize("command", ASKED)
def test_a_day_that_is_none_and_a_campaign_that_is_not_here_are_refused_in_words(line: Line, command: str) -> None:
    for option, value in (("--as-of", "2026-02-30"), ("--campaign", "nowhere")):
        refused = line(*command.split(), option, value)
        assert (refused.code, refused.out) == (1, "")
        assert value in refused.err


@pytest.mark.parametrize("command", ASKED)
def test_as_of_a_day_to_come_is_as_of_today(line: Line, command: str) -> None:
    said = line(*command.split(), "--as-of", "2999-01-01")
    assert today() in said.out.splitlines()[0]
