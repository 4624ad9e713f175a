"""The same day, the same clock and the same language for every test of the workbench."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from supervisor_tui.locale import language, set_language
from sync.model import days


@pytest.fixture
def that_day(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """18 September 2026, ten in the morning in China."""
    monkeypatch.setattr(days, "now", lambda: "2026-09-18T02:00:00.000Z")
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
