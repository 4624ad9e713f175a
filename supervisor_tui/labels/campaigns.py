"""The campaigns' own words for stages, unit categories and classes of problems, given to the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from supervisor_tui.locale import has, language, learn, t
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica
from sync.replica.queries.campaigns import campaign, campaign_named, campaigns
from sync.replica.queries.rows import CampaignView
from sync.timeline.participation import Term


def learn_words(replica: Replica) -> None:
    """Learn what the campaigns call themselves, their stages, categories and classes.

    Where two call one thing differently, the word of the campaign that is worked in is taken.
    """
    pairs: dict[str, tuple[str, str]] = {}
    for each in [*reversed(campaigns(replica)), campaign(replica)]:
        pairs[f"campaign_called.{each.id}"] = _pair(each.title, each.id)
        for row in each.stages:
            pairs[f"stage.{row.stage}"] = _pair(row.title, row.stage)
        for name, titles in each.categories.items():
            pairs[f"category.{name}"] = _pair(titles, name)
        for name, titles in each.classes.items():
            pairs[f"class.{name}"] = _pair(titles, name)
    learn(pairs)


def stage_words(stage: str) -> str:
    """What a stage is called; one that no campaign here names stands for itself, harmlessly."""
    return _named(f"stage.{stage}", stage)


def category_words(category: str) -> str:
    """What a unit category is called; one that no campaign here names stands for itself, harmlessly."""
    return _named(f"category.{category}", category)


def class_words(name: str) -> str:
    """What a class of problems is called; one that no campaign here names stands for itself, harmlessly."""
    return _named(f"class.{name}", name)


def taking_part_words(fields: Mapping[str, object]) -> str:
    """What a record of taking part says: the campaign, from which day, until which."""
    campaign_id, since, until = (str(fields.get(name) or "") for name in ("campaign", "from", "until"))
    return f"{_named(f'campaign_called.{campaign_id}', campaign_id)} {_days_words(since, until)}"


def _days_words(since: str, until: str) -> str:
    return t("term.until", since=since, until=until) if until else t("term.from", since=since)


def _named(key: str, name: str) -> str:
    return t(key) if has(key) else one_line(name)


def campaign_name(view: CampaignView) -> str:
    """What a campaign is called."""
    return _pair(view.title, view.id)[language() == "en"]


def campaign_title(view: CampaignView) -> str:
    """What a campaign is called, and when it began."""
    return f"{campaign_name(view)}  {view.starts_on}"


def term_words(replica: Replica, term: Term) -> str:
    """A unit's taking part: the campaign, from which day, until which."""
    found = campaign_named(replica, term.campaign)
    name = campaign_name(found) if found.id else one_line(term.campaign)
    return f"{name} {_days_words(term.since, term.until)}"


def _pair(titles: dict[str, str], name: str) -> tuple[str, str]:
    chinese, english = titles.get("zh", ""), titles.get("en", "")
    return one_line(chinese or english or name), one_line(english or chinese or name)
