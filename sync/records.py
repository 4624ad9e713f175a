"""The record kinds: their fields, types, limits, and who may write them (interfaces: "Record kinds and their fields").

`check` is the one judge of a set of fields: the forms, the command line and the central store all call it. It looks at
one edit alone; rules that need earlier entries stand in `fold`. `tidy` brings what people type into the kept form.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

OFFICE, GROUP, LIAISON, VIEWER = "office", "group", "liaison", "viewer"
ROLES = (OFFICE, GROUP, LIAISON, VIEWER)
STORE = "store"  # the central store's own device, which writes on an admin's command

CATEGORIES = (
    "non_public",
    "weak_enterprise",
    "new_economic",
    "new_social",
    "town_office",
    "retired_branch",
    "farm",
    "university",
    "public_security",
    "other",
)
LIAISON_CATEGORIES = ("weak_enterprise", "new_economic", "new_social")  # must have a liaison officer
STAGES = ("study", "review", "rectify", "consolidate")
VERDICTS = ("met", "partly", "unmet", "na")
MODES = ("visit", "phone", "meeting", "message")
NATURES = ("problem", "difficulty", "suggestion")
STATUSES = ("open", "in_progress", "reported", "verified", "closed", "returned", "withdrawn")

LINE, NOTE, TEXT, LONG = 200, 2_000, 10_000, 60_000  # characters
COUNT_LIMIT = 10_000_000
MAX_FIELDS = 500  # in one entry
UNKNOWN_FIELD_BYTES = 64 * 1024  # a field of a later version is kept up to this size


class Fault(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one field: a code the catalogues translate, and what would be right."""

    field: str
    code: str
    wanted: str = ""

    def __str__(self) -> str:
        return f"{self.field}: {self.code}" + (f" ({self.wanted})" if self.wanted else "")


