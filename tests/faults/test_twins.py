"""An edit is one, whatever happened to its chain: stores restored, laptops copied and rolled back, over and over.

The mix is drawn as in `test_model` (`MODEL_STEPS`, `MODEL_SEED`), with these as its most frequent actions.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as draw
from hypothesis.stateful import rule

from sync.central.admin import quarantine, staff
from sync.central.service.store import Edit
from sync.ledger.ids import assignment_record
from sync.replica import Replica, query
from sync.replica.as_of import assignments
from sync.replica.editing import attachments, edits
from sync.replica.editing import quarantine as aside
from sync.replica.editing.edits import Written
from sync.replica.queries.rows import Version
from tests.faults.replaying import Action
from tests.faults.sampling import EVERYTHING
from tests.faults.test_model import FAULTY, GROUP, UNIT, WHICH, WHO, Days, draw_mixes, some, template, world
from tests.faults.world import KINDS, RULINGS, STEPS, YEARS, Template, World

__all__ = ["template", "world"]  # fixtures

LEAST_STEPS = 1_500 if EVERYTHING else 400
HAPPENS = {"went on as a new device", "a conflict was settled", "an edit came after a withdrawal"}

ACTIONS = draw.one_of(
    *some(8, "copy_laptop", who=WHO),
    *some(6, "restore_laptop", who=WHO, which=WHICH),
    *some(5, "use_copy_beside", who=WHO, which=WHICH),
    *some(5, "use_the_copy_beside", who=WHO),
    *some(4, "lose_a_day", who=WHO),
    *some(6, "back_up_store"),
    *some(6, "restore_store", which=WHICH, by_command=draw.booleans()),
    *some(1, "join_after_a_backup", who=WHO, by_command=draw.booleans()),
    *some(6, "write_somewhere", who=WHO, kind=draw.sampled_from(KINDS), which=WHICH),
    *some(5, "correct", who=WHO, which=WHICH),
    *some(3, "step", who=WHO, which=WHICH, status=draw.sampled_from(STEPS)),
    *some(1, "withdraw", who=WHO, which=WHICH),
    *some(1, "resolve", who=WHO),
    *some(1, "settle_twice", who=WHO, which=WHICH),
    *some(1, "withdraw_under_an_edit", who=WHO, which=WHICH),
    *some(2, "set_clock", who=WHO, year=draw.sampled_from(sorted(YEARS))),
    *some(10, "sync", who=WHO),
    *some(3, "sync_on_a_bad_line", who=WHO, faults=FAULTY, small=draw.booleans()),
    *some(1, "sync_in_small_parts", who=WHO),
    *some(1, "sync_and_die", who=WHO, at=draw.integers(1, 120)),
    *some(1, "let_late_ones_arrive"),
    *some(2, "trip", who=WHO),
    *some(2, "assign", unit=UNIT, group=GROUP),
    *some(1, "rule_in_the_store", which=WHICH, verdict=draw.sampled_from(RULINGS)),
)


class Twins(Days):
    """Days in which files are copied, rolled back and restored all the time."""

    @rule(action=ACTIONS)
    def do(self, action: Action) -> None:
        """Carry out the action that was drawn."""
        self.do_it(action)


def test_any_mix_of_copies_and_restorations_shows_every_edit_once(template: Template) -> None:
    draw_mixes(Twins, template, LEAST_STEPS, HAPPENS)


@pytest.mark.parametrize("world", [108], indirect=True)
def test_whether_an_edit_came_late_is_told_alike_after_the_store_was_restored_twice(world: World) -> None:
    world.begin(exchanged=["chen", "director", "wang", "zhao"], calm=False)
    world.withdraw_under_an_edit("director", 26)
    world.join_after_a_backup("zhao", by_command=False)
    world.settle_twice("zhao", 23)
    world.restore_store(21, by_command=False)
    world.settle()


@pytest.mark.parametrize("world", [263], indirect=True)
def test_whoever_holds_a_chain_that_was_written_again_in_pieces_learns_what_became_of_each(world: World) -> None:
    world.begin(exchanged=["chen", "director", "wang", "zhao"], calm=True)
    world.back_up_store()
    world.assign("u-1", "second")
    world.settle_twice("zhao", 6)
    world.restore_store(23, by_command=True)
    world.lose_a_day("zhao")
    world.lose_a_day("zhao")
    world.trip("director")
    world.trip("director")
    world.settle()


@pytest.mark.parametrize("world", [9237], indirect=True)
def test_a_line_of_an_export_has_its_content_from_whichever_entry_has_it_here(world: World) -> None:
    world.withdraw_under_an_edit("director", 8)
    world.assign("u-3", "first")
    world.join_after_a_backup("director", by_command=False)
    world.lose_a_day("zhao")
    world.trip("chen")
    world.lose_a_day("zhao")
    world.rule_in_the_store(16, "released")
    world.settle()


def test_nothing_is_said_of_an_entry_because_another_in_its_place_came_late_and_by_a_wrong_clock(world: World) -> None:
    """The office holds what the store lost, where the author has written something else since."""
    _begin_a_term(world)
    world.copy_laptop("wang")
    world.write("wang", "follow_up", "u-1")
    for name in ("wang", "director"):
        world.sync(name)
    world.restore_store(0, by_command=False)
    world.restore_laptop("wang", 0)
    world.set_clock("wang", "1970")
    _write_of_the_day_before(world)
    world.assign("u-1", "second")
    world.sync("wang")
    world.settle()
    for name in ("director", "reader"):
        for kind, is_late in (("liaison_note", True), ("follow_up", False)):
            (version,) = _versions(world, name, kind)
            assert (version.after_duty, version.skew != 0) == (is_late, is_late)


def test_nothing_is_kept_of_what_a_store_said_that_was_restored_again_before_it_was_read_anew(world: World) -> None:
    """It knew of a wrong clock and of the end of a term; the store that got the entry in the end knows of neither."""
    _begin_a_term(world)
    world.set_clock("wang", "1970")
    _write_of_the_day_before(world)
    world.assign("u-1", "second")
    for name in ("wang", "director"):
        world.sync(name)
    world.back_up_store()
    world.restore_store(1, by_command=True)
    world.set_clock("wang", "right")
    world.sync("director", "", "down")
    assert _marks(world, "director") == (1, 1)
    world.restore_store(0, by_command=True)
    world.settle()
    for name in ("director", "reader"):
        assert _marks(world, name) == (0, 0)


@pytest.mark.parametrize("world", [6572], indirect=True)
def test_a_stick_that_told_of_a_restored_store_says_nothing_of_the_one_restored_after_it(world: World) -> None:
    world.begin(exchanged=["chen", "director", "wang", "zhao"], calm=False)
    world.settle_twice("director", 19)
    world.set_clock("director", "an hour ahead")
    world.join_after_a_backup("zhao", by_command=True)
    world.lose_a_day("director")
    world.trip("director")
    world.restore_store(11, by_command=True)
    world.settle()


@pytest.mark.parametrize("again", [False, True], ids=["once", "restored again"])
def test_the_numbers_of_a_chain_begun_before_a_restored_store_was_read_anew_are_those_of_that_store(
    world: World, again: bool
) -> None:
    """The laptop has no place in a log then; its word on a colleague's record came in after the withdrawal of that."""
    _begin_on_either_side(world)
    world.restore_store(0, by_command=True)
    world.sync("director", "", "down")
    world.correct("director", 0)
    for _ in range(9):
        world.write("director", "liaison_note", "u-4")
    world.sync("director", "", "", "", "", "", "down", small=True)
    assert world.laptops["director"].replica.setting("cursor") == " 0 "
    world.sync("chen")
    if again:
        world.withdraw("chen", 0)
        world.restore_store(0, by_command=True)
        for _ in range(20):
            world.write("zhao", "liaison_note", "u-3")
        world.sync("zhao")
        world.sync("chen")
    world.settle()
    assert _numbers_here(world, "director") == _numbers_at_the_store(world, "director")


