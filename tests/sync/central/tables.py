"""Tables as people send them, made by code: workbooks with what stands beside values, csv and json."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from sync.central.admin import staff
from sync.central.imports.campaigns import imported
from sync.central.imports.pipeline import Wish
from sync.central.imports.report import Report
from sync.central.service.store import Store

Rows = Sequence[Any]  # of rows, each a sequence of cells
STRUCK = Font(strike=True)


def xlsx(path: Path, rows: Rows, merged: Iterable[str] = (), change: Callable[[Any], object] | None = None) -> Path:
    """A workbook of one sheet; `change` is given the sheet before it is saved."""
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    if change is not None:
        change(sheet)
    book.save(path)
    return path


def written(folder: Path, form: str, rows: Rows) -> Path:
    """The same table as xlsx, csv or json."""
    file = folder / f"table.{form}"
    if form == "xlsx":
        return xlsx(file, rows)
    if form == "csv":
        lines = [",".join('"' + str("" if cell is None else cell) + '"' for cell in row) for row in rows]
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return file
    records = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    file.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return file


def rewritten(path: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    """The same workbook with its parts renamed or changed."""
    parts = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(parts, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(*change(name, old.read(name)))
    path.write_bytes(parts.getvalue())
    return path


def imports(store: Store, what: str, file: Path, **wish: Any) -> Report:
    """What an import of the file says."""
    return imported(store, what, file, Wish(**wish))


def reasons(report: Report) -> str:
    """Everything that is refused, with its place."""
    return "\n".join(f"{each.place}: {each.reason}" for each in report.rejected)


def notes(report: Report) -> str:
    """Everything that is said of rows and cells."""
    return "\n".join(map(str, report.doubts))


def units(store: Store) -> dict[str, dict[str, Any]]:
    """The units there are, by name."""
    return {str(fields.get("name")): {**fields, "id": unit} for unit, fields in staff.unit_records(store).items()}


def people(store: Store) -> set[str]:
    """The names of the people there are."""
    return {person.name for person in store.access().persons.values()}


FORM = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(*found: tuple[str, str, str], extra: str = "") -> str:
    """A part that names others: id, kind, target."""
    rows = (f'<Relationship Id="{its}" Type="{FORM}/{kind}" Target="{target}" {extra}/>' for its, kind, target in found)
    return f"<Relationships>{''.join(rows)}</Relationships>"


PARTS = {
    "_rels/.rels": relations(("a", "officeDocument", "xl/workbook.xml")),
    "xl/_rels/workbook.xml.rels": relations(
        ("s1", "worksheet", "sheet1.xml"),
        ("s2", "worksheet", "sheet2.xml"),
        ("c1", "chartsheet", "chart.xml"),
        ("t", "sharedStrings", "texts.xml"),
        ("l", "styles", "styles.xml"),
    ),
    "xl/workbook.xml": '<workbook><workbookPr/><sheets><sheet name="甲" r:id="s1"/></sheets></workbook>',
    "xl/sheet1.xml": "<worksheet/>",
    "xl/sheet2.xml": "<worksheet/>",
    "xl/texts.xml": "<sst/>",
    "xl/styles.xml": "<styleSheet/>",
}


def packed(**parts: str) -> bytes:
    """A workbook of which some parts are other ones: `workbook`, `sheet1`, `sheet2`, `texts`, `styles`."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in (PARTS | {f"xl/{name}.xml": text for name, text in parts.items()}).items():
            archive.writestr(name, text)
    return made.getvalue()
