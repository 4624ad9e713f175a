"""What the rules are given, read from a laptop's file; and their findings in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from weakref import WeakKeyDictionary

import msgspec

from supervisor_tui.labels.campaigns import stage_words
from supervisor_tui.locale import language, t
from supervisor_tui.rules.counted import COUNTED, counted_hints
from supervisor_tui.rules.gaps import Gap, Needs, lacking
from supervisor_tui.rules.gates import PLACES, SATISFIED, Standing, gate_items, standing
from supervisor_tui.rules.hints import Around, Ceilings, Hint, burden, hints, unmet
from supervisor_tui.rules.next_visits import (
    CONTACT_EVERY,
    SOON,
    VISIT_EVERY,
    WATCH_EVERY,
    Moment,
    Reason,
    Visit,
    next_visits,
)
from sync.model.days import now, plus
from sync.model.kinds import IMPORTED
from sync.model.templates import Item, Template
from sync.replica import Replica, query
from sync.replica.as_of.assignments import Responsibility, responsibilities, responsibility_of
from sync.replica.as_of.calendar import day_to_read, today, zones
from sync.replica.as_of.existing_units import category_on
from sync.replica.as_of.inspections import Visited, newest, visits_around
from sync.replica.as_of.participants import at_hand, participants, participants_on, placed_in
from sync.replica.as_of.participants import chosen as chosen_campaign
from sync.replica.as_of.planning import AtGate, UnitFacts, at_gate, count_overdue, setting, unit_facts
from sync.replica.as_of.sources import told_of
from sync.replica.queries.campaigns import NONE
from sync.replica.queries.rows import CampaignView, Record, UnitCard

_known: WeakKeyDictionary[Replica, tuple[tuple[object, ...], list[Visit]]] = WeakKeyDictionary()
_seen: WeakKeyDictionary[Replica, tuple[tuple[object, ...], list[Hinted]]] = WeakKeyDictionary()


def visits(replica: Replica, today: str, most: int, *, campaign: str = "", day: str = "") -> list[Visit]:
    """Where to go next from here, the most pressing first, at most so many; ranked again when the file has changed.

    `campaign`: the units of that one; without it each by the campaign at hand. `day`: as it was at the end of that day.
    """
    state = (today, most, campaign, day, *replica.state)
    known = _known.get(replica)
    if known is None or known[0] != state:
        known = _known[replica] = (state, _ranked(replica, today, most, campaign, day))
    return known[1]


def forget(replica: Replica) -> None:
    """Rank again, and look for hints again, when next asked."""
    _known.pop(replica, None)
    _seen.pop(replica, None)


def _ranked(replica: Replica, today: str, most: int, asked: str, day: str) -> list[Visit]:
    """Rank every unit by the campaign asked of, or the one at hand, that it takes part in."""
    day = day_to_read(replica, day)
    today = day or today
    until = plus(today, SOON)
    chosen = asked or chosen_campaign(replica, today)
    known = participants_on(replica, today) if day else participants(replica)
    hands = dict.fromkeys(known.of(asked, today, today), asked) if asked else known.hands(today, chosen)
    units: list[tuple[UnitFacts, Moment]] = []
    campaigns = query.campaigns(replica)
    for campaign in [*campaigns, *([] if chosen else [NONE])]:
        theirs = {unit for unit, campaign_id in hands.items() if campaign_id == campaign.id}
        stage = campaign.current_stage(today) if theirs else ""
        now = _moment(campaign, stage, today, replica.joined().role)
        now = msgspec.structs.replace(now, takes_part=bool(campaign.id or not campaigns))
        if theirs:
            days = {"today": today, "until": until}
            found = unit_facts(
                replica, campaign.id, stage=stage, units=theirs, past=bool(day), least=now.satisfied, **days
            )
            units += [(facts, now) for facts in found]
    return next_visits(units, most, partial(count_overdue, replica, today))


def _moment(campaign: CampaignView, stage: str, today: str, role: str) -> Moment:
    return Moment(
        today=today,
        role=role,
        stage_ends=next((row.ends_on for row in campaign.stages if row.stage == stage), ""),
        visit_every=int(setting(campaign, "visit_days", VISIT_EVERY)),
        contact_every=int(setting(campaign, "contact_days", CONTACT_EVERY)),
        watch_every=int(setting(campaign, "watch_visit_days", WATCH_EVERY)),
        needs_liaison=campaign.liaison,
        satisfied=setting(campaign, "satisfied", SATISFIED),
    )


class AtStage(msgspec.Struct, frozen=True, kw_only=True):
    """A unit and where it stands at the gate of a stage."""

    facts: AtGate
    standing: Standing


def standings(replica: Replica, campaign: CampaignView, stage: str, unit: str = "", day: str = "") -> list[AtStage]:
    """Every unit that takes part in a campaign today, or one unit, at the gate of a stage, the most pressing first.

    `day`: those that took part on that day, as they stood at its end.
    """
    least, day = setting(campaign, "satisfied", SATISFIED), day_to_read(replica, day)
    offered = [row.template for row in query.templates(replica, campaign.id) if row.template.stage == stage]

    @cache
    def asked(category: str) -> dict[str, Item]:
        return gate_items(_template_for(offered, category), category)

    @cache
    def judged(category: str) -> frozenset[str]:
        return frozenset(field for field, item in asked(category).items() if item.kind == "verdict")

    known, on = (participants_on(replica, day), day) if day else (participants(replica), today(replica))
    taking_part = {unit} if unit else known.of(campaign.id, on, on).keys()
    units = [
        each for each in at_gate(replica, campaign.id, stage, judged, unit, day, least) if each.unit in taking_part
    ]
    found = [AtStage(facts=facts, standing=standing(asked(facts.category), facts, least)) for facts in units]
    found.sort(key=lambda each: (PLACES.index(each.standing.place), -len(each.standing.missing)))
    return found


def _template_for(offered: list[Template], category: str) -> Template | None:
    return next((template for template in offered if not template.only or category in template.only), None)


def needs(campaign: CampaignView) -> Needs:
    """What a campaign asks of the categories."""
    return Needs(liaison=campaign.liaison, production=campaign.production)


def units_with_needs(replica: Replica, day: str, campaign: str = "") -> list[tuple[Responsibility, Needs]]:
    """Every unit that takes part on a day in a campaign, who answers for it then, and what that campaign asks.

    Without a campaign it is the one at hand; a unit that takes part in none is there as well, unless the person has
    chosen a campaign to work in.
    """
    known, chosen = participants_on(replica, day), campaign or chosen_campaign(replica, day)
    asked = {each.id: needs(each) for each in query.campaigns(replica)}
    found = [(unit, known.at_hand(unit.unit, day, chosen)) for unit in responsibilities(replica, day=day)]
    return [(unit, asked.get(campaign, Needs())) for unit, campaign in found if campaign or not chosen]


def unit_gap(replica: Replica, card: UnitCard, day: str = "", campaign: str = "") -> Gap:
    """Who answers for the unit of a card, and what it lacks; nothing of a unit that is no longer there.

    `day`: at the end of that day; `campaign`: by what that one asks, else the one at hand.
    """
    if card.fields.get("withdrawn"):
        return Gap(unit=Responsibility(unit=card.id, name=card.id, category=""), lacks=[])
    found = responsibility_of(replica, card, day or today(replica))
    named = campaign or at_hand(replica, day or today(replica), card.id)
    return Gap(unit=found, lacks=lacking(found, needs(query.campaign_named(replica, named))))


def gap_words(gap: Gap) -> str:
    """What a unit lacks, in words; of a duty that somebody had before, since when."""
    since = since_when(gap)
    named = [(t(f"gap.{name}"), since.get(name, "")) for name in gap.lacks]
    return t("list.comma").join(t("gap.since", gap=words, day=day) if day else words for words, day in named)


def since_when(gap: Gap) -> dict[str, str]:
    """Since which day a unit lacks its group or liaison officer, where it had one before."""
    days = {"group": gap.unit.ungrouped_since, "liaison": gap.unit.vacant_since}
    return {name: day for name, day in days.items() if day and name in gap.lacks}


def missing_words(placed: Standing) -> str:
    """What is missing at the gate, in words: a survey's satisfaction first, then the gate items."""
    words = [item.title.in_(language()) for item in placed.missing]
    if placed.failed and placed.satisfied is not None:
        words.insert(0, t("stages.too_low", share=f"{placed.satisfied:.0f}", least=f"{placed.least:g}"))
    return "; ".join(words)


