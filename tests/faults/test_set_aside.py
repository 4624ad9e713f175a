"""What the store cannot accept blocks nothing and is not lost: of the revoked, re-assigned, demoted, or bad in itself.

Real laptops and a real store; the office rules on its own laptop, offline, as it would.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from sync.central.admin import staff
from sync.central.service.store import Edit, open_store
from sync.central.storage import statements
from sync.client import batch_size
from sync.client.http import StoreClient
from sync.client.session import Progress, Rejected, exchange
from sync.ledger import chains
from sync.model.quarantine import ANSWERED, RELEASED
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits, quarantine
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.projection.apply import Incoming, apply, keep_seal
from sync.replica.queries import search
from tests.rows import dump
from tests.store import District, office, serving

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _note(replica: Replica, unit: str, content: str) -> str:
    return edits.create(replica, "liaison_note", unit, NOTE | {"content": content}).record


def _contents(replica: Replica, unit: str) -> set[str]:
    """The notes of a unit that count."""
    rows = query.history(replica, unit, "liaison_note").rows(0, 1000)
    return {str(row.fields["content"]) for row in rows if row.state == "delivered"}


def _holds(*replicas: Replica) -> None:
    for replica in replicas:
        assert verify(replica).breaks == []
        before = dump(replica)
        rebuild(replica)
        assert dump(replica) == before


def _rule_on_everything(director: Replica, verdict: str = RELEASED) -> int:
    """The office's laptop fetches, rules offline, and sends what it ruled; how many."""
    exchange(director)
    rows = [row for row in quarantine.to_rule(director) if row.ruling is None]
    for row in rows:
        quarantine.rule(director, row, verdict, "核对过")
    exchange(director)
    return len(rows)


@pytest.mark.parametrize("code", ["device_revoked", "person_left"])
def test_unsent_work_of_who_was_revoked_or_left_is_held_released_and_lost_nowhere(
    live: District, tmp_path: Path, code: str
) -> None:
    with (
        live.laptop(tmp_path / "a.db", "wang") as wang,
        live.laptop(tmp_path / "b.db", "li") as li,
        live.laptop(tmp_path / "c.db", "director") as director,
    ):
        for each in (wang, li, director):
            exchange(each)
        _note(wang, "u-1", "没有上报的一条")
        _note(wang, "u-2", "没有上报的另一条")
        _note(li, "u-1", "李军的一条")
        exchange(li)
        if code == "person_left":
            office(live.database, "person", "leave", live.people["wang"])
        else:
            office(live.database, "revoke", wang.joined().device)

        for _ in range(2):  # and again: refused in the same way, nothing sent twice
            with pytest.raises(Rejected) as refused:
                exchange(wang)
            assert refused.value.code == "device_revoked"
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged, standing.quarantined) == (0, 2, 2, 2)
        assert {row.code for row in quarantine.mine(wang)} == {code}
        assert _contents(wang, "u-1") == set(), "it pulls nothing"
        assert len(search.find(wang, "没有上报")) == 2, "her own records stay hers to read"

        exchange(li)
        assert _contents(li, "u-1") == {"李军的一条"}
        assert _rule_on_everything(director) == 2
        exchange(li)
        assert _contents(li, "u-1") == {"李军的一条", "没有上报的一条"}
        assert _contents(li, "u-2") == {"没有上报的另一条"}
        _holds(wang, li, director)


