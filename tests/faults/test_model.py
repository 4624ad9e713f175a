"""Any mix of work and faults ends in one state: nothing lost, doubled or forged, and everybody sees the same.

hypothesis draws the mix; `python -m tests.faults whole model` draws four times as many steps, in which what is rare
must have happened, too; `MODEL_STEPS=100000 pytest tests/faults/test_model.py` draws more, and anew each time; with
`MODEL_SEED=N` the same again, ids, keys and times included. A mix that fails is printed as the lines of a test, in as
few as still fail, with the number of its world. What once failed stands below as such a test, in the same words.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as draw
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from sync.replica.maintenance.verify import verify
from tests.faults import invariants
from tests.faults.line import FAULTS
from tests.faults.replaying import Action, memory_folder, opened, shorten
from tests.faults.sampling import EVERYTHING
from tests.faults.world import (
    BAD,
    GROUPS,
    KINDS,
    PEOPLE,
    RULINGS,
    STEPS,
    UNITS,
    YEARS,
    Template,
    World,
    make_template,
    quick,
)

# What every run must come to at least once: an action that never did anything would hide behind the others.
HAPPENS = (
    "a conflict was settled",
    "a laptop died",
    "a new laptop was enrolled",
    "a laptop's disk was full",
    "an answer by stick was not for now",
    "an answer by stick was read",
    "an edit came after a withdrawal",
    "device_revoked",
    "device_unknown",
    "the store died",
    "the store's disk was full",
    "units left a laptop",
    "went on as a new device",
)
HAPPENS_RARELY = ("a forgotten laptop was admitted", "the office ruled")  # once in hundreds of steps
HAPPENS_ENCRYPTED = ("a passphrase was set, changed or removed",)
SEED = 1  # of the mix that is drawn in every run
LEAST_STEPS = 2_000 if EVERYTHING else 500  # drawn in every run of the tests; more by hand
MORE_RUNS = 4  # of a quarter of the steps, until everything has happened
STEPS_A_WORLD = 50

WHO, UNIT, WHICH = draw.sampled_from(sorted(PEOPLE)), draw.sampled_from(UNITS), draw.integers(0, 30)
GROUP = draw.sampled_from(GROUPS)
ROLE = draw.sampled_from(("office", "group", "liaison", "viewer"))
FAULTY = draw.lists(draw.sampled_from(FAULTS), min_size=1, max_size=4)


def some(times: int, name: str, **told: draw.SearchStrategy[Any]) -> list[draw.SearchStrategy[Action]]:
    """An action, drawn so many times as often as another."""
    return [draw.builds(Action, draw.just(name), draw.fixed_dictionaries(told))] * times


ACTIONS = draw.one_of(
    # work
    *some(4, "write_somewhere", who=WHO, kind=draw.sampled_from(KINDS), which=WHICH),
    *some(2, "correct", who=WHO, which=WHICH),
    *some(2, "step", who=WHO, which=WHICH, status=draw.sampled_from(STEPS)),
    *some(1, "withdraw", who=WHO, which=WHICH),
    *some(1, "resolve", who=WHO),
    *some(2, "settle_twice", who=WHO, which=WHICH),
    *some(1, "withdraw_under_an_edit", who=WHO, which=WHICH),
    *some(2, "write_badly", who=WHO, what=draw.sampled_from(BAD), unit=UNIT),
    *some(1, "set_clock", who=WHO, year=draw.sampled_from(sorted(YEARS))),
    # exchanges
    *some(5, "sync", who=WHO),
    *some(2, "sync_in_small_parts", who=WHO),
    *some(3, "sync_on_a_bad_line", who=WHO, faults=FAULTY, small=draw.booleans()),
    *some(2, "sync_while_the_office_acts", who=WHO, unit=UNIT, group=GROUP),
    *some(2, "sync_and_die", who=WHO, at=draw.integers(1, 120)),
    *some(2, "sync_while_the_store_dies", who=WHO, at=draw.integers(1, 60)),
    *some(3, "sync_on_a_full_disk", who=WHO, room=draw.integers(0, 2), in_store=draw.booleans()),
    *some(2, "let_late_ones_arrive"),
    *some(2, "use_the_copy_beside", who=WHO),
    # by stick
    *some(2, "write_a_stick", who=WHO),
    *some(2, "answer_a_stick", which=WHICH),
    *some(3, "read_a_stick", who=WHO, which=WHICH),
    *some(1, "trip", who=WHO),
    *some(1, "have_no_network", who=WHO),
    # the office
    *some(3, "assign", unit=UNIT, group=GROUP),
    *some(1, "assign_liaison", unit=UNIT, who=WHO),
    *some(2, "change_person", who=WHO, role=ROLE, group=GROUP),
    *some(1, "leave", who=WHO),
    *some(3, "come_back", who=WHO),
    *some(1, "revoke", who=WHO),
    *some(2, "admit"),
    *some(3, "rule_in_the_store", which=WHICH, verdict=draw.sampled_from(RULINGS)),
    *some(3, "rule_on_a_laptop", which=WHICH, verdict=draw.sampled_from(RULINGS)),
    # disasters
    *some(1, "back_up_store"),
    *some(1, "restore_store", which=WHICH, by_command=draw.booleans()),
    *some(2, "copy_laptop", who=WHO),
    *some(1, "restore_laptop", who=WHO, which=WHICH),
    *some(1, "use_copy_beside", who=WHO, which=WHICH),
    *some(1, "join_again", who=WHO),
    *some(1, "join_after_a_backup", who=WHO, by_command=draw.booleans()),
    *some(1, "lose_a_day", who=WHO),
    *some(1, "relock", who=WHO, which=WHICH),
)


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """A district set up once, and the thread its stores answer in."""
    with start_blocking_portal() as portal, quick(), memory_folder() as folder:
        yield make_template(folder, portal)


@pytest.fixture
def world(template: Template, request: pytest.FixtureRequest) -> Iterator[World]:
    """A fresh world: that of number 0, or of the parameter `world`."""
    with memory_folder() as folder, opened(template, folder, getattr(request, "param", 0)) as made:
        yield made


class Days(RuleBasedStateMachine):
    """Days in a district where everything goes wrong."""

    template: Template
    folder: Path
    steps_taken = worlds = 0
    happened: Counter[str]
    number: int
    actions: list[Action]
    ends: Any  # the digest of all that the worlds have ended in

    def __init__(self) -> None:
        super().__init__()
        self.closing = ExitStack()
        self.world: World | None = None

    def teardown(self) -> None:
        """Everything exchanges until quiet, and every law must hold."""
        with self.closing:
            if self.world is not None:
                self.world.settle()
                Days.ends.update(repr((Days.number, self.world.end())).encode())

    def check_invariants(self, *details: object, **more: object) -> None:
        """Called after every step; the laws are for the end, so the step is only counted."""
        Days.steps_taken += 1

    # From 1: the template was drawn from 0, and world 0 would draw its codes and names again.
    @initialize(number=draw.integers(1, 9999), exchanged=draw.sets(WHO), calm=draw.booleans())
    def begin(self, number: int, exchanged: set[str], calm: bool) -> None:
        """Some have exchanged and written before anything goes wrong; the others never yet."""
        Days.worlds += 1
        Days.number, Days.actions = number, []
        mine = self.folder / str(Days.worlds)  # never one name twice: keys of encrypted files go by it
        mine.mkdir(parents=True)
        self.closing.callback(shutil.rmtree, mine)
        self.world = self.closing.enter_context(opened(self.template, mine, number))
        self.closing.callback(self.count, self.world)
        self.do_it(Action("begin", {"exchanged": sorted(exchanged), "calm": calm}))

    @rule(action=ACTIONS)
    def do(self, action: Action) -> None:
        """Carry out the action that was drawn."""
        self.do_it(action)

    def do_it(self, action: Action) -> None:
        """Note it, should it be the last, and do it."""
        assert self.world is not None
        Days.actions.append(action)
        action.do(self.world)

    def count(self, world: World) -> None:
        """Count what has happened, however it ended."""
        Days.happened += world.happened


def test_any_mix_of_work_and_faults_ends_in_one_state(template: Template) -> None:
    happens = {*HAPPENS, *(HAPPENS_ENCRYPTED if len(template.keys) > 1 else ())}
    happens |= {*(HAPPENS_RARELY if EVERYTHING else ())}
    draw_mixes(Days, template, LEAST_STEPS, happens)


def draw_mixes(kind: type[Days], template: Template, least: int, happens: set[str]) -> None:
    """Worlds of this kind until so many steps are taken, and all of this has happened in them."""
    wanted = int(os.environ.get("MODEL_STEPS", least))
    drawn = random.SystemRandom().randrange(1_000_000) if "MODEL_STEPS" in os.environ else SEED
    seeded = int(os.environ.get("MODEL_SEED", drawn))
    Days.template, Days.steps_taken, Days.worlds, Days.happened = template, 0, 0, Counter()
    Days.ends = hashlib.sha256()
    with memory_folder() as Days.folder:
        try:
            _run(kind, seeded, wanted)
            for more in range(1, MORE_RUNS + 1):  # a rare action may have found nothing to act on
                if wanted < least or not happens - (+Days.happened).keys():
                    break
                _run(kind, seeded + more, wanted // MORE_RUNS)
        except BaseException as error:
            few = shorten(template, Days.folder, Days.number, Days.actions, error)
            told = f"MODEL_SEED={seeded}; of {len(Days.actions)} steps in world {Days.number}:"
            error.add_note("\n".join((told, *map(repr, few))))
            raise
    print(f"{Days.steps_taken} steps in {Days.worlds} worlds, MODEL_SEED={seeded}, ends {Days.ends.hexdigest()}")
    for what, times in sorted(Days.happened.items()):
        print(f"{times:6} {what}")
    assert Days.steps_taken >= wanted
    if wanted >= least:
        assert not happens - (+Days.happened).keys()


def _run(kind: type[Days], seeded: int, wanted: int) -> None:
    run_state_machine_as_test(
        seed(seeded)(kind),
        settings=settings(
            max_examples=-(-wanted // STEPS_A_WORLD) + 3,  # the first may be drawn short
            stateful_step_count=STEPS_A_WORLD,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=False,
            phases=(Phase.generate,),  # `replaying` tells a failing mix in few steps, sooner than hypothesis does
        ),
    )


def test_a_laptop_restored_from_an_old_copy_gets_its_own_work_back_though_it_writes_nothing(world: World) -> None:
    world.copy_laptop("wang")
    world.sync("wang")
    world.write("wang", "inspection", "u-1")
    world.sync("wang")
    world.restore_laptop("wang", 0)
    world.settle()


def test_a_copy_that_only_reads_sees_what_the_other_wrote(world: World) -> None:
    world.sync("wang")
    world.copy_laptop("wang")
    world.write("wang", "liaison_note", "u-1")
    world.use_copy_beside("wang", 0)
    world.settle()


def test_what_a_copy_sends_again_is_acknowledged_where_the_store_holds_more(world: World) -> None:
    world.sync("director")
    world.write("director", "follow_up", "u-3")
    world.copy_laptop("director")
    world.use_copy_beside("director", 0)
    world.write("director", "follow_up", "u-3")
    world.settle()


def test_a_copy_reads_what_was_kept_apart_of_the_device_it_was(world: World) -> None:
    world.copy_laptop("zhao")
    world.write_badly("zhao", "no such choice", "u-3")
    world.sync_while_the_office_acts("zhao", "u-1", "second")
    world.restore_laptop("zhao", 0)
    world.settle()


def test_a_verdict_that_a_restored_store_takes_back_is_folded_anew(world: World) -> None:
    world.back_up_store()
    world.sync("director")
    world.revoke("director")
    world.write("director", "inspection", "u-1")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.rule_on_a_laptop(0, "answered")
    world.settle()


@pytest.mark.parametrize("by_command", [False, True])
def test_a_laptop_that_never_read_anything_notices_a_restored_store(world: World, by_command: bool) -> None:
    world.back_up_store()
    world.write_badly("wang", "a kind of the future", "u-2")
    world.revoke("wang")
    world.sync("wang")
    world.restore_store(0, by_command=by_command)
    world.settle()


def test_a_unit_that_comes_back_with_a_restored_store_comes_whole(world: World) -> None:
    world.assign("u-3", "first")
    world.sync("wang")
    world.back_up_store()
    world.write("wang", "follow_up", "u-3")
    world.sync("wang")
    world.sync("director")
    world.assign("u-3", "second")
    world.sync("wang")
    world.restore_store(0, by_command=True)
    world.settle()


@pytest.mark.parametrize("by_command", [False, True])
def test_content_that_comes_after_its_head_is_kept(world: World, by_command: bool) -> None:
    """Who may not read what is kept apart gives back its bare head; its author's laptop has yet to hear of it."""
    world.write_badly("chen", "nothing", "u-4")
    world.revoke("director")
    world.back_up_store()
    world.sync("chen", "cut")
    world.sync("zhao")
    world.restore_store(0, by_command=by_command)
    world.settle()


