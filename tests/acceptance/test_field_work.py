"""What goes across the systems of a campaign: checklists as data, review, search, draws; by command and on screen."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from fixtures.district import HERE
from supervisor_tui.app import WorkbenchApp
from supervisor_tui.locale import set_language
from sync.replica import Replica
from tests.acceptance.people import District, Laptop
from tests.acceptance.workbench import seen
from tests.days import today
from tests.supervisor_tui.workbench import press, shown, until, write


def _repair(laptop: Laptop, wanted: int = 0, **more: Any) -> str:
    """A visit to a weak organisation; its checklist has items of every kind."""
    fields: dict[str, Any] = {
        "visited_on": today(),
        "stage": "study",
        "template": "t.weak-repair.1",
        "group": "g-4",
        "inspector.p-zhou": True,
        "summary": "整顿有进展。",
        "figure.kind-of-weakness": "head",
        "figure.closed-on": "2026年9月18日",
        "figure.months-watched": "３",
        "figure.members-expected": 40,
        "figure.members-present": 30,
    }
    fields |= {f"answer.{item}": {"verdict": "met"} for item in laptop.asked("nc-1", "weak-repair")}
    return laptop.keep("inspection", "nc-1", wanted, **{n: v for n, v in (fields | more).items() if v is not None})


def test_every_kind_of_item_is_judged_computed_and_read_in_both_languages(district: District) -> None:
    supervisor = district["supervisor"]
    refused = _repair(
        supervisor,
        1,
        **{
            "figure.kind-of-weakness": "lazy",
            "figure.months-watched": 25,
            "figure.closed-on": "9月31日",
            "figure.presence": 90,
            "answer.repair-plan": None,
        },
    )
    for words in (
        "主要情形 应为其中之一: incomplete 组织不健全, head 负责人不胜任, subordination 隶属关系不清  (写的是 lazy)",
        "销号后已看 超出范围 0-24  (写的是 25)",
        "销号日期 应为日期",
        "到会率 由其他数据算出, 应为 75  (写的是 90)",
        "整顿有办法、有人、有时限 必须填写",
    ):
        assert words in refused
    record = _repair(supervisor)
    said, in_english = supervisor("show", record), supervisor("--lang", "en", "show", record)
    for words in ("主要情形", "负责人不胜任", "2026-09-18", "3 个月", "75 %", "到会率"):
        assert words in said
    for words in ("Main cause", "Its head is not up to the post", "3 months", "Presence"):
        assert words in in_english
    assert supervisor.json("show", record)["fields"]["figure.presence"] == 75


async def test_an_old_record_keeps_its_checklist_when_the_next_version_has_gone_out(
    district: District, tmp_path: Path
) -> None:
    supervisor = district["supervisor"]
    old = supervisor.visit("yc-1", answers={"plan-made": {"verdict": "unmet", "note": "还没有定稿"}})
    (tmp_path / "templates").mkdir()
    text = (HERE / "templates" / "study.toml").read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    second = tmp_path / "templates" / "study.toml"
    second.write_text(text.replace("有本单位的实施方案", "实施方案已经上墙"), encoding="utf-8")
    district.store("import", "templates", str(tmp_path / "templates"))
    district.sync("supervisor")
    said = supervisor("show", old)
    assert "有本单位的实施方案" in said
    assert "实施方案已经上墙" not in said
    assert "实施方案已经上墙" in await seen(supervisor, "yc-2", "f2", words="学习动员阶段督导检查", size=(120, 60))
    new = supervisor.visit("yc-1", template="t.study-visit.2")
    assert "实施方案已经上墙" in supervisor("show", new)
    assert supervisor.stands("yc-1")["missing"] == []


async def test_a_review_goes_there_and_back_until_the_record_stands(district: District) -> None:
    """The unit's reply and that it took note are recorded on the spot; a returned record waits for its author."""
    supervisor, office = district["supervisor"], district["office"]
    record = supervisor.visit("yc-1", unit_reply="同意, 十天内补齐", acknowledged=True)
    for words in ("单位意见", "同意, 十天内补齐", "单位已知悉"):
        assert words in supervisor("show", record)
    assert "单位意见" in await seen(supervisor, "yc-1", "f2", "end", words="单位意见", size=(120, 60))
    district.sync("supervisor", "office")
    assert "说明理由" in office("review", record, "returned", wanted=1)
    assert supervisor("review", record, "accepted", wanted=1)
    office("review", record, "returned", "--comment", "写明抽查了几本笔记")
    district.sync("office", "supervisor")
    assert "写明抽查了几本笔记" in await seen(supervisor, "", "f6", words="待办", size=(160, 50))
    supervisor.change(record, "按审阅意见补正: 抽查 12 本", {"summary": "抽查笔记 12 本, 齐全 11 本。"})
    assert "写明抽查了几本笔记" not in await seen(supervisor, "", "f6", words="待办", size=(160, 50))
    district.sync("supervisor", "office")
    assert "已更正" in await seen(office, "", "ctrl+r", words="待审阅", size=(160, 50))
    assert "按审阅意见补正: 抽查 12 本" in office("show", record)
    office("review", record, "accepted")
    district.sync("office", "supervisor")
    on_record = await seen(supervisor, "yc-1", "enter", "down", "down", "enter", words="审阅通过", size=(160, 50))
    assert "抽查笔记 12 本" in on_record
    review = await seen(supervisor, "yc-1", "enter", "enter", words="所审记录", size=(160, 50))
    assert re.search("所审记录 +督导检查  抽查笔记 12 本", review)
    assert re.search("审阅意见 +通过", review)


