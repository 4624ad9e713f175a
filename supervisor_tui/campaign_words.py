"""The campaigns' own words: what the district calls its stages and unit categories, given to the catalogue."""

from __future__ import annotations

from supervisor_tui.locale import language, learn
from supervisor_tui.text import one_line
from sync.replica import Replica
from sync.replica.campaigns import campaign, campaigns
from sync.replica.views import CampaignView


def learn_words(replica: Replica) -> None:
    """Speak of stages and categories as the campaigns do; of two that name one id, the campaign worked in decides."""
    pairs: dict[str, tuple[str, str]] = {}
    for each in [*reversed(campaigns(replica)), campaign(replica)]:
        for row in each.stages:
            pairs[f"stage.{row.stage}"] = _pair(row.title, row.stage)
        for name, titles in each.categories.items():
            pairs[f"category.{name}"] = _pair(titles, name)
    learn(pairs)


def campaign_title(view: CampaignView) -> str:
    """What a campaign is called, and when it began."""
    titles = _pair(view.title, view.id)
    return f"{titles[language() == 'en']}  {view.starts_on}"


def _pair(titles: dict[str, str], name: str) -> tuple[str, str]:
    chinese, english = titles.get("zh", ""), titles.get("en", "")
    return one_line(chinese or english or name), one_line(english or chinese or name)
