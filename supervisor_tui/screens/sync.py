"""The exchange with the office: progress, the last results, what the office holds by receipts, what it kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from supervisor_tui.commands import READ_STICK, START, STOP, WRITE_STICK, bindings
from supervisor_tui.files.attachments import carried_words
from supervisor_tui.labels.connection import error_words, files_words, last_error_words
from supervisor_tui.labels.dates import local
from supervisor_tui.labels.fork import fork_words
from supervisor_tui.labels.oversized import waiting_words
from supervisor_tui.labels.quarantine import ledger_words, reason_lines, said_words, unit_words, what_words, why_words
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.screens.dialogs.prompt import AskScreen
from supervisor_tui.terminal.text import one_line, wrap
from supervisor_tui.widgets.line import Line
from supervisor_tui.widgets.paged_list import Column, PagedList
from supervisor_tui.widgets.spans import Span
from supervisor_tui.widgets.text_page import TextPage
from sync.ledger.chains import Receipt
from sync.ledger.ids import COMMON_LEDGERS
from sync.replica import query
from sync.replica.editing import quarantine
from sync.replica.queries.rows import Listing, SetAsideRow
from sync.replica.sync_state import forked, oversized

_LINES = 7
_MOST_WAITING = 6  # lines
_STICK = "stick"  # setting: where bundles were last written or read


class SyncScreen(WorkbenchScreen[None]):
    """Where this laptop stands, and the exchange itself."""

    DEFAULT_CSS = """
    SyncScreen Line.body { background: $background; }
    SyncScreen #apart { height: auto; max-height: 8; }
    SyncScreen #apart.away, SyncScreen #apart-title.away, SyncScreen #waiting.away { display: none; }
    """
    AUTO_FOCUS = "#receipts"
    BINDINGS: ClassVar[list[BindingType]] = bindings([START, WRITE_STICK, READ_STICK, STOP])

    def body(self) -> ComposeResult:
        """Lines of state, what was kept apart, the receipts."""
        for number in range(_LINES):
            yield Line(id=f"state-{number}", classes="body")
        yield TextPage(id="waiting", can_focus=False)
        yield Line(id="apart-title")
        yield PagedList[SetAsideRow](self._apart_columns(), id="apart")
        yield Line(id="receipts-title")
        yield PagedList[Receipt](self._receipt_columns(), empty="sync.no_receipts", id="receipts")

    def on_mount(self) -> None:
        """Begin at once."""
        self.action_start()

    def heading(self) -> list[Span]:
        """Where this stands."""
        return titled(t("sync.title"), self.replica.joined().district_name)

    def read(self) -> None:
        """State, kept apart, receipts."""
        for number, spans in enumerate(self._state()):
            self.query_one(f"#state-{number}", Line).show(spans)
        self._show_waiting()
        apart = quarantine.mine(self.replica)
        listed_apart: PagedList[SetAsideRow] = self.query_one("#apart", PagedList)
        listed_apart.set_class(not apart, "away")
        listed_apart.styles.height = min(8, len(apart) + 1)
        self.query_one("#apart-title").set_class(not apart, "away")
        self.query_one("#apart-title", Line).show([(t("sync.apart_title", count=len(apart)), "bad")])
        listed_apart.show(Listing(len(apart), lambda offset, limit: apart[offset : offset + limit]))
        receipts = query.receipts(self.replica, 500)
        self.query_one("#receipts-title", Line).show([(t("sync.receipts_title", count=len(receipts)), "plain")])
        listed: PagedList[Receipt] = self.query_one("#receipts", PagedList)
        listed.show(Listing(len(receipts), lambda offset, limit: receipts[offset : offset + limit]))

    def _state(self) -> list[list[Span]]:
        standing = query.status(self.replica)
        pending: list[Span] = [(t("sync.none_pending"), "good")]
        if standing.pending:
            since = local(self.replica, standing.oldest_unsynced)
            pending = [(t("sync.pending_since", count=standing.pending, since=since), "warn")]
        return [
            [],
            _named("sync.state", self._exchange_words()),
            _named("sync.here", [*pending, *self._clock_words()]),
            _named("sync.office", [(t("sync.held", acknowledged=standing.acknowledged, mine=standing.mine), "plain")]),
            _named(
                "sync.last",
                [
                    (local(self.replica, standing.last_sync) or t("sync.never"), "plain"),
                    *self._last_error(standing.last_error),
                ],
            ),
            _named(
                "sync.server",
                [
                    (one_line(standing.server), "plain"),
                    ("  " + t("sync.as", person=one_line(standing.person_name)), "dim"),
                ],
            ),
            [],
        ]

    def _show_waiting(self) -> None:
        """A fork, what is too large for the way to the office, each with what to do, and attachments not sent."""
        fork = forked.recent(self.replica)
        waits = [waiting_words(self.replica, each) for each in oversized.waiting(self.replica)]
        said = "\n".join(
            filter(
                None, [fork_words(self.replica, fork) if fork is not None else "", *waits, files_words(self.replica)]
            )
        )
        page = self.query_one("#waiting", TextPage)
        page.set_class(not said, "away")
        page.styles.height = min(_MOST_WAITING, len(wrap(said, self.app.size.width - 5))) + 1
        page.show(lambda width: [[(line, "warn")] for line in wrap(said, width)])

    def _exchange_words(self) -> list[Span]:
        sync_job = self.bench.sync_job
        if sync_job.running:
            progress = sync_job.progress
            if progress is None:
                return [(t("sync.connecting"), "accent")]
            total = f" / {progress.total}" if progress.total else ""
            return [(f"{t('sync.phase_' + progress.phase)} {progress.done}{total}", "accent")]
        if sync_job.failure:
            return [(_error_words(sync_job.failure, sync_job.failure_named), "warn")]
        if (written := sync_job.written) is not None:
            said = t("stick.written", file=one_line(written.path.name), entries=written.entries)
            return [(said, "good"), ("  " + carried_words(written), "good")]
        if (result := sync_job.result) is not None and result.again:
            return [(t("stick.again"), "warn")]
        if result is not None:
            words = t("sync.done", pushed=result.pushed, pulled=result.pulled, seconds=f"{result.seconds:.1f}")
            return [(words, "good")]
        return [(t("sync.idle"), "dim")]

    def _clock_words(self) -> list[Span]:
        return [("  " + t("skew.here"), "warn")] if self.replica.setting("skew") else []

    def _last_error(self, code: str) -> list[Span]:
        return (
            [("  " + last_error_words(self.replica, code), "warn")] if code and not self.bench.sync_job.failure else []
        )

    def _apart_columns(self) -> list[Column[SetAsideRow]]:
        return [
            Column("sync.unit", lambda row: unit_words(self.replica, row), 14),
            Column("sync.what", what_words, 18),
            Column("sync.why", self._apart_words),
        ]

    def _apart_words(self, row: SetAsideRow) -> Span:
        if row.ruling is not None:
            return said_words(self.replica, row.ruling), "accent"
        return why_words(row.code), "warn"

    def _receipt_columns(self) -> list[Column[Receipt]]:
        return [
            Column("sync.number", lambda receipt: str(receipt.number), 8, "right"),
            Column("sync.unit", lambda receipt: one_line(ledger_words(self.replica, receipt.ledger))),
            Column("sync.up_to", lambda receipt: str(receipt.seq), 6, "right"),
            Column("sync.at", lambda receipt: local(self.replica, receipt.at), 16),
            Column("sync.verdict", lambda receipt: (t(f"verdict_of_version.{receipt.verdict}"), "plain"), 10),
            Column("sync.hash", lambda receipt: (receipt.hash[7:19], "dim"), 12),
        ]

    def on_paged_list_selected(self, event: PagedList.Selected) -> None:
        """Open the record kept apart, or say the whole reason where it has left; or the file of a receipt's unit."""
        if isinstance(event.row, SetAsideRow):
            self._open_apart(event.row)
            return
        if event.row.ledger not in COMMON_LEDGERS:
            from supervisor_tui.screens.records.unit import UnitScreen

            self.app.push_screen(UnitScreen(event.row.ledger))

    def _open_apart(self, row: SetAsideRow) -> None:
        from supervisor_tui.screens.records.record import RecordScreen

        if query.record(self.replica, row.record) is not None:
            self.app.push_screen(RecordScreen(row.record))
            return
        said = [said_words(self.replica, row.ruling)] if row.ruling is not None else []
        self.say("\n".join([*reason_lines(self.replica, row), *said]), severity="warning")

    def action_start(self) -> None:
        """Exchange now."""
        self.bench.begin_exchange()
        self.redraw()

    def action_write_stick(self) -> None:
        """Write what is unsent into a bundle, where the person says."""
        self._ask_for_stick("stick.where_to", write=True)

    def action_read_stick(self) -> None:
        """Read what the office wrote back."""
        self._ask_for_stick("stick.where_from", write=False)

    def _ask_for_stick(self, question: str, *, write: bool) -> None:
        def begin(folder: str | None) -> None:
            if folder:
                self.keeping_it(lambda: self.replica.set_setting(_STICK, folder))
                self.bench.begin_by_stick(folder, write=write)
                self.redraw()

        self.app.push_screen(AskScreen(t(question), self.replica.setting(_STICK) or ""), begin)

    def action_stop(self) -> None:
        """Stop at the next message; everything done is kept."""
        self.bench.sync_job.stop()


def _named(key: str, spans: list[Span]) -> list[Span]:
    from supervisor_tui.terminal.text import fit

    return [(fit(t(key), 16), "dim"), *spans]


def _error_words(code: str, named: Mapping[str, str]) -> str:
    return t(code, **named) if "." in code else error_words(code, named)  # of the profile's file, or of the line
