"""A record as it is read: its fields in words, its checklist, and every version with who, when and why."""

from __future__ import annotations

from typing import Any

from supervisor_tui.files.attachments import state_words
from supervisor_tui.labels.dates import local, skew_words
from supervisor_tui.labels.fields import (
    author_words,
    field_words,
    in_order,
    item_titles,
    item_values,
    reason_words,
    value_words,
)
from supervisor_tui.labels.quarantine import do_words, fault_words, said_words, why_words
from supervisor_tui.labels.requests import said_of
from supervisor_tui.locale import has, t
from supervisor_tui.rules.reading import hint_words, record_hints
from supervisor_tui.terminal.text import cells, fit, one_line, size_words
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import Lines, hung
from sync.protocol.blobs import FIELD
from sync.replica import Replica
from sync.replica.as_of.calendar import zones
from sync.replica.editing import attachments, quarantine, requests, reviews
from sync.replica.editing.reviews import Review
from sync.replica.queries.rows import Record, Said, Version

_NAME = 14  # cells of a field's name; longer ones stand on a line of their own
_REVIEW_ROLES = {"accepted": "good", "returned": "warn"}
_REQUEST_ROLES = {requests.PENDING: "warn", requests.GRANTED: "good", requests.REFUSED: "bad", requests.MOOT: "dim"}
_VERDICT_ROLES = {"met": "good", "partly": "warn", "unmet": "bad", "na": "dim"}


def record_page(replica: Replica, found: Record | None, width: int) -> Lines:
    """Everything there is to read about a record."""
    if found is None:
        return [[], *hung([], t("record.gone_why"), width)]
    lines: Lines = [[]]
    if found.apart:
        lines += [[(t("record.apart"), "bad")], []]
    if found.withdrawn:
        lines += [[(t("record.withdrawn"), "warn")], []]
        if late := sum(version.late for version in found.versions):
            lines[-1:] = [*hung([], t("record.late", count=late), width, "warn"), []]
    if found.conflicts:
        lines += [[(t("record.conflicts", count=len(found.conflicts)), "bad")], []]
    for review in reviews.of_record(replica, found.ledger, found.record):
        lines += hung([], review_words(replica, review), width, _REVIEW_ROLES.get(review.verdict, "plain"))
    for hint in record_hints(replica, found):
        lines += hung([(t("finish.hint") + "  ", "warn")], hint_words(hint), width)
    lines += [[]] if len(lines) > 1 and lines[-1] else []
    titles, figures = item_titles(replica, found.fields), item_values(replica, found.fields)
    told = {name: value for name, value in found.fields.items() if not name.startswith(FIELD)}
    plain, answers = in_order(found.kind, told, titles)
    nature = str(found.fields.get("nature", ""))
    for name, value in plain:
        mark = [("  " + t("history.conflict"), "bad")] if name in found.conflicts else []
        words = titles.get(name) or field_words(found.kind, name, nature)
        lines += _field(words, figures.get(name) or value_words(replica, name, value, nature), mark, width)
    if answers:
        lines += [[], [(t("record.items"), "heading")]]
        for name, value in answers:
            lines += _answer(titles.get(name, name.partition(".")[2]), value, name in found.conflicts, width)
    lines += _requests(replica, found, width)
    return [*lines, *_attachments(replica, found, titles, width), [], *_versions(replica, found, titles, width)]


def _attachments(replica: Replica, found: Record, titles: dict[str, str], width: int) -> Lines:
    """What is attached, for which item of the checklist, and whether its bytes have arrived here."""
    listed = attachments.attachments(replica, found.fields)
    if not listed:
        return []
    lines: Lines = [[], [(t("attachment.heading", count=len(listed)), "heading")]]
    for each in listed:
        state: Span = (f"  {size_words(each.size)}  {state_words(each)}", "dim" if each.here else "warn")
        named = hung([], one_line(each.file_name), max(20, width - 40))
        named[-1].append(state)
        lines += named
        if each.item:
            lines += hung([("  ", "")], one_line(titles.get(f"figure.{each.item}", each.item)), width, "dim")
    return lines


def review_words(replica: Replica, review: Review) -> str:
    """A review in one line: who, when, and what the office says."""
    author = one_line(author_words(replica, review.by))
    said = t(f"reviews.said_{review.verdict}") if has(f"reviews.said_{review.verdict}") else review.verdict
    return f"{author}  {local(replica, review.at)}  {said}  {review.comment}".rstrip()