class InvalidFields(ValueError):
    """Fields that may not be kept; `faults` names each."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults


Check = Callable[[Any], "tuple[str, str] | None"]  # None, or (code, what would be right)

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK = re.compile("[\n\u2028\u2029]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MEMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


def _text(limit: int, *, lines: bool = True) -> Check:
    def check(value: Any) -> tuple[str, str] | None:
        if not isinstance(value, str):
            return "not_text", ""
        if len(value) > limit:
            return "too_long", str(limit)
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            return "not_nfc", ""
        if _CONTROL.search(value):
            return "control", ""
        if not lines and _BREAK.search(value):
            return "one_line", ""
        return None

    return check


def _required_text(limit: int, *, lines: bool = True) -> Check:
    plain = _text(limit, lines=lines)

    def check(value: Any) -> tuple[str, str] | None:
        return plain(value) or (None if value.strip() else ("required", ""))

    return check


def _day(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value) or not value.isascii():
        return "not_day", "2026-09-18"
    try:
        date.fromisoformat(value)
    except ValueError:
        return "no_such_day", "2026-09-18"
    return None


def _clock(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) and _CLOCK.fullmatch(value) else ("not_clock", "09:30")


def _count(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, int) or isinstance(value, bool):
        return "not_count", "0"
    return None if 0 <= value <= COUNT_LIMIT else ("out_of_range", f"0-{COUNT_LIMIT}")


def _flag(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, bool) else ("not_flag", "true, false")


def _figure(value: Any) -> tuple[str, str] | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return "not_number", ""
    if isinstance(value, str):
        return _text(NOTE)(value)
    return None if abs(value) <= 1e12 else ("out_of_range", "")


def _choice(options: tuple[str, ...]) -> Check:
    wanted = ", ".join(options)
    allowed = frozenset(options)

    def check(value: Any) -> tuple[str, str] | None:
        return None if isinstance(value, str) and value in allowed else ("not_choice", wanted)

    return check


def _id(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, str) and _MEMBER.fullmatch(value) else ("not_id", "")


_note = _text(NOTE)


def _answer(value: Any) -> tuple[str, str] | None:
    if not isinstance(value, dict) or value.get("verdict") not in VERDICTS or not value.keys() <= {"verdict", "note"}:
        return "not_answer", ", ".join(VERDICTS)
    return _note(value["note"]) if "note" in value else None


def _wording(value: Any) -> tuple[str, str] | None:
    if isinstance(value, dict) and value and all(isinstance(text, str) for text in value.values()):
        return next((fault for text in value.values() if (fault := _text(NOTE)(text))), None)
    return "not_wording", '{"zh": …, "en": …}'


def _document(value: Any) -> tuple[str, str] | None:
    return None if isinstance(value, dict | list) else ("not_document", "")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a kind: how a value is checked, who may write it, and whether a new record needs it."""

    check: Check
    writers: frozenset[str]
    required: bool = False
    day: bool = False
    number: bool = False


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A record kind. `members` are dotted families (`answer.ITEM`); `day`, `title` and `texts` feed lists and search.

    `together` names fields that are only ever written as one (figures that must add up), so that every entry shows the
    whole sum. `steps` are fields a person moves on in the course of work, without giving a reason.
    """

    name: str
    ledger: str  # "unit", "district" or "staff"
    fields: dict[str, Field]
    members: dict[str, Field]
    day: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    adds_up: Callable[[Mapping[str, Any]], list[Fault]] | None = None
    steps: frozenset[str] = frozenset()

    @property
    def required(self) -> frozenset[str]:
        """The fields a new record needs."""
        return frozenset(name for name, field in self.fields.items() if field.required)

    def field(self, name: str) -> Field | None:
        """The field of that name, dotted members included; None if this version does not know it."""
        known = self.fields.get(name)
        if known is None and "." in name:
            family, _, member = name.partition(".")
            known = self.members.get(family)
            if known is not None and not _MEMBER.fullmatch(member):
                return None
        return known


def _fields(writers: frozenset[str], **checks: Check | tuple[Check, str]) -> dict[str, Field]:
    """Fields all written by the same roles; a check given as `(check, "required")` belongs to a required field."""
    fields = {}
    for name, given in checks.items():
        check, needed = given if isinstance(given, tuple) else (given, "")
        fields[name.replace("__", ".")] = Field(
            check=check,
            writers=writers,
            required=bool(needed),
            day=check is _day,
            number=check in (_count, _figure),
        )
    return fields


def _survey_adds_up(fields: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if fields["returned"] > fields["given_out"]:
        faults.append(Fault(field="returned", code="more_than", wanted=f"given_out {fields['given_out']}"))
    judged = fields["satisfied"] + fields["fairly"] + fields["unsatisfied"]
    if judged > fields["returned"]:
        faults.append(Fault(field="satisfied", code="sum_more_than", wanted=f"returned {fields['returned']}"))
    return faults


def _count_adds_up(fields: Mapping[str, Any]) -> list[Fault]:
    members = fields["members"]
    if members is None:
        return []
    return [
        Fault(field=name, code="more_than", wanted=f"members {members}")
        for name in ("retired", "laid_off", "floating", "out_of_contact", "exempt", "trained")
        if fields.get(name) is not None and fields[name] > members
    ]


_OFFICE = frozenset({OFFICE, STORE})
_FIELD = frozenset({OFFICE, GROUP})
_ALL = frozenset({OFFICE, GROUP, LIAISON})
_UNIT = frozenset({OFFICE, GROUP, LIAISON, STORE})
_NEEDED = "required"

_KINDS = (
    Kind(
        name="unit",
        ledger="unit",
        day="",
        title="name",
        texts=("name", "address", "note"),
        members={},
        fields={
            **_fields(
                _OFFICE,
                name=(_required_text(LINE, lines=False), _NEEDED),
                category=(_choice(CATEGORIES), _NEEDED),
                parent=_id,
                batch=_text(LINE, lines=False),
                address=_text(LINE, lines=False),
                withdrawn=_flag,
            ),
            **_fields(
                _UNIT,
                chain__first=_text(LINE, lines=False),
                chain__deputy=_text(LINE, lines=False),
                chain__contact_point=_text(LINE, lines=False),
                chain__direct=_text(LINE, lines=False),
                chain__business=_text(LINE, lines=False),
                weak__incomplete=_flag,
                weak__head=_flag,
                weak__subordination=_flag,
                note=_text(TEXT),
            ),
        },
    ),
    Kind(
        name="count",
        ledger="unit",
        day="counted_on",
        members={},
        together=(
            "organisations",
            "members",
            "retired",
            "laid_off",
            "floating",
            "out_of_contact",
            "found_again",
            "exempt",
            "trained",
        ),
        adds_up=_count_adds_up,
        fields=_fields(
            _ALL,
            counted_on=(_day, _NEEDED),
            organisations=_count,
            members=_count,
            retired=_count,
            laid_off=_count,
            floating=_count,
            out_of_contact=_count,
            found_again=_count,
            exempt=_count,
            trained=_count,
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="inspection",
        ledger="unit",
        day="visited_on",
        title="summary",
        texts=("summary", "good_practice", "effect_on_work", "unit_reply"),
        members={
            **_fields(_FIELD, answer=_answer, figure=_figure, inspector=_flag, attachment=_document),
        },
        fields=_fields(
            _FIELD,
            visited_on=(_day, _NEEDED),
            stage=(_choice(STAGES), _NEEDED),
            template=(_id, _NEEDED),
            group=(_id, _NEEDED),
            announced=_flag,
            arrived=_clock,
            left=_clock,
            good_practice=_text(TEXT),
            effect_on_work=_text(TEXT),
            summary=(_required_text(LONG), _NEEDED),
            unit_reply=_text(TEXT),
            acknowledged=_flag,
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="liaison_note",
        ledger="unit",
        day="noted_on",
        title="content",
        texts=("topics", "content", "advice", "promised", "good_practice"),
        members=_fields(_ALL, present=_text(LINE, lines=False), attachment=_document),
        fields=_fields(
            _ALL,
            noted_on=(_day, _NEEDED),
            mode=(_choice(MODES), _NEEDED),
            topics=_text(NOTE),
            content=(_required_text(LONG), _NEEDED),
            advice=_text(TEXT),
            promised=_text(TEXT),
            next_on=_day,
            good_practice=_text(TEXT),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="follow_up",
        ledger="unit",
        title="title",
        texts=("title", "detail", "cause", "measure", "progress"),
        steps=frozenset({"status", "progress"}),
        members=_fields(_ALL, attachment=_document),
        fields=_fields(
            _ALL,
            nature=(_choice(NATURES), _NEEDED),
            title=(_required_text(LINE, lines=False), _NEEDED),
            detail=_text(TEXT),
            cause=_text(TEXT),
            measure=_text(TEXT),
            responsible_post=_text(LINE, lines=False),
            due_on=(_day, _NEEDED),
            status=(_choice(STATUSES), _NEEDED),
            progress=_text(TEXT),
            origin=_text(LINE, lines=False),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="survey",
        ledger="unit",
        day="held_on",
        members={},
        together=("given_out", "returned", "satisfied", "fairly", "unsatisfied"),
        adds_up=_survey_adds_up,
        fields=_fields(
            _FIELD,
            held_on=(_day, _NEEDED),
            given_out=(_count, _NEEDED),
            returned=(_count, _NEEDED),
            satisfied=(_count, _NEEDED),
            fairly=(_count, _NEEDED),
            unsatisfied=(_count, _NEEDED),
            stage=_choice(STAGES),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="gate",
        ledger="unit",
        day="decided_on",
        title="why",
        texts=("missing", "why"),
        members={},
        fields=_fields(
            _FIELD,
            stage=(_choice(STAGES), _NEEDED),
            decision=(_choice(("pass", "make_up")), _NEEDED),
            missing=_text(TEXT),
            why=(_required_text(TEXT), _NEEDED),
            decided_on=(_day, _NEEDED),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="review",
        ledger="unit",
        title="comment",
        texts=("comment",),
        members={},
        fields=_fields(
            frozenset({OFFICE}),
            target=(_id, _NEEDED),
            verdict=(_choice(("accepted", "returned")), _NEEDED),
            comment=_text(TEXT),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="campaign",
        ledger="district",
        members=_fields(_OFFICE, setting=_figure),
        fields=_fields(
            _OFFICE,
            title=(_wording, _NEEDED),
            batch=(_required_text(LINE, lines=False), _NEEDED),
            starts_on=(_day, _NEEDED),
            ends_on=_day,
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="stage_plan",
        ledger="district",
        members={},
        fields=_fields(
            _OFFICE,
            campaign=(_id, _NEEDED),
            stage=(_choice(STAGES), _NEEDED),
            title=(_wording, _NEEDED),
            starts_on=(_day, _NEEDED),
            ends_on=(_day, _NEEDED),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="template",
        ledger="district",
        members={},
        fields=_fields(
            _OFFICE,
            name=(_id, _NEEDED),
            version=(_count, _NEEDED),
            stage=(_choice(STAGES), _NEEDED),
            title=(_wording, _NEEDED),
            document=(_document, _NEEDED),
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="group",
        ledger="staff",
        members={},
        fields=_fields(_OFFICE, name=(_required_text(LINE, lines=False), _NEEDED), note=_text(NOTE), withdrawn=_flag),
    ),
    Kind(
        name="person",
        ledger="staff",
        members={},
        fields=_fields(
            _OFFICE,
            name=(_required_text(LINE, lines=False), _NEEDED),
            role=(_choice(ROLES), _NEEDED),
            group=_id,
            left=_flag,
            withdrawn=_flag,
        ),
    ),
    Kind(
        name="assignment",
        ledger="staff",
        members={},
        fields=_fields(_OFFICE, unit=(_id, _NEEDED), group=_id, liaison=_id, withdrawn=_flag),
    ),
    Kind(
        name="device",
        ledger="staff",
        members={},
        fields=_fields(
            _OFFICE,
            person=(_id, _NEEDED),
            key=(_text(LINE, lines=False), _NEEDED),
            name=_text(LINE, lines=False),
            succeeds=_id,
            revoked=_flag,
            withdrawn=_flag,
        ),
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
UNIT_KINDS = tuple(kind.name for kind in _KINDS if kind.ledger == "unit")


def check(
    kind_name: str,
    fields: Mapping[str, Any],
    *,
    new: bool,
    role: str | None = None,
    known_only: bool = False,
) -> list[Fault]:
    """Every fault of one edit; an empty list when it may be kept.

    `new`: whether the edit opens its record (then required fields must be there). `role`: whose rights to apply, None
    to leave rights aside. `known_only`: refuse fields this version does not know (what a person types); otherwise they
    are kept for a later version, within a size limit (what arrives from another laptop).
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return [Fault(field="kind", code="unknown_kind", wanted=", ".join(KINDS))] if known_only else []
    if len(fields) > MAX_FIELDS:
        return [Fault(field="fields", code="too_many", wanted=str(MAX_FIELDS))]
    faults: list[Fault] = []
    for name, value in fields.items():
        field = kind.field(name)
        if field is None:
            fault = _unknown_field(name, value, known_only=known_only)
        elif role is not None and role not in field.writers:
            fault = ("not_yours", "")
        elif value is None:
            fault = ("required", "") if field.required else None
        else:
            fault = field.check(value)
        if fault is not None:
            faults.append(Fault(field=name, code=fault[0], wanted=fault[1]))
    if new:
        faults += [
            Fault(field=name, code="required")
            for name, field in kind.fields.items()
            if field.required and name not in fields
        ]
    return faults or _sums(kind, fields)


