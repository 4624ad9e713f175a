"""An old laptop with a new store and the reverse: what one side does not know is kept, passed on, and read later.

The store is a real process. The other version speaks through a road that changes the messages as it would write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import zstandard

from supervisor_tui.locale import set_language, t
from sync.client import http
from sync.client.session import Rejected, exchange
from sync.ledger import chains
from sync.ledger.chains import read_body
from sync.model import kinds
from sync.protocol import codec
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from sync.replica.projection.apply import Incoming, apply, keep_seal
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
Header = dict[str, Any]
Change = Callable[[Header], None]


class OtherVersion(httpx.BaseTransport):
    """A road on which one side's headers are those of another version."""

    def __init__(self, asks: Change, answers: Change) -> None:
        self._road = httpx.HTTPTransport()
        self._asks = asks
        self._answers = answers

    def close(self) -> None:
        """Hang up."""
        self._road.close()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Carry a sync message, changed both ways; anything else as it is."""
        if request.url.path != codec.SYNC_PATH:
            return self._road.handle_request(request)
        headers = {name: value for name, value in request.headers.items() if name != "content-length"}
        asked = httpx.Request("POST", request.url, headers=headers, content=_changed(request.read(), self._asks))
        answer = self._road.handle_request(asked)
        raw = b"".join(answer.iter_raw())
        answer.close()
        if answer.status_code == 200:
            raw = _changed(raw, self._answers)
        kept = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
        return httpx.Response(answer.status_code, headers=kept, stream=httpx.ByteStream(raw))


def _changed(message: bytes, change: Change) -> bytes:
    first, newline, rest = codec.decompress(message, "zstd").partition(b"\n")
    header = msgspec.json.decode(first)
    change(header)
    return zstandard.compress(msgspec.json.encode(header) + newline + rest)


@contextmanager
def _speaking(asks: Change = lambda _: None, answers: Change = lambda _: None) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http, "open_transport", lambda _: OtherVersion(asks, answers))
        yield


def _newer(header: Header) -> None:
    """A header of a later version: a higher number, and fields of every shape that this one does not know."""
    header |= {"protocol": 7, "weather": "rain", "parts": [{"a": 1}], "depth": {"b": [None, True]}}
    for receipt in header.get("receipts", []):
        receipt["signed_by"] = ["somebody", "else"]
    for seal in header.get("seals", []):
        seal["algorithm"] = "sm2"


@pytest.mark.parametrize("side", ["laptop", "store"])
def test_a_newer_side_is_understood_as_far_as_it_is_known(live: District, tmp_path: Path, side: str) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        exchange(li)
        edits.create(li, "liaison_note", "u-1", NOTE)
        exchange(li)
        with _speaking(_newer, lambda _: None) if side == "laptop" else _speaking(lambda _: None, _newer):
            exchange(wang)
            edits.create(wang, "liaison_note", "u-1", NOTE)
            assert exchange(wang).pushed == 1
            again = exchange(wang)
            assert (again.pushed, again.pulled) == (0, 0)
        assert query.status(wang).acknowledged == 1
        assert query.history(wang, "u-1", "liaison_note").count == 2
        assert verify(wang).breaks == []


def test_a_laptop_too_old_for_its_store_is_told_so_keeps_all_and_goes_on_after_the_upgrade(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        with _speaking(asks=lambda header: header.update(protocol=0)), pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "protocol_too_old"
        standing = query.status(wang)
        assert (standing.pending, standing.last_error) == (1, "protocol_too_old")
        assert exchange(wang).pushed == 1


def test_a_store_too_old_for_the_laptop_is_named_and_everything_is_kept(live: District, tmp_path: Path) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        exchange(wang)
        edits.create(wang, "liaison_note", "u-1", NOTE)
        with _speaking(answers=lambda header: header.update(protocol=0)), pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "store_too_old"
        for language, word in (("zh", "办公室升级"), ("en", "ask the office")):
            set_language(language)
            assert word in t(f"error.{refused.value.code}")
        assert query.status(wang).pending == 1
        assert exchange(wang).pushed == 1  # the store had it; the receipt comes now
        assert verify(wang).breaks == []


def test_a_store_that_does_not_name_the_question_it_answers_is_said_to_be_too_old(
    live: District, tmp_path: Path
) -> None:
    with live.laptop(tmp_path / "a.db", "wang") as wang:
        with _speaking(answers=lambda header: header.pop("answers", None)), pytest.raises(Rejected) as refused:
            exchange(wang)
        assert refused.value.code == "store_too_old"
        assert exchange(wang).pulled > 0


def _of_the_future(replica: Replica, kind: str, record: str, fields: dict[str, Any]) -> str:
    """An entry as a later program writes it; its hash."""
    me = replica.joined()
    with replica.transaction() as connection:
        seq, previous = connection.execute(
            "SELECT seq, hash FROM chain WHERE ledger = 'u-1' AND device = ?", (me.device,)
        ).fetchone() or (0, "")
        entry = chains.compose(
            ledger="u-1", device=me.device, seq=seq + 1, prev=previous, kind=kind, record=record, fields=fields,
            by=me.person, at=chains.now(),
        )  # fmt: skip
        apply(connection, [Incoming(entry=entry)])
        seal = chains.make_seal(me.private_key, me.district, "u-1", me.device, seq + 1, entry.hash)
        keep_seal(connection, seal)
    return entry.hash


def _set_of(replica: Replica, hash_: str) -> dict[str, Any]:
    (body,) = replica.connection.execute(
        "SELECT body FROM entry WHERE hash = ?", (bytes.fromhex(hash_.removeprefix("sha256:")),)
    ).fetchone()
    return read_body(body).set


def test_kinds_and_fields_of_the_future_pass_through_old_programs_and_are_read_after_the_upgrade(
    live: District, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hologram = {"depth": 3, "layers": [1, {"colour": "红"}], "caption": "全息"}
    with live.laptop(tmp_path / "a.db", "wang") as newer, live.laptop(tmp_path / "b.db", "li") as older:
        exchange(newer)
        strange = _of_the_future(newer, "hologram", "r-1", hologram)
        note = _of_the_future(newer, "liaison_note", "r-2", NOTE | {"echo": {"from": "会场"}})
        exchange(newer)
        exchange(older)  # through a store and into a laptop that know neither
        assert (_set_of(older, strange), _set_of(older, note)) == (hologram, NOTE | {"echo": {"from": "会场"}})
        edits.correct(older, "r-2", {"content": "旧程序改过"}, "笔误")
        exchange(older)
        exchange(newer)
        for laptop in (newer, older):
            found = query.record(laptop, "r-2")
            assert found is not None
            assert (found.fields["content"], found.fields["echo"]) == ("旧程序改过", {"from": "会场"})
            assert verify(laptop).breaks == []
        assert "0 broken" in office(live.database, "verify")

        kind = msgspec.structs.replace(
            kinds.KINDS["liaison_note"], name="hologram", title="caption", texts=("caption",)
        )
        monkeypatch.setitem(kinds.KINDS, "hologram", kind)  # the upgrade
        rebuild(older)
        row = older.connection.execute("SELECT kind, title FROM record WHERE record = 'r-1'").fetchone()
        assert row == ("hologram", "全息")
        found = query.record(older, "r-1")
        assert found is not None
        assert found.fields == hologram
