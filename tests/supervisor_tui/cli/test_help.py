"""`--help` and wrong usage in Chinese and English: every sentence of every command, and argparse's own words."""

from __future__ import annotations

import re

import pytest

from supervisor_tui.cli.commands import _COMMANDS, build_parser, run
from supervisor_tui.locale import FOLDER
from sync.console.catalog import SHARED, read_texts
from sync.console.language import asked_for

WORDS = {english: str(chinese) for english, chinese in read_texts(FOLDER, "help.zh").items()}
ENGLISH = re.compile(r"usage:|positional|options:|show this|argument|invalid|required|expected|error|choose from")


def _sentences() -> set[str]:
    parser = build_parser()
    said = {parser.description or "", parser.epilog or "", *(action.help or "" for action in parser._actions)}
    for summary, _, arguments in _COMMANDS.values():
        said |= {summary, *(str(settings["help"]) for _, settings in arguments)}
    return said - {""}


def test_every_sentence_of_every_command_has_its_chinese_and_none_is_left_over() -> None:
    assert _sentences() == WORDS.keys()
    assert not [english for english, chinese in WORDS.items() if not chinese.strip()]
    assert not [english for english, chinese in WORDS.items() if "%" in english + chinese]


def test_what_an_option_may_be_is_named_by_its_help_where_its_placeholder_hides_it() -> None:
    unnamed = {
        f"{command} {name}: {choice}"
        for command, (_, _, arguments) in _COMMANDS.items()
        for name, settings in arguments
        for choice in settings.get("choices", ())
        for said in (str(settings["help"]), WORDS[str(settings["help"])])
        if "metavar" in settings and choice not in said
    }
    assert unnamed == set()


@pytest.mark.parametrize("command", ["", *_COMMANDS])
def test_help_speaks_chinese_and_fits_the_screen(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", *filter(None, [command]), "--help"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("用法: ")
    assert "显示这份说明" in out
    assert not ENGLISH.search(out)
    below_usage = out.partition("\n\n")[2]  # argparse breaks no choices in two
    assert not [line for line in below_usage.splitlines() if sum(1 + (ord(each) > 0x2E80) for each in line) > 80]


def test_help_speaks_english_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "show", "--help"]) == 0
    assert capsys.readouterr().out.startswith("usage: ")
    assert run(["--lang", "zh", "show", "--help"]) == 0
    assert run(["show", "--help", "--lang=en"]) == 0
    assert "one record with all its versions" in capsys.readouterr().out


def test_help_follows_the_locale(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    run(["show", "--help"])
    assert capsys.readouterr().out.startswith("usage: ")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    run(["show", "--help"])
    assert capsys.readouterr().out.startswith("用法: ")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["show"], "缺少: RECORD"),
        (["nonsense"], "没有 'nonsense' 这一项"),
        (["draw", "x"], "COUNT: 'x' 不是整数"),
        (["search", "a", "--limit"], "--limit: 后面要写一个值"),
        (["search", "a", "--nonsense"], "不认识: --nonsense"),
        (["followups", "--overdue=x"], "后面不能写值 'x'"),
        (["assign", "--why", "x"], "缺少: UNIT"),
        (["bundle", "send", "x"], "没有 'send' 这一项 (可用: 'write', 'read')"),
        (["units", "--c", "x"], "--c 不明确, 可能是"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_said_in_chinese(wrong: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "zh", *wrong]) == 2
    err = capsys.readouterr().err
    assert said.replace("'", "") in err.replace("'", "")  # some Pythons quote choices, some do not
    assert not ENGLISH.search(err)


def test_wrong_usage_keeps_argparse_s_english(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--lang", "en", "show"]) == 2
    assert "the following arguments are required: RECORD" in capsys.readouterr().err


def test_every_word_of_argparse_s_keeps_its_blanks() -> None:
    blanks = re.compile(r"%\(\w+\)s|%s|%r")
    for english, chinese in read_texts(SHARED, "help.zh").items():
        assert isinstance(chinese, str)
        assert set(blanks.findall(chinese)) <= set(blanks.findall(english))
        if "%(" not in english:
            assert blanks.findall(chinese) == blanks.findall(english)


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], ""),
        (["--lang", "zh"], "zh"),
        (["units", "--lang=en"], "en"),
        (["--la", "en", "units"], "en"),
        (["--lang"], ""),
        (["--lang", "fr"], ""),
        (["-l", "zh"], ""),
    ],
)
def test_the_language_is_found_wherever_it_stands(arguments: list[str], language: str) -> None:
    assert asked_for(arguments) == language
