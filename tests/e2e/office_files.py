"""Workbooks as offices have them, with titles, merged headings and totals, and the ways they break."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook


def workbook(path: Path, rows: Iterable[Iterable[Any]], merged: Iterable[str] = (), title: str = "摸底表") -> Path:
    """A workbook of one sheet with these cells."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def baseline(path: Path) -> Path:
    """A baseline survey as offices keep it: a title, headings over two rows, a total, a remark."""
    heads = ["序号", "单位名称", "类别", "上级党组织", "统计时间", "党员情况（人）", "", "", "", "", "联系电话"]
    under = ["", "", "", "", "", "党员数", "离退休", "下岗", "流动", "失联", ""]
    rows: list[list[Any]] = [
        ["示例区基层党组织摸底表"],
        ["填报单位: 组织部"],
        heads,
        under,
        [1, "瑶湖水产场党委", "农场", "", "2005年9月18日", 63, 12, "３", 2, 1, "13800000000"],
        [
            2,
            "非公企业联合支部",
            "非公有制企业",
            "瑶湖水产场党委",
            date(2005, 9, 18),
            "1，063",
            "",
            "无",
            "12人",
            "",
            "",
        ],
        [],
        [3, "昌东镇机关支部", "乡镇机关", "", 38613, 20, 1, 0, 0, 0, ""],
        [4, "昌东镇 机关支部", "机关", "", "9.18", 20, 1, 0, 0, 0, ""],
        ["合计", "", "", "", "", 1166],
        ["注：数据截至九月"],
    ]
    return workbook(path, rows, ["A1:K1", "F3:J3", *(f"{letter}3:{letter}4" for letter in "ABCDEK")])


def rewritten(path: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes] | None = None) -> Path:
    """A workbook with its parts changed and others added."""
    parts = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(parts, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in (more or {}).items():
            new.writestr(name, data)
    path.write_bytes(parts.getvalue())
    return path