def test_work_for_a_unit_given_to_others_arrives_is_released_and_its_author_is_told(
    live: District, tmp_path: Path
) -> None:
    with (
        live.laptop(tmp_path / "a.db", "wang") as wang,
        live.laptop(tmp_path / "b.db", "zhao") as zhao,
        live.laptop(tmp_path / "c.db", "director") as director,
    ):
        for each in (wang, zhao, director):
            exchange(each)
        record = _note(wang, "u-2", "交接前写的")
        office(live.database, "assign", "u-2", "--group", "second")
        assert exchange(wang).left == ["u-2"]
        exchange(zhao)
        assert _contents(zhao, "u-2") == set()

        assert _rule_on_everything(director) == 1
        exchange(zhao)
        assert _contents(zhao, "u-2") == {"交接前写的"}
        assert [row.verdict for row in _versions(zhao, record)] == ["accepted"]

        exchange(wang)
        assert quarantine.mine(wang) == []
        (said,) = quarantine.said(wang).values()
        assert (said.verdict, said.comment, said.by) == (RELEASED, "核对过", live.people["director"])
        assert query.status(wang).quarantined == 0
        _holds(wang, zhao, director)

        office(live.database, "assign", "u-2", "--group", "first")
        exchange(wang)
        assert _contents(wang, "u-2") == {"交接前写的"}
        _holds(wang)


def _versions(replica: Replica, record: str) -> list[Any]:
    found = query.record(replica, record)
    assert found is not None
    return found.versions


def test_an_answer_reaches_the_author_and_the_entry_stays_apart(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "c.db", "director") as director:
        exchange(wang)
        _note(wang, "u-2", "交接前写的")
        office(live.database, "assign", "u-2", "--group", "second")
        exchange(wang)
        _rule_on_everything(director, ANSWERED)
        exchange(wang)
        (row,) = quarantine.mine(wang)
        assert row.ruling is not None
        assert (row.ruling.verdict, row.ruling.comment) == (ANSWERED, "核对过")
        assert all(row.ruling is not None for row in quarantine.to_rule(director))
        _holds(wang, director)


def test_edits_of_a_role_since_lost_are_held_and_count_once_released(live: District, tmp_path: Path) -> None:
    """An office laptop renames a unit offline; meanwhile its person has become a group's member."""
    office(live.database, "person", "add", "second director", "--role", "office")
    live.people = live.people | {"other": _person(live, "second director")}  # the district is shared by all tests
    with live.laptop(tmp_path / "a.db", "director") as demoted, live.laptop(tmp_path / "b.db", "other") as other:
        exchange(demoted)
        edits.correct(demoted, "u-1", {"name": "瑶湖水产场委员会"}, "改名")
        _note(demoted, "u-1", "这一条照常算数")
        _change_role(live, "director", {"role": "group", "group": live.groups["first"]})
        result = exchange(demoted)
        assert [kept.code for kept in result.quarantined] == ["not_allowed"]
        assert demoted.joined().role == "group"
        assert sorted(row.id for row in query.units(demoted).rows(0, 9)) == ["u-1", "u-2"]
        assert _contents(demoted, "u-1") == {"这一条照常算数"}
        assert query.unit_name(demoted, "u-1") == "瑶湖水产场党委"

        assert _rule_on_everything(other) == 1
        for each in (demoted, other):
            exchange(each)
            assert query.unit_name(each, "u-1") == "瑶湖水产场委员会"
        assert query.status(demoted).quarantined == 0
        _holds(demoted, other)


def _person(live: District, name: str) -> str:
    store = open_store(live.database)
    person = staff.person_named(store.access(), name)
    store.close()
    return person


def _change_role(live: District, who: str, fields: dict[str, str]) -> None:
    store = open_store(live.database)
    staff.put(store, [Edit(ledger="staff", kind="person", record=live.people[who], fields=fields)])
    store.close()


@pytest.mark.parametrize("change", ["assign", "revoke", "leave"])
def test_scope_or_rights_taken_away_in_the_middle_of_a_push(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(batch_size, "_FIRST_BYTES", 2048)
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "c.db", "director") as director:
        exchange(wang)
        for number in range(80):
            _note(wang, "u-2", f"第 {number} 条")
        commands = {
            "assign": ("assign", "u-2", "--group", "second"),
            "revoke": ("revoke", wang.joined().device),
            "leave": ("person", "leave", live.people["wang"]),
        }
        done: list[int] = []

        def meddle(progress: Progress) -> None:
            if progress.phase == "push" and not done:
                done.append(progress.done)
                office(live.database, *commands[change])

        if change == "assign":
            assert exchange(wang, meddle).left == ["u-2"]
        else:
            with pytest.raises(Rejected):
                exchange(wang, meddle)
        assert done
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, 80, 80)
        assert 0 < standing.quarantined < 80

        assert _rule_on_everything(director) == standing.quarantined
        exchange(director)
        assert _contents(director, "u-2") == {f"第 {number} 条" for number in range(80)}
        _holds(wang, director)


