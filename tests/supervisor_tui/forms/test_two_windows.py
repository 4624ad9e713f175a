"""Drafts with two windows open: what one has not read it does not overwrite, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.forms.keeping import begin, begin_correction, resume
from sync.replica import Replica, query
from sync.replica.editing import drafts, edits
from sync.replica.editing.drafts import Saved
from sync.replica.editing.edits import Refused
from sync.replica.storage import schema
from tests.sync.laptops import give_unit, new_laptop

NOTE = {"noted_on": "2026-09-18", "mode": "visit"}


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Replica]:
    """One window's handle on the file."""
    with new_laptop(tmp_path / "replica.db") as replica:
        give_unit(replica)
        yield replica


@pytest.fixture
def there(here: Replica) -> Iterator[Replica]:
    """The other window's."""
    with Replica.open(here.path) as replica:
        yield replica


def _texts(replica: Replica) -> list[str]:
    return sorted(str(draft.fields.get("content")) for draft in drafts.listed(replica))


def test_a_save_over_what_was_not_read_keeps_both(here: Replica, there: Replica) -> None:
    drafts.start(here, "liaison_note", "u-1", fields=NOTE)
    mine, theirs = (drafts.start(window, "liaison_note", "u-1") for window in (here, there))
    mine.fields["content"], theirs.fields["content"] = "mine", "theirs"

    assert drafts.save(here, mine) is Saved.AS_IT_WAS
    assert drafts.save(there, theirs) is Saved.CHANGED
    theirs.fields["content"] = "theirs, and more"
    assert drafts.save(there, theirs) is Saved.AS_IT_WAS

    assert _texts(here) == ["mine", "theirs, and more"]
    assert mine.record != theirs.record


def test_a_record_kept_in_one_window_ends_its_draft_in_the_other_which_goes_on_as_a_correction(
    here: Replica, there: Replica
) -> None:
    mine = begin(here, "liaison_note", "u-1", {**NOTE, "content": "as kept"})
    mine.changed()
    mine.flush()
    theirs = begin(there, "liaison_note", "u-1", {})
    record = mine.keep(mine.fields).record
    assert not theirs.is_as_read()

    theirs.fields["content"] = "typed after"
    theirs.changed()
    theirs.flush()

    assert (theirs.met, theirs.correcting) == (Saved.ENDED, True)
    assert _texts(here) == ["typed after"]
    theirs.keep(theirs.fields, "more is known")
    found = query.record(here, record)
    assert found is not None
    assert (found.fields["content"], drafts.listed(here)) == ("typed after", [])


def test_what_another_window_saved_since_outlives_the_keeping_of_the_record(here: Replica, there: Replica) -> None:
    mine = begin(here, "liaison_note", "u-1", {**NOTE, "content": "as kept"})
    mine.changed()
    mine.flush()
    theirs = begin(there, "liaison_note", "u-1", {})
    theirs.fields["content"] = "typed meanwhile"
    theirs.changed()
    theirs.flush()

    mine.keep(mine.fields)

    assert _texts(here) == ["typed meanwhile"]
    again = resume(here, theirs.draft.id)
    assert again is not None
    assert again.correcting


def test_a_window_that_leaves_a_correction_untouched_drops_nothing_of_the_other(here: Replica, there: Replica) -> None:
    record = edits.create(here, "liaison_note", "u-1", {**NOTE, "content": "as kept"}).record
    first = begin_correction(here, record)
    assert first is not None
    first.changed()
    first.flush()
    other = begin_correction(there, record)
    assert other is not None
    first.fields["content"] = "corrected"
    first.changed()
    first.flush()

    other.leave()

    assert _texts(here) == ["corrected"]


def test_a_correction_takes_nothing_back_that_was_changed_after_it_was_begun(here: Replica, there: Replica) -> None:
    record = edits.create(here, "liaison_note", "u-1", {**NOTE, "content": "as kept", "advice": "none"}).record
    begun = begin_correction(here, record)
    assert begun is not None
    begun.fields["content"] = "corrected"
    begun.changed()
    begun.flush()
    edits.correct(there, record, {"advice": "from the other window"}, "seen later")

    again = resume(here, begun.draft.id)
    assert again is not None
    again.keep(again.fields, "a slip")

    found = query.record(here, record)
    assert found is not None
    assert (found.fields["content"], found.fields["advice"]) == ("corrected", "from the other window")


def test_a_field_that_was_changed_meanwhile_is_replaced_only_once_it_was_seen(here: Replica, there: Replica) -> None:
    record = edits.create(here, "liaison_note", "u-1", {**NOTE, "content": "as kept"}).record
    begun = begin_correction(here, record)
    assert begun is not None
    begun.fields["content"] = "mine"
    begun.changed()
    edits.correct(there, record, {"content": "theirs"}, "seen later")

    with pytest.raises(Refused) as refused:
        begun.keep(begun.fields, "a slip")
    assert refused.value.code == "changed_meanwhile"
    begun.catch_up()
    assert begun.changes(begun.fields) == {"content": "mine"}
    begun.keep(begun.fields, "a slip")

    found = query.record(here, record)
    assert found is not None
    assert found.fields["content"] == "mine"


def test_a_draft_of_an_older_file_is_there_after_the_migration(here: Replica) -> None:
    draft = drafts.start(here, "liaison_note", "u-1", fields={**NOTE, "content": "of before"})
    for column in ("base", "version"):
        here.connection.execute(f"ALTER TABLE draft DROP COLUMN {column}")
    here.connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%drafts_with_versions'")
    here.connection.execute(f"PRAGMA user_version = {schema.SCHEMA_VERSION - 1}")

    with Replica.open(here.path) as later:
        [found] = drafts.listed(later)
        assert (found.id, found.fields["content"], found.version) == (draft.id, "of before", 1)
        found.fields["content"] = "of after"
        assert drafts.save(later, found) is Saved.AS_IT_WAS
        assert _texts(later) == ["of after"]
