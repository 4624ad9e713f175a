"""What a satisfaction survey says: domain row 13."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def satisfaction(survey: Mapping[str, Any]) -> float | None:
    """Satisfied and fairly satisfied ballots in percent of those returned; None without a survey or a ballot."""
    try:
        returned = int(survey["returned"])
        return 100 * (int(survey["satisfied"]) + int(survey["fairly"])) / returned if returned else None
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
