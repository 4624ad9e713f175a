"""Templates are data: faults are named by line, a kept version is never reworded, a form is tried first (row 9)."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.district import HERE
from supervisor_tui.cli.commands import run
from supervisor_tui.files.profiles import profile_file
from supervisor_tui.locale import set_language
from supervisor_tui.screens.entry.template_preview import TrialApp
from sync.central.cli import commands
from sync.model.template_parser import BadTemplateFile, read_template_file
from sync.model.templates import Template
from sync.replica import Replica
from sync.replica.editing import drafts
from tests.supervisor_tui.screens.desk import laptop, shown
from tests.terminal import Terminal

BAD = """# every fault on a line of its own
name = "study visit"
version = 0
stage = "spring"
title = { zh = "检查", en = "Visit" }

[[sections]]
id = "first"
title = { zh = "一" }
items = [
  { id = "plan", title = { zh = "有方案 { kind =", en = "A plan" }, kind = "verdit" },
  { id = "plan", title = { zh = "有方案", en = "A plan" } },
]

[[sections]]
id = "second"
title = { zh = "二", en = "Two" }

  [[sections.items]]
  id = "share"
  title = { zh = "参学率", en = "Share" }
  kind = "percentage"

  [[sections.items]]
  id = "form"
  title = { zh = "形式", en = "Form" }
  kind = "choice"
  colour = "red"
"""
MEANT = """name = "study-visit"
version = 1
stage = "study"
title = { zh = "检查", en = "Visit" }

