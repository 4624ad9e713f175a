"""A follow-up in words: problems are mended, difficulties helped with, suggestions answered. Knows no screen."""

from __future__ import annotations

from supervisor_tui.labels.dates import days_between, short
from supervisor_tui.locale import has, t
from sync.model.workflow import DONE, SOON_DAYS, UNDER_WAY

Words = tuple[str, str]  # what is said, and its role


def status_words(nature: str, status: str) -> str:
    """How far a follow-up of this nature is."""
    return _worded("status", nature, status)


def step_words(nature: str, step: str) -> str:
    """What a person does who takes this step."""
    return _worded("step", nature, step)


def asked_words(nature: str, step: str, asked: str) -> str:
    """The question that goes with a step; `asked` is one of `workflow.required_note`."""
    return t(f"record.ask_{asked or 'progress'}", step=step_words(nature, step))


def follow_up_field(nature: str, field: str) -> str:
    """What a field is called in a follow-up of this nature."""
    return _worded("field.follow_up", nature, field)


def _worded(family: str, nature: str, name: str) -> str:
    own = f"{family}.{nature}.{name}"
    return t(own if has(own) else f"{family}.{name}")


def due_words(status: str, due_on: str, today: str, watch_until: str = "") -> Words:
    """How a follow-up stands with its date: closed, watched, overdue by so many days, due in so many."""
    if status in DONE:
        return t(f"due.{status}"), "accent"
    if status not in UNDER_WAY:
        if watch_until >= today:
            return t("due.watched", day=short(watch_until, today)), "accent"
        return t(f"status.{status}"), "good" if status == "closed" else "dim"
    late = days_between(due_on, today)
    if late is None:
        return t(f"status.{status}"), "plain"
    if late > 0:
        return t("due.overdue", days=late), "bad"
    if late >= -SOON_DAYS:
        return t("due.today") if late == 0 else t("due.soon", days=-late), "warn"
    return t("due.on", day=short(due_on, today)), "plain"
