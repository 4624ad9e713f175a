"""What is refused of a workbook with every reason, and how its cells become a table; each rule by the smallest file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from sync.central.imports.files import workbook
from sync.central.imports.files.read import Table
from sync.central.imports.files.sheets import Book, Merge
from sync.central.imports.files.workbook import read_workbook
from sync.central.imports.report import CannotRead
from sync.central.locale import set_language
from tests.sync.central.tables import packed

FILE = Path("名册.xlsx")
OLD = b"\xd0\xcf\x11\xe0"
TWO = '<workbook><sheet name="甲" r:id="s1"/><sheet name="乙" r:id="s2" state="hidden"/></workbook>'
FORMULA = '<row r="1"><c><f>A2</f></c></row>'


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def refused(data: bytes, sheet: str = "") -> str:
    """Why a workbook is not read."""
    with pytest.raises(CannotRead) as caught:
        read_workbook(FILE, data, sheet)
    return str(caught.value)


def sheet_of(*rows: str, extra: str = "") -> str:
    """The part of a sheet with these rows, each of cells parted by blanks; a dash is none."""
    made = ""
    for number, row in enumerate(rows, 1):
        cells = "".join("<c/>" if cell == "-" else f'<c t="str"><v>{cell}</v></c>' for cell in row.split())
        made += f'<row r="{number}">{cells}</row>'
    return f"<worksheet>{made}{extra}</worksheet>"


def table(*rows: str, merged: str = "") -> Table:
    """A table of these rows with these merged ranges."""
    ranges = "".join(f'<mergeCell ref="{each}"/>' for each in merged.split())
    (found,) = read_workbook(FILE, packed(sheet1=sheet_of(*rows, extra=ranges)))
    return found


def with_parts(names: list[str], text: str = "") -> bytes:
    """A workbook with more parts."""
    made = BytesIO(packed())
    with ZipFile(made, "a", ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, text)
    return made.getvalue()


def test_a_workbook_of_the_old_kind_and_one_with_a_password_are_told_apart() -> None:
    assert "of the old kind" in refused(OLD + b"x")
    assert "with a password" in refused(OLD + "xEncryptedPackage".encode("utf-16-le"))


def test_what_is_no_archive_or_broken_is_damaged() -> None:
    assert refused(b"PK\x03\x04") == "名册.xlsx is damaged, or no workbook: File is not a zip file."
    broken = packed(sheet1="<worksheet>甲</worksheet>").replace("甲".encode(), "乙".encode())
    assert "damaged" in refused(broken)
    unread = packed(other="丙").replace("丙".encode(), "丁".encode())  # a part that no reader asks for
    assert refused(unread) == "名册.xlsx is damaged, or no workbook: xl/other.xml."


def test_a_cell_of_too_many_blanks_is_no_empty_one() -> None:
    sheet = f'<row r="1"><c t="str"><v>{" " * 60_001}</v></c></row>'
    assert read_workbook(FILE, packed(sheet1=sheet))[0].rows == [(1, [" " * 200])]


def test_the_last_word_of_an_error_is_that_of_its_kind_where_it_says_nothing() -> None:
    def silent(data: bytes) -> Book:
        raise ValueError(" '. ")

    with pytest.raises(CannotRead, match="no workbook: ValueError"):
        read_workbook(FILE, packed(), reader=silent)


@pytest.mark.parametrize(("length", "told"), [(120, 120), (121, 120)])
def test_of_an_error_the_first_line_is_told_up_to_its_greatest_length(length: int, told: int) -> None:
    def wordy(data: bytes) -> Book:
        raise ValueError("x" * length + "\nmore")

    with pytest.raises(CannotRead) as caught:
        read_workbook(FILE, packed(), reader=wordy)
    assert str(caught.value) == f"名册.xlsx is damaged, or no workbook: {'x' * told}."


def test_macros_are_refused_by_the_part_that_holds_them() -> None:
    assert refused(with_parts(["xl/VBAproject.bin"])).startswith("名册.xlsx: it holds macros")


def test_encrypted_parts_are_refused_together_with_what_else_is_wrong() -> None:
    data = bytearray(with_parts(["vbaProject.bin"]))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert [line.split(";")[0] for line in refused(bytes(data)).splitlines()] == [
        "名册.xlsx: its parts are encrypted",
        "名册.xlsx: it holds macros",
    ]


def test_an_archive_has_two_thousand_parts_at_most() -> None:
    there = len(ZipFile(BytesIO(packed())).namelist())
    assert read_workbook(FILE, with_parts([str(number) for number in range(2_000 - there)]))
    assert "unpacked it would take" in refused(with_parts([str(number) for number in range(2_001 - there)]))


def test_an_archive_unpacks_to_so_much_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.MOST_UNPACKED == 67_108_864
    size = sum(part.file_size for part in ZipFile(BytesIO(packed())).infolist())
    monkeypatch.setattr(workbook, "MOST_UNPACKED", size)
    assert read_workbook(FILE, packed())
    monkeypatch.setattr(workbook, "MOST_UNPACKED", size - 1)
    assert f"take {size} bytes" in refused(packed())


def test_cells_hold_so_many_characters_together_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.MOST_TEXT == 32_000_000
    data = packed(workbook=TWO, sheet1=sheet_of("甲乙"), sheet2=sheet_of("丙丁"))
    monkeypatch.setattr(workbook, "MOST_TEXT", 4)
    assert len(read_workbook(FILE, data)) == 2
    monkeypatch.setattr(workbook, "MOST_TEXT", 3)
    assert "more than 3 characters together" in refused(data)


@pytest.mark.parametrize(("row", "read"), [(200_000, True), (200_001, False)])
def test_rows_go_down_to_the_last_that_is_read(row: int, read: bool) -> None:
    data = packed(sheet1=f'<row r="{row}"/>')
    if read:
        assert read_workbook(FILE, data)[0].rows == []
    else:
        assert refused(data).startswith("名册.xlsx: 甲: its rows go down to 200,001; more than 200,000")


@pytest.mark.parametrize(
    ("count", "told"), [(1, "A1:"), (5, "A1, A2, A3, A4, A5:"), (6, "A5 and 1 more:"), (7, "A5 and 2 more:")]
)
def test_formulas_without_results_are_named_up_to_five(count: int, told: str) -> None:
    rows = "".join(f'<row r="{row}"><c><f>B1</f></c></row>' for row in range(1, count + 1))
    assert f"{told} formulas whose result" in refused(packed(sheet1=f"<worksheet>{rows}</worksheet>"))


def test_a_hidden_sheet_says_what_is_wrong_and_is_refused_only_when_named() -> None:
    data = packed(workbook=TWO, sheet1=sheet_of("甲"), sheet2=f"<worksheet>{FORMULA}</worksheet>")
    seen, hidden = read_workbook(FILE, data)
    assert (seen.name, seen.hidden, seen.wrong, seen.rows) == ("甲", False, "", [(1, ["甲"])])
    assert (hidden.name, hidden.hidden, hidden.wrong[:15], hidden.rows) == ("乙", True, "名册.xlsx: 乙: A1:", [])
    assert [each.name for each in read_workbook(FILE, data, "甲")] == ["甲"]
    assert "乙: A1: formulas" in refused(data, "乙")
    assert refused(data, "丙") == "名册.xlsx: there is no sheet 丙; there are: 甲, 乙."


def test_a_hidden_sheet_that_is_named_is_as_any_other() -> None:
    (found,) = read_workbook(FILE, packed(workbook=TWO, sheet2=sheet_of("乙")), "乙")
    assert (found.hidden, found.rows, found.word) == (False, [(1, ["乙"])], "row")


def test_rows_without_anything_are_left_out_and_gaps_are_none() -> None:
    assert table("甲 - 乙", "-", "丙").rows == [(1, ["甲", None, "乙"]), (3, ["丙"])]
    blank = '<worksheet><row r="2"><c t="str"><v>乙</v></c></row><row r="1"><c t="str"><v> </v></c></row></worksheet>'
    assert read_workbook(FILE, packed(sheet1=blank))[0].rows == [(2, ["乙"])]


def test_rows_come_by_their_numbers_and_columns_up_to_the_last_that_is_read() -> None:
    cells = "".join(f"<c><v>{column}</v></c>" for column in range(201))
    rows = f'<row r="2">{cells}</row><row r="1"><c><v>7</v></c></row>'
    found = read_workbook(FILE, packed(sheet1=f"<worksheet>{rows}</worksheet>"))[0].rows
    assert found == [(1, [7]), (2, list(range(200)))]


@pytest.mark.parametrize(
    ("merged", "rows", "spans"),
    [
        ("A1:B1", [["甲", "甲"], ["乙", "丙"]], {1}),
        ("A1:A2", [["甲"], ["甲", "丙"]], set()),
        ("A1:B2", [["甲", "甲"], ["甲", "甲"]], set()),
        ("A1:A9", [["甲"], ["甲", "丙"]], set()),  # below the last row there are none
        ("A1", [["甲"], ["乙", "丙"]], set()),
        ("B2:C2", [["甲"], ["乙", "丙", "丙"]], set()),
        ("B1:B2", [["甲"], ["乙", "丙"]], set()),  # its first cell is empty
        ("A3:B3", [["甲"], ["乙", "丙"]], set()),
    ],
)
def test_a_merged_range_has_the_value_of_its_first_cell(merged: str, rows: list[list[str]], spans: set[int]) -> None:
    found = table("甲", "乙 丙", merged=merged)
    assert ([cells for _, cells in found.rows], found.spans) == (rows, spans)


@pytest.mark.parametrize(("row", "spans"), [("甲 - -", {1}), ("甲 - 乙", set()), ("甲 乙", {1})])
def test_a_merged_line_stands_alone_in_its_row(row: str, spans: set[int]) -> None:
    assert table(row, merged="A1:B1").spans == spans


def test_the_range_of_every_cell_is_known_and_that_of_one_cell_is_none() -> None:
    found = table("甲 乙", "丙 丁", merged="A1:A2 B1 B2:B2 A1:A2")
    tall = Merge(0, 1, 0, 2)
    assert found.merges == [tall]
    assert (found.merged[1, 0], found.merged[2, 0]) == (tall, tall)
    assert table("甲", "乙", merged="A1:B1 A2").merges == [Merge(0, 1, 1, 1)]


def test_a_range_reaches_to_the_last_column_that_is_read() -> None:
    assert table("甲", merged="A1:XFD1").rows == [(1, ["甲"] * 200)]


def test_rows_that_are_empty_stay_so_within_a_range() -> None:
    assert table("甲", "-", "乙", merged="A1:A3").rows == [(1, ["甲"]), (3, ["甲"])]


def test_merged_cells_fill_so_many_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert workbook.MOST_FILLED == 1_000_000
    monkeypatch.setattr(workbook, "MOST_FILLED", 4)
    assert table("甲 乙", "丙 丁", merged="A1:B2")
    monkeypatch.setattr(workbook, "MOST_FILLED", 3)
    with pytest.raises(CannotRead, match="its merged cells cover more than can be read"):
        table("甲 乙", "丙 丁", merged="A1:B2")