[[sections]]
id = "first"
title = { zh = "一", en = "One" }
items = [
  { id = "plan", title = { zh = "有方案", en = "A plan" }, only = ["palace"] },
  { id = "plan", title = { zh = "有方案", en = "A plan" } },
  { id = "form", kind = "choice", title = { zh = "形式", en = "Form" } },
  { id = "came", kind = "number", minimum = 9, maximum = 3, title = { zh = "到会", en = "Came" } },
  { id = "share", kind = "percentage", title = { zh = "率", en = "Share" }, of = "nobody", part = "came" },
  { id = "again", kind = "percentage", title = { zh = "率", en = "Share" }, of = "came", part = "share" },
  { id = "heard", kind = "number", gate = true, title = { zh = "听到", en = "Heard" } },
]
"""


def _lines(text: str) -> dict[int, str]:
    with pytest.raises(BadTemplateFile) as refused:
        read_template_file(text.encode(), frozenset({"farm"}), frozenset({"study"}))
    said: dict[int, str] = {}
    for line, why in refused.value.problems:
        said[line] = f"{said.get(line, '')} {why}"
    return said


def test_everything_that_has_not_the_shape_is_named_with_its_line_at_once() -> None:
    said = _lines(BAD)
    assert set(said) == {2, 3, 4, 9, 11, 12, 24, 28}
    words = {2: "name", 3: "version", 4: "spring", 9: "en", 11: "kind", 12: "twice"}
    words |= {24: "two different options", 28: "colour"}
    for line, word in words.items():
        assert word in said[line]


def test_everything_that_cannot_be_meant_is_named_with_its_line_at_once() -> None:
    said = _lines(MEANT)
    assert set(said) == {10, 11, 12, 13, 14, 15, 16}
    words = {
        10: "palace",
        11: "twice",
        12: "two different options",
        13: "above",
        14: "no figure nobody",
        15: "computed",
        16: "gate",
    }
    for line, word in words.items():
        assert word in said[line]


@pytest.mark.parametrize(
    ("data", "line"), [(b'name = "x"\n\nversion = = 1\n', 3), (b'name = "x"\n# \xff\n', 2), (b"", 1), (b"a = 1", 1)]
)
def test_what_is_no_template_at_all_is_named_with_its_line(data: bytes, line: int) -> None:
    with pytest.raises(BadTemplateFile) as refused:
        read_template_file(data)
    assert refused.value.problems[0][0] == line


@pytest.fixture
def office(tmp_path: Path) -> tuple[Path, Path]:
    """A store, and a folder with one good template."""
    database, folder = tmp_path / "central.db", tmp_path / "templates"
    folder.mkdir()
    (folder / "review.toml").write_bytes((HERE / "templates" / "review.toml").read_bytes())
    assert commands.run(["--db", str(database), "init", "--district", "demo", "--name", "x"]) == 0
    return database, folder


def test_the_office_sees_file_and_line_and_nothing_is_kept(
    office: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    database, folder = office
    (folder / "bad.toml").write_text(BAD, encoding="utf-8")
    assert commands.run(["--db", str(database), "import", "templates", str(folder)]) == 1
    said = capsys.readouterr()
    assert "0 of 2 kept" in said.out
    assert "bad.toml line 2: " in said.err
    assert "bad.toml line 28: " in said.err


def test_a_version_that_is_kept_is_never_reworded(
    office: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    database, folder = office
    command = ["--db", str(database), "import", "templates", str(folder)]
    assert commands.run(command) == 0
    assert commands.run(command) == 0
    file = folder / "review.toml"
    reworded = file.read_text(encoding="utf-8").replace("征求意见面宽", "意见征求得宽")
    file.write_text(reworded, encoding="utf-8")
    assert commands.run(command) == 1
    assert "higher version" in capsys.readouterr().err
    file.write_text(reworded.replace("version = 1", "version = 2"), encoding="utf-8")
    assert commands.run(command) == 0


# --- a template is tried before it goes out --------------------------------------------------------------------------


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[Replica]:
    """A joined laptop; its unit `u-1` is a farm."""
    file = profile_file(tmp_path / "home", "default")
    file.parent.mkdir(parents=True)
    opened = laptop(file)
    yield opened
    opened.close()


def _template(name: str) -> Template:
    return read_template_file((HERE / "templates" / name).read_bytes())


async def test_a_template_is_tried_on_the_real_form_and_nothing_is_kept(replica: Replica) -> None:
    set_language("zh")
    entries = replica.connection.execute("SELECT count(*) FROM entry").fetchone()
    app = TrialApp(replica, "u-1", _template("weak-repair.toml"))
    async with app.run_test(size=(120, 60)) as pilot:
        await pilot.pause()
        screen = shown(app)
        assert "试用检查表" in screen
        assert "组织不健全" in screen
        form = app.screen
        form.lines.go_to("figure.members-expected")  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("4", "0", "enter")
        await pilot.pause()
        await pilot.press("3", "0", "enter")
        await pilot.pause()
        assert form.fields["figure.presence"] == 75.0  # type: ignore[attr-defined]
        assert "75 %" in shown(app)
        form.lines.go_to("figure.presence")  # type: ignore[attr-defined]
        await pilot.pause()
        await pilot.press("9", "enter")
        await pilot.pause()
        assert form.fields["figure.presence"] == 75.0  # type: ignore[attr-defined]
        assert "由其他数据算出" in shown(app)
        await pilot.press("f4")
        await pilot.pause()
        assert app.screen is form
        await pilot.press("escape")
        await pilot.pause()
    reopened = Replica.open(replica.path)
    assert drafts.listed(reopened) == []
    assert reopened.connection.execute("SELECT count(*) FROM entry").fetchone() == entries
    reopened.close()


def test_without_a_profile_a_file_is_checked_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = ["--home", str(tmp_path), "--lang", "zh"]
    for file in (HERE / "templates").glob("*.toml"):
        assert run([*home, "form", str(file), "--check"]) == 0
    assert "软弱涣散组织整顿" in capsys.readouterr().out
    bad = tmp_path / "bad.toml"
    bad.write_text(BAD, encoding="utf-8")
    assert run([*home, "form", str(bad), "--check"]) == 1
    said = capsys.readouterr().err
    assert "bad.toml" in said
    assert "colour" in said
    assert str(tmp_path) not in said


def test_a_form_is_opened_on_a_terminal_only_and_says_what_it_would_ask_without(
    replica: Replica, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(HERE / "templates" / "weak-repair.toml")
    home = ["--home", str(tmp_path / "home"), "--lang", "zh"]
    assert run([*home, "form", file]) == 2
    assert "--unit" in capsys.readouterr().err
    assert run([*home, "form", file, "--unit", "u-1"]) == 2
    assert "--check" in capsys.readouterr().err
    assert run([*home, "form", str(HERE / "templates" / "review.toml"), "--unit", "u-1", "--check"]) == 0
    asked = capsys.readouterr().out
    assert "到村组听取了群众意见" in asked
    assert "听取了业主和职工意见" not in asked
    command = [sys.executable, "-m", "supervisor_tui", *home, "form", file, "--unit", "u-1"]
    terminal = Terminal(command, dict(os.environ, TERM="xterm-256color", LANG="C.UTF-8"))
    terminal.wait_for("试用检查表", "软弱涣散组织整顿")
    terminal.press("Esc")
    assert terminal.ended() == 0