def _unknown_field(name: str, value: Any, *, known_only: bool) -> tuple[str, str] | None:
    if known_only:
        return "unknown_field", ""
    if not _MEMBER.fullmatch(name):
        return "not_id", ""
    size = len(msgspec.json.encode(value))
    return ("too_long", str(UNKNOWN_FIELD_BYTES)) if size > UNKNOWN_FIELD_BYTES else None


def _sums(kind: Kind, fields: Mapping[str, Any]) -> list[Fault]:
    if kind.adds_up is None or fields.keys().isdisjoint(kind.together):
        return []
    absent = [name for name in kind.together if name not in fields]
    if absent:
        return [Fault(field=name, code="together", wanted=", ".join(kind.together)) for name in absent]
    return kind.adds_up(fields)


def complete(kind_name: str, fields: dict[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """The edit with the other figures of its sum beside it, as they stand in `current` (None where never given)."""
    kind = KINDS.get(kind_name)
    if kind is None or fields.keys().isdisjoint(kind.together):
        return fields
    return fields | {name: current.get(name) for name in kind.together if name not in fields}


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E}
_LOOSE_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_LOOSE_CLOCK = re.compile(r"(\d{1,2})\s*[:时点.]\s*(\d{1,2})\s*分?")


def half_width(text: str) -> str:
    """Full-width digits, letters and punctuation (２０２６－９－１８) as their half-width twins."""
    return text.translate(_FULL_WIDTH)


def tidy(kind_name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What people type in the form it is kept: NFC, no outer blanks, dates and numbers from full-width or loose forms.

    Values that cannot be read stay as they are, for `check` to name.
    """
    kind = KINDS.get(kind_name)
    if kind is None:
        return dict(fields)
    return {name: _tidy_value(kind.field(name), value) for name, value in fields.items()}


def _tidy_value(field: Field | None, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _tidy_value(None, inner) for name, inner in value.items()}
    if not isinstance(value, str):
        return value
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if field is None:
        return text
    if field.day:
        return tidy_day(text)
    if field.check is _clock and (loose := _LOOSE_CLOCK.fullmatch(half_width(text))):
        return f"{int(loose[1]):02}:{int(loose[2]):02}"
    if field.number:
        return tidy_number(text)
    return text


def tidy_day(text: str) -> str:
    """A day as people write it (2026年9月18日, 2026/9/18, full-width digits) as YYYY-MM-DD; other text unchanged."""
    loose = _LOOSE_DAY.fullmatch(half_width(text).strip())
    return f"{loose[1]}-{int(loose[2]):02}-{int(loose[3]):02}" if loose else text


def tidy_number(text: str) -> int | float | str:
    """A number typed with half- or full-width digits; unreadable text unchanged."""
    plain = half_width(text).strip().replace(",", "")
    if re.fullmatch(r"-?\d{1,15}", plain):
        return int(plain)
    if re.fullmatch(r"-?\d{1,15}\.\d{1,9}", plain):
        return float(plain)
    return text
