"""The command line against a real store: joining, exchanging, what verify finds; and the demo as it is printed."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from tests import warm
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _run(home: Path, *arguments: str, given: object = None, wanted: int = 0) -> str:
    """Run one command in a process of its own; what it printed on stdout (stderr if it was to be refused)."""
    command = ["--home", str(home), "--lang", "en", *arguments]
    done = warm.run("supervisor_tui", command, given=json.dumps(given))
    assert done.returncode == wanted, done.stderr
    return done.stderr if wanted else done.stdout


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:1", "?"])
def test_a_failed_join_does_not_say_that_anything_is_kept(tmp_path: Path, language: str, proxy: str) -> None:
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    environment |= {"http_proxy": proxy} if proxy else {}
    command = ["--home", str(tmp_path), "--lang", language]
    command += ["join", "http://127.0.0.1:1" if not proxy else "http://store.example", "ABCD-EFGH-JKLM"]
    done = warm.run("supervisor_tui", command, env=environment)
    assert done.returncode in (1, 3)
    assert done.stderr
    assert not [word for word in ("保存在本机", "kept", "同步", "sync") if word in done.stderr.lower()]


@pytest.fixture
def home(live: District, tmp_path: Path) -> Path:
    """A laptop that has joined by its command and synced once."""
    _run(tmp_path, "join", live.address, office(live.database, "code", live.people["wang"]), "--device", "desk")
    _run(tmp_path, "sync")
    return tmp_path


def test_a_day_by_commands(live: District, home: Path) -> None:
    kept = json.loads(_run(home, "record", "liaison_note", "--unit", "u-1", given=NOTE))
    assert json.loads(_run(home, "status", "--json"))["pending"] == 1
    synced = json.loads(_run(home, "sync", "--json"))
    assert (synced["pushed"], synced["quarantined"], synced["round_trips"]) == (1, [], 1)
    assert set(synced) == {
        "server",
        "pushed",
        "pulled",
        "quarantined",
        "conflicts",
        "bytes_sent",
        "bytes_received",
        "round_trips",
        "seconds",
        "renewed",
        "waiting",
    }
    assert json.loads(_run(home, "status", "--json"))["receipts"] == {"mine": 1, "acknowledged": 1}

    _run(home, "--profile", "office", "join", live.address, office(live.database, "code", live.people["director"]))
    _run(home, "--profile", "office", "sync")
    history = json.loads(_run(home, "--profile", "office", "history", "u-1", "--json"))
    (note,) = [each for each in history if each["kind"] == "liaison_note"]
    assert (note["record"], note["fields"]) == (kept["record"], NOTE)
    assert note["versions"][0]["hash"] == kept["hash"]


def test_verify_holds_and_names_the_entry_whose_byte_was_changed(home: Path) -> None:
    for _ in range(3):
        _run(home, "record", "liaison_note", "--unit", "u-1", given=NOTE)
    _run(home, "sync")
    verified = json.loads(_run(home, "verify", "u-1", "--json"))
    assert (verified["holds"], verified["entries"], verified["receipted"]) == (True, 4, 4)
    with sqlite3.connect(home / "profiles" / "default" / "replica.db") as connection:
        connection.execute(
            "UPDATE entry SET body = replace(body, '晚间', '白天') WHERE id ="
            " (SELECT e.id FROM entry e JOIN chain c ON c.id = e.chain"
            " WHERE c.ledger = 'u-1' AND e.seq = 2 AND c.device LIKE 'd-%')"
        )
    said = _run(home, "verify", wanted=1)
    assert "u-1" in said
    assert " 2" in said
    (broken,) = [each for each in _json_of_refused(home)["breaks"] if each["ledger"] == "u-1"]
    assert (broken["seq"], broken["reason"]) == (2, "malformed")


def _json_of_refused(home: Path) -> dict[str, list[dict[str, object]]]:
    done = warm.run("supervisor_tui", ["--home", str(home), "verify", "--json"])
    value: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return value


def test_a_used_or_wrong_code_is_refused_and_leaves_no_profile(live: District, home: Path) -> None:
    code = office(live.database, "code", live.people["wang"])
    _run(home, "--profile", "second", "join", live.address, code)
    for wrong in (code, "AAAA-BBBB-CCCCC"):
        said = _run(home, "--profile", "third", "join", live.address, wrong, wanted=1)
        assert len(said.splitlines()) == 1
        assert not (home / "profiles" / "third" / "replica.db").exists()


def test_a_revoked_laptop_is_told_so_and_keeps_working(live: District, home: Path) -> None:
    (device,) = [
        each["device"]
        for each in json.loads(office(live.database, "devices", "--json"))
        if each["person"] == live.people["wang"]
    ]
    office(live.database, "revoke", device)
    assert len(_run(home, "sync", wanted=1).splitlines()) == 1
    _run(home, "record", "liaison_note", "--unit", "u-1", given=NOTE)
    assert json.loads(_run(home, "status", "--json"))["last_error"] == "device_revoked"


ANSWERS = {
    "html": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<html></html>",
    "nothing": b"",
    "noise": bytes(range(256)) * 4,
    "another kind": b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 2\r\n\r\n{}",
    "cut short": b"HTTP/1.1 200 OK\r\nContent-Type: application/x-ndjson\r\nContent-Length: 900\r\n\r\n{",
    "a redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "a server fault": b"HTTP/1.1 500 No\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\noops",
}


@contextmanager
def _answering(answer: bytes) -> Iterator[str]:
    """Something that is no store, and answers so to whatever is asked."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    line, _ = server.accept()
                except TimeoutError:
                    continue
                with line:
                    line.settimeout(1)
                    line.recv(65536)
                    line.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_store_that_answers_nonsense_is_said_in_one_sentence_and_nothing_is_lost(
    name: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.client import http
    from sync.client.session import NoConnection, exchange
    from sync.replica import Replica, query
    from sync.replica.editing import edits

    monkeypatch.setattr(http, "_drawn", lambda _: 0.01)  # the waits between tries, not their number
    with _answering(ANSWERS[name]) as address, Replica.open(home / "profiles" / "default" / "replica.db") as replica:
        replica.set_identity(msgspec.structs.replace(replica.joined(), server=address))
        edits.create(replica, "liaison_note", "u-1", NOTE)
        with pytest.raises(NoConnection):
            exchange(replica)
        standing = query.status(replica)
        assert standing.pending == 1
        assert standing.last_error


def test_the_demo_does_the_main_job_headless_and_cleans_up(tmp_path: Path) -> None:
    environment = dict(os.environ, TMPDIR=str(tmp_path), SUPERVISOR_TUI_HOME=str(tmp_path / "untouched"))
    done = subprocess.run(
        [sys.executable, "-m", "supervisor_tui", "--lang", "en", "demo", "--headless"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env=environment,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("Inspection", "Liaison note", "sync", "history yc", "verify yc", "All holds"):
        assert step in done.stdout
    assert "\x1b" not in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_kept_demo_stays_and_is_not_written_over(tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    command = [sys.executable, "-m", "supervisor_tui", "demo", "--headless", "--units", "20", "--keep", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (folder / "central.db").exists()
    again = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)
    assert again.returncode == 1
    assert len(again.stderr.splitlines()) == 1


def test_an_exchange_by_stick_by_commands(live: District, home: Path) -> None:
    stick = home / "stick"
    stick.mkdir()
    _run(home, "record", "liaison_note", "--unit", "u-1", given=NOTE)
    written = json.loads(_run(home, "bundle", "write", str(stick), "--json"))
    assert (written["entries"], Path(written["file"]).parent) == (1, stick)
    assert "no answer here" in _run(home, "bundle", "read", str(stick), wanted=1)
    assert "1 entries taken" in office(live.database, "bundle", "answer", str(stick), str(stick))
    read = json.loads(_run(home, "bundle", "read", str(stick), "--json"))
    assert (read["pushed"], read["quarantined"]) == (1, [])
    standing = json.loads(_run(home, "status", "--json"))
    assert (standing["pending"], standing["receipts"]["acknowledged"]) == (0, 1)
    answered = next(stick.glob("*.answer"))
    assert "read already" in _run(home, "bundle", "read", str(answered), wanted=1)
    assert "no request" in office(live.database, "bundle", "answer", str(home), str(stick), wanted=1)
    assert "cannot be used" in _run(home, "bundle", "write", str(home / "nowhere" / "x"), wanted=1)


def test_a_file_is_attached_sent_and_saved_elsewhere_by_commands(live: District, home: Path, tmp_path: Path) -> None:
    paper = home / "现场 照片.pdf"
    paper.write_bytes(b"%PDF-1.7 " + bytes(400_000))
    record = json.loads(_run(home, "record", "liaison_note", "--unit", "u-1", given=NOTE))["record"]
    _run(home, "attach", record, f"'{paper}'", "--why", "补充")
    assert "not sent yet" in _run(home, "attachments", record)
    assert "1 attachments sent" in _run(home, "sync")
    other = tmp_path / "other"
    _run(other, "join", live.address, office(live.database, "code", live.people["li"]))
    _run(other, "sync")
    assert "not here" in _run(other, "attachments", record)
    out = tmp_path / "out"
    out.mkdir()
    _run(other, "attachments", record, "--save", "1", "--out", str(out))
    assert (out / "现场 照片.pdf").read_bytes() == paper.read_bytes()
    assert json.loads(_run(other, "attachments", record, "--json"))[0]["here"] is True
    assert "exists already" in _run(other, "attachments", record, "--save", "1", "--out", str(out), wanted=1)
    (home / "a.pdf").write_bytes(b"MZ no pdf")
    assert "not taken" in _run(home, "attach", record, str(home / "a.pdf"), "--why", "x", wanted=1)
    assert "no such file" in _run(home, "attach", record, str(home / "none.pdf"), "--why", "x", wanted=1)


def test_a_record_and_its_files_are_kept_together_by_command(live: District, home: Path) -> None:
    """What is wrong with the files is said at once, and nothing of the record is kept then."""
    (home / "plan.pdf").write_bytes(b"%PDF-1.7 plan")
    (home / "a.pdf").write_bytes(b"MZ no pdf")
    wrong = ["--attach", str(home / "a.pdf"), "--attach", f"plan={home / 'none.pdf'}"]
    said = _run(home, "record", "liaison_note", "--unit", "u-1", *wrong, given=NOTE, wanted=1)
    assert "a.pdf: This type" in said
    assert "none.pdf: There is no such file" in said
    nobody_s = NOTE | {"attachment." + "0" * 64: {"name": "x.pdf", "type": "application/pdf", "size": 1}}
    assert "not on this laptop" in _run(home, "record", "liaison_note", "--unit", "u-1", given=nobody_s, wanted=1)
    good = ["--attach", str(home / "plan.pdf")]
    assert "mode" in _run(home, "record", "liaison_note", "--unit", "u-1", *good, given={"content": "x"}, wanted=1)
    assert json.loads(_run(home, "status", "--json"))["pending"] == 0
    assert "attachments" not in _run(home, "sync")
    record = json.loads(_run(home, "record", "liaison_note", "--unit", "u-1", *good, given=NOTE))["record"]
    assert [each["file_name"] for each in json.loads(_run(home, "attachments", record, "--json"))] == ["plan.pdf"]
    assert "1 attachments sent" in _run(home, "sync")


def test_verify_does_not_pass_what_a_broken_off_sync_left_unproved(home: Path) -> None:
    assert "hold" in _run(home, "verify")
    database = sqlite3.connect(home / "profiles" / "default" / "replica.db")
    database.execute("INSERT OR REPLACE INTO setting (name, value) VALUES ('pull_unfinished', '1')")
    database.commit()
    database.close()
    assert "verify again" in _run(home, "verify", wanted=1)
    _run(home, "sync")
    assert "hold" in _run(home, "verify")
