"""Checklists for tests: templates of any length, as plain documents and as templates."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from sync.model.templates import Template, read_template

LONG = "有学习动员方案, 结合本单位实际制定, 定稿前听取过党员和群众意见, 并经班子会议讨论"


def words(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def document(items: int = 25, *, stage: str = "study", figures: bool = False, papers: bool = False) -> dict[str, Any]:
    """A template of that many verdicts in sections of six; with `figures`, one of every other kind behind them.

    With `papers`, two items that ask for a file, of which one must be there.
    """
    asked = [
        {
            "id": f"i{place}",
            "title": words(
                LONG if place % 4 == 1 else f"学习计划有安排有记录 {place}", f"Study is planned and kept {place}"
            ),
            "hint": words("看方案原件", "Look at the plan itself"),
            "gate": place == 2,
        }
        for place in range(items)
    ]
    sections = [
        {
            "id": f"s{start}",
            "title": words(f"第{start // 6 + 1}部分", f"Part {start // 6 + 1}"),
            "items": asked[start : start + 6],
        }
        for start in range(0, items, 6)
    ]
    if figures:
        sections.append({"id": "figures", "title": words("数据", "Figures"), "items": deepcopy(FIGURES)})
    if papers:
        sections.append({"id": "papers", "title": words("材料", "Papers"), "items": deepcopy(PAPERS)})
    return {
        "name": f"{stage}-basic",
        "version": 1,
        "stage": stage,
        "title": words("学习检查表", "Study checklist"),
        "sections": sections,
    }


FIGURES: list[dict[str, Any]] = [
    {"id": "hours", "kind": "number", "title": words("集中学习学时", "Hours"), "minimum": 0, "maximum": 200},
    {"id": "cover", "kind": "percentage", "title": words("参学率", "Coverage"), "required": False},
    {
        "id": "form",
        "kind": "choice",
        "title": words("学习形式", "Form"),
        "required": False,
        "options": [{"id": "group", "title": words("小组", "Group")}, {"id": "all", "title": words("集中", "All")}],
    },
    {"id": "began", "kind": "date", "title": words("开始日期", "Began on"), "required": False},
    {"id": "where", "kind": "text", "title": words("地点", "Place"), "required": False},
    {"id": "retired", "title": words("送学上门", "Study brought home"), "only": ["retired_branch"]},
]


PAPERS: list[dict[str, Any]] = [
    {"id": "plan", "kind": "attachment", "title": words("实施方案文本", "The plan itself")},
    {"id": "photo", "kind": "attachment", "title": words("学习现场照片", "A picture"), "required": False},
]


def template(items: int = 3, *, stage: str = "study", figures: bool = True) -> Template:
    """The same as a template."""
    return read_template(document(items, stage=stage, figures=figures))
