"""The commands that write: record, correct, withdraw, step, resolve. Each prints where its edit now stands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.faults import fault_lines
from supervisor_tui.cli.options.lookup import campaign_named, open_replica, record_id, unit_id
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json
from supervisor_tui.forms import raising
from supervisor_tui.forms.answers import tidy_figures
from supervisor_tui.forms.questions import template_parts
from supervisor_tui.forms.repairs import open_repairs
from supervisor_tui.labels.follow_ups import asked_words
from supervisor_tui.labels.requests import said_asked
from supervisor_tui.locale import language, t
from supervisor_tui.rules.hints import Hint
from supervisor_tui.rules.reading import hint_words, hints_json, new_hints
from supervisor_tui.rules.second_look import look_at_day, second_look
from sync.console.full_width import as_meant
from sync.console.named_files import given_path, read_given
from sync.ledger import ids
from sync.ledger.chains import UNREADABLE
from sync.model import validation
from sync.model.days import now
from sync.model.fields import day as day_fault
from sync.model.validation import KINDS, Fault, InvalidFields
from sync.model.workflow import NEXT_STEPS, required_note
from sync.replica import Replica, query
from sync.replica.as_of.calendar import today
from sync.replica.editing import attachments, drafts, edits, requests, reviews
from sync.replica.editing.drafts import Draft
from sync.replica.editing.edits import Written
from sync.replica.queries.rows import Record
from sync.replica.queries.weak import FLAGS

_fields = msgspec.json.Decoder(dict[str, Any])
_MOST_BYTES = 1024 * 1024


def record(options: argparse.Namespace) -> int:
    """Keep a new record; an inspection is judged by its template, too."""
    fields = _read_fields(options.file)
    with open_replica(options) as replica:
        unit = unit_id(replica, options.unit)
        _check_campaign(replica, options.kind, fields)
        if not options.anyway:
            _refuse_after_closing(replica, options.kind, unit, fields)
        if options.kind == "inspection" and (template := query.template(replica, str(fields.get("template", "")))):
            fields = tidy_figures(template, fields)
        if options.attach:
            written, seen = _record_with_files(replica, options, unit, fields)
            opened: list[Written] = []
        else:
            with _named(replica, unit, fields, str(fields.get("template", ""))):
                _check(replica, options.kind, unit, fields)
                seen = _look_again(options, replica, unit, fields)
                written, opened = raising.create(replica, options.kind, unit, fields)
        print_json(_with_opened(written, opened) | ({"hints": hints_json(seen)} if seen else {}))
    return DONE


def _check_campaign(replica: Replica, kind: str, fields: dict[str, Any]) -> None:
    """Refuse a campaign that is not here for what is recorded of a unit: it would count in none."""
    named = fields.get("campaign")
    if kind in validation.UNIT_KINDS and isinstance(named, str):
        campaign_named(replica, as_meant(named))


def _with_opened(written: Written, opened: list[Written]) -> dict[str, Any]:
    """Where an edit stands, with the records of the follow-ups opened by it."""
    named = {"opened": [each.record for each in opened]} if opened else {}
    return {**msgspec.to_builtins(written), **named}


def _refuse_after_closing(replica: Replica, kind: str, unit: str, fields: dict[str, Any]) -> None:
    """Refuse a record that is dated after its unit has closed: it would count with no unit."""
    card = query.unit(replica, unit)
    closed_on = str(card.fields.get("closed_on") or "") if card is not None else ""
    stated = fields.get(validation.KINDS[kind].day) if kind in validation.KINDS else None
    day = str(validation.tidy_day(stated)) if isinstance(stated, str) else today(replica)
    if kind in validation.UNIT_KINDS and kind != "unit" and closed_on and day > closed_on:
        raise Refusal(t("close.after_closing", on=closed_on))


@contextmanager
def _named(replica: Replica, unit: str, fields: dict[str, Any], template: str) -> Iterator[None]:
    """Fields that are refused inside are all named at once: in the checklist's words, with what was given for them."""
    try:
        yield
    except InvalidFields as invalid:
        card, found = query.unit(replica, unit), query.template(replica, template) if template else None
        parts = template_parts(found, card.category, language()) if found and card else []
        lines = fault_lines(invalid.faults, invalid.kind, fields, parts)
        raise Refusal("\n".join([t("cli.invalid"), *lines])) from invalid


