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

from sync.protocol import codec

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
        self.standing: Fault | None = None  # what every request meets that meets no other fault
        self.answers: list[bytes] = []  # the store's, in their order
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
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        if not self.server.faults:
            (self.server.standing or Spoiler.carry)(self, body)
            return
        self.server.injected += 1
        self.close_connection = True
        self.server.faults.popleft()(self, body)

    do_GET = do_HEAD = do_PUT = do_POST  # noqa: N815 - the names http.server calls

    def carry(self, body: bytes) -> None:
        """Bring the store's answer as it is."""
        self.wfile.write(self.ask(body))

    def ask(self, body: bytes) -> bytes:
        """The store's answer, head and all."""
        line = http.client.HTTPConnection(self.server.upstream)
        line.request(self.command, self.path, body, dict(self.headers))
        answer = line.getresponse()
        raw = answer.read()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() != "connection"]
        line.close()
        self.server.answers.append(head(answer.status, kept) + raw)
        return self.server.answers[-1]

    def send_cut(self, body: bytes, at: int) -> None:
        """Let the store have the head and so many bytes, then hang up on both."""
        with socket.create_connection(urlsplit("//" + self.server.upstream).netloc.split(":")) as line:  # type: ignore[arg-type]
            lines = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
            line.sendall(f"{self.command} {self.path} HTTP/1.1\r\n{lines}\r\n".encode() + body[:at])
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
    return f"HTTP/1.1 {status} x\r\n{lines}\r\n".encode("latin-1")


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


def refused(status: int, retry_after: str = "", page: bytes = b"") -> Fault:
    """Something on the way says no, in the words of the store or by a page of its own."""
    said = page or b'{"error":{"code":"%b","message":"Not now."}}' % ANSWERS[status]
    kind = "text/html" if page else "application/json"
    headers = [("Content-Type", kind), ("Content-Length", str(len(said))), ("Connection", "close")]
    headers += [("Retry-After", retry_after)] * bool(retry_after)
    return lambda line, _: void(line.wfile.write(head(status, headers) + said))


def narrow(most: int) -> Fault:
    """A door before the store that takes so many bytes at a time, and shows a page to whoever brings more."""

    def fault(line: Spoiler, body: bytes) -> None:
        if len(body) <= most:
            line.carry(body)
            return
        line.server.injected += 1
        line.close_connection = True
        refused(413, page=b"<html>413 Request Entity Too Large</html>")(line, body)

    return fault


def repeated(line: Spoiler, body: bytes) -> None:
    """The answer before comes again, in place of the next."""
    line.wfile.write(line.server.answers[-1])


def skipped(line: Spoiler, body: bytes) -> None:
    """What comes is the answer after the one that was asked for."""
    asked, _ = codec.unpack(codec.decompress(body, "zstd"), codec.SyncRequest)
    page, _ = codec.unpack(codec.decompress(line.ask(body).partition(b"\r\n\r\n")[2], "zstd"), codec.SyncAnswer)
    asked.log, asked.cursor, asked.cursor_hash, asked.positions = (
        page.log,
        page.cursor,
        page.cursor_hash,
        page.positions,
    )
    asked.seals = []
    following = codec.pack(asked, [])
    line.headers.replace_header("Content-Length", str(len(following)))
    line.carry(following)


def answered_twice(line: Spoiler, body: bytes) -> None:
    """The same answer comes twice on a line that stays open."""
    answer = line.ask(body)
    line.wfile.write(answer + answer)
    line.close_connection = False


def between(work: Callable[[], object], fault: Fault | None = None) -> Fault:
    """Something happens while a request is under way; then it is carried, or meets a fault."""

    def meanwhile(line: Spoiler, body: bytes) -> None:
        work()
        (fault or Spoiler.carry)(line, body)

    return meanwhile


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
    "413, a page": lambda _: refused(413, page=HTML),
    "429, Retry-After": lambda _: refused(429, "0"),
    "502, a page": lambda _: refused(502, page=HTML),
    "503, Retry-After": lambda _: refused(503, "0"),
    "503, a Retry-After that is no number": lambda n: refused(503, ("\u00b2", "soon", "-1")[n % 3]),
    "answer twice": lambda _: answered_twice,
    "answer of before": lambda _: repeated,
    "request twice at once": lambda _: twice,
    "request late": lambda _: late,
    "answer byte by byte": lambda _: dribbled,
}
