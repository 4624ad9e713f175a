"""Serving the store: uvicorn on loopback, the address said once it listens, an orderly end on SIGTERM."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable, Sequence

import uvicorn

from sync.central.http.api import MAX_HEAD_BYTES, Api
from sync.central.http.timeouts import TimeoutProtocol
from sync.central.locale import t
from sync.central.service.store import Store

_CONCURRENT, _KEEP_ALIVE_SECONDS = 500, 30
_END_SECONDS = 10  # for requests that are under way when the store is stopped


def serve(store: Store, host: str, port: int, proxies: Sequence[str] = (), *, until_stdin_ends: bool = False) -> None:
    """Answer laptops until stopped; prints a line ending in `http://HOST:PORT` when ready (`port` 0 takes a free one).

    `proxies`: addresses whose word for a laptop's address (X-Forwarded-For) is believed. `until_stdin_ends`: stop when
    standard input ends, as it does with the program that started this one, however that ended.
    """
    # Named as TCP, so that asyncio turns Nagle's delay off: an answer's last piece would wait 40 ms for it.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    listening.listen(1024)
    shown = f"[{host}]" if ":" in host else host
    config = uvicorn.Config(
        Api(store).application(),
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        limit_concurrency=_CONCURRENT,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        lifespan="off",
        http=TimeoutProtocol,
        ws="none",
        h11_max_incomplete_event_size=MAX_HEAD_BYTES,
        timeout_graceful_shutdown=_END_SECONDS,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )
    server = uvicorn.Server(config)

    def end(*_: object) -> None:
        """Before uvicorn listens to signals itself, and when it raises them again having ended: an orderly end."""
        server.should_exit = True

    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        stop = getattr(signal, name, None)
        if stop is not None and signal.getsignal(stop) != signal.SIG_IGN:  # as nohup leaves it
            signal.signal(stop, end)
    if until_stdin_ends:
        threading.Thread(target=_after_stdin, args=(end,), name="stdin", daemon=True).start()
    address = f"http://{shown}:{listening.getsockname()[1]}"
    print(t("office.listening", address=address), flush=True)  # noqa: T201 - said to whoever waits
    server.run(sockets=[listening])


def _after_stdin(end: Callable[[], None]) -> None:
    while os.read(0, 1024):
        pass
    end()
