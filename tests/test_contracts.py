"""What holds for the tree as a whole: its top level, who may import whom, what is loaded when, what never goes in."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
TOP_LEVEL = {"pyproject.toml", "supervisor_tui", "sync", "fixtures", "tests", "README.md", "LICENSE"}
HEAVY = {
    "textual": ("textual", "rich"),
    "exchange": ("httpx", "zstandard", "cryptography"),
    "store": ("starlette", "uvicorn"),
    "database": ("sqlite_utils", "click", "pypinyin"),
    "text": ("markdown_it", "pygments"),
    "reports": ("docx", "lxml", "openpyxl", "xlsxwriter"),
}


def _tracked() -> list[Path]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a checkout: there is no list of files")
    return [Path(name) for name in done.stdout.splitlines()]


def _texts() -> Iterator[tuple[Path, str]]:
    for path in _tracked():
        if (ROOT / path).is_file() and path.suffix not in (".png", ".xz"):
            yield path, (ROOT / path).read_text(encoding="utf-8")


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_the_top_level_holds_nothing_else() -> None:
    names = {path.parts[0] for path in _tracked()}
    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


def test_every_dependency_has_a_lower_and_an_upper_bound() -> None:
    project = _project()
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    assert wanted
    for each in wanted:
        assert re.search(r">=[\d.]+,<[\d.]+", each), each


def test_no_path_or_host_of_a_machine_stands_in_any_file() -> None:
    path_of_a_machine = re.compile(r"(?<![\w}.])/(?:home|root|Users|work|opt|mnt)/\w")
    address = re.compile(r"https?://([\w-]+(?:\.[\w-]+)+)")
    public = re.compile(
        r"127\.0\.0\.1|192\.0\.2\.|(?:[\w.-]+\.)?(?:example|(?:w3|openxmlformats)\.org|textualize\.io)|cdnjs\."
    )
    found = [
        (str(path), number, line.strip())
        for path, text in _texts()
        if path != Path(__file__).relative_to(ROOT)
        for number, line in enumerate(text.splitlines(), start=1)
        if path_of_a_machine.search(line) or any(not public.match(host) for host in address.findall(line))
    ]
    assert found == []


def test_nothing_here_asks_for_identity_numbers_or_private_numbers() -> None:
    from sync.model.validation import KINDS

    names = [name for kind in KINDS.values() for name in (*kind.fields, *kind.members)]
    assert not [name for name in names if re.search(r"phone|mobile|id_?(?:card|number)|opinion|birth", name)]


def _imports(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return found


def test_one_module_of_the_laptop_imports_the_driver() -> None:
    modules = [*(ROOT / "sync" / "replica").rglob("*.py"), *(ROOT / "supervisor_tui").rglob("*.py")]
    assert {file.name for file in modules if {"sqlite3", "sqlcipher3"} & _imports(file)} == {"connect.py"}


def test_sql_of_the_store_stands_in_its_storage() -> None:
    for file in (ROOT / "sync" / "central").rglob("*.py"):
        if file.parent.name != "storage":
            assert "sqlite3" not in _imports(file), file.name
            assert not re.search(r"\"(?:SELECT|INSERT|UPDATE|DELETE) ", file.read_text(encoding="utf-8")), file.name


def test_no_text_is_cut_where_python_alone_sees_the_end_of_a_line() -> None:
    """`str.splitlines` cuts at U+2028, U+0085 and others that stand in people's texts and in entries."""
    sources = [*(ROOT / "sync").rglob("*.py"), *(ROOT / "supervisor_tui").rglob("*.py")]
    assert [file.name for file in sources if ".splitlines(" in file.read_text(encoding="utf-8")] == []


