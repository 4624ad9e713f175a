"""The office's words: both languages of everything, every sentence of the help, and which language is spoken."""

from __future__ import annotations

import argparse
import re
import string
from pathlib import Path

import pytest

import sync.central
from sync.central.cli.commands import build_parser, run
from sync.central.locale import FOLDER, has, set_language, t, wanted_language, words
from sync.central.service.refusals import Refusal, message_of
from sync.central.service.store import Denied
from sync.central.storage.engine import StorageFault
from sync.console.catalog import read_texts
from sync.model.quarantine import CODES, VERDICTS
from sync.model.validation import KINDS

ROOM = Path(sync.central.__file__).parent
ENGLISH = re.compile(r"usage:|positional|options:|show this|argument|invalid|required|expected|error|choose from")


def _blanks(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


def test_every_key_has_words_in_both_languages_with_the_same_blanks() -> None:
    for key, (chinese, english) in words().items():
        assert chinese.strip(), key
        assert english.strip(), key
        assert _blanks(chinese) == _blanks(english), key


def test_every_key_named_in_the_code_has_words() -> None:
    named = re.compile(
        r"(?:\bt\(\s*|(?:Refusal|StorageFault|NoDatabase)\((?:\"[a-z_]+\", )?|return )\"([a-z_]+\.[a-z_. ]+)\""
    )
    found = {key for file in ROOM.rglob("*.py") for key in named.findall(file.read_text(encoding="utf-8"))}
    assert len(found) > 40
    assert not [key for key in found if not has(key)]


def test_every_kind_field_reason_and_ruling_has_words() -> None:
    keys = [f"field.{name}" for kind in KINDS.values() for name in (*kind.fields, *kind.members)]
    keys += [f"kind.{name}" for name in KINDS]
    keys += [f"apart.{code}" for code in CODES] + [f"ruling.{verdict}" for verdict in VERDICTS]
    assert not [key for key in keys if not has(key)]


def test_every_row_of_the_trail_has_words() -> None:
    written = re.compile(r"audit\.note\(\s*[^,]+, [^,]+, [^,]+, \"([a-z ]+)\"")
    whats = {what for file in ROOM.rglob("*.py") for what in written.findall(file.read_text(encoding="utf-8"))}
    assert {"imported", "code made", "backup"} <= whats
    assert not [what for what in whats if not has(f"audit.{what}")]


def _parsers(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    found = [parser]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each in action.choices.values():
                found += _parsers(each)
    return found


def _sentences() -> set[str]:
    said: set[str] = set()
    for parser in _parsers(build_parser()):
        said |= {parser.description or "", *(action.help or "" for action in parser._actions)}
    return said - {""}


def test_every_sentence_of_every_command_has_its_chinese_and_none_is_left_over() -> None:
    assert _sentences() == read_texts(FOLDER, "help.zh").keys()


@pytest.mark.parametrize("command", [parser.prog.split()[1:] for parser in _parsers(build_parser())], ids=" ".join)
def test_help_speaks_chinese_and_fits_the_screen(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", *command, "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("用法: ")
    assert not ENGLISH.search(out)
    below_usage = out.partition("\n\n")[2]
    assert not [line for line in below_usage.splitlines() if sum(1 + (ord(each) > 0x2E80) for each in line) > 80]


def test_wrong_usage_is_said_in_the_language_spoken(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", "code"]) == 2
    assert "缺少: PERSON" in capsys.readouterr().err
    assert run(["--lang", "en", "code"]) == 2
    assert "required: PERSON" in capsys.readouterr().err
    assert run(["--lang", "zh"]) == 2
    assert capsys.readouterr().out.startswith("用法: ")


@pytest.mark.parametrize(
    ("arguments", "environment", "spoken"),
    [
        ([], {}, "zh"),
        ([], {"LANG": "en_GB.UTF-8"}, "en"),
        ([], {"LANG": "en_GB.UTF-8", "CENTRAL_STORE_LANG": "zh"}, "zh"),
        ([], {"CENTRAL_STORE_LANG": "fr"}, "zh"),
        (["stats", "--lang", "en"], {"CENTRAL_STORE_LANG": "zh"}, "en"),
        (["--lang=zh"], {"CENTRAL_STORE_LANG": "en"}, "zh"),
    ],
)
def test_the_option_goes_before_the_variable_and_that_before_the_locale(
    arguments: list[str], environment: dict[str, str], spoken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "CENTRAL_STORE_LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wanted_language(arguments) == spoken


def test_what_goes_over_the_line_is_english_whatever_is_spoken_here() -> None:
    set_language("zh")
    refused = Refusal("not_found", "refused.no_unit", name="甲支部")
    assert str(refused) == "No unit is called 甲支部."
    assert message_of(refused) == "没有单位“甲支部”。"
    assert str(StorageFault("storage.full")) == "The disk of the central store is full, or the quota on it is used up."
    assert message_of(StorageFault("storage.full")) == "中心服务器的磁盘已满, 或配额已用完。"
    assert message_of(Denied("device_revoked", "x")) == t("denied.device_revoked")
    set_language("en")
    assert message_of(Denied("device_revoked", "The office has revoked this laptop.")).startswith("The office")
