"""The passphrase of a profile: asked for when a file is encrypted, and set, changed or removed by a command.

It comes from the file that `--passphrase-file` or `SUPERVISOR_TUI_PASSPHRASE_FILE` names, else from the terminal, where
it is typed unseen. It is never an argument and never printed.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path

from supervisor_tui.cli.commands import DONE, WRONG_USAGE
from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.cli.options.output import print_line
from supervisor_tui.locale import t
from sync.console.named_files import given_path, read_given
from sync.ledger.passphrase import SHORTEST
from sync.replica import Missing
from sync.replica.storage import connect, encryption
from sync.replica.storage.rekey import clear_leftover, relock

_MOST_BYTES = 1024


def unlock(options: argparse.Namespace, path: Path) -> encryption.Key | None:
    """Let the profile's file be opened in this process; None if it is plain."""
    if not path.exists():
        raise Missing("There is no profile yet.")
    if not connect.is_locked(path):
        return encryption.remembered(path)
    connect.encrypting_driver()  # without it there is no use in asking
    key = connect.unlock(path, given_passphrase(options) or _asked("cli.passphrase_ask"))
    clear_leftover(path)
    return key


def passphrase(options: argparse.Namespace) -> int:
    """Set, change or remove the passphrase."""
    path = profile_path(options)
    connect.encrypting_driver()
    old = unlock(options, path)
    if (options.action == "set") != (old is None):
        raise Refusal(t("cli.passphrase_is_set" if old else "cli.passphrase_is_not_set"))
    if options.action == "remove":
        relock(path, old, None)
        print_line(t("cli.passphrase_removed"))
        return DONE
    fresh = _read(options.new_file) if options.new_file else None
    if options.action == "set":
        fresh = fresh or given_passphrase(options)
    fresh = fresh or _asked_twice()
    if len(fresh) < SHORTEST:
        raise Refusal(t("cli.passphrase_short", shortest=SHORTEST))
    relock(path, old, encryption.new_key(fresh))
    print_line(t(f"cli.passphrase_{options.action}"))
    return DONE


def backup(options: argparse.Namespace) -> int:
    """Copy the profile into a new file."""
    from sync.replica.maintenance.backup import Exists
    from sync.replica.maintenance.backup import backup as copy

    path = profile_path(options)
    key = unlock(options, path)
    try:
        copy(path, given_path(options.file), "" if key else given_passphrase(options) or "")
    except Exists as error:
        raise Refusal(t("cli.backup_exists", file=options.file)) from error
    print_line(t("cli.backup_made", file=options.file))
    return DONE


def restore(options: argparse.Namespace) -> int:
    """Make a new profile from a backup."""
    from sync.replica import Damaged
    from sync.replica.maintenance.backup import Exists
    from sync.replica.maintenance.backup import restore as make

    source = given_path(options.file)
    if not source.is_file():
        raise Refusal(t("cli.no_such_file", file=options.file))
    try:
        words = (given_passphrase(options) or _asked("cli.passphrase_ask")) if connect.is_locked(source) else ""
        aside = make(source, profile_path(options), words, force=options.force)
    except Exists as error:
        raise Refusal(t("cli.restore_exists", profile=options.profile)) from error
    except (Damaged, Missing) as error:
        raise Refusal(t("cli.not_a_backup", file=options.file)) from error
    print_line(t("cli.restored"))
    if aside is not None:
        print_line(t("cli.set_aside", profile=aside.parent.name))
    return DONE


def given_passphrase(options: argparse.Namespace) -> str | None:
    """The passphrase from the file that was named, None where none was."""
    file = options.passphrase_file or os.environ.get("SUPERVISOR_TUI_PASSPHRASE_FILE")
    return _read(file) if file else None


def _read(file: str) -> str:
    """The first line of a file."""
    try:
        line = read_given(given_path(file), _MOST_BYTES).decode().partition("\n")[0].rstrip("\r")
    except (OSError, ValueError) as error:
        raise Refusal(t("cli.no_such_file", file=file)) from error
    if not line:
        raise Refusal(t("cli.passphrase_empty", file=file))
    return line


def _asked(key: str) -> str:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise Refusal(t("cli.passphrase_wanted"))
    return getpass.getpass(t(key) + " ", stream=sys.stderr)


def _asked_twice() -> str:
    first = _asked("cli.passphrase_ask_new")
    if _asked("cli.passphrase_ask_again") != first:
        raise Refusal(t("cli.passphrase_differs"), WRONG_USAGE)
    return first
