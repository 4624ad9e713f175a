"""Fields and their values in words of the domain. Knows nothing of Textual."""

from __future__ import annotations

from typing import Any

from supervisor_tui.locale import has, t
from sync.replica import Replica, query

_CHOICES = ("category", "stage", "mode", "nature", "status", "decision", "verdict")


def field_words(kind: str, name: str) -> str:
    """What a field is called; a dotted member of a set is called by its family and itself."""
    if has(key := f"field.{kind}.{name}"):
        return t(key)
    if name == "withdrawn":
        return t("field.withdrawn")
    family, _, member = name.partition(".")
    if has(key := f"field.{kind}.{family}"):
        return f"{t(key)} {member}" if member and family != "inspector" else t(key)
    return name


def value_words(replica: Replica, name: str, value: Any) -> str:
    """A value as a person reads it: choices, names and verdicts in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        if name.startswith("inspector."):
            return query.person_name(replica, name.partition(".")[2])
        return t("value.true" if value else "value.false")
    if isinstance(value, dict):
        return _answer_words(value)
    text = str(value)
    if name == "group":
        return query.group_name(replica, text)
    if name == "template":
        return _template_words(replica, text)
    if name in _CHOICES and has(key := f"{name}.{text}"):
        return t(key)
    return text


def _answer_words(value: dict[str, Any]) -> str:
    if "verdict" not in value:
        return "  ".join(str(each) for each in value.values())
    note = value.get("note")
    return t(f"verdict.{value['verdict']}") + (f"  {note}" if note else "")


def _template_words(replica: Replica, record: str) -> str:
    from supervisor_tui.locale import language

    template = query.template(replica, record)
    return template.title.in_(language()) if template else record
