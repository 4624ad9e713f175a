"""What people are promised: done means delivered, conflicts are settled offline, what was withdrawn stays withdrawn,
a log-in never stands between a person and her records, every version stays readable.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from supervisor_tui.screens.records.record_page import record_page
from sync.client.session import NoConnection, Rejected, exchange
from sync.ledger.fold import Value
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.store import District, office
from tests.supervisor_tui.workbench import press, shown

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}

Two = tuple[Replica, Replica]


@pytest.fixture
def two(live: District, tmp_path: Path) -> Iterator[Two]:
    """Two laptops of one group, up to date."""
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        exchange(li)
        yield wang, li


def _both(two: Two, times: int = 2) -> None:
    for _ in range(times):
        for laptop in two:
            exchange(laptop)


def _conflict(replica: Replica, record: str, field: str = "content") -> list[Value]:
    found = query.record(replica, record)
    assert found is not None
    return found.conflicts.get(field, [])


@contextmanager
def _something_that_says_yes() -> Iterator[str]:
    """Answers every sync with a well-formed message and 200, and keeps nothing."""

    class Yes(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            asked, _ = codec.unpack(codec.decompress(sent, self.headers["Content-Encoding"]), codec.SyncRequest)
            answer = codec.SyncAnswer(log=asked.log, cursor=asked.cursor, cursor_hash=asked.cursor_hash)
            body = codec.pack(answer, [])
            self.send_response(200)
            self.send_header("Content-Type", codec.CONTENT_TYPE)
            self.send_header("Content-Encoding", "zstd")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Yes)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_yes_without_a_receipt_delivers_nothing(two: Two) -> None:
    wang, _ = two
    edits.create(wang, "liaison_note", "u-1", NOTE)
    identity = wang.joined()
    with _something_that_says_yes() as address:
        wang.set_identity(msgspec.structs.replace(identity, server=address))
        with pytest.raises(NoConnection) as failed:
            exchange(wang)
        assert failed.value.code == "no_progress"
    standing = query.status(wang)
    assert (standing.pending, standing.acknowledged, standing.last_error) == (1, 0, "no_progress")
    wang.set_identity(identity)
    assert exchange(wang).pushed == 1
    assert query.status(wang).acknowledged == 1


def test_a_conflict_shows_base_and_both_sides_and_is_settled_without_a_network(two: Two) -> None:
    wang, li = two
    record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    _both(two)
    edits.correct(wang, record, {"content": "一种说法"}, "补充")
    edits.correct(li, record, {"content": "另一种说法"}, "更正")
    _both(two)
    for laptop in two:
        found = query.record(laptop, record)
        assert found is not None
        assert found.base["content"].value == NOTE["content"]
        said = {(value.value, value.by, value.why) for value in found.conflicts["content"]}
        assert said == {("一种说法", wang.joined().person, "补充"), ("另一种说法", li.joined().person, "更正")}
    mine = next(value for value in _conflict(wang, record) if value.value == "一种说法")
    edits.resolve(wang, record, "content", take=f"{mine.device}:{mine.seq}", why="现场核对过")
    assert _conflict(wang, record) == []
    _both(two)
    for laptop in two:
        found = query.record(laptop, record)
        assert found is not None
        assert (found.fields["content"], found.conflicts) == ("一种说法", {})
        assert [version.why for version in found.versions][-1] == "现场核对过"  # the settlement is history, too
        assert len(found.versions) == 4
        assert verify(laptop).breaks == []


def test_settled_on_two_laptops_at_once_in_two_ways_it_is_a_conflict_again(two: Two) -> None:
    wang, li = two
    record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    _both(two)
    edits.correct(wang, record, {"content": "一种说法"}, "补充")
    edits.correct(li, record, {"content": "另一种说法"}, "更正")
    _both(two)
    for laptop, value in ((wang, "一种说法"), (li, "另一种说法")):
        side = next(each for each in _conflict(laptop, record) if each.value == value)
        edits.resolve(laptop, record, "content", take=f"{side.device}:{side.seq}", why="我在现场")
    _both(two)
    for laptop in two:
        assert {value.value for value in _conflict(laptop, record)} == {"一种说法", "另一种说法"}
        found = query.record(laptop, record)
        assert found is not None
        assert len(found.versions) == 5
    edits.resolve(li, record, "content", value="第三种说法", why="一起核对")
    _both(two)
    for laptop in two:
        found = query.record(laptop, record)
        assert found is not None
        assert (found.fields["content"], found.conflicts) == ("第三种说法", {})


@pytest.mark.parametrize("late_first", [False, True])
def test_a_late_edit_to_a_withdrawn_record_is_shown_and_changes_nothing_else(two: Two, late_first: bool) -> None:
    wang, li = two
    set_language("zh")
    record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    _both(two)
    edits.withdraw(wang, record, "记错了单位")
    edits.correct(li, record, {"content": "并不知道已撤回"}, "补充")
    for laptop in (li, wang) if late_first else (wang, li):
        exchange(laptop)
    _both(two)
    for laptop in two:
        found = query.record(laptop, record)
        assert found is not None
        assert (found.withdrawn, found.fields["content"]) == (True, "并不知道已撤回")
        assert sum(version.late for version in found.versions) == (0 if late_first else 1)
        page = "".join(text for line in record_page(laptop, found, 100) for text, _ in line)
        assert "并不知道已撤回" in page
        assert ("撤回后又收到 1 处更改" in page) is not late_first
        assert [row.withdrawn for row in query.history(laptop, "u-1", "liaison_note").rows(0, 9)] == [True]


async def test_a_revoked_laptop_reads_and_writes_on_and_only_its_sync_stops(live: District, tmp_path: Path) -> None:
    set_language("zh")
    path = tmp_path / "replica.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
        office(live.database, "revoke", wang.joined().device)
        with pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "device_revoked"
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "停用以后写的"})
        wang.set_identity(msgspec.structs.replace(wang.joined(), token="demo.nobody.expired"))
        edits.create(wang, "liaison_note", "u-1", NOTE | {"content": "令牌失效以后写的"})
        assert query.history(wang, "u-1", "liaison_note").count == 3
        assert verify(wang).breaks == []
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "down", "enter")
        assert "令牌失效以后写的" in shown(app)


def test_a_correction_keeps_every_version_with_its_reason_wherever_it_is_read(two: Two) -> None:
    wang, _ = two
    record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    for number in range(1, 6):
        edits.correct(wang, record, {"content": f"第 {number} 次更正"}, f"理由 {number}")
    _both(two)
    set_language("zh")
    for laptop in two:
        found = query.record(laptop, record)
        assert found is not None
        assert [version.why for version in found.versions] == ["", *(f"理由 {number}" for number in range(1, 6))]
        assert [version.set.get("content") for version in found.versions][1:] == [
            f"第 {number} 次更正" for number in range(1, 6)
        ]
        page = "".join(text for line in record_page(laptop, found, 100) for text, _ in line)
        for number in range(1, 6):
            assert f"理由 {number}" in page
            assert f"第 {number} 次更正" in page
