"""`central-store bundle answer`: the store's end of an exchange by stick."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.central.store import Store

Open = Callable[[argparse.Namespace], "Store"]


def add_commands(commands: Any, open_store: Open) -> None:
    """Add the command."""
    bundle = commands.add_parser("bundle", help="exchange by stick").add_subparsers(dest="action", required=True)
    answer = bundle.add_parser("answer", help="answer the request in a file, or every request in a folder")
    answer.add_argument("source", metavar="IN", help="what `supervisor-tui bundle write` wrote, or the folder it is in")
    answer.add_argument("target", metavar="OUT", help="the file, or the folder, for what `bundle read` is to read")
    answer.set_defaults(work=_answer, open_store=open_store)


def _answer(options: argparse.Namespace) -> int:
    from sync.central.stick import Answered, answer_all

    source, target = Path(options.source).expanduser(), Path(options.target).expanduser()
    store = options.open_store(options)
    code, count = 0, 0
    try:
        for done in answer_all(store, source, target):
            count += 1
            if isinstance(done, Answered):
                print(_said(done))
            else:
                print(f"{done[0].name}: {done[1]}", file=sys.stderr)
                code = 1
    finally:
        store.close()
    if not count:
        print("There is no request in this folder.", file=sys.stderr)
        return 1
    return code


def _said(done: Any) -> str:
    apart = f" ({done.apart} kept apart)" if done.apart else ""
    refused = f"; then refused: {done.refusal}" if done.refusal else ""
    return f"{done.path.name}: {done.taken} entries taken{apart}, {done.given} given{refused}"
