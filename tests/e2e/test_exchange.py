"""Laptops and a real store process: what is written on one is read on another, once, in order, with a receipt."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.enrolment import join
from sync.client.session import Cancelled, NoConnection, Progress, Rejected, exchange
from sync.model.validation import InvalidFields
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
FOLLOW_UP = {
    "nature": "problem",
    "title": "补发必读篇目",
    "due_on": "2026-09-25",
    "opened_on": "2026-09-01",
    "status": "open",
}


def test_a_note_written_on_one_laptop_is_read_on_another_and_receipted(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(wang)
        written = edits.create(wang, "liaison_note", "u-1", NOTE)
        result = exchange(wang)
        exchange(director)

        assert (result.pushed, result.quarantined, result.round_trips) == (1, [], 1)
        found = query.record(director, written.record)
        assert found is not None
        assert found.fields["content"] == NOTE["content"]
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, 1, 1)
        assert query.person_name(director, found.by) == "wang"
        for laptop in (wang, director):
            assert verify(laptop).breaks == []


def test_a_sync_with_nothing_to_do_is_one_small_round_trip(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        result = exchange(wang)
        assert result.round_trips == 1
        assert max(result.bytes_sent, result.bytes_received) < 512


def test_over_a_thin_line_a_laptop_with_nothing_to_send_reads_an_entry_that_names_an_earlier_one(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        for laptop in (wang, director):
            exchange(laptop)
        first = edits.create(wang, "liaison_note", "u-1", NOTE).record
        edits.create(wang, "liaison_note", "u-1", NOTE)
        edits.correct(wang, first, {"content": "改在周六上午"}, "记错")
        exchange(wang)
        director.set_setting("line", "thin")
        assert exchange(director).pulled == 3
        found = query.record(director, first)
        assert found is not None
        assert found.fields["content"] == "改在周六上午"


def test_a_laptop_holds_the_ledgers_of_its_own_units_only(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "c.db", "chen") as chen:
        exchange(wang)
        exchange(chen)
        assert [row.id for row in query.units(wang).rows(0, 9)] == ["u-2", "u-1"]
        assert [row.id for row in query.units(chen).rows(0, 9)] == ["u-4"]
        assert "director" in query.status(chen).person_name or query.status(chen).role == "liaison"


def test_without_a_store_everything_is_kept_for_later(district: District, tmp_path: Path) -> None:
    with serving(district.database) as district.address, district.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
    with Replica.open(tmp_path / "a.db") as wang:
        with pytest.raises(NoConnection):
            exchange(wang)
        standing = query.status(wang)
        assert (standing.pending, standing.last_error) == (1, "no_connection")
        assert standing.oldest_unsynced
        port = int(district.address.rpartition(":")[2])
        with serving(district.database, port):
            exchange(wang)
        assert query.status(wang).pending == 0


def test_entries_out_of_scope_are_kept_apart_with_their_reason_and_block_nothing(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(wang)
        for unit in ("u-1", "u-2"):
            edits.create(wang, "follow_up", unit, FOLLOW_UP)
        office(live.database, "assign", "u-2", "--group", "second")
        edits.create(wang, "liaison_note", "u-2", NOTE)
        result = exchange(wang)
        exchange(director)

        assert {kept.code for kept in result.quarantined} == {"out_of_scope"}
        assert query.status(wang).quarantined == 2
        assert [row.unit for row in query.follow_ups(director, today="2026-09-30").rows(0, 9)] == ["u-1"]
        assert query.status(wang).pending == 0
        assert verify(director).breaks == []


def test_a_unit_that_enters_a_scope_brings_its_whole_ledger(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "z.db", "zhao") as zhao:
        exchange(wang)
        exchange(zhao)
        for number in range(30):
            edits.create(wang, "liaison_note", "u-1", NOTE | {"content": f"第 {number} 次"})
        exchange(wang)
        exchange(zhao)
        assert query.unit(zhao, "u-1") is None

        office(live.database, "assign", "u-1", "--group", "second")
        edits.create(zhao, "liaison_note", "u-3", NOTE)
        exchange(zhao)

        assert query.history(zhao, "u-1", "liaison_note").count == 30
        assert verify(zhao).breaks == []


def test_two_laptops_that_met_through_the_store_hold_the_same_records(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        exchange(li)
        written = edits.create(wang, "follow_up", "u-1", FOLLOW_UP)
        exchange(wang)
        exchange(li)
        edits.correct(wang, written.record, {"title": "甲"}, "甲改")
        edits.correct(li, written.record, {"title": "乙"}, "乙改")
        for laptop in (wang, li, wang):
            exchange(laptop)
        assert query.status(wang).conflicts == query.status(li).conflicts == 1

        edits.resolve(li, written.record, "title", take=f"{wang.joined().device}:2", why="以甲为准")
        for laptop in (li, wang):
            exchange(laptop)
        assert dump(wang) == dump(li)
        assert query.status(wang).conflicts == 0


def test_many_entries_go_in_several_messages_and_arrive_once(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "BATCH_BYTES", 600_000)
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        for number in range(60):
            edits.create(wang, "liaison_note", "u-1", NOTE | {"content": f"{number} " + "长" * 30_000})
        pushed = exchange(wang)
        pulled = exchange(li)

        assert pushed.pushed == 60
        assert pushed.round_trips > 2
        assert query.history(li, "u-1", "liaison_note").count == 60
        assert pulled.round_trips > 2


def test_a_stopped_exchange_goes_on_where_it_stood(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(codec, "BATCH_BYTES", 600_000)
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        for number in range(60):
            edits.create(wang, "liaison_note", "u-1", NOTE | {"content": f"{number} " + "长" * 30_000})
        answers = iter([False, False, True])
        with pytest.raises(Cancelled):
            exchange(wang, stop=lambda: next(answers, True))
        left = query.status(wang).pending
        assert 0 < left < 60
        assert exchange(wang).pushed == left
        assert query.status(wang).acknowledged == 60


def test_a_code_works_once(live: District, tmp_path: Path) -> None:
    code = office(live.database, "code", "wang")
    join(tmp_path / "a.db", live.address, code.lower().replace("-", " "), "first")
    with pytest.raises(Rejected) as refused:
        join(tmp_path / "b.db", live.address, code, "second")
    assert refused.value.code == "code_used"
    assert not (tmp_path / "b.db").exists()


def test_a_revoked_laptop_reads_on_and_syncs_no_more(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        office(live.database, "revoke", wang.joined().device)
        with pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "device_revoked"
        assert query.history(wang, "u-1", "liaison_note").count == 1
        edits.create(wang, "liaison_note", "u-1", NOTE)
        assert query.status(wang).pending == 1  # the first is held by the office, kept apart


def test_a_server_that_is_no_store_is_said_to_be_none(tmp_path: Path) -> None:
    with pytest.raises(NoConnection) as refused:
        join(tmp_path / "a.db", "http://127.0.0.1:9", "AAAA-AAAA-AAAAA", "x")
    assert refused.value.code == "no_connection"
    with pytest.raises(NoConnection) as refused:
        join(tmp_path / "a.db", "nonsense", "AAAA-AAAA-AAAAA", "x")
    assert refused.value.code == "bad_address"


def test_a_person_writes_what_the_role_allows(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "c.db", "chen") as chen:
        exchange(chen)
        with pytest.raises(InvalidFields, match="not_yours"):
            edits.create(chen, "survey", "u-4", {"held_on": "2026-09-18", "given_out": 1})
        edits.create(chen, "liaison_note", "u-4", NOTE)
        assert exchange(chen).quarantined == []


def test_units_that_enter_the_scope_between_two_pages_are_fetched_whole(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(director)
        for unit in ("u-1", "u-3") * 60:
            edits.create(director, "liaison_note", unit, NOTE)
        exchange(director)
        monkeypatch.setattr(codec, "BATCH_BYTES", 4_000)
        seen: list[int] = []

        def assign_on_the_third_page(_: Progress) -> None:
            seen.append(1)
            if len(seen) == 3:
                office(live.database, "assign", "u-3", "--group", "first")

        exchange(wang, assign_on_the_third_page)
        exchange(wang)
        assert len(seen) > 6
        for unit in ("u-1", "u-3"):
            assert query.history(wang, unit, "liaison_note").count == 60
            assert verify(wang, unit).breaks == []


def test_a_chain_with_a_hole_is_fetched_again_from_its_start(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(director)
        for _ in range(3):
            edits.create(director, "liaison_note", "u-1", NOTE)
        exchange(director)
        exchange(wang)
        with wang.transaction() as connection:  # what a fault of the disk could do
            (chain,) = connection.execute(
                "SELECT id FROM chain WHERE ledger = 'u-1' AND device = ?", (director.joined().device,)
            ).fetchone()
            connection.execute("DELETE FROM entry WHERE chain = ?", (chain,))
            connection.execute("UPDATE chain SET seq = 0, hash = '' WHERE id = ?", (chain,))
        rebuild(wang)
        for _ in range(60):
            edits.create(director, "liaison_note", "u-1", NOTE)
        exchange(director)
        monkeypatch.setattr(codec, "BATCH_BYTES", 4_000)
        exchange(wang)
        assert query.history(wang, "u-1", "liaison_note").count == 63
        assert verify(wang).breaks == []


def test_a_reader_holds_the_store_s_receipts_for_what_others_wrote(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        exchange(wang)
        exchange(director)
        verified = verify(director, "u-1")
        assert (verified.entries, verified.receipted) == (2, 2)
