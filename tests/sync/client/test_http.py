"""The line to a store: busy answers, broken ones, certificates, and what each means to whoever waits."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sync.client import http
from sync.client.http import Cancelled, NoConnection, PayloadTooLarge, Rejected, StoreClient
from sync.protocol import codec

DONE = b"done"


def answer(status: str, body: bytes, kind: str, *more: str) -> bytes:
    """An HTTP answer as it goes over the line."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close", *more]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def refusal(status: str, code: str, *more: str) -> bytes:
    """An answer of the store that refuses."""
    body = msgspec.json.encode(codec.ErrorAnswer(error=codec.ErrorBody(code=code, message="No.")))
    return answer(status, body, "application/json", *more)


OK = answer("200 OK", DONE, codec.CONTENT_TYPE)


@contextmanager
def speaking(answers: Sequence[bytes], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that gives these answers in turn, the last one again and again; its address."""
    left = list(answers)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def serve() -> None:
            while not stop.is_set():
                try:
                    line, _ = server.accept()
                    line.settimeout(2)
                    talk = context.wrap_socket(line, server_side=True) if context else line
                    with talk:
                        _read_request(talk)
                        talk.sendall(left.pop(0) if len(left) > 1 else left[0])
                except (TimeoutError, OSError):
                    continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"{'https' if context else 'http'}://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def _read_request(line: socket.socket) -> None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += line.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = (int(row.split(b":")[1]) for row in head.split(b"\r\n") if row.lower().startswith(b"content-length"))
    length = next(lengths, 0)
    while len(body) < length:
        body += line.recv(65536)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long would have been waited between tries; nobody waits."""
    waited: list[float] = []
    monkeypatch.setattr(StoreClient, "_wait", lambda _, seconds: waited.append(seconds))
    return waited


def ask(address: str, stop: bool = False) -> bytes:
    """Send a message."""
    with StoreClient(address, "token", lambda: stop) as line:
        return line.sync(b"message")


@pytest.mark.parametrize("status", ["429 Too Many", "503 Unavailable", "502 Bad Gateway"])
def test_a_busy_store_is_asked_again(status: str, waits: list[float]) -> None:
    with speaking([answer(status, b"", "text/plain"), OK]) as address:
        assert ask(address) == DONE
    assert len(waits) == 1


def test_as_long_as_the_store_asks_for_is_waited(waits: list[float]) -> None:
    with speaking([refusal("503 Unavailable", "unavailable", "Retry-After: 7"), OK]) as address:
        assert ask(address) == DONE
    assert waits == [7.0]


def test_an_endless_wait_is_not_obeyed(waits: list[float]) -> None:
    with speaking([refusal("503 Unavailable", "unavailable", "Retry-After: 99999999"), OK]) as address:
        assert ask(address) == DONE
    assert waits[0] <= 300


@pytest.mark.parametrize("said", ["\u00b2", "Wed, 21 Oct 2026 07:28:00 GMT", "-1", "1e9", ""])
def test_a_wait_that_is_no_number_of_seconds_is_drawn(said: str, waits: list[float]) -> None:
    with speaking([refusal("503 Unavailable", "unavailable", f"Retry-After: {said}"), OK]) as address:
        assert ask(address) == DONE
    assert len(waits) == 1
    assert waits[0] <= 1


def test_a_door_before_the_store_that_takes_less_is_told_apart_by_its_status(waits: list[float]) -> None:
    page = answer("413 Request Entity Too Large", b"<html>413</html>", "text/html")
    with speaking([page]) as address, pytest.raises(PayloadTooLarge) as said:
        ask(address)
    assert (said.value.code, waits) == ("too_large", [])


def test_waits_grow_and_are_drawn_at_random(waits: list[float]) -> None:
    with speaking([answer("503 Unavailable", b"", "text/plain")]) as address, pytest.raises(NoConnection):
        ask(address)
    assert len(waits) == http.TRIES - 1
    assert len(set(waits)) == len(waits)


def test_a_message_too_large_is_told_apart(waits: list[float]) -> None:
    with speaking([refusal("413 Too Large", "too_large")]) as address, pytest.raises(PayloadTooLarge):
        ask(address)
    assert waits == []


@pytest.mark.parametrize("code", ["token_unknown", "device_revoked"])
def test_a_refusal_is_final_and_keeps_its_code(code: str, waits: list[float]) -> None:
    with speaking([refusal("401 No", code)]) as address, pytest.raises(Rejected) as refused:
        ask(address)
    assert refused.value.code == code
    assert waits == []


@pytest.mark.parametrize(
    "nonsense",
    [
        answer("200 OK", b"<html>", "text/html"),
        answer("404 Not Found", b"gone", "text/plain"),
        answer("200 OK", b"no zstd", codec.CONTENT_TYPE, "Content-Encoding: zstd"),
        b"\x00" * 400,
        b"",
    ],
)
def test_nonsense_is_no_connection(nonsense: bytes, waits: list[float]) -> None:
    with speaking([nonsense]) as address, pytest.raises(NoConnection) as error:
        ask(address)
    assert error.value.code in ("not_a_store", "damaged_answer", "no_connection")


def test_an_answer_over_every_limit_is_cut_off(waits: list[float]) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {codec.CONTENT_TYPE}\r\nConnection: close\r\n\r\n".encode()
    endless = head + b"x" * (codec.MAX_COMPRESSED_BYTES + 100_000)
    with speaking([endless]) as address, pytest.raises(NoConnection) as error:
        ask(address)
    assert error.value.code == "too_large"


def test_whoever_stops_does_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "_drawn", lambda _: 60.0)
    with speaking([answer("503 Unavailable", b"", "text/plain")]) as address, pytest.raises(Cancelled):
        ask(address, stop=True)


def _self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(plain + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_a_certificate_nobody_vouches_for_is_said_and_nothing_is_sent(tmp_path: Path, waits: list[float]) -> None:
    with speaking([OK], _self_signed(tmp_path)) as address, pytest.raises(NoConnection) as error:
        ask(address)
    assert error.value.code == "certificate"


@pytest.mark.parametrize(
    "address", ["", "store", "ftp://127.0.0.1", "http://", "http://[::1", "http://a b", "http://\x00"]
)
def test_what_is_no_address_is_said(address: str, waits: list[float]) -> None:
    with pytest.raises(NoConnection) as error:
        ask(address)
    assert error.value.code in ("bad_address", "no_connection")