def reason_words(reason: Reason) -> str:
    """A reason in words."""
    values = reason.values
    named = {"stage": stage_words(str(values["stage"]))} if "stage" in values else {}
    key = f"next.{reason.rule}_since" if "since" in values else f"next.{reason.rule}"
    return t(key, **values | named)


def new_hints(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], *, record: str = "", begun_at: str = ""
) -> list[Hint]:
    """What is worth a second look in a visit, a count or a survey that is about to be kept; nothing for other kinds."""
    return _hints_of(replica, kind, unit, fields, record=record, begun_at=begun_at, kept_at=now())


def _hints_of(
    replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], *, record: str, begun_at: str, kept_at: str
) -> list[Hint]:
    """The same of one that is kept: of a liaison officer's visit only how it burdens the unit."""
    if kind in COUNTED:
        return counted_hints(replica, kind, unit, fields, record)
    is_note = kind == "liaison_note" and fields.get("mode") == "visit"
    if (kind != "inspection" and not is_note) or _on_paper(fields):
        return []
    day = str(fields.get("noted_on" if is_note else "visited_on", ""))
    campaign = _campaign_of(replica, unit, fields, day)
    around_it = visits_around(replica, unit, day, record)
    around = Around(
        visits=[(each, group) for each, group, of in around_it if of == campaign.id],
        elsewhere=[(each, group) for each, group, of in around_it if of != campaign.id],
        ceilings=_ceilings(campaign),
    )
    if is_note:
        return burden(day, "", around)
    last = query.last_inspection(replica, unit, before=day or None)
    followed, all_followed = _followed(replica, unit, record, fields, day)
    around = msgspec.structs.replace(
        around,
        produces=category_on(replica, unit, day) in campaign.production,
        last=last.fields if last is not None and last.record != record else {},
        figures=_figures(replica, str(fields.get("template", ""))),
        followed=followed,
        all_followed=all_followed,
        begun_at=begun_at,
        kept_at=kept_at,
        kept_on=zones(replica).day_of(kept_at),
    )
    return hints(fields, around)


