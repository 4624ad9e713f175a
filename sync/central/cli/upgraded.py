"""`central-store upgrade-notes`, and the sentence that an upgraded store says once, whichever command comes first."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import print_columns, print_json, print_line, print_wrong
from sync.central.locale import t
from sync.console.arguments import described

if TYPE_CHECKING:
    from sync.central.service.store import Store
    from sync.model.upgrade_changes import Changed

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the command."""
    notes = described(commands, "upgrade-notes", "the records whose day or campaign an upgrade changed")
    notes.add_argument("--json", action="store_true", help="print one JSON value and nothing else")
    notes.set_defaults(work=_notes, open_store=open_store)


def tell_upgrade(store: Store) -> None:
    """Say how many records have another day or campaign since the upgrade, where any has."""
    from sync.central.admin.upgraded import changes

    if found := changes(store):
        days = sum(each.day != each.day_before for each in found)
        campaigns = sum(each.campaign != each.campaign_before for each in found)
        print_wrong(t("upgrade.told", days=days, campaigns=campaigns))


def _notes(options: argparse.Namespace) -> int:
    from sync.central.admin.staff import district_records
    from sync.central.admin.upgraded import changes

    store = options.open_store(options)
    found = changes(store)
    if options.json:
        print_json(found)
    elif found:
        titles = {id_: str(fields.get("title", id_)) for id_, fields in district_records(store, "campaign")}
        print_columns(_row(each, titles | {"": t("upgrade.no_campaign")}) for each in found)
    else:
        print_line(t("upgrade.nothing"))
    return 0


def _row(each: Changed, titles: dict[str, str]) -> tuple[str, ...]:
    """Unit, kind, what it is, the day and the campaign before and now."""
    before, now = (titles.get(name, name) for name in (each.campaign_before, each.campaign))
    days = _moved(each.day_before, each.day)
    return each.unit_name, t(f"kind.{each.kind}"), each.title, days, _moved(before, now)


def _moved(before: str, now: str) -> str:
    return now if now == before else f"{before} -> {now}"
