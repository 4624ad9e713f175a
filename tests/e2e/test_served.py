"""The workbench in a browser: the page, its keys, and who does not get in."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pyte
import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType

from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica
from sync.replica.editing import drafts
from sync.replica.storage import encryption
from sync.replica.storage.rekey import relock
from tests.supervisor_tui.workbench import new_workbench_file
from tests.terminal import KEYS, running

SIZE = (120, 40)
PASSPHRASE = "open sesame please"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A profile's workbench, served by a process of its own; the whole address it printed."""
    home = tmp_path_factory.mktemp("served")
    path = profile_file(home, "default")
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    with _served(home) as address:
        yield address


@contextmanager
def _served(home: Path) -> Iterator[str]:
    """The workbench over a home folder, served by a process of its own; the whole address it printed."""
    with _server(home) as (process, address):
        yield address
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, "the server did not end in order"


@contextmanager
def _server(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and the whole address it printed."""
    command = [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "zh", "serve"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            assert "Ctrl+C" in process.stdout.readline()
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _base(address: str) -> str:
    return address.partition("/?")[0]


def _origin(address: str) -> dict[str, str]:
    return {"Origin": _base(address)}


class _Visitor:
    """A browser's end of the socket: what it was sent, on a screen of its own."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._screen = pyte.Screen(*SIZE)
        self._stream = pyte.ByteStream(self._screen)

    async def see(self, words: str) -> None:
        """Read until the words stand on the screen."""
        async with asyncio.timeout(30):
            while words not in "".join(self._screen.display).replace(" ", ""):
                message = await self._socket.receive()
                assert message.type in (WSMsgType.BINARY, WSMsgType.TEXT), f"the workbench ended, without {words}"
                if message.type == WSMsgType.BINARY:
                    self._stream.feed(message.data)

    async def press(self, key: str) -> None:
        """A key as xterm sends it."""
        await self._socket.send_json(["stdin", KEYS[key]])

    async def type(self, text: str) -> None:
        """Text, sign by sign."""
        for sign in text:
            await self._socket.send_json(["stdin", sign])

    @property
    def lines(self) -> str:
        """What stands on the screen."""
        return "\n".join(self._screen.display)


async def test_the_workbench_opens_and_follows_its_keys(address: str) -> None:
    async with ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address) as answer:
            page = await answer.text()
        assert (answer.status, answer.headers["X-Frame-Options"]) == (200, "DENY")
        assert "督导工作台" in page
        socket = f"{_base(address)}/ws?width={SIZE[0]}&height={SIZE[1]}"
        async with browser.ws_connect(socket, headers=_origin(address)) as ws:
            visitor = _Visitor(ws)
            await visitor.see("瑶湖水产场党委")
            await visitor.press("F6")
            await visitor.see("待办")
            await visitor.press("Esc")
            await visitor.see("未结")


@pytest.mark.parametrize("way", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
async def test_the_workbenches_end_with_their_server_and_keep_what_was_typed(
    tmp_path: Path, way: signal.Signals
) -> None:
    path = profile_file(tmp_path, "default")
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    with _server(tmp_path) as (process, address):
        async with ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(address) as answer:
                assert answer.status == 200
            socket = f"{_base(address)}/ws?width={SIZE[0]}&height={SIZE[1]}"
            async with browser.ws_connect(socket, headers=_origin(address)) as ws:
                visitor = _Visitor(ws)
                await visitor.see("瑶湖水产场党委")
                await visitor.press("F3")
                await visitor.see("必填还差")
                await visitor.type("三人")
                await visitor.see("三人")
                assert running(tmp_path) > 1
                process.send_signal(way)
                process.wait(30)
                async with asyncio.timeout(30):
                    while running(tmp_path):
                        await asyncio.sleep(0.05)
    with Replica.open(path) as replica:
        assert [draft.fields["content"] for draft in drafts.listed(replica)] == ["三人"]
    assert not list(path.parent.glob("*crash*"))


async def test_an_encrypted_profile_asks_for_its_passphrase_in_the_browser_and_shows_nothing_before(
    tmp_path: Path,
) -> None:
    pytest.importorskip("sqlcipher3")
    path = profile_file(tmp_path, "default")
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    relock(path, None, encryption.new_key(PASSPHRASE))
    with _served(tmp_path) as address:
        async with ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
            async with browser.get(address) as answer:
                assert PASSPHRASE not in await answer.text()
            socket = f"{_base(address)}/ws?width={SIZE[0]}&height={SIZE[1]}"
            async with browser.ws_connect(socket, headers=_origin(address)) as ws:
                visitor = _Visitor(ws)
                await visitor.see("按Enter打开")
                assert "瑶湖" not in visitor.lines
                await visitor.type("not this one")
                await visitor.see("*" * len("not this one"))  # an Enter that comes at once with a text belongs to it
                await visitor.press("Enter")
                await visitor.see("口令不对")
                assert "not this one" not in visitor.lines
                assert "瑶湖" not in visitor.lines
                await visitor.type(PASSPHRASE)
                await visitor.see("*" * len(PASSPHRASE))
                await visitor.press("Enter")
                await visitor.see("瑶湖水产场党委")
                assert PASSPHRASE not in visitor.lines


async def test_the_page_asks_no_other_machine_for_anything(address: str) -> None:
    async with ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser, browser.get(address) as answer:
        page, policy = await answer.text(), answer.headers["Content-Security-Policy"]
    places = [
        *re.findall(r"(?:src|href)=\"([^\"]+)", page),
        *re.findall(r"(?:https?|wss?)://[^\"'\s;]+", page + policy),
    ]
    assert places
    assert {urlsplit(place).netloc for place in places} <= {"", urlsplit(_base(address)).netloc}


@pytest.mark.parametrize("path", ["/", "/?key=", "/?key=wrong", "/ws", "/download/x", "/static/js/textual.js"])
async def test_nobody_gets_in_without_the_key_of_this_run(address: str, path: str) -> None:
    async with ClientSession() as stranger, stranger.get(_base(address) + path, allow_redirects=False) as answer:
        assert answer.status == 403
        assert "瑶湖" not in await answer.text()


async def test_a_page_of_another_site_gets_no_socket_even_with_the_cookie(address: str) -> None:
    async with ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        async with browser.get(address) as answer:
            assert answer.status == 200
        for origin in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await browser.ws_connect(f"{_base(address)}/ws", headers=origin)
            assert refused.value.status == 403


async def test_a_name_that_was_made_to_lead_here_does_not_get_in(address: str) -> None:
    async with ClientSession() as browser, browser.get(address, headers={"Host": "rebound.example"}) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("port", ["taken", "70000"])
def test_a_port_that_cannot_be_used_is_said(tmp_path: Path, port: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        asked = str(other.getsockname()[1]) if port == "taken" else port
        done = subprocess.run(
            [sys.executable, "-m", "supervisor_tui", "--home", str(tmp_path), "serve", "--port", asked],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert (done.returncode, done.stdout) == (1, "")
    assert asked in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_the_command_says_what_to_install(tmp_path: Path) -> None:
    hidden = "import sys; sys.modules['textual_serve'] = None; sys.modules['textual_serve.server'] = None"
    run = f"{hidden}; from supervisor_tui.cli.commands import run; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", run, "--home", str(tmp_path), "--lang", "en", "serve"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "supervisor-tui[browser]" in done.stderr
