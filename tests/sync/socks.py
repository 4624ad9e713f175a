"""A SOCKS5 proxy (RFC 1928, 1929) of tests on loopback: whatever host it is asked for, it leads to one server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

NO_LOGIN, LOGIN, NONE_FITS = b"\0", b"\2", b"\xff"


class Socks:
    """Listens at `address`; `asked`: the host and port of each request, `login`: the name and word it wants, if any."""

    def __init__(self, server: str, login: tuple[bytes, bytes] | None = None) -> None:
        self.behind = urlsplit(server)
        self.login = login
        self.asked: list[tuple[str, int]] = []
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        """Serve one line after another until the socket is closed."""
        with suppress(OSError):
            while True:
                line, _ = self.listening.accept()
                with line, suppress(OSError, EOFError):
                    line.settimeout(30)
                    self._lead(line)

    def _lead(self, line: socket.socket) -> None:
        _, count = _read(line, 2)
        offered = _read(line, count)
        wanted = LOGIN if self.login else NO_LOGIN
        if wanted not in offered:
            line.sendall(b"\5" + NONE_FITS)
            return
        line.sendall(b"\5" + wanted)
        if self.login and not self._logged_in(line):
            return
        host, port = _wanted(line)
        self.asked.append((host, port))
        with socket.create_connection((self.behind.hostname or "", self.behind.port or 0), 30) as server:
            line.sendall(b"\5\0\0\1" + bytes(6))
            back = threading.Thread(target=_carry, args=(server, line))
            back.start()
            _carry(line, server)
            back.join()

    def _logged_in(self, line: socket.socket) -> bool:
        _read(line, 1)
        given = tuple(_read(line, _read(line, 1)[0]) for _ in range(2))
        line.sendall(b"\1\0" if given == self.login else b"\1\1")
        return given == self.login


def _read(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _wanted(line: socket.socket) -> tuple[str, int]:
    kind = _read(line, 4)[3]
    host = _read(line, _read(line, 1)[0]).decode() if kind == 3 else socket.inet_ntoa(_read(line, 4))
    return host, int.from_bytes(_read(line, 2), "big")


def _carry(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def socks(server: str, login: tuple[bytes, bytes] | None = None) -> Iterator[Socks]:
    """A SOCKS proxy that leads to this server."""
    proxy = Socks(server, login)
    thread = threading.Thread(target=proxy.serve, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.listening.shutdown(socket.SHUT_RDWR)
        proxy.listening.close()
        thread.join()
