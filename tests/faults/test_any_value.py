"""Whatever JSON stands in an entry: both ends judge it alike, and nobody's proofs break over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from supervisor_tui.reports.entries import as_json
from sync.client.session import exchange
from sync.console.control_characters import UNSAFE
from sync.ledger.proof_file import check_file
from sync.model import validation
from sync.model.bounds import DEEPEST, LARGEST
from sync.model.validation import InvalidFields
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.verify import verify
from tests.faults.strange_values import SIGNS, VALUES, nested, write
from tests.rows import dump
from tests.store import District, office

NOTE = {"noted_on": "2026-09-18", "mode": "visit", "content": "白天生产忙, 改为晚间小组学习"}
Pair = tuple[Replica, Replica]


@pytest.fixture
def pair(live: District, tmp_path: Path) -> Iterator[Pair]:
    """Two laptops of one group."""
    with live.laptop(tmp_path / "a.db", "wang") as wang, live.laptop(tmp_path / "b.db", "li") as li:
        for laptop in (wang, li):
            exchange(laptop)
        yield wang, li


def _exported(laptop: Replica, folder: Path) -> list[Any]:
    path = folder / "exported.json"
    path.write_bytes(b"".join(as_json(laptop, "u-1")))
    assert not UNSAFE.search(path.read_text(encoding="utf-8").replace("\n", ""))
    return check_file(path, laptop.joined().store_key).breaks


def _agree(pair: Pair, folder: Path) -> None:
    """Everybody's proofs hold, and both laptops show the same."""
    for laptop in pair:
        exchange(laptop)
    for laptop in pair:
        assert verify(laptop).breaks == []
        assert _exported(laptop, folder) == []
    counting = [
        [row for row in dump(laptop) if row[0] != "record" or row[2:4] == ("u-1", "liaison_note")] for laptop in pair
    ]
    apart = {
        record for (record,) in pair[0].connection.execute("SELECT record FROM entry WHERE code <> ''")
    }  # others see no more of it than its head
    assert [row for row in counting[0] if row[1] not in apart] == [row for row in counting[1] if row[1] not in apart]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(VALUES, min_size=1, max_size=4), st.sampled_from(("liaison_note", "hologram")))
@example(list(SIGNS), "liaison_note")
@example([nested(0, DEEPEST - 1), nested(0, DEEPEST)], "hologram")
@example([nested(0, depth) for depth in (DEEPEST, DEEPEST + 1, 190, 210, 700)], "liaison_note")
@example([LARGEST, -LARGEST, LARGEST + 1, -LARGEST - 1, 2**64, -0.0, 10**400], "hologram")
def test_a_store_judges_any_value_as_a_laptop_would_and_no_proof_breaks(
    pair: Pair, tmp_path: Path, values: list[Any], kind: str
) -> None:
    wrote = []
    for value in values:
        fields = (NOTE if kind in validation.KINDS else {}) | {"echo": value}
        wrote.append((write(pair[0], fields, kind), validation.check(kind, fields, new=True)))
    _agree(pair, tmp_path)
    for entry, faults in wrote:
        (code,) = (
            pair[0]
            .connection.execute("SELECT code FROM entry WHERE hash = ?", (bytes.fromhex(entry.hash[7:]),))
            .fetchone()
        )
        assert bool(code) == bool(faults), (code, faults)


def test_a_note_of_strange_signs_is_exported_and_verified_by_whoever_has_the_file(
    pair: Pair, live: District, tmp_path: Path
) -> None:
    for sign in SIGNS:
        fields = NOTE | {"content": f"学习{sign}完成"}
        if faults := edits.check(pair[0], "liaison_note", "u-1", fields):
            assert {fault.code for fault in faults} == {"control"}
        else:
            edits.create(pair[0], "liaison_note", "u-1", fields)
    edits.create(pair[0], "liaison_note", "u-1", NOTE | {"content": "".join(SIGNS[:5])})
    _agree(pair, tmp_path)
    assert "0 broken" in office(live.database, "verify")
    rebuild(pair[1])
    assert query.history(pair[1], "u-1", "liaison_note").count == query.history(pair[0], "u-1", "liaison_note").count


def test_the_time_of_an_entry_is_a_moment_every_zone_can_show(pair: Pair, tmp_path: Path) -> None:
    good = ("1970-01-01T00:00:00.000Z", "9998-12-31T23:59:59.999Z")
    bad = (
        "2026-02-30T09:00:00.000Z",
        "0001-01-01T00:00:00.000Z",
        "2026-09-18T24:00:00.000Z",
        "9999-12-31T00:00:00.000Z",
    )
    wrote = {write(pair[0], NOTE, at=at).hash: at for at in (*good, *bad)}
    _agree(pair, tmp_path)
    apart = {
        wrote[f"sha256:{hash_.hex()}"]
        for (hash_,) in pair[0].connection.execute("SELECT hash FROM entry WHERE code = 'malformed'")
    }
    assert apart == set(bad)


def test_a_laptop_refuses_what_the_store_would_keep_apart(pair: Pair) -> None:
    wang, _ = pair
    sha = "a" * 64
    for wrong, code in (
        (nested(0, DEEPEST + 1), "too_deep"),
        ({"size": LARGEST + 1}, "out_of_range"),
        ({"name": "\udcb0"}, "control"),
        ({"size": float("nan")}, "not_number"),
    ):
        with pytest.raises(InvalidFields) as refused:
            edits.create(wang, "liaison_note", "u-1", NOTE | {f"attachment.{sha}": wrong})
        assert code in {fault.code for fault in refused.value.faults}
    record = edits.create(wang, "liaison_note", "u-1", NOTE).record
    for why, code in (("更" * 2_001, "too_long"), ("更\t正", "control")):
        with pytest.raises(InvalidFields) as refused:
            edits.correct(wang, record, {"content": "更正"}, why)
        assert [(fault.field, fault.code) for fault in refused.value.faults] == [("why", code)]
    texts = {f"present.{number}": "到" * 200 for number in range(450)}
    with pytest.raises(InvalidFields) as refused:
        edits.create(wang, "liaison_note", "u-1", NOTE | texts)
    assert [fault.code for fault in refused.value.faults] == ["entry_too_large"]
