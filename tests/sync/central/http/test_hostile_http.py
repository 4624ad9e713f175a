"""The store over HTTP, asked by somebody who means harm: slow, huge, doubled, forged; others are served meanwhile."""

from __future__ import annotations

import gzip
import re
import select
import shutil
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec
import pytest
import zstandard

from sync.central.http import timeouts
from sync.central.http.rate_limit import CodeRateLimit
from sync.central.service.store import Denied, Store
from sync.client.session import exchange
from sync.protocol import codec
from sync.replica import query
from sync.replica.editing import edits
from tests.store import District, office, serving
from tests.sync.central.pen import Pen


class Dribbled(NamedTuple):
    """What came of a line on which one byte a second was sent: after how long it ended, and what was said."""

    seconds: float
    said: bytes


@pytest.fixture(scope="module", autouse=True)
def dribbling(
    district_made_once: District, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Future[Dribbled], Future[Dribbled]]]:
    """Two lines to a real store, begun with the first test here and judged by the last: a slow body, a slow head."""
    database = tmp_path_factory.mktemp("slow") / "central.db"
    for file in district_made_once.database.parent.glob("central.db*"):
        shutil.copy(file, database.parent / file.name)
    with serving(database) as address, ThreadPoolExecutor(2) as threads:
        district = msgspec.structs.replace(district_made_once, database=database, address=address)
        with district.laptop(database.with_name("a.db"), "wang") as wang:
            token = wang.joined().token.encode()
        port = int(address.rpartition(":")[2])
        head = HEAD + b"Authorization: Bearer " + token + b"\r\nContent-Type: " + codec.CONTENT_TYPE.encode()
        body = head + b"\r\nContent-Length: 4000000\r\n\r\n"
        yield threads.submit(_dribble, port, body), threads.submit(_dribble, port, HEAD + b"X: ")


def _dribble(port: int, begin: bytes) -> Dribbled:
    begun, said = time.monotonic(), b""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(begin)
        while time.monotonic() - begun < 90:
            if select.select([line], [], [], 1.0)[0]:
                try:
                    piece = line.recv(65536)
                except ConnectionResetError:
                    break
                said += piece
                if not piece:
                    break
                continue
            try:
                line.sendall(b"a")
            except (BrokenPipeError, ConnectionResetError):
                break
    return Dribbled(time.monotonic() - begun, said)


HEAD = b"POST /v1/sync HTTP/1.1\r\nHost: x\r\n"
EMPTY = b'{"protocol":1}\n'


@pytest.fixture
def headers(live: District, tmp_path: Path) -> dict[str, str]:
    """What a laptop of the first group sends with a message."""
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        return {"Content-Type": codec.CONTENT_TYPE, "Authorization": f"Bearer {wang.joined().token}"}


def _raw(live: District, request: bytes) -> bytes:
    """What the store answers to these bytes, until it hangs up or says nothing more."""
    port = int(live.address.rpartition(":")[2])
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=2) as line:
        line.sendall(request)
        try:
            while piece := line.recv(65536):
                said += piece
        except (TimeoutError, ConnectionResetError):
            pass
    return said


def _ask(live: District, headers: dict[str, str], body: bytes, encoding: str = "identity") -> httpx.Response:
    return httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers | {"Content-Encoding": encoding})


NUMBERS = ("1e999", "9" * 30, "9" * 100_000, "-1", "NaN", "Infinity", "1.5", str(2**63))


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:12])
@pytest.mark.parametrize("field", ["cursor", "want", "entries"])
def test_a_number_no_database_holds_is_malformed(
    live: District, headers: dict[str, str], field: str, number: str
) -> None:
    answer = _ask(live, headers, f'{{"{field}":{number}}}\n'.encode())
    assert (answer.status_code, answer.json()["error"]["code"]) == (422, "malformed")


def test_nesting_without_end_is_malformed(live: District, headers: dict[str, str]) -> None:
    for opening in (b'{"x":' + b"[" * 100_000, b'{"x":' * 100_000, b'{"positions":' * 50_000):
        assert _ask(live, headers, opening + b"\n").status_code == 422


def test_of_a_doubled_key_the_last_counts_and_nothing_breaks(live: District, headers: dict[str, str]) -> None:
    assert _ask(live, headers, b'{"want":5,"want":0}\n').status_code == 200
    assert _ask(live, headers, b'{"want":0,"want":"x"}\n').status_code == 422


def test_frames_that_are_more_than_one_message_are_malformed(live: District, headers: dict[str, str]) -> None:
    assert _ask(live, headers, gzip.compress(EMPTY) + gzip.compress(b"more"), "gzip").status_code == 422
    assert _ask(live, headers, gzip.compress(EMPTY)[:-4], "gzip").status_code == 422
    assert _ask(live, headers, zstandard.compress(EMPTY) + b"more", "zstd").status_code == 422
    assert _ask(live, headers, zstandard.compress(EMPTY) + zstandard.compress(b"more"), "zstd").status_code == 422