def test_content_whose_bare_head_others_gave_back_is_given_back_too(world: World) -> None:
    world.back_up_store()
    world.write_badly("director", "a kind of the future", "u-3")
    world.revoke("director")
    world.sync("director")
    world.sync("zhao")
    world.restore_store(0, by_command=False)
    world.settle()


def test_a_restored_store_that_went_on_in_place_of_more_than_one_entry_gets_them_all(world: World) -> None:
    world.back_up_store()
    world.assign("u-4", "first")
    world.assign("u-3", "first")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.assign("u-1", "second")
    world.settle()


def test_content_left_out_of_a_small_message_follows_in_the_next(world: World) -> None:
    world.back_up_store()
    world.sync("director")
    world.write("director", "follow_up", "u-3")
    world.write("director", "inspection", "u-3")
    world.write_badly("director", "no such choice", "u-3")
    world.sync("director")
    world.rule_on_a_laptop(0, "answered")
    world.revoke("director")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.correct("director", 0)
    world.sync_while_the_office_acts("director", "u-4", "second")
    world.settle()


def test_new_work_of_a_revoked_laptop_does_not_wait_behind_what_a_restored_store_lacks(world: World) -> None:
    world.back_up_store()
    world.write_badly("wang", "no such choice", "u-3")
    world.sync("wang")
    world.restore_store(0, by_command=True)
    world.revoke("wang")
    world.write_badly("wang", "nothing", "u-3")
    world.settle()


