"""A message names only options that the command it appears for has: both programs, both languages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest

from supervisor_tui.cli import commands as laptop
from supervisor_tui.locale import words as laptop_words
from sync.central.cli import commands as office
from sync.central.locale import words as office_words

_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
LAPTOP = {  # key -> the commands its words appear for; "" is the program itself
    "cli.passphrase_wanted": ("",),
    "cli.set_aside": ("", "restore"),
    "cli.value_not_json": ("resolve",),
    "cli.take_or_value": ("resolve",),
    "cli.fields_wanted": ("record", "correct"),
    "cli.profile_exists": ("join",),
    "cli.restore_exists": ("restore",),
    "cli.form_wants_unit": ("form",),
    "cli.form_no_terminal": ("form",),
    "cli.no_terminal": ("",),
    "cli.demo_no_terminal": ("demo",),
    "cli.group_or_liaison": ("assign",),
    "cli.enrol_no_day": ("enrol",),
    "cli.enrol_no_units": ("enrol",),
    "cli.key_wanted": ("verify",),
    "close.say_each": ("close",),
    "close.after_closing": ("record",),
    "file.foreign_log": ("restore",),  # they name that command
    "file.older.do": ("restore",),  # they name that command
    "file.no_locks": ("",),
    "file.no_shared_memory": ("",),
    "passphrase.set_aside": ("",),
    "issued.several": ("brief", "export"),
    "export.exists": ("export",),
    "export.which_format": ("export",),
    "export.wants_unit": ("export",),
    "export.wants_record": ("export",),
    "served.port": ("serve",),
}
OFFICE = {
    "office.group_or_liaison": ("assign",),
    "office.sees_nothing": ("person add",),
    "office.role_or_group": ("person change",),
    "office.revokes_followers": ("revoke",),
    "enrol.no_day": ("enrol",),
    "enrol.no_units": ("enrol",),
    "sample.made": ("import",),  # it names that command
    "zone.name_and_day": ("time-zone",),
    "refused.nobody": ("admit",),
    "refused.holds_a_district": ("restore",),
    "storage.no_locks": ("",),
    "storage.no_shared_memory": ("",),
    "storage.foreign_log": ("restore",),
}


OF_IMPORT = ("files.", "import.", "tables.", "values.")  # the office's words of these kinds appear for `import` alone


def _named(words: dict[str, tuple[str, ...]]) -> dict[str, set[str]]:
    found = {key: {option for said in pair for option in _OPTION.findall(said)} for key, pair in words.items()}
    return {key: options for key, options in found.items() if options}


@pytest.mark.parametrize(
    ("run", "words", "table"),
    [(laptop.run, laptop_words, LAPTOP), (office.run, office_words, OFFICE)],
    ids=["supervisor-tui", "central-store"],
)
def test_a_message_names_only_options_that_its_command_has(
    run: Callable[[Sequence[str]], int],
    words: Callable[[], dict[str, tuple[str, ...]]],
    table: dict[str, tuple[str, ...]],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def options(command: str) -> set[str]:
        run([*command.split(), "--help"])
        return set(_OPTION.findall(capsys.readouterr().out))

    named = _named(words())
    table = {key: ("import",) for key in named if key.startswith(OF_IMPORT)} | table
    assert named.keys() == table.keys(), "say here for which commands a new message appears"
    everywhere = options("")
    wrong = {
        (key, command, option)
        for key, commands in table.items()
        for command in commands
        for option in named[key] - options(command) - everywhere
    }
    assert not wrong


@pytest.mark.parametrize("program", ["supervisor_tui", "sync.central"])
@pytest.mark.parametrize(
    ("language", "words"), [("zh", "不要把文件直接拷回去"), ("en", "copying the file|just copied back")]
)
@pytest.mark.parametrize("command", ["backup", "restore"])
def test_help_says_that_a_backup_comes_back_by_restore_alone(
    program: str, language: str, words: str, command: str
) -> None:
    asked = [sys.executable, "-m", program, "--lang", language, command, "--help"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
    assert any(word.replace(" ", "") in "".join(said.split()) for word in words.split("|"))