@pytest.mark.parametrize("world", [4131], indirect=True)
def test_whoever_corrects_what_she_withdrew_herself_sees_it_late_as_all_others_do(world: World) -> None:
    world.join_after_a_backup("wang", by_command=False)
    world.trip("chen")
    world.restore_store(20, by_command=True)
    world.lose_a_day("chen")
    world.sync_in_small_parts("chen")
    world.restore_store(15, by_command=True)
    world.withdraw_under_an_edit("chen", 18)
    world.settle_twice("zhao", 20)
    world.restore_store(3, by_command=True)
    world.settle()


@pytest.mark.parametrize("by_stick", [False, True], ids=["by line", "by stick"])
def test_an_author_knows_when_each_of_her_entries_came_in_though_the_answer_was_lost(
    world: World, by_stick: bool
) -> None:
    """The withdrawal came in before the late word, and what vouches for it came with what she sent after that."""
    for name in ("chen", "director"):
        world.sync(name)
    world.write("chen", "liaison_note", "u-4")
    for name in ("chen", "director"):
        world.sync(name)
    world.withdraw("chen", 0)
    world.correct("director", 0)
    world.sync("chen", "slow", "down")
    world.sync("director")
    world.write("chen", "follow_up", "u-4")
    if by_stick:
        world.have_no_network("chen")
    world.exchange("chen")
    assert _late(world, "chen") == [False, False, True]
    world.settle()