# Where the machine is asked for the time by other code than `sync.model.days`, and why it has to be.
_OWN_CLOCKS = {
    "sync/client/responses.py": "a certificate does not hold at this machine's time, which is said as shown",
}
_ASKS_THE_MACHINE = {
    "now": ("datetime",),
    "today": ("date", "datetime"),
    "utcnow": ("datetime",),
    "localtime": ("time",),
    "gmtime": ("time",),
    "ctime": ("time",),
    "strftime": ("time",),
}
_SQL_OF_DAYS = re.compile(
    r"\b(?:date|time|datetime|julianday|strftime|unixepoch|now)\s*\(\s*(?:['\")]|\w+\.?at\b)"
    r"|\bcurrent_(?:date|time|timestamp)\b|::date\b|\b(?:substr|substring|left)\s*\([^()]*\b10\s*\)",
    re.IGNORECASE,
)
_IS_SQL = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|WHERE|CREATE)\b")


def _finds_a_day(node: ast.AST) -> str:
    """What in this part of a program makes a day of an instant or asks the machine for the time; empty for nothing."""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        first, last = (None if part is None else ast.unparse(part) for part in (node.slice.lower, node.slice.upper))
        return "ten characters" if first in (None, "0") and last == "10" else ""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return "SQL" if _IS_SQL.search(node.value) and _SQL_OF_DAYS.search(node.value) else ""
    if isinstance(node, ast.ImportFrom) and node.module == "time":
        return "time" if {alias.name for alias in node.names} & _ASKS_THE_MACHINE.keys() else ""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    name, owner = node.func.attr, ast.unparse(node.func.value).rpartition(".")[2]
    if owner in _ASKS_THE_MACHINE.get(name, ()):
        return f"{owner}.{name}"
    if name in ("astimezone", "fromtimestamp") and len(node.args) + len(node.keywords) < 1 + (name == "fromtimestamp"):
        return f"{name} in the zone of the machine"
    cuts_at_t = name in ("partition", "split") and [ast.unparse(each) for each in node.args][:1] == ["'T'"]
    return "the part before the T" if cuts_at_t else ""


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("entry.at[:10]", "ten characters"),
        ("at[0:10]", "ten characters"),
        ("at.partition('T')[0]", "the part before the T"),
        ("datetime.date.today()", "date.today"),
        ("datetime.now(UTC)", "datetime.now"),
        ("time.localtime()", "time.localtime"),
        ("time.strftime('%Y')", "time.strftime"),
        ("moment.astimezone()", "astimezone in the zone of the machine"),
        ("datetime.fromtimestamp(0)", "fromtimestamp in the zone of the machine"),
        ("'SELECT substr(r.at, 1, 10) FROM record r'", "SQL"),
        ("f'SELECT * FROM record WHERE day < date(\\'now\\') AND {x}'", "SQL"),
        ("day[:4]", ""),
        ("moment.astimezone(zone)", ""),
        ("'SELECT day FROM record WHERE at > ?'", ""),
    ],
)
def test_code_that_makes_a_day_of_an_instant_is_recognised(code: str, found: str) -> None:
    assert {name for node in ast.walk(ast.parse(code)) if (name := _finds_a_day(node))} == ({found} if found else set())


def test_one_module_turns_instants_into_days_and_asks_the_machine_for_the_date() -> None:
    sources = [file for top in ("supervisor_tui", "sync", "fixtures") for file in (ROOT / top).rglob("*.py")]
    found = {
        f"{name}:{getattr(node, 'lineno', 0)} {what}"
        for file in sources
        if (name := file.relative_to(ROOT).as_posix()) not in ("sync/model/days.py", *_OWN_CLOCKS)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if (what := _finds_a_day(node))
    }
    assert found == set()