def test_what_the_office_released_stays_released_in_a_restored_store(world: World) -> None:
    world.back_up_store()
    world.sync("zhao")
    world.write("zhao", "inspection", "u-3")
    world.sync("zhao")
    world.assign("u-3", "first")
    world.revoke("zhao")
    world.withdraw("zhao", 0)
    world.sync("zhao", "cut")
    world.sync("wang")
    world.rule_in_the_store(0, "released")
    world.sync("zhao")
    world.restore_store(0, by_command=True)
    world.settle()


def test_a_change_to_what_was_written_again_is_one_to_the_entry_it_was(world: World) -> None:
    world.back_up_store()
    world.assign("u-1", "second")
    world.assign("u-3", "first")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.sync_while_the_office_acts("director", "u-3", "first")
    world.assign("u-3", "second")
    world.settle()


def test_a_laptop_nobody_remembers_after_a_restoration_keeps_its_work(world: World) -> None:
    world.sync("zhao")
    world.copy_laptop("zhao")
    world.write("zhao", "inspection", "u-4")
    world.sync("zhao", "lost")
    world.restore_laptop("zhao", 0)
    world.back_up_store()
    world.sync("zhao")
    world.write("zhao", "liaison_note", "u-3")
    world.restore_store(0, by_command=True)
    world.settle()