def test_what_came_in_after_a_term_is_told_alike_after_the_store_was_restored_to_before_its_end(world: World) -> None:
    """The author gives it back before the office says again that the unit is another's."""
    _begin_a_term(world)
    _write_of_the_day_before(world)
    world.assign("u-1", "second")
    for name in ("wang", "director"):
        world.sync(name)
    assert _after_duty(world, "director") == [True]
    world.restore_store(0, by_command=False)
    world.settle()
    assert _after_duty(world, "director") == [False]


def test_a_copy_that_is_only_read_keeps_the_name_it_shares(world: World) -> None:
    world.sync("wang")
    world.copy_laptop("wang")
    world.use_copy_beside("wang", 0)
    for _ in range(2):
        world.write("wang", "liaison_note", "u-1")
        world.sync("wang")
        world.use_the_copy_beside("wang")
    devices = {world.laptops[name].replica.joined().device for name in ("wang", "wang's copy")}
    assert len(devices) == 1
    world.settle()


@pytest.mark.parametrize("world", [157], indirect=True)
def test_what_is_kept_apart_did_not_come_late_whoever_may_read_it(world: World) -> None:
    world.begin(exchanged=["director"], calm=True)
    world.back_up_store()
    world.assign("u-1", "second")
    world.withdraw_under_an_edit("director", 6)
    world.restore_store(20, by_command=True)
    world.withdraw_under_an_edit("wang", 10)
    world.settle()


@pytest.mark.parametrize("world", [2298], indirect=True)
def test_what_a_restored_store_lost_for_good_is_no_version_on_the_laptop_that_keeps_its_head(world: World) -> None:
    """The laptop dropped the content when its unit left; the restored backup is older than that content."""
    world.sync_in_small_parts("director")
    world.lose_a_day("director")
    world.settle_twice("director", 23)
    world.back_up_store()
    world.sync_in_small_parts("wang")
    world.assign("u-1", "second")
    world.trip("wang")
    world.restore_store(13, by_command=True)
    world.settle()


@pytest.mark.parametrize("again", [False, True], ids=["once", "restored again"])
def test_a_head_that_came_alone_is_accepted_as_it_had_been_once_its_content_comes(world: World, again: bool) -> None:
    """The author writes on before the office gives back the content that her laptop dropped with the unit."""
    for name in ("director", "wang"):
        world.sync(name)
    world.back_up_store()
    world.write("wang", "liaison_note", "u-1")
    world.sync("wang")
    world.correct("wang", 0)
    for name in ("wang", "director"):
        world.sync(name)
    world.assign("u-1", "second")
    world.sync("wang")
    for _ in range(1 + again):
        world.restore_store(0, by_command=True)
        world.sync("wang")
        world.write("wang", "liaison_note", "u-1")
        world.sync("wang")
        assert "no_body" in _codes(world)
    world.settle()
    assert _codes(world) == {""}
    for name in ("director", "wang"):
        replica = world.laptops[name].replica
        shown = [query.record(replica, row.record) for row in query.history(replica, "u-1", "liaison_note").rows(0, 9)]
        assert len(shown) == 2 + again
        assert {version.verdict for each in shown if each is not None for version in each.versions} == {"accepted"}


