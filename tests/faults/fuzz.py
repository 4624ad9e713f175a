"""Bytes nobody would send, at the decoder of entries and the parser of exchanges, in both directions.

`python -m tests.faults.fuzz --seconds 60` changes valid messages at random; with `--target` it is guided by coverage
where atheris is installed. The tests take the first way with a fixed budget. A finding is any exception but the two
that say what is malformed; the input is printed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from sync.central.access.permissions import Access, Rights
from sync.central.access.verdict import evaluate, evaluate_revoked, may_be_released
from sync.central.log.incoming import Submitter, read_lines
from sync.ledger import chains, keys
from sync.ledger.chains import MalformedEntry
from sync.ledger.fold import fold_apart, fold_record
from sync.model.validation import OFFICE
from sync.protocol import codec
from sync.replica.projection.tables import edit_from, search_text

_PRIVATE = keys.new_private_key()
_WRITER = Submitter(device="d-1", person="p-1", key=keys.public_key(_PRIVATE))
_RIGHTS = Rights(person="p-1", role=OFFICE, ledgers=None)
_FIELDS: dict[str, dict[str, Any]] = {
    "liaison_note": {"noted_on": "2026-09-18", "mode": "visit", "content": "晚间小组学习", "present.head": "王"},
    "follow_up": {"nature": "problem", "title": "补发", "due_on": "2026-09-25", "status": "open"},
    "survey": {"held_on": "2026-09-18", "given_out": 9, "returned": 8, "satisfied": 6, "fairly": 1, "unsatisfied": 1},
    "inspection": {"visited_on": "2026-09-18", "summary": "x", "answer.plan": {"verdict": "met", "note": ""}},
    "ruling": {"target": "sha256:0", "place": "d-1:3", "verdict": "released", "comment": "核对过"},
    "hologram": {"depth": 3.5, "parts": [1, None, {"a": True}]},
}


def read_entry(data: bytes) -> None:
    """The decoder of one line of a request: an entry, or `MalformedEntry`; what is read is written the same again."""
    with suppress(MalformedEntry):
        entry = codec.pushed_entry(data)
        assert codec.line(entry) == data


def read_body(data: bytes) -> None:
    """A body under a head that names it: judged, folded and indexed without an exception, whatever it says."""
    for kind in _FIELDS:
        head = chains.Head(
            body=chains.digest(data), device="d-1", kind=kind, ledger="u-1", prev="", record="r-1", seq=1, v=1
        )
        raw = msgspec.json.encode(head, order="sorted")
        entry = chains.read_entry(raw, data)
        code, _ = evaluate(entry, _RIGHTS)
        evaluate_revoked(entry, "p-1", "device_revoked")
        may_be_released(entry)
        edit = edit_from(entry.head, entry.hash, entry.raw_body, code=code)
        for folded in (fold_record([edit]), fold_apart([edit])):
            if folded is not None and not code:
                search_text(folded.kind, folded.fields)


def read_request(data: bytes) -> None:
    """A whole request as the store reads it, with what it says of its own length and digest put right."""
    with suppress(codec.MalformedMessage):
        header, lines = codec.unpack(_put_right(data, codec.SyncRequest), codec.SyncRequest)
        read_lines(lines, header.seals, _WRITER, Access(number=0), "demo")
    with suppress(codec.MalformedMessage):
        codec.decompress(data, "zstd")
    with suppress(codec.MalformedMessage):
        codec.decompress(data, "gzip")


def read_answer(data: bytes) -> None:
    """A whole answer as a laptop reads it."""
    with suppress(codec.MalformedMessage):
        answer, lines = codec.unpack(_put_right(data, codec.SyncAnswer), codec.SyncAnswer)
        list(codec.arrived_entries(lines))
        for receipt in [*answer.receipts, *answer.witnessed]:
            chains.receipt_holds(receipt, "demo", _WRITER.key)
        for seal in answer.seals:
            chains.seal_holds(seal, "demo", _WRITER.key)
        if answer.scope is not None:
            codec.scope_holds(answer.scope, "demo", _WRITER.key)


def _put_right(data: bytes, kind: type[codec.SyncRequest] | type[codec.SyncAnswer]) -> bytes:
    """The same message with the digest its lines have, so that a change in them is read and not only noticed."""
    first, _, body = data.partition(b"\n")
    try:
        header = msgspec.json.decode(first, type=kind)
    except chains.UNREADABLE:
        return data
    return codec.decompress(codec.pack(header, body.split(b"\n") if body else []), "zstd")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "entry": read_entry,
    "body": read_body,
    "request": read_request,
    "answer": read_answer,
}


def corpus() -> dict[str, list[bytes]]:
    """The program's own valid messages, for each target."""
    entries, previous = [], ""
    for seq, (kind, fields) in enumerate(_FIELDS.items(), start=1):
        over = {"title": ["sha256:" + "0" * 64]} if kind == "follow_up" else {}
        entries.append(
            chains.compose(
                ledger="u-1",
                device="d-1",
                seq=seq,
                prev=previous,
                kind=kind,
                record=f"r-{seq}",
                fields=fields,
                by="p-1",
                at="2026-09-18T08:00:00.000Z",
                over=over,
                why="笔误" if over else "",
                salt="0" * 32,
            )
        )
        previous = entries[-1].hash
    last = entries[-1]
    seal = chains.make_seal(_PRIVATE, "demo", "u-1", "d-1", last.head.seq, last.hash)
    lines = [codec.line(entry) for entry in entries]
    arrived = [codec.arrived_line(entry.raw_head, entry.raw_body, at, "") for at, entry in enumerate(entries)]
    scope = codec.Scope(version="1", person="p-1", role="group", units=["u-1"], people={"p-1": "王"})
    receipt = chains.Receipt(
        ledger="u-1", device="d-1", seq=6, hash=last.hash, log="log", number=6, at="", verdict="accepted", sig=""
    )
    answer = codec.SyncAnswer(log="log", own=6, scope=scope, seals=[seal], receipts=[receipt], positions={"u-1": 3})
    return {
        "entry": lines,
        "body": [entry.raw_body for entry in entries if entry.raw_body],
        "request": [codec.decompress(codec.pack(codec.SyncRequest(seals=[seal]), lines), "zstd")],
        "answer": [codec.decompress(codec.pack(answer, arrived), "zstd")],
    }


