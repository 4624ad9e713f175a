"""Messages for thin lines: read as they were written, refused when they were not, and agreed on by both ends."""

from __future__ import annotations

import bz2
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.client import http, push
from sync.client.session import exchange
from sync.ledger import chains, keys
from sync.protocol import codec, compact
from sync.protocol.codec import LEAN, MalformedMessage
from sync.replica import query
from sync.replica.editing import edits
from sync.replica.maintenance.verify import verify
from tests.store import District

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
PROBLEM = {
    "nature": "problem",
    "title": "灭火器过期",
    "due_on": "2026-10-12",
    "opened_on": "2026-09-01",
    "status": "open",
}
PRIVATE = keys.new_private_key()


def day(count: int = 12) -> tuple[bytes, list[bytes], list[bytes]]:
    """A day's message of chained entries over three ledgers: as written, its lines, and lines as an answer has them."""
    ends: dict[str, str] = {}
    lines, arrived, seals = [], [], []
    for number in range(count):
        unit = f"u-{number % 3}"
        body = msgspec.json.encode(
            {"salt": f"{number:032x}", "set": {"content": f"第{number}条, 按期整改"}, "by": "p-1"}
        )
        head = msgspec.json.encode(
            {
                "body": chains.digest(body),
                "device": "d-1",
                "kind": "liaison_note",
                "ledger": unit,
                "over": {"content": [ends[unit]]} if unit in ends else {},
                "prev": ends.get(unit, ""),
                "seq": number // 3 + 1,
            }
        )
        ends[unit] = chains.digest(head)
        lines.append(head + b"\t" + body)
        arrived.append(codec.arrived_line(head, body if number != 4 else None, 100 + number, ""))
    for unit, end in ends.items():
        seals.append(chains.make_seal(PRIVATE, "demo", unit, "d-1", count // 3, end))
    header = codec.SyncRequest(log="log", cursor=9, cursor_hash="ab" * 32, seals=seals)
    return codec.written(header, lines), lines, arrived


def test_what_is_left_out_is_worked_out_again_byte_for_byte() -> None:
    message, _, _ = day()
    data = codec.leanest(message)
    assert codec.decompress(data, LEAN) == message
    assert len(data) < len(codec.compressed(message)) - 12 * 2 * 30  # a body's and a predecessor's hash of each entry
    assert bz2.decompress(data[5 : 5 + int.from_bytes(data[1:5], "big")]).count(b"sha256:") == 0


def test_an_answer_leaves_out_what_stands_in_its_question() -> None:
    message, lines, arrived = day()
    header, _ = codec.unpack(message, codec.SyncRequest)
    receipts = [
        chains.Receipt(
            ledger=seal.ledger, device=seal.device, seq=seal.seq, hash=seal.hash, log="log", number=7, at="",
            verdict="accepted", sig=seal.sig,
        )
        for seal in header.seals
    ]  # fmt: skip
    answer = codec.written(codec.SyncAnswer(log="log", receipts=receipts), [])
    data = codec.leanest(answer, lines)
    assert codec.decompress(data, LEAN, known=lines) == answer
    assert len(data) < len(codec.leanest(answer)) - 3 * 30
    with pytest.raises(MalformedMessage):
        codec.decompress(data, LEAN)  # as an answer to another question
    page = codec.written(codec.SyncAnswer(log="log", seals=header.seals), arrived)
    assert codec.decompress(codec.leanest(page), LEAN) == page


PIECES = (
    b'"sha256:' + b"0" * 64 + b'"',
    b'"sig":"' + b"A" * 86 + b'"',
    b'"sig":"' + b"_" * 86 + b'"',
    b'"ledger":"a","device":"b","seq":1,"hash":"sha256:' + b"1" * 64 + b'"',
    b"\t",
    b"",
)
LINE = st.binary(max_size=40).filter(lambda data: b"\n" not in data)
SALTED = st.text(max_size=30).map(lambda text: msgspec.json.encode({"a": text, "salt": "0" * 32}))


@settings(max_examples=200)
@given(st.lists(st.one_of(SALTED, LINE, st.sampled_from(PIECES)), min_size=1, max_size=8), st.lists(LINE, max_size=3))
def test_whatever_is_written_is_read(pieces: list[bytes], known: list[bytes]) -> None:
    message = b"\n".join(pieces)
    assert codec.decompress(codec.leanest(message, known), LEAN, known=known) == message


def test_bytes_that_were_changed_or_cut_are_no_message_or_no_message_that_fits() -> None:
    message, _, _ = day()
    small = compact.leaned(message)
    assert small is not None
    data, chance = b"\1" + small, random.Random(3)
    for _ in range(400):
        at = chance.randrange(len(data))
        spoiled = (
            data[:at]
            if chance.random() < 0.3
            else data[:at] + bytes([data[at] ^ chance.randrange(1, 256)]) + data[at + 1 :]
        )
        try:
            found = codec.decompress(spoiled, LEAN)
        except MalformedMessage:
            continue
        assert found != message
    with pytest.raises(MalformedMessage):
        codec.decompress(data + b"more", LEAN)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        (b"\x08" * 1_000_000, b"0" * 64_000_000),
        (b"{}\n" + b"\x01" * 500_000 + b"\tbody", b""),
        (b"0" * (compact.MOST_BYTES + 1), b""),
        (b"\x02", b""),
        (b"\x030\x03", b""),
        (b"\x04", b"short"),
    ],
    ids=["signatures", "hashes", "text", "no chain", "no entry", "no bytes"],
)
def test_no_more_is_made_of_a_message_than_a_message_may_be(text: bytes, bare: bytes) -> None:
    zipped = bz2.compress(text)
    with pytest.raises(MalformedMessage):
        codec.decompress(b"\1" + len(zipped).to_bytes(4, "big") + zipped + bare, LEAN)


