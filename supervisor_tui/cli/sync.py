"""The commands that talk to the central store: join and sync."""

from __future__ import annotations

import argparse
import platform
import sys
import time

from supervisor_tui.cli.commands import DONE, NO_CONNECTION, REFUSED
from supervisor_tui.cli.options.lookup import open_replica
from supervisor_tui.cli.options.outcome import Refusal, profile_path, say
from supervisor_tui.cli.options.output import print_json, print_line
from supervisor_tui.labels.connection import error_words, file_value, files_words, join_error_words, line_words
from supervisor_tui.labels.fork import fork_words
from supervisor_tui.labels.oversized import waiting_value, waiting_words
from supervisor_tui.labels.quarantine import do_words, ledger_words, why_words
from supervisor_tui.locale import t
from supervisor_tui.terminal.text import one_line
from sync.client.session import ExchangeError, NoConnection, Progress, Result, exchange
from sync.replica import Replica
from sync.replica.editing.waiting_attachments import waiting_files
from sync.replica.sync_state import forked

_WATCH_SECONDS = 60


def join(options: argparse.Namespace) -> int:
    """Enrol this laptop; an existing profile is never overwritten."""
    from sync.client.enrolment import join as enrol

    path = profile_path(options)
    if path.exists():
        raise Refusal(t("cli.profile_exists", profile=options.profile))
    try:
        identity = enrol(path, options.url, options.code, options.device or platform.node() or "laptop")
    except ExchangeError as error:
        code = NO_CONNECTION if isinstance(error, NoConnection) else REFUSED
        raise Refusal(join_error_words(error.code, error.named), code) from error
    print_line(t("cli.joined", person=identity.person_name, district=identity.district_name))
    return DONE


def sync(options: argparse.Namespace) -> int:
    """Exchange until nothing is left; with --watch again and again."""
    with open_replica(options) as replica:
        if options.verbose:
            for line in line_words(replica.joined().server):
                print(line, file=sys.stderr)
        while True:
            code = _exchange_once(replica, as_json=options.json, keep_on=options.watch)
            if not options.watch:
                return code
            time.sleep(_WATCH_SECONDS)


def _exchange_once(replica: Replica, *, as_json: bool, keep_on: bool) -> int:
    is_terminal = sys.stderr.isatty()

    def show(progress: Progress) -> None:
        total = f" / {progress.total}" if progress.total else ""
        print(f"\r{t('cli.' + progress.phase)} {progress.done}{total}   ", end="", file=sys.stderr, flush=True)

    try:
        result = exchange(replica, show if is_terminal else lambda _: None)
    except NoConnection as error:
        if not keep_on:
            raise
        return say(error_words(error.code, error.named), NO_CONNECTION)
    finally:
        if is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr)
    print_result(replica, result, as_json=as_json)
    return DONE


def print_result(replica: Replica, result: Result, *, as_json: bool) -> None:
    """Say what an exchange did, over whichever transport."""
    if as_json:
        print_json(_as_printed(replica, result))
        return
    if result.attached:
        print_line(t("cli.attached_sent", count=result.attached))
    if result.fetched:
        print_line(t("cli.attached_fetched", count=result.fetched))
    print_line(t("cli.synced", pushed=result.pushed, pulled=result.pulled, conflicts=result.conflicts))
    if replica.setting("skew"):
        print_line("  " + t("skew.here"))
    if result.renewed and (fork := forked.recent(replica)) is not None:
        print_line("  " + fork_words(replica, fork))
    for kept in result.quarantined:
        said = f"{why_words(kept.code)}. {do_words(kept.code)}"
        ledger = one_line(ledger_words(replica, kept.ledger))
        print_line("  " + t("cli.kept_apart", ledger=ledger, seq=kept.seq, message=said))

    for waiting in result.waiting:
        print_line("  " + waiting_words(replica, waiting))
    if said := files_words(replica):
        print_line("  " + said)
    if result.server:
        print_line("  " + t("line.moved", server=one_line(result.server)))


def _as_printed(replica: Replica, result: Result) -> dict[str, object]:
    return {
        "pushed": result.pushed,
        "pulled": result.pulled,
        "quarantined": [
            {"ledger": kept.ledger, "seq": kept.seq, "code": kept.code, "message": kept.message}
            for kept in result.quarantined
        ],
        "conflicts": result.conflicts,
        "bytes_sent": result.bytes_sent,
        "bytes_received": result.bytes_received,
        "round_trips": result.round_trips,
        "seconds": result.seconds,
        "renewed": result.renewed,
        "waiting": [*map(waiting_value, result.waiting), *map(file_value, waiting_files(replica))],
        "server": result.server,
    }
