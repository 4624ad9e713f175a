"""The renderers over documents that no file of ours can hold: lone surrogates, texts of any kind, empty tables."""

from __future__ import annotations

import io
import json

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from supervisor_tui.reports.document import (
    Chart,
    Code,
    Column,
    Count,
    Document,
    Fill,
    Heading,
    Paragraph,
    Reference,
    References,
    Series,
    Table,
    safe_text,
)
from supervisor_tui.reports.formats.as_csv import begins_like_formula
from supervisor_tui.reports.formats.choice import FORMATS, render

ANY = st.text(st.characters(), max_size=40)  # lone surrogates and noncharacters among them


def _document(text: str) -> Document:
    columns = [Column(text), Column("n", "number"), Column("%", "percent"), Column("c", "code")]
    rows = [(text, Count(2, "1.1"), 0.5, Code("7K2M-9Q4T")), (None, None, None, None)]
    return Document(
        title=text,
        day="2026-09-18",
        language="zh",
        blocks=[
            Heading(text),
            Paragraph(text, quiet=True),
            Table(text, columns, rows),
            Table(text, columns, rows, sheet=text),
            Table(text, columns, [], sheet=text),
            Chart(text, [text, "b"], [Series(text, [1, 2]), Series("empty", [0, 0])]),
            Chart(text, [], []),
            References(text, [Reference("1.1", text, ["7k2m"], str.upper), Reference("1.2", text, [], str)]),
            Fill([text]),
        ],
    )


@pytest.mark.parametrize("form", FORMATS)
@given(text=ANY)
@settings(max_examples=25)
def test_any_text_can_be_written_and_the_file_can_be_read_again(form: str, text: str) -> None:
    content = render(_document(text), form)
    assert render(_document(text), form) == content
    if form == "docx":
        opened = docx.Document(io.BytesIO(content))
        assert opened.tables[0].rows[1].cells[1].text == "2"
    elif form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    elif form == "json":
        assert json.loads(content)["title"] == safe_text(text)
    else:
        content.decode("utf-8-sig")


def test_a_text_that_looks_like_the_place_of_rows_stays_a_text() -> None:
    text = "<sheetData>\ue0001\ue000</sheetData>"
    book = openpyxl.load_workbook(io.BytesIO(render(_document(text), "xlsx")))
    texts = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert sum(text in each for each in texts) > 3
    assert all(len(each) < 100 for each in texts)


@pytest.mark.parametrize("text", ["\ud800", "a\ufffeb", "\u202eabc", "\x00", "\u2066x\u2069"])
def test_what_no_format_can_hold_is_shown_harmlessly(text: str) -> None:
    assert safe_text(text) in ("?", "a?b", "abc", "x")


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "  =1", "\n-1", "＝1", "＋1", "－1", "＠x"])
def test_what_a_spreadsheet_takes_for_a_formula_is_known(text: str) -> None:
    assert begins_like_formula(text)


@pytest.mark.parametrize("text", ["", "2026-09-18", "a=1", "学习-动员", "1+1"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert not begins_like_formula(text)