def test_words_that_went_into_another_chain_are_found_once(world: World) -> None:
    world.sync("chen")
    world.write("chen", "follow_up", "u-4")
    world.copy_laptop("chen")
    world.withdraw("chen", 0)
    world.sync("chen")
    world.assign_liaison("u-1", "chen")
    world.restore_laptop("chen", 0)
    world.write("chen", "liaison_note", "u-4")
    world.settle()


def test_what_was_kept_apart_and_is_accepted_by_a_restored_store_shows_no_other_verdict(world: World) -> None:
    world.back_up_store()
    world.assign("u-4", "first")
    world.write_badly("zhao", "a kind of the future", "u-4")
    world.sync_while_the_office_acts("zhao", "u-4", "first")
    world.rule_in_the_store(0, "released")
    world.sync("wang")
    world.restore_store(0, by_command=False)
    world.settle()


def test_a_ledger_that_was_begun_and_never_came_leaves_no_empty_chain(world: World) -> None:
    """A pull of `staff` met a full disk, and the right to read it had ended before the next."""
    world.trip("wang")
    world.change_person("wang", "office", "first")
    world.sync_on_a_full_disk("wang", 0, in_store=False)
    world.change_person("wang", "group", "first")
    world.settle()


def test_what_a_forgotten_laptop_had_delivered_is_sealed_though_what_it_had_not_must_wait(world: World) -> None:
    world.assign_liaison("u-1", "chen")
    world.join_after_a_backup("chen", by_command=False)
    world.correct("chen", 0)
    world.restore_store(0, by_command=False)
    world.settle()


