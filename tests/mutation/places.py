"""Find the places of a module where one small change makes another program: the changes a hurried hand makes.

A boundary moved, a comparison turned round, a condition dropped, a value not returned, a refusal or a call left out; in
SQL the comparisons and what joins them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Is: "is not",
    ast.IsNot: "is",
}
_SIGNS: dict[type[ast.operator], str] = {ast.Add: "-", ast.Sub: "+"}
_SQL = re.compile(r"^\W*(SELECT|FROM|WHERE|AND|JOIN|LEFT|ORDER|UPDATE|DELETE|INSERT|WITH|CASE|EXISTS)\b|\b(WHERE|AND) ")
_IN_SQL = re.compile(r" (<=|>=|<|>|=|!=|AND|OR|DESC|IS NULL|IS NOT NULL)(?= |\"|,|\)|$)")
_OTHERWISE = {
    "<=": "<",
    ">=": ">",
    "<": "<=",
    ">": ">=",
    "=": "!=",
    "!=": "=",
    "AND": "OR",
    "OR": "AND",
    "DESC": "ASC",
    "IS NULL": "IS NOT NULL",
    "IS NOT NULL": "IS NULL",
}


class Place(NamedTuple):
    """A change: the bytes from `start` to `end` of the source become `text`."""

    start: int
    end: int
    text: str
    line: int

    def changed(self, source: bytes) -> bytes:
        """Return the source with this change."""
        return source[: self.start] + self.text.encode() + source[self.end :]

    def before(self, source: bytes) -> str:
        """Return what stands at the place, on one line."""
        return " ".join(source[self.start : self.end].decode().split())

    def described(self, source: bytes) -> tuple[str, str, str]:
        """Return its line with a `|` where it begins, what stands there and what comes."""
        begin = source.rfind(b"\n", 0, self.start) + 1
        line = source[begin : self.start] + b"|" + source[self.start :].partition(b"\n")[0]
        return line.decode().strip(), self.before(source), self.text


def places(source: bytes) -> list[Place]:
    """Return every place of a module, in the order of the source."""
    finder = _Finder(source)
    finder.visit(ast.parse(source))
    return sorted(set(finder.found))


class _Finder(ast.NodeVisitor):
    """Collects the places; annotations, decorators and docstrings are none."""

    def __init__(self, source: bytes) -> None:
        self.found: list[Place] = []
        self._source = source
        self._starts = [0]
        for line in source.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def visit(self, node: ast.AST) -> None:
        """Note the places of a node, and go on below it."""
        for old, text in _changes(node):
            self._note(old, text)
        if isinstance(node, ast.JoinedStr | ast.Constant):
            self._note_sql(node)
        if not isinstance(node, ast.JoinedStr):  # its parts have no places of their own
            for child in _below(node):
                self.visit(child)

    def _note(self, node: ast.AST, text: str) -> None:
        start, end = self._span(node)
        self.found.append(Place(start, end, text, self._line(start)))

    def _note_sql(self, node: ast.JoinedStr | ast.Constant) -> None:
        start, end = self._span(node)
        said = self._source[start:end].decode()
        if not _SQL.search(said.lstrip("rf")):
            return
        for match in _IN_SQL.finditer(said):
            at = start + len(said[: match.start(1)].encode())
            place = Place(at, at + len(match[1]), _OTHERWISE[match[1]], self._line(at))
            self.found.append(place)

    def _span(self, node: ast.AST) -> tuple[int, int]:
        assert isinstance(node, ast.expr | ast.stmt)
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.lineno - 1] + node.col_offset, self._starts[node.end_lineno - 1] + node.end_col_offset

    def _line(self, start: int) -> int:
        return self._source.count(b"\n", 0, start) + 1


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """Yield what of a node is replaced by which source."""
    match node:
        case ast.Compare():
            yield from ((node, text) for text in _turned(node))
        case ast.BoolOp():
            yield node, f"({f' {_other(node.op)} '.join(f'({ast.unparse(each)})' for each in node.values)})"
            for left_out in node.values:
                rest = [each for each in node.values if each is not left_out]
                yield node, f"({ast.unparse(ast.BoolOp(node.op, rest) if len(rest) > 1 else rest[0])})"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield node, f"bool({ast.unparse(operand)})"
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test):
            yield test, f"(not ({ast.unparse(test)}))"
        case ast.Constant(value=bool() as value):
            yield node, str(not value)
        case ast.Constant(value=int() as value):
            yield node, str(value + 1)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=right):
            yield node, f"({ast.unparse(left)} {_SIGNS[type(op)]} {ast.unparse(right)})"
        case ast.Return(value=ast.expr() as value) if not isinstance(value, ast.Constant):
            yield node, "return None"
        case ast.Raise() | ast.Expr(value=ast.Call()):
            yield node, "pass"
        case _:
            return


def _turned(node: ast.Compare) -> Iterator[str]:
    """Yield a comparison with one of its operators turned round."""
    terms = [f"({ast.unparse(each)})" for each in (node.left, *node.comparators)]
    signs = [_sign(each) for each in node.ops]
    for at, operator in enumerate(node.ops):
        turned = [*signs[:at], _COMPARISONS[type(operator)], *signs[at + 1 :]]
        yield "(" + terms[0] + "".join(f" {sign} {term}" for sign, term in zip(turned, terms[1:], strict=True)) + ")"


def _sign(operator: ast.cmpop) -> str:
    return next(sign for kind, sign in _NAMES if isinstance(operator, kind))


_NAMES = [
    (ast.Lt, "<"),
    (ast.LtE, "<="),
    (ast.Gt, ">"),
    (ast.GtE, ">="),
    (ast.Eq, "=="),
    (ast.NotEq, "!="),
    (ast.NotIn, "not in"),
    (ast.In, "in"),
    (ast.IsNot, "is not"),
    (ast.Is, "is"),
]


def _other(operator: ast.boolop) -> str:
    return "or" if isinstance(operator, ast.And) else "and"


def _below(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children that are worth a change."""
    skipped: list[ast.AST | None] = []
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            skipped += [*node.decorator_list, node.returns, *_docstring(node)]
        case ast.ClassDef() | ast.Module():
            skipped += [*getattr(node, "decorator_list", ()), *_docstring(node)]
        case ast.AnnAssign() | ast.arg():
            skipped.append(node.annotation)
        case _:
            pass
    yield from (child for child in ast.iter_child_nodes(node) if child not in skipped)


def _docstring(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module) -> list[ast.stmt]:
    return node.body[:1] if ast.get_docstring(node, clean=False) is not None else []
