"""Fields and their values in words of the domain. Knows nothing of Textual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from supervisor_tui.labels.campaigns import campaign_name, taking_part_words
from supervisor_tui.labels.dates import local
from supervisor_tui.labels.follow_ups import status_words
from supervisor_tui.locale import has, language, t
from supervisor_tui.terminal.text import file_words, one_line
from sync.ledger.chains import HASH_PREFIX
from sync.model.kinds import IMPORTED
from sync.model.templates import Item
from sync.model.validation import KINDS, STORE
from sync.protocol.blobs import FIELD
from sync.replica import Replica, query

_CHOICES = ("category", "class", "stage", "mode", "nature", "status", "decision", "verdict", "closed_why")
_UNITS = ("parent", "successor", "predecessor")
_SHORT_HASH = 12  # characters
_IMPORTED_FROM = "imported from "  # what the store gives as its reason, the same in every language
_NAMED_BY_VALUE = (
    "inspector",
    "attachment",
    "successor",
    "predecessor",
)  # families whose members' ids say nothing to a person
_SPEAKING = {
    "count": ("members", "floating", "out_of_contact", "found_again"),
    "survey": ("returned", "satisfied", "fairly", "unsatisfied"),
}


def field_words(kind: str, name: str, nature: str = "") -> str:
    """What a field is called; a dotted member of a set is called by its family and itself.

    `nature`: of the follow-up it stands in, whose words it then has.
    """
    if nature and has(key := f"field.{kind}.{nature}.{name}"):
        return t(key)
    if has(key := f"field.{kind}.{name}"):
        return t(key)
    if has(key := f"field.{name}"):
        return t(key)
    family, _, member = name.partition(".")
    if family == "present" and has(f"form.present.{member}"):
        member = t(f"form.present.{member}")
    if has(key := f"field.{kind}.{family}"):
        return f"{t(key)} {member}" if member and family not in _NAMED_BY_VALUE else t(key)
    return name


def item_titles(replica: Replica, fields: Mapping[str, Any]) -> dict[str, str]:
    """The wording of the checklist's items by field, from the template an inspection was made with."""
    template = query.template(replica, str(fields.get("template", "")))
    if template is None:
        return {}
    return {item.field: item.title.in_(language()) for section in template.sections for item in section.items}


def item_values(replica: Replica, fields: Mapping[str, Any]) -> dict[str, str]:
    """The checklist's figures in words by field: a choice by its title, a number with its unit."""
    template = query.template(replica, str(fields.get("template", "")))
    items = [item for section in template.sections for item in section.items] if template else []
    return {item.field: _figure_words(item, fields[item.field]) for item in items if _is_figure(item, fields)}


def _is_figure(item: Item, fields: Mapping[str, Any]) -> bool:
    return item.kind != "verdict" and fields.get(item.field) is not None


def _figure_words(item: Item, value: Any) -> str:
    if item.kind == "choice":
        return next((each.title.in_(language()) for each in item.options if each.id == value), str(value))
    unit = item.unit.in_(language()) if item.unit else "%" if item.kind == "percentage" else ""
    return f"{value:g} {unit}".strip() if isinstance(value, int | float) else str(value)