def test_by_stick_a_forgotten_laptop_that_was_to_go_on_as_another_gives_back_first(world: World) -> None:
    world.join_after_a_backup("director", by_command=False)
    world.lose_a_day("director")
    world.trip("director")
    world.restore_store(0, by_command=False)
    world.have_no_network("director")
    world.settle()


def test_a_laptop_that_waits_after_a_restoration_can_be_revoked(world: World) -> None:
    world.join_after_a_backup("wang", by_command=True)
    world.revoke("wang")
    world.settle()


def test_a_laptop_that_waits_gives_back_to_a_store_that_was_restored_again(world: World) -> None:
    """The store knows it by its certificate alone, and tells it nothing."""
    world.join_after_a_backup("zhao", by_command=True)
    world.restore_store(18, by_command=False)
    world.join_after_a_backup("director", by_command=False)
    world.sync_on_a_full_disk("zhao", 2, in_store=True)
    world.admit()
    world.sync_while_the_office_acts("zhao", "u-2", "second")
    world.restore_store(12, by_command=False)
    world.settle()


def test_what_a_forked_chain_keeps_stays_sealed_when_its_end_goes_on_elsewhere(world: World) -> None:
    world.join_after_a_backup("wang", by_command=False)
    world.sync_on_a_full_disk("wang", 0, in_store=True)
    world.admit()
    world.lose_a_day("wang")
    world.lose_a_day("wang")
    world.settle()


def test_a_laptop_that_is_refused_in_the_middle_of_a_pull_holds_what_it_has(world: World) -> None:
    """The ends of its chains, where their seals stand, never come any more: that is no damage."""
    world.sync_on_a_bad_line("director", ["lost", "twice", "html"], small=True)
    world.revoke("director")
    world.settle()


def test_a_laptop_that_went_on_as_a_new_device_and_is_refused_can_still_verify_what_it_was(world: World) -> None:
    world.begin(exchanged=["director"], calm=False)
    world.lose_a_day("director")
    world.sync_on_a_bad_line("director", ["twice", "flipped", "unsent", "cut"], small=False)
    world.leave("director")
    world.settle()


def test_a_forgotten_laptop_whose_person_has_left_hands_in_what_it_has_not_sent(world: World) -> None:
    """Laptops of the office brought back that she had left, before hers came."""
    world.join_after_a_backup("zhao", by_command=True)
    world.leave("zhao")
    world.admit()
    world.sync("director")
    world.restore_store(2, by_command=True)
    world.lose_a_day("director")
    world.write("zhao", "liaison_note", "u-3")
    world.settle()


def test_a_fork_in_more_than_one_message_is_no_endless_exchange(world: World) -> None:
    world.begin(exchanged=["zhao"], calm=True)
    world.lose_a_day("zhao")
    world.withdraw("zhao", 14)
    world.lose_a_day("zhao")
    world.sync_in_small_parts("zhao")
    world.settle()


def test_whoever_has_the_content_of_a_head_that_came_back_bare_gives_it_back(world: World) -> None:
    """Its author may no longer read it; the office's laptop stands at the very place the store has got to again."""
    world.begin(exchanged=["wang"], calm=False)
    world.assign("u-1", "second")
    world.back_up_store()
    world.withdraw_under_an_edit("wang", 1)
    world.restore_store(0, by_command=False)
    world.settle()


