"""Every report in every format and both languages, over records that hold every hostile text."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import docx
import openpyxl
import pytest

from supervisor_tui.reports.formats.choice import FORMATS
from supervisor_tui.reports.request import REPORTS, formats_of
from tests.faults.every_command import run_laptop
from tests.faults.hostile import laptop_of_all
from tests.faults.texts import ACTS, HOSTILE

ASKED = {
    "brief": ["--from", "2026-09-01", "--to", "2026-09-30"],
    "unit": [],
    "register": ["--all"],
    "sheet": [],
    "entries": [],
}
FORMULA = tuple("=+-@＝＋－＠")
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "a", "span", "br", "dl", "dt", "dd", "i"),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose profile holds every hostile text in every kind of record."""
    home = tmp_path_factory.mktemp("home")
    file = home / "profiles" / "default" / "replica.db"
    file.parent.mkdir(parents=True)
    laptop_of_all(file).close()
    return home


def test_every_report_is_tried() -> None:
    assert set(ASKED) == set(REPORTS)


@pytest.mark.parametrize(("what", "form"), [(what, form) for what in REPORTS for form in formats_of(what)])
def test_no_report_lets_a_text_act_on_whoever_opens_it(what: str, form: str, home: Path) -> None:
    for lang, more in _each(what, form):
        out = home / f"{what}.{lang}.{form}"
        said = run_laptop(home, ["export", what, *ASKED[what], *more, "--out", str(out), "--force"], lang)
        assert (said.code, said.err) == (0, "")
        _LOOKED_AT[form](out)
    assert not (home / "profiles" / "default" / "crash.log").exists()


def _each(what: str, form: str) -> list[tuple[str, list[str]]]:
    """A report's language and what it is about: each unit, each inspection with its text; or all of them at once.

    Of the slow formats every fourth: the brief, the register and the entries hold them all.
    """
    numbers = range(FORMATS.index(form) % 4, len(HOSTILE), 4 if form in ("docx", "xlsx") else 1)
    if what == "unit":
        return [("zh" if number % 3 else "en", ["--unit", f"u-h{number}"]) for number in numbers]
    if what == "sheet":
        return [("zh" if number % 3 else "en", ["--record", f"k-{number}-inspection"]) for number in numbers]
    return [("zh", []), ("en", [])]


def _holds_nothing_that_acts(text: str) -> None:
    found = ACTS.search(text.replace("\r\n", "\n"))
    assert found is None, text[max(0, found.start() - 60) : found.end() + 20]


def _package(path: Path) -> None:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                part = package.read(name)
                ElementTree.fromstring(part)
                _holds_nothing_that_acts(part.decode("utf-8-sig"))


def _docx(path: Path) -> None:
    _package(path)
    opened = docx.Document(str(path))
    outside = [each.target_ref for each in opened.part.rels.values() if each.is_external]
    assert outside == []


def _xlsx(path: Path) -> None:
    _package(path)
    for sheet in openpyxl.load_workbook(path).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None or not cell.hyperlink.target, cell.value
                assert not str(cell.value).strip().startswith(FORMULA) or cell.quotePrefix, cell.value


def _csv(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    _holds_nothing_that_acts(text)
    usual = csv.field_size_limit(1_000_000)
    try:
        cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    finally:
        csv.field_size_limit(usual)
    assert cells
    assert not [cell for cell in cells if cell.lstrip().startswith(FORMULA) or cell.startswith(("\t", "\r"))]


def _json(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    _holds_nothing_that_acts(text)
    assert json.loads(text)


class _Tags(HTMLParser):
    """The elements of a page and what they would load or do."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.acting: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element, and where it points."""
        self.seen.add(tag)
        self.acting += _acting(attrs)
        if tag not in ("meta", "br", "img", "link", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Every element ends where it should."""
        assert self.open.pop() == tag


def _acting(attrs: list[tuple[str, str | None]]) -> Iterator[tuple[str, str | None]]:
    for name, value in attrs:
        if name.startswith("on") or (name in ("href", "src", "style") and not str(value).startswith(("#", "width"))):
            yield name, value


def _html(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    _holds_nothing_that_acts(text)
    tags = _Tags()
    tags.feed(text)
    assert (tags.open, tags.seen - TAGS, tags.acting) == ([], set(), [])


_LOOKED_AT = {"docx": _docx, "xlsx": _xlsx, "csv": _csv, "json": _json, "html": _html}
