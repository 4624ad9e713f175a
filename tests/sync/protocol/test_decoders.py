"""Decoders are made once, at import: a type first met by several threads at once has ended the whole process."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
_ROUNDS, _THREADS = 100, 8

_RACE = f"""
import importlib, pkgutil, sys, threading
import msgspec
import supervisor_tui, sync

def together(work):
    barrier = threading.Barrier({_THREADS})
    def begin():
        barrier.wait()
        work()
    threads = [threading.Thread(target=begin) for _ in range({_THREADS})]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

def decoders():
    for package in (sync, supervisor_tui):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            if not module.name.endswith("__main__"):
                for value in vars(importlib.import_module(module.name)).values():
                    found = getattr(value, "__self__", value)
                    if isinstance(found, msgspec.json.Decoder):
                        yield found

ours = list({{id(each): each for each in decoders()}}.values())
sys.setswitchinterval(1e-6)

def use_ours():
    for decoder in ours:
        for text in (b"{{}}", b"[]", b'{{"set": {{}}, "people": {{"a": "b"}}}}'):
            try:
                decoder.decode(text)
            except msgspec.MsgspecError:
                pass

together(use_ours)
for number in range({_ROUNDS}):
    inner = msgspec.defstruct("Inner", [(f"field{{each}}", int, 0) for each in range(20)])
    outer = msgspec.defstruct("Outer", [("one", inner), ("more", list[inner]), ("named", dict[str, inner])])
    text = b'{{"one": {{}}, "more": [{{}}], "named": {{"a": {{}}}}}}'
    together(lambda: msgspec.json.decode(text, type=outer))
print(len(ours))
"""


def test_decoders_and_new_types_stand_threads_that_switch_all_the_time() -> None:
    done = subprocess.run([sys.executable, "-c", _RACE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    assert int(done.stdout) > 20


def _calls_in_functions(tree: ast.AST) -> Iterator[ast.Call]:
    """Every call that runs when a function does, not when the module is imported."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
    for outer in ast.walk(tree):
        if isinstance(outer, functions):
            body = outer.body if isinstance(outer.body, list) else [outer.body]
            yield from (node for part in body for node in ast.walk(part) if isinstance(node, ast.Call))


def _makes_a_decoder(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name.endswith((".json.decode", ".msgpack.decode")):
        return any(keyword.arg in ("type", None) for keyword in call.keywords)
    return name.endswith(("Decoder", "msgspec.convert"))


def test_no_function_makes_a_decoder_or_reads_into_a_type_it_names_itself() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for package in ("sync", "supervisor_tui")
        for path in sorted((ROOT / package).rglob("*.py"))
        for call in _calls_in_functions(ast.parse(path.read_text(encoding="utf-8")))
        if _makes_a_decoder(call)
    ]
    assert found == []


def test_the_check_finds_what_it_is_for() -> None:
    sources = (
        "def read(data):\n    return msgspec.json.decode(data, type=int)\n",
        "def read(data):\n    return msgspec.convert(data, int)\n",
        "read = lambda data: msgspec.json.Decoder(int).decode(data)\n",
    )
    for source in sources:
        assert any(map(_makes_a_decoder, _calls_in_functions(ast.parse(source)))), source
    plain = "read = msgspec.json.Decoder(int).decode\ndef any_value(data):\n    return msgspec.json.decode(data)\n"
    assert not any(map(_makes_a_decoder, _calls_in_functions(ast.parse(plain))))
