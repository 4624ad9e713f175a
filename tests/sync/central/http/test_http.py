"""The store over HTTP, asked by anybody: health, what it refuses and with which code, nothing of the inside told."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import httpx
import msgspec
import pytest
import zstandard

from sync.client.enrolment import join
from sync.client.session import exchange
from sync.protocol import codec
from tests.store import District, office

SYNC = {"Content-Type": codec.CONTENT_TYPE}


@pytest.fixture
def token(live: District, tmp_path: Path) -> str:
    """The token of a laptop that has joined."""
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        return wang.joined().token


def _refused(answer: httpx.Response, status: int, code: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["code"] == code
    for inside in ("Traceback", "sqlite", "SELECT", "/home", "/tmp", "site-packages"):
        assert inside not in answer.text


def test_health_says_the_district_and_the_protocol(live: District) -> None:
    assert httpx.get(live.address + "/v1/health").json() == {"status": "ok", "protocol": 1, "district": "demo"}


@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd"])
def test_a_message_comes_plain_or_compressed(live: District, token: str, encoding: str) -> None:
    plain = msgspec.json.encode(codec.SyncRequest()) + b"\n"
    body = {"identity": plain, "gzip": gzip.compress(plain), "zstd": zstandard.compress(plain)}[encoding]
    headers = SYNC | {"Authorization": f"Bearer {token}", "Content-Encoding": encoding}
    answer = httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers)
    assert answer.status_code == 200
    header, _ = codec.unpack(codec.decompress(answer.content, ""), codec.SyncAnswer)
    assert header.scope is not None


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer x", "Bearer demo.d-1.secret", "Basic abc", "Bearer \u00e9"])
def test_without_a_token_of_ours_nothing_is_told(live: District, given: str) -> None:
    headers = [(name.encode(), value.encode()) for name, value in (*SYNC.items(), ("Authorization", given))]
    answer = httpx.post(live.address + codec.SYNC_PATH, content=b"{}\n", headers=headers)
    _refused(answer, 401, "token_unknown")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"entries": 3}\n',
        b'{"entries": 1, "digest": "no"}\nx\ty',
        b'{"cursor": 1e999}\n',
        b'{"want": "all"}\n',
    ],
)
def test_what_is_no_message_is_malformed(live: District, token: str, body: bytes) -> None:
    headers = SYNC | {"Authorization": f"Bearer {token}"}
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers), 422, "malformed")


@pytest.mark.parametrize("encoding", ["gzip", "zstd", "br"])
def test_a_body_that_is_not_in_its_encoding_is_malformed(live: District, token: str, encoding: str) -> None:
    headers = SYNC | {"Authorization": f"Bearer {token}", "Content-Encoding": encoding}
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=b"plain", headers=headers), 422, "malformed")


@pytest.mark.parametrize("encoding", ["gzip", "zstd"])
def test_a_decompression_bomb_is_too_large(live: District, token: str, encoding: str) -> None:
    bomb = b" " * (codec.MAX_MESSAGE_BYTES + 1)
    body = gzip.compress(bomb) if encoding == "gzip" else zstandard.compress(bomb)
    assert len(body) < codec.MAX_COMPRESSED_BYTES
    headers = SYNC | {"Authorization": f"Bearer {token}", "Content-Encoding": encoding}
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers), 413, "too_large")


def test_a_body_over_the_limit_is_refused_before_it_is_read(live: District, token: str) -> None:
    headers = SYNC | {"Authorization": f"Bearer {token}"}
    body = b"x" * (codec.MAX_COMPRESSED_BYTES + 1)
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers), 413, "too_large")


def test_another_content_type_is_refused(live: District, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "text/plain"}
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=b"{}", headers=headers), 415, "unsupported_media")


def test_an_older_protocol_is_told_so(live: District, token: str) -> None:
    headers = SYNC | {"Authorization": f"Bearer {token}"}
    answer = httpx.post(live.address + codec.SYNC_PATH, content=b'{"protocol": 0}\n', headers=headers)
    _refused(answer, 426, "protocol_too_old")


@pytest.mark.parametrize("path", ["/", "/v1/sync/", "/v1/../etc/passwd", "/v2/sync", "/docs"])
def test_other_paths_tell_nothing(live: District, path: str) -> None:
    answer = httpx.get(live.address + path)
    assert answer.status_code in (404, 405, 307)
    assert "Traceback" not in answer.text


def test_codes_cannot_be_guessed_by_trying(live: District) -> None:
    tries = {"code": "AAAA-BBBB-CCCCC", "device": "x", "public_key": "x", "protocol": 1}
    statuses = [httpx.post(live.address + codec.JOIN_PATH, json=tries).status_code for _ in range(14)]
    assert set(statuses[:10]) <= {403, 422}
    assert statuses[-1] == 429


def test_a_used_code_is_gone(live: District, tmp_path: Path) -> None:
    code = office(live.database, "code", live.people["wang"])
    identity = join(tmp_path / "b.db", live.address, code, "b")
    asked = {"code": code, "device": "x", "public_key": identity.certificate.key, "protocol": 1}
    _refused(httpx.post(live.address + codec.JOIN_PATH, json=asked), 410, "code_used")


def test_a_token_of_another_district_is_none_of_ours(live: District, token: str) -> None:
    _, device, secret = token.split(".")
    headers = SYNC | {"Authorization": f"Bearer other.{device}.{secret}"}
    _refused(httpx.post(live.address + codec.SYNC_PATH, content=b"{}\n", headers=headers), 401, "token_unknown")


def test_the_store_keeps_no_token_and_no_code_in_clear(live: District, tmp_path: Path) -> None:
    code = office(live.database, "code", live.people["li"])
    with live.laptop(tmp_path / "c.db", "chen") as chen:
        token = chen.joined().token
        exchange(chen)
    held = b"".join(file.read_bytes() for file in live.database.parent.iterdir())
    assert token.rpartition(".")[2].encode() not in held
    assert code.encode() not in held
    assert code.replace("-", "").encode() not in held


def test_a_hurried_message_says_the_same_in_a_few_bytes_more() -> None:
    chance = random.Random(1)
    words = "今天到单位了解整改情况党员学习笔记已经检查流动党员两人外出务工"
    lines = [f'{{"seq":{turn}}}\t"{"".join(chance.choices(words, k=120))}"'.encode() for turn in range(100)]
    message = codec.written(codec.SyncAnswer(log="l"), lines)
    packed, hurried = (codec.compressed(message, hurried=hurried) for hurried in (False, True))
    said = [codec.unpack(codec.decompress(each, "zstd"), codec.SyncAnswer)[1] for each in (packed, hurried)]
    assert said == [lines, lines]
    assert len(packed) < len(hurried) < 1.5 * len(packed)
