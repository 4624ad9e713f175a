"""Attachments at the store: resumable at any byte, checked against their name, told only to whom they concern."""

from __future__ import annotations

import hashlib
import random
import sqlite3
from pathlib import Path

import httpx
import pytest

from sync.client import attachments
from sync.client.http import StoreClient
from sync.client.session import NoConnection, Rejected, exchange
from sync.protocol import blobs as blob_names
from sync.protocol.blobs import LENGTH, OFFSET
from sync.replica import Replica, query
from sync.replica.editing import attachments as blobs
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused
from tests import warm
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
PDF = b"%PDF-1.7\n" + "活动室照片".encode()


def _file(folder: Path, content: bytes = PDF, name: str = "说明.pdf") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def _name(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _ask(live: District, replica: Replica, method: str, name: str, **given: object) -> httpx.Response:
    headers = {"Authorization": f"Bearer {replica.joined().token}"} | dict(given.pop("headers", {}))  # type: ignore[call-overload]
    return httpx.request(method, f"{live.address}/v1/blobs/{name}", headers=headers, **given)  # type: ignore[arg-type]


def test_record_and_attachment_arrive_in_either_order_and_a_record_says_what_has_not(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        blobs.attach(wang, record, _file(tmp_path), "补充材料")
        name = _name(PDF)
        with StoreClient(live.address, wang.joined().token) as transport:  # the attachment first
            assert attachments.send(wang, transport) == 1
        with pytest.raises(Rejected) as refused:
            attachments.fetch(li, name)  # no entry that li may read names it yet
        assert refused.value.code == "not_found"
        exchange(wang)
        exchange(li)
        found = query.record(li, record)
        assert found is not None
        (listed,) = blobs.attachments(li, found.fields)
        assert (listed.file_name, listed.size, listed.here) == ("说明.pdf", len(PDF), False)
        attachments.fetch(li, name)
        assert b"".join(blobs.content(li, name)) == PDF
        assert blobs.attachments(li, found.fields)[0].here

        second = PDF + b"2"
        blobs.attach(li, record, _file(tmp_path, second, "二.pdf"), "补充材料")
        result = exchange(li)  # the record first, then the attachment
        assert (result.pushed, result.attached) == (1, 1)
        assert exchange(li).round_trips == 1  # nothing more to say
        exchange(wang)
        attachments.fetch(wang, _name(second))
        assert b"".join(blobs.content(wang, _name(second))) == second


def test_an_upload_cut_at_every_byte_goes_on_and_a_lost_answer_costs_one_question(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        for cut in range(1, len(PDF)):
            content = PDF + bytes([cut])
            name = _name(content)
            headers = {OFFSET: "0", LENGTH: str(len(content))}
            first = _ask(live, wang, "PUT", name, content=content[:cut], headers=headers)
            assert (first.status_code, first.headers[OFFSET]) == (200, str(cut))
            again = _ask(live, wang, "PUT", name, content=content[:cut], headers=headers)
            assert (again.status_code, again.headers[OFFSET]) == (409, str(cut))
            assert again.json()["error"]["code"] == "wrong_offset"
            with StoreClient(live.address, wang.joined().token) as transport:
                assert transport.put_blob(name, 0, len(content), content[:5]) == cut
                assert transport.put_blob(name, cut, len(content), content[cut:]) == len(content)
                assert transport.blob_held(name) == (len(content), True)


def test_a_download_cut_at_every_byte_goes_on(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        blobs.attach(wang, record, _file(tmp_path), "补充材料")
        exchange(wang)
        exchange(li)
        name = _name(PDF)
        for cut in range(1, len(PDF)):
            li.connection.execute("DELETE FROM blob")
            li.connection.execute("DELETE FROM blob_part")
            assert not blobs.keep_part(li, name, 0, PDF[:cut], len(PDF))
            attachments.fetch(li, name)
            assert b"".join(blobs.content(li, name)) == PDF
        li.connection.execute("DELETE FROM blob")
        li.connection.execute("DELETE FROM blob_part")
        blobs.keep_part(li, name, 0, b"x" * 10, len(PDF))  # ten bytes that are not its own
        with pytest.raises(NoConnection) as failed:
            attachments.fetch(li, name)
        assert failed.value.code == "damaged_answer"
        attachments.fetch(li, name)  # thrown away, and fetched whole
        assert b"".join(blobs.content(li, name)) == PDF


def test_a_large_one_goes_in_parts_and_goes_on_wherever_the_line_broke(live: District, tmp_path: Path) -> None:
    rng = random.Random(5)
    content = b"%PDF-" + rng.randbytes(1_300_000)
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        blobs.attach(wang, record, _file(tmp_path, content), "补充材料")
        name, held = _name(content), 0
        for at in sorted(rng.sample(range(1, len(content)), 7)):  # other cuts than where the parts end
            part = content[held : min(at, held + blob_names.PART_BYTES)]
            headers = {OFFSET: str(held), LENGTH: str(len(content))}
            held = int(_ask(live, wang, "PUT", name, content=part, headers=headers).headers[OFFSET])
        assert exchange(wang).attached == 1
        exchange(li)
        attachments.fetch(li, name)
        assert b"".join(blobs.content(li, name)) == content


def test_bytes_that_are_not_the_names_are_thrown_away_and_spoil_nobody_elses(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        for laptop in (wang, li):
            exchange(laptop)
        name = _name(PDF)
        headers = {OFFSET: "0", LENGTH: str(len(PDF))}
        half = len(PDF) // 2
        assert _ask(live, wang, "PUT", name, content=PDF[:half], headers=headers).status_code == 200
        wrong = _ask(live, li, "PUT", name, content=b"x" * len(PDF), headers=headers)
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (422, "malformed")
        assert _ask(live, li, "HEAD", name).headers[OFFSET] == "0"
        rest = _ask(live, wang, "PUT", name, content=PDF[half:], headers=headers | {OFFSET: str(half)})
        assert rest.headers[LENGTH] == str(len(PDF))
        assert LENGTH not in _ask(live, li, "HEAD", name).headers  # that it is there is not li's to know


def test_a_foreign_units_attachment_is_told_to_nobody_else(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "zhao") as zhao, live.laptop(tmp_path / "b.db", "wang") as wang:
        for laptop in (zhao, wang):
            exchange(laptop)
        record = edits.create(zhao, "liaison_note", "u-3", NOTE).record
        blobs.attach(zhao, record, _file(tmp_path), "补充材料")
        exchange(zhao)
        for name in (_name(PDF), _name(b"never sent")):
            asked = _ask(live, wang, "GET", name)
            assert (asked.status_code, asked.json()["error"]["code"]) == (404, "not_found")
            assert _ask(live, wang, "HEAD", name).headers[OFFSET] == "0"
        with live.laptop(tmp_path / "c.db", "director") as director:
            exchange(director)
            attachments.fetch(director, _name(PDF))
        office(live.database, "revoke", zhao.joined().device)
        assert _ask(live, zhao, "GET", _name(PDF)).status_code == 401


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
@pytest.mark.parametrize(
    "name",
    ["..%2f..%2fcentral.db", "A" * 64, "a" * 63, "a" * 65, "g" * 64, "%00" + "a" * 63, "a" * 64 + "%0a", "０" * 64],
)
def test_no_other_name_is_a_name(live: District, tmp_path: Path, method: str, name: str) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        answer = _ask(
            live, wang, method, name, headers={OFFSET: "0", LENGTH: "1"}, content=b"x" if method == "PUT" else b""
        )
        assert answer.status_code == 404


def test_too_much_and_nonsense_are_refused(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        name = _name(PDF)
        for offset, length, content, status in (
            ("0", str(blob_names.MAX_BLOB_BYTES + 1), b"x", 413),
            ("0", "3", b"four", 413),
            ("0", "9999999", b"x" * (blob_names.PART_BYTES + 1), 413),
            ("-1", "3", b"x", 400),
            ("1e3", "3", b"x", 400),
            ("", "3", b"x", 400),
            ("9" * 40, "3", b"x", 400),
        ):
            answer = _ask(live, wang, "PUT", name, content=content, headers={OFFSET: offset, LENGTH: length})
            assert answer.status_code == status, (offset, length)
        assert _ask(live, wang, "GET", name, params={"offset": "x"}).status_code == 400
        for path, content, code in (
            ("a.exe", b"MZ", "attachment_type"),
            ("a.pdf", b"MZ" * 40, "attachment_type"),
            ("a.png", PDF, "attachment_type"),
            ("a.txt", b"a\0b", "attachment_type"),
            ("a.pdf", b"", "attachment_empty"),
            ("a.pdf", PDF + bytes(blob_names.MAX_BLOB_BYTES), "attachment_size"),
        ):
            with pytest.raises(Refused) as refused:
                blobs.attach(wang, "nothing", _file(tmp_path, content, path), "x")
            assert refused.value.code == code
        with pytest.raises(Refused) as refused:
            blobs.attach(wang, "nothing", _file(tmp_path), "x")
        assert refused.value.code == "attachment_record"
        assert blobs.unsent(wang) == []


def test_verify_names_an_attachment_whose_bytes_were_changed(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        blobs.attach(wang, record, _file(tmp_path), "补充材料")
        exchange(wang)
    assert "0 broken" in office(live.database, "verify")
    with sqlite3.connect(live.database) as connection:
        connection.execute("UPDATE blob_part SET content = content || x'00'")
    connection.close()
    done = warm.run("sync.central", ["--db", str(live.database), "verify"])
    assert done.returncode == 1
    assert f"attachment {_name(PDF)}" in done.stdout


def test_a_file_that_had_been_fetched_in_part_is_whole_once_it_is_attached_here(live: District, tmp_path: Path) -> None:
    content = PDF + random.Random(3).randbytes(400_000)
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        blobs.keep_part(wang, _name(content), 0, content[:100_000], len(content))
        blobs.attach(wang, record, _file(tmp_path, content), "补充材料")
        found = query.record(wang, record)
        assert found is not None
        assert blobs.attachments(wang, found.fields)[0].here
        assert b"".join(blobs.content(wang, _name(content))) == content
