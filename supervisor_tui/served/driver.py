"""Textual's driver for a workbench in a browser; output is dropped once the server has ended.

The end follows by itself (`ending`); a fault at every write on the way there would be no fault of the program.
"""

from __future__ import annotations

from contextlib import suppress

from textual.drivers.web_driver import WebDriver


class ServedDriver(WebDriver):
    """Writes to the server as long as there is one."""

    def write(self, data: str) -> None:
        """Write what is drawn."""
        with suppress(OSError):
            super().write(data)

    def write_meta(self, data: dict[str, object]) -> None:
        """Write what the server is to do."""
        with suppress(OSError):
            super().write_meta(data)
