"""A terminal driver that hands every frame over whole: its beginning, its lines and its end in one write.

Textual writes the three one by one, and each of them wakes the thread that writes, which takes the interpreter from the
one that still draws.
"""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

_BEGINS, _ENDS = "\x1b[?2026h", "\x1b[?2026l"  # of a synchronised update, in terminals that know it


class FramesDriver(LinuxDriver):
    """Gathers what is written between the beginning of a frame and its end."""

    _frame: str | None = None

    def write(self, data: str) -> None:
        """Write at once, or with the frame it belongs to."""
        if data == _BEGINS:
            self._frame = data
        elif self._frame is None:
            super().write(data)
        else:
            self._frame += data
            if data == _ENDS:
                whole, self._frame = self._frame, None
                super().write(whole)