def _field(words: str, value: str, mark: list[Span], width: int) -> Lines:
    name = one_line(words)
    if cells(name) > _NAME:
        return [[(name, "dim"), *mark], *hung([("  ", "")], value, width)]
    lines = hung([(fit(name, _NAME) + "  ", "dim")], value, width)
    lines[0] += mark
    return lines


def _answer(title: str, value: Any, conflicted: bool, width: int) -> Lines:
    given = value if isinstance(value, dict) else {}
    verdict = str(given.get("verdict", ""))
    words = t(f"verdict.{verdict}") if has(f"verdict.{verdict}") else "-"
    lines = hung([(fit(words, 6) + "  ", _VERDICT_ROLES.get(verdict, "dim"))], one_line(title), width)
    if conflicted:
        lines[0].append(("  " + t("history.conflict"), "bad"))
    if note := str(given.get("note") or ""):
        lines += hung([(" " * 8, "")], note, width, "dim")
    return lines


def _versions(replica: Replica, found: Record, titles: dict[str, str], width: int) -> Lines:
    lines: Lines = [[(t("record.versions", count=len(found.versions)), "heading")]]
    rulings = quarantine.said(replica)
    nature = str(found.fields.get("nature", ""))
    for number, version in enumerate(found.versions, start=1):
        lines += _version(replica, number, version, width)
        if version.late:
            lines += hung([("   ", "")], t("record.late_version"), width, "warn")
        if version.after_duty:
            lines += hung([("   ", "")], t("record.after_duty"), width, "warn")
        if version.skew:
            lines += hung([("   ", "")], skew_words(version.skew), width, "warn")
        lines += _reasons(replica, found.kind, version, quarantine.said_of(rulings, version), width)
        if number > 1:
            for name, value in version.set.items():
                if name == "on" and value == zones(replica).day_of(version.at):
                    continue  # from the day it was written, as the line above says
                words = one_line(titles.get(name) or field_words(found.kind, name, nature))
                changed = value_words(replica, name, value, nature) or t("record.cleared")
                if name.startswith(FIELD):  # a file's name says more than the digest it is kept under
                    words = t(f"field.{found.kind}.attachment")
                    changed = str(value.get("name", "")) if isinstance(value, dict) else t("record.cleared")
                lines += hung([(f"   {words}  ", "dim")], changed, width)
    return lines


def _version(replica: Replica, number: int, version: Version, width: int) -> Lines:
    author = one_line(author_words(replica, version.by))
    state = t(f"verdict_of_version.{version.verdict}")
    head: list[Span] = [
        (f"{number}  ", "key"),
        (f"{one_line(local(replica, version.at))}  {author}  ", "plain"),
        (state, "dim" if version.verdict == "accepted" else "warn"),
    ]
    return hung([*head, ("  ", "")], reason_words(version.by, version.why), width) if version.why else [head]


def _reasons(replica: Replica, kind: str, version: Version, ruling: Said | None, width: int) -> Lines:
    """Why a version has no effect and what to do about it, and what the office said of it."""
    lines = [line for reason in why_not(replica, kind, version) for line in hung([("   ", "")], reason, width, "bad")]
    if version.verdict == "apart":
        lines += hung([("   ", "")], do_words(version.code), width, "plain")
    if ruling is not None:
        lines += hung([("   ", "")], said_words(replica, ruling), width, "accent")
    return lines


def why_not(replica: Replica, kind: str, version: Version) -> list[str]:
    """Why a version has no effect, a sentence each; empty if it has."""
    if version.verdict == "apart":
        role = replica.joined().role
        return [why_words(version.code), *fault_words(version.code, kind, version.set, role)]
    return [t(f"flaw.{version.code}")] if version.verdict == "invalid" else []


def _requests(replica: Replica, found: Record, width: int) -> Lines:
    """What was asked of the office for a follow-up, the newest first: who, when, why, and what the office said."""
    if found.kind != "follow_up":
        return []
    lines: Lines = []
    for each in requests.of_follow_up(replica, found.ledger, found.record):
        asked, said = said_of(replica, each)
        lines += hung([], asked, width, "plain")
        lines += hung([("   ", "")], said, width, _REQUEST_ROLES.get(each.state, "plain"))
    return [[], [(t("request.heading"), "heading")], *lines] if lines else []
