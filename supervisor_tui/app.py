"""The workbench as a Textual program: which screen opens when, what works everywhere, how it ends.

A table of contents: work happens in `sync`, `forms` and the screens. Nothing heavy is imported before the first screen.
"""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.screen import Screen

from supervisor_tui.commands import EVERYWHERE, LINE_KEYS, bindings
from supervisor_tui.files import opened
from supervisor_tui.jobs.sync import Exchanged, LanguageChanged
from supervisor_tui.jobs.sync_app import SyncApp
from supervisor_tui.labels.at_start import start_words
from supervisor_tui.labels.campaigns import campaign_title, learn_words
from supervisor_tui.labels.file_faults import fault_words
from supervisor_tui.locale import from_locale, language, set_language, t
from supervisor_tui.screens.base import WorkbenchScreen
from supervisor_tui.terminal.text import harmless, wrap
from supervisor_tui.terminal.themes import DARK, LIGHT
from sync.model.kinds import OFFICE
from sync.replica import Missing, Replica, ReplicaError
from sync.replica.queries.campaigns import campaigns, choose, is_chosen
from sync.replica.queries.upgraded import has_changes
from sync.replica.storage import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.driver import Driver

    from supervisor_tui.jobs.job import Job, Outcome
    from supervisor_tui.reports.request import ReportRequest
    from supervisor_tui.screens.profile.unlock import Change

DEMO, JOINED = "demo", "joined"  # what the app returns when the first-run screen asks for the demo, or has joined
ASKED_FOR_DEMO = -1
SCREENS = {  # what opens from everywhere, with the module it is imported from when it is first opened
    "todo": "todo:TodoScreen",  # what waits for this person
    "search": "records.search:SearchScreen",  # search over everything
    "register": "records.follow_ups:RegisterScreen",  # the register of follow-ups
    "conflicts": "records.conflicts:ConflictsScreen",  # fields that two people changed differently
    "stages": "office.stage_gates:StagesScreen",  # where every unit stands at the gate of a stage
    "duty": "office.assignments:DutyScreen",  # who answers for which unit, and what is missing
    "reviews": "office.reviews:ReviewsScreen",  # what waits for the office's review
    "aside": "office.quarantine:AsideScreen",  # what waits in quarantine for the office's ruling
    "brief": "office.brief:BriefScreen",  # the figures of a period, each with its records
}
_TELL_AGAIN = 5.0  # seconds between two words on keys that do nothing
_OF_THE_OFFICE = ("aside", "reviews")


