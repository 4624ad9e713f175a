"""The floor under push and pull: a bare durable pipeline, with nothing of ours in it.

`python -m tests.bench.floor serve DB` is its server: a POST with zstd rows inserts them in one FULL transaction, a GET
gives rows after a number. `push` and `pull` are its client; the next batch is prepared while one is in flight.
"""

from __future__ import annotations

import socket
import sqlite3
import ssl
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

BATCH = 5_000


class Line(msgspec.Struct, array_like=True):
    """A row as it travels."""

    id: str
    body: msgspec.Raw


def open_database(path: Path) -> sqlite3.Connection:
    """A table of rows with a text id and one index more, WAL, FULL."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS entry (number INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB)")
    return connection


def fill(path: Path, bodies: Iterable[tuple[str, bytes]]) -> None:
    """Rows to push or pull."""
    connection = open_database(path)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO entry (id, body) VALUES (?, ?)", bodies)
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: sqlite3.Connection, data: bytes) -> int:
    rows = msgspec.json.decode(data, type=list[Line])
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO entry (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING", [(row.id, bytes(row.body)) for row in rows]
    )
    connection.execute("COMMIT")
    return len(rows)


def _pack(rows: list[tuple[str, bytes]]) -> bytes:
    import zstandard

    lines = [Line(id=id_, body=msgspec.Raw(body)) for id_, body in rows]
    return zstandard.ZstdCompressor(level=3).compress(msgspec.json.encode(lines))


def _read(connection: sqlite3.Connection, after: int) -> list[tuple[int, str, bytes]]:
    return connection.execute(
        "SELECT number, id, body FROM entry WHERE number > ? ORDER BY number LIMIT ?", (after, BATCH)
    ).fetchall()


def serve(path: Path) -> None:
    """Run the floor's server until it is stopped."""
    import uvicorn
    import zstandard
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    connection = open_database(path)

    async def push(request: Request) -> Response:
        body = await request.body()
        if body:
            await run_in_threadpool(lambda: _insert(connection, zstandard.ZstdDecompressor().decompress(body)))
        return Response(b"{}")

    async def pull(request: Request) -> Response:
        rows = await run_in_threadpool(_read, connection, int(request.query_params["after"]))
        newest = str(rows[-1][0]) if rows else ""
        packed = await run_in_threadpool(_pack, [(id_, body) for _, id_, body in rows]) if rows else b""
        return Response(packed, headers={"newest": newest})

    routes = [Route("/push", push, methods=["POST"]), Route("/pull", pull)]
    config = uvicorn.Config(Starlette(routes=routes), port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    server_socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # no Nagle's delay
    server_socket.bind(("127.0.0.1", 0))
    server_socket.listen()
    print(f"listening on http://127.0.0.1:{server_socket.getsockname()[1]}", flush=True)
    server.run(sockets=[server_socket])


def push(path: Path, address: str) -> float:
    """Push everything in the file; seconds."""
    import httpx

    connection = open_database(path)
    begun = time.perf_counter()
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(1) as line:
        batches = _batches(connection)
        message = next(batches, None)
        while message is not None:
            under_way = line.submit(client.post, address + "/push", content=message)
            message = next(batches, None)
            under_way.result().raise_for_status()
    return time.perf_counter() - begun


def _batches(connection: sqlite3.Connection) -> Iterator[bytes]:
    after = 0
    while rows := _read(connection, after):
        after = rows[-1][0]
        yield _pack([(id_, body) for _, id_, body in rows])


def pull(path: Path, address: str) -> float:
    """Pull everything into a fresh file; seconds."""
    import httpx
    import zstandard

    connection = open_database(path)
    begun = time.perf_counter()
    with httpx.Client(timeout=60) as client, ThreadPoolExecutor(1) as line:
        under_way = line.submit(client.get, address + "/pull?after=0")
        while newest := (answer := under_way.result()).headers["newest"]:
            under_way = line.submit(client.get, f"{address}/pull?after={newest}")
            _insert(connection, zstandard.ZstdDecompressor().decompress(answer.content))
    return time.perf_counter() - begun


def empty(address: str) -> float:
    """One empty POST on a new connection; seconds."""
    import httpx

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # a plain line needs no certificates: reading them takes 12 ms
    begun = time.perf_counter()
    with httpx.Client(timeout=60, verify=context) as client:
        client.post(address + "/push").raise_for_status()
    return time.perf_counter() - begun


if __name__ == "__main__":
    serve(Path(sys.argv[2]))
