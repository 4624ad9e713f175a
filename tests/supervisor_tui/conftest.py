"""The same day, the same clock and the same language for every test of the workbench."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

import pytest

from supervisor_tui import days
from supervisor_tui.locale import language, set_language


class _ThatDay(datetime.date):
    @classmethod
    def today(cls) -> _ThatDay:
        return cls(2026, 9, 18)


@pytest.fixture
def that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """18 September 2026 in China."""
    monkeypatch.setattr(days, "date", _ThatDay)
    monkeypatch.setenv("TZ", "CST-8")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    """Chinese, unless a test says otherwise; what a test switched is switched back."""
    before = language()
    set_language("zh")
    yield
    set_language(before)