def test_whoever_gives_back_learns_what_was_written_again_and_is_kept_apart(world: World) -> None:
    """A receipt for the end of her forked chain would have had it for accepted, on her laptop alone."""
    world.join_after_a_backup("chen", by_command=True)
    world.settle_twice("wang", 23)
    world.restore_store(11, by_command=False)
    world.change_person("zhao", "viewer", "second")
    world.lose_a_day("zhao")
    world.settle()


@pytest.mark.parametrize("world", [559], indirect=True)
def test_what_was_apart_and_is_accepted_when_it_is_sent_again_has_no_receipt_for_being_apart(world: World) -> None:
    """She had left when it arrived, and had not yet where the store went on from."""
    world.begin(["chen", "director", "wang", "zhao"], calm=True)
    world.back_up_store()
    world.leave("chen")
    world.join_after_a_backup("chen", by_command=False)
    world.withdraw_under_an_edit("zhao", 8)
    world.join_after_a_backup("wang", by_command=True)
    world.restore_store(25, by_command=True)
    world.settle()


def test_who_may_read_everything_from_now_on_gets_back_her_own_words_that_had_left_with_their_unit(
    world: World,
) -> None:
    world.begin(["chen", "director", "wang", "zhao"], calm=True)
    world.assign("u-3", "first")
    world.withdraw_under_an_edit("zhao", 15)
    world.change_person("zhao", "office", "first")
    world.settle()


@pytest.mark.parametrize("before", [0, 1])
def test_no_receipt_outlives_what_goes_on_in_the_chains_of_a_new_device(world: World, before: int) -> None:
    """Her chain had receipts, the store was restored, and a copy of her laptop went on there before she gave back."""
    world.sync("wang")
    for _ in range(before):
        world.write("wang", "inspection", "u-1")
    world.sync("wang")
    world.copy_laptop("wang")
    world.back_up_store()
    for _ in range(3):
        world.write("wang", "inspection", "u-1")
    world.sync("wang", "", "down", small=True)
    replica = world.laptops["wang"].replica
    device = replica.joined().device
    assert _receipted(world, device) == before + 1
    world.restore_store(0, by_command=False)
    world.use_copy_beside("wang", 0)
    world.write("wang's copy", "inspection", "u-2")
    world.sync("wang's copy")
    world.write("wang", "liaison_note", "u-2")
    world.sync("wang", "", "", "down")
    assert verify(replica).breaks == []
    world.settle()
    assert verify(replica).breaks == []


def _receipted(world: World, device: str) -> int:
    """Up to which place of its chain of the first unit a laptop has had receipts."""
    (place,) = (
        world.laptops["wang"]
        .replica.connection.execute(
            "SELECT max(r.seq) FROM receipt r JOIN chain c ON c.id = r.chain WHERE c.ledger = 'u-1' AND c.device = ?",
            (device,),
        )
        .fetchone()
    )
    return int(place)


def test_an_author_who_has_not_read_so_far_gives_back_the_content_of_her_head_that_came_back_bare(world: World) -> None:
    """A colleague, who may read the head alone, was first; the author's place is before it, in the same log."""
    world.sync("chen")
    place = world.laptops["chen"].replica.setting("cursor")
    world.assign("u-4", "second")
    world.back_up_store()
    world.write_badly("chen", "no such choice", "u-4")
    for _ in range(3):
        world.write("chen", "liaison_note", "u-4")
    world.sync("chen", "", "down", small=True)
    assert world.laptops["chen"].replica.setting("cursor") == place
    world.sync("zhao")
    world.restore_store(0, by_command=False)
    world.sync("zhao")
    assert [each.has_body for each in invariants.in_store(world.store)].count(False) == 1
    world.sync("chen")
    assert all(each.has_body for each in invariants.in_store(world.store))
    world.settle()


