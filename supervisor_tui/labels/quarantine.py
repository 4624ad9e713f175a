"""Why the office keeps an entry apart and what to do, in words of the domain. Knows nothing of Textual."""

from __future__ import annotations

from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fields import author_words, field_words
from supervisor_tui.locale import has, t
from sync.ledger.ids import COMMON_LEDGERS
from sync.model import validation
from sync.model.kinds import KINDS
from sync.replica import Replica, query
from sync.replica.queries.rows import Said, SetAsideRow

_DETAILED = ("invalid_fields", "not_allowed")
_MOST_NAMED = 5


def why_words(code: str) -> str:
    """The reason in a sentence."""
    return t(f"apart.{code}") if has(f"apart.{code}") else t("apart.unknown")


def do_words(code: str) -> str:
    """What the author can do."""
    return t(f"apart_do.{code}") if has(f"apart_do.{code}") else t("apart_do.unknown")


def fault_words(code: str, kind: str, fields: dict[str, object], role: str) -> list[str]:
    """The fields that are at fault and how, where the reason is about fields."""
    if code not in _DETAILED:
        return []
    faults = validation.check(kind, fields, new=False, role=role if code == "not_allowed" else None)
    return [
        f"{field_words(kind, fault.field)}: {t('fault.' + fault.code, wanted=fault.wanted)}"
        for fault in faults[:_MOST_NAMED]
    ]


def reason_lines(replica: Replica, row: SetAsideRow) -> list[str]:
    """The reason, the fields at fault, and what to do, a sentence each."""
    faults = fault_words(row.code, row.kind, row.fields, replica.joined().role)
    return [why_words(row.code), *faults, do_words(row.code)]


def unit_words(replica: Replica, row: SetAsideRow) -> str:
    """Which unit an entry is about."""
    name = ledger_words(replica, row.unit)
    return name if name != row.unit else t("aside.unit_gone")


def ledger_words(replica: Replica, ledger: str) -> str:
    """Whose ledger it is: a unit's name or, out of scope, its id; what all share; nobody's where it is unreadable."""
    if ledger in COMMON_LEDGERS:
        return t(f"aside.{ledger}")
    return query.unit_name(replica, ledger) if ledger else t("aside.unreadable")


def what_words(row: SetAsideRow) -> str:
    """Which record it is: its kind, and how it begins."""
    kind = t(f"kind.{row.kind}") if row.kind in KINDS else row.kind or t("aside.unreadable")
    if not row.fields and row.seq:
        return f"{kind}  {t('aside.content_gone')}"
    return f"{kind}  {row.title}".rstrip()


def said_words(replica: Replica, said: Said) -> str:
    """What the office said, who and when."""
    who = author_words(replica, said.by)
    return f"{t(f'ruling.{said.verdict}')} ({who}, {local(replica, said.at)}): {said.comment}"