def test_rights_and_rulings_that_came_alone_have_effect_again_once_their_content_comes(world: World) -> None:
    """The author was in the office then and is not now; the restored backup puts her back there."""
    world.change_person("wang", "office", "first")
    world.write_badly("zhao", "no such choice", "u-3")
    for name in ("zhao", "director", "wang"):
        world.sync(name)
    world.back_up_store()
    _as_the_office(world, lambda laptop: assignments.assign(laptop, ["u-4"], group="first", why="near")[0])
    _as_the_office(world, lambda laptop: aside.rule(laptop, aside.to_rule(laptop)[0], "answered", "write it again"))
    world.change_person("wang", "group", "first")
    world.sync("wang")
    world.restore_store(0, by_command=True)
    world.sync("wang")
    world.do_and_keep("wang", lambda laptop: assignments.assign(laptop, ["u-2"], group="second", why="near")[0])
    world.write("wang", "liaison_note", "u-3")
    world.sync("wang")
    assert "no_body" in _codes(world)
    world.settle()
    assert [(item.code, item.ruling) for item in quarantine.every_item(world.store)] == [("invalid_fields", "answered")]
    assert {each.unit: each.group for each in world.store.access().assignments.values()} == {
        "u-1": "first", "u-2": "second", "u-3": "second", "u-4": "first"
    }  # fmt: skip


@pytest.mark.parametrize("first", ["chen's copy", "director"])
def test_nobody_takes_a_log_written_anew_for_the_one_she_has_read(world: World, first: str) -> None:
    """The store got back the same entries in the same order, from somebody who cannot say whose clock was wrong."""
    _write_with_a_wrong_clock(world)
    for name in ("chen", "director"):
        world.sync(name)
    world.copy_laptop("chen")
    world.restore_store(0, by_command=False)
    world.use_copy_beside("chen", 0)
    before = world.laptops["chen"].replica.setting("cursor")
    world.sync(first)
    world.sync("chen")
    assert world.laptops["chen"].replica.setting("cursor") != before
    world.settle()


def test_what_was_learned_of_entries_just_sent_is_of_the_log_it_was_learned_of(world: World) -> None:
    """The line broke after the first message: she has read nothing of the log in which her first entries stood."""
    _write_with_a_wrong_clock(world)
    place = world.laptops["chen"].replica.setting("cursor")
    world.sync("chen", "", "down", small=True)
    assert world.laptops["chen"].replica.setting("cursor") == place
    assert _skews(world, "chen")
    world.copy_laptop("chen")
    world.restore_store(0, by_command=False)
    world.set_clock("chen", "right")
    world.use_copy_beside("chen", 0)
    world.use_the_copy_beside("chen")
    world.sync("chen")
    assert not _skews(world, "chen")
    world.settle()


def test_an_attachment_is_sent_again_to_a_restored_store_that_got_its_record_from_somebody_else(
    world: World, tmp_path: Path
) -> None:
    """The log ends where it had ended, and its author has the file, as nobody else has."""
    for name in ("chen", "director"):
        world.sync(name)
    world.back_up_store()
    chen = world.laptops["chen"].replica
    picture = tmp_path / "记录.txt"
    picture.write_text("as it was said")
    world.write("chen", "liaison_note", "u-4")
    (record,) = chen.connection.execute("SELECT record FROM record WHERE kind = 'liaison_note'").fetchone()
    world.do_and_keep("chen", lambda laptop: attachments.attach(laptop, record, picture, "to read"))
    for name in ("chen", "director"):
        world.sync(name)
    sent = _attachments(world)
    assert len(sent) == 1
    world.restore_store(0, by_command=False)
    world.sync("director")
    assert _attachments(world) == []
    world.sync("chen")
    assert _attachments(world) == sent
    world.settle()


def _attachments(world: World) -> list[str]:
    """The attachments that the store holds."""
    return [sha for (sha,) in world.store.engine.read(lambda session: session.rows("SELECT sha FROM blob"))]


def _write_with_a_wrong_clock(world: World) -> None:
    """What the store's backup does not have, and comes in with a clock in 1970."""
    for name in ("chen", "director"):
        world.sync(name)
    world.back_up_store()
    world.set_clock("chen", "1970")
    for _ in range(4):
        world.write("chen", "liaison_note", "u-4")


