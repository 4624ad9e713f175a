"""The passphrase in the workbench itself: asked for until it fits, set, changed and removed, and what if it is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Input

from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import LANGUAGES, set_language, t
from supervisor_tui.screens.profile.first_run import FirstRunScreen
from supervisor_tui.screens.profile.passphrase import PassphraseScreen
from supervisor_tui.screens.profile.unlock import UnlockScreen
from supervisor_tui.screens.records.units import UnitsScreen
from sync.replica import Replica, query
from sync.replica.storage import connect, encryption, rekey
from tests.supervisor_tui.workbench import SIZES, assert_aligned, new_workbench_file, press, shown, until

PASSPHRASE, OTHER = "瑶湖边上有三棵老树", "four trees by the lake"


@pytest.fixture(autouse=True)
def _every_file_locked_again() -> Iterator[None]:
    yield
    encryption._remembered.clear()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A profile's file under a passphrase, not unlocked."""
    path = tmp_path / "profiles" / "default" / "replica.db"
    path.parent.mkdir(parents=True)
    new_workbench_file(path).close()
    rekey.relock(path, None, encryption.new_key(PASSPHRASE))
    encryption.remember(path, None)
    return path


def _type(app: App[str], **lines: str) -> None:
    for name, text in lines.items():
        app.screen.query_one(f"#{name}", Input).value = text


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", LANGUAGES)
async def test_a_wrong_passphrase_is_said_and_asked_again_until_it_fits(
    path: Path, spoken: str, size: tuple[int, int]
) -> None:
    set_language(spoken)
    app = WorkbenchApp(path, None, spoken=spoken)
    async with app.run_test(size=size) as pilot:
        assert isinstance(app.screen, UnlockScreen)
        await until(pilot, lambda: t("passphrase.wanted")[:12] in shown(app))
        assert t("passphrase.forgotten")[:10] in shown(app)  # what to do where it is forgotten
        assert_aligned(app)
        await press(pilot, "f1", "ctrl+p", "escape", "f5", "f12", "ctrl+x")  # nothing of these reads a file
        assert isinstance(app.screen, UnlockScreen)
        for wrong in (PASSPHRASE + "?", " "):
            _type(app, passphrase=wrong)
            await press(pilot, "enter")
            await until(pilot, lambda: t("passphrase.wrong")[:12] in shown(app))
            assert app.screen.query_one("#passphrase", Input).value == ""
        _type(app, passphrase=PASSPHRASE)
        await until(pilot, lambda: "*" * len(PASSPHRASE) in shown(app))
        assert "瑶湖边" not in shown(app)
        assert_aligned(app)
        await press(pilot, "enter")
        await until(pilot, lambda: isinstance(app.screen, UnitsScreen) and "瑶湖水产场党委" in shown(app))
        assert_aligned(app)


async def test_it_is_set_changed_and_removed_on_a_screen_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    app = WorkbenchApp(path, new_workbench_file(path))
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        for action, lines, key, said in (
            ("set", {"new": PASSPHRASE, "again": PASSPHRASE}, "f10", "cli.passphrase_set"),
            ("change", {"old": PASSPHRASE, "new": OTHER, "again": OTHER}, "f10", "cli.passphrase_change"),
            ("remove", {"old": OTHER}, "f9", "cli.passphrase_removed"),
        ):
            await press(pilot, "f8", "f12")
            assert t("passphrase.warning")[:10] in shown(app)
            assert_aligned(app)
            _type(app, **lines)
            await press(pilot, key)
            await until(pilot, lambda: len(app.screen_stack) == 1 and t(said)[6:14] in shown(app))  # noqa: B023
            assert isinstance(app.screen, UnitsScreen)
            assert (encryption.salt_of(path) is None) == (action == "remove")
            await press(pilot, "f6", "escape", "f8", "escape")
            assert_aligned(app)
            assert query.status(app.replica).mine == 8


@pytest.mark.parametrize(
    ("lines", "key", "said"),
    [
        ({"old": "x", "new": OTHER, "again": OTHER}, "f10", "passphrase.wrong"),
        ({"old": PASSPHRASE, "new": OTHER, "again": OTHER + "x"}, "f10", "cli.passphrase_differs"),
        ({"old": PASSPHRASE, "new": "short", "again": "short"}, "f10", "cli.passphrase_short"),
        ({"old": ""}, "f9", "passphrase.wrong"),
    ],
)
async def test_what_is_wrong_is_said_and_changes_nothing(
    path: Path, lines: dict[str, str], key: str, said: str
) -> None:
    connect.unlock(path, PASSPHRASE)
    before = encryption.remembered(path)
    app = WorkbenchApp(path, Replica.open(path))
    async with app.run_test() as pilot:
        await press(pilot, "f12")
        _type(app, **lines)
        await press(pilot, key)
        await until(pilot, lambda: t(said, shortest=8)[:8] in shown(app))
        assert isinstance(app.screen, PassphraseScreen)
        assert encryption.remembered(path) == before


@contextmanager
def _open_in_another_program(path: Path) -> Iterator[None]:
    hold = "import sys; from pathlib import Path; from sync.replica import Replica\n"
    hold += "with Replica.open(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield


async def test_a_profile_open_elsewhere_is_not_changed_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connect._SETTINGS, "timeout", 0.2)
    path = tmp_path / "replica.db"
    new_workbench_file(path).close()
    with _open_in_another_program(path):
        app = WorkbenchApp(path, Replica.open(path))
        async with app.run_test(notifications=True) as pilot:
            await press(pilot, "f12")
            _type(app, new=PASSPHRASE, again=PASSPHRASE)
            await press(pilot, "f10")
            await until(pilot, lambda: t("passphrase.failed")[6:12] in shown(app))
            assert isinstance(app.screen, UnitsScreen)
    assert encryption.salt_of(path) is None


async def test_a_form_is_left_first(tmp_path: Path) -> None:
    path = tmp_path / "replica.db"
    app = WorkbenchApp(path, new_workbench_file(path))
    async with app.run_test(notifications=True) as pilot:
        await press(pilot, "f3", "f12")
        await until(pilot, lambda: t("passphrase.in_form")[6:12] in shown(app))
        assert not isinstance(app.screen, PassphraseScreen)


async def test_one_that_is_forgotten_is_set_aside_and_opens_again_once_remembered(path: Path) -> None:
    set_language("zh")
    app = WorkbenchApp(path, None)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "f9")
        await until(pilot, lambda: t("passphrase.anew_yes") in shown(app))
        await press(pilot, "1")
        assert path.exists()
        await press(pilot, "f9", "2")
        await until(pilot, lambda: isinstance(app.screen, FirstRunScreen))
        await until(pilot, lambda: "default-before-" in shown(app))
        assert not path.exists()
    (aside,) = [each for each in path.parents[1].iterdir() if each.name.startswith("default-before-")]
    connect.unlock(aside / "replica.db", PASSPHRASE)
    with Replica.open(aside / "replica.db") as replica:
        assert query.status(replica).mine == 8


async def test_a_file_that_opens_while_the_program_ends_opens_no_screen_any_more(path: Path) -> None:
    class Late(UnlockScreen):
        """A screen whose passphrase fits just when it is taken down."""

        def on_unmount(self) -> None:
            self.on_unlock_screen_fits(self.Fits())

    connect.unlock(path, PASSPHRASE)
    app = WorkbenchApp(path, None)
    async with app.run_test() as pilot:
        app.push_screen(Late(path))
        await until(pilot, lambda: isinstance(app.screen, Late))
    assert not list(path.parent.glob("*crash*"))
