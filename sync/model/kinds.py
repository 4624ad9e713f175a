"""The record kinds: their fields, who may write them, and the words they use (interfaces: "Record kinds").

A table, no rules but the sums of figures that must add up. Read through `records`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from sync.model import briefs, quarantine
from sync.model import fields as value
from sync.model.fields import LINE, LONG, MEMBER, NOTE, TEXT, Check, Fault, Field

OFFICE, GROUP, LIAISON, VIEWER = "office", "group", "liaison", "viewer"
ROLES = (OFFICE, GROUP, LIAISON, VIEWER)
ANY_LEDGER = "any"
STORE = "store"  # the central store's own device, which writes on an admin's command

# A category or a stage is a plain id; those below are always there, a campaign names others (its `category.ID`, its
# stage plans). The store keeps any plain id, whoever writes is held to those there are.
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
STAGES = ("study", "review", "rectify", "consolidate")
OWN_CLASS = "own"  # of problems: the unit's own, which every campaign has
IMPORTED = "imported"  # stands for the template of an inspection that was made before the program, on paper
ANY_CAMPAIGN = "any"  # the campaign of a template that is used in every one
ANY_STAGE = "any"  # the stage of a template that is used all through a campaign
MODES = ("visit", "phone", "meeting", "message")
NATURES = ("problem", "difficulty", "suggestion")
CLOSED_WHY = ("merged", "dissolved", "moved")  # why a unit closed
STATUSES = ("open", "in_progress", "reported", "verified", "closed", "returned", "withdrawn")
ASKS = ("put_off", "give_up", "withdraw")  # what a request asks for


AddsUp = Callable[[Mapping[str, Any]], list[Fault]]


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A record kind. `members` are dotted families (`answer.ITEM`); `day`, `title` and `texts` feed lists and search.

    `together` names fields that are only ever written as one (figures that must add up), so that every entry shows the
    whole sum. `steps` are fields a person moves on in the course of work, without giving a reason. `qualifiers` say of
    the edit they stand in from which day its values hold; they are no values of the record (`sync.timeline.course`).
    """

    name: str
    ledger: str  # "unit", "district", "staff", or "any" for what may stand in each
    fields: dict[str, Field]
    members: dict[str, Field]
    day: str = ""
    title: str = ""
    texts: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    adds_up: AddsUp | None = None
    steps: frozenset[str] = frozenset()
    qualifiers: frozenset[str] = frozenset()

    @property
    def required(self) -> frozenset[str]:
        """The fields a new record needs."""
        return _REQUIRED[self.name]

    def field(self, name: str) -> Field | None:
        """The field of that name, dotted members included; None if this version does not know it."""
        known = self.fields.get(name)
        if known is None and "." in name:
            family, _, member = name.partition(".")
            known = self.members.get(family)
            if known is not None and not MEMBER.fullmatch(member):
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
            day=check is value.day,
            number=check in (value.count, value.figure),
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
        for name in ("retired", "laid_off", "floating", "out_of_contact", "exempt", "to_train", "trained")
        if fields.get(name) is not None and fields[name] > members
    ]


_OFFICE = frozenset({OFFICE, STORE})
_FIELD = frozenset({OFFICE, GROUP})
_ALL = frozenset({OFFICE, GROUP, LIAISON})
_UNIT = frozenset({OFFICE, GROUP, LIAISON, STORE})
_FIELD_OR_IMPORT = frozenset({OFFICE, GROUP, STORE})  # the store writes what the office imports
_ALL_OR_IMPORT = frozenset({OFFICE, GROUP, LIAISON, STORE})  # problems of inspections the office imports
_NEEDED = "required"
_DATED = frozenset({"on", "correction"})  # from which day an edit of a state holds: see `Kind.qualifiers`


def _dated(writers: frozenset[str]) -> dict[str, Field]:
    return _fields(writers, on=value.day, correction=value.flag)