def _figures(replica: Replica, record: str) -> dict[str, tuple[str, bool]]:
    """The figures of a checklist: what each is called, and whether it is a share of a hundred."""
    template = query.template(replica, record)
    items = [item for section in template.sections for item in section.items] if template else []
    kinds = ("number", "percentage")
    return {item.field: (item.title.in_(language()), item.kind == kinds[1]) for item in items if item.kind in kinds}


def _followed(
    replica: Replica, unit: str, record: str, fields: Mapping[str, Any], visited_on: str, day: str = ""
) -> tuple[frozenset[str], bool]:
    """The items of an inspection that a follow-up tells of, and whether one was opened from the visit as a whole.

    Such a one was opened with it by the end of `day`, or was under way from an earlier record on the day of the visit.
    """
    if not unmet(fields):
        return frozenset(), False
    own, under_way = told_of(replica.connection, unit, record, visited_on or "9999", day or "9999")
    return frozenset((own | under_way) - {""}), "" in own


def _campaign_of(replica: Replica, unit: str, fields: Mapping[str, Any], day: str) -> CampaignView:
    """Return the campaign a visit names, or else belongs to by its day."""
    named = str(fields.get("campaign") or "")
    return query.campaign_named(replica, named or placed_in(replica, unit, day))


def _on_paper(fields: Mapping[str, Any]) -> bool:
    """Whether an inspection was made on paper, before the program: nothing of it was typed late or fast."""
    return fields.get("template") == IMPORTED


