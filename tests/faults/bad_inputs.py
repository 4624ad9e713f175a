"""Inputs that are wrong, family by family: how many there were, how many got a clear error, how many anything else.

Clear is the one exception, exit code or answer that the family's reader promises, with words. What is still right after
a change (a blank, a digit in a text) is taken, and counted as such.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import openpyxl
import pytest

from supervisor_tui.cli import commands
from supervisor_tui.terminal.text import harmless
from sync.central.bundles.exchange import answer
from sync.central.imports.files.read import read_tables
from sync.central.imports.report import CannotRead
from sync.central.service.district import Denied
from sync.central.service.store import open_store
from sync.client.bundle_exchange import write_request
from sync.client.session import exchange
from sync.ledger.chains import MalformedEntry
from sync.model.template_parser import BadTemplateFile, read_template_file
from sync.protocol import codec
from sync.protocol.bundle import REQUEST, BadBundle, Bundle
from sync.replica import query
from sync.replica.editing import attachments, edits
from sync.replica.editing.edits import Refused
from tests.faults.fuzz import changed, corpus
from tests.faults.kills import NOTE
from tests.faults.texts import HOSTILE
from tests.store import District

CLEAR, TAKEN, ELSE = "clear", "taken", "anything else"
Try = Callable[[], str]  # what became of one input


class Tally(msgspec.Struct, kw_only=True):
    """One row: a family of inputs, and what became of them; `odd`: what any other outcome was."""

    family: str
    tried: int = 0
    clear: int = 0
    taken: int = 0
    odd: list[str] = []

    def take(self, attempt: Try) -> None:
        """Try one input."""
        self.tried += 1
        try:
            came = attempt()
        except Exception as error:
            came = f"{type(error).__name__}: {error}"[:200]
        self.clear += came == CLEAR
        self.taken += came == TAKEN
        if came not in (CLEAR, TAKEN):
            self.odd.append(came)


def bad_inputs(live: District, folder: Path, times: int, seed: int = 5) -> list[Tally]:
    """So many inputs for each family (the slow ones a tenth)."""
    chance = random.Random(seed)
    slow = max(10, times // 10)
    families: dict[str, tuple[int, Iterator[Try]]] = {
        "entry": (times, _entries(chance)),
        "request": (times, _requests(chance)),
        "bundle": (slow, _bundles(live, folder, chance)),
        "template": (times, _templates(chance)),
        "workbook": (slow, _workbooks(folder, chance)),
        "attachment": (slow, _attachments(live, folder, chance)),
        "command line": (slow, _command_lines(live, folder, chance)),
        "HTTP": (slow, _http(live, folder, chance)),
    }
    tallies = []
    for family, (often, attempts) in families.items():
        tally = Tally(family=family)
        for _, attempt in zip(range(often), attempts, strict=False):
            tally.take(attempt)
        attempts.close()  # type: ignore[attr-defined]
        tallies.append(tally)
    return tallies


def table(tallies: list[Tally]) -> str:
    """The rows as lines of text."""
    lines = [f"{'bad inputs':44} {'tried':>8} {'clear error':>12} {'still right':>12} {'anything else':>14}"]
    for each in tallies:
        lines.append(f"{each.family:44} {each.tried:8} {each.clear:12} {each.taken:12} {len(each.odd):14}")
        lines += [f"    {odd}" for odd in each.odd[:5]]
    return "\n".join(lines)


def _raises(kinds: type[Exception] | tuple[type[Exception], ...], work: Callable[[], object]) -> str:
    """Clear where it raises one of the promised kinds, in words."""
    try:
        work()
    except kinds as error:
        return CLEAR if str(error).strip() else f"{type(error).__name__} without words"
    return TAKEN


def _entries(chance: random.Random) -> Iterator[Try]:
    valid = corpus()["entry"]
    while True:
        data = changed(chance.choice(valid), chance)
        yield lambda: _raises(MalformedEntry, lambda: codec.pushed_entry(data))  # noqa: B023 - tried at once


def _requests(chance: random.Random) -> Iterator[Try]:
    valid = corpus()["request"]
    while True:
        data = changed(chance.choice(valid), chance)
        yield lambda: _raises(codec.MalformedMessage, lambda: codec.unpack(data, codec.SyncRequest))  # noqa: B023


def _bundles(live: District, folder: Path, chance: random.Random) -> Iterator[Try]:
    store = open_store(live.database)
    with live.laptop(folder / "bundles.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        whole = write_request(wang, folder / "whole.request").path.read_bytes()
    path, out = folder / "bad.request", folder / "bad.answer"
    try:
        while True:
            path.write_bytes(changed(whole, chance))
            out.unlink(missing_ok=True)
            yield lambda: _raises((BadBundle, Denied), lambda: answer(store, path, out))
            path.write_bytes(whole[: chance.randrange(len(whole))])
            yield lambda: _raises(BadBundle, lambda: Bundle.open(path, REQUEST, "demo").check("A" * 43))
    finally:
        store.close()


def _templates(chance: random.Random) -> Iterator[Try]:
    import fixtures

    valid = [file.read_bytes() for file in sorted((Path(fixtures.__file__).parent / "templates").glob("*.toml"))]
    while True:
        data = changed(chance.choice(valid), chance)
        yield lambda: _template(data)  # noqa: B023


def _template(data: bytes) -> str:
    try:
        read_template_file(data, None, None)
    except BadTemplateFile as error:
        return CLEAR if error.problems and all(line >= 0 for line, _ in error.problems) else "no problem named"
    return TAKEN


def _workbooks(folder: Path, chance: random.Random) -> Iterator[Try]:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["名称", "类别"], ["瑶湖水产场党委", "farm"], ["非公企业联合支部", "non_public"]):
        sheet.append(row)
    book.save(folder / "whole.xlsx")
    whole = {".xlsx": (folder / "whole.xlsx").read_bytes(), ".csv": "名称,类别\n瑶湖水产场党委,farm\n".encode()}
    while True:
        ending = chance.choice(sorted(whole))
        path = folder / f"bad{ending}"
        path.write_bytes(changed(whole[ending], chance))
        yield lambda: _raises(CannotRead, lambda: read_tables(path))  # noqa: B023


def _attachments(live: District, folder: Path, chance: random.Random) -> Iterator[Try]:
    names = [
        "a.exe",
        "a",
        "a.pdf",
        "a.png",
        ".pdf",
        "a.pdf.exe",
        "\u202efdp.exe",
        "a\nb.pdf",
        "a.docx",
        "长" * 60 + ".pdf",
    ]
    contents = [
        b"",
        b"MZ",
        b"%PDF-1.7 x",
        b"\0" * 40,
        b"%PDF-",
        b"PK\x03\x04",
        b"<script>",
        b"\xff\xd8\xff",
        b"%PDF-" * 9,
    ]
    with live.laptop(folder / "attachments.db", "wang") as wang:
        exchange(wang)
        record = edits.create(wang, "liaison_note", "u-1", NOTE).record
        files = folder / "files"
        files.mkdir()
        while True:
            path = files / chance.choice(names)
            path.write_bytes(chance.choice(contents) + chance.randbytes(chance.randrange(4)))
            target = chance.choice([record, "nothing", ""])
            yield lambda: _raises(Refused, lambda: attachments.attach(wang, target, path, "附上"))  # noqa: B023


_COMMANDS = (
    ("units",), ("history",), ("show",), ("search",), ("followups",), ("correct", "--why", "x"), ("step",),
    ("withdraw", "--why", "x"), ("resolve", "--why", "x"), ("export",), ("bundle",), ("verify",), ("restore",),
    ("attach", "--why", "x"), ("attachments",), ("record", "--unit", "u-1"), ("join",), ("campaign",), ("draw",),
    ("nonsense",), ("conflicts",),
)  # fmt: skip


def _command_lines(live: District, folder: Path, chance: random.Random) -> Iterator[Try]:
    home = folder / "home"
    with live.laptop(home / "profiles" / "default" / "replica.db", "wang") as wang:
        exchange(wang)
        assert query.status(wang).pending == 0
    odd = [text for text in HOSTILE.values() if "\0" not in text] + ["-1", "--", "/nowhere/x", "", "u-1", "a:b", "{}"]
    while True:
        command = [*chance.choice(_COMMANDS), *(chance.choice(odd) for _ in range(chance.randrange(4)))]
        yield lambda: _command(home, command)  # noqa: B023


def _command(home: Path, command: list[str]) -> str:
    said, wrong = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(wrong),
        contextlib.chdir(home),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"content": 1')))
        try:
            code = commands.run(["--home", str(home), "--lang", "en", *command])
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    text = said.getvalue() + wrong.getvalue()
    if "Traceback" in text or any(harmless(line) != line for line in text.splitlines()):
        return f"{command!r}: {text!r}"[:200]
    if code == 0:
        return TAKEN
    return CLEAR if code in (1, 2, 3) and wrong.getvalue().strip() else f"{command!r}: exit {code} without words"


def _http(live: District, folder: Path, chance: random.Random) -> Iterator[Try]:
    with live.laptop(folder / "http.db", "wang") as wang:
        token = wang.joined().token
    head = f"Authorization: Bearer {token}\r\nContent-Type: {codec.CONTENT_TYPE}\r\nConnection: close\r\n"
    bodies = corpus()["request"]
    port = int(live.address.rpartition(":")[2])
    while True:
        body = changed(chance.choice(bodies), chance)
        whole = (
            f"POST {codec.SYNC_PATH} HTTP/1.1\r\nHost: x\r\n{head}Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        if chance.random() < 0.5:  # the head is spoiled, too
            cut = whole.index(b"\r\n\r\n") + 4
            whole = changed(whole[:cut], chance) + whole[cut:]
        yield lambda: _asked(port, whole)  # noqa: B023


def _asked(port: int, request: bytes) -> str:
    """A refusal in JSON, a plain 4xx of the HTTP layer or a hang-up are clear; 5xx and silence are not."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        with contextlib.suppress(ConnectionError):
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while piece := line.recv(65536):
                said += piece
    if not said:
        return CLEAR  # hung up on: it was no HTTP, or broke off
    status = said.split(b" ", 2)[1][:3].decode("ascii", "replace")
    if status == "200":
        return TAKEN
    if status == "400" and b"Invalid HTTP request" in said:
        return CLEAR
    body = said.partition(b"\r\n\r\n")[2]
    known = json.loads(body)["error"]["code"] in codec.ERRORS
    return CLEAR if status.startswith("4") and known else repr(said[:200])
