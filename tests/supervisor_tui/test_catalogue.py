"""The words on screen: both languages of everything, and no command or text without them."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import supervisor_tui
import sync.central
from supervisor_tui import commands
from supervisor_tui.commands import Command
from supervisor_tui.labels.fields import field_words
from supervisor_tui.locale import from_locale, has, set_language, t, words
from sync.model.quarantine import CODES, VERDICTS
from sync.model.validation import CATEGORIES, KINDS, STAGES

ROOM = Path(supervisor_tui.__file__).parent
CENTRAL = Path(sync.central.__file__).parent
COMMANDS = [command for command in vars(commands).values() if isinstance(command, Command)]
IME_SWALLOWS = re.compile(r"[a-z]|slash|question_mark|space")


def _blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_key_has_words_in_both_languages_with_the_same_blanks() -> None:
    for key, (chinese, english) in words().items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert _blanks(chinese) == _blanks(english), key


def test_every_key_named_in_the_code_has_words() -> None:
    missing = {
        (file.name, key)
        for file in ROOM.rglob("*.py")
        for key in re.findall(r"\bt\(\s*\"([a-z_]+\.[a-z_.]+)\"", file.read_text(encoding="utf-8"))
        if not has(key)
    }
    assert not missing


def test_every_kind_field_category_and_stage_has_words() -> None:
    keys = [f"category.{name}" for name in CATEGORIES] + [f"stage.{name}" for name in STAGES]
    for kind in KINDS.values():
        keys += [f"kind.{kind.name}", f"kind_short.{kind.name}"]
    assert not [key for key in keys if not has(key)]
    named = [(kind.name, name) for kind in KINDS.values() for name in [*kind.fields, *kind.members]]
    assert not [(kind, name) for kind, name in named if field_words(kind, name) == name]


def test_every_reason_the_store_can_give_has_words_and_says_what_to_do() -> None:
    given = {
        code
        for name in ("log/incoming.py", "access/verdict.py", "log/append.py")
        for code in re.findall(r"\(?\"([a-z_]+)\", f?\"[A-Z]", (CENTRAL / name).read_text(encoding="utf-8"))
    }
    assert {"out_of_scope", "bad_seal", "fork", "malformed"} <= given <= {*CODES}
    assert not [code for code in CODES if not (has(f"apart.{code}") and has(f"apart_do.{code}"))]
    assert not [verdict for verdict in VERDICTS if not (has(f"ruling.{verdict}") and has(f"verdict.{verdict}"))]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_has_a_name_and_a_help_and_a_first_key_that_an_input_method_leaves_alone(
    command: Command,
) -> None:
    assert has(f"cmd.{command.id}")
    assert has(f"cmd.{command.id}_help")
    assert not IME_SWALLOWS.fullmatch(command.keys.partition(",")[0])


def test_punctuation_keys_are_bound_with_their_full_width_twins() -> None:
    for command in COMMANDS:
        keys = command.keys.split(",")
        if "question_mark" in keys:
            assert "fullwidth_question_mark" in keys
        if "slash" in keys:
            assert "fullwidth_solidus" in keys


def test_an_unknown_key_stands_for_itself() -> None:
    assert t("no.such.key") == "no.such.key"


def test_the_language_can_be_switched_and_an_unknown_one_changes_nothing() -> None:
    set_language("en")
    assert t("kind.inspection") == "Inspection"
    set_language("fr")
    assert t("kind.inspection") == "Inspection"


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_US.UTF-8"}, "en"),
    ],
)
def test_the_language_follows_the_locale(
    environment: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert from_locale() == spoken
