"""Opening the workbench from the command line."""

from __future__ import annotations

import argparse
import sys

from supervisor_tui.cli.outcome import Refusal, profile_path
from supervisor_tui.cli.parser import WRONG_USAGE
from supervisor_tui.locale import t


def run(options: argparse.Namespace) -> int:
    """Open the workbench on a terminal; without one, say so in a sentence."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refusal(t("cli.no_terminal"), WRONG_USAGE)
    import gc

    gc.disable()  # nothing of the imports is garbage; collecting between them costs 10 to 20 ms
    from supervisor_tui.app import run_workbench

    return run_workbench(profile_path(options), language=options.lang)
