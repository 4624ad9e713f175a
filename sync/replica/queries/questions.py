"""Questions that go up to the office: follow-ups of the classes that their campaign marks as the office's to answer."""

from __future__ import annotations

from sync.replica.queries.campaigns import campaigns
from sync.replica.replica import Replica
from sync.system.sql_lists import listed

Condition = tuple[str, tuple[str, ...]]  # a condition of a statement, and the values it wants


def question(replica: Replica) -> Condition:
    """Return the condition that a row `f` of follow-ups is such a question; one of no row where no class is marked.

    It names the classes first, so that they are found through the index `follow_up_class`, and others cost nothing.
    """
    marked = [(each.id, name) for each in campaigns(replica) for name in sorted(each.questions)]
    if not marked:
        return "0", ()
    classes = sorted({name for _, name in marked})
    pairs = [f"{campaign} {name}" for campaign, name in marked]
    campaign_and_class = "(SELECT q.campaign || ' ' || f.class FROM record q WHERE q.id = f.id)"
    return f"f.class <> '' AND f.class IN {listed(classes)} AND {campaign_and_class} IN {listed(pairs)}", (
        *classes,
        *pairs,
    )
