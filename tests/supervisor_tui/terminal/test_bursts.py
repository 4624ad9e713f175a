"""Which keys that came together are a text, and which are keys."""

from __future__ import annotations

import pytest

from supervisor_tui.terminal.bursts import AT_ONCE, Came, Run, first_run

NAMES = {"\r": "enter", "\n": "ctrl+j", "\t": "tab", "\x1b": "escape", "\x15": "ctrl+u", "/": "slash", " ": "space"}


def came(text: str, gap: float = 0.0002, *, late: float = 0.0) -> list[Came]:
    """The keys of a text with so many seconds between them, taken so many seconds after they came."""
    return [Came(NAMES.get(sign, sign), sign, place * gap, place * gap + late) for place, sign in enumerate(text)]


def runs(keys: list[Came]) -> list[str]:
    """What the keys are handed on as, long after they came: texts, and single keys by their names."""
    found = []
    while keys:
        run = first_run(keys, now=99.0)
        assert isinstance(run, Run)
        found.append(run.text or keys[0].key)
        keys = keys[run.count :]
    return found


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        ("\r3人未到会", ["enter", "3人未到会"]),
        ("\r\x15三人未到\x1b", ["enter", "ctrl+u", "三人未到", "escape"]),
        ("应到 3\r2 人", ["应到 3\n2 人"]),
        ("一\r\n二\n三", ["一\n二\n三"]),
        ("三人未到\r", ["三人未到", "enter"]),
        ("一行\r二行\r", ["一行\n二行\n"]),
        ("三人未到\r\n", ["三人未到\n"]),
        ("一二三\t四", ["一二三\t四"]),
        ("一二三\t", ["一二三", "tab"]),
        ("👨‍👩‍👧", ["👨‍👩‍👧"]),
        ("好的", ["好", "的"]),
        ("12", ["1", "2"]),
        ("111", ["1", "1", "1"]),
        ("jjjjjj", ["j"] * 6),
        ("1\r2", ["1", "enter", "2"]),
    ],
)
def test_three_signs_at_once_are_a_text_and_a_line_end_in_it_is_one(typed: str, handed_on: list[str]) -> None:
    assert runs(came(typed)) == handed_on


def test_what_fingers_type_are_keys() -> None:
    assert runs(came("12 3\r", gap=0.02)) == ["1", "2", "space", "3", "enter"]


def test_a_busy_program_takes_a_burst_late_and_still_as_one() -> None:
    assert runs(came("三人未到", gap=2 * AT_ONCE, late=0.05)) == ["三人未到"]
    assert runs(came("1231", gap=4 * AT_ONCE, late=0.05)) == ["1", "2", "3", "1"]


def test_a_sign_waits_until_it_can_be_told_and_other_keys_do_not() -> None:
    assert first_run(came("1"), now=AT_ONCE / 2) == pytest.approx(AT_ONCE / 2)
    assert first_run(came("1"), now=2 * AT_ONCE) == Run(1)
    assert first_run(came("\r"), now=0.0) == Run(1)
    assert first_run(came("12\x1b"), now=0.0) == Run(1)
