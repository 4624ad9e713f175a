"""The campaigns' own words for stages, unit categories and classes of problems, given to the catalogue."""

from __future__ import annotations

from supervisor_tui.locale import has, language, learn, t
from supervisor_tui.text import one_line
from sync.participation import Term
from sync.replica import Replica
from sync.replica.campaigns import campaign, campaign_named, campaigns
from sync.replica.views import CampaignView


def learn_words(replica: Replica) -> None:
    """Speak of stages, categories and classes as campaigns do; of two for one id, the campaign worked in decides."""
    pairs: dict[str, tuple[str, str]] = {}
    for each in [*reversed(campaigns(replica)), campaign(replica)]:
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
    days = t("term.until", since=term.since, until=term.until) if term.until else t("term.from", since=term.since)
    return f"{name} {days}"


def _pair(titles: dict[str, str], name: str) -> tuple[str, str]:
    chinese, english = titles.get("zh", ""), titles.get("en", "")
    return one_line(chinese or english or name), one_line(english or chinese or name)
