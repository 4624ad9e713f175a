"""A sample district with four people enrolled, made once; each test works on a copy of its store and laptops."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fixtures.play import play
from tests.acceptance.people import District, enrol
from tests.days import this_day


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """The folder with store and laptops, and the port the laptops know the store by."""
    folder = tmp_path_factory.mktemp("sample")
    (folder / "store").mkdir()
    play(folder / "store" / "central.db", today=this_day())
    return folder, enrol(folder)


@pytest.fixture
def district(enrolled: tuple[Path, int], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[District]:
    """A district of the test's own."""
    made, port = enrolled
    shutil.copytree(made, tmp_path / "district")
    with ExitStack() as ends:
        yield District(tmp_path / "district", port, capsys, ends)
