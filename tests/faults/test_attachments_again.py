"""Attachments of a store whose file was put back: it has every record, and not what was attached to them since."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync.client.session import Result
from sync.replica.editing import attachments
from tests.faults.test_model import template, world
from tests.faults.world import World

__all__ = ["template", "world"]  # fixtures


@pytest.mark.parametrize("by_stick", [False, True], ids=["by line", "by stick"])
def test_an_attachment_is_sent_again_to_a_store_that_was_put_back_with_its_record_and_without_it(
    world: World, tmp_path: Path, by_stick: bool
) -> None:
    """Its log ends where the one ended that was read, so that nothing else tells that it was."""
    _begin(world)
    _attach(world, tmp_path, "sent before")
    world.sync("chen")
    (before,) = _held(world)
    _attach(world, tmp_path, "as it was said")
    world.sync("chen", "", "down")  # the record, and then the line breaks
    assert _held(world) == [before]
    world.back_up_store()
    if by_stick:
        world.have_no_network("chen")
    world.exchange("chen")
    sent = _held(world)
    assert len(sent) == 2
    world.restore_store(0, by_command=False)
    assert _held(world) == [before]
    for _ in range(2):  # by stick the office says so on the first trip, and it goes with the next
        world.exchange("chen")
    assert _held(world) == sent
    assert _unsent(world) == []
    assert _attached(world.exchange("chen")) == 0
    world.settle()


@pytest.mark.parametrize("by_stick", [False, True], ids=["by line", "by stick"])
def test_what_the_store_was_asked_of_once_more_is_not_sent_twice_nor_asked_of_again(
    world: World, tmp_path: Path, by_stick: bool
) -> None:
    """A colleague had sent the same file before, so that the store counts it as hers."""
    _begin(world)
    if by_stick:
        world.have_no_network("chen")
    for who in ("director", "chen"):
        _attach(world, tmp_path, "the same for both", who)
        world.exchange(who)
    assert len(_held(world)) == 1
    assert [_attached(world.exchange("chen")) for _ in range(3)] == [0, 0, 0]


def test_a_laptop_that_goes_on_as_a_new_device_sends_no_attachment_again(world: World, tmp_path: Path) -> None:
    _begin(world)
    _attach(world, tmp_path, "sent by the device before")
    world.sync("chen")
    world.lose_a_day("chen")
    done = world.sync("chen")
    assert done is not None
    assert done.renewed
    assert [_attached(world.sync("chen")) for _ in range(2)] == [0, 0]
    _attach(world, tmp_path, "sent by the device that follows")
    assert _attached(world.sync("chen")) == 1
    assert _attached(world.sync("chen")) == 0


@pytest.mark.parametrize("by_stick", [False, True], ids=["by line", "by stick"])
def test_an_attachment_that_a_colleague_had_sent_is_sent_by_whoever_has_it_when_her_laptop_is_gone(
    world: World, tmp_path: Path, by_stick: bool
) -> None:
    _begin(world)
    for who in ("director", "chen"):
        _attach(world, tmp_path, "the same for both", who)
        world.sync(who, "", "down")  # the record, and then the line breaks
    world.back_up_store()
    if by_stick:
        world.have_no_network("chen")
    for who in ("director", "chen"):
        world.exchange(who)
    sent = _held(world)
    assert len(sent) == 1
    world.exchange("chen")
    world.restore_store(0, by_command=False)
    assert _held(world) == []
    for _ in range(2):  # by stick the office says so on the first trip, and it goes with the next
        world.exchange("chen")
    assert _held(world) == sent
    assert [_attached(world.exchange("chen")) for _ in range(2)] == [0, 0]


def test_what_is_attached_to_a_record_kept_apart_is_sent_once(world: World, tmp_path: Path) -> None:
    """A colleague had sent the same file, which nobody may be told of who names it in such a record."""
    _begin(world)
    _attach(world, tmp_path, "the same for both", "director")
    world.sync("director")
    _attach(world, tmp_path, "the same for both")
    world.assign_liaison("u-4", "zhao")
    assert _attached(world.sync("chen")) == 1
    assert [_attached(world.sync("chen")) for _ in range(3)] == [0, 0, 0]


def _begin(world: World) -> None:
    for who in ("chen", "director"):
        world.sync(who)


def _attach(world: World, folder: Path, words: str, who: str = "chen") -> None:
    """A record of a unit, and a file attached to it."""
    kind = "liaison_note" if who == "chen" else "inspection"
    paper = folder / "记录.txt"
    paper.write_text(words)
    world.write(who, kind, "u-4")
    replica = world.laptops[who].replica
    found = "SELECT record FROM record WHERE kind = ? ORDER BY id DESC LIMIT 1"
    (record,) = replica.connection.execute(found, (kind,)).fetchone()
    assert world.do_and_keep(who, lambda laptop: attachments.attach(laptop, record, paper, "to read"))


def _held(world: World) -> list[str]:
    """The attachments that the store holds all of."""
    return [sha for (sha,) in world.store.engine.read(lambda session: session.rows("SELECT sha FROM blob"))]


def _unsent(world: World) -> list[tuple[str, int]]:
    return attachments.unsent(world.laptops["chen"].replica)


def _attached(done: Result | None) -> int:
    assert done is not None
    return done.attached
