"""The workbench stands on what Textual makes public: nothing of its private parts is imported, read or overridden."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
import textual
from textual.widgets import Static

import supervisor_tui

OURS = Path(supervisor_tui.__file__).parent
TEXTUAL = Path(textual.__file__).parent


def _is_private(name: str) -> bool:
    return name.startswith("_") and name != "_" and not (name.startswith("__") and name.endswith("__"))


def _named(tree: ast.AST) -> set[str]:
    """The private names a source makes: functions, classes, variables, attributes of `self`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return {name for name in found if _is_private(name)}


def _trees(folder: Path) -> dict[Path, ast.Module]:
    return {file: ast.parse(file.read_text(encoding="utf-8")) for file in sorted(folder.rglob("*.py"))}


@cache
def _private_in_textual() -> frozenset[str]:
    return frozenset(name for tree in _trees(TEXTUAL).values() for name in _named(tree))


def _imports_of_private_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        for name in names:
            package, *rest = name.split(".")
            if package in ("textual", "rich") and any(map(_is_private, rest)):
                yield name


def _reached_into(tree: ast.AST, ours: set[str]) -> Iterator[str]:
    """Attributes of other objects that are private in Textual and made by nobody here; `getattr` of such names, too."""
    modules = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            is_of_a_module = isinstance(node.value, ast.Name) and node.value.id in modules  # os._exit
            name = "" if is_of_a_module else node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id.endswith("attr"):
            name = str(getattr(node.args[1], "value", "")) if len(node.args) > 1 else ""
        else:
            continue
        if _is_private(name) and name not in ours and name in _private_in_textual():
            yield f"{node.lineno}: {ast.unparse(node)}"


@cache
def _made_by(each: type) -> frozenset[str]:
    """The private names of a class: its methods, its variables, what its methods set on `self`."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(each)))
    return frozenset(_named(tree))


def _overridden(each: type) -> set[str]:
    """The private names of Textual's classes that this class, or one of ours below it, takes for its own."""
    theirs, ours = (
        {name for base in each.__mro__ if base.__module__.partition(".")[0] in packages for name in _made_by(base)}
        for packages in (("textual",), ("supervisor_tui", "tests"))
    )
    return ours & theirs


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages([str(OURS)], "supervisor_tui."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


def _widgets() -> set[type]:
    """Every class here that has one of Textual's among its bases."""
    return {
        each
        for module in _modules()
        for each in vars(module).values()
        if inspect.isclass(each)
        and each.__module__ == module.__name__
        and any(base.__module__.startswith("textual.") for base in each.__mro__)
    }


def test_no_private_module_of_textual_is_imported() -> None:
    found = {(file.name, name) for file, tree in _trees(OURS).items() for name in _imports_of_private_modules(tree)}
    assert found == set()


def test_no_private_attribute_of_textual_is_read_or_set() -> None:
    trees = _trees(OURS)
    ours = set().union(*map(_named, trees.values()))
    assert {(file.name, place) for file, tree in trees.items() for place in _reached_into(tree, ours)} == set()


def test_no_private_name_of_a_textual_class_is_taken_by_one_of_ours() -> None:
    assert len(widgets := _widgets()) > 40
    assert {each.__qualname__: names for each in widgets if (names := _overridden(each))} == {}


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("self.screen._compositor.visible_widgets", True),
        ("getattr(screen, '_dirty_widgets')", True),
        ("self.screen.bindings_updated_signal", False),
        ("self._ours = 1", False),
    ],
)
def test_what_reaches_into_textual_is_found(source: str, is_found: bool) -> None:
    tree = ast.parse(source)
    assert bool(list(_reached_into(tree, _named(tree)))) is is_found


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("from textual._compositor import ChopsUpdate", True),
        ("from textual import _compositor", True),
        ("import textual._compositor", True),
        ("from textual.widget import Widget", False),
    ],
)
def test_an_import_of_a_private_module_is_found(source: str, is_found: bool) -> None:
    assert bool(list(_imports_of_private_modules(ast.parse(source)))) is is_found


class Overriding(Static):
    def _render_content(self) -> None:
        """Take the place of Textual's."""


def test_a_private_method_that_is_overridden_is_found() -> None:
    assert _overridden(Overriding) == {"_render_content"}