def _run_at_import(tree: ast.Module) -> Iterator[ast.AST]:
    """The parts of a module that run while it is imported: all but what stands inside functions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        inside = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
        waiting += [*node.decorator_list, node.args] if isinstance(node, inside[:2]) else []
        waiting += [] if isinstance(node, inside) else list(ast.iter_child_nodes(node))


def test_no_test_asks_for_the_day_while_its_module_is_imported() -> None:
    """A suite that runs over midnight would go on with yesterday, and the program it tests with today."""
    asks = re.compile(
        r"(?:\w+\.)*(?:today|this_day|day|seconds_left)\((?:-?\d+)?\)|date\.today\(\)|datetime\.now\(.*\)"
    )
    found = {
        f"{file.relative_to(ROOT).as_posix()}:{node.lineno}"
        for file in (ROOT / "tests").rglob("*.py")
        for node in _run_at_import(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and asks.fullmatch(ast.unparse(node))
    }
    assert found == set()


def test_sync_never_imports_the_screens() -> None:
    for file in (ROOT / "sync").rglob("*.py"):
        assert not [name for name in _imports(file) if name.partition(".")[0] == "supervisor_tui"], file


def _loaded_after(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()}


@pytest.mark.parametrize("command", ["['--help']", "['--version']", "['status', '--help']"])
def test_help_and_version_load_nothing_heavy(command: str) -> None:
    code = "from supervisor_tui.cli.commands import run\nimport contextlib, io\n"
    code += f"with contextlib.redirect_stdout(io.StringIO()):\n    run({command})"
    loaded = _loaded_after(code)
    assert not loaded & {name for names in HEAVY.values() for name in (*names, "sqlite3", "msgspec")}


def test_what_scripts_ask_often_loads_the_driver_and_no_more(tmp_path: Path) -> None:
    from tests.supervisor_tui.workbench import new_workbench_file

    file = tmp_path / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    replica = new_workbench_file(file)
    replica.connection.execute("UPDATE entry SET code = ''")
    replica.close()
    for command in ("status", "units"):
        code = "from supervisor_tui.cli.commands import run\nimport contextlib, io\n"
        code += "with contextlib.redirect_stdout(io.StringIO()):\n"
        code += f"    assert run({['--home', str(tmp_path), command, '--json']!r}) == 0"
        assert not _loaded_after(code) & {"msgspec", "uuid", "dataclasses", "inspect", "hashlib"}, command


def test_reading_commands_load_neither_screens_nor_exchange(tmp_path: Path) -> None:
    from tests.supervisor_tui.workbench import new_workbench_file

    file = tmp_path / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    new_workbench_file(file).close()
    for command in (["status"], ["units"], ["history", "u-01"], ["search", "学习"], ["followups"]):
        code = "from supervisor_tui.cli.commands import run\nimport contextlib, io\n"
        code += "with contextlib.redirect_stdout(io.StringIO()):\n"
        code += f"    assert run({['--home', str(tmp_path), *command]!r}) == 0"
        assert not _loaded_after(code) & {name for names in HEAVY.values() for name in names}, command


def test_the_first_screen_loads_what_it_shows_and_no_more(tmp_path: Path) -> None:
    from tests.supervisor_tui.workbench import new_workbench_file

    file = tmp_path / "replica.db"
    new_workbench_file(file).close()
    code = f"""
import asyncio
from pathlib import Path
from supervisor_tui.app import WorkbenchApp
from sync.replica import Replica

async def open_and_close():
    app = WorkbenchApp(Path({str(file)!r}), Replica.open(Path({str(file)!r})))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()

asyncio.run(open_and_close())
"""
    loaded = _loaded_after(code)
    assert "textual" in loaded
    for reason in ("exchange", "store", "database", "text", "reports"):
        assert not loaded & set(HEAVY[reason]), reason


def test_the_readme_begins_with_the_two_commands_that_ci_runs() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = text.partition("<!-- commands -->")[2].partition("```")[2].partition("```")[0]
    commands = [line for line in block.splitlines()[1:] if line.strip()]
    assert len(commands) == 2
    assert "supervisor-tui demo" in commands[0]
    assert "pytest" in commands[1]
    assert text.index("中文速览") < len(text) // 3
    assert "<!-- commands -->" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
