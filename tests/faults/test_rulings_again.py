"""What the office said of an entry kept apart, told to its author alone, after the store's file was put back."""

from __future__ import annotations

import pytest

from sync.central.admin import quarantine
from sync.ledger.chains import AGAIN
from sync.model.quarantine import ANSWERED, RELEASED
from sync.replica.editing import quarantine as aside
from tests.faults.test_model import template, world
from tests.faults.world import World

__all__ = ["template", "world"]  # fixtures


@pytest.mark.parametrize("by_command", [False, True], ids=["file put back", "restored"])
@pytest.mark.parametrize(
    ("back_to", "verdict"),
    [("before the ruling", ANSWERED), ("before the ruling", RELEASED), ("before the entry", ANSWERED)],
)
def test_a_ruling_that_the_store_has_lost_is_known_nowhere_and_one_given_anew_is_told(
    world: World, back_to: str, verdict: str, by_command: bool
) -> None:
    _write_what_is_kept_apart(world, back_to)
    _rule(world, verdict, "looked into")
    world.sync("chen")
    assert _told(world) == {(verdict, "looked into")}
    world.restore_store(0, by_command=by_command)
    world.settle()
    assert _told(world) == set()
    _rule(world, verdict, "looked into again")
    world.settle()
    assert _told(world) == {(verdict, "looked into again")}


def test_a_ruling_that_the_office_holds_is_told_again_by_a_store_that_had_lost_it(world: World) -> None:
    _write_what_is_kept_apart(world, "before the ruling")
    world.sync("director")
    world.rule_on_a_laptop(0, ANSWERED)
    world.sync("director")
    world.sync("chen")
    assert _told(world) == {(ANSWERED, "looked into")}
    world.restore_store(0, by_command=False)
    world.sync("chen")
    assert _told(world) == set()
    world.settle()
    assert _told(world) == {(ANSWERED, "looked into")}


@pytest.mark.parametrize("verdict", [ANSWERED, RELEASED])
def test_a_ruling_on_what_the_store_wrote_again_is_told_to_its_author_who_holds_it_out_of_her_scope(
    world: World, verdict: str
) -> None:
    """A copy of her laptop wrote something else in its place at a restored store, before the office gave it back."""
    for who in ("chen", "director"):
        world.sync(who)
    world.copy_laptop("chen")
    world.use_copy_beside("chen", 0)
    world.write("chen", "liaison_note", "u-4")
    world.back_up_store()
    world.assign_liaison("u-4", "zhao")
    for who in ("chen", "director"):
        world.sync(who)
    world.restore_store(0, by_command=False)
    world.write("chen's copy", "liaison_note", "u-4")
    world.write("chen's copy", "liaison_note", "u-4")
    world.sync("chen's copy")
    world.assign_liaison("u-4", "zhao")
    world.sync("director")
    world.sync("director")
    (item,) = quarantine.every_item(world.store)
    assert item.device.startswith(AGAIN)
    assert _told(world) == set()
    _rule(world, verdict, "looked into")
    world.sync("chen")
    (row,) = aside.mine(world.laptops["chen"].replica)
    assert row.ruling is not None
    assert (row.ruling.verdict, row.ruling.comment) == (verdict, "looked into")
    world.settle()


def _write_what_is_kept_apart(world: World, back_to: str) -> None:
    """A note of a unit that has another liaison officer by now."""
    for who in ("chen", "director"):
        world.sync(who)
    world.write("chen", "liaison_note", "u-4")
    world.assign_liaison("u-4", "zhao")
    if back_to == "before the entry":
        world.back_up_store()
    world.sync("chen")
    assert [item.code for item in quarantine.every_item(world.store)] == ["out_of_scope"]
    if back_to == "before the ruling":
        world.back_up_store()


def _rule(world: World, verdict: str, words: str) -> None:
    """The office rules in the store."""
    (item,) = quarantine.every_item(world.store)
    quarantine.rule(world.store, item.id, verdict, words)


def _told(world: World) -> set[tuple[str, str]]:
    """What the author's laptop says that the office said."""
    said = aside.said(world.laptops["chen"].replica)
    return {(each.verdict, each.comment) for each in said.values()}