class Tap(httpx.BaseTransport):
    """A road that notes how messages are coded; `old`: the store at its end knows nothing of lean ones."""

    def __init__(self) -> None:
        self.road = httpx.HTTPTransport()
        self.codings: list[tuple[str, str, int]] = []
        self.old = False

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry one message."""
        if self.old:
            coded = request.headers["content-encoding"]
            request.headers["accept-encoding"] = "zstd"
            request.headers["content-encoding"] = "x-unheard-of" if coded == LEAN else coded
        answer = self.road.handle_request(request)
        coding = (request.headers["content-encoding"], answer.headers.get("content-encoding", ""), len(request.read()))
        self.codings.append(coding)
        return answer

    def close(self) -> None:
        """The road is used by several exchanges."""


@contextmanager
def tapped(patch: pytest.MonkeyPatch, *, far: bool) -> Iterator[Tap]:
    """Exchanges over one road, which is taken for thin or not."""
    tap = Tap()
    patch.setattr(http, "open_road", lambda _: tap)
    patch.setattr(http, "_FAR", -10.0 if far else 1e6)
    yield tap
    tap.road.close()


def test_over_a_thin_line_both_ends_speak_lean_from_the_second_exchange_on(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        live.laptop(tmp_path / "a.db", "wang") as wang,
        live.laptop(tmp_path / "b.db", "li") as li,
        tapped(monkeypatch, far=True) as tap,
    ):
        exchange(wang)
        exchange(li)
        assert [coding[:2] for coding in tap.codings] == [("zstd", "zstd")] * len(tap.codings)
        tap.codings.clear()
        written = edits.create(wang, "follow_up", "u-1", PROBLEM)
        edits.step(wang, written.record, "in_progress", "已联系")
        for _ in range(6):
            edits.create(wang, "liaison_note", "u-1", NOTE)
        lines = push.next_batch(wang, push.START, 1 << 20, 100).lines
        assert exchange(wang).pushed == 8
        assert exchange(li).pulled == 8
        assert {coding[:2] for coding in tap.codings} == {(LEAN, LEAN)}
        assert tap.codings[0][2] < len(
            codec.compressed(b"\n".join(lines))
        )  # seals and all, less than the entries alone
        assert query.status(wang).acknowledged == 8
        assert verify(wang).breaks == verify(li).breaks == []
        assert query.history(li, "u-1", "liaison_note").count == 6


def test_over_another_line_nothing_is_coded_for_a_thin_one_and_a_thin_line_may_become_another(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, tapped(monkeypatch, far=False) as tap:
        for far, coded in ((False, "zstd"), (True, "zstd"), (False, LEAN), (False, "zstd")):
            monkeypatch.setattr(http, "_FAR", -10.0 if far else 1e6)
            tap.codings.clear()
            exchange(wang)
            assert [coding[0] for coding in tap.codings] == [coded]


def test_a_store_that_has_become_an_older_one_is_spoken_to_as_such(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, tapped(monkeypatch, far=True) as tap:
        exchange(wang)
        tap.old = True
        edits.create(wang, "liaison_note", "u-1", NOTE)
        assert exchange(wang).pushed == 1
        assert [coding[:2] for coding in tap.codings[1:]] == [("x-unheard-of", ""), ("zstd", "zstd")]
        tap.codings.clear()
        exchange(wang)
        assert [coding[0] for coding in tap.codings] == ["zstd"]


def test_a_laptop_that_knows_nothing_of_it_is_answered_as_before(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        answer = _asked_plainly(live, wang.joined().token)
    assert answer.headers["content-encoding"] == "zstd"
    assert "accept-encoding" not in answer.headers
    assert "server-timing" not in answer.headers


def _asked_plainly(live: District, token: str) -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": codec.CONTENT_TYPE,
        "Content-Encoding": "zstd",
        "Accept-Encoding": "zstd",
    }
    return httpx.post(
        live.address + codec.SYNC_PATH, content=codec.pack(codec.SyncRequest(log=""), []), headers=headers
    )
