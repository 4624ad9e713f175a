"""What one person may not do to a follow-up alone, what is asked instead, and what the office's ruling makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from sync.ledger.edit_identity import Edit
from sync.ledger.fold import Fold
from sync.ledger.governance import ALWAYS_GOVERNED, NOT_RULED, Governance
from sync.replica import Replica, query
from sync.replica.as_of.report_period import period
from sync.replica.editing import edits, requests
from sync.replica.editing.edits import NeedsRuling, Refused
from sync.replica.editing.reviews import review
from sync.replica.maintenance.rebuild import rebuild
from sync.replica.maintenance.rederive import differing
from sync.replica.projection.apply import apply
from sync.replica.queries.follow_ups import Wanted
from tests.days import day, today
from tests.rows import dump
from tests.sync.laptops import entries_of, hand_over, new_laptop
from tests.sync.office import Office


def governed(store: Office, since: str = ALWAYS_GOVERNED) -> None:
    """Let the district say since when follow-ups are governed."""
    store.says("district", "district", "district", "2026-01-01T00:00:00.000Z", governed_from=since)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Office]:
    with new_laptop(tmp_path / "group.db", "p-group", "group", "d-group") as replica:
        store = Office(replica)
        governed(store)
        store.unit("u-1")
        yield store
        assert differing(replica) == []
        rows = dump(replica)
        rebuild(replica)
        assert dump(replica) == rows


@pytest.fixture
def group(store: Office) -> Replica:
    return store.laptop


@pytest.fixture
def office(tmp_path: Path, group: Replica) -> Iterator[Replica]:
    with new_laptop(tmp_path / "office.db", "p-office", "office", "d-office") as replica:
        hand_over(group, replica)
        yield replica


@pytest.fixture
def other(tmp_path: Path, group: Replica) -> Iterator[Replica]:
    with new_laptop(tmp_path / "other.db", "p-other", "group", "d-other") as replica:
        hand_over(group, replica)
        yield replica


FAR = "2999-01-01"


def texts() -> dict[str, str]:
    return {"nature": "problem", "title": "补发必读篇目", "due_on": day(20), "status": "open"}


def item(replica: Replica, **fields: str) -> str:
    return edits.create(replica, "follow_up", "u-1", texts() | fields).record


def fields(replica: Replica, record: str) -> dict[str, object]:
    found = query.record(replica, record)
    assert found is not None
    return found.fields


def flaws(replica: Replica, record: str) -> list[str]:
    found = query.record(replica, record)
    assert found is not None
    return [version.code for version in found.versions if version.verdict == "invalid"]


def shown(replica: Replica, what: str) -> list[str]:
    listing = query.follow_ups(replica, Wanted(shown=what), today=today())
    return [row.record for row in listing.rows(0, 99)]


# --- putting off -----------------------------------------------------------------------------------------------------


def test_the_opener_puts_off_once_and_the_second_time_asks(group: Replica) -> None:
    record = item(group)
    assert requests.correct(group, record, {"due_on": day(40)}, "等会议").asks == ""
    asked = requests.correct(group, record, {"due_on": day(49)}, "还要等")
    assert (asked.asks, fields(group, record)["due_on"]) == ("put_off", day(40))
    (waiting,) = requests.pending(group)
    assert (waiting.target, waiting.due_on, waiting.why, waiting.state) == (record, day(49), "还要等", "pending")


def test_what_is_overdue_is_put_off_by_the_office_alone(group: Replica) -> None:
    record = item(group, due_on=day(-1), opened_on=day(-30))
    assert requests.correct(group, record, {"due_on": day(20)}, "忘了").asks == "put_off"
    assert fields(group, record)["due_on"] == day(-1)


def test_on_the_day_it_is_due_it_may_still_be_put_off(group: Replica) -> None:
    record = item(group, due_on=today())
    assert requests.correct(group, record, {"due_on": day(20)}, "差一天").asks == ""


def test_stating_an_earlier_day_does_not_put_off_what_is_overdue(group: Replica) -> None:
    record = item(group, due_on=day(-1), opened_on=day(-30))
    with pytest.raises(NeedsRuling):
        edits.correct(group, record, {"due_on": day(20), "on": day(-2)}, "早就说好")


def test_somebody_elses_first_putting_off_is_asked_for(group: Replica, other: Replica) -> None:
    record = item(group)
    hand_over(group, other)
    assert requests.correct(other, record, {"due_on": day(40)}, "等会议").asks == "put_off"


def test_a_correction_asks_for_the_date_and_writes_the_rest(group: Replica, other: Replica) -> None:
    record = item(group)
    hand_over(group, other)
    written = requests.correct(other, record, {"due_on": day(40), "cause": "缺人"}, "查清了")
    assert (written.record, written.asks, fields(other, record)["cause"]) == (record, "put_off", "缺人")
    assert fields(other, record)["due_on"] == day(20)


# --- giving up and withdrawing ---------------------------------------------------------------------------------------


def test_giving_up_is_asked_for_and_until_then_it_stays_open(group: Replica) -> None:
    record = item(group)
    asked = requests.step(group, record, "withdrawn", "单位要撤")
    assert asked.asks == "give_up"
    assert (fields(group, record)["status"], shown(group, "open")) == ("open", [record])
    with pytest.raises(Refused, match="asked") as refused:
        requests.step(group, record, "withdrawn", "再说一遍")
    assert refused.value.code == "asked_already"


def test_the_opener_withdraws_a_mistake_by_the_day_after(group: Replica) -> None:
    record = item(group)
    assert requests.withdraw(group, record, "记错单位").asks == ""
    assert (shown(group, "open"), shown(group, "void")) == ([], [record])


@pytest.mark.parametrize(("days", "asks"), [(0, ""), (1, ""), (2, "withdraw")])
def test_the_day_after_opening_is_the_last_for_the_opener_herself(store: Office, days: int, asks: str) -> None:
    store.item("u-1", "f-1", f"{day(-days)}T04:00:00.000Z", due_on=day(20), by="p-group")
    assert requests.withdraw(store.laptop, "f-1", "记错").asks == asks


def test_others_ask_for_a_withdrawal(group: Replica, other: Replica) -> None:
    record = item(group)
    hand_over(group, other)
    assert requests.withdraw(other, record, "重复").asks == "withdraw"
    assert shown(other, "open") == [record]


# --- ruling ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "field", "value"),
    [("put_off", "due_on", FAR), ("give_up", "status", "withdrawn"), ("withdraw", "withdrawn", True)],
)
def test_what_the_office_grants_is_done_on_every_laptop(
    group: Replica, office: Replica, ask: str, field: str, value: object
) -> None:
    record = item(group)
    asked = requests.ask(group, record, ask, "等会议", FAR if ask == "put_off" else "")
    hand_over(group, office)
    review(office, asked.record, "accepted", "同意")
    hand_over(office, group)
    for replica in (group, office):
        assert fields(replica, record)[field] == value
        (request,) = requests.of_follow_up(replica, "u-1", record)
        assert (request.state, request.ruled_by, request.comment) == ("granted", "p-office", "同意")
        assert flaws(replica, record) == []


def test_what_the_office_refuses_changes_nothing_and_says_why(group: Replica, office: Replica) -> None:
    record = item(group)
    asked = requests.ask(group, record, "give_up", "不想办")
    hand_over(group, office)
    with pytest.raises(Refused) as refused:
        review(office, asked.record, "returned", " ")
    assert refused.value.code == "comment_needed"
    review(office, asked.record, "returned", "照办")
    hand_over(office, group)
    assert (fields(group, record)["status"], requests.pending(group)) == ("open", [])
    assert requests.ask(group, record, "give_up", "情况变了").asks == "give_up"


def test_nobody_rules_on_her_own_request_and_nobody_but_the_office_rules(group: Replica, office: Replica) -> None:
    record = item(group)
    hand_over(group, office)
    own = requests.ask(office, record, "give_up", "办不成")
    with pytest.raises(Refused) as refused:
        review(office, own.record, "accepted", "")
    assert refused.value.code == "own_request"
    hand_over(office, group)
    with pytest.raises(Refused) as refused:
        review(group, own.record, "accepted", "")
    assert refused.value.code == "not_office"


def test_where_the_office_is_one_person_it_is_said_that_another_is_needed(group: Replica, office: Replica) -> None:
    record = item(group)
    hand_over(group, office)
    own = requests.ask(office, record, "give_up", "办不成")
    staff, at = Office(office), f"{day(-1)}T04:00:00.000Z"

    def refusal() -> str:
        with pytest.raises(Refused) as refused:
            review(office, own.request, "accepted", "")
        return refused.value.code

    staff.says("staff", "person", "p-office", at, name="主任", role="office")
    staff.says("staff", "person", "p-group", at, name="王敏", role="group")
    assert refusal() == "own_request_alone"
    staff.says("staff", "person", "p-second", at, name="副主任", role="office")
    assert refusal() == "own_request"
    staff.says("staff", "person", "p-second", at, left=True, left_on=today())
    assert refusal() == "own_request_alone"


def test_a_request_is_moot_once_its_follow_up_has_ended(group: Replica, office: Replica, other: Replica) -> None:
    record = item(group)
    asked = requests.ask(group, record, "put_off", "等会议", day(40))
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    edits.step(other, record, "verified", "看过")
    edits.step(other, record, "closed", "销号")
    hand_over(other, office)
    assert requests.pending(office) == []
    with pytest.raises(Refused) as refused:
        review(office, asked.record, "accepted", "")
    assert refused.value.code == "moot"


# --- what a changed program writes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [{"status": "withdrawn"}, {"withdrawn": True}, {"due_on": FAR, "on": FAR}],
    ids=["give_up", "withdraw", "put_off"],
)
def test_an_edit_without_its_ruling_has_no_effect_anywhere(
    store: Office, group: Replica, office: Replica, change: dict[str, object]
) -> None:
    opened = f"{day(-30)}T04:00:00.000Z"
    store.item("u-1", "f-1", opened, due_on=day(-1), by="p-group")
    store.says("u-1", "follow_up", "f-1", f"{today()}T04:00:00.000Z", by="p-group", **change)
    hand_over(group, office)
    for replica in (group, office):
        assert flaws(replica, "f-1") == ["not_ruled"]
        assert (fields(replica, "f-1")["due_on"], shown(replica, "overdue")) == (day(-1), ["f-1"])
        assert replica.connection.execute("SELECT withdrawn FROM record WHERE record = 'f-1'").fetchone() == (0,)


def test_a_second_date_that_names_none_it_replaces_has_no_effect() -> None:
    at = f"{today()}T04:00:00.000Z"
    opened = Edit(ledger="u-1", device="d", seq=1, hash="1", kind="follow_up", record="f", at=at, by="p", set=texts())
    beside = msgspec.structs.replace(opened, seq=2, hash="2", set={"due_on": day(40)})
    assert Fold([opened, beside], Governance(ALWAYS_GOVERNED)).flaws == {"2": NOT_RULED}
    assert Fold([opened, beside]).flaws == {}


def test_with_the_offices_ruling_the_same_edit_holds(store: Office, group: Replica) -> None:
    store.item("u-1", "f-1", f"{day(-30)}T04:00:00.000Z", due_on=day(-1))
    store.rules("u-1", "f-1", f"{today()}T04:00:00.000Z", due_on=day(20))
    assert (flaws(group, "f-1"), fields(group, "f-1")["due_on"]) == ([], day(20))
    assert "ruling" not in fields(group, "f-1")


_WRONG: dict[str, dict[str, dict[str, object]]] = {
    "no_review": {"edit": {"ruling": "r-9"}},
    "no_request": {"review": {"target": "f-1"}},
    "of_another": {"request": {"target": "f-2"}},
    "asks_something_else": {"request": {"asks": "withdraw"}},
    "another_day": {"request": {"due_on": FAR}},
    "returned": {"review": {"verdict": "returned"}},
    "her_own": {"request": {"by": "p-office"}},
    "somebody_elses": {"edit": {"by": "p-other"}},
    "does_more": {"edit": {"status": "withdrawn"}},
}


@pytest.mark.parametrize("wrong", _WRONG)
def test_a_ruling_that_does_not_say_so_allows_nothing(store: Office, group: Replica, wrong: str) -> None:
    at = f"{today()}T04:00:00.000Z"
    for record in ("f-1", "f-2"):
        store.item("u-1", record, f"{day(-30)}T04:00:00.000Z", due_on=day(-1))
    request = {"target": "f-1", "asks": "put_off", "why": "等会议", "due_on": day(20), "by": "p-group"}
    review_ = {"target": "q-1", "verdict": "accepted", "by": "p-office"}
    edit = {"due_on": day(20), "ruling": "r-1", "by": "p-office"}
    changed = _WRONG[wrong]
    store.says("u-1", "request", "q-1", at, **request | changed.get("request", {}))
    store.says("u-1", "review", "r-1", at, **review_ | changed.get("review", {}))
    store.says("u-1", "follow_up", "f-1", at, **edit | changed.get("edit", {}))
    assert (flaws(group, "f-1"), fields(group, "f-1")["due_on"]) == (["not_ruled"], day(-1))
    assert fields(group, "f-1")["status"] == "open"


@pytest.mark.parametrize("order", list(permutations(("d-group", "d-other", "d-office"))), ids="-".join)
def test_the_word_of_the_office_counts_from_when_all_of_it_is_here(
    group: Replica, other: Replica, office: Replica, tmp_path: Path, order: tuple[str, ...]
) -> None:
    record = item(group)
    hand_over(group, other)
    asked = requests.ask(other, record, "give_up", "办不成")
    hand_over(other, office)
    review(office, asked.record, "accepted", "同意")
    came = entries_of(office)
    with new_laptop(tmp_path / "late.db") as laptop:
        for device in ("store-1", *order):
            with laptop.transaction() as connection:
                apply(connection, [each for each in came if each.entry.head.device == device])
            assert differing(laptop) == []
            if device != order[-1] and (found := query.record(laptop, record)) and "title" in found.fields:
                assert found.fields["status"] == "open"
        assert (flaws(laptop, record), fields(laptop, record)["status"]) == ([], "withdrawn")


def test_a_ruling_allows_what_it_grants_once(store: Office, group: Replica) -> None:
    store.item("u-1", "f-1", f"{day(-30)}T04:00:00.000Z", due_on=day(-1))
    store.rules("u-1", "f-1", f"{today()}T04:00:00.000Z", status="withdrawn")
    store.says("u-1", "follow_up", "f-1", f"{today()}T05:00:00.000Z", status="open", by="p-group")
    store.says("u-1", "follow_up", "f-1", f"{today()}T06:00:00.000Z", status="withdrawn", ruling="r-f-1", by="p-office")
    assert (flaws(group, "f-1"), fields(group, "f-1")["status"]) == (["not_ruled"], "open")


def test_a_closing_that_was_never_written_settles_nothing(store: Office, group: Replica) -> None:
    store.item("u-1", "f-1", f"{day(-30)}T04:00:00.000Z", due_on=day(-1))
    store.says("u-1", "follow_up", "f-1", f"{today()}T04:00:00.000Z", status="withdrawn", ruling="u-1", by="p-office")
    assert flaws(group, "f-1") == ["not_ruled"]
    closed = {"closed_on": today(), "closed_why": "dissolved"}
    store.says("u-1", "unit", "u-1", f"{today()}T04:00:01.000Z", by="p-office", **closed)
    assert (flaws(group, "f-1"), fields(group, "f-1")["status"]) == ([], "withdrawn")


# --- taking a request back -------------------------------------------------------------------------------------------


def test_who_asked_takes_it_back_and_may_ask_anew(group: Replica, office: Replica) -> None:
    record = item(group)
    asked = requests.step(group, record, "withdrawn", "办不成")
    hand_over(group, office)
    requests.withdraw(group, asked.request, "")
    hand_over(group, office)
    for replica in (group, office):
        assert requests.pending(replica) == []
        assert [each.state for each in requests.of_follow_up(replica, "u-1", record)] == ["taken_back"]
    with pytest.raises(Refused) as refused:
        review(office, asked.request, "accepted", "同意")
    assert refused.value.code == "taken_back"
    assert requests.step(group, record, "withdrawn", "还是办不成").asks == "give_up"


def test_nobody_else_takes_it_back_and_nobody_changes_it(store: Office, group: Replica, other: Replica) -> None:
    record = item(group)
    asked = requests.ask(group, record, "put_off", "等会议", day(40)).request
    hand_over(group, other)
    for replica, change, code in (
        (other, {"withdrawn": True}, "not_asker"),
        (group, {"due_on": day(20)}, "request_stands"),
        (other, {"why": "另有原因"}, "request_stands"),
    ):
        with pytest.raises(Refused) as refused:
            edits.correct(replica, asked, change, "改")
        assert refused.value.code == code
    store.says("u-1", "request", asked, f"{day(1)}T04:00:00.000Z", by="p-other", withdrawn=True)
    assert flaws(group, asked) == ["not_asker"]
    assert [each.state for each in requests.of_follow_up(group, "u-1", record)] == ["pending"]


def test_after_the_ruling_it_is_not_taken_back_and_where_both_were_offline_the_ruling_stands(
    group: Replica, office: Replica
) -> None:
    record = item(group)
    asked = requests.step(group, record, "withdrawn", "办不成").request
    hand_over(group, office)
    review(office, asked, "accepted", "同意")
    requests.withdraw(group, asked, "不必了")
    hand_over(office, group)
    hand_over(group, office)
    for replica in (group, office):
        assert (fields(replica, record)["status"], flaws(replica, record)) == ("withdrawn", [])
        assert [each.state for each in requests.of_follow_up(replica, "u-1", record)] == ["granted"]
    second = item(group)
    asked = requests.step(group, second, "withdrawn", "办不成").request
    hand_over(group, office)
    review(office, asked, "returned", "照办")
    hand_over(office, group)
    with pytest.raises(Refused) as refused:
        requests.withdraw(group, asked, "不必了")
    assert refused.value.code == "ruled_already"


@pytest.mark.parametrize("grants_first", [True, False])
def test_of_two_rulings_made_offline_on_one_request_the_one_that_grants_is_told_because_it_is_done(
    store: Office, group: Replica, grants_first: bool
) -> None:
    record = item(group)
    asked = requests.step(group, record, "withdrawn", "办不成")
    verdicts = ("accepted", "returned") if grants_first else ("returned", "accepted")
    for hour, verdict in zip(("04", "05"), verdicts, strict=True):
        at, by = f"{today()}T{hour}:00:00.000Z", f"p-{verdict}"
        ruled = {"target": asked.request, "verdict": verdict, "version": asked.hash, "comment": verdict, "by": by}
        store.says("u-1", "review", f"r-{verdict}", at, **ruled)
        if verdict == "accepted":
            store.says("u-1", "follow_up", record, at, status="withdrawn", ruling="r-accepted", by=by)
    assert fields(group, record)["status"] == "withdrawn"
    (told,) = requests.of_follow_up(group, "u-1", record)
    assert (told.state, told.ruled_by, told.comment) == ("granted", "p-accepted", "accepted")


def test_a_ruling_on_what_its_author_knew_to_be_taken_back_allows_nothing(store: Office, group: Replica) -> None:
    at = f"{today()}T04:00:00.000Z"
    record = item(group)
    asked = requests.step(group, record, "withdrawn", "办不成").request
    back = requests.withdraw(group, asked, "不必了")
    ruled = {"target": asked, "verdict": "accepted", "version": back.hash, "by": "p-office"}
    store.says("u-1", "review", "r-1", at, **ruled)
    store.says("u-1", "follow_up", record, at, status="withdrawn", ruling="r-1", by="p-office")
    assert (flaws(group, record), fields(group, record)["status"]) == (["not_ruled"], "open")


def test_follow_ups_of_before_keep_what_was_acknowledged(tmp_path: Path) -> None:
    with new_laptop(tmp_path / "old.db") as replica:
        store = Office(replica)
        store.unit("u-1")
        store.item("u-1", "f-1", "2026-03-01T04:00:00.000Z", due_on="2026-03-20")
        store.says("u-1", "follow_up", "f-1", "2026-04-01T04:00:00.000Z", status="withdrawn")
        store.item("u-1", "f-2", "2026-03-03T04:00:00.000Z", due_on="2026-03-20")
        store.says("u-1", "follow_up", "f-2", "2026-04-01T04:00:00.000Z", status="withdrawn")
        assert (flaws(replica, "f-1"), flaws(replica, "f-2")) == ([], [])
        governed(store, since="2026-03-02")  # arrives after them
        assert (flaws(replica, "f-1"), flaws(replica, "f-2")) == ([], ["not_ruled"])
        assert differing(replica) == []


# --- closing ---------------------------------------------------------------------------------------------------------


def test_who_reported_it_does_not_close_it_after_another_has_verified(group: Replica, other: Replica) -> None:
    record = item(group)
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    edits.step(other, record, "verified", "看过")
    hand_over(other, group)
    assert shown(group, "verified") == [record]
    with pytest.raises(Refused) as refused:
        edits.step(group, record, "closed", "销号")
    assert refused.value.code == "closed_by_reporter"
    edits.step(other, record, "closed", "销号")
    assert shown(other, "open") == []


def test_a_liaison_officer_closes_nothing(group: Replica, other: Replica, tmp_path: Path) -> None:
    record = item(group)
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    edits.step(other, record, "verified", "看过")
    with new_laptop(tmp_path / "liaison.db", "p-liaison", "liaison", "d-liaison") as liaison:
        hand_over(other, liaison)
        with pytest.raises(Refused) as refused:
            edits.step(liaison, record, "closed", "销号")
        assert refused.value.code == "closed_by_liaison"


# --- figures ---------------------------------------------------------------------------------------------------------


def test_a_period_tells_what_was_put_off_given_up_and_withdrawn_from_its_own_day(store: Office, group: Replica) -> None:
    for record in ("f-1", "f-2", "f-3"):
        store.item("u-1", record, "2024-11-02T04:00:00.000Z", due_on="2024-11-20")
    store.rules("u-1", "f-1", "2024-12-02T04:00:00.000Z", status="withdrawn")
    store.rules("u-1", "f-2", "2024-12-03T04:00:00.000Z", withdrawn=True)
    store.rules("u-1", "f-3", "2024-12-04T04:00:00.000Z", due_on="2025-01-10")

    def stood(since: str, until: str) -> list[tuple[str, str, str, int]]:
        found = period(group, "", since, until).follow_ups
        return [(row.record, row.status, row.due_on, row.moved) for row in found]

    assert stood("2024-11-01", "2024-11-30") == [(f"f-{n}", "open", "2024-11-20", 0) for n in (1, 2, 3)]
    assert stood("2024-12-01", "2024-12-31") == [
        ("f-1", "withdrawn", "2024-11-20", 0),
        ("f-2", "void", "2024-11-20", 0),
        ("f-3", "open", "2025-01-10", 1),
    ]
    assert [row[0] for row in stood("2025-01-01", "2025-01-31")] == ["f-3"]
    row = group.connection.execute("SELECT first_due, moved FROM follow_up WHERE record = 'f-3'").fetchone()
    assert row == ("2024-11-20", 1)


# --- taking a step back ----------------------------------------------------------------------------------------------


def test_a_step_taken_back_leaves_the_follow_up_as_it_stood_and_with_whom(group: Replica, other: Replica) -> None:
    record = item(group)
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    edits.step(other, record, "verified", "看过")
    edits.undo_step(other, record)
    assert (fields(other, record)["status"], flaws(other, record)) == ("reported", [])
    hand_over(other, group)
    with pytest.raises(Refused) as refused:
        edits.step(group, record, "verified", "自己看")
    assert refused.value.code == "verified_by_reporter"
    edits.step(other, record, "verified", "再看")
    row = other.connection.execute("SELECT doer, reported_by, verified_by FROM follow_up").fetchone()
    assert row == ("p-other", "p-group", "p-other")


def test_only_ones_own_unsent_step_is_taken_back(group: Replica, other: Replica) -> None:
    record = item(group)
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    with pytest.raises(Refused) as refused:
        edits.undo_step(other, record)
    assert refused.value.code == "not_own_step"
    group.connection.execute("UPDATE entry SET number = 7")
    with pytest.raises(Refused) as refused:
        edits.undo_step(group, record)
    assert refused.value.code == "sent_already"


def test_what_was_sent_back_is_to_be_done_by_who_reported_it(group: Replica, other: Replica) -> None:
    record = item(group)
    edits.step(group, record, "reported", "已办")
    hand_over(group, other)
    edits.step(other, record, "returned", "没办完")
    row = other.connection.execute("SELECT doer, reported_by, verified_by FROM follow_up").fetchone()
    assert row == ("p-group", "p-group", "")
