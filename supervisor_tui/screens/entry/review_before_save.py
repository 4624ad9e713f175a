"""The view before a record is kept: what has to be put right, or the record as it will stand.

It decides nothing: it shows what the form judged, and says where the person wants to go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from supervisor_tui.commands import Command, bindings
from supervisor_tui.forms.layout import VALUE
from supervisor_tui.forms.wording import Line
from supervisor_tui.locale import t
from supervisor_tui.screens.base import WorkbenchScreen, titled
from supervisor_tui.terminal.text import cells, fit, harmless, one_line, wrap
from supervisor_tui.widgets.editor import TextPad
from supervisor_tui.widgets.spans import Span
from sync.model.validation import half_width

KEEP = Command("keep", "f10", "keep")
MEND = Command("mend", "f10", "mend")
SHOWN_FAULTS = 9  # as many as digits reach


@dataclass(frozen=True)
class Finish:
    """What the person decided: to keep (with a reason when correcting), or to go to a field."""

    field: str = ""
    why: str = ""


class FinishScreen(WorkbenchScreen[Finish | None]):
    """Faults as (field, its name, what is wrong), or hints worth a second look; then the record's lines."""

    DEFAULT_CSS = """
    FinishScreen {
        & > #finish-faults { height: auto; max-height: 50%; padding: 0 1; color: $text-warning; }
        & > #finish-why { height: 2; padding: 0 1; }
        & > #finish-why-label { height: 1; padding: 0 1; text-style: bold; }
        & > VerticalScroll { padding: 0 1; border-top: solid $primary 40%; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings([KEEP, MEND]), Binding("enter", "go_on", show=False)]

    def __init__(
        self,
        names: list[str],
        faults: list[tuple[str, str, str]],
        lines: list[Line],
        *,
        hints: list[str] | None = None,
        asks_why: bool = False,
    ) -> None:
        super().__init__()
        self._names = names
        self._faults = faults
        self._record = lines
        self._hints = hints or []
        self._asks_why = asks_why and not faults

    def heading(self) -> list[Span]:
        """What is being finished."""
        return titled(t("finish.title"), *self._names)

    def body(self) -> ComposeResult:
        """What is wrong or that nothing is, the reason if one is needed, the record."""
        yield Static(id="finish-faults")
        if self._asks_why:
            yield Static(Content(t("finish.why")), id="finish-why-label")
            yield TextPad(lines=False, joins=True, id="finish-why")
        with VerticalScroll():
            yield Static(id="finish-record")

    def on_mount(self) -> None:
        """The reason is typed first; otherwise the record scrolls."""
        self.query_one(TextPad if self._asks_why else VerticalScroll).focus()

    def on_resize(self) -> None:
        """Wrap the words to the width."""
        width = max(20, self.size.width - 4)
        self.query_one("#finish-faults", Static).update(self._verdict(width))
        self.query_one("#finish-record", Static).update(self._lines(width))

    def _verdict(self, width: int) -> Content:
        if not self._faults:
            seen = [_hung(f"\n{t('finish.hint')}  ", hint, width).rstrip("\n") for hint in self._hints]
            return Content.assemble(t("finish.ready"), "  ", (t("finish.keys_ready"), "bold"), *seen)
        head = (t("finish.wrong", count=len(self._faults)), "  ", (t("finish.keys_wrong"), "bold"))
        rows = [
            f"\n{place} {fit(one_line(title), width - 4 - len(said) * 2).rstrip()}: {one_line(said)}"
            for place, (_, title, said) in enumerate(self._faults[:SHOWN_FAULTS], start=1)
        ]
        more = len(self._faults) - SHOWN_FAULTS
        return Content.assemble(*head, *rows, "\n  " + t("finish.more", count=more) if more > 0 else "")

    def _lines(self, width: int) -> Content:
        pieces: list[str | Content | tuple[str, str]] = [(t("finish.record") + "\n", "bold")]
        for line in map(_shown, self._record):
            if not line.value and not line.note:
                pieces.append((f"\n{line.title}\n", "bold"))
            elif line.counted:
                pieces.append(_hung(f"  {fit(line.value, VALUE)} ", line.title, width))
                if line.note:
                    pieces.append((_hung(" " * (VALUE + 4), line.note, width), "dim"))
            else:
                pieces += [(f"  {line.title}  ", "dim"), f"{line.value}\n"]
                if line.note:
                    pieces.append(_hung("    ", line.note, width))
        return Content.assemble(*pieces)

    def on_key(self, event: events.Key) -> None:
        """A digit goes to the fault of that number."""
        digit = half_width(event.character or "")
        if self._faults and digit.isdecimal() and 1 <= int(digit) <= min(9, len(self._faults)):
            event.stop()
            self.dismiss(Finish(field=self._faults[int(digit) - 1][0]))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What has faults cannot be kept, and what has none needs no mending."""
        return {"keep": not self._faults, "mend": bool(self._faults)}.get(action, True)

    def action_go_on(self) -> None:
        """Keep the record, or go to the first fault."""
        if self._faults:
            self.action_mend()
        else:
            self.action_keep()

    def action_mend(self) -> None:
        """To the first fault."""
        self.dismiss(Finish(field=self._faults[0][0]))

    def action_keep(self) -> None:
        """Keep it; a correction wants its reason first."""
        why = self.query_one(TextPad).text.strip() if self._asks_why else ""
        if self._asks_why and not why:
            self.query_one(TextPad).focus()
            return
        self.dismiss(Finish(why=why))

    def on_text_pad_done(self, event: TextPad.Done) -> None:
        """Enter after the reason keeps; Esc goes back."""
        event.stop()
        if event.onward:
            self.action_go_on()
        else:
            self.action_back()


def _shown(line: Line) -> Line:
    """The line with nothing in it that could act."""
    return line._replace(title=one_line(line.title), value=harmless(line.value), note=harmless(line.note))


def _hung(head: str, text: str, width: int) -> str:
    """Text wrapped behind a head, its further lines hanging under its first; ends with a line end."""
    indent = cells(head)
    first, *rest = wrap(text, max(10, width - indent))
    return "".join([head, first, "\n", *(f"{' ' * indent}{line}\n" for line in rest)])
