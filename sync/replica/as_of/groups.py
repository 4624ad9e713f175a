"""Which units a group has on a day, as far as this laptop knows."""

from __future__ import annotations

from sync.replica.as_of.calendar import today
from sync.replica.as_of.duties import duties_on
from sync.replica.replica import Replica


def units_of_group(replica: Replica, group: str, day: str = "") -> list[str]:
    """The units in scope that are assigned to a group at the end of a day, today without one."""
    return [unit for unit, duty in duties_on(replica, day or today(replica)).items() if duty.group == group]
