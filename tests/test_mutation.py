"""The measure of the tests: which changes of a source it makes, and that its list names what is there."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.mutation.places import places

_ROOT = Path(__file__).parent.parent


def _changes(source: str) -> set[str]:
    encoded = source.encode()
    return {place.changed(encoded).decode() for place in places(encoded)}


def test_a_boundary_is_moved_and_a_comparison_turned_round() -> None:
    assert _changes("a = b < c") == {"a = ((b) <= (c))"}
    assert _changes("a = 期限 in c") == {"a = ((期限) not in (c))"}


def test_each_condition_is_dropped_and_their_joint_exchanged() -> None:
    assert _changes("a = b and c") == {"a = ((b) or (c))", "a = (b)", "a = (c)"}


def test_a_branch_a_value_a_refusal_and_a_call_are_changed() -> None:
    assert _changes("if a:\n    b()\n") == {"if (not (a)):\n    b()\n", "if a:\n    pass\n"}
    assert _changes("def f():\n    return a") == {"def f():\n    return None"}
    assert _changes("raise Refused") == {"pass"}
    assert _changes("a = True") == {"a = False"}
    assert _changes("a = b[3]") == {"a = b[4]"}


def test_in_a_statement_of_sql_what_is_compared_and_joined_is_changed_and_in_other_texts_nothing() -> None:
    statement = 'a = "SELECT id FROM entry WHERE number <= ? AND seq = 1"'
    assert _changes(statement) == {
        statement.replace("<=", "<"),
        statement.replace("AND", "OR"),
        statement.replace("seq =", "seq !="),
    }
    assert _changes('a = "this = that, and so on"') == set()


def test_words_about_the_code_and_types_are_left_alone() -> None:
    assert _changes('def f(a: "int | None" = None) -> list[int]:\n    """Return 1."""') == set()


def test_the_list_names_modules_and_tests_that_are_there() -> None:
    nearest = tomllib.loads((_ROOT / "tests" / "mutation" / "nearest.toml").read_text(encoding="utf-8"))
    files = {_ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in nearest}
    files |= {_ROOT / test for tests in nearest.values() for test in tests}
    assert [file for file in files if not file.exists()] == []


_TREE = {
    "sync/__init__.py": "",
    "sync/counted.py": "def more(n: int) -> int:\n    return n + 1\n",
    "tests/__init__.py": "",
    "tests/test_counted.py": (
        "import subprocess, sys\n"
        "from sync.counted import more\n"
        "def test_here():\n    assert more(1) == 2\n"
        "def test_by_a_process():\n"
        "    said = 'from sync.counted import more; sys.exit(more(1))'\n"
        "    assert subprocess.run([sys.executable, '-c', 'import sys; ' + said]).returncode == 2\n"
    ),
}
_RUNS = """
import sys
from pathlib import Path
from tests.mutation.runs import Tree

counted = Path("sync/counted.py")
with Tree(Path(sys.argv[1])) as tree:
    said = [tree.load(["tests"])]
    for body in ("return n + 1", "return n + 2", "return n - 1", "while True: pass"):
        for test in ("tests/test_counted.py::test_here", "tests/test_counted.py::test_by_a_process"):
            with tree.changed(counted, f"def more(n: int) -> int:\\n    {body}\\n".encode()):
                said.append(tree.passes([test], 600 if body.startswith("return") else 1))
    said.append(tree.passes(["tests"], 600))
print(*said)
"""


def test_a_change_is_seen_by_a_test_and_by_the_processes_it_starts_and_one_that_hangs_is_stopped(
    tmp_path: Path,
) -> None:
    for name, text in _TREE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    command = [sys.executable, "-c", _RUNS, str(tmp_path)]
    ran = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=600, check=True)
    unchanged, wrong = ["True", "True"], ["False", "False"]
    assert ran.stdout.split() == ["True", *unchanged, *wrong, *wrong, *wrong, "True"]


def test_every_change_that_nobody_can_see_is_one_of_those_made_and_has_its_reason() -> None:
    listed = tomllib.loads((_ROOT / "tests" / "mutation" / "equivalent.toml").read_text(encoding="utf-8"))
    sources = {
        each["module"]: _ROOT.joinpath(*each["module"].split(".")).with_suffix(".py").read_bytes()
        for each in listed.get("change", [])
    }
    made = {(name, *place.described(source)) for name, source in sources.items() for place in places(source)}
    unknown = [
        each
        for each in listed.get("change", [])
        if not each["why"] or (each["module"], each["line"], each["before"], each["after"]) not in made
    ]
    assert unknown == []
