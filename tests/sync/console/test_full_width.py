"""What is typed in full width is read as meant: addresses, codes, filters, search, names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.cli.options.lookup import group_id
from sync.central.admin.naming import one_named
from sync.client.enrolment import join
from sync.console.full_width import address_as_meant, as_meant, folded, folded_in_place
from sync.ledger import ids
from sync.replica import Replica, query
from sync.replica.queries.follow_ups import Wanted, follow_ups
from sync.replica.queries.search import NO_FILTERS, find
from tests.store import District, office
from tests.supervisor_tui.workbench import Pen, new_workbench_file


def wide(text: str) -> str:
    """A text as an input method in full width gives it."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A laptop with a unit whose name holds full-width signs, and a note about it."""
    opened = new_workbench_file(tmp_path / "laptop.db")
    pen = Pen(opened)
    pen.write("u-20", "unit", "u-20", {"name": "第３支部（Ａ厂）", "category": "farm"}, device="d-9")
    pen.write(
        "u-20",
        "liaison_note",
        "n-20",
        {"noted_on": "2026-09-01", "mode": "visit", "content": "试用ＡＢ（三）表"},
        device="d-9",
    )
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｈｔｔｐ：／／１２７．０．０．１：８０００", "http://127.0.0.1:8000"),
        ("https：//store。example", "https://store.example"),
        (" http://store.example\u3000", "http://store.example"),
    ],
)
def test_an_address(typed: str, meant: str) -> None:
    assert address_as_meant(typed) == meant


@pytest.mark.parametrize(
    ("text", "lowered"), [("No.7 ABC", "no.7 abc"), ("Ａ厂３", "a厂3"), ("①甲", "1甲"), ("㎏甲", "㎏甲"), ("", "")]
)
def test_a_text_for_searching_keeps_every_character_in_its_place(text: str, lowered: str) -> None:
    assert folded_in_place(text) == lowered
    assert len(lowered) == len(text)


def test_an_enrolment_code_and_the_address_it_is_for(live: District, tmp_path: Path) -> None:
    code = office(live.database, "code", live.people["wang"])
    identity = join(tmp_path / "wang.db", wide(live.address), wide(code), "laptop")
    assert identity.server == live.address


def test_codes_are_read_at_both_ends() -> None:
    code = ids.new_code()
    assert ids.plain_code(wide(code).replace("－", "—")) == ids.plain_code(code)
    assert ids.check_code_tail("７Ｋ２Ｍ－９Ｑ４Ｔ") == ids.check_code_tail("7K2M-9Q4T") != ""


@pytest.mark.parametrize("typed", ["第3支部", "第３支部", "(a厂)", "（Ａ厂）", "ｄ３ｚｂ", "d3zb"])
def test_the_filter_of_units(typed: str, replica: Replica) -> None:
    assert [row.id for row in query.units(replica, typed).rows(0, 9)] == ["u-20"]


@pytest.mark.parametrize("typed", ["ｕ－２０", "第3支部(A厂)", "第３支部（Ａ厂）"])
def test_a_unit_by_id_or_name(typed: str, replica: Replica) -> None:
    assert query.find_unit(replica, typed) == "u-20"


@pytest.mark.parametrize("typed", ["第3支部", "ＡＢ", "ab"])
def test_the_register(typed: str, replica: Replica) -> None:
    fields = {"nature": "problem", "title": "补 ａｂ 表", "due_on": "2026-10-01", "status": "open"}
    Pen(replica).write("u-20", "follow_up", "f-20", fields, device="d-8")
    found = follow_ups(replica, Wanted(text=typed), today="2026-09-18").rows(0, 9)
    assert [row.record for row in found] == ["f-20"]


def test_a_category(replica: Replica) -> None:
    assert query.units(replica, "", wide("farm")).count == query.units(replica, "", "farm").count > 0


@pytest.mark.parametrize("typed", ["ab", "ＡＢ", "(三)表", "（三）表"])
def test_search_finds_and_shows_where(typed: str, replica: Replica) -> None:
    hit = next(each for each in find(replica, typed, NO_FILTERS, 9) if each.record == "n-20")
    (start, end), *_ = hit.spans
    assert folded(hit.snippet[start:end]) == folded(typed)


def test_a_record_by_its_id(replica: Replica) -> None:
    assert query.find_record(replica, wide("n-20")) == "n-20"


def test_a_group_by_name(replica: Replica) -> None:
    assert replica.scope is not None
    group, name = next(iter(replica.scope.groups.items()))
    assert {group_id(replica, name), group_id(replica, f"\u3000{name} "), group_id(replica, wide(group))} == {group}


def test_the_office_s_names() -> None:
    named = {"g-1": "第一组（东）", "g-2": "第一组(西)"}
    assert one_named("group", "第一组(东)", named) == "g-1"
    assert one_named("group", "第一组（西）", named) == "g-2"
    assert one_named("group", wide("g-2"), named) == "g-2"


def test_what_is_compared_in_place_keeps_every_place() -> None:
    text = "甲…ＡＢ㎡ﬁ（乙）"
    assert len(folded_in_place(text)) == len(text)
    assert "ab" in folded_in_place(text)
    assert as_meant(text) != text
