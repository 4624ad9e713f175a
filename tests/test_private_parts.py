"""Private parts of libraries that the program uses where there is no public way: each in one module, each still there.

A library may change them in any release. Then this says so, before a report or a help text does.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import io
import re
from pathlib import Path

import docx
import pytest
import xlsxwriter
from xlsxwriter.packager import Packager

ROOT = Path(__file__).parents[1]
USED = {  # module -> what it reads or overrides of whose private parts
    "supervisor_tui/reports/formats/as_docx.py": {"_p"},
    "supervisor_tui/reports/formats/xlsx_rows.py": {"_create_package", "_get_packager", "_get_xf_index"},
    "supervisor_tui/served/server.py": {"_make_app"},
    "sync/console/arguments.py": {"_fill_text", "_format_usage", "_option_string_actions", "_split_lines"},
}

PUBLIC = {"_exit", "_replace", "_asdict", "_fields"}  # of `os` and of named tuples: documented, for all their names


def _private(name: str) -> bool:
    return bool(re.match(r"_[a-z]", name))


def _foreign(tree: ast.Module) -> set[str]:
    """The private names that a module asks of objects and bases, and does not make itself."""
    made = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    made |= {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    asked = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and _private(node.attr) and node.attr not in PUBLIC
    }
    inherited = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and getattr(node.func.value.func, "id", "") == "super"
        and _private(node.func.attr)
    }
    return inherited | (asked - made)


def _made_by_us() -> set[str]:
    """Private names that any module of ours makes: classes may share them within a package."""
    found = set()
    for package in ("supervisor_tui", "sync"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                    found.add(node.attr)
                elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                    found.add(node.name)
                elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                    found.add(node.target.id)
    return found


def test_no_other_module_uses_private_parts_of_a_library() -> None:
    named = set().union(*USED.values())
    ours = _made_by_us()
    for package in ("supervisor_tui", "sync"):
        for file in sorted((ROOT / package).rglob("*.py")):
            place = file.relative_to(ROOT).as_posix()
            foreign = _foreign(ast.parse(file.read_text(encoding="utf-8")))
            assert foreign & named <= USED.get(place, set()), place
            assert {name for name in foreign if name not in ours} <= USED.get(place, set()), place


def test_xlsxwriter_makes_a_workbook_of_parts_and_numbers_its_formats() -> None:
    workbook = xlsxwriter.Workbook(io.BytesIO())
    number = workbook.add_format({"bold": True})._get_xf_index()
    assert isinstance(number, int)
    assert isinstance(workbook._get_packager(), Packager)
    assert [*inspect.signature(Packager._create_package).parameters] == ["self"]


@pytest.mark.parametrize(
    ("name", "takes"),
    [
        ("_format_usage", ["self", "usage", "actions", "groups", "prefix"]),
        ("_split_lines", ["self", "text", "width"]),
        ("_fill_text", ["self", "text", "width", "indent"]),
    ],
)
def test_argparse_lays_out_its_help_by_these_steps(name: str, takes: list[str]) -> None:
    assert [*inspect.signature(getattr(argparse.HelpFormatter, name)).parameters] == takes


def test_argparse_knows_its_options_by_name_and_asks_gettext_by_two_names() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--there")
    assert "--there" in parser._option_string_actions
    assert callable(vars(argparse)["_"])
    assert callable(vars(argparse)["ngettext"])


def test_python_docx_gives_the_element_of_a_paragraph() -> None:
    assert docx.Document().add_paragraph("x")._p.tag.endswith("}p")


def test_textual_serve_makes_its_application_in_a_step_of_its_own() -> None:
    server = pytest.importorskip("textual_serve.server")
    assert inspect.iscoroutinefunction(server.Server._make_app)
