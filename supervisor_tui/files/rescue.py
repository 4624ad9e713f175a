"""A copy of everything the open file holds, for when the file itself is no longer where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import t
from sync.model.days import stamp

if TYPE_CHECKING:
    from textual.app import App

    from sync.replica import Replica


def ask_for_copy(app: App[str], replica: Replica) -> None:
    """Ask for a file's name and write the copy there; what came of it is a notice."""
    from supervisor_tui.jobs.export import documents
    from supervisor_tui.screens.dialogs.prompt import AskScreen

    if not isinstance(app.screen, AskScreen):
        ask = AskScreen(t("rescue.ask"), str(documents() / f"supervisor-tui-{stamp()}.db"))
        app.push_screen(ask, lambda typed: _write(app, replica, typed))


def _write(app: App[str], replica: Replica, typed: str | None) -> None:
    from supervisor_tui.files.attachments import file_of
    from sync.replica import ReplicaError
    from sync.replica.maintenance.backup import Exists, copy_open

    if not typed:
        return
    try:
        target = file_of(typed)
        copy_open(replica, target)
    except Exists:
        app.notify(t("rescue.exists"), severity="warning")
    except ReplicaError as error:
        app.notify(t("rescue.failed", reason=fault_words(error)), severity="error", timeout=30)
    else:
        app.notify(t("rescue.written", file=target), timeout=30)