def _record_with_files(
    replica: Replica, options: argparse.Namespace, unit: str, fields: dict[str, Any]
) -> tuple[Written, list[Hint]]:
    """Keep a record with its files, all or nothing; until it is kept it is a draft. Return its hints as well."""
    from supervisor_tui.cli.attachments import attach_all

    if options.kind not in attachments.KINDS:
        raise Refusal(t("refused.attachment_record"))
    draft = Draft(id=ids.new_id(), kind=options.kind, unit=unit, record=ids.new_id(), fields=fields)
    try:
        attach_all(replica, draft, options.attach)
        with _named(replica, unit, draft.fields, str(fields.get("template", ""))):
            _check(replica, options.kind, unit, draft.fields)
            seen = _look_again(options, replica, unit, draft.fields)
            written = edits.create(replica, options.kind, unit, draft.fields, record=draft.record, draft=draft)
            return written, seen
    except Exception:
        drafts.drop(replica, draft.id)
        raise


def _check(replica: Replica, kind: str, unit: str, fields: dict[str, Any]) -> None:
    """Raise `InvalidFields` with everything that the record's rules and its template say against these fields."""
    faults = edits.check(replica, kind, unit, fields)
    if kind == "inspection":
        faults += _template_faults(replica, unit, fields, {fault.field for fault in faults})
    if faults:
        raise InvalidFields(faults, kind)


def _look_again(options: argparse.Namespace, replica: Replica, unit: str, fields: dict[str, Any]) -> list[Hint]:
    """Ask at a terminal whether a record that is worth a second look is kept; a script is told. Return its hints."""
    seen = new_hints(replica, options.kind, unit, fields, begun_at=now())  # as a record id that is made now says it
    _ask_again(options, [*second_look(replica, options.kind, unit, fields), *map(hint_words, seen)])
    return seen


def _ask_again(options: argparse.Namespace, asked: list[str]) -> None:
    """Say these questions, and ask at a terminal whether to go on; raise `Refusal` for a no."""
    for words in asked:
        print(words, file=sys.stderr)
    if not asked or options.yes or not sys.stdin.isatty():
        return
    print(t("cli.keep_it"), end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "是"):
        raise Refusal(t("cli.not_kept"))


def _check_changed(replica: Replica, found: Record, fields: dict[str, Any]) -> None:
    """Raise `InvalidFields` with what the template of an inspection says against the fields that change."""
    changed = {name: value for name, value in fields.items() if value is not None}
    faults = _template_faults(replica, found.ledger, found.fields | changed, set())
    if faults := [fault for fault in faults if fault.field in changed]:
        raise InvalidFields(faults, found.kind)


def _template_faults(replica: Replica, unit: str, fields: dict[str, Any], named: set[str]) -> list[Fault]:
    """What the template says against an inspection, beside the fields that are named already."""
    from supervisor_tui.forms.checks import inspection_faults

    card = query.unit(replica, unit)
    template = query.template(replica, str(fields.get("template", "")))
    if card is None or "template" in named:
        return []
    if template is None:
        return [Fault(field="template", code="no_such_template")]
    found = inspection_faults(template, card.category, validation.tidy("inspection", fields))
    return [fault for fault in found if fault.field not in named]


