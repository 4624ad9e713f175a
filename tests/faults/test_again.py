"""Again changes nothing: cut off at every byte, repeated, late, twice; and files that a power cut shortened."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from pathlib import Path

import httpx
import pytest

from sync.client.push import START, next_batch
from sync.client.session import exchange
from sync.protocol import codec
from sync.replica import Damaged, Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.rows import dump
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}


def _state(database: Path) -> list[object]:
    """Everything the store holds, byte by byte, but for when a device was last seen."""
    with sqlite3.connect(database) as connection:
        tables = ("district", "entry", "chain", "apart", "quarantine", "code")
        return [connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in tables]


def _message(laptop: Replica) -> tuple[bytes, dict[str, str]]:
    """What the laptop would send now, and its headers."""
    batch = next_batch(laptop, START, 1 << 20, 1_000)
    header = codec.SyncRequest(want=0, seals=batch.seals)
    headers = {
        "Authorization": f"Bearer {laptop.joined().token}",
        "Content-Type": codec.CONTENT_TYPE,
        "Content-Encoding": "zstd",
    }
    return codec.pack(header, batch.lines), headers


def _post(live: District, body: bytes, headers: dict[str, str]) -> httpx.Response:
    return httpx.post(live.address + codec.SYNC_PATH, content=body, headers=headers, trust_env=False)


def test_a_message_cut_off_at_every_byte_leaves_nothing(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        message, headers = _message(wang)
        before = _state(live.database)
        with httpx.Client(trust_env=False) as client:
            for length in range(len(message)):
                answer = client.post(live.address + codec.SYNC_PATH, content=message[:length], headers=headers)
                assert answer.status_code == 422, length
        assert _state(live.database) == before
        assert exchange(wang).pushed == 1


def test_a_flipped_byte_anywhere_leaves_nothing(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        batch = next_batch(wang, START, 1 << 20, 1_000)
        header = codec.SyncRequest(want=0, seals=batch.seals)
        plain = codec.decompress(codec.pack(header, batch.lines), "zstd")
        headers = {**_message(wang)[1], "Content-Encoding": "identity"}
        lines_begin = plain.index(b"\n")
        before = _state(live.database)
        with httpx.Client(trust_env=False) as client:
            for place in range(lines_begin, len(plain)):
                flipped = plain[:place] + bytes([plain[place] ^ 1]) + plain[place + 1 :]
                answer = client.post(live.address + codec.SYNC_PATH, content=flipped, headers=headers)
                assert answer.status_code == 422, place
        assert _state(live.database) == before


def test_the_same_message_many_times_at_once_is_kept_once(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        for _ in range(20):
            edits.create(wang, "liaison_note", "u-1", NOTE)
        message, headers = _message(wang)
        answers: list[bytes] = []

        def send() -> None:
            answers.append(_post(live, message, headers).content)

        threads = [threading.Thread(target=send) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        after = _state(live.database)
        _post(live, message, headers)
        assert _state(live.database) == after
        receipts = {codec.unpack(codec.decompress(each, ""), codec.SyncAnswer)[0].receipts[0].sig for each in answers}
        assert len(receipts) == 1
        exchange(wang)
        standing = query.status(wang)
        assert (standing.pending, standing.acknowledged) == (0, 20)


def test_an_answer_that_comes_after_the_client_gave_up_is_no_loss(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "director") as director:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        message, headers = _message(wang)
        _post(live, message, headers)  # taken; the laptop never sees the answer
        edits.create(wang, "liaison_note", "u-1", NOTE)
        result = exchange(wang)
        assert result.pushed == 2
        exchange(director)
        assert query.history(director, "u-1", "liaison_note").count == 2
        assert verify(director).breaks == []


@pytest.mark.parametrize("seed", range(40))
def test_a_file_whose_log_a_power_cut_shortened_opens_with_what_was_whole(tmp_path: Path, seed: int) -> None:
    from tests.sync.laptops import give_unit, new_laptop

    chance = random.Random(seed)
    path = tmp_path / "replica.db"
    laptop = new_laptop(path)
    give_unit(laptop)
    kept = [edits.create(laptop, "liaison_note", "u-1", NOTE).record for _ in range(8)]
    cut = tmp_path / "cut"
    cut.mkdir()
    for file in tmp_path.glob("replica.db*"):
        shutil.copy(file, cut / file.name)
    log = cut / "replica.db-wal"
    whole = log.read_bytes()
    assert whole
    length = chance.randrange(len(whole) // 2, len(whole))
    log.write_bytes(whole[:length])
    (cut / "replica.db-shm").unlink(missing_ok=True)
    with Replica.open(cut / "replica.db") as replica:
        held = [record for record in kept if query.record(replica, record) is not None]
        assert held == kept[: len(held)]  # what is lost is the end, never the middle
        before = dump(replica)
        rebuild(replica)
        assert dump(replica) == before
    laptop.close()


def test_a_read_only_file_is_said_and_left_alone(tmp_path: Path) -> None:
    from sync.replica import CannotWrite
    from tests.sync.laptops import give_unit, new_laptop

    laptop = new_laptop(tmp_path / "replica.db")
    give_unit(laptop)
    laptop.connection.execute("PRAGMA query_only = ON")
    with pytest.raises((CannotWrite, Damaged)) as refused:
        edits.create(laptop, "liaison_note", "u-1", NOTE)
    assert isinstance(refused.value, CannotWrite)
    laptop.connection.execute("PRAGMA query_only = OFF")
    assert query.history(laptop, "u-1", "liaison_note").count == 0
    laptop.close()
