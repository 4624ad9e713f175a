"""The measure of the tests: which changes of a source it makes, and that its list names what is there."""

from __future__ import annotations

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
