"""The campaigns of the district, as this laptop holds them: what they name, and which one is worked in.

A stage, category or class of problems is a plain id; what it is called, which there are and in what order is the
campaign's data. The ids of `sync.model.kinds` are always there, so that records made under them stay readable.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

from sync.ledger.ids import LEDGER_DISTRICT
from sync.model.kinds import CATEGORIES, OWN_CLASS, STAGES
from sync.replica.as_of.calendar import today
from sync.replica.as_of.participants import CHOSEN, at_hand
from sync.replica.projection.tables import FIELDS_JOIN, record_fields
from sync.replica.queries.rows import CampaignView, StageRow
from sync.replica.replica import Replica

_known: WeakKeyDictionary[Replica, tuple[object, list[CampaignView]]] = WeakKeyDictionary()


def district_records(replica: Replica, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """The records of a kind in the ledger `district`: id and fields, oldest first."""
    return [(record, fields) for record, _, fields in dated_records(replica, kind)]


def dated_records(replica: Replica, kind: str) -> list[tuple[str, str, dict[str, Any]]]:
    """The same with the instant each was made."""
    found = replica.connection.execute(
        f"SELECT r.record, r.at, r.fields, e.body FROM record r {FIELDS_JOIN}"
        " WHERE r.ledger = ? AND r.kind = ? AND r.withdrawn = 0 ORDER BY r.at, r.record",
        (LEDGER_DISTRICT, kind),
    ).fetchall()
    return [(row[0], row[1], record_fields(*row[2:])) for row in found]


def latest_begun(replica: Replica, day: str) -> str:
    """The campaign that had begun last on a day; before any had, the first; empty without any."""
    found = campaigns(replica)
    begun = [each for each in found if each.starts_on <= day]
    return (begun[0] if begun else found[-1]).id if found else ""


def campaigns(replica: Replica) -> list[CampaignView]:
    """Every campaign, the one that began last first; read again when the file has changed."""
    known, state = _known.get(replica), replica.state
    if known is None or known[0] != state:
        known = _known[replica] = (state, _campaigns(replica))
    return list(known[1])


def _campaigns(replica: Replica) -> list[CampaignView]:
    plans = [fields for _, fields in district_records(replica, "stage_plan")]
    found = [_view(record, fields, plans) for record, fields in district_records(replica, "campaign")]
    return sorted(found, key=lambda each: (each.starts_on, each.id), reverse=True)


def campaign(replica: Replica, unit: str = "") -> CampaignView:
    """The campaign at hand today, of a unit or of the whole scope; empty where none has begun."""
    return campaign_named(replica, at_hand(replica, today(replica), unit))


def campaign_named(replica: Replica, name: str) -> CampaignView:
    """The campaign of this id; empty where there is none."""
    return next((each for each in campaigns(replica) if each.id == name), NONE)


NONE = CampaignView(title={}, batch="", stages=[])


def choose(replica: Replica, campaign_id: str) -> None:
    """Work in that campaign from now on; in none, but of each unit in its own, for an empty id."""
    replica.set_setting(CHOSEN, campaign_id)


def is_chosen(replica: Replica) -> bool:
    """Return whether this person has chosen a campaign."""
    return bool(replica.setting(CHOSEN))


def stages(replica: Replica) -> list[str]:
    """Every stage there is: the chosen campaign's in order, then other campaigns', then those there always are."""
    ordered = [campaign(replica), *campaigns(replica)]
    return list(dict.fromkeys([*(row.stage for each in ordered for row in each.stages), *STAGES]))


def stages_to_choose(replica: Replica, held: str = "", name: str = "") -> list[str]:
    """The stages a form offers: those of the campaign named, else at hand (of none: those always there), and `held`."""
    named = campaign_named(replica, name) if name else campaign(replica)
    offered = [row.stage for row in named.stages] or list(STAGES)
    return offered if held in ("", *offered) else [*offered, held]


def categories(replica: Replica) -> list[str]:
    """Every unit category there is: those there always are, then the campaigns'."""
    return list(dict.fromkeys([*CATEGORIES, *(name for each in campaigns(replica) for name in each.categories)]))


def classes(replica: Replica) -> list[str]:
    """Every class of problems there is: the chosen campaign's, then other campaigns', last the unit's own."""
    return _own_last(name for each in [campaign(replica), *campaigns(replica)] for name in each.classes)


def classes_to_choose(replica: Replica, held: str = "", name: str = "") -> list[str]:
    """The classes a form offers: those of the campaign named, else at hand, and `held`."""
    named = campaign_named(replica, name) if name else campaign(replica)
    return _own_last([*named.classes, *([held] if held else [])])


def _own_last(names: Iterable[str]) -> list[str]:
    return [*dict.fromkeys(name for name in names if name != OWN_CLASS), OWN_CLASS]


def _view(record: str, fields: dict[str, Any], plans: list[dict[str, Any]]) -> CampaignView:
    rows = [
        StageRow(
            stage=str(plan["stage"]),
            title=_titles(plan.get("title")),
            starts_on=str(plan.get("starts_on", "")),
            ends_on=str(plan.get("ends_on", "")),
        )
        for plan in plans
        if plan.get("campaign") == record and plan.get("stage")
    ]

    def marked(family: str) -> frozenset[str]:
        return frozenset(name.partition(".")[2] for name in fields if name.startswith(f"{family}.") and fields[name])

    def called(family: str) -> dict[str, dict[str, str]]:
        found = {name.partition(".")[2]: _titles(fields[name]) for name in fields if name.startswith(f"{family}.")}
        return {name: titles for name, titles in found.items() if titles}

    return CampaignView(
        id=record,
        title=_titles(fields.get("title")),
        batch=str(fields.get("batch", "")),
        stages=sorted(rows, key=lambda row: row.starts_on),
        starts_on=str(fields.get("starts_on", "")),
        ends_on=str(fields.get("ends_on", "")),
        settings={name.partition(".")[2]: value for name, value in fields.items() if name.startswith("setting.")},
        liaison=marked("liaison"),
        production=marked("production"),
        questions=marked("office"),
        categories=called("category"),
        classes=called("class"),
        totals={name.partition(".")[2]: value for name, value in fields.items() if name.startswith("total.")},
    )


def _titles(value: object) -> dict[str, str]:
    return {str(name): str(words) for name, words in value.items()} if isinstance(value, dict) else {}