def test_a_draw_is_made_again_by_anybody_from_its_seed(district: District) -> None:
    supervisor, colleague = district["supervisor"], district["colleague"]
    (drawn,) = supervisor.json("draw", "3")
    seed, units = drawn["seed"], sorted(row["id"] for row in supervisor.json("units"))
    by_hand = sorted(units, key=lambda unit: hashlib.sha256(f"{seed}\n{unit}".encode()).hexdigest())[:3]
    assert drawn["drawn"] == by_hand
    assert colleague.json("draw", "3", "--seed", seed)[0]["drawn"] == by_hand
    assert seed in supervisor("draw", "--list")


async def test_search_finds_any_words_in_scope_and_shows_where(district: District) -> None:
    """One character, two or more, Latin words, units by initials and full pinyin, every filter; hits stand out."""
    supervisor = district["supervisor"]
    kept = supervisor.keep(
        "liaison_note", "yc-1", noted_on=today(), mode="visit", content="渔网修好, 网箱换水记在 Excel 表里"
    )

    def found(*arguments: str) -> list[str]:
        return [hit["record"] for hit in supervisor.json("search", *arguments, "--limit", "200")]

    for typed in ("网", "渔网", "网箱换水", "网箱 excel", "EXCEL", f"网箱 {today()}"):
        assert kept in found(typed)
    for typed in ("箱网", "网箱 没有这句", "Excel 2025-01"):
        assert kept not in found(typed)
    category = next(row["category"] for row in supervisor.json("units") if row["id"] == "yc-1")
    for keeps, drops in (
        (("--kind", "liaison_note"), ("--kind", "follow_up")),
        (("--from", today()[:7]), ("--to", "2025-01")),
        (("--category", category), ("--category", "university")),
        (("--group", "第四督导组"), ("--group", "第一督导组")),
    ):
        assert kept in found("网箱", *keeps)
        assert kept not in found("网箱", *drops)
    visit = supervisor.visit("yc-1", summary="网箱边上学习")
    assert visit in found("网箱", "--stage", "study")
    assert visit not in found("网箱", "--stage", "review")
    for typed in ("yhscc", "yaohushuichanchang", "瑶湖水产"):
        assert "yc" in found(typed)
    set_language("zh")
    (file,) = supervisor.home.rglob("*.db")
    app = WorkbenchApp(file, Replica.open(file))
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "f7")
        for typed in ("网", "箱换"):
            await write(pilot, typed)
            await until(pilot, lambda: "渔网修好" in shown(app))
        (row,) = [strip for strip in app.screen._compositor.render_strips() if "渔网修好" in strip.text]
        (hit,) = [segment for segment in row if segment.text == "网箱换"]
        (rest,) = [segment for segment in row if "渔网修好" in segment.text]
        assert hit.style != rest.style
