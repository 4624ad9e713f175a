"""Work in a thread beside the screens. Nothing else in the program starts a worker.

A fault of the program in there does not end the workbench: its place goes to the report, without any record's text, the
person gets a sentence, and whoever waited for the work is told that it came to nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from textual.message import Message

from sync.system.crash_report import write_report

if TYPE_CHECKING:
    from textual.app import App
    from textual.screen import Screen

    from supervisor_tui.app import WorkbenchApp


@dataclass
class Faulted(Message):
    """Work beside the screens met a fault of the program; its place is in the file `where`."""

    where: str
    told: Callable[[], object]


def beside(
    node: App[Any] | Screen[Any],
    job: Callable[[], object],
    told: Callable[[], object] = lambda: None,
    *,
    group: str,
    exclusive: bool = False,
) -> None:
    """Do a job in a thread; it posts what comes of it itself.

    After a fault `told` is called, in the loop of the screens, as long as `node` is there. `exclusive`: in place of the
    work of its group that is under way.
    """
    app = cast("WorkbenchApp", node.app)
    folder = app.path.parent

    def guarded() -> None:
        try:
            job()
        except Exception as error:
            app.post_message(Faulted(write_report(folder, error), lambda: told() if node.is_running else None))

    node.run_worker(guarded, thread=True, group=group, exclusive=exclusive)
