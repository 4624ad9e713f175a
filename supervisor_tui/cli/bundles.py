"""The command that exchanges by stick: `bundle write` and `bundle read`."""

from __future__ import annotations

import argparse
from pathlib import Path

from supervisor_tui.cli.commands import DONE, WRONG_USAGE
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import Refusal
from supervisor_tui.cli.options.output import print_json, print_line, progress_line
from supervisor_tui.cli.sync import print_result
from supervisor_tui.files.attachments import carried_words
from supervisor_tui.labels.file_faults import system_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.console.named_files import given_path, shown_path
from sync.protocol.bundle import StickFault
from sync.replica import Replica


def bundle(options: argparse.Namespace) -> int:
    """Write what is to go to the office into a file, or read what the office answered."""
    path = given_path(options.file)
    try:
        with open_replica(options) as replica:
            return (_write if options.action == "write" else _read)(replica, path, options)
    except StickFault as error:
        raise Refusal(t("error.stick", why=system_words(error))) from error


def _write(replica: Replica, path: Path, options: argparse.Namespace) -> int:
    from sync.client.bundle_attachments import MIB, MOST_STICK_BYTES
    from sync.client.bundle_exchange import write_request

    if not 0 <= options.attachments * MIB <= MOST_STICK_BYTES:
        raise Refusal(t("cli.bundle_attachments", most=MOST_STICK_BYTES // MIB), WRONG_USAGE)
    with progress_line() as tell:
        written = write_request(
            replica, path, options.attachments * MIB, lambda progress: tell(progress.done, progress.total)
        )
    if options.json:
        told = {"attachments": written.attachments, "unfinished": written.unfinished}
        print_json({"file": shown_path(written.path), "entries": written.entries, "bytes": written.bytes} | told)
    else:
        print_line(t("cli.bundle_written", file=one_line(str(written.path)), entries=written.entries))
        if carried := carried_words(written):
            print_line(carried)
    return DONE


def _read(replica: Replica, path: Path, options: argparse.Namespace) -> int:
    from sync.client.bundle_exchange import answers_in, read_answer

    answers = answers_in(replica, path) if path.is_dir() else [path]
    if not answers:
        raise Refusal(t("error.no_answer"))
    for answer in answers:
        with progress_line() as tell:
            result = read_answer(replica, answer, lambda progress: tell(progress.done, progress.total))
        print_result(replica, result, as_json=options.json)
        if result.again and not options.json:
            print_line("  " + t("cli.bundle_again"))
    return DONE
