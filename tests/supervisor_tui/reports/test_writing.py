"""A report's file is there whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from supervisor_tui.reports.output_file import Exists, write_file


def test_what_breaks_off_leaves_nothing_behind_and_the_old_file_as_it_was(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half of it"
        raise KeyboardInterrupt

    file = tmp_path / "brief.csv"
    file.write_bytes(b"the old one")
    with pytest.raises(KeyboardInterrupt):
        write_file(file, broken(), replace=True)
    assert [each.name for each in tmp_path.iterdir()] == ["brief.csv"]
    assert file.read_bytes() == b"the old one"


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "brief.csv").mkdir()
    with pytest.raises(Exists):
        write_file(tmp_path / "brief.csv", [b"x"], replace=True)
