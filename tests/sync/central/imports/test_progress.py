"""A long import counts its rows on a terminal, and Ctrl+C leaves nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.store import office

_ROWS = 6_000


def _command(database: Path, *command: str) -> list[str]:
    return [sys.executable, "-m", "sync.central", "--db", str(database), "--lang", "en", *command]


def test_an_import_counts_on_a_terminal_and_ctrl_c_keeps_nothing(tmp_path: Path) -> None:
    database, units = tmp_path / "central.db", tmp_path / "units.csv"
    office(database, "init", "--district", "demo", "--name", "示例区")
    rows = [f"u-{number},单位{number},farm" for number in range(_ROWS)]
    units.write_text("\n".join(["id,name,category", *rows]), encoding="utf-8")
    reader, terminal = os.openpty()
    running = subprocess.Popen(
        _command(database, "import", "units", str(units)), stdin=subprocess.DEVNULL, stdout=terminal, stderr=terminal
    )
    os.close(terminal)
    said = b""
    while f" / {_ROWS:,} rows checked".encode() not in said:
        said += os.read(reader, 1_000)
    running.send_signal(signal.SIGINT)
    try:
        while more := os.read(reader, 1_000):
            said += more
    except OSError:  # how a terminal says that the other end has gone
        pass
    os.close(reader)
    assert running.wait(30) == 130
    assert "Stopped; nothing was left half-written." in said.decode()
    assert '"entries": 2,' in office(database, "stats", "--json")
