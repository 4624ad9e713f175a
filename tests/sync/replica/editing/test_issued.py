"""Issued briefs at the level of entries: which edits have effect, which number each has, what the attachment holds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.ledger import chains
from sync.ledger.brief_contents import (
    Behind,
    Breakdowns,
    Said,
    SaidLine,
    SaidTable,
    digest,
    packed,
    read_behind,
    read_breakdowns,
    read_said,
)
from sync.ledger.chains import MAX_ENTRY_BYTES
from sync.model import validation
from sync.model.briefs import FLAW, KIND, Stated, numbers, record_of
from sync.replica import Replica, query
from sync.replica.editing import edits
from sync.replica.editing.edits import Refused
from sync.replica.editing.issued import Issued, NewBrief, behind, breakdowns, issued_brief, issued_briefs, keep_in
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.apply import Incoming, apply
from tests.rows import dump
from tests.sync.laptops import entries_of, hand_over, new_laptop

TOTALS = SaidTable(
    name="overview",
    columns=[],
    lines=[
        SaidLine(ref="1.1", of="word", name="units", values=[2]),
        SaidLine(ref="1.2", of="word", name="visited", values=[1]),
    ],
)
PARTS = Breakdowns(tables=[msgspec.structs.replace(TOTALS, name="by_group")], digests={"2.1": "x"})
LIST = Behind(entries=[("u-1", b"a" * 32), ("u-2", b"b" * 64)], figures={"1.1": [0, 1], "1.2": [1, 7]})


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Replica]:
    with new_laptop(tmp_path / "office.db", "p-1", "office") as replica:
        yield replica
        assert differing(replica) == []
        rows = dump(replica)
        rebuild(replica)
        assert dump(replica) == rows


def new(day: str = "2026-11-30", **more: Any) -> NewBrief:
    made = NewBrief(
        campaign="c-1",
        since="2026-11-01",
        until=day,
        day=day,
        said=Said(tables=[TOTALS]),
        digests={"1.1": digest([b"a" * 32, b"b" * 64]), "1.2": digest([b"b" * 64])},
        breakdowns=PARTS,
        behind=LIST,
    )
    return msgspec.structs.replace(made, **more)


def issue(laptop: Replica, brief: NewBrief | None = None) -> str:
    """Issue a brief, and let the store have it."""
    with laptop.transaction() as connection:
        record = keep_in(laptop, connection, brief or new()).record
        connection.execute("UPDATE entry SET number = id WHERE number IS NULL")
    return record


def found(laptop: Replica, record: str) -> Issued:
    issued = issued_brief(laptop, record)
    assert issued is not None
    return issued


def changed(laptop: Replica, record: str, fields: dict[str, Any], *, at: str, over: bool, kind: str = KIND) -> None:
    """Let an edit arrive that a changed program wrote at the office."""
    held = query.record(laptop, record)
    assert held is not None
    hashes = [version.hash for version in held.versions]
    entry = chains.compose(
        ledger="district",
        device=f"d-{at}",
        seq=1,
        prev="",
        kind=kind,
        record=record,
        fields=fields,
        by="p-9",
        at=at,
        over=dict.fromkeys(fields, hashes) if over else {},
        why="x" if over else "",
    )
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=999)])


BEFORE, AFTER = "2020-01-01T00:00:00.000Z", "2030-01-01T00:00:00.000Z"


def test_a_brief_says_what_it_was_issued_with(laptop: Replica) -> None:
    issued = found(laptop, issue(laptop))
    assert (issued.number, issued.year, issued.campaign, issued.day) == (1, "2026", "c-1", "2026-11-30")
    assert (issued.since, issued.until, issued.by) == ("2026-11-01", "2026-11-30", "p-1")
    assert issued.said.tables == [TOTALS]
    assert issued.digests == new().digests
    assert (breakdowns(laptop, issued), behind(laptop, issued)) == (PARTS, LIST)
    assert LIST.records("1.2") == ["u-2"]


@pytest.mark.parametrize("at", [BEFORE, AFTER])
@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(
    "fields",
    [
        {"number": 9},
        {"figures": {"tables": []}},
        {"digests": None},
        {"withdrawn": True, "number": 9},
        {"withdrawn": False},
        {"note": "of a later version"},
        {"campaign": "c-9", "from": "2026-01-01", "to": "2026-01-02", "number": 9},
    ],
    ids=str,
)
def test_a_changed_program_changes_nothing_about_an_issued_brief_and_its_edit_is_shown_as_not_valid(
    fields: dict[str, Any], over: bool, at: str, laptop: Replica
) -> None:
    record = issue(laptop)
    before = found(laptop, record)
    changed(laptop, record, fields, at=at, over=over)
    assert found(laptop, record) == msgspec.structs.replace(before, flaws=1)
    held = query.record(laptop, record)
    assert held is not None
    assert {version.code for version in held.versions if version.verdict == "invalid"} == {FLAW}


@pytest.mark.parametrize("fields", [{"number": 9}, {"withdrawn": True, "number": 9}, {"to": "2026-12-01"}], ids=str)
def test_an_issued_brief_is_not_corrected_and_whoever_tries_is_told(fields: dict[str, Any], laptop: Replica) -> None:
    record = issue(laptop)
    before = found(laptop, record)
    with pytest.raises(Refused) as refused:
        edits.correct(laptop, record, fields, "写错了")
    assert refused.value.code == "brief_stands"
    assert found(laptop, record) == before


def test_another_kind_of_record_under_a_brief_s_id_does_not_take_its_place(laptop: Replica) -> None:
    record = issue(laptop)
    title = {"zh": "x", "en": "x"}
    fields = {"title": title, "batch": "2", "starts_on": "2026-01-01"}
    changed(laptop, record, fields, at=BEFORE, over=False, kind="campaign")
    assert found(laptop, record).said.tables == [TOTALS]
    assert query.campaigns(laptop) == []


def test_a_brief_can_be_withdrawn_keeps_its_number_and_what_it_said_and_the_next_one_goes_on(laptop: Replica) -> None:
    record = issue(laptop)
    edits.withdraw(laptop, record, "重发")
    with laptop.transaction() as connection:
        connection.execute("UPDATE entry SET number = id WHERE number IS NULL")
    issued = found(laptop, record)
    assert (issued.withdrawn, issued.number, issued.said.tables) == (True, 1, [TOTALS])
    assert found(laptop, issue(laptop, new("2026-12-01"))).number == 2


def test_a_brief_whose_id_is_not_of_what_it_says_is_none(laptop: Replica) -> None:
    fields = {"campaign": "c-1", "from": "2026-11-01", "to": "2026-11-30", "number": 1}
    entry = chains.compose(
        ledger="district", device="d-9", seq=1, prev="", kind=KIND, record="b-1", fields=fields, by="p-9", at=AFTER
    )
    with laptop.transaction() as connection:
        apply(connection, [Incoming(entry=entry, number=1)])
    assert issued_briefs(laptop) == []
    assert issued_brief(laptop, "b-1") is None


def test_numbers_run_by_campaign_and_year(laptop: Replica) -> None:
    days = ("2026-11-30", "2026-12-31", "2027-01-04")
    assert [found(laptop, issue(laptop, new(day))).number for day in days] == [1, 2, 1]
    assert found(laptop, issue(laptop, new("2027-01-05", campaign="c-2"))).number == 1
    assert found(laptop, issue(laptop, new("2027-01-06", campaign=""))).number == 1
    assert [(each.year, each.campaign, each.number) for each in issued_briefs(laptop)] == [
        ("2027", "", 1),
        ("2027", "c-2", 1),
        ("2027", "c-1", 1),
        ("2026", "c-1", 2),
        ("2026", "c-1", 1),
    ]


def test_a_brief_is_issued_with_nothing_unsent(laptop: Replica) -> None:
    with laptop.transaction() as connection:
        keep_in(laptop, connection, new())
    with pytest.raises(Refused) as refused, laptop.transaction() as connection:
        keep_in(laptop, connection, new("2026-12-01"))
    assert refused.value.code == "unsent"


def test_a_brief_is_issued_once_all_has_been_received(laptop: Replica) -> None:
    laptop.set_setting("pull_unfinished", "1")
    with pytest.raises(Refused) as refused, laptop.transaction() as connection:
        keep_in(laptop, connection, new())
    assert refused.value.code == "not_all_here"


def test_the_office_alone_issues(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "group.db", "p-2", "group") as group:
        with pytest.raises(Refused) as refused, group.transaction() as connection:
            keep_in(group, connection, new())
        assert refused.value.code == "office_issues"
    fields = {"campaign": "c-1", "from": "2026-11-01", "to": "2026-11-30", "number": 1}
    for role in ("group", "liaison", "viewer", "store"):
        assert {fault.code for fault in validation.check(KIND, fields, new=True, role=role)} == {"not_yours"}
    assert validation.check(KIND, fields, new=True, role="office") == []


# --- numbers ---------------------------------------------------------------------------------------------------------


def _numbers(*stated: tuple[int, int | None]) -> list[int]:
    """The numbers of briefs of one series, by what each states and its place of arrival."""
    briefs = [
        Stated(record=f"b{place}", campaign="c", year="2026", number=number, arrived=arrived)
        for place, (number, arrived) in enumerate(stated)
    ]
    return list(dict(sorted(numbers(briefs).items())).values())


def test_of_two_with_one_number_the_one_that_arrived_later_is_renumbered() -> None:
    assert _numbers((1, 10), (2, 20), (2, 30)) == [1, 2, 3]
    assert _numbers((1, 10), (2, 30), (2, 20)) == [1, 3, 2]


def test_one_that_the_store_does_not_have_yet_gives_way() -> None:
    assert _numbers((1, 10), (2, None), (2, 20)) == [1, 3, 2]


def test_what_was_renumbered_takes_no_number_from_one_that_was_issued_after_it() -> None:
    assert _numbers((1, 10), (2, 20), (3, 30), (2, 40), (5, 50)) == [1, 2, 3, 4, 5]


_STATED = st.lists(st.integers(1, 4), min_size=1, max_size=8)


@given(_STATED, st.randoms(use_true_random=False))
def test_numbers_are_the_same_in_any_order_never_given_twice_and_settled_once_arrived(
    stated: list[int], chance: random.Random
) -> None:
    briefs = [
        Stated(record=f"b{place}", campaign="c", year="2026", number=number, arrived=place + 1)
        for place, number in enumerate(stated)
    ]
    shuffled = list(briefs)
    chance.shuffle(shuffled)
    found = numbers(shuffled)
    assert found == numbers(briefs)
    assert len({*found.values()}) == len(briefs)
    for known in range(len(briefs)):  # what arrives later changes none of those before
        assert numbers(briefs[:known]).items() <= found.items()


# --- entries and attachments -----------------------------------------------------------------------------------------


def test_the_same_briefs_have_the_same_numbers_on_another_laptop_in_any_order(laptop: Replica, tmp_path: Path) -> None:
    for day in ("2026-11-28", "2026-11-29", "2026-11-30"):
        issue(laptop, new(day))
    arriving = entries_of(laptop)
    wanted = [(each.record, each.number) for each in issued_briefs(laptop)]
    for order, entries in enumerate(permutations(arriving)):
        with new_laptop(tmp_path / f"{order}.db", "p-2", "group") as other:
            for each in entries:  # a chain in its order is all that can be kept
                with other.transaction() as connection:
                    apply(connection, [each])
            with other.transaction() as connection:
                apply(connection, arriving)
            assert [(each.record, each.number) for each in issued_briefs(other)] == wanted


def test_a_laptop_without_the_list_reads_what_the_brief_says(laptop: Replica, tmp_path: Path) -> None:
    record = issue(laptop)
    with new_laptop(tmp_path / "group.db", "p-2", "group") as group:
        hand_over(laptop, group)
        issued = found(group, record)
        assert (issued.said.tables, issued.is_here) == ([TOTALS], False)
        assert (breakdowns(group, issued), behind(group, issued)) == (None, None)


def test_an_attachment_is_packed_the_same_and_what_is_none_is_refused() -> None:
    data = packed(PARTS, LIST)
    assert (read_breakdowns(data), read_behind(data)) == (PARTS, LIST)
    assert packed(read_breakdowns(data), read_behind(data)) == data
    for broken in (b"", b"{}", data[:20], data[:-9], packed(PARTS, LIST)[:-40]):
        with pytest.raises(ValueError):
            read_behind(broken)
    for broken in (b"", b"{}", data[:20]):
        with pytest.raises(ValueError):
            read_breakdowns(broken)


def test_breakdowns_are_read_off_the_start_of_the_attachment_alone() -> None:
    data = packed(PARTS, LIST)
    assert read_breakdowns(data[: data.index(b"\x1f\x8b", 2)]) == PARTS


def test_figures_that_cannot_be_read_say_nothing() -> None:
    broken: tuple[Any, ...] = (None, 1, "x", [], {"tables": 1}, {"tables": [{"name": 1}]})
    for value in broken:
        assert read_said(value) == Said()


def test_a_digest_is_of_every_hash() -> None:
    assert len({digest(hashes) for hashes in ([], [b"a"], [b"b"], [b"a", b"b"])}) == 4


def test_the_totals_of_a_brief_take_little_of_what_an_entry_may_be(laptop: Replica) -> None:
    issue(laptop)
    (size,) = laptop.connection.execute("SELECT max(length(body)) FROM entry").fetchone()
    assert size < MAX_ENTRY_BYTES / 100


def test_an_id_is_of_everything_said() -> None:
    fields = {"campaign": "c-1", "number": 1}
    assert record_of(fields) == record_of(dict(reversed(fields.items())))
    assert record_of(fields) != record_of(fields | {"number": 2})
