"""Opening the workbench from the command line."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from supervisor_tui.cli.commands import WRONG_USAGE
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.locale import t


def run(options: argparse.Namespace) -> int:
    """Open the workbench on a terminal; without one, say so. The first-run screen may ask for the demo."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) and "TEXTUAL_DRIVER" not in os.environ:  # `serve` names one
        raise Refusal(t("cli.no_terminal"), WRONG_USAGE)
    path = profile_path(options)
    if path.exists() and not _asks_itself(options, path):
        open_replica(options).close()  # what is wrong with the file is said here
    import gc

    os.environ.setdefault("TEXTUAL_FPS", "1000")  # what a key changes in a second step need not wait 16 ms
    gc.disable()  # nothing of the imports is garbage; collecting between them costs 10 to 20 ms
    from supervisor_tui.app import ASKED_FOR_DEMO, run_workbench

    code = run_workbench(path, language=options.lang)
    if code != ASKED_FOR_DEMO:
        return code
    from supervisor_tui.demo import run as run_demo

    return run_demo(argparse.Namespace(headless=False, units=0, keep=None))


def _asks_itself(options: argparse.Namespace, path: Path) -> bool:
    """Whether the workbench itself asks for the passphrase: the file is encrypted, and no file names its own."""
    from sync.replica.storage import connect

    if not connect.is_locked(path):
        return False
    from supervisor_tui.cli.options.passphrase import given_passphrase

    if given_passphrase(options) is not None:
        return False
    connect.encrypting_driver()  # without it there is no use in asking
    return True
