"""What holds for every SQL statement: no order a person sees ends in a laptop's own numbers, no list is handmade."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.system.sql_lists import listed

ROOT = Path(__file__).parents[3]
_ORDER = re.compile(r"ORDER BY (.*?)(?= LIMIT|\)|;|$)", re.DOTALL)
_LOCAL = re.compile(r"(?:\w+\.)?(?:id|rowid|chain)\b")  # of tables whose rows are numbered as they come
# Orders nobody sees: in which rows are folded, written, sent or given back; and drafts, which have ids of their own.
_UNSEEN = {
    ("tables.py", "id"),
    ("rebuild.py", "each.id"),
    ("rebuild.py", "entry.id"),
    ("fork_recovery.py", "e.id"),
    ("restore_upload.py", "id"),
    ("drafts.py", "id"),
    ("calendar.py", "e.id"),  # what this laptop wrote last
}


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for package in ("sync", "supervisor_tui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def _texts(tree: ast.AST) -> Iterator[str]:
    """Every text in a source, with what stands in braces as it is written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else ast.unparse(part)[2:-1] for part in node.values
            )
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _last_terms(text: str) -> Iterator[str]:
    """What each order of a statement ends in."""
    for match in _ORDER.finditer(text):
        term = match[1].rpartition(",")[2].strip().removesuffix(" DESC").removesuffix(" ASC")
        if term:
            yield term


def test_no_order_ends_in_a_number_of_this_laptop() -> None:
    found = {
        (path.name, term)
        for path, tree in _sources()
        if "central" not in path.parts
        for text in _texts(tree)
        for term in _last_terms(text)
        if _LOCAL.fullmatch(term)
    }
    assert found <= _UNSEEN
    assert found >= _UNSEEN  # none stands here that is gone


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        ("SELECT 1 FROM record r ORDER BY r.day DESC, r.id DESC LIMIT ?", "r.id"),
        ("(SELECT rowid FROM search ORDER BY rowid DESC LIMIT 2)", "rowid"),
        ("SELECT 1 ORDER BY day, ledger", "ledger"),
    ],
)
def test_the_end_of_an_order_is_found(statement: str, ends: str) -> None:
    assert list(_last_terms(statement)) == [ends]


def test_every_list_of_values_is_made_in_one_place() -> None:
    by_hand = re.compile(r"'\?' \*|\"\?\" \*")
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path, tree in _sources()
        if path.name != "sql_lists.py"
        for match in by_hand.finditer(ast.unparse(tree))
    ]
    assert found == []


def test_a_list_of_nothing_is_a_list_that_nothing_is_in() -> None:
    import sqlite3

    assert (listed([]), listed("ab")) == ("(NULL)", "(?,?)")
    connection = sqlite3.connect(":memory:")
    assert connection.execute(f"SELECT 1 WHERE 1 IN {listed([])}").fetchall() == []
    connection.close()
