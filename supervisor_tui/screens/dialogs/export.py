"""Asking which report, and in which format; what can be asked for depends on the screen below."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from textual.screen import Screen

from supervisor_tui.locale import t
from supervisor_tui.reports.issued_words import title_words
from supervisor_tui.reports.request import ReportRequest, formats_of
from supervisor_tui.rules.periods import NamedPeriod, usual_periods
from supervisor_tui.screens.dialogs.as_of import AskedOf
from supervisor_tui.screens.dialogs.choice import Choice, ChooseScreen
from supervisor_tui.screens.entry.by_kind import OnAUnit
from supervisor_tui.screens.office.brief import BriefScreen, period_words
from supervisor_tui.screens.office.issued_brief import IssuedBriefScreen
from supervisor_tui.screens.records.follow_ups import RegisterScreen
from supervisor_tui.screens.records.record import RecordScreen
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import OPEN, Wanted

_OFFERED = ("month", "last_month", "campaign", "year")  # periods a brief is offered for without being asked


Answer = Callable[[ReportRequest, str], None]  # takes what is asked for, and the name of the report's file


class _Offer(msgspec.Struct, frozen=True):
    """A report on offer: its words, the name of its file, and what would be asked for."""

    words: str
    name: str
    asked: ReportRequest


def ask_for_report(below: Screen[object], replica: Replica, answer: Answer) -> None:
    """Ask which report and which format, then give the answer; Esc gives none."""
    offers = _offers(below, replica)

    def chosen(place: str | None) -> None:
        if place is not None:
            _ask_format(below, offers[int(place)], answer)

    choices: list[Choice] = [(str(place), offer.words) for place, offer in enumerate(offers)]
    below.app.push_screen(ChooseScreen(t("export.ask_what"), choices), chosen)


def _ask_format(below: Screen[object], offer: _Offer, answer: Answer) -> None:
    def chosen(form: str | None) -> None:
        if form is not None:
            answer(msgspec.structs.replace(offer.asked, format=form), offer.name)

    choices = [(form, t(f"export.as_{form}")) for form in formats_of(offer.asked.what)]
    below.app.push_screen(ChooseScreen(t("export.ask_format"), choices), chosen)


def _offers(below: Screen[object], replica: Replica) -> list[_Offer]:
    """The record or the unit in sight first, then what is of everything."""
    made: list[_Offer] = []
    day = today(replica)

    def offer(words: str, what: str, *, name: str = "", unit: str = "", record: str = "") -> None:
        of = below if isinstance(below, AskedOf) and what != "sheet" else None
        campaign, as_of = (of.asked_campaign, of.asked_day) if of else ("", "")
        asked = ReportRequest(what=what, format="", today=day, unit=unit, record=record, campaign=campaign, as_of=as_of)
        if what == "register" and isinstance(below, RegisterScreen):
            asked = _as_filtered(asked, below.filters)
        made.append(_Offer(one_line(words), name or f"{words} {as_of or day}", asked))

    visit = below.found if isinstance(below, RecordScreen) else None
    if visit is not None and visit.kind == "inspection" and not visit.withdrawn:
        visited = str(visit.fields.get("visited_on", ""))
        name = query.unit_name(replica, visit.ledger)
        words = t("export.sheet", unit=name, day=visited)
        offer(words, "sheet", name=f"{t('report.sheet_title')} {name} {visited}", record=visit.record)
    if isinstance(below, IssuedBriefScreen) and below.found is not None:
        offer(title_words(below.found), "brief", name=title_words(below.found), record=below.record_id)
    unit = _unit_of(below)
    if unit:
        name = query.unit_name(replica, unit)
        offer(t("report.unit_file", unit=name), "unit", unit=unit)
        offer(t("report.register_of", unit=name), "register", unit=unit)
    if not isinstance(below, BriefScreen):
        offer(t("report.register"), "register")
    campaign, periods = _periods(below, replica, day)
    for period in periods:
        title = t("report.brief", since=period.since, until=period.until)
        asked = ReportRequest(
            what="brief", format="", today=day, campaign=campaign, since=period.since, until=period.until
        )
        made.append(_Offer(f"{title} ({period_words(period)})", title, asked))
    if isinstance(below, BriefScreen):
        offer(t("report.register"), "register")
    return made


def _as_filtered(asked: ReportRequest, filters: Wanted) -> ReportRequest:
    """Return what is asked for with what the register in sight is filtered by."""
    is_plain = filters in (OPEN, Wanted(shown="all"))
    only = None if is_plain else filters
    return msgspec.structs.replace(asked, unit=filters.unit, everything=filters.shown == "all", only=only)


def _periods(below: Screen[object], replica: Replica, day: str) -> tuple[str, list[NamedPeriod]]:
    """A campaign and the periods a brief of it is offered for: that in sight first, then the usual ones."""
    in_sight = isinstance(below, BriefScreen)
    campaign = below.campaign if isinstance(below, BriefScreen) else query.campaign(replica)
    first = [below.period] if isinstance(below, BriefScreen) else []
    usual = [each for each in usual_periods(campaign, day) if each.name in _OFFERED]
    return campaign.id, [*first, *(each for each in usual if not in_sight or each != first[0])]


def _unit_of(below: Screen[object]) -> str:
    if isinstance(below, OnAUnit):
        return below.current_unit()
    if isinstance(below, RecordScreen) and below.found is not None:
        return below.found.ledger
    return ""
