"""`central-store bundle answer`: the store's end of an exchange by stick."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sync.central.cli.output import print_line, print_wrong
from sync.central.locale import has, t
from sync.console.arguments import described
from sync.console.named_files import given_path

if TYPE_CHECKING:
    from sync.central.bundles.exchange import Answered
    from sync.central.service.store import Store

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the command."""
    bundle = described(commands, "bundle", "exchange by stick").add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    answer = described(bundle, "answer", "answer the request in a file, or every request in a folder")
    answer.add_argument("source", metavar="IN", help="what `supervisor-tui bundle write` wrote, or the folder it is in")
    answer.add_argument("target", metavar="OUT", help="the file, or the folder, for what `bundle read` is to read")
    answer.set_defaults(work=_answer, open_store=open_store)


def _answer(options: argparse.Namespace) -> int:
    from sync.central.bundles.exchange import Answered, answer_all
    from sync.central.service.refusals import message_of

    source, target = given_path(options.source), given_path(options.target)
    store = options.open_store(options)
    code, count = 0, 0
    for done in answer_all(store, source, target):
        count += 1
        if isinstance(done, Answered):
            print_line(_said(done))
        else:
            print_wrong(f"{done[0].name}: {message_of(done[1])}")
            code = 1
    if not count:
        print_wrong(t("stick.none"))
        return 1
    return code


def _said(done: Answered) -> str:
    said = t("stick.answered", file=done.path.name, taken=done.taken)
    said += t("stick.apart", count=done.apart) if done.apart else ""
    said += t("stick.given", count=done.given)
    if done.attached or done.fetched:
        said += t("stick.attached", taken=done.attached, given=done.fetched)
    why = t(f"denied.{done.refusal}") if has(f"denied.{done.refusal}") else done.refusal
    return said + (t("stick.refused", why=why) if done.refusal else "")
