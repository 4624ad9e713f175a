"""A form's draft from the first key to the kept record: found again or begun, saved after every change, kept or left.

One owner of the fields being written. Used by the form screens; a person's own laptop only, nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from supervisor_tui.forms import raising
from sync.ledger import ids
from sync.model import validation
from sync.model.validation import Fault
from sync.replica import Replica, query
from sync.replica.editing import attachments, drafts, edits
from sync.replica.editing.drafts import Draft, Saved
from sync.replica.editing.edits import Written


class DraftSession:
    """The draft of one form. `fields` is changed in place by the form; `changed` and `flush` keep it.

    `correcting`: the draft changes a record that is kept already, so keeping it needs a reason.
    """

    def __init__(self, replica: Replica, draft: Draft, *, begun: bool, before: Mapping[str, Any] | None = None) -> None:
        self.replica = replica
        self.draft = draft
        self.before = dict(before or {})
        self.correcting = before is not None
        self.begun = begun  # whether the draft stands in the file
        self.dirty = False
        self.met = Saved.AS_IT_WAS  # what the last save met, for the form to tell
        self.opened: list[Written] = []  # follow-ups that keeping the record has opened
        self._blank = None if begun else dict(draft.fields)

    @property
    def fields(self) -> dict[str, Any]:
        """The fields as typed so far."""
        return self.draft.fields

    def changed(self) -> None:
        """Remember that the draft has to be saved."""
        self.dirty = True

    def flush(self) -> bool:
        """Save what has changed since the last time; whether there was anything to save.

        Raises `ReplicaError` if the file cannot be written; the change is then still to be saved.
        """
        if not self.dirty:
            return False
        self._saved(drafts.save(self.replica, self.draft))
        return True

    def _saved(self, met: Saved) -> None:
        """Go on from what a save has met: a new record that another window has kept is corrected from now on."""
        self.met = met
        self.dirty, self.begun = False, True
        if (
            met is not Saved.AS_IT_WAS
            and not self.correcting
            and (kept := query.record(self.replica, self.draft.record))
        ):
            self.before, self.correcting, self.draft.base = dict(kept.fields), True, dict(kept.fields)
            drafts.save(self.replica, self.draft)

    def is_as_read(self) -> bool:
        """Whether no other window has changed, kept or dropped this draft."""
        return not self.begun or drafts.is_as_read(self.replica, self.draft)

    def catch_up(self) -> None:
        """Take over what a correction leaves alone as it stands now; the fields it changes are seen as they stand."""
        kept = query.record(self.replica, self.draft.record)
        if kept is None or not self.correcting:
            return
        for name in {*kept.fields, *self.before}:
            if self.fields.get(name) == self.before.get(name):
                self.fields.pop(name, None)
                if name in kept.fields:
                    self.fields[name] = kept.fields[name]
        self.before = self.draft.base = dict(kept.fields)
        self.dirty = True

    def flush_by(self, replica: Replica) -> None:
        """The same by another handle on the file, for a thread of its own."""
        self.replica = replica
        self.flush()

    def attach(self, path: Path, item: str = "") -> str:
        """Keep a file with the draft, at once; the field it has. `item`: of the checklist that asks for it.

        Raises `append.Refused` for a file that is not taken, `OSError` for one that cannot be read, or `ReplicaError`.
        """
        file = attachments.read_file(path, item)
        self._saved(drafts.attach(self.replica, self.draft, file))
        return file.field

    def detach(self, field: str) -> None:
        """Take a file from the draft again; raises `ReplicaError`."""
        self._saved(drafts.detach(self.replica, self.draft, field))

    def leave(self) -> None:
        """Save for later; a draft that changes nothing of what it began with is dropped, for it says nothing."""
        if self.begun and self.fields == (self.before if self.correcting else self._blank):
            drafts.drop_as_read(self.replica, self.draft)
        else:
            self.flush()

    def changes(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        """What a correction changes: the fields that differ from the record's, None for one that is cleared."""
        names = [*fields, *(name for name in self.before if name not in fields)]
        return {name: fields.get(name) for name in names if fields.get(name) != self.before.get(name)}

    def faults(self, kind: str, fields: Mapping[str, Any]) -> list[Fault]:
        """What the record's own rules say against keeping these fields."""
        if not self.correcting:
            return edits.check(self.replica, kind, self.draft.unit, fields)
        changes = validation.complete(kind, validation.tidy(kind, self.changes(fields)), self.before)
        return validation.check(kind, changes, new=False, role=self.replica.joined().role, known_only=True)

    def keep(self, fields: Mapping[str, Any], why: str = "") -> Written:
        """Keep the record with what it opens, and drop the draft, in one transaction.

        Raises `InvalidFields` or `append.Refused`.
        """
        draft = self.draft
        if self.correcting:
            written, self.opened = raising.correct(self.replica, draft.record, self.changes(fields), why, draft=draft)
        else:
            whose = (draft.kind, draft.unit)
            written, self.opened = raising.create(self.replica, *whose, fields, record=draft.record, draft=draft)
        return written


def resume(replica: Replica, draft_id: str) -> DraftSession | None:
    """The form of a saved draft; None if it was kept or dropped meanwhile."""
    draft = drafts.load(replica, draft_id)
    if draft is None:
        return None
    kept = query.record(replica, draft.record) if draft.record else None
    return _of_kept(replica, draft, kept.fields) if kept else DraftSession(replica, draft, begun=True)


def _of_kept(replica: Replica, draft: Draft, kept: Mapping[str, Any]) -> DraftSession:
    """A correction found again; what it leaves alone may have changed since it was begun."""
    session = DraftSession(replica, draft, begun=True, before=kept if draft.base is None else draft.base)
    for name in {*kept, *session.before}:
        if draft.fields.get(name) == session.before.get(name) != kept.get(name):
            session.before[name] = draft.fields[name] = kept.get(name)
    draft.base = session.before
    return session


def begin(replica: Replica, kind: str, unit: str, fields: Mapping[str, Any], *, origin: str = "") -> DraftSession:
    """The open draft of a new record of this kind, unit and origin, or a new one with these fields.

    Its record's id is fixed from the start, so that a follow-up can name it before it is kept. Nothing is written
    before the first change.
    """
    for draft in drafts.listed(replica, unit):
        if (draft.kind, draft.origin) == (kind, origin) and not (draft.record and query.record(replica, draft.record)):
            return DraftSession(replica, draft, begun=True)
    draft = Draft(id=ids.new_id(), kind=kind, unit=unit, record=ids.new_id(), origin=origin, fields=dict(fields))
    return DraftSession(replica, draft, begun=False)


def begin_correction(replica: Replica, record: str) -> DraftSession | None:
    """A correction of a kept record, begun or found again; None if the record is not here."""
    kept = query.record(replica, record)
    if kept is None:
        return None
    for draft in drafts.listed(replica, kept.ledger):
        if draft.record == record:
            return _of_kept(replica, draft, kept.fields)
    fields, base = dict(kept.fields), dict(kept.fields)
    draft = Draft(id=ids.new_id(), kind=kept.kind, unit=kept.ledger, record=record, fields=fields, base=base)
    return DraftSession(replica, draft, begun=False, before=kept.fields)
