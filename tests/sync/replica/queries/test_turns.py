"""Whose turn a follow-up is: each that is open stands with somebody, and nobody is asked for what is another's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ledger.governance import ALWAYS_GOVERNED
from sync.ledger.ids import assignment_record
from sync.model.kinds import STORE
from sync.protocol.codec import Scope
from sync.replica import Replica, query
from sync.replica.as_of.on_duty import nobodys
from sync.replica.editing import edits, requests, reviews
from sync.replica.queries.follow_ups import Wanted
from sync.replica.queries.turns import Part, Turns, turns
from tests.days import day, today
from tests.sync.laptops import hand_over, new_laptop
from tests.sync.office import Office


@pytest.fixture
def store(tmp_path: Path) -> Office:
    store = Office(new_laptop(tmp_path / "group.db", "p-group", "group", "d-group"))
    store.says("district", "district", "district", "2024-01-01T00:00:00.000Z", governed_from=ALWAYS_GOVERNED)
    store.unit("u-1")
    return store


@pytest.fixture
def laptops(tmp_path: Path, store: Office) -> Iterator[dict[str, Replica]]:
    found = {"group": store.laptop}
    for name in ("other", "liaison", "office"):
        role = "group" if name == "other" else name
        found[name] = new_laptop(tmp_path / f"{name}.db", f"p-{name}", role, f"d-{name}")
    _exchange(found)
    yield found
    for replica in found.values():
        replica.close()


def _exchange(laptops: dict[str, Replica]) -> None:
    for name, replica in laptops.items():
        for other in laptops:
            if other != name:
                hand_over(replica, laptops[other])


def _of(replica: Replica, most: int = 200) -> Turns:
    return turns(replica, today(), day(3), most, nobodys(replica, today()))


def _named(part: Part) -> list[str]:
    return [row.record for row in part.rows]


def _stands(replica: Replica, record: str) -> list[str]:
    """The sorts under which a follow-up waits for this person."""
    found = _of(replica)
    sorts = ("sent_back", "to_answer", "mine", "others", "to_verify", "to_close", "answered")
    return [sort for sort in sorts if record in _named(getattr(found, sort))]


def at() -> str:
    """An instant on the day thirty days ago."""
    return f"{day(-30)}T04:00:00.000Z"


def _item(replica: Replica, days: int = 40) -> str:
    fields = {
        "nature": "problem",
        "title": "补发必读篇目",
        "due_on": day(days),
        "status": "open",
        "opened_on": at()[:10],
    }
    return edits.create(replica, "follow_up", "u-1", fields).record


def _everybody(laptops: dict[str, Replica], record: str) -> dict[str, list[str]]:
    _exchange(laptops)
    return {name: found for name, replica in laptops.items() if (found := _stands(replica, record))}


def test_a_life_of_one_follow_up_is_always_somebodys_turn(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"])
    assert _everybody(laptops, record) == {"group": ["mine"]}
    edits.step(laptops["group"], record, "in_progress", "")
    assert _everybody(laptops, record) == {"group": ["mine"]}
    edits.step(laptops["group"], record, "reported", "已办")
    assert _everybody(laptops, record) == {"other": ["to_verify"], "office": ["to_verify"]}
    edits.step(laptops["other"], record, "returned", "还缺两人")
    assert _everybody(laptops, record) == {"group": ["sent_back"]}
    edits.step(laptops["group"], record, "reported", "补齐了")
    edits.step(_seen(laptops)["other"], record, "verified", "看过")
    assert _everybody(laptops, record) == {"other": ["to_close"], "office": ["to_close"]}
    edits.step(laptops["office"], record, "closed", "销号")
    assert _everybody(laptops, record) == {}


def _seen(laptops: dict[str, Replica]) -> dict[str, Replica]:
    _exchange(laptops)
    return laptops


def test_what_is_overdue_or_due_soon_stands_with_all_who_answer_for_the_unit(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["liaison"], 2)
    assert _everybody(laptops, record) == {
        "liaison": ["mine"],
        "group": ["others"],
        "other": ["others"],
        "office": ["others"],
    }


@pytest.mark.parametrize("role", ["group", "liaison"])
def test_a_unit_nobody_answers_for_is_the_offices(laptops: dict[str, Replica], role: str) -> None:
    record = _item(laptops[role], 2)
    assert _everybody(laptops, record)["office"] == ["others"]


def test_the_office_is_not_asked_for_what_a_group_answers_for(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"], 2)
    own = _item(laptops["office"], 2)
    office = laptops["office"]
    _exchange(laptops)
    _give_all(office)
    assert _stands(office, record) == ["others"]
    staff = Office(office)
    staff.says("staff", "group", "g-1", at(), name="第一督导组")
    staff.says("staff", "person", "p-group", at(), name="group", role="group", group="g-1")
    staff.says("staff", "assignment", assignment_record("u-1"), at(), unit_="u-1", group="g-1")
    assert (_stands(office, record), _stands(office, own)) == ([], ["mine"])


def _give_all(replica: Replica) -> None:
    """Let an office laptop know that it reads everything."""
    replica.set_scope(Scope(version="1", person="p-office", role="office", everything=True, staff=True, units=[]))


def test_what_the_store_opened_is_everybodys_who_answers_for_the_unit(
    laptops: dict[str, Replica], store: Office
) -> None:
    store.item("u-1", "f-1", at(), due_on=day(40), by=STORE)
    assert _everybody(laptops, "f-1") == {name: ["others"] for name in laptops}


def test_a_liaison_officer_verifies_and_closes_nothing(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"])
    edits.step(laptops["group"], record, "reported", "已办")
    assert "liaison" not in _everybody(laptops, record)


def test_a_sort_is_cut_and_says_how_many_more_there_are(laptops: dict[str, Replica]) -> None:
    group, other = laptops["group"], laptops["other"]
    for each in range(5):
        _item(group, each - 3)
    _item(other, 2)
    _exchange(laptops)
    found = _of(group, 2)
    assert ([row.due_on for row in found.mine.rows], found.mine.more) == ([day(-3), day(-2)], 3)
    found = _of(other, 2)
    assert ([row.due_on for row in found.others.rows], found.others.more) == ([day(-3), day(-2)], 3)
    found = _of(laptops["office"], 2)
    assert ([row.due_on for row in found.others.rows], found.others.more) == ([day(-3), day(-2)], 4)


def test_of_many_units_the_same_is_read_by_date(laptops: dict[str, Replica]) -> None:
    store = Office(laptops["office"])
    for number in range(70):
        store.unit(f"u-{number + 100}")
        store.item(f"u-{number + 100}", f"f-{number}", at(), due_on=day(-number), by="p-group")
    store.item("u-100", "f-own", at(), due_on=today(), by="p-office")
    found = _of(laptops["office"], 10)
    assert (_named(found.others), found.others.more) == ([f"f-{69 - each}" for each in range(10)], 60)
    assert _named(found.mine) == ["f-own"]


@pytest.mark.parametrize("sort", ["mine", "others", "to_answer", "to_verify", "to_close"])
def test_every_sort_is_read_through_an_index(laptops: dict[str, Replica], sort: str) -> None:
    read: list[str] = []
    replica = laptops["office"]
    plans = {
        "mine": "open = 2 AND doer = 'p' AND status <> 'returned' ORDER BY due_on, record, ledger",
        "others": "open = 2 AND due_on <= '2026' ORDER BY due_on, record, ledger",
        "to_answer": "class <> '' AND class IN ('policy') AND settled_on = '' AND open = 2"
        " ORDER BY due_on, record, ledger",
        "to_verify": "open = 1 AND status = 'reported' AND reported_by <> 'p' ORDER BY due_on, record, ledger",
        "to_close": "open = 1 AND status = 'verified' AND reported_by <> 'p' ORDER BY due_on, record, ledger",
    }
    for row in replica.connection.execute(f"EXPLAIN QUERY PLAN SELECT id FROM follow_up WHERE {plans[sort]}"):
        read.append(str(row[3]))
    assert len(read) == 1, "one search, and no sorting after it"
    assert read[0].startswith("SEARCH follow_up USING")


# --- questions that go up to the office ------------------------------------------------------------------------------


def _campaign(store: Office, name: str, **marked: bool) -> None:
    """Let a campaign arrive, and of which of its classes the office answers."""
    titles = {"zh": "政策", "en": "Policy"}
    fields = {"title": {"zh": name, "en": name}, "batch": "2", "starts_on": day(-60), "class.policy": titles}
    store.says("district", "campaign", name, at(), **fields, **marked)


def _ask(replica: Replica, due: int = 40, **fields: str) -> str:
    given = {
        "nature": "problem",
        "title": "组织关系转不转",
        "due_on": day(due),
        "status": "open",
        "opened_on": at()[:10],
    }
    return edits.create(replica, "follow_up", "u-1", given | {"class": "policy"} | fields).record


@pytest.mark.parametrize("author", ["group", "liaison"])
def test_a_question_is_the_offices_until_it_has_answered_and_nobody_elses(
    laptops: dict[str, Replica], store: Office, author: str
) -> None:
    _campaign(store, "c-1", office__policy=True)
    _exchange(laptops)
    record = _ask(laptops[author], 2)
    assert _everybody(laptops, record) == {"office": ["to_answer"]}
    edits.step(laptops["office"], record, "in_progress", "")
    assert _everybody(laptops, record) == {"office": ["to_answer"]}
    edits.step(laptops["office"], record, "reported", "随人转")
    verify = {"group": ["to_verify"], "other": ["to_verify"]}
    assert _everybody(laptops, record) == verify | ({"liaison": ["answered"]} if author == "liaison" else {})


def test_who_asked_sees_for_two_weeks_that_it_was_settled(laptops: dict[str, Replica], store: Office) -> None:
    _campaign(store, "c-1", office__policy=True)
    record = _ask(laptops["group"])
    _exchange(laptops)
    edits.step(laptops["office"], record, "reported", "随人转")
    edits.step(_seen(laptops)["other"], record, "verified", "看过")
    edits.step(_seen(laptops)["other"], record, "closed", "销号")
    assert _everybody(laptops, record) == {"group": ["answered"]}
    (row,) = _of(laptops["group"]).answered.rows
    assert (row.who, row.settled_on) == ("p-office", today())
    assert turns(laptops["group"], day(15), day(18), 200, nobodys(laptops["group"], day(15))).answered == Part([], 0)


def test_a_question_that_is_sent_back_is_done_again_by_who_answered(laptops: dict[str, Replica], store: Office) -> None:
    _campaign(store, "c-1", office__policy=True)
    record = _ask(laptops["group"])
    _exchange(laptops)
    edits.step(laptops["office"], record, "reported", "随人转")
    edits.step(_seen(laptops)["group"], record, "returned", "没有答到")
    assert _everybody(laptops, record) == {"office": ["sent_back"]}


def test_a_class_goes_up_in_the_campaign_that_says_so_and_in_no_other(
    laptops: dict[str, Replica], store: Office
) -> None:
    _campaign(store, "c-1", office__policy=True)
    _campaign(store, "c-2")
    record = _ask(laptops["group"], campaign="c-2")
    assert _everybody(laptops, record) == {"group": ["mine"]}


def test_where_no_campaign_marks_a_class_it_is_the_authors_to_do(laptops: dict[str, Replica], store: Office) -> None:
    _campaign(store, "c-1")
    assert _everybody(laptops, _ask(laptops["group"])) == {"group": ["mine"]}


def test_questions_are_cut_as_every_sort_is_and_counted_among_no_others(
    laptops: dict[str, Replica], store: Office
) -> None:
    _campaign(store, "c-1", office__policy=True)
    for each in range(4):
        _ask(laptops["group"], each - 3)
        _item(laptops["group"], each - 3)
    _exchange(laptops)
    found = _of(laptops["office"], 3)
    assert ([row.due_on for row in found.to_answer.rows], found.to_answer.more) == ([day(-3), day(-2), day(-1)], 1)
    assert (len(found.others.rows), found.others.more) == (3, 1)
    mine = _of(laptops["group"], 3).mine
    assert (len(mine.rows), mine.more) == (3, 1)


def test_a_file_from_before_the_index_comes_up_with_it(laptops: dict[str, Replica], store: Office) -> None:
    _campaign(store, "c-1", office__policy=True)
    group = laptops["group"]
    for statement in (
        "DROP INDEX follow_up_class",
        "DELETE FROM _sqlite_migrations WHERE name >= '0016'",
        "PRAGMA user_version = 15",
    ):
        group.connection.execute(statement)
    with Replica.open(group.path) as later:
        record = _ask(later)
        assert _of(later).mine == Part([], 0)
        assert query.follow_ups(later, Wanted(shown="to_answer"), today=today()).rows(0, 9)[0].record == record


# --- the office's reviews --------------------------------------------------------------------------------------------


def _note(replica: Replica) -> str:
    return edits.create(
        replica, "liaison_note", "u-1", {"noted_on": today(), "mode": "phone", "content": "电话联系"}
    ).record


def test_the_count_of_what_waits_for_a_review_agrees_with_the_list(laptops: dict[str, Replica]) -> None:
    group, office = laptops["group"], laptops["office"]
    notes = [_note(group) for _ in range(5)]
    _exchange(laptops)
    for seen, left in ((("accepted", notes[0]), 4), (("returned", notes[1]), 3), (("returned", notes[2]), 2)):
        reviews.review(office, seen[1], seen[0], "看过")
        assert reviews.count_to_review(office) == len(reviews.to_review(office)) == left
    _exchange(laptops)
    edits.correct(group, notes[1], {"content": "见面联系"}, "补正")
    edits.withdraw(group, notes[3], "重复")
    _exchange(laptops)
    assert reviews.count_to_review(office) == len(reviews.to_review(office)) == 2
    assert [row.record for row in reviews.returned_to(group, "p-group")] == [notes[2]]


def test_a_step_that_was_taken_back_is_the_same_persons_turn_again(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"])
    edits.step(laptops["group"], record, "reported", "已办")
    edits.undo_step(laptops["group"], record)
    assert _everybody(laptops, record) == {"group": ["mine"]}


def test_a_request_is_no_turn_of_the_follow_up_which_stays_hers(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"])
    requests.step(laptops["group"], record, "withdrawn", "单位要撤")
    assert _everybody(laptops, record) == {"group": ["mine"]}
    assert len(requests.pending(laptops["office"])) == 1
    assert query.record(laptops["office"], record) is not None


# --- people who are no longer there ----------------------------------------------------------------------------------


def _tell(replica: Replica, *gone: str, group: str = "") -> None:
    """Let a laptop know its scope, and who of the people it shows is there no more."""
    person, role = replica.joined().person, replica.joined().role
    replica.set_scope(Scope(version="2", person=person, role=role, group=group, units=["u-1"], gone=[*gone]))


def _staff(office: Replica) -> Office:
    """Let the office's laptop know two members of a group and a liaison officer, and give the unit to both."""
    _give_all(office)
    staff = Office(office)
    staff.says("staff", "group", "g-1", at(), name="第一督导组")
    for name, role in (("group", "group"), ("other", "group"), ("liaison", "liaison"), ("office", "office")):
        group = {"group": "g-1"} if role == "group" else {}
        staff.says("staff", "person", f"p-{name}", at(), name=name, role=role, **group)
    staff.says("staff", "assignment", assignment_record("u-1"), at(), unit_="u-1", group="g-1", liaison="p-liaison")
    return staff