class WorkbenchApp(SyncApp):
    """The workbench over one profile's file; without a file, the first-run screen."""

    DEFAULT_MODE = "begun"  # one mode at a time: screens over a first screen, which is replaced with its mode
    OPENING = frozenset({"passphrase"})
    ENABLE_COMMAND_PALETTE = False  # ours is translated and finds Chinese
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE)
    CSS = """
    Toast { width: auto; max-width: 90%; padding: 0 1; }
    """

    def __init__(
        self, path: Path, replica: Replica | None, *, sync_at_once: bool = False, spoken: str | None = None
    ) -> None:
        super().__init__(path)
        self._beginnings = 0
        self.add_mode(self.DEFAULT_MODE, self.get_default_screen)
        self._spoken = spoken  # the language that was asked for, whatever the file says
        self._sync_at_once = sync_at_once
        self._told_of_keys = -_TELL_AGAIN
        self._replica: Replica | None = None
        self._offered_copy = False
        self.stepped = ""  # the follow-up whose step was taken last, which can be taken back
        for theme in (DARK, LIGHT):
            self.register_theme(theme)
        self.theme = DARK.name
        if replica is not None:
            self._take(replica)
        self.animation_level = "none"

    def _take(self, replica: Replica) -> None:
        """Work with this open file from now on."""
        self._replica = replica
        learn_words(replica)
        chosen = replica.setting("theme")
        self.theme = chosen if chosen in (DARK.name, LIGHT.name) else DARK.name

    @property
    def replica(self) -> Replica:
        """The open file; raises `Missing` before this laptop has joined."""
        if self._replica is None:
            raise Missing("This laptop has not joined a district yet.")
        return self._replica

    def get_default_screen(self) -> Screen[Any]:
        """The units; the passphrase's screen where the file is locked; or the first-run screen."""
        if self._replica is None and self.path.exists():
            from supervisor_tui.screens.profile.unlock import UnlockScreen

            return UnlockScreen(self.path)
        if self._replica is None:
            from supervisor_tui.screens.profile.first_run import FirstRunScreen

            return FirstRunScreen(self.path)
        from supervisor_tui.screens.records.units import UnitsScreen

        return UnitsScreen()

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver; for a browser, ours."""
        driver = super().get_driver_class()
        if driver.__name__ != "WebDriver":
            return driver
        from supervisor_tui.served.driver import ServedDriver

        return ServedDriver

    def on_ready(self) -> None:
        """What stands now stays: keep the collector from walking it again and again."""
        gc.freeze()
        gc.enable()
        if self._sync_at_once:
            self.action_open_sync()
        self._tell_of_file()

    # --- everywhere --------------------------------------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before joining there is nothing to open, and the help is of what there is; rulings are the office's."""
        if action in ("rescue", "help"):
            return self._replica is not None
        if not action.startswith("open"):
            return True
        if self._replica is None:
            return False
        return action != "open" or parameters[0] not in _OF_THE_OFFICE or self._replica.joined().role == OFFICE

    def on_key(self, event: events.Key) -> None:
        """A sign that nothing took is not dropped without a word; one word for many."""
        if not event.is_printable or event.key in self.screen.active_bindings:
            return
        if event.time - self._told_of_keys > _TELL_AGAIN:
            self._told_of_keys = event.time
            self.notify(t("app.no_key", key=harmless(event.character or "")), severity="warning")

    def on_paste(self, event: events.Paste) -> None:
        """Text that nothing took: the key that opens a line has what follows it, any other text did nothing."""
        text = event.text.strip()
        key = LINE_KEYS.get(text[:1], "")
        bound = self.screen.active_bindings.get(key)
        if bound is not None and bound.enabled:
            self.type_next(events.Key(key, text[0]), events.Paste(text[1:]))
        elif text:
            self.drop_line_end()
            self.notify(t("app.no_text", count=len(text)), severity="warning")

    def action_help(self) -> None:
        """What can be done on the screen below."""
        from supervisor_tui.screens.dialogs.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_palette(self) -> None:
        """Every command of the screen below, found by typing."""
        from supervisor_tui.screens.dialogs.palette import PaletteScreen

        if not isinstance(self.screen, PaletteScreen):
            self.push_screen(PaletteScreen(self.screen))

    def action_open_sync(self) -> None:
        """The exchange with the office, begun at once."""
        from supervisor_tui.screens.sync import SyncScreen

        if not isinstance(self.screen, SyncScreen):
            self.push_screen(SyncScreen())

    def action_open(self, name: str) -> None:
        """One of `SCREENS`, by its name."""
        module, _, screen = SCREENS[name].partition(":")
        self._open(getattr(import_module(f"supervisor_tui.screens.{module}"), screen))

    def action_open_export(self) -> None:
        """Ask which report, then write it beside the screens; one at a time."""
        from supervisor_tui.screens.dialogs.export import ask_for_report

        if isinstance(self.screen, WorkbenchScreen):
            ask_for_report(self.screen, self.replica, self._write_report)

    def _write_report(self, asked: ReportRequest, name: str) -> None:
        from supervisor_tui.jobs.export import export_work

        self._do(f"{t('export.begun')}: {name}", lambda progress: export_work(self.path, asked, name, progress))

    def action_open_checks(self) -> None:
        """Verify everything, fold everything again, or see what an upgrade changed."""
        from supervisor_tui.jobs.verify import rebuild_work, verify_work
        from supervisor_tui.screens.dialogs.choice import ChooseScreen
        from supervisor_tui.screens.profile.upgraded import UpgradedScreen

        works = {"verify": verify_work, "rebuild": rebuild_work}
        names = [*works, *(["upgraded"] if has_changes(self.replica) else [])]

        def chosen(name: str | None) -> None:
            if name == "upgraded":
                self._open(UpgradedScreen)
            elif name is not None:
                self._do(t(f"work.{name}"), lambda progress: works[name](self.path, progress))

        self.push_screen(ChooseScreen(t("work.ask"), [(name, t(f"work.{name}")) for name in names]), chosen)

    def _do(self, title: str, job: Job) -> None:
        """Long work in sight, which can be stopped; then what came of it."""
        from supervisor_tui.screens.dialogs.progress import WorkScreen

        def done(outcome: Outcome | None) -> None:
            if outcome is not None:
                self.notify(outcome.words, severity=outcome.severity, timeout=15)
                self._tell_screen()

        self.push_screen(WorkScreen(title, job), done)

    def action_open_passphrase(self) -> None:
        """Set, change or remove the passphrase, with nothing else under way in the file."""
        from supervisor_tui.screens.entry.input import InputScreen
        from supervisor_tui.screens.profile.passphrase import PassphraseScreen

        if self._is_file_in_use():
            self.notify(t("passphrase.busy"), severity="warning")
        elif any(isinstance(screen, InputScreen) for screen in self.screen_stack):
            self.notify(t("passphrase.in_form"), severity="warning")
        else:
            self._open(PassphraseScreen)

    def _is_file_in_use(self) -> bool:
        """Whether anything beside the screens works with the file: an exchange, a report, an attachment on its way."""
        return any(worker.group != "passphrase" and not worker.is_finished for worker in self.workers)

    async def change_passphrase(self, change: Change) -> None:
        """Let go of the file and of every screen that reads it, then write it anew under the other key."""
        from supervisor_tui.screens.profile.unlock import RelockScreen

        if self._is_file_in_use():
            self.notify(t("passphrase.busy"), severity="warning")
            return
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        screen = RelockScreen(self.path, change)
        await self.begin_with(screen)
        self.replica.close()
        self._replica = None
        screen.begin()

    def open_profile(self) -> None:
        """Open the file, which is unlocked now, in the language kept in it, and begin with the units."""
        from supervisor_tui.screens.records.units import UnitsScreen

        self._take(Replica.open(self.path))
        if not self._spoken and (kept := self.replica.setting("language")):
            set_language(kept)
        self.begin_with(UnitsScreen())
        self._tell_of_file()

    def _tell_of_file(self) -> None:
        """Say what there is to say of the file that was just opened."""
        if self._replica is not None:
            for said in start_words(self._replica, "workbench"):
                self.notify(said, severity="warning", timeout=60)

    def begin_with(self, screen: Screen[Any]) -> AwaitComplete:
        """Put another screen in the place of all that are open; nothing once the program closes them to end."""
        if not self.is_running:
            return AwaitComplete()
        left, self._beginnings = self.current_mode, self._beginnings + 1
        mode = f"{self.DEFAULT_MODE}-{self._beginnings}"
        self.add_mode(mode, lambda: screen)
        self.switch_mode(mode)
        return self.remove_mode(left)

    def action_open_campaign(self) -> None:
        """Choose the campaign to work in; records of the others stay where they are."""
        from supervisor_tui.screens.dialogs.choice import ChooseScreen

        choices = [(each.id, campaign_title(each)) for each in campaigns(self.replica)]
        if is_chosen(self.replica):
            choices.append(("", t("campaign.of_each")))
        self.push_screen(ChooseScreen(t("campaign.choose"), choices), self._work_in)

    def _work_in(self, campaign_id: str | None) -> None:
        if campaign_id is not None:
            self._write(lambda: choose(self.replica, campaign_id))
            learn_words(self.replica)
            for screen in self.screen_stack:
                screen.post_message(LanguageChanged())

    def _write(self, write: Callable[[], object]) -> None:
        """Write into the file, or say why it cannot be written."""
        try:
            write()
        except ReplicaError as error:
            self.notify(fault_words(error), severity="error", timeout=30)

    def action_rescue(self) -> None:
        """Write a copy of everything that the open file holds, wherever the file is by now."""
        from supervisor_tui.files.rescue import ask_for_copy

        ask_for_copy(self, self.replica)

    def _open(self, screen: type[Screen[Any]]) -> None:
        if not isinstance(self.screen, screen):
            self.push_screen(screen())

    def action_switch_language(self) -> None:
        """The other language, now and the next time."""
        set_language("en" if language() == "zh" else "zh")
        if self._replica is not None:
            self._write(lambda: self.replica.set_setting("language", language()))
        for screen in self.screen_stack:
            screen.post_message(LanguageChanged())
        self.notify(t("app.language_now"))

    async def action_quit(self) -> None:
        """Leave, at the person's wish; what is not on disk is not left without a question.

        Where the file has gone, a first time offers a copy of what is still held.
        """
        if self._replica is not None and not self._offered_copy:
            try:
                self._replica.must_be_there()
            except ReplicaError as error:
                self._offered_copy = True
                self.notify(fault_words(error), severity="error", timeout=30)
                self.action_rescue()
                return
            for screen in self.screen_stack:
                if isinstance(screen, WorkbenchScreen) and screen.has_unsaved():
                    screen.ask_before_leaving(self.ask_to_end)
                    return
        self.ask_to_end()

    def action_help_quit(self) -> None:
        """Ctrl+C quits nothing; say how to."""
        self.notify(t("app.how_to_quit"))

    def notify(self, message: str, *, timeout: float | None = None, severity: Any = "information", **_: Any) -> None:
        """A notice: never markup, and wrapped here, because Textual cuts Chinese that it wraps itself."""
        lines = wrap(message, max(20, min(70, self.size.width * 3 // 4)))
        super().notify("\n".join(lines), severity=severity, timeout=timeout, markup=False)

    def on_exchanged(self, _: Exchanged) -> None:
        """The words of the campaign may have come with it; the exchange's own part follows."""
        learn_words(self.replica)

    def on_unmount(self) -> None:
        """Stop what runs in the background, close the file."""
        self.sync_job.stop()
        if self._ending is not None:
            self._ending.begin()
        if self._replica is not None:
            self._replica.close()
        opened.clear(self.path)


def run_workbench(path: Path, language: str | None = None) -> int:
    """Open the workbench over the file at `path` until the person quits; the exit code."""
    app = _run_once(path, language, sync_at_once=False)
    if app.return_value == JOINED:
        app = _run_once(path, language, sync_at_once=True)
    if app.return_value == DEMO:
        return ASKED_FOR_DEMO
    return (app.return_code or 0) if app.crash_report else 0


def _run_once(path: Path, language: str | None, *, sync_at_once: bool) -> WorkbenchApp:
    opened.clear(path)
    replica = Replica.open(path) if path.exists() and not connect.is_locked(path) else None
    set_language(language or (replica.setting("language") if replica else None) or from_locale())
    app = WorkbenchApp(path, replica, sync_at_once=sync_at_once, spoken=language)
    app.run_to_its_end()
    if words := app.fault_words():
        sys.stderr.write(words + "\n")
    return app
