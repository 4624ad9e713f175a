"""Finding: names with several readings, what is long past, the register by words; files of the first schema."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rederive import differing
from sync.replica.queries import search
from sync.replica.queries.follow_ups import Wanted
from sync.replica.storage import schema
from tests.rows import dump
from tests.sync.laptops import give_unit, new_laptop

TODAY = "2026-09-30"
VISIT = {
    "visited_on": "2026-09-18",
    "stage": "study",
    "template": "t-1",
    "group": "g-1",
    "answer.plan": {"verdict": "met"},
    "summary": "方案已定。",
}


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "replica.db") as replica:
        give_unit(replica, "u-1", "重庆长城模具厂党支部", "non_public")
        give_unit(replica, "u-2", "南昌水产场党委")
        yield replica


@pytest.mark.parametrize(
    ("typed", "stands_out"),
    [
        ("cqcc", "重庆长城"),
        ("zqcc", "重庆长城"),
        ("chongqing", "重庆"),
        ("zhongqing", "重庆"),
        ("zhangcheng", "长城"),
        ("muju", "模具"),
        ("mjc", "模具厂"),
        ("CHONGQING changcheng", "重庆长城"),
    ],
)
def test_a_name_is_found_by_every_reading_and_what_was_typed_stands_out(
    laptop: Replica, typed: str, stands_out: str
) -> None:
    assert [row.id for row in query.units(laptop, typed).rows(0, 9)] == ["u-1"]
    (hit,) = search.find(laptop, typed)
    assert [hit.snippet[start:end] for start, end in hit.spans] == [stands_out]


@pytest.mark.parametrize(("kind", "found"), [("", ["u-1"]), ("unit", ["u-1"]), ("liaison_note", [])])
def test_only_where_units_are_looked_for_names_are_found_by_their_sound(
    laptop: Replica, kind: str, found: list[str]
) -> None:
    assert [hit.record for hit in search.find(laptop, "cqcc", search.Filters(kind=kind))] == found


def test_units_stand_in_the_order_of_their_usual_reading(laptop: Replica) -> None:
    give_unit(laptop, "u-3", "重庆")
    assert [row.id for row in query.units(laptop).rows(0, 9)] == ["u-2", "u-3", "u-1"]


def _note(laptop: Replica, day: str, unit: str = "u-1") -> str:
    return edits.create(laptop, "liaison_note", unit, {"noted_on": day, "mode": "phone", "content": "学习"}).record


def test_filters_reach_what_is_past_the_newest_matches(laptop: Replica) -> None:
    old = _note(laptop, "2025-03-02")
    for _ in range(3):
        _note(laptop, "2026-09-02")
    wanted = search.Filters(since="2025-03", until="2025-03")

    assert search.find(laptop, "学习", wanted, newest=3) == []
    assert [hit.record for hit in search.find(laptop, "学习", wanted)] == [old]
    assert [hit.record for hit in search.find(laptop, "", wanted)] == [old]


def _problem(laptop: Replica, title: str, due_on: str, unit: str = "u-1", **more: str) -> None:
    fields = {"nature": "problem", "title": title, "due_on": due_on, "status": "open", **more}
    fields.setdefault("opened_on", "2026-09-01")
    edits.create(laptop, "follow_up", unit, fields)


def test_the_register_finds_words_wherever_a_follow_up_or_its_unit_says_them(laptop: Replica) -> None:
    _problem(laptop, "补发必读篇目", "2026-10-03")
    _problem(laptop, "活动室漏雨", "2026-10-02", detail="必读篇目也淋湿了")
    _problem(laptop, "考勤没有记录", "2026-10-01", unit="u-2")

    def titles(text: str, **more: str) -> list[str]:
        listing = query.follow_ups(laptop, Wanted(text=text, **more), today=TODAY)
        paged = [row.title for place in range(listing.count) for row in listing.rows(place, 1)]
        assert paged == [row.title for row in listing.rows(0, 9)]
        assert listing.rows(listing.count, 9) == []
        return paged

    assert titles("篇目") == ["活动室漏雨", "补发必读篇目"]
    assert titles("漏 ") == ["活动室漏雨"]
    assert titles("水产") == titles("ncscc") == ["考勤没有记录"]
    assert titles("篇目", category="farm") == titles("!") == []
    assert titles("篇目", shown="closed") == []
    assert titles("篇目", shown="all", nature="problem") == ["活动室漏雨", "补发必读篇目"]


INDEXES = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'record' ORDER BY name"


def test_a_file_of_the_first_schema_is_brought_up_to_date_and_kept_beside(laptop: Replica) -> None:
    _problem(laptop, "补发必读篇目", "2026-10-03")
    seen = {"noted_on": "2026-09-01", "mode": "phone", "content": "学习", "good_practice": " 一人一卡 "}
    edits.create(laptop, "liaison_note", "u-1", seen | {"next_on": "2026-09-20"})
    edits.create(laptop, "liaison_note", "u-1", seen | {"mode": "visit"})
    edits.create(laptop, "inspection", "u-1", VISIT)
    decided = {
        "stage": "study",
        "decision": "make_up",
        "why": "缺课",
        "decided_on": "2026-09-20",
        "due_on": "2026-10-20",
    }
    edits.create(laptop, "gate", "u-1", decided)
    made = dump(laptop)
    practice = laptop.connection.execute("SELECT * FROM good_practice").fetchall()
    assert [row[1] for row in practice] == ["一人一卡"] * 2
    before = laptop.connection.execute("SELECT * FROM unit ORDER BY ledger").fetchall()
    index = laptop.connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'follow_up_due'").fetchone()
    laptop.connection.execute("UPDATE unit SET pinyin = 'zhongqing', initials = 'zq'")
    laptop.connection.execute("DROP INDEX follow_up_due")
    laptop.connection.execute("CREATE INDEX follow_up_due ON follow_up (open, due_on)")
    (table,) = laptop.connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'record'").fetchone()
    of_records = laptop.connection.execute(INDEXES).fetchall()
    pending = laptop.connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_pending'").fetchone()
    laptop.connection.execute("DROP INDEX entry_pending")
    laptop.connection.execute("CREATE INDEX entry_pending ON entry (id) WHERE number IS NULL")
    for statement in (
        *(f"DROP TABLE {table}" for table in ("good_practice", "liaison_visit", "answered", "outcome")),
        *(f"ALTER TABLE unit DROP COLUMN {column}" for column in ("oldest_due", "noted_on", "next_on")),
        "ALTER TABLE record RENAME TO unnamed",
        table.replace("withdrawn INTEGER NOT NULL)", "withdrawn INTEGER NOT NULL, UNIQUE (record, ledger))"),
        "INSERT INTO record SELECT * FROM unnamed",
        "DROP TABLE unnamed",
    ):
        laptop.connection.execute(statement)
    laptop.connection.execute("DELETE FROM _sqlite_migrations WHERE name NOT LIKE '0001%'")
    laptop.connection.execute("PRAGMA user_version = 1")

    with Replica.open(laptop.path) as later:
        assert later.connection.execute("SELECT * FROM unit ORDER BY ledger").fetchall() == before
        assert (
            later.connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'follow_up_due'").fetchone() == index
        )
        assert (
            later.connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'entry_pending'").fetchone() == pending
        )
        assert later.connection.execute(INDEXES).fetchall() == of_records
        assert later.connection.execute("PRAGMA user_version").fetchone() == (schema.SCHEMA_VERSION,)
        assert later.connection.execute("SELECT * FROM good_practice").fetchall() == practice
        assert query.follow_ups(later, today=TODAY).count == 1
        assert dump(later) == made
        assert differing(later) == []
    assert laptop.path.with_name(f"{laptop.path.name}.before-{schema.SCHEMA_VERSION}").exists()
