"""Reports from the workbench: by one key from where the unit or the record is in sight, into the person's documents."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from supervisor_tui.jobs.export import file_name
from supervisor_tui.labels.filters import filter_words
from supervisor_tui.locale import t
from supervisor_tui.screens.records.follow_ups import RegisterScreen
from sync.ledger.ids import check_code
from sync.replica import query
from sync.replica.as_of.calendar import today
from sync.replica.queries.follow_ups import Wanted
from tests.supervisor_tui.workbench import SIZES, assert_aligned, press, shown, until, workbench, write

pytestmark = pytest.mark.usefixtures("that_day")

WAYS = {
    "the unit's file": (("end", "enter"), "瑶湖水产场党委"),
    "the sheet of the visit": (("end", "enter", "enter"), "督导检查记录单"),
    "the register": (("f8",), "必读篇目未发到流动党员"),
    "the brief of the period": (("ctrl+s", "f9", "4"), "督导工作情况汇总"),
}


@pytest.fixture
def documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's documents."""
    folder = tmp_path / "文档"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(folder))
    return folder


def _texts(file: Path) -> str:
    opened = docx.Document(str(file))
    cells = [cell.text for table in opened.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in opened.paragraphs), *cells])


@pytest.mark.parametrize("name", WAYS)
async def test_the_first_choice_is_what_stands_in_sight(name: str, tmp_path: Path, documents: Path) -> None:
    keys, words = WAYS[name]
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        await press(pilot, *keys, "ctrl+x", "1", "1")
        await until(pilot, lambda: "已写入" in shown(app))
    (file,) = documents.iterdir()
    assert words in _texts(file)


@pytest.mark.parametrize(
    "filters", [{"shown": "overdue"}, {"shown": "all"}, {"nature": "problem"}, {"shown": "all", "nature": "difficulty"}]
)
async def test_the_register_is_written_as_it_is_filtered_in_sight_and_says_by_what(
    filters: dict[str, str], tmp_path: Path, documents: Path
) -> None:
    app, wanted = workbench(tmp_path / "replica.db"), Wanted(**filters)
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        app.push_screen(RegisterScreen(wanted))
        listed = query.follow_ups(app.replica, wanted, today=today(app.replica))
        codes = [check_code(row.record) for row in listed.rows(0, listed.count)]
        await until(pilot, lambda: isinstance(app.screen, RegisterScreen))
        await press(pilot, "ctrl+x", "1", "1")
        await until(pilot, lambda: "已写入" in shown(app))
        said = filter_words(app.replica, wanted)
    (file,) = documents.iterdir()
    opened = docx.Document(str(file))
    rows = [row.cells[0].text for table in opened.tables for row in table.rows]
    assert codes
    assert [each for each in rows if each in codes] == codes
    assert len(opened.tables[-1].rows) == len(codes) + 1
    assert all(words in _texts(file) for words in said)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_the_questions_stand_aligned(spoken: str, size: tuple[int, int], tmp_path: Path) -> None:
    from supervisor_tui.locale import set_language

    set_language(spoken)
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=size) as pilot:
        await press(pilot, "ctrl+x")
        assert t("export.ask_what") in shown(app)
        assert_aligned(app)
        await press(pilot, "1")
        assert t("export.ask_format") in shown(app)
        assert_aligned(app)
        await press(pilot, "escape")


async def test_a_folder_that_cannot_be_written_is_said_and_the_workbench_goes_on(
    tmp_path: Path, documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = workbench(tmp_path / "replica.db")
    async with app.run_test(size=(120, 40), notifications=True) as pilot:
        documents.rmdir()
        monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
        await press(pilot, "ctrl+x", "1", "1")
        await until(pilot, lambda: t("export.failed", why=t("errno.ENOENT"))[:30] in shown(app))
        await press(pilot, "f8")
        assert t("register.title") in shown(app)


async def test_the_code_of_a_signed_sheet_is_found_by_typing_it(tmp_path: Path) -> None:
    app = workbench(tmp_path / "replica.db")
    record = "0198f000-0000-7000-8000-0123456789ab"
    note = {"noted_on": "2026-09-05", "mode": "visit", "content": "凭码找到的记录"}
    from tests.supervisor_tui.workbench import Pen

    Pen(app.replica).write("u-09", "liaison_note", record, note, device="d-9")
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f7")
        await write(pilot, check_code(record).lower())
        await until(pilot, lambda: "凭码找到的记录" in shown(app))


def test_a_report_never_takes_the_name_of_another_nor_leaves_the_folder(tmp_path: Path) -> None:
    first = file_name("档案 ../../x: y\u202e" + "长" * 200, "docx", tmp_path)
    assert first.parent == tmp_path
    first.touch()
    assert file_name("档案 ../../x: y\u202e" + "长" * 200, "docx", tmp_path) != first
    assert file_name("...", "csv", tmp_path).name == "report.csv"
