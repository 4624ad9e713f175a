"""Laptops that are processes of their own: rights taken away in the middle, one token used twice, large files cut."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from supervisor_tui.files.profiles import profile_file
from sync.client import attachments
from sync.client.session import ExchangeError, exchange
from sync.protocol import blobs as blob_names
from sync.replica import Replica, query
from sync.replica.editing import attachments as blobs
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.faults.conftest import NOTE
from tests.faults.counting import bodies_on, bodies_stored
from tests.faults.kills import copied, without_waiting
from tests.faults.proxy import Proxy, Spoiler, between, spoiled
from tests.store import District, free_port, office, serving, serving_process

NOTES = 50  # of 8,000 characters each: some messages of an exchange
MIB = 1024 * 1024
ROUNDS = 2


def _begun(home: Path, *command: str) -> subprocess.Popen[str]:
    """One command of a laptop, as a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "supervisor_tui", "--home", str(home), "--lang", "en", *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if "proxy" not in name.lower()},
    )


def _ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def _all_ended(processes: list[subprocess.Popen[str]]) -> list[tuple[int, str]]:
    """The code of each, and what it complained of."""
    return [(code, err) for code, _, err in map(_ended, processes)]


def _by(laptop: Replica, address: str) -> None:
    laptop.set_identity(msgspec.structs.replace(laptop.joined(), server=address))


def _long(number: int) -> dict[str, str]:
    chance = random.Random(number)
    return NOTE | {"content": "".join(chr(0x4E00 + chance.randrange(20_000)) for _ in range(8_000))}


@pytest.mark.parametrize("change", ["assign", "revoke"])
def test_what_is_taken_away_in_the_middle_of_a_push_loses_nothing(live: District, tmp_path: Path, change: str) -> None:
    file = profile_file(tmp_path, "default")
    with spoiled(live.address) as proxy, live.laptop(file, "wang") as wang:
        exchange(wang)
        _by(wang, proxy.address)
        for number in range(NOTES):
            edits.create(wang, "liaison_note", "u-2", _long(number))
        written = bodies_on(wang)
        taking = {"assign": ("assign", "u-2", "--group", "second"), "revoke": ("revoke", wang.joined().device)}
        proxy.faults.extend([Spoiler.carry, between(lambda: office(live.database, *taking[change]))])
        code, out, err = _ended(_begun(tmp_path, "sync", "--json"))
        assert not proxy.faults, "it was taken away while there was more to send"
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, NOTES, NOTES)
        assert 0 < standing.quarantined < NOTES
        stored = bodies_stored(live.database)
        assert {body: stored.get(body) for body in written if body not in stored} == {}
        assert verify(wang).breaks == []
        if change == "assign":
            assert (code, json.loads(out)["pushed"]) == (0, NOTES), err
            assert _shown(wang, "u-2") == {"apart": standing.quarantined}, (
                "what is kept apart stays its author's to read"
            )
        else:
            assert (code, "revoked" in err) == (1, True), err
            assert query.history(wang, "u-2", "liaison_note").count == NOTES, "her own stay hers to read"