def test_one_bad_entry_blocks_nothing_else_and_its_author_reads_which_field(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        _note(wang, "u-1", "好的一条")
        bad = write_unchecked(wang, "u-1", NOTE | {"mode": "telepathy"})
        _note(wang, "u-1", "坏的之后的一条")
        _note(wang, "u-2", "别的单位的一条")
        result = exchange(wang)
        assert [(kept.seq, kept.code) for kept in result.quarantined] == [(2, "invalid_fields")]
        assert query.status(wang).pending == 0
        exchange(li)
        assert _contents(li, "u-1") | _contents(li, "u-2") == {"好的一条", "坏的之后的一条", "别的单位的一条"}
        (row,) = quarantine.mine(wang)
        assert (row.record, row.code, row.fields["mode"]) == (bad, "invalid_fields", "telepathy")
        found = query.record(wang, bad)
        assert found is not None
        assert (found.apart, found.versions[0].verdict) == (True, "apart")
        assert query.record(li, bad) is None, "others hold a stub"
        _holds(wang, li)


def write_unchecked(replica: Replica, unit: str, fields: dict[str, Any]) -> str:
    """An entry that no check of this laptop has seen, as a faulty program would write it."""
    identity = replica.joined()
    with replica.transaction() as connection:
        seq, previous = connection.execute(
            "SELECT seq, hash FROM chain WHERE ledger = ? AND device = ?", (unit, identity.device)
        ).fetchone()
        entry = chains.compose(
            ledger=unit,
            device=identity.device,
            seq=seq + 1,
            prev=previous,
            kind="liaison_note",
            record="r-bad",
            fields=fields,
            by=identity.person,
            at=chains.now(),
        )
        apply(connection, [Incoming(entry=entry)])
        seal = chains.make_seal(
            identity.private_key, identity.district, unit, identity.device, entry.head.seq, entry.hash
        )
        keep_seal(connection, seal)
    return entry.head.record


def test_what_lies_outside_any_chain_is_read_and_answered_on_the_office_s_laptop(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        _send_as_another(live, wang, "冒名的一条")
    with live.laptop(tmp_path / "c.db", "director") as director:
        exchange(director)
        (row,) = quarantine.to_rule(director)
        assert (row.code, row.seq, row.releasable, row.unit) == ("foreign_device", 0, False, "u-1")
        assert row.fields["content"] == "冒名的一条"
        quarantine.rule(director, row, ANSWERED, "请用自己的电脑写")
        exchange(director)
        assert quarantine.to_rule(director) == []
    with Replica.open(tmp_path / "a.db") as wang:
        exchange(wang)
        assert [said.comment for said in quarantine.said(wang).values()] == ["请用自己的电脑写"]


def _send_as_another(live: District, replica: Replica, content: str) -> None:
    """Send an entry of a device that is not this laptop's."""
    entry = chains.compose(
        ledger="u-1",
        device="elsewhere",
        seq=1,
        prev="",
        kind="liaison_note",
        record="r-foreign",
        fields=NOTE | {"content": content},
        by=replica.joined().person,
        at=chains.now(),
    )
    with StoreClient(live.address, replica.joined().token) as transport:
        transport.sync(codec.pack(codec.SyncRequest(want=0), [codec.line(entry)]))


def test_what_a_fork_left_outside_of_any_chain_and_was_written_again_waits_for_nobody(
    live: District, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "u-1", "共同的")
        wang.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, tmp_path / "copy.db")
    with Replica.open(path) as one, Replica.open(tmp_path / "copy.db") as other:
        _note(one, "u-1", "第一台的")
        exchange(one)
        _note(other, "u-1", "第二台的")
        assert exchange(other).renewed
    with live.laptop(tmp_path / "c.db", "director") as director:
        exchange(director)
        assert quarantine.to_rule(director) == []
        assert query.history(director, "u-1", "liaison_note").count == 3
    assert json.loads(office(live.database, "quarantine", "list", "--json")) == []
    assert json.loads(office(live.database, "stats", "--json"))["quarantine"] == 1, "nothing sent is ever thrown away"


def test_the_command_line_says_which_why_and_what_to_do(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from supervisor_tui.cli import commands as parser

    path = tmp_path / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    with live.laptop(path, "wang") as wang:
        exchange(wang)
        _note(wang, "u-2", "交接前写的")
        bad = _note(wang, "u-1", "停用前写的")
        office(live.database, "revoke", wang.joined().device)
    home = ("--home", str(tmp_path), "--lang", "en")
    assert parser.run([*home, "sync"]) == 1
    assert "now held for the office" in capsys.readouterr().err
    assert parser.run([*home, "status"]) == 0
    said = capsys.readouterr().out
    for words in ("非公企业联合支部", "瑶湖水产场党委", "had been revoked", "ask for its release"):
        assert words in said
    assert parser.run([*home, "status", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert [each["code"] for each in status["apart"]] == ["device_revoked"] * 2
    assert parser.run([*home, "show", bad]) == 0
    shown = capsys.readouterr().out
    assert "停用前写的" in shown
    assert "had been revoked" in shown


@pytest.mark.parametrize("first", ["director", "zhao"])
def test_a_store_restored_from_before_a_release_releases_again(district: District, tmp_path: Path, first: str) -> None:
    with serving(district.database) as district.address:
        wang, zhao, director = (district.laptop(tmp_path / f"{who}.db", who) for who in ("wang", "zhao", "director"))
        for each in (wang, zhao, director):
            exchange(each)
        _note(wang, "u-2", "交接前写的")
        office(district.database, "assign", "u-2", "--group", "second")
        for each in (wang, zhao, director):
            exchange(each)
    backup = tmp_path / "backup.db"
    for file in district.database.parent.glob("central.db*"):
        shutil.copy(file, tmp_path / file.name.replace("central.db", backup.name))
    with serving(district.database, int(district.address.rpartition(":")[2])):
        assert _rule_on_everything(director) == 1
        exchange(zhao)
        assert _contents(zhao, "u-2") == {"交接前写的"}

    with serving(backup, int(district.address.rpartition(":")[2])):
        for each in (director, zhao, director) if first == "director" else (zhao, director):
            exchange(each)
        for each in (wang, zhao, director):
            exchange(each)
            assert exchange(each).pulled == 0
        assert _contents(zhao, "u-2") == {"交接前写的"}
        assert query.status(wang).quarantined == 0
        _holds(wang, zhao, director)
        for each in (wang, zhao, director):
            each.close()


def test_who_leaves_the_office_takes_nothing_of_the_quarantine_along(live: District, tmp_path: Path) -> None:
    store = open_store(live.database)
    values = ("demo", "sha256:1", "d-x", "2026-09-18T00:00:00.000Z", "malformed", "x", "只有办公室能读的一行".encode())
    store.engine.transact(lambda session: session.run(statements.ADD_QUARANTINE, values))
    store.close()
    path = tmp_path / "a.db"
    with live.laptop(path, "director") as director:
        exchange(director)
        assert [row.raw for row in quarantine.to_rule(director)] == ["只有办公室能读的一行"]
        _change_role(live, "director", {"role": "group", "group": live.groups["first"]})
        exchange(director)
        assert quarantine.to_rule(director) == []
        held = b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
        assert "只有办公室能读的一行".encode() not in held