def correct(options: argparse.Namespace) -> int:
    """Keep a new version of a record."""
    fields = _read_fields(options.file)
    with open_replica(options) as replica:
        record = record_id(replica, options.record)
        found = query.record(replica, record)
        before = found.fields if found is not None else {}
        _check_campaign(replica, found.kind if found is not None else "", fields)
        with _named(replica, found.ledger if found is not None else "", fields, str(before.get("template", ""))):
            if found is not None and found.kind == "inspection":
                _check_changed(replica, found, fields)
            if found is not None and KINDS[found.kind].day in fields:
                _ask_again(options, second_look(replica, found.kind, found.ledger, found.fields | fields))
            if found is not None and isinstance(on := fields.get("on"), str) and not day_fault(on):
                _ask_again(options, look_at_day(replica, on, str(before.get("campaign") or "")))
            written, opened = raising.correct(replica, record, fields, options.why)
        raised = frozenset(flag for flag in FLAGS if fields.get(flag) is True and not before.get(flag))
        opened += open_repairs(replica, record, today(replica), raised) if raised else []
        print_json(_with_opened(written, opened))
        _say_asked(replica, written)
    return DONE


def withdraw(options: argparse.Namespace) -> int:
    """Withdraw a record."""
    with open_replica(options) as replica:
        written = requests.withdraw(replica, record_id(replica, options.record), options.why)
        print_json(written)
        _say_asked(replica, written)
    return DONE


def _say_asked(replica: Replica, written: Written) -> None:
    """Say what was asked of the office instead of being done."""
    if written.asks:
        print(said_asked(replica, written.asks), file=sys.stderr)


def step(options: argparse.Namespace) -> int:
    """Move a follow-up on."""
    with open_replica(options) as replica:
        record = record_id(replica, options.record)
        found = query.record(replica, record)
        if found is None or found.kind != "follow_up":
            raise Refusal(t("cli.not_a_follow_up"))
        day = options.on or today(replica)
        if not day_fault(day):
            _ask_again(options, look_at_day(replica, day, str(found.fields.get("campaign") or "")))
        said = options.progress.strip() or _said(found, options.status)
        written = requests.step(replica, record, options.status, said, day)
        print_json(written)
        _say_asked(replica, written)
    return DONE


def _said(found: Record, new: str) -> str:
    """What the person at the terminal says where the step asks for words; a script has said what it wants to say."""
    nature, old = str(found.fields.get("nature", "")), str(found.fields.get("status", ""))
    asked = required_note(old, new) if new in NEXT_STEPS.get(old, ()) else ""
    if not asked or not sys.stdin.isatty():
        return ""
    try:
        said = input(f"{asked_words(nature, new, asked)}: ").strip()
    except EOFError:
        said = ""
    if not said:
        raise Refusal(t("refused.reason_needed" if asked == "reason" else "cli.words_needed"))
    return said


def review(options: argparse.Namespace) -> int:
    """The office's word on a record."""
    with open_replica(options) as replica:
        print_json(reviews.review(replica, record_id(replica, options.record), options.verdict, options.comment))
    return DONE


def resolve(options: argparse.Namespace) -> int:
    """Settle a conflict: with a version's value, or another."""
    value: Any = msgspec.UNSET
    if options.value is not None:
        try:
            value = msgspec.json.decode(options.value)
        except UNREADABLE as error:
            raise Refusal(t("cli.value_not_json"), 2) from error
    if (value is msgspec.UNSET) == (not options.take):
        raise Refusal(t("cli.take_or_value"), 2)
    with open_replica(options) as replica:
        record = record_id(replica, options.record)
        print_json(edits.resolve(replica, record, options.field, take=options.take, value=value, why=options.why))
    return DONE


def _read_fields(file: str | None) -> dict[str, Any]:
    """The JSON object in a file or on stdin; refused in one sentence when there is none."""
    try:
        if file:
            data = read_given(given_path(file), _MOST_BYTES + 1)
        elif sys.stdin.isatty():
            raise Refusal(t("cli.fields_wanted"), 2)
        else:
            data = sys.stdin.buffer.read(_MOST_BYTES + 1)
    except OSError as error:
        raise Refusal(t("cli.no_such_file", file=file)) from error
    if len(data) > _MOST_BYTES:
        raise Refusal(t("cli.file_too_large"))
    try:
        return _fields.decode(data)
    except UNREADABLE as error:
        raise Refusal(t("cli.not_json")) from error