def test_a_window_that_would_take_much_memory_and_a_dictionary_are_malformed(
    live: District, headers: dict[str, str]
) -> None:
    wide = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    frame = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    assert _ask(live, headers, frame.compress(EMPTY) + frame.flush(), "zstd").status_code == 422
    samples = zstandard.ZstdCompressionDict(b"protocol" * 100)
    trained = zstandard.train_dictionary(400, [f"message {number} protocol".encode() * 4 for number in range(400)])
    assert samples.dict_id() == 0
    packed = zstandard.ZstdCompressor(dict_data=trained).compress(EMPTY)
    assert _ask(live, headers, packed, "zstd").status_code == 422


SHAPES = {
    "two lengths": HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "a length and chunks": HEAD + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "an odd coding": HEAD + b"Transfer-Encoding: xchunked\r\n\r\n",
    "a chunk that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a negative length": HEAD + b"Content-Length: -1\r\n\r\n",
    "a folded head": HEAD + b"X: a\r\n b: c\r\n\x00\r\n\r\n",
    "a head too long": HEAD + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "thousands of heads": HEAD + b"".join(b"X%d: a\r\n" % number for number in range(20_000)) + b"\r\n",
    "no HTTP": b"\x16\x03\x01 hello\r\n\r\n",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_request_of_an_odd_shape_is_refused_and_the_line_hung_up(live: District, shape: str) -> None:
    said = _raw(live, SHAPES[shape] + b"GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n")
    statuses = [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", said)]
    assert statuses in ([], [400], [401], [415]), said[:300]  # one answer at most: nothing was smuggled in behind it
    assert httpx.get(live.address + codec.HEALTH_PATH).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/v1/blobs/../../etc/passwd",
        "/v1/%2e%2e/x",
        "//v1/sync",
        "/v1/sync%00",
        "/\\v1",
        "/v1/sync;a",
        "/" + "a" * 100_000,
    ],
)
def test_tricks_with_paths_find_nothing(live: District, path: str) -> None:
    said = _raw(live, f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    assert re.match(rb"HTTP/1.1 (404|400|405)", said), said[:200]


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
def test_other_methods_are_refused(live: District, method: str) -> None:
    assert httpx.request(method, live.address + codec.SYNC_PATH).status_code == 405


def test_a_body_that_dribbles_is_cut_off_and_an_honest_slow_one_is_not() -> None:
    now = time.monotonic()
    assert timeouts.seconds_left(now - 31, 31) == 0.0  # one byte a second
    whole, rate = 4 * 1024 * 1024, 40_000 / 8
    for received in range(0, whole, 64 * 1024):  # 40 kbit/s, after 0.8 s of latency
        assert timeouts.seconds_left(now - 0.8 - received / rate, received) > 20


def test_others_are_served_while_hundreds_of_lines_dribble(live: District, tmp_path: Path) -> None:
    port = int(live.address.rpartition(":")[2])
    lines = [socket.create_connection(("127.0.0.1", port)) for _ in range(300)]
    try:
        for number, line in enumerate(lines):
            line.sendall(HEAD if number % 2 else HEAD + b"Content-Length: 4000000\r\n\r\na")
        with live.laptop(tmp_path / "a.db", "wang") as wang:
            begun = time.monotonic()
            exchange(wang)
            assert time.monotonic() - begun < 5
    finally:
        for line in lines:
            line.close()


def test_a_code_is_guessed_at_from_one_address_or_many_only_so_often() -> None:
    one = CodeRateLimit()
    assert [one.begin("192.0.2.1", f"c{number}") is None for number in range(12)] == [False] * 10 + [True] * 2
    same = CodeRateLimit()
    assert [same.begin(f"192.0.2.{number}", "c") is None for number in range(12)] == [False] * 10 + [True] * 2
    many = CodeRateLimit()
    assert sum(many.begin(f"192.0.2.{number}", f"c{number}") is not None for number in range(1_000)) == 200
    six = CodeRateLimit()
    assert sum(six.begin(f"2001:db8::{number:x}", f"c{number}") is not None for number in range(50)) == 10


def test_a_code_that_was_right_is_no_guess() -> None:
    rate_limit = CodeRateLimit()
    for number in range(50):
        begun = rate_limit.begin("192.0.2.1", f"c{number}")
        assert begun is not None
        rate_limit.succeeded(begun)


def test_an_address_that_a_caller_only_claims_is_not_believed(live: District) -> None:
    tries = {"code": "", "device": "x", "public_key": "A" * 43, "protocol": 1}
    statuses = [
        httpx.post(
            live.address + codec.JOIN_PATH,
            json=tries | {"code": f"AAAA-BBBB-{number:05}"},
            headers={"X-Forwarded-For": f"192.0.2.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert statuses[-1] == 429


def test_a_device_cannot_write_as_another(store: Store, wang: Pen, director: Pen) -> None:
    forged = director.write(device=wang.device)
    answer, _ = director.send(forged, seals=director.seals([forged]))
    assert not answer.receipts or all(receipt.verdict == "apart" for receipt in answer.receipts)
    _, arrived = director.pull()
    assert forged.hash not in {each.entry.hash for each in arrived if not each.code}


def test_a_revoked_and_an_altered_token_open_nothing(store: Store, wang: Pen) -> None:
    district, device, secret = wang.joined.token.split(".")
    for token in (f"{district}.{device}.{secret}x", f"{district}.{device}.", f"{district}..{secret}", "..", "\0.\0.\0"):
        with pytest.raises(Denied) as denied:
            store.enrolment.device_of(token)
        assert denied.value.code == "token_unknown"


def test_a_group_writing_outside_its_units_is_kept_apart_over_http(live: District, tmp_path: Path) -> None:
    note = {"noted_on": "2026-09-18", "mode": "visit", "content": "越界"}
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "zhao") as zhao:
        exchange(wang)
        with pytest.MonkeyPatch.context() as changed_program:
            changed_program.setattr(edits, "_is_unit", lambda *_: True)
            edits.create(wang, "liaison_note", "u-3", note)
        result = exchange(wang)
        assert [kept.code for kept in result.quarantined] == ["out_of_scope"]
        exchange(zhao)
        assert query.history(zhao, "u-3", "liaison_note").count == 0


def test_who_reported_a_follow_up_cannot_verify_it(live: District, tmp_path: Path) -> None:
    """The entry is kept, for the store judges one entry at a time; the fold lets it have no effect, on every laptop."""
    problem = {
        "nature": "problem",
        "title": "补发必读篇目",
        "due_on": "2026-09-25",
        "opened_on": "2026-09-01",
        "status": "open",
    }
    with live.laptop(tmp_path / "a.db", "chen") as chen, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(chen)
        record = edits.create(chen, "follow_up", "u-4", problem).record
        for status in ("in_progress", "reported"):
            edits.step(chen, record, status, "已办")
        exchange(chen)
        with pytest.MonkeyPatch.context() as changed_program:
            changed_program.setattr(edits, "_check_follow_up", lambda *_: None)
            edits.step(chen, record, "verified", "已核")
        assert exchange(chen).pushed == 1
        for laptop in (chen, director):
            exchange(laptop)
            held = query.record(laptop, record)
            assert held is not None
            assert held.fields["status"] == "reported"
            flaw = laptop.connection.execute("SELECT code FROM flaw").fetchall()
            assert flaw == [("verified_by_reporter",)]


def test_the_messages_fields_are_those_of_the_protocol() -> None:
    assert msgspec.json.decode(b'{"later":[1,{"a":2}],"cursor":3}', type=codec.SyncRequest).cursor == 3


BLOB_PATHS = (
    "..", "../../etc/passwd", "%2e%2e%2fcentral.db", "a" * 63, "A" * 64, "a" * 64 + "/..", "a" * 64 + "%00", "\\",
)  # fmt: skip


@pytest.mark.parametrize("path", BLOB_PATHS, ids=lambda path: path[:14])
def test_a_trick_with_a_blobs_path_finds_nothing(live: District, headers: dict[str, str], path: str) -> None:
    said = _raw(
        live,
        f"GET /v1/blobs/{path} HTTP/1.1\r\nHost: x\r\nAuthorization: {headers['Authorization']}\r\n"
        "Connection: close\r\n\r\n".encode(),
    )
    assert re.match(rb"HTTP/1.1 (404|400|405)", said), said[:200]
    assert b"SQLite" not in said


def test_a_token_of_another_district_and_one_sent_again_after_its_laptop_was_revoked_open_nothing(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        headers = {"Content-Type": codec.CONTENT_TYPE, "Authorization": f"Bearer {wang.joined().token}"}
        assert _ask(live, headers, EMPTY).status_code == 200
        foreign = headers | {"Authorization": headers["Authorization"].replace("demo.", "other.")}
        answer = _ask(live, foreign, EMPTY)
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "token_unknown")
        office(live.database, "revoke", wang.joined().device)
    assert (_ask(live, headers, EMPTY).status_code, _ask(live, headers, EMPTY).json()["error"]["code"]) == (
        401,
        "device_revoked",
    )
    for header in ("Basic x", "Bearer", "Bearer  ", "bearer ..", "Bearer " + "a" * 9_000, "Bearer \x00"):
        said = _raw(live, b"".join((HEAD, b"Authorization: ", header.encode(), b"\r\nContent-Length: 0\r\n\r\n")))
        assert re.match(rb"HTTP/1.1 (400|401|415|431)", said), (header[:20], said[:100])


def test_one_byte_a_second_is_answered_408_and_a_head_that_never_ends_is_hung_up_on(
    dribbling: tuple[Future[Dribbled], Future[Dribbled]],
) -> None:
    body, head = (each.result(timeout=120) for each in dribbling)
    assert body.said.startswith(b"HTTP/1.1 408 ")
    assert b'"too_slow"' in body.said
    assert timeouts.GRACE_SECONDS - 1 < body.seconds < timeouts.GRACE_SECONDS + 20
    assert head.said == b""
    assert timeouts.HEAD_SECONDS - 1 < head.seconds < timeouts.HEAD_SECONDS + 20
