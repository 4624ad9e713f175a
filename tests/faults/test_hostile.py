"""Hostile texts kept and searched for; hostile bytes for whatever reads messages and entries."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from supervisor_tui.cli import commands
from sync.ledger import chains
from sync.ledger.chains import MalformedEntry
from sync.protocol import codec
from sync.protocol.codec import MalformedMessage
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.queries import search
from tests.faults.texts import HOSTILE
from tests.supervisor_tui.workbench import new_workbench_file
from tests.sync.laptops import give_unit, new_laptop


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_typed_is_kept_harmless_or_refused_by_name(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    new_workbench_file(file).close()
    fields = {"noted_on": "2026-09-18", "mode": "visit", "content": HOSTILE[name]}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(fields).encode())))
    code = commands.run(["--home", str(tmp_path), "record", "liaison_note", "--unit", "u-01"])
    printed = capsys.readouterr()
    if code == 0:
        assert commands.run(["--home", str(tmp_path), "show", json.loads(printed.out)["record"]]) == 0
    else:
        assert code == 1
        assert "content" in printed.err or "JSON" in printed.err


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> Replica:
    """A laptop with one unit and one note."""
    laptop = new_laptop(tmp_path_factory.mktemp("searched") / "replica.db")
    give_unit(laptop)
    edits.create(laptop, "liaison_note", "u-1", {"noted_on": "2026-09-18", "mode": "visit", "content": "学习"})
    return laptop


@settings(max_examples=300)
@given(typed=st.text(max_size=60))
@example(typed='"')
@example(typed="' OR 1=1 --")
@example(typed="NEAR(a b) AND NOT *")
@example(typed="a* OR b^ -c {d}:e")
def test_whatever_is_searched_for_is_no_query_language(searched: Replica, typed: str) -> None:
    search.find(searched, typed)
    listing = query.units(searched, typed)
    listing.rows(0, listing.count)


_entry = chains.compose(
    ledger="u-1",
    device="d-1",
    seq=1,
    prev="",
    kind="liaison_note",
    record="r-1",
    fields={"content": "学习"},
    by="p-1",
    at="2026-09-18T08:00:00.000Z",
    salt="0" * 32,
)
_line = codec.line(_entry)
_message = codec.decompress(codec.pack(codec.SyncRequest(), [_line]), "zstd")


@st.composite
def _damaged(draw: st.DrawFn, whole: bytes) -> bytes:
    """Bytes near to right ones: pieces cut out, put in, changed."""
    data = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, len(data)))
        length = draw(st.integers(0, 12))
        data[place : place + length] = draw(st.binary(max_size=12))
    return bytes(data)


@settings(max_examples=1_500)
@given(st.one_of(st.binary(max_size=400), _damaged(_line)))
def test_the_decoder_of_entries_gives_an_entry_or_one_kind_of_error(data: bytes) -> None:
    try:
        entry = codec.pushed_entry(data)
    except MalformedEntry:
        return
    assert entry.hash == chains.digest(entry.raw_head)
    if data != _line and entry.raw_body is not None:
        assert entry.head.body == chains.digest(entry.raw_body)


@settings(max_examples=1_500)
@given(st.one_of(st.binary(max_size=600), _damaged(_message)))
def test_the_parser_of_messages_gives_a_message_or_one_kind_of_error(data: bytes) -> None:
    try:
        header, lines = codec.unpack(data, codec.SyncRequest)
    except MalformedMessage:
        return
    assert len(lines) == header.entries


@settings(max_examples=500)
@given(st.binary(max_size=300), st.sampled_from(["", "identity", "gzip", "zstd", "br", "\x00"]))
def test_whatever_is_decompressed_ends_in_bytes_or_one_kind_of_error(data: bytes, encoding: str) -> None:
    try:
        codec.decompress(data, encoding)
    except MalformedMessage:
        return