def _ceilings(campaign: CampaignView) -> Ceilings:
    usual = Ceilings()
    return Ceilings(
        visits_a_month=int(setting(campaign, "visits_a_month", usual.visits_a_month)),
        month_days=int(setting(campaign, "visits_month_days", usual.month_days)),
        visits_a_year=int(setting(campaign, "visits_a_year", usual.visits_a_year)),
        production_from=setting(campaign, "production_from", usual.production_from),
        production_to=setting(campaign, "production_to", usual.production_to),
    )


def record_hints(replica: Replica, found: Record) -> list[Hint]:
    """The same of a kept visit, as anybody who reads it sees it; nothing for other kinds."""
    if not found.versions:
        return []
    times = {"begun_at": moment_of(found.record), "kept_at": found.versions[0].at}
    return _hints_of(replica, found.kind, found.ledger, found.fields, record=found.record, **times)


class Hinted(msgspec.Struct, frozen=True, kw_only=True):
    """An inspection with what is worth a second look in it."""

    visit: Visited
    hints: list[Hint]


def hinted(replica: Replica, most: int = 500, *, campaign: str = "", day: str = "") -> list[Hinted]:
    """Of the newest inspections those with hints, newest first: by what was seen, never by who made them.

    `campaign`: of that one alone; `day`: as if it were the end of that day. Looked at again when the file has changed.
    """
    state = (most, campaign, day, *replica.state)
    known = _seen.get(replica)
    if known is None or known[0] != state:
        known = _seen[replica] = (state, _hinted(replica, most, campaign, day))
    return known[1]


def _hinted(replica: Replica, most: int, campaign: str, day: str) -> list[Hinted]:
    named = {each.id: (_ceilings(each), each.production) for each in query.campaigns(replica)}
    usual, days = (Ceilings(), frozenset[str]()), zones(replica)

    @cache
    def figures(template: str) -> dict[str, tuple[str, bool]]:
        return _figures(replica, template)

    found = []
    for visit in newest(replica, most, campaign=campaign, day=day):
        ceilings, production = named.get(visit.campaign, usual)
        followed, all_followed = _followed(replica, visit.unit, visit.record, visit.fields, visit.day, day)
        around = Around(
            produces=visit.category in production,
            visits=[(each, group) for each, group, of in visit.others if of == visit.campaign],
            elsewhere=[(each, group) for each, group, of in visit.others if of != visit.campaign],
            last=visit.before,
            figures=figures(str(visit.fields.get("template", ""))),
            followed=followed,
            all_followed=all_followed,
            begun_at=moment_of(visit.record),
            kept_at=visit.at,
            kept_on=days.day_of(visit.at),
            ceilings=ceilings,
        )
        seen = [] if _on_paper(visit.fields) else hints(visit.fields, around)
        if seen:
            found.append(Hinted(visit=visit, hints=seen))
    return found


def hint_words(hint: Hint) -> str:
    """A hint in words."""
    return t(f"hint.{hint.code}", **hint.values)


def hints_json(found: list[Hint]) -> list[dict[str, Any]]:
    """Hints as the commands print them."""
    return [{"code": each.code, **each.values, "words": hint_words(each)} for each in found]


def hints_words(found: list[Hint]) -> str:
    """Several hints on one line."""
    return "; ".join(hint_words(hint).rstrip("。.") for hint in found)


def moment_of(record: str) -> str:
    """When a record's id was made, which is when its form was begun (UUIDv7); empty for ids of another make."""
    digits = record.replace("-", "")
    if len(digits) != 32 or digits[12] != "7":
        return ""
    try:
        made = datetime.fromtimestamp(int(digits[:12], 16) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return made.isoformat(timespec="milliseconds").replace("+00:00", "Z")
