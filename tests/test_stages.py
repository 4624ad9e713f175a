"""A stage alone names nothing: every query by stage, in SQL and in Python, names its campaign."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.system.test_sql import _texts

ROOT = Path(__file__).parent.parent
ROOMS = ("sync", "supervisor_tui")
_BY_STAGE = re.compile(r"\bstage\s*(?:=|<>|!=|IN\b|<|>)|GROUP BY[^)]*\bstage\b|INDEXED BY record_(?:visit|gate)\b")
_CAMPAIGN = re.compile(r"\bcampaign\s*(?:=|IN\b)|IN \('', (?:\w\.)?campaign\)")
# Where a stage is compared, or something is sorted by it, without a campaign in the same function, and why.
_OF_ONE_CAMPAIGN = {
    ("template_preview.py", "_stage"): "of the template that is tried alone",
    ("checks.py", "_template_faults"): "of the template that the visit names, which is one campaign's",
    ("templates.py", "problems_of"): "whether a template's stage is one at all",
}


def _sources() -> Iterator[tuple[Path, ast.Module]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def by_stage_alone(statement: str) -> bool:
    """Say whether a statement, or a part of one, asks by stage and not by campaign."""
    return any(_BY_STAGE.search(part) and not _CAMPAIGN.search(part) for part in statement.split(";"))


def test_every_statement_by_stage_names_its_campaign() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {text}"
        for path, tree in _sources()
        for text in _texts(tree)
        if re.search(r"\b(?:SELECT|FROM|WHERE|AND)\b|\?", text) and by_stage_alone(text)
    ]
    assert found == []


def _is_stage(node: ast.AST) -> bool:
    """Say whether an expression is the stage of something: `.stage`, `["stage"]`, `.get("stage")`, or `str` of one."""
    match node:
        case ast.Attribute(attr="stage") | ast.Subscript(slice=ast.Constant(value="stage")):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value="stage"), *_]):
            return True
        case ast.Call(func=ast.Name(id="str"), args=[inner]):
            return _is_stage(inner)
        case ast.BoolOp(values=values):
            return any(_is_stage(value) for value in values)
    return False


def _sorts_by_stage(node: ast.AST) -> bool:
    match node:
        case ast.Compare():
            return any(_is_stage(each) for each in (node.left, *node.comparators))
        case ast.DictComp(key=key) | ast.Subscript(slice=key):
            return _is_stage(key)
        case ast.Call(func=ast.Attribute(attr="setdefault"), args=[key, *_]):
            return _is_stage(key)
        case ast.Lambda(body=body):
            return _is_stage(body)
    return False


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def selects_by_stage_alone(function: ast.FunctionDef) -> bool:
    """Say whether a function compares or sorts by stages and nowhere speaks of a campaign."""
    return any(map(_sorts_by_stage, ast.walk(function))) and "campaign" not in ast.unparse(function).lower()


def test_every_selection_by_stage_names_its_campaign() -> None:
    found = {
        (path.name, function.name)
        for path, tree in _sources()
        for function in _functions(tree)
        if selects_by_stage_alone(function)
    }
    assert found == _OF_ONE_CAMPAIGN.keys()


@pytest.mark.parametrize(
    ("statement", "alone"),
    [
        ("SELECT 1 FROM record r WHERE r.stage = ? AND r.kind = 'gate'", True),
        ("SELECT stage, count(*) FROM record GROUP BY stage", True),
        ("SELECT 1 FROM record r WHERE r.campaign = ? AND r.stage = ?", False),
        ("SELECT r.stage FROM record r WHERE r.day = ?", False),
    ],
)
def test_a_statement_by_stage_alone_is_found(statement: str, *, alone: bool) -> None:
    assert by_stage_alone(statement) is alone


@pytest.mark.parametrize(
    ("source", "alone"),
    [
        ("def f(rows, stage):\n    return [row for row in rows if row.stage == stage]", True),
        ("def f(rows):\n    return {str(row.get('stage', '')): row for row in rows}", True),
        ("def f(campaign, stage):\n    return [row for row in campaign.stages if row.stage == stage]", False),
        ("def f(rows):\n    return [row.stage for row in rows]", False),
    ],
)
def test_a_selection_by_stage_alone_is_found(source: str, *, alone: bool) -> None:
    (function,) = _functions(ast.parse(source))
    assert selects_by_stage_alone(function) is alone
