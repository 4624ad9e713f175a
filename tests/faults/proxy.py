"""A road over real sockets that spoils messages: between a laptop's exchange and a store's process, on loopback.

Each request meets the fault whose turn it is (`faults`), all others go through untouched.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

HTML = b"<html><body>Please log in to the guest network</body></html>"
ANSWERS = {413: b"too_large", 429: b"rate_limited", 502: b"unavailable", 503: b"unavailable"}

Fault = Callable[["Spoiler", bytes], None]


class Proxy(ThreadingHTTPServer):
    """Listens, and knows what is to go wrong next."""

    daemon_threads = True

    def __init__(self, store: str) -> None:
        super().__init__(("127.0.0.1", 0), Spoiler)
        self.upstream = urlsplit(store).netloc
        self.faults: deque[Fault] = deque()
        self.injected = 0

    @property
    def address(self) -> str:
        """Where laptops find it."""
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A line that was cut is what this is for; nothing is printed."""


@contextmanager
def spoiled(store: str) -> Iterator[Proxy]:
    """A proxy before the store at this address."""
    proxy = Proxy(store)
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        thread.join()
        proxy.server_close()


class Spoiler(BaseHTTPRequestHandler):
    """One line of a laptop."""

    protocol_version = "HTTP/1.1"
    server: Proxy
    connection: socket.socket

    def do_POST(self) -> None:
        """Carry one request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.faults:
            self.carry(body)
            return
        self.server.injected += 1
        self.close_connection = True
        self.server.faults.popleft()(self, body)

    def carry(self, body: bytes) -> None:
        """Bring the store's answer as it is."""
        self.wfile.write(self.ask(body))

    def ask(self, body: bytes) -> bytes:
        """The store's answer, head and all."""
        line = http.client.HTTPConnection(self.server.upstream)
        line.request("POST", self.path, body, dict(self.headers))
        answer = line.getresponse()
        raw = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() != "connection"]
        line.close()
        return head(answer.status, kept) + raw

    def send_cut(self, body: bytes, at: int) -> None:
        """Let the store have the head and so many bytes, then hang up on both."""
        with socket.create_connection(urlsplit("//" + self.server.upstream).netloc.split(":")) as line:  # type: ignore[arg-type]
            lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            line.sendall(f"POST {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body[:at])
        self.hang_up()

    def hang_up(self) -> None:
        """End the line with nothing more said."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def head(status: int, headers: list[tuple[str, str]]) -> bytes:
    """The head of an answer as bytes."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode()


# --- faults ----------------------------------------------------------------------------------------------------------


def request_cut(at: int) -> Fault:
    """The store gets so many bytes of the request's body."""
    return lambda line, body: line.send_cut(body, at)


def answer_cut(at: int) -> Fault:
    """The laptop gets so many bytes of the answer, its head included."""

    def fault(line: Spoiler, body: bytes) -> None:
        line.wfile.write(line.ask(body)[:at])
        line.hang_up()

    return fault


def flipped(back: int) -> Fault:
    """The byte so far from the answer's end arrives changed."""

    def fault(line: Spoiler, body: bytes) -> None:
        whole = bytearray(line.ask(body))
        whole[-1 - min(back, len(whole) - whole.index(b"\r\n\r\n") - 5)] ^= 0x10
        line.wfile.write(bytes(whole))

    return fault


def lost(line: Spoiler, body: bytes) -> None:
    """The store keeps everything, and the laptop hears nothing."""
    line.ask(body)
    line.hang_up()


def refused(status: int) -> Fault:
    """Something on the way says no, in the words of the store."""
    said = b'{"error":{"code":"%b","message":"Not now."}}' % ANSWERS[status]
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(said))), ("Connection", "close")]
    return lambda line, _: void(line.wfile.write(head(status, headers) + said))


def html(line: Spoiler, body: bytes) -> None:
    """A guest network answers in the store's place, with 200."""
    headers = [("Content-Type", "text/html"), ("Content-Length", str(len(HTML))), ("Connection", "close")]
    line.wfile.write(head(200, headers) + HTML)


def twice(line: Spoiler, body: bytes) -> None:
    """The request arrives twice at once; the laptop hears the first answer that comes back."""
    other = threading.Thread(target=line.ask, args=(body,))
    other.start()
    line.carry(body)
    other.join()


def late(line: Spoiler, body: bytes) -> None:
    """The laptop is cut off; the request reaches the store after its next one has."""
    line.hang_up()
    threading.Timer(0.05, line.ask, (body,)).start()


def dribbled(line: Spoiler, body: bytes) -> None:
    """The answer comes byte by byte."""
    for byte in line.ask(body):
        line.wfile.write(bytes([byte]))
        time.sleep(0.0002)


def void(_: object) -> None:
    """Forget a value."""


FAULTS: dict[str, Callable[[int], Fault]] = {
    "request cut": lambda n: request_cut(n * 37),
    "answer cut": lambda n: answer_cut(n * 29),
    "answer with a flipped byte": lambda n: flipped(n * 7),
    "answer lost after commit": lambda _: lost,
    "200 with HTML": lambda _: html,
    "413": lambda _: refused(413),
    "429": lambda _: refused(429),
    "502": lambda _: refused(502),
    "503": lambda _: refused(503),
    "request twice at once": lambda _: twice,
    "request late": lambda _: late,
    "answer byte by byte": lambda _: dribbled,
}
