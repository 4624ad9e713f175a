"""`serve`: the same workbench in a browser on this machine."""

from __future__ import annotations

import argparse

from supervisor_tui.cli.commands import DONE
from supervisor_tui.cli.options.outcome import Refusal, profile_path
from supervisor_tui.files.profiles import home
from supervisor_tui.locale import language, t


def serve(options: argparse.Namespace) -> int:
    """Serve the workbench until stopped; the whole address, key included, is printed."""
    profile_path(options)  # a bad name is refused here, not in a browser
    try:
        from supervisor_tui.served.server import WorkbenchServer
    except ImportError as error:
        raise Refusal(t("served.missing")) from error
    arguments = ["--home", str(home(options.home)), "--profile", options.profile, "--lang", language()]
    if options.passphrase_file:
        arguments += ["--passphrase-file", options.passphrase_file]
    try:
        server = WorkbenchServer(arguments, options.port)
    except (OSError, OverflowError) as error:
        raise Refusal(t("served.port", port=options.port)) from error
    server.serve()
    return DONE
