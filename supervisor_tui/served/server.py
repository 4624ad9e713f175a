"""The server: textual-serve with our door before everything, and our page (its own asks the internet for a font)."""

from __future__ import annotations

import asyncio
import shlex
import socket
import subprocess
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template

from aiohttp import web
from textual_serve.server import Server

from supervisor_tui.locale import language, t
from supervisor_tui.served.doors import PARAMETER, doors, new_key

HOST = "127.0.0.1"
_END_SECONDS = 0.5  # for what is open when the server is stopped
_PAGE = Path(__file__).with_name("page.html")


class WorkbenchServer(Server):
    """Serves one profile's workbench, a process for every visitor, until stopped. Not for use behind a proxy.

    `port` 0 takes a free one; raises `OSError` for one that cannot be used.
    """

    def __init__(self, arguments: Sequence[str], port: int) -> None:
        command = [sys.executable, "-m", "supervisor_tui", *arguments]
        quoted = subprocess.list2cmdline(command) if sys.platform == "win32" else shlex.join(command)
        self._listening = socket.create_server((HOST, port))
        super().__init__(quoted, host=HOST, port=self._listening.getsockname()[1], title=t("app.name"))
        self._key = new_key()
        self._visits: set[asyncio.Future[web.WebSocketResponse]] = set()

    @property
    def address(self) -> str:
        """The whole address, which opens the workbench to whoever has it."""
        return f"{self.public_url}/?{PARAMETER}={self._key}"

    def initialize_logging(self) -> None:
        """None: what a visitor types and reads is no business of a log."""

    async def on_startup(self, app: web.Application) -> None:
        """Nothing yet: where it is, is said once it listens."""

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - as it is inherited
        """Every workbench ends with the server: each is told, and what does not follow in time sees its line end."""
        for visit in self._visits:
            visit.cancel()
        if self._visits:
            await asyncio.wait(self._visits, timeout=_END_SECONDS)

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """One visitor and the workbench's process, until either goes."""
        visit = asyncio.ensure_future(super().handle_websocket(request))
        self._visits.add(visit)
        visit.add_done_callback(self._visits.discard)
        return await visit

    def serve(self, debug: bool = False) -> None:  # noqa: ARG002 - as it is inherited
        """Serve until stopped."""
        web.run_app(
            self._make_app(),
            sock=self._listening,
            print=self._say_address,
            access_log=None,
            shutdown_timeout=_END_SECONDS,
        )

    def _say_address(self, *_: object) -> None:
        print(t("served.address", address=self.address), flush=True)  # noqa: T201 - a person reads it

    async def _make_app(self) -> web.Application:
        app: web.Application = await super()._make_app()
        app.middlewares.append(doors(self._key, f"{HOST}:{self.port}"))
        return app

    async def handle_index(self, request: web.Request) -> web.Response:  # noqa: ARG002 - aiohttp hands it over
        """The page around the terminal."""
        words = {
            "language": "en" if language() == "en" else "zh-CN",
            "title": self.title,
            "opening": t("served.opening"),
            "ended": t("served.ended"),
            "again": t("served.again"),
            "socket": f"ws://{HOST}:{self.port}/ws",
        }
        page = Template(_PAGE.read_text(encoding="utf-8"))
        text = page.substitute({name: escape(value) for name, value in words.items()})
        return web.Response(text=text, content_type="text/html")
