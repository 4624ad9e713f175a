"""Hints of counts and surveys: a figure that is far from what it was the last time. Nothing is blocked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.locale import t
from supervisor_tui.rules.hints import Hint, far
from sync.model.kinds import KINDS
from sync.model.surveys import satisfaction
from sync.replica import Replica
from sync.replica.as_of.inspections import last_of

COUNTED = ("count", "survey")
_FIGURES = KINDS["count"].together


def counted_hints(replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], record: str) -> list[Hint]:
    """Return which figures are far from those of the unit's last count or survey before it."""
    last = last_of(replica, kind, unit, day=str(fields.get(KINDS[kind].day) or ""), but=record)
    if not last:
        return []
    if kind == "survey":
        found = [far(t("hint.satisfied"), satisfaction(fields), satisfaction(last), is_share=True)]
        return [hint for hint in found if hint is not None]
    return [hint for name in _FIGURES if (hint := _of_figure(name, fields, last)) is not None]


def _of_figure(name: str, fields: Mapping[str, Any], last: Mapping[str, Any]) -> Hint | None:
    """A figure that is far off as a number, or as a share of the members."""
    title = t(f"field.count.{name}")
    found = far(title, fields.get(name), last.get(name), is_share=False)
    return found or far(title, _share(name, fields), _share(name, last), is_share=True)


def _share(name: str, fields: Mapping[str, Any]) -> float | None:
    figure, members = fields.get(name), fields.get("members")
    if name in ("members", "organisations") or not isinstance(figure, int) or not isinstance(members, int):
        return None
    return 100 * figure / members if members else None