def test_an_author_reads_what_is_kept_apart_and_written_again_on_her_second_laptop_too(world: World) -> None:
    world.sync("zhao")
    world.copy_laptop("zhao")
    world.back_up_store()
    world.write_badly("zhao", "no such choice", "u-3")
    world.sync("zhao")
    (lost,) = (body for body, wrote in world.wrote.items() if wrote.laptop == "zhao")
    world.restore_store(0, by_command=False)
    world.use_copy_beside("zhao", 0)
    world.write("zhao's copy", "inspection", "u-3")
    world.sync("zhao's copy")
    world.sync("zhao")
    world.join_again("zhao")
    world.sync("zhao")
    assert lost in invariants.bodies(invariants.on_laptop(world.laptops["zhao"].replica))
    world.sync("wang")
    assert lost not in invariants.bodies(invariants.on_laptop(world.laptops["wang"].replica))
    world.settle()


def test_what_has_receipts_before_it_is_sent_again_is_no_endless_exchange(world: World) -> None:
    """A laptop that went on from a copy: the first answer covers more of what was to be sent than the next message."""
    world.sync("zhao")
    for _ in range(12):
        world.write("zhao", "liaison_note", "u-3")
    world.copy_laptop("zhao")
    world.sync("zhao")
    world.restore_laptop("zhao", 0)
    world.sync_in_small_parts("zhao")
    world.settle()


def test_a_store_restored_again_before_a_laptop_has_read_it_anew_is_given_back_to_again(world: World) -> None:
    """She gave back, and her disk was full as the first page came: her place named no log any more."""
    world.begin(["chen", "director"], calm=True)
    world.join_after_a_backup("zhao", by_command=False)
    world.join_again("zhao")
    world.withdraw_under_an_edit("zhao", 0)
    world.restore_store(21, by_command=True)
    world.assign("u-4", "first")
    world.sync_on_a_full_disk("director", 0, in_store=False)
    world.restore_store(30, by_command=True)
    world.settle()


def test_what_a_refused_laptop_hands_in_is_held_though_its_place_is_taken(world: World) -> None:
    """A colleague gave back the bare head of the entry that had stood there beside it."""
    world.sync_while_the_office_acts("chen", "u-3", "first")
    world.leave("chen")
    world.join_after_a_backup("wang", by_command=False)
    world.lose_a_day("chen")
    world.trip("zhao")
    world.restore_store(25, by_command=True)
    world.lose_a_day("chen")
    world.restore_store(4, by_command=False)
    world.settle()


def test_what_was_released_stays_so_where_a_restored_store_writes_it_again(world: World) -> None:
    world.sync("zhao")
    world.copy_laptop("zhao")
    world.back_up_store()
    world.assign("u-3", "first")
    world.write("zhao", "inspection", "u-3")
    world.sync("zhao")
    world.rule_in_the_store(0, "released")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.restore_laptop("zhao", 0)
    world.write("zhao", "liaison_note", "u-3")
    world.sync("zhao")
    world.sync("director")
    world.settle()


@pytest.mark.parametrize("which", [0, 1])
def test_a_release_holds_for_what_is_written_again_too(world: World, which: int) -> None:
    world.sync("zhao")
    world.copy_laptop("zhao")
    world.back_up_store()
    world.write("zhao", "liaison_note", "u-3")
    world.sync("zhao")
    world.sync("director")
    world.restore_store(0, by_command=False)
    world.restore_laptop("zhao", 0)
    world.assign("u-3", "first")
    world.write("zhao", "inspection", "u-3")
    world.sync("zhao")
    world.sync("director")
    world.rule_in_the_store(which, "released")
    world.settle()


@pytest.mark.parametrize("world", [37], indirect=True)
def test_what_was_kept_apart_then_released_and_parted_shows_alike_to_either_side(world: World) -> None:
    world.begin(["director", "wang", "zhao"], calm=True)
    world.leave("zhao")
    world.assign("u-3", "first")
    world.join_after_a_backup("chen", by_command=True)
    world.lose_a_day("zhao")
    world.withdraw_under_an_edit("chen", 27)
    world.restore_store(0, by_command=False)
    world.join_after_a_backup("director", by_command=False)
    world.sync_in_small_parts("zhao")
    world.rule_in_the_store(24, "released")
    world.settle()


def test_a_line_that_breaks_once_more_than_its_fault_is_tried_again_ends_the_exchange(world: World) -> None:
    world.sync_on_a_bad_line("director", ["lost", "busy", "down"], small=False)
    world.settle()
