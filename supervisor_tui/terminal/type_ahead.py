"""Keys in order: each waits until what the one before it did is done, so that a field has every key from its opening.

Textual hands a key to the widget that has the focus when the key arrives; a key that opens an editor, a dialog or a
screen takes a while, and what is typed meanwhile went to what had the focus before. Here every key and paste waits
until the program has come to rest after the one before it, and keys that come faster than fingers are handed on as one
paste. Any program of ours may take `KeysInOrder` as its base.
"""

from __future__ import annotations

import sys
from asyncio import TimerHandle, get_running_loop
from collections import deque
from collections.abc import Iterable
from time import monotonic, perf_counter
from typing import Any, ClassVar, TypeVar

from textual import events
from textual.app import App, ScreenStackError, UnknownModeError
from textual.dom import DOMNode
from textual.message_pump import MessagePump

from supervisor_tui.terminal.bursts import AT_ONCE, LINE_ENDS, Came, first_run

Result = TypeVar("Result")

_now = perf_counter if sys.platform == "win32" else monotonic  # the clock of `Key.time`

_LONGEST = 2.0  # seconds a key waits for the one before it, should the program never come to rest
_AT_ONCE_ROUND = 20  # times to go round without a pause
_PAUSE = 0.01  # seconds
_TIMES_PUT_OFF = 5  # a busy program looks again whether more keys of a burst have come


class KeysInOrder(App[Result]):
    """Keys and pastes are handled one after another, each with all that comes of it.

    `OPENING`: the groups of workers that open another screen when they are done; keys wait for them too.
    """

    OPENING: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._waiting: deque[tuple[events.Key | events.Paste, float]] = deque()
        self._settling = True  # until the first screen stands
        self._looking: TimerHandle | None = None
        self._line_end: events.Key | None = None  # the one behind the last burst
        self._turn = 0  # counts what was waited for, so that a late answer is known as one

    def on_ready(self) -> None:
        """The first screen stands: what was typed before is its own."""
        self._settle(self.screen)

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes wait for their turn; a click opens things as well, and keys wait for it."""
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            self._waiting.append((event, _now()))
            await self._go_on()
            return
        clicked = isinstance(event, events.MouseUp) and not event.is_forwarded
        await super().on_event(event)
        if clicked and not self._settling and self._has_screen():
            self._settle(self.focused or self.screen)

    def drop_line_end(self) -> None:
        """Drop the line end that came with a pasted text, where no widget took the text."""
        if self._line_end is not None and self._waiting and self._waiting[0][0] is self._line_end:
            self._waiting.popleft()
        self._line_end = None

    def type_next(self, *typed: events.Key | events.Paste) -> None:
        """Put these keys and pastes before all that wait."""
        self._waiting.extendleft((event, 0.0) for event in reversed(typed))

    # --- one after another -------------------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        """Handle the next key or paste, unless the one before it is still being handled."""
        if self._settling or self._looking is not None or not self._waiting or not self._has_screen():
            return
        event = self._next()
        if isinstance(event, float):
            self._look_again(event)
            return
        self._settling = True
        if not self.app_focus:  # a browser's window says late, or never, that it is looked at; who types is there
            self.app_focus = True
        target = self.focused or self.screen
        await super().on_event(event)
        self._settle(target)

    def _next(self) -> events.Key | events.Paste | float:
        """The next key or paste, or the seconds until it can be told whether a key belongs to a burst."""
        event = self._waiting[0][0]
        if isinstance(event, events.Paste):
            self._waiting.popleft()
            return event
        run = first_run(list(self._keys()), _now())
        if isinstance(run, float):
            return run
        for _ in range(run.count):
            self._waiting.popleft()
        if not run.text:
            return event
        follows = self._waiting[0][0] if self._waiting else None
        self._line_end = follows if isinstance(follows, events.Key) and follows.key in LINE_ENDS else None
        return events.Paste(run.text)

    def _keys(self) -> Iterable[Came]:
        """The keys up to the next paste."""
        for event, taken in self._waiting:
            if isinstance(event, events.Paste):
                return
            yield Came(event.key, event.character, event.time, taken)

    def _look_again(self, seconds: float, times: int = _TIMES_PUT_OFF) -> None:
        """Look later for more keys of a burst; where the program was busy meanwhile they may still be on the way."""
        due = _now() + seconds

        def look() -> None:
            self._looking = None
            if times and _now() - due > AT_ONCE / 2:
                self._look_again(AT_ONCE, times - 1)
            else:
                self.call_later(self._go_on)

        self._looking = get_running_loop().call_later(seconds, look)

    # --- coming to rest ----------------------------------------------------------------------------------------------

    def _settle(self, target: MessagePump) -> None:
        """Wait until all messages that a key handed to `target` has caused are handled; then let the next key come."""
        self._settling = True
        self._turn += 1
        self._give_up_later(self._turn)
        self._go_round(target, self._turn)

    def _has_screen(self) -> bool:
        """Whether there is a screen to type at: while the program ends there is none."""
        try:
            return self.is_running and bool(self.screen)
        except (ScreenStackError, UnknownModeError):
            return False

    def _go_round(self, target: MessagePump, turn: int, rounds: int = 0) -> None:
        if not self._has_screen():
            return
        seen = (self.screen, self.focused)
        left: list[int] = []  # messages found waiting on the way

        def pass_through(way: list[MessagePump]) -> None:
            for place, pump in enumerate(way):
                if pump.call_later(visit, pump, way[place + 1 :]):
                    return
            self.call_later(arrived)

        def visit(pump: MessagePump, way: list[MessagePump]) -> None:
            left.append(pump.message_queue_size)
            pass_through(way)

        async def arrived() -> None:
            if turn != self._turn or not self._has_screen():
                return
            if not any(left) and seen == (self.screen, self.focused) and not self._is_under_way():
                await self._at_rest(turn)
            elif rounds < _AT_ONCE_ROUND:
                self._go_round(target, turn, rounds + 1)
            else:
                get_running_loop().call_later(_PAUSE, self._go_round, target, turn, rounds)

        pass_through(self._way_from(target))

    def _way_from(self, target: MessagePump) -> list[MessagePump]:
        """Return the widgets and screens that may have such messages to handle, from the inside out."""
        way = [*_outward(target), *_outward(self.focused), *reversed(self.screen_stack)]
        return [pump for pump in dict.fromkeys(way) if pump is not self]

    def _is_under_way(self) -> bool:
        """Whether some widget has a message to handle yet, or a worker is about to open a screen."""
        pumps = (self, *self.screen_stack, *self.screen.query("*"))
        return self._is_opening() or any(pump.message_queue_size for pump in pumps)

    def _is_opening(self) -> bool:
        return any(worker.group in self.OPENING and not worker.is_finished for worker in self.workers)

    def _give_up_later(self, turn: int) -> None:
        def give_up() -> None:
            if self._has_screen() and self._is_opening():
                self._give_up_later(turn)
            else:
                self.call_later(self._at_rest, turn)

        self._giving_up = get_running_loop().call_later(_LONGEST, give_up)

    async def _at_rest(self, turn: int) -> None:
        if turn == self._turn and self._settling:
            self._giving_up.cancel()
            self._settling = False
            await self._go_on()


def _outward(pump: MessagePump | None) -> Iterable[MessagePump]:
    """A widget and all that it stands in."""
    return pump.ancestors_with_self if isinstance(pump, DOMNode) else ()
