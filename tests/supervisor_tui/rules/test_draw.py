"""Units by lot: anybody with the seed and the list gets the same."""

from __future__ import annotations

import subprocess

from supervisor_tui.rules.draw import draw, lot, new_seed

UNITS = [f"u-{number}" for number in range(200)]


def test_the_same_seed_draws_the_same_whatever_the_order_of_the_list() -> None:
    seed = new_seed()
    assert draw(UNITS, seed, 5) == draw(reversed(UNITS), seed, 5)


def test_another_seed_draws_others() -> None:
    assert draw(UNITS, "a" * 32, 5) != draw(UNITS, "b" * 32, 5)


def test_a_longer_draw_begins_with_the_shorter_one() -> None:
    assert draw(UNITS, "seed", 20)[:5] == draw(UNITS, "seed", 5)


def test_every_unit_is_drawn_about_as_often() -> None:
    times = dict.fromkeys(UNITS, 0)
    for number in range(400):
        for unit in draw(UNITS, f"seed {number}", 50):
            times[unit] += 1
    assert min(times.values()) > 60
    assert max(times.values()) < 145


def test_a_lot_can_be_recomputed_with_a_command_every_machine_has() -> None:
    printed = subprocess.run(
        ["sh", "-c", "printf '%s\\n%s' 5eed u-7 | sha256sum"], capture_output=True, text=True, check=True
    ).stdout
    assert printed.split()[0] == lot("5eed", "u-7")


def test_a_seed_is_sixteen_bytes_in_hexadecimal_and_new_each_time() -> None:
    seeds = {new_seed() for _ in range(20)}
    assert len(seeds) == 20
    assert all(len(bytes.fromhex(seed)) == 16 for seed in seeds)
