"""The quick answers print, byte for byte, what the usual way prints, and leave to it what they cannot say."""

from __future__ import annotations

from pathlib import Path

import pytest

from supervisor_tui.cli.commands import build_parser
from supervisor_tui.cli.show import lists, quick
from supervisor_tui.files.profiles import profile_file
from sync.replica import Replica
from tests.supervisor_tui.workbench import new_workbench_file

HOSTILE = ['a"b\\c/d', "\x00\x07\b\t\n\f\r\x1f\x7f", "\u2028\u2029\u202e\x85", "党委\U0001f600𠮷", "=1+1", ""]
Printed = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A laptop with unsent work and hostile names, nothing of which is kept apart."""
    path = profile_file(tmp_path, "default")
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    with Replica.open(path) as replica, replica.transaction() as connection:
        connection.execute("UPDATE entry SET code = ''")
        for number, name in enumerate(HOSTILE, start=1):
            connection.execute("UPDATE unit SET name = ? WHERE ledger = ?", (name, f"u-0{number}"))
    return tmp_path


def _both(home: Path, printed: Printed, *arguments: str) -> tuple[str, str]:
    options = build_parser().parse_args(["--home", str(home), *arguments])
    texts = []
    for room in (quick, lists):
        assert getattr(room, arguments[0])(options) == 0
        texts.append(printed.readouterr().out)
    return texts[0], texts[1]


@pytest.mark.parametrize(
    "arguments",
    [("status",), ("units",), ("units", "水产"), ("units", "nothing such"), ("units", "--category", "university")],
    ids=" ".join,
)
def test_the_same_bytes_are_printed_either_way(
    home: Path, capsys: Printed, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    quickly, usually = _both(home, capsys, *arguments, "--json")
    assert quickly == usually
    monkeypatch.delattr(lists, arguments[0])  # it was not the usual way that answered
    assert getattr(quick, arguments[0])(build_parser().parse_args(["--home", str(home), *arguments, "--json"])) == 0


def test_what_is_kept_apart_is_explained_in_the_usual_way(home: Path, capsys: Printed) -> None:
    with Replica.open(profile_file(home, "default")) as replica, replica.transaction() as connection:
        connection.execute("UPDATE entry SET code = 'out_of_scope' WHERE number IS NULL")
    quickly, usually = _both(home, capsys, "status", "--json")
    assert quickly == usually
    assert '"why"' in quickly


def test_a_file_that_cannot_be_read_is_left_to_the_usual_way(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile_file(home, "default").write_bytes(b"no database at all")
    monkeypatch.setattr(lists, "status", lambda _: 4)
    assert quick.status(build_parser().parse_args(["--home", str(home), "status", "--json"])) == 4