_KINDS = (
    Kind(
        name="unit",
        ledger="unit",
        day="",
        title="name",
        texts=("name", "address", "note"),
        qualifiers=_DATED,
        # `successor.UNIT`, `predecessor.UNIT`: what each was called, for laptops that do not have it.
        members=_fields(_OFFICE, successor=value.text(LINE, lines=False), predecessor=value.text(LINE, lines=False)),
        fields={
            **_fields(
                _OFFICE,
                name=(value.required_text(LINE, lines=False), _NEEDED),
                category=(value.identifier, _NEEDED),
                parent=value.identifier,
                batch=value.text(LINE, lines=False),
                address=value.text(LINE, lines=False),
                closed_on=value.day,
                closed_why=value.choice(CLOSED_WHY),
                successor=value.identifier,
                predecessor=value.identifier,
                withdrawn=value.flag,
            ),
            **_dated(_UNIT),
            **_fields(
                _UNIT,
                chain__first=value.text(LINE, lines=False),
                chain__deputy=value.text(LINE, lines=False),
                chain__contact_point=value.text(LINE, lines=False),
                chain__direct=value.text(LINE, lines=False),
                chain__business=value.text(LINE, lines=False),
                weak__incomplete=value.flag,
                weak__head=value.flag,
                weak__subordination=value.flag,
                note=value.text(TEXT),
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
            "to_train",
            "trained",
        ),
        adds_up=_count_adds_up,
        fields=_fields(
            _UNIT,
            counted_on=(value.day, _NEEDED),
            campaign=value.identifier,
            organisations=value.count,
            members=value.count,
            retired=value.count,
            laid_off=value.count,
            floating=value.count,
            out_of_contact=value.count,
            found_again=value.count,
            exempt=value.count,
            to_train=value.count,
            trained=value.count,
            source=value.text(LINE, lines=False),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="inspection",
        ledger="unit",
        day="visited_on",
        title="summary",
        texts=("summary", "good_practice", "effect_on_work", "unit_reply"),
        members={
            **_fields(
                _FIELD_OR_IMPORT,
                answer=value.answer,
                figure=value.figure,
                inspector=value.flag,
                attachment=value.document,
            ),
        },
        fields=_fields(
            _FIELD_OR_IMPORT,
            visited_on=(value.day, _NEEDED),
            campaign=value.identifier,
            stage=(value.identifier, _NEEDED),
            template=(value.identifier, _NEEDED),
            group=(value.identifier, _NEEDED),
            announced=value.flag,
            arrived=value.clock,
            left=value.clock,
            good_practice=value.text(TEXT),
            effect_on_work=value.text(TEXT),
            summary=(value.required_text(LONG), _NEEDED),
            unit_reply=value.text(TEXT),
            acknowledged=value.flag,
            source=value.text(LINE, lines=False),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="liaison_note",
        ledger="unit",
        day="noted_on",
        title="content",
        texts=("topics", "content", "advice", "promised", "good_practice"),
        members=_fields(_ALL, present=value.text(LINE, lines=False), attachment=value.document),
        fields=_fields(
            _ALL,
            noted_on=(value.day, _NEEDED),
            campaign=value.identifier,
            mode=(value.choice(MODES), _NEEDED),
            topics=value.text(NOTE),
            content=(value.required_text(LONG), _NEEDED),
            advice=value.text(TEXT),
            promised=value.text(TEXT),
            next_on=value.day,
            good_practice=value.text(TEXT),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="follow_up",
        ledger="unit",
        day="opened_on",
        title="title",
        texts=("title", "detail", "cause", "measure", "progress"),
        steps=frozenset({"status", "progress", "watch_until"}),
        qualifiers=_DATED | {"ruling"},
        members=_fields(_ALL_OR_IMPORT, attachment=value.document),
        fields=_dated(_ALL_OR_IMPORT)
        | _fields(
            _ALL_OR_IMPORT,
            nature=(value.choice(NATURES), _NEEDED),
            opened_on=value.day,
            campaign=value.identifier,
            carried_from=value.identifier,
            carried_to=value.identifier,
            title=(value.required_text(LINE, lines=False), _NEEDED),
            detail=value.text(TEXT),
            cause=value.text(TEXT),
            measure=value.text(TEXT),
            responsible_post=value.text(LINE, lines=False),
            due_on=(value.day, _NEEDED),
            status=(value.choice(STATUSES), _NEEDED),
            progress=value.text(TEXT),
            origin=value.text(LINE, lines=False),
            source=value.identifier,
            lead_unit=value.text(LINE, lines=False),
            responsible_unit=value.text(LINE, lines=False),
            watch_days=value.count,
            watch_until=value.day,
            withdrawn=value.flag,
            **{"class": value.identifier},
        )
        | _fields(_OFFICE, ruling=value.identifier),
    ),
    Kind(
        name="request",
        ledger="unit",
        title="why",
        texts=("why",),
        steps=frozenset({"withdrawn"}),
        members={},
        fields=_fields(
            _ALL,
            target=(value.identifier, _NEEDED),
            asks=(value.choice(ASKS), _NEEDED),
            due_on=value.day,
            why=(value.required_text(TEXT), _NEEDED),
            campaign=value.identifier,
            withdrawn=value.flag,
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
            held_on=(value.day, _NEEDED),
            campaign=value.identifier,
            given_out=(value.count, _NEEDED),
            returned=(value.count, _NEEDED),
            satisfied=(value.count, _NEEDED),
            fairly=(value.count, _NEEDED),
            unsatisfied=(value.count, _NEEDED),
            stage=value.identifier,
            withdrawn=value.flag,
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
            stage=(value.identifier, _NEEDED),
            decision=(value.choice(("pass", "make_up")), _NEEDED),
            missing=value.text(TEXT),
            why=(value.required_text(TEXT), _NEEDED),
            decided_on=(value.day, _NEEDED),
            due_on=value.day,
            campaign=value.identifier,
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="participation",
        ledger="unit",
        day="from",
        qualifiers=_DATED,
        members={},
        fields=_dated(_OFFICE)
        | _fields(
            _OFFICE,
            campaign=(value.identifier, _NEEDED),
            until=value.day,
            withdrawn=value.flag,
            **{"from": (value.day, _NEEDED)},
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
            target=(value.identifier, _NEEDED),
            verdict=(value.choice(("accepted", "returned")), _NEEDED),
            version=value.text(LINE, lines=False),
            comment=value.text(TEXT),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name=quarantine.KIND,
        ledger=ANY_LEDGER,
        title="comment",
        texts=("comment",),
        members={},
        fields=_fields(
            _OFFICE,
            target=(value.required_text(LINE, lines=False), _NEEDED),
            place=value.text(LINE, lines=False),
            verdict=(value.choice(quarantine.VERDICTS), _NEEDED),
            comment=(value.required_text(TEXT), _NEEDED),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="district",
        ledger="district",
        members=_fields(_OFFICE, time_zone=value.text(LINE, lines=False)),
        fields=_fields(
            _OFFICE,
            time_zone=value.text(LINE, lines=False),
            governed_from=value.day,
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="campaign",
        ledger="district",
        members=_fields(
            _OFFICE,
            setting=value.figure,
            total=value.count,
            category=value.wording,
            liaison=value.flag,
            production=value.flag,
            office=value.flag,
            **{"class": value.wording},
        ),
        fields=_fields(
            _OFFICE,
            title=(value.wording, _NEEDED),
            batch=(value.required_text(LINE, lines=False), _NEEDED),
            starts_on=(value.day, _NEEDED),
            ends_on=value.day,
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="stage_plan",
        ledger="district",
        members={},
        fields=_fields(
            _OFFICE,
            campaign=(value.identifier, _NEEDED),
            stage=(value.identifier, _NEEDED),
            title=(value.wording, _NEEDED),
            starts_on=(value.day, _NEEDED),
            ends_on=(value.day, _NEEDED),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="template",
        ledger="district",
        members={},
        fields=_fields(
            _OFFICE,
            name=(value.identifier, _NEEDED),
            campaign=value.identifier,
            version=(value.count, _NEEDED),
            stage=(value.identifier, _NEEDED),
            title=(value.wording, _NEEDED),
            document=(value.document, _NEEDED),
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name=briefs.KIND,
        ledger="district",
        day="issued_on",
        members=_fields(frozenset({OFFICE}), attachment=value.document),
        fields=_fields(
            frozenset({OFFICE}),
            campaign=(value.identifier, _NEEDED),
            to=(value.day, _NEEDED),
            number=(value.count, _NEEDED),
            issued_on=value.day,
            figures=value.document,
            digests=value.document,
            attachment=value.identifier,
            withdrawn=value.flag,
            **{"from": (value.day, _NEEDED)},
        ),
    ),
    Kind(
        name="group",
        ledger="staff",
        qualifiers=_DATED,
        members={},
        fields=_dated(_OFFICE)
        | _fields(
            _OFFICE,
            name=(value.required_text(LINE, lines=False), _NEEDED),
            note=value.text(NOTE),
            closed_on=value.day,
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="person",
        ledger="staff",
        qualifiers=_DATED,
        members={},
        fields=_dated(_OFFICE)
        | _fields(
            _OFFICE,
            name=(value.required_text(LINE, lines=False), _NEEDED),
            role=(value.choice(ROLES), _NEEDED),
            group=value.identifier,
            left=value.flag,
            left_on=value.day,
            withdrawn=value.flag,
        ),
    ),
    Kind(
        name="assignment",
        ledger="staff",
        qualifiers=frozenset({"from", "until", "correction"}),
        members={},
        fields=_fields(
            _OFFICE,
            unit=(value.identifier, _NEEDED),
            group=value.identifier,
            liaison=value.identifier,
            correction=value.flag,
            withdrawn=value.flag,
            **{"from": value.day, "until": value.day},
        ),
    ),
    Kind(
        name="device",
        ledger="staff",
        members={},
        fields=_fields(
            _OFFICE,
            person=(value.identifier, _NEEDED),
            key=(value.text(LINE, lines=False), _NEEDED),
            name=value.text(LINE, lines=False),
            succeeds=value.identifier,
            revoked=value.flag,
            withdrawn=value.flag,
        ),
    ),
)

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
_REQUIRED = {kind.name: frozenset(name for name, field in kind.fields.items() if field.required) for kind in _KINDS}
UNIT_KINDS = tuple(kind.name for kind in _KINDS if kind.ledger == "unit")
RECORDED_OF_A_UNIT = tuple(name for name in UNIT_KINDS if name not in ("unit", "participation"))
CAMPAIGN_KINDS = frozenset(  # kinds whose records belong to a campaign, by its name or by their day
    kind.name for kind in _KINDS if kind.ledger == "unit" and "campaign" in kind.fields and kind.name != "participation"
)