def _skews(world: World, who: str) -> list[tuple[int, int]]:
    """Of which entries a laptop knows that a clock was wrong when they came in."""
    rows = world.laptops[who].replica.connection.execute("SELECT first, last FROM skew ORDER BY first")
    return [(first, last) for first, last in rows]


def _begin_on_either_side(world: World) -> None:
    """A note of chen's in u-4, which the office has; the store's backup lacks the office's last word in u-1."""
    for name in ("zhao", "chen", "director"):
        world.sync(name)
    world.write("chen", "liaison_note", "u-4")
    for name in ("chen", "director"):
        world.sync(name)
    world.write("director", "inspection", "u-1")
    world.sync("director")
    world.back_up_store()
    world.write("director", "follow_up", "u-1")
    world.sync("director")


def _numbers_here(world: World, who: str) -> list[tuple[str, int, int]]:
    """When each entry of a laptop's own came in, as it says."""
    replica = world.laptops[who].replica
    rows = replica.connection.execute(
        "SELECT c.ledger, e.seq, e.number FROM entry e JOIN chain c ON c.id = e.chain WHERE c.device = ? ORDER BY 1, 2",
        (replica.joined().device,),
    )
    return [(ledger, seq, number) for ledger, seq, number in rows]


def _numbers_at_the_store(world: World, who: str) -> list[tuple[str, int, int]]:
    """When each entry of a laptop's own came in, as the store says."""
    device = world.laptops[who].replica.joined().device
    rows = world.store.engine.read(
        lambda session: session.rows(
            "SELECT ledger, seq, number FROM entry WHERE device = ? ORDER BY ledger, seq", (device,)
        )
    )
    return [(ledger, seq, number) for ledger, seq, number in rows]


def _marks(world: World, who: str) -> tuple[int, int]:
    """How often a laptop has been told of a wrong clock, and of work after a term."""
    connection = world.laptops[who].replica.connection
    skew, late = (connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("skew", "late"))
    return skew, late


def _begin_a_term(world: World) -> None:
    """A unit is one group's since long ago; the store's backup knows that."""
    term = {"unit": "u-1", "from": "2020-01-01", "group": "first"}
    staff.put(world.store, [Edit(ledger="staff", kind="assignment", record=assignment_record("u-1"), fields=term)])
    for name in ("wang", "director"):
        world.sync(name)
    world.back_up_store()


def _write_of_the_day_before(world: World) -> None:
    note = {"noted_on": "2026-09-17", "mode": "visit", "content": "到单位联系"}
    world.do_and_keep("wang", lambda laptop: edits.create(laptop, "liaison_note", "u-1", note))


def _late(world: World, who: str) -> list[bool]:
    """Which versions of the one note a laptop says to have come in after it had been withdrawn."""
    return [version.late for version in _versions(world, who)]


def _after_duty(world: World, who: str) -> list[bool]:
    """Which versions of the one note a laptop says to have come in after the term in which the work was done."""
    return [version.after_duty for version in _versions(world, who)]


def _versions(world: World, who: str, kind: str = "liaison_note") -> list[Version]:
    replica = world.laptops[who].replica
    (record,) = replica.connection.execute("SELECT record FROM record WHERE kind = ?", (kind,)).fetchone()
    found = query.record(replica, record)
    assert found is not None
    return found.versions


def _as_the_office(world: World, work: Callable[[Replica], Written]) -> None:
    """What the office does offline on its second laptop, and everybody of it hears of."""
    world.do_and_keep("wang", work)
    for name in ("wang", "director"):
        world.sync(name)


def _codes(world: World) -> set[str]:
    """Why anything is kept apart in the store now; the empty one for what stands."""
    apart = {item.code for item in quarantine.every_item(world.store)}
    return apart or {""}


@pytest.mark.parametrize("world", [254], indirect=True)
def test_what_a_store_lost_waits_on_a_laptop_it_has_not_heard_of_again(world: World) -> None:
    world.begin(exchanged=["wang", "zhao"], calm=False)
    world.join_after_a_backup("wang", by_command=True)
    world.join_after_a_backup("wang", by_command=True)
    world.lose_a_day("wang")
    world.restore_store(3, by_command=False)
    world.lose_a_day("wang")
    world.restore_store(22, by_command=False)
    world.settle()