def in_order(
    kind: str, fields: Mapping[str, Any], titles: Mapping[str, str]
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """The fields in the order of their kind, then dotted members; apart from them the answers, as the template asks.

    A unit that a set names as well (`successor` beside `successor.UNIT`) stands there alone.
    """
    known = [*(KINDS[kind].fields if kind in KINDS else ()), *titles]
    ordered = sorted(
        (pair for pair in fields.items() if pair[0] != "withdrawn" and ".".join(map(str, pair)) not in fields),
        key=lambda pair: (known.index(pair[0]) if pair[0] in known else len(known), pair[0]),
    )
    answers = [pair for pair in ordered if pair[0].startswith("answer.")]
    return [pair for pair in ordered if pair not in answers], answers


def value_words(replica: Replica, name: str, value: Any, nature: str = "") -> str:
    """A value as a person reads it: choices, names and verdicts in words; `nature` as in `field_words`."""
    if value is None:
        return ""
    if isinstance(value, bool):
        if name.startswith("inspector."):
            return query.person_name(replica, name.partition(".")[2])
        return t("value.true" if value else "value.false")
    if name in ("figures", "digests"):
        return t("value.see_brief")
    if isinstance(value, dict):
        return file_words(value) if name.startswith(FIELD) else _answer_words(value)
    text = str(value)
    if name == "status" and nature:
        return status_words(nature, text)
    if name == "watch_days":
        return f"{text} {t('form.days')}"
    if name == "group":
        return query.group_name(replica, text)
    if name == "template":
        return _template_words(replica, text)
    if name == "target":
        return _record_words(replica, text)
    if name == "ruling":
        return _ruling_words(replica, text)
    if name == "origin" or (name == "source" and query.record(replica, text) is not None):
        return _origin_words(replica, text)
    if name == "version" and text.startswith(HASH_PREFIX):
        return text[len(HASH_PREFIX) :][:_SHORT_HASH]
    if name in _UNITS:
        return query.unit_name(replica, text)
    if name == "campaign":
        return campaign_name(query.campaign_named(replica, text)) or text
    if name in ("carried_from", "carried_to"):
        return _record_words(replica, text)
    if name in _CHOICES and has(key := f"{name}.{text}"):
        return t(key)
    return text


def author_words(replica: Replica, person: str) -> str:
    """Who wrote something: a person's name, or the central store itself."""
    return t("role.store") if person == STORE else query.person_name(replica, person)


def reason_words(by: str, why: str) -> str:
    """Why something was written, as it was typed; where the central store imported it, in the language spoken."""
    source = why.removeprefix(_IMPORTED_FROM)
    return t("record.imported_from", source=source) if by == STORE and source != why else why


def figure_words(kind: str, fields: Mapping[str, Any]) -> str:
    """What a record without a title says: the figures that say most, or the campaign taken part in; else nothing."""
    if kind == "participation":
        return taking_part_words(fields)
    said = [(name, fields.get(name)) for name in _SPEAKING.get(kind, ())]
    return "  ".join(f"{t(f'field.{kind}.{name}')} {value}" for name, value in said if value is not None)


def _ruling_words(replica: Replica, review: str) -> str:
    """Who ruled and when; the id of the review where it is not here."""
    found = query.record(replica, review)
    return review if found is None else f"{author_words(replica, found.by)}  {local(replica, found.at)}"


def _record_words(replica: Replica, record: str) -> str:
    """A record that another one names: its kind and title; its id where it is not here."""
    found = query.record(replica, record)
    title = KINDS[found.kind].title if found is not None and found.kind in KINDS else ""
    if found is None or not title:
        return record
    return f"{t('kind.' + found.kind)}  {one_line(str(found.fields.get(title, '')))}"


def _origin_words(replica: Replica, origin: str) -> str:
    """Where a follow-up comes from, `RECORD` or `RECORD#ITEM`: the record's kind and day, and the item's words."""
    record, _, item = origin.partition("#")
    found = query.record(replica, record)
    if found is None or found.kind not in KINDS:
        return t("record.origin_unknown")
    if found.kind == "unit":
        return field_words("unit", item)
    day = str(found.fields.get(KINDS[found.kind].day, ""))
    title = item_titles(replica, found.fields).get(f"answer.{item}", item)
    return "  ".join(one_line(word) for word in (t(f"kind.{found.kind}"), day, title) if word)


def _answer_words(value: dict[str, Any]) -> str:
    if "verdict" not in value:
        return "  ".join(str(each) for each in value.values())
    note = value.get("note")
    return t(f"verdict.{value['verdict']}") + (f"  {note}" if note else "")


def _template_words(replica: Replica, record: str) -> str:
    if record == IMPORTED:
        return t("template.imported")
    template = query.template(replica, record)
    return template.title.in_(language()) if template else record