_PIECES = (b"\0", b'"', b"\\", b"\t", b"\n", b"\xff", b"\xed\xa0\x80", b"9" * 30, b"-1", b"1e999", b"null", b"[" * 2000,
           b'{"a":' * 50, b"\xe2\x80\xae", b"{}", b'"set":{}', b"\\ud800")  # fmt: skip


def changed(data: bytes, chance: random.Random) -> bytes:
    """The bytes with a few places flipped, cut out, repeated or replaced by what breaks parsers."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data) + 1)
        end = min(len(data), at + chance.randint(1, 12))
        data = chance.choice((
            data[:at] + bytes([chance.randrange(256)]) + data[at + 1 :],
            data[:at] + data[end:],
            data[:end] + data[at:],
            data[:at] + chance.choice(_PIECES) + data[at:],
            data[:at] + chance.choice(_PIECES) + data[end:],
        ))  # fmt: skip
    return data


def inputs(rounds: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many changed messages for each target."""
    chance = random.Random(seed)
    for target, valid in corpus().items():
        yield from ((target, each) for each in valid)
        yield from ((target, changed(chance.choice(valid), chance)) for _ in range(rounds))


def try_one(target: str, data: bytes) -> None:
    """One input; raises with it printed if the program meets it with anything but a plain refusal."""
    try:
        TARGETS[target](data)
    except Exception:
        print(f"{target}: {data!r}", file=sys.stderr)
        raise


def _guided(target: str, seconds: int) -> None:
    """Let atheris look for what reaches new code; ends the process."""
    import tempfile
    from pathlib import Path

    atheris: Any = importlib.import_module("atheris")
    for module in (
        "sync.ledger.chains",
        "sync.protocol.codec",
        "sync.central.log.head",
        "sync.central.access.verdict",
        "sync.model.validation",
        "sync.ledger.fold",
    ):
        for each in vars(sys.modules[module]).values():
            if callable(each) and getattr(each, "__module__", "") == module and hasattr(each, "__code__"):
                with suppress(Exception):
                    atheris.instrument_func(each)
    folder = Path(tempfile.mkdtemp())
    for number, each in enumerate(corpus()[target]):
        (folder / str(number)).write_bytes(each)
    atheris.Setup([sys.argv[0], f"-max_total_time={seconds}", "-verbosity=1", str(folder)], TARGETS[target])
    atheris.Fuzz()


def main() -> None:
    """Fuzz one target, or all in turn."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.fuzz")
    parser.add_argument("--seconds", type=int, default=60, help="for each target")
    parser.add_argument("--target", choices=TARGETS)
    options = parser.parse_args()
    if options.target and importlib.util.find_spec("atheris"):
        _guided(options.target, options.seconds)
        return
    for target in [options.target] if options.target else TARGETS:
        end, tried, seed = time.monotonic() + options.seconds, 0, 0
        while time.monotonic() < end:
            for name, data in inputs(200, seed):
                if name == target:
                    try_one(name, data)
                    tried += 1
            seed += 1
        print(f"{target}: {tried} inputs, no finding")


if __name__ == "__main__":
    main()
