"""Requests to the office in words: what is asked for, why, and what the office said. Knows no screen."""

from __future__ import annotations

from supervisor_tui.labels.dates import local, short
from supervisor_tui.labels.fields import author_words
from supervisor_tui.locale import has, t
from supervisor_tui.terminal.text import one_line
from sync.replica import Replica
from sync.replica.as_of.calendar import today
from sync.replica.editing import requests
from sync.replica.editing.requests import Request
from sync.replica.queries.rows import Record


def asks_words(request: Request, this_day: str) -> str:
    """What a request asks for, with the day where it asks to put off."""
    words = t(f"asks.{request.asks}") if has(f"asks.{request.asks}") else one_line(request.asks)
    day = one_line(short(request.due_on, this_day))
    return t("asks.until", asks=words, day=day) if request.due_on else words


def waiting_requests(replica: Replica, found: Record) -> list[Request]:
    """Return the requests on which the office has not ruled: a follow-up's, or the one that a record is."""
    if found.kind == "follow_up":
        asked = requests.of_follow_up(replica, found.ledger, found.record)
    else:
        one = requests.one(replica, found.record) if found.kind == requests.KIND else None
        asked = [one] if one is not None else []
    return [each for each in asked if each.state == requests.PENDING]


def said_of(replica: Replica, request: Request) -> tuple[str, str]:
    """A request in words, and what the office said of it or why it has not."""
    asks = asks_words(request, today(replica))
    asked = f"{_who(replica, request.by, request.at)}  {asks}  {request.why}".rstrip()
    ruled = t(f"request.{request.state}")
    if request.ruled_by:
        by = _who(replica, request.ruled_by, request.ruled_at)
        return asked, f"{by}  {ruled}  {request.comment}".rstrip()
    is_own = request.state == requests.PENDING and request.by == replica.joined().person
    if is_own:
        ruled = t("refused.own_request_alone" if _is_alone(replica) else "request.own_pending")
    return asked, ruled


def said_asked(replica: Replica, asks: str) -> str:
    """Say what was asked of the office instead of being done, and where nobody is there to rule, what to do."""
    alone = [t("refused.own_request_alone")] if _is_alone(replica) else []
    return "\n".join([t(f"request.asked_{asks}"), *alone])


def _is_alone(replica: Replica) -> bool:
    return requests.own_refusal(replica) == "own_request_alone"


def _who(replica: Replica, person: str, at: str) -> str:
    return f"{one_line(author_words(replica, person))}  {one_line(local(replica, at))}"
