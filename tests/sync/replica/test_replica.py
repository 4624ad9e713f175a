"""A laptop's file: writing, reading back, refusing, and doing all of a save or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.model.validation import InvalidFields
from sync.replica import Damaged, Missing, Replica, query
from sync.replica.editing import drafts, edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.queries import search
from sync.replica.storage.connect import Unreadable
from tests.rows import check_index, dump
from tests.sync.laptops import give_unit, hand_over, new_laptop

INSPECTION = {
    "visited_on": "2026-09-18",
    "stage": "study",
    "template": "t-1",
    "group": "g-1",
    "answer.plan": {"verdict": "met"},
    "answer.reading": {"verdict": "unmet", "note": "必读篇目没有发到流动党员"},
    "summary": "方案已定, 学习笔记齐全。\n白天生产忙。",
}
FOLLOW_UP = {
    "nature": "problem",
    "title": "补发必读篇目",
    "due_on": "2026-09-25",
    "opened_on": "2026-09-01",
    "status": "open",
}
TODAY = "2026-09-30"


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "replica.db") as replica:
        give_unit(replica)
        yield replica


def test_a_kept_inspection_is_read_back_with_its_unit(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)

    row = query.history(laptop, "u-1").rows(0, 10)[0]
    assert (row.record, row.day, row.state, row.title) == (
        written.record,
        "2026-09-18",
        "pending",
        "方案已定, 学习笔记齐全。",
    )
    card = query.unit(laptop, "u-1", TODAY)
    assert card is not None
    assert card.verdicts == [("2026-09-18", 1, 0, 1)]
    assert query.units(laptop, today=TODAY).rows(0, 5)[0].last_visit == "2026-09-18"


def test_full_width_dates_are_kept_half_width(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION | {"visited_on": "２０２６－９－１８"})

    record = query.record(laptop, written.record)
    assert record is not None
    assert record.fields["visited_on"] == "2026-09-18"


def test_every_invalid_field_is_named_and_nothing_is_kept(laptop: Replica) -> None:
    wrong = {"held_on": "2026-02-30", "given_out": 10, "returned": -1, "satisfied": "x", "fairly": 1, "colour": "red"}

    with pytest.raises(InvalidFields) as refused:
        edits.create(laptop, "survey", "u-1", wrong)

    assert {fault.field for fault in refused.value.faults} == {
        "held_on",
        "returned",
        "satisfied",
        "unsatisfied",
        "colour",
    }
    assert query.history(laptop, "u-1", "survey").count == 0


def test_figures_that_do_not_add_up_are_refused(laptop: Replica) -> None:
    survey = {"held_on": "2026-09-18", "given_out": 40, "returned": 30, "satisfied": 20, "fairly": 10, "unsatisfied": 5}

    with pytest.raises(InvalidFields, match="sum_more_than"):
        edits.create(laptop, "survey", "u-1", survey)


def test_a_corrected_figure_is_judged_with_the_others_of_its_sum(laptop: Replica) -> None:
    survey = {"held_on": "2026-09-18", "given_out": 40, "returned": 30, "satisfied": 20, "fairly": 5, "unsatisfied": 5}
    written = edits.create(laptop, "survey", "u-1", survey)

    with pytest.raises(InvalidFields, match="sum_more_than"):
        edits.correct(laptop, written.record, {"satisfied": 25}, "数错了")


def test_a_correction_needs_its_reason_and_keeps_the_old_version(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)

    with pytest.raises(edits.Refused) as refused:
        edits.correct(laptop, written.record, {"summary": "另一句"}, " ")
    assert refused.value.code == "why_needed"

    edits.correct(laptop, written.record, {"summary": "另一句"}, "记错单位情况")
    record = query.record(laptop, written.record)
    assert record is not None
    assert record.fields["summary"] == "另一句"
    assert [version.set["summary"] for version in record.versions] == [INSPECTION["summary"], "另一句"]


def test_only_another_person_may_verify(laptop: Replica, tmp_path: Path) -> None:
    written = edits.create(laptop, "follow_up", "u-1", FOLLOW_UP)
    edits.step(laptop, written.record, "reported", "已补发")

    with pytest.raises(edits.Refused) as refused:
        edits.step(laptop, written.record, "verified")
    assert refused.value.code == "verified_by_reporter"

    with new_laptop(tmp_path / "other.db", person="p-2", device="d-2") as other:
        hand_over(laptop, other)
        edits.step(other, written.record, "verified")
        assert query.follow_ups(other, today=TODAY).count == 1
        edits.step(other, written.record, "closed")
        assert query.follow_ups(other, today=TODAY).count == 0


def test_the_register_shows_overdue_first(laptop: Replica) -> None:
    edits.create(laptop, "follow_up", "u-1", FOLLOW_UP | {"title": "后到期", "due_on": "2026-10-20"})
    edits.create(laptop, "follow_up", "u-1", FOLLOW_UP | {"title": "已超期"})

    titles = [row.title for row in query.follow_ups(laptop, today=TODAY).rows(0, 9)]
    assert titles == ["已超期", "后到期"]
    row = query.units(laptop, today=TODAY).rows(0, 1)[0]
    assert (row.open, row.overdue) == (2, 1)


@pytest.mark.parametrize(
    ("typed", "found"),
    [("流", 1), ("流动", 1), ("必读篇目", 1), ("动流", 0), ("流动 笔记", 1), ("流动 报告", 0), ("白天生产忙", 1)],
)
def test_search_finds_exact_runs_of_any_length(laptop: Replica, typed: str, found: int) -> None:
    edits.create(laptop, "inspection", "u-1", INSPECTION)

    assert len(search.find(laptop, typed)) == found


@pytest.mark.parametrize("typed", ["yhscc", "yaohu", "瑶湖", "水产", "YHS"])
def test_units_are_found_by_text_initials_and_pinyin(laptop: Replica, typed: str) -> None:
    give_unit(laptop, "u-2", "昌东高校党工委", "university")

    assert [row.id for row in query.units(laptop, typed).rows(0, 9)] == ["u-1"]


def test_a_correction_leaves_no_old_words_in_the_index(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)
    edits.correct(laptop, written.record, {"summary": "另写一段总结"}, "改正")

    assert search.find(laptop, "学习笔记") == []
    assert len(search.find(laptop, "另写")) == 1
    check_index(laptop)


def test_rebuild_brings_back_the_same_rows(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)
    for number in range(3):
        edits.create(laptop, "follow_up", "u-1", FOLLOW_UP, record=f"z-{9 - number}")
    edits.correct(laptop, written.record, {"summary": "另写"}, "改正")
    before = _everything_derived(laptop)

    rebuild(laptop)

    assert _everything_derived(laptop) == before


def _everything_derived(laptop: Replica) -> list[object]:
    tables = ("record", "conflict", "flaw", "follow_up", "good_practice", "unit")
    rows = [laptop.connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables]
    return [rows, dump(laptop), [search.find(laptop, text) for text in ("另写", "篇目", "yhsc", "学习")]]


@pytest.mark.parametrize("table", ["entry", "record", "search", "seal", "chain"])
def test_a_failure_in_the_middle_of_a_save_leaves_nothing(laptop: Replica, table: str) -> None:
    before = dump(laptop), laptop.connection.execute("SELECT count(*) FROM entry").fetchall()

    def refuse(action: int, argument: str | None, *_: object) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_INSERT and argument == table else sqlite3.SQLITE_OK

    laptop.connection.set_authorizer(refuse)
    with pytest.raises(Unreadable):
        edits.create(laptop, "inspection", "u-1", INSPECTION)
    laptop.connection.set_authorizer(None)

    assert (dump(laptop), laptop.connection.execute("SELECT count(*) FROM entry").fetchall()) == before
    assert edits.create(laptop, "inspection", "u-1", INSPECTION).seq == 1


def test_a_draft_is_there_after_every_change_and_gone_with_its_record(laptop: Replica) -> None:
    draft = drafts.start(laptop, "inspection", "u-1")
    draft.fields = dict(INSPECTION)
    drafts.save(laptop, draft)

    again = drafts.start(laptop, "inspection", "u-1")
    assert again == draft

    edits.create(laptop, "inspection", "u-1", again.fields, record=again.record, draft=again)
    assert drafts.listed(laptop) == []


def test_a_withdrawn_record_stays_readable_and_counts_nowhere(laptop: Replica) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)
    edits.withdraw(laptop, written.record, "记错了单位")

    record = query.record(laptop, written.record)
    assert record is not None
    assert record.withdrawn
    assert query.units(laptop).rows(0, 1)[0].last_visit == ""


def test_two_people_changing_one_field_make_a_conflict_that_either_may_settle(laptop: Replica, tmp_path: Path) -> None:
    written = edits.create(laptop, "inspection", "u-1", INSPECTION)
    with new_laptop(tmp_path / "other.db", person="p-2", device="d-2") as other:
        hand_over(laptop, other)
        edits.correct(laptop, written.record, {"summary": "甲的写法"}, "补充")
        edits.correct(other, written.record, {"summary": "乙的写法"}, "更正")
        hand_over(other, laptop)
        hand_over(laptop, other)

        record = query.record(laptop, written.record)
        assert record is not None
        assert {value.value for value in record.conflicts["summary"]} == {"甲的写法", "乙的写法"}
        assert record.base["summary"].value == INSPECTION["summary"]
        assert query.conflicts(laptop)[0].fields == ["summary"]
        assert dump(laptop) == dump(other)

        edits.resolve(laptop, written.record, "summary", take="d-2:1", why="以乙为准")
        hand_over(laptop, other)
        settled = query.record(other, written.record)
        assert settled is not None
        assert settled.conflicts == {}
        assert settled.fields["summary"] == "乙的写法"


def test_a_file_that_is_not_ours_is_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    path.write_bytes(b"this is not a database, and long enough to be looked at" * 40)

    with pytest.raises(Damaged):
        Replica.open(path)


def test_a_missing_file_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(Missing):
        Replica.open(tmp_path / "replica.db")
    assert not (tmp_path / "replica.db").exists()


def test_files_are_for_their_owner_only(laptop: Replica) -> None:
    assert laptop.path.stat().st_mode & 0o777 == 0o600


def test_what_a_person_writes_waits_for_the_disk_and_what_is_told_again_does_not(laptop: Replica) -> None:
    def level() -> int:
        (found,) = laptop.connection.execute("PRAGMA synchronous").fetchone()
        return int(found)

    normal, full = 1, 2
    with laptop.transaction():
        assert level() == full
    with laptop.told_again():
        assert level() == normal
    assert level() == full
    with pytest.raises(InvalidFields), laptop.told_again():
        raise InvalidFields([])
    assert level() == full
