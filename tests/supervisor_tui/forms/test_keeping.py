"""A draft from the first key to the kept record: begun, found again, left, kept, corrected."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from supervisor_tui.forms.keeping import DraftSession, begin, begin_correction, resume
from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import drafts, edits
from sync.replica.editing.edits import Refused
from tests.sync.laptops import give_unit, new_laptop

NOTE: dict[str, Any] = {"noted_on": "2026-09-18", "mode": "visit", "content": "走访"}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    """A laptop with two units and nothing written."""
    with new_laptop(tmp_path / "replica.db") as replica:
        give_unit(replica)
        yield replica


def _note(laptop: Replica, **more: Any) -> str:
    return edits.create(laptop, "liaison_note", "u-1", NOTE | more).record


def _correction(laptop: Replica, record: str) -> DraftSession:
    found = begin_correction(laptop, record)
    assert found is not None
    return found


def _typed(keeping: DraftSession, **fields: Any) -> DraftSession:
    """The same form with fields typed (or, where None, taken away), and saved."""
    for name, value in fields.items():
        if value is None:
            keeping.fields.pop(name, None)
        else:
            keeping.fields[name] = value
    keeping.changed()
    assert keeping.flush()
    return keeping


def _fields(laptop: Replica, record: str) -> dict[str, Any]:
    kept = query.record(laptop, record)
    assert kept is not None
    return dict(kept.fields)


# --- begun and left --------------------------------------------------------------------------------------------------


def test_a_form_that_is_opened_and_left_leaves_no_trace(laptop: Replica) -> None:
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    assert (keeping.begun, keeping.dirty, keeping.correcting, keeping.fields) == (False, False, False, NOTE)
    assert keeping.draft.record
    assert not keeping.flush()
    keeping.leave()
    assert drafts.listed(laptop) == []


def test_a_draft_typed_back_to_what_it_began_with_is_dropped_when_it_is_left(laptop: Replica) -> None:
    keeping = _typed(begin(laptop, "liaison_note", "u-1", NOTE), advice="早点来")
    assert keeping.begun
    assert not keeping.dirty
    assert len(drafts.listed(laptop)) == 1
    _typed(keeping, advice=None).leave()
    assert drafts.listed(laptop) == []


def test_a_draft_that_says_something_stays_when_it_is_left(laptop: Replica) -> None:
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    keeping.fields["advice"] = "早点来"
    keeping.changed()
    keeping.leave()
    assert [draft.fields for draft in drafts.listed(laptop)] == [NOTE | {"advice": "早点来"}]


def test_a_draft_found_again_is_not_dropped_for_being_as_it_was(laptop: Replica) -> None:
    _typed(begin(laptop, "liaison_note", "u-1", {}), content="走访").leave()
    again = begin(laptop, "liaison_note", "u-1", {})
    again.leave()
    assert len(drafts.listed(laptop)) == 1


def test_what_another_form_begins_with_is_its_own(laptop: Replica) -> None:
    given = dict(NOTE)
    begin(laptop, "liaison_note", "u-1", given).fields["content"] = "别的"
    assert given == NOTE


# --- found again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "unit", "origin", "found"),
    [
        ("liaison_note", "u-1", "", True),
        ("liaison_note", "u-1", "r#i", False),
        ("follow_up", "u-1", "", False),
        ("liaison_note", "u-2", "", False),
    ],
)
def test_an_open_draft_is_found_by_its_kind_unit_and_origin(
    laptop: Replica, kind: str, unit: str, origin: str, found: bool
) -> None:
    first = _typed(begin(laptop, "liaison_note", "u-1", NOTE), advice="早点来")
    again = begin(laptop, kind, unit, {}, origin=origin)
    assert (again.draft.id == first.draft.id, again.begun) == (found, found)
    assert again.fields == (first.fields if found else {})


def test_a_draft_whose_record_is_kept_is_not_taken_up_again(laptop: Replica) -> None:
    kept = _note(laptop)
    correction = _typed(_correction(laptop, kept), content="改过")
    new = begin(laptop, "liaison_note", "u-1", {})
    assert (new.draft.id == correction.draft.id, new.begun, new.fields) == (False, False, {})
    assert new.draft.record not in ("", kept)


def test_a_saved_draft_is_resumed_until_it_is_dropped(laptop: Replica) -> None:
    keeping = _typed(begin(laptop, "liaison_note", "u-1", NOTE), advice="早点来")
    again = resume(laptop, keeping.draft.id)
    assert again is not None
    assert (again.fields, again.begun, again.correcting) == (keeping.fields, True, False)
    keeping.keep(keeping.fields)
    assert resume(laptop, keeping.draft.id) is None
    assert resume(laptop, "d-none") is None


def test_a_correction_is_found_again_and_resumed_as_one(laptop: Replica) -> None:
    kept = _note(laptop)
    first = _typed(_correction(laptop, kept), content="改过")
    for again in (_correction(laptop, kept), resume(laptop, first.draft.id)):
        assert again is not None
        assert (again.draft.id, again.correcting, again.begun) == (first.draft.id, True, True)
        assert again.changes(again.fields) == {"content": "改过"}
    other = _correction(laptop, _note(laptop, content="另一次"))
    assert (other.begun, other.fields["content"]) == (False, "另一次")
    assert begin_correction(laptop, "r-none") is None


# --- kept ------------------------------------------------------------------------------------------------------------


def test_keeping_writes_the_record_under_the_id_it_had_from_the_start_and_drops_the_draft(laptop: Replica) -> None:
    keeping = _typed(begin(laptop, "liaison_note", "u-1", NOTE), advice="早点来")
    written = keeping.keep(keeping.fields)
    assert written.record == keeping.draft.record
    assert _fields(laptop, written.record).items() >= keeping.fields.items()
    assert drafts.listed(laptop) == []
    assert keeping.opened == []


def test_what_may_not_be_kept_is_named_and_keeps_its_draft(laptop: Replica) -> None:
    keeping = _typed(begin(laptop, "liaison_note", "u-1", {}), content="走访")
    faults = {fault.field for fault in keeping.faults("liaison_note", keeping.fields)}
    assert faults == {"noted_on", "mode"}
    with pytest.raises(InvalidFields):
        keeping.keep(keeping.fields)
    assert [draft.id for draft in drafts.listed(laptop)] == [keeping.draft.id]
    keeping.fields.update(NOTE)
    assert keeping.faults("liaison_note", keeping.fields) == []


def test_a_field_cleared_in_a_correction_is_cleared_in_the_record(laptop: Replica) -> None:
    kept = _note(laptop, advice="早点来", topics="学习")
    keeping = _typed(_correction(laptop, kept), advice=None, topics="评议")
    assert keeping.changes(keeping.fields) == {"advice": None, "topics": "评议"}
    assert keeping.faults("liaison_note", keeping.fields) == []
    keeping.keep(keeping.fields, "写错")
    fields = _fields(laptop, kept)
    assert (fields.get("advice"), fields["topics"], fields["content"]) == (None, "评议", "走访")
    assert drafts.listed(laptop) == []


def test_a_field_that_must_be_there_may_not_be_cleared(laptop: Replica) -> None:
    keeping = _typed(_correction(laptop, _note(laptop)), content=None)
    assert [fault.field for fault in keeping.faults("liaison_note", keeping.fields)] == ["content"]


def test_a_correction_needs_its_reason(laptop: Replica) -> None:
    keeping = _typed(_correction(laptop, _note(laptop)), content="改过")
    with pytest.raises(Refused):
        keeping.keep(keeping.fields)
    assert len(drafts.listed(laptop)) == 1


def test_a_correction_that_changes_nothing_leaves_no_trace(laptop: Replica) -> None:
    kept = _note(laptop)
    keeping = _correction(laptop, kept)
    assert (keeping.changes(keeping.fields), keeping.begun) == ({}, False)
    keeping.leave()
    assert drafts.listed(laptop) == []
    _typed(_typed(keeping, content="改过"), content="走访").leave()
    assert drafts.listed(laptop) == []
    _typed(keeping, content="改过").leave()
    assert len(drafts.listed(laptop)) == 1


# --- the record has changed meanwhile --------------------------------------------------------------------------------


def test_a_correction_found_again_takes_over_what_it_leaves_alone_as_it_stands_now(laptop: Replica) -> None:
    kept = _note(laptop, advice="早点来", topics="学习")
    _typed(_correction(laptop, kept), content="改过")
    other = {"content": "别人改过", "advice": "晚点来", "topics": None, "promised": "好"}
    edits.correct(laptop, kept, other, "补充")
    again = _correction(laptop, kept)
    assert again.fields["content"] == "改过"
    assert (again.fields["advice"], again.fields.get("topics"), again.fields["promised"]) == ("晚点来", None, "好")
    assert again.changes(again.fields) == {"content": "改过"}
    assert again.draft.base == again.before


def test_a_correction_at_hand_catches_up_the_same_way(laptop: Replica) -> None:
    kept = _note(laptop, advice="早点来", topics="学习")
    keeping = _typed(_correction(laptop, kept), content="改过")
    edits.correct(laptop, kept, {"content": "别人改过", "advice": "晚点来", "topics": None, "promised": "好"}, "补充")
    keeping.catch_up()
    assert keeping.fields["content"] == "改过"
    assert (keeping.fields["advice"], "topics" in keeping.fields, keeping.fields["promised"]) == ("晚点来", False, "好")
    assert keeping.changes(keeping.fields) == {"content": "改过"}
    assert keeping.before["content"] == "别人改过"
    assert keeping.dirty
    assert keeping.draft.base == keeping.before


def test_a_new_record_has_nothing_to_catch_up_with(laptop: Replica) -> None:
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    keeping.catch_up()
    assert (keeping.fields, keeping.before, keeping.dirty) == (NOTE, {}, False)


def test_a_draft_that_another_window_has_kept_is_no_correction_before_it_is_saved(laptop: Replica) -> None:
    keeping = _typed(begin(laptop, "liaison_note", "u-1", NOTE), advice="早点来")
    there = resume(laptop, keeping.draft.id)
    assert there is not None
    there.keep(there.fields)
    keeping.catch_up()
    assert (keeping.before, keeping.dirty, keeping.draft.base) == ({}, False, None)


def test_a_draft_not_yet_in_the_file_is_as_it_was_read(laptop: Replica) -> None:
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    assert keeping.is_as_read()
    _typed(keeping, advice="早点来")
    assert keeping.is_as_read()
    drafts.drop(laptop, keeping.draft.id)
    assert not keeping.is_as_read()


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_file_is_kept_with_the_draft_at_once_and_taken_away_again(laptop: Replica, tmp_path: Path) -> None:
    paper = tmp_path / "方案.txt"
    paper.write_text("方案", encoding="utf-8")
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    field = keeping.attach(paper)
    assert keeping.begun
    assert keeping.fields[field]["name"] == "方案.txt"
    assert [draft.fields for draft in drafts.listed(laptop)] == [keeping.fields]
    keeping.detach(field)
    assert keeping.fields == NOTE
    assert [draft.fields for draft in drafts.listed(laptop)] == [NOTE]
    item = keeping.attach(paper, "i1")
    assert keeping.fields[item]["item"] == "i1"


def test_a_thread_saves_by_its_own_handle(laptop: Replica) -> None:
    keeping = begin(laptop, "liaison_note", "u-1", NOTE)
    keeping.changed()
    with Replica.open(laptop.path) as other:
        keeping.flush_by(other)
        assert keeping.replica is other
    assert len(drafts.listed(laptop)) == 1