def test_a_unit_stays_until_there_are_receipts_for_everything_written_there(live: District, tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with spoiled(live.address) as proxy, live.laptop(file, "wang") as wang, Replica.open(file) as beside:
        exchange(wang)
        _by(wang, proxy.address)
        office(live.database, "assign", "u-2", "--group", "second")
        edits.create(wang, "liaison_note", "u-2", NOTE)

        def write_on() -> None:
            edits.create(beside, "liaison_note", "u-2", NOTE | {"content": "写于交换途中"})

        proxy.faults.append(between(write_on))
        assert exchange(wang).left == [], "what was written meanwhile has no receipt"
        assert query.history(wang, "u-2", "liaison_note").count == 2
        proxy.standing = lambda line, _: line.hang_up()
        with without_waiting(), pytest.raises(ExchangeError):
            exchange(wang)
        assert query.history(wang, "u-2", "liaison_note").count == 2
        proxy.standing = None
        assert exchange(wang).left == ["u-2"]
        standing = query.status(wang)
        assert (standing.pending, standing.mine, standing.acknowledged) == (0, 2, 2)
        assert _shown(wang, "u-2") == {"apart": 2}, "what is kept apart stays its author's to read"


def _shown(laptop: Replica, unit: str) -> dict[str, int]:
    """How many records of a unit are shown, by what became of them."""
    listing = query.history(laptop, unit)
    return dict(Counter(row.state for row in listing.rows(0, listing.count)))


def test_a_copied_profile_that_two_machines_use_at_the_same_time_loses_nothing(live: District, tmp_path: Path) -> None:
    homes = tmp_path / "one", tmp_path / "other"
    file = profile_file(homes[0], "default")
    with live.laptop(file, "wang") as wang:
        exchange(wang)
    copied(file, profile_file(homes[1], "default").parent)
    written: set[str] = set()
    for number in range(ROUNDS):
        for home in homes:
            with Replica.open(profile_file(home, "default")) as laptop:
                content = f"{home.name} {number}"
                edits.create(laptop, "liaison_note", "u-1", NOTE | {"content": content})
                written.add(content)
        assert _all_ended([_begun(home, "sync", "--json") for home in homes]) == [(0, ""), (0, "")]
    devices = set()
    for home in (*homes, homes[0]):
        with Replica.open(profile_file(home, "default")) as laptop:
            exchange(laptop)
    for home in homes:
        with Replica.open(profile_file(home, "default")) as laptop:
            rows = query.history(laptop, "u-1", "liaison_note").rows(0, 99)
            assert sorted(str(row.fields["content"]) for row in rows) == sorted(written)
            assert query.status(laptop).pending == 0
            assert verify(laptop).breaks == []
            devices.add(laptop.joined().device)
    assert len(devices) == 2
    assert set(bodies_stored(live.database).values()) == {1}


def test_one_laptop_s_file_that_two_processes_exchange_at_once_sends_everything_once(
    live: District, tmp_path: Path
) -> None:
    file = profile_file(tmp_path, "default")
    with live.laptop(file, "wang") as wang:
        exchange(wang)
        device = wang.joined().device
        for number in range(NOTES):
            edits.create(wang, "liaison_note", "u-1", _long(number))
        assert _all_ended([_begun(tmp_path, "sync", "--json") for _ in range(3)]) == [(0, "")] * 3
        exchange(wang)
        standing = query.status(wang)
        assert (standing.pending, standing.acknowledged, standing.quarantined) == (0, NOTES, 0)
        assert wang.joined().device == device, "nobody took the other process for a copy"
        assert verify(wang).breaks == []
    assert set(bodies_stored(live.database).values()) == {1}


def _attached(laptop: Replica, paper: Path) -> str:
    record = edits.create(laptop, "liaison_note", "u-1", NOTE).record
    blobs.attach(laptop, record, paper, "附件")
    return record


def test_one_attachment_that_two_laptops_send_at_once_is_there_once_and_whole(live: District, tmp_path: Path) -> None:
    content = b"%PDF-" + random.Random(2).randbytes(2 * MIB)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(content)
    homes = tmp_path / "one", tmp_path / "other"
    for home, who in zip(homes, ("wang", "li"), strict=True):
        with live.laptop(profile_file(home, "default"), who) as laptop:
            exchange(laptop)
            _attached(laptop, paper)
    assert _all_ended([_begun(home, "sync", "--json") for home in homes]) == [(0, ""), (0, "")]
    for home in homes:
        with Replica.open(profile_file(home, "default")) as laptop:
            assert blobs.unsent(laptop) == []
    with live.laptop(tmp_path / "c.db", "director") as director:
        exchange(director)
        ((name, _),) = _wanted(director)
        attachments.fetch(director, name)
        assert b"".join(blobs.content(director, name)) == content
    assert office(live.database, "verify")


def _wanted(laptop: Replica) -> set[tuple[str, int]]:
    """Name and size of every attachment that records of a laptop name."""
    rows = query.history(laptop, "u-1", "liaison_note").rows(0, 99)
    return {(name, int(said["size"])) for row in rows for name, said in blob_names.named_in(row.fields)}


def _down_after(proxy: Proxy, parts: int) -> None:
    """Let so many parts through, then nothing, the next one's first half excepted."""
    left = [parts]

    def fault(line: Spoiler, body: bytes) -> None:
        left[0] -= line.command in ("PUT", "GET")
        if left[0] >= 0 or line.command == "POST":
            line.carry(body)
        elif line.command == "PUT" and left[0] == -1:
            line.send_cut(body, len(body) // 2)
        else:
            line.hang_up()

    proxy.standing = fault


def test_an_attachment_cut_in_each_mebibyte_goes_on_where_it_stood(district: District, tmp_path: Path) -> None:
    content = b"%PDF-" + random.Random(7).randbytes(4 * MIB)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(content)
    port = free_port()
    with serving(district.database, port) as district.address:
        wang, li = (district.laptop(tmp_path / f"{who}.db", who) for who in ("wang", "li"))
        for laptop in (wang, li):
            exchange(laptop)
        _attached(wang, paper)
        exchange_parts = MIB // blob_names.PART_BYTES
    with spoiled(district.address) as proxy, without_waiting():
        for laptop in (wang, li):
            _by(laptop, proxy.address)
        for _ in range(4):
            with serving_process(district.database, port):  # another process each time: nothing is in its memory
                _down_after(proxy, exchange_parts)
                with pytest.raises(ExchangeError):
                    exchange(wang)
        with serving(district.database, port):
            proxy.standing = None
            result = exchange(wang)
            assert result.attached == 1
            assert result.bytes_sent < blob_names.PART_BYTES * 2, "only the end was left"
            exchange(li)
            ((name, _),) = _wanted(li)
            for _ in range(4):
                _down_after(proxy, exchange_parts)
                with pytest.raises(ExchangeError):
                    attachments.fetch(li, name)
                held = blobs.held_of(li, name)
                assert held
            assert held >= 4 * MIB - blob_names.PART_BYTES * 4
            proxy.standing = None
            attachments.fetch(li, name)
            assert b"".join(blobs.content(li, name)) == content
    for laptop in (wang, li):
        laptop.close()
