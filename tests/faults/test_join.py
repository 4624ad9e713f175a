"""`join` spends its code only when it can keep the answer, and leaves nothing behind where it cannot."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from supervisor_tui.cli import commands
from supervisor_tui.files.profiles import profile_file
from sync.client.enrolment import join
from sync.client.session import exchange
from sync.replica import CannotWrite, Replica
from sync.replica.storage import connect
from tests.faults.small_disk import kinds, read_only, small_disk
from tests.store import District, office


@contextmanager
def _before_the_store(address: str, act: Callable[[], object]) -> Iterator[str]:
    """A line to the store on which something happens before the first request arrives there."""

    class Forward(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            act()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            asked = urllib.request.Request(address + self.path, body, dict(self.headers.items()))
            with urllib.request.urlopen(asked, timeout=30) as answer:
                content = answer.read()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Forward)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _left(folder: Path) -> list[str]:
    return [str(each.relative_to(folder)) for each in folder.rglob("*")]


@pytest.mark.parametrize("kind", kinds())
def test_a_full_disk_leaves_no_profile_and_the_code_unspent(live: District, tmp_path: Path, kind: str) -> None:
    code = office(live.database, "code", live.people["wang"])
    with small_disk(tmp_path / "disk", kind) as disk:
        home = disk.folder / "home"
        for room in (0, 8_192, 60_000):
            with disk.full(room), pytest.raises(CannotWrite):
                join(profile_file(home, "default"), live.address, code, "laptop")
            assert _left(disk.folder) == []
        join(profile_file(home, "default"), live.address, code, "laptop")
        with Replica.open(profile_file(home, "default")) as replica:
            exchange(replica)


@pytest.mark.parametrize("kind", kinds())
def test_a_disk_that_fills_up_while_the_store_answers_has_room_for_the_answer(
    live: District, tmp_path: Path, kind: str
) -> None:
    code = office(live.database, "code", live.people["wang"])
    with small_disk(tmp_path / "disk", kind) as disk, ExitStack() as full:
        file = profile_file(disk.folder / "home", "default")
        room = 0 if kind != "limited file size" else 600_000
        with _before_the_store(live.address, lambda: full.enter_context(disk.full(room))) as address:
            join(file, address, code, "laptop")
        full.close()
        with Replica.open(file) as replica:
            assert replica.joined().person == live.people["wang"]


def test_a_home_that_is_read_only_leaves_the_code_unspent(
    live: District, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = office(live.database, "code", live.people["wang"])
    home = tmp_path / "home"
    home.mkdir()
    command = ["--home", str(home), "--lang", "en", "join", live.address, code]
    with read_only(home):
        assert commands.run(command) == 1
    assert "read-only" in capsys.readouterr().err
    assert _left(home) == []
    assert commands.run(command) == 0


def test_a_code_that_is_refused_leaves_nothing_behind(live: District, tmp_path: Path) -> None:
    assert commands.run(["--home", str(tmp_path / "home"), "join", live.address, "0000-0000-00000"]) == 1
    assert _left(tmp_path) == ["store", *(f"store/{each.name}" for each in live.database.parent.iterdir())]


def test_what_a_killed_join_left_is_no_profile_and_does_not_stand_in_the_way(live: District, tmp_path: Path) -> None:
    file = profile_file(tmp_path / "home", "default")
    with Replica.open(file.parent.with_name(".default.joining") / file.name, create=True):
        pass
    with pytest.raises(connect.Missing):
        Replica.open(file)
    join(file, live.address, office(live.database, "code", live.people["wang"]), "laptop")
    assert [each.name for each in file.parent.parent.iterdir()] == ["default"]