def test_what_somebody_who_left_had_to_do_is_at_once_her_groups(laptops: dict[str, Replica]) -> None:
    record = _item(laptops["group"])
    _exchange(laptops)
    staff = _staff(laptops["office"])
    staff.says("staff", "person", "p-group", at(), left=True, left_on=today())
    _tell(laptops["other"], "p-group", group="g-1")
    assert _stands(laptops["other"], record) == ["others"]
    assert _stands(laptops["office"], record) == []


@pytest.mark.parametrize(
    "last",
    [
        ("person", "p-other", {"left": True, "left_on": "today"}),
        ("person", "p-other", {"role": "viewer"}),
        ("group", "g-1", {"closed_on": "today"}),
        ("assignment", assignment_record("u-1"), {"group": None}),
    ],
    ids=["left", "viewer", "closed", "withdrawn"],
)
def test_where_no_member_of_a_group_is_there_it_is_the_offices(
    laptops: dict[str, Replica], last: tuple[str, str, dict[str, object]]
) -> None:
    office = laptops["office"]
    record, sent_back, officers = (_item(laptops[name]) for name in ("group", "other", "liaison"))
    edits.step(laptops["other"], sent_back, "reported", "已办")
    _exchange(laptops)
    edits.step(laptops["group"], sent_back, "returned", "还缺两人")
    _exchange(laptops)
    staff = _staff(office)
    staff.says("staff", "person", "p-group", at(), left=True, left_on=today())
    kind, name, fields = last
    staff.says("staff", kind, name, at(), **{each: today() if was == "today" else was for each, was in fields.items()})
    assert [_stands(office, each) for each in (record, sent_back, officers)] == [["others"], ["others"], []]
    staff.says("staff", "person", "p-liaison", at(), left=True, left_on=today())
    assert [_stands(office, each) for each in (record, sent_back, officers)] == [["others"]] * 3


def test_each_of_them_stands_there_once_whenever_it_is_due(laptops: dict[str, Replica]) -> None:
    records = sorted(_item(laptops["group"], days) for days in (2, 40))
    _exchange(laptops)
    staff = _staff(laptops["office"])
    for name in ("group", "other"):
        staff.says("staff", "person", f"p-{name}", at(), left=True, left_on=today())
    _tell(laptops["other"], "p-group", group="g-1")
    for name in ("other", "office"):
        assert sorted(_named(_of(laptops[name]).others)) == records
    staff.says("staff", "person", "p-liaison", at(), left=True, left_on=today())
    assert sorted(_named(_of(laptops["office"]).others)) == records


def test_a_record_that_was_returned_to_somebody_who_left_stands_with_her_group(laptops: dict[str, Replica]) -> None:
    note = _note(laptops["group"])
    _exchange(laptops)
    reviews.review(laptops["office"], note, "returned", "写清楚")
    _exchange(laptops)
    other = laptops["other"]

    def returned() -> list[str]:
        return [row.record for row in reviews.returned_to(other, "p-other", nobodys(other, today()))]

    assert returned() == []
    _tell(other, "p-group", group="g-1")
    assert returned() == [note]
