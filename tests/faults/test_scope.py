"""Units that leave a scope leave the laptop, after receipts for everything written there, and come back whole."""

from __future__ import annotations

from pathlib import Path

from sync.client.session import exchange
from sync.replica import Replica, query
from sync.replica.editing import attachments, edits, quarantine
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.queries import search
from tests.rows import dump
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "活动室漏雨",
    "due_on": "2026-10-01",
    "opened_on": "2026-09-01",
    "status": "open",
}
SECRET = "流动党员的帮扶安排只在这一个单位"


def _units(replica: Replica) -> list[str]:
    return sorted(row.id for row in query.units(replica).rows(0, 9))


def _bytes_of(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def _holds(replica: Replica) -> None:
    assert verify(replica).breaks == []
    before = dump(replica)
    rebuild(replica)
    assert dump(replica) == before


def test_a_unit_that_leaves_the_scope_leaves_no_trace_and_comes_back_whole(live: District, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with live.laptop(path, "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(director)
        edits.create(director, "liaison_note", "u-2", NOTE | {"content": SECRET})
        exchange(director)
        exchange(wang)
        edits.create(wang, "liaison_note", "u-2", NOTE | {"content": SECRET + "二"})
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
        assert SECRET.encode() in _bytes_of(path)

        office(live.database, "assign", "u-2", "--group", "second")
        result = exchange(wang)
        assert result.left == ["u-2"]
        assert _units(wang) == ["u-1"]
        assert search.find(wang, "帮扶安排") == []
        assert query.history(wang, "u-2").count == 0
        assert SECRET.encode() not in _bytes_of(path)
        standing = query.status(wang)
        assert (standing.mine, standing.acknowledged) == (2, 2)
        _holds(wang)
        assert exchange(wang).left == []

        office(live.database, "assign", "u-2", "--group", "first")
        exchange(wang)
        assert _units(wang) == ["u-1", "u-2"]
        assert len(search.find(wang, "帮扶安排")) == 2
        assert query.history(wang, "u-2", "liaison_note").count == 2
        _holds(wang)


def test_what_was_written_there_goes_to_the_office_first(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        office(live.database, "assign", "u-2", "--group", "second")
        written = edits.create(wang, "liaison_note", "u-2", NOTE | {"content": SECRET})
        result = exchange(wang)
        assert [kept.code for kept in result.quarantined] == ["out_of_scope"]
        assert result.left == ["u-2"]
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, 1, 1)
        assert written.ledger not in _units(wang)
        _holds(wang)


def test_an_unsent_draft_outlives_its_unit(live: District, tmp_path: Path) -> None:
    from sync.replica.editing import drafts

    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        draft = drafts.start(wang, "liaison_note", "u-2")
        draft.fields["content"] = SECRET
        drafts.save(wang, draft)
        office(live.database, "assign", "u-2", "--group", "second")
        exchange(wang)
        assert [each.fields["content"] for each in drafts.listed(wang)] == [SECRET]


def test_attachments_leave_with_their_unit_once_the_office_holds_them(live: District, tmp_path: Path) -> None:
    path, paper = tmp_path / "a.db", tmp_path / "paper.txt"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        for unit, content in (("u-2", SECRET), ("u-1", "留下的附件")):
            paper.write_text(content, encoding="utf-8")
            attachments.attach(wang, edits.create(wang, "liaison_note", unit, NOTE).record, paper, "附上")
        office(live.database, "assign", "u-2", "--group", "second")
        result = exchange(wang)  # the unit has gone to others before anything of it was sent
        assert (result.attached, result.left) == (2, ["u-2"])
        assert SECRET.encode() not in _bytes_of(path)
        assert "留下的附件".encode() in _bytes_of(path)
        _holds(wang)
    assert SECRET.encode() in _bytes_of(live.database)


def test_an_author_still_reads_what_she_wrote_before_its_unit_left_and_no_word_of_others(
    live: District, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    hers = "她还没上报时这个单位给了别组"
    with live.laptop(path, "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(director)
        edits.create(director, "liaison_note", "u-2", NOTE | {"content": SECRET})
        exchange(director)
        exchange(wang)
        sent = edits.create(wang, "follow_up", "u-2", FOLLOW_UP).record
        exchange(wang)
        note = edits.create(wang, "liaison_note", "u-2", NOTE | {"content": hers}).record
        edits.correct(wang, sent, {"cause": "更正的原因" + hers}, "补充")
        office(live.database, "assign", "u-2", "--group", "second")
        assert len(search.find(wang, "给了别组")) == 2  # unsent: everything stands as it did
        for again in range(2):
            assert exchange(wang).left == ([] if again else ["u-2"])
            _reads_her_own(wang, note, sent, hers)
            assert SECRET.encode() not in _bytes_of(path)
            _holds(wang)
        office(live.database, "quarantine", "release", _place_of(wang, note), "--why", "写的时候还归她管")
        exchange(wang)
        assert [row.record for row in quarantine.mine(wang)] == [
            sent
        ]  # the note is the office's now, and of a unit not hers
        assert query.record(wang, note) is None
        _holds(wang)
        exchange(director)
        found = query.record(director, note)
        assert found is not None
        assert found.fields["content"] == hers


def _place_of(replica: Replica, record: str) -> str:
    """What the office calls the entry kept apart."""
    return next(row.target for row in quarantine.mine(replica) if row.record == record)


def _reads_her_own(replica: Replica, note: str, corrected: str, text: str) -> None:
    assert {row.record for row in query.history(replica, "u-2").rows(0, 9)} == {note, corrected}
    found = query.record(replica, note)
    assert found is not None
    assert (found.fields["content"], found.apart) == (text, True)
    found = query.record(replica, corrected)
    assert found is not None
    assert found.fields["cause"].endswith(text)
    assert found.versions[-1].why == "补充"
    assert {hit.record for hit in search.find(replica, text)} == {note, corrected}
    assert {row.record: bool(row.fields) for row in quarantine.mine(replica)} == {note: True, corrected: True}
    assert query.follow_ups(replica, today="2026-09-20").count == 0  # it counts nowhere
    assert _units(replica) == ["u-1"]
