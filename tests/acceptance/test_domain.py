"""The eighteen systems of a supervision campaign, as the people of a district meet them: by command and on screen."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import docx
from openpyxl import load_workbook

from fixtures.district import HERE
from tests.acceptance.people import District, Laptop
from tests.acceptance.workbench import seen
from tests.days import this_day, today

_THIRD_BATCH = """
[campaign]
id = "c-third"
title = {{ zh = "第三批", en = "Third batch" }}
batch = "3"
starts_on = {day}
[[stage]]
stage = "opening"
title = {{ zh = "开局", en = "Opening" }}
starts_on = {day}
ends_on = {day}
"""


FIRST_BATCH = ("jg", "ga")  # what the ids of its units begin with


def _day(days: int) -> str:
    return (this_day() + timedelta(days=days)).isoformat()


async def test_batches(district: District, tmp_path: Path) -> None:
    """When a batch ends its units are still inspected, in consolidation, and nothing of it disappears."""
    supervisor = district["supervisor"]
    assert "2" in supervisor("show", "yc")
    before, register = supervisor.json("history", "yc"), supervisor.register()
    (tmp_path / "third.toml").write_text(_THIRD_BATCH.format(day=today()), encoding="utf-8")
    assert district.store("import", "campaign", str(tmp_path / "third.toml")) == "2 of 2 kept, 0 rejected"
    district.sync("supervisor")
    assert [row["batch"] for row in supervisor.json("campaign")] == ["3", "2", "1"]
    supervisor("campaign", "c-third")
    assert supervisor.json("history", "yc") == before
    assert supervisor.register() == register
    assert len(supervisor.json("units")) == 16
    assert "第三批" in await seen(supervisor, "yc", words="督导工作台")
    supervisor("campaign", "c-second-batch")
    answers: dict[str, Any] = {
        f"answer.{item}": {"verdict": "met"} for item in supervisor.asked("yc", "consolidate-visit")
    }
    answers |= {"inspector.p-zhou": True, "figure.still-open": 0}
    record = supervisor.keep(
        "inspection",
        "yc",
        visited_on=today(),
        stage="consolidate",
        template="t.consolidate-visit.1",
        group="g-4",
        summary="整改成果保持住了。",
        **answers,
    )
    assert "巩固" in supervisor("show", record)
    assert "巩固 1 次" in await seen(supervisor, "yc", "enter", words="责任链")


async def test_baseline_survey(district: District, tmp_path: Path) -> None:
    """Every unit is counted before the work starts; later counts show the change."""
    office = district["office"]
    units = [row["id"] for row in office.json("units") if row["id"][:2] not in FIRST_BATCH]
    baseline = {unit: office.figures(unit) for unit in units}
    assert len(units) == 63
    assert sum(figures["field.count.members"][0] for figures in baseline.values()) == 1063
    supervisor = district["supervisor"]
    lost = next(unit for unit in units if baseline[unit].get("field.count.out_of_contact", [0])[0] > 0)
    office.keep("count", lost, counted_on=today(), members=30, out_of_contact=0, found_again=1)
    course = next(row for row in office.json("trends", lost)["counts"] if row["name"] == "field.count.out_of_contact")
    assert course["points"][-1] == [today(), 0]
    assert "失去联系" in await seen(office, lost, "f10", words="摸底与复查")
    assert supervisor.json("gaps", "--lacks", "baseline") == []
    (tmp_path / "新单位.csv").write_text("单位名称,类别\n瑶湖渔具合作社支部,农场\n", encoding="gb18030")
    assert "1" in district.store("import", "units", str(tmp_path / "新单位.csv"))
    district.sync("office")
    (gap,) = office.json("gaps", "--lacks", "baseline")
    survey = "单位,党员数,失去联系,统计时间\n瑶湖渔具合作社支部,１２,2,2026年9月18日\n合计,12,2,\n"
    (tmp_path / "摸底.csv").write_text(survey, encoding="utf-8")
    district.store("import", "counts", str(tmp_path / "摸底.csv"))
    district.sync("office")
    assert office.json("gaps", "--lacks", "baseline") == []
    assert office.figures(gap["unit"])["field.count.members"] == [12]


async def test_implementation_plan(district: District, tmp_path: Path) -> None:
    """An inspection asks for the plan, whether it fits and whether members were heard; without one the gate is shut.

    The plan itself is attached, to the item that asks for it, and the office reads it.
    """
    supervisor, office = district["supervisor"], district["office"]
    asked = supervisor("form", str(HERE / "templates" / "study.toml"), "--unit", "yc", "--check")
    for words in ("有本单位的实施方案", "方案结合本单位实际", "定方案前听过党员和群众意见"):
        assert words in asked
    missing = {"plan-made": {"verdict": "unmet"}, "plan-fits": {"verdict": "unmet", "note": "照搬上级方案"}}
    record = supervisor.visit("yc-1", answers=missing)
    assert "照搬上级方案" in supervisor("show", record)
    assert supervisor.stands("yc-1")["missing"] == ["plan-made"]
    assert "实施方案文本" in await seen(supervisor, "yc-1", "f2", words="学习动员阶段督导检查")
    plan = tmp_path / "实施方案 (定稿).pdf"
    plan.write_bytes(b"%PDF-1.7 the plan")
    assert "检查表" in supervisor.visit("yc-1", wanted=1, attach=f"no-such-item={plan}")
    record = supervisor.visit("yc-1", attach=f"plan-paper={plan}")
    plain = supervisor("attach", record, str(plan), "--why", "补", "--item", "plan-made", wanted=1)
    assert "没有要文件的项“plan-made”" in plain
    assert supervisor.stands("yc-1")["missing"] == []
    district.sync("supervisor", "office")
    said = office("show", record)
    assert re.search(r"附件 +实施方案 \(定稿\)\.pdf +17 B", said)
    assert not re.search("[0-9a-f]{64}", said)
    sheet = tmp_path / "sheet.docx"
    office("export", "sheet", "--record", record, "--out", str(sheet))
    for words in ("实施方案文本", plan.name):
        assert words in _docx(sheet)
    office("attachments", record, "--save", "1", "--out", str(tmp_path / "read.pdf"))
    assert (tmp_path / "read.pdf").read_bytes() == plan.read_bytes()


def test_weak_organisation_repair(district: District) -> None:
    """A flag opens its follow-up, stays until somebody else has verified that, and is watched for a year after."""
    supervisor, colleague = district["supervisor"], district["colleague"]
    (repair,) = supervisor.change("nc-1", "负责人半年没有主持会议", {"weak.head": True})["opened"]
    both = {"weak.incomplete": True, "weak.subordination": True}
    assert len(supervisor.change("nc-2", "班子缺员, 归谁管说不清", both)["opened"]) == 2
    for cause in ("整顿: 组织不健全", "整顿: 隶属关系不顺"):
        assert cause in supervisor("followups", "--unit", "nc-2")
    assert "整顿: 负责人不胜任" in supervisor("followups", "--unit", "nc-1")
    assert "经别人核实" in supervisor.change("nc-1", "好转了", {"weak.head": None}, wanted=1)
    supervisor("step", repair, "reported", "--progress", "上级已调整负责人")
    supervisor("step", repair, "verified", wanted=1)
    district.sync("supervisor", "colleague")
    colleague("step", repair, "returned", wanted=1)
    colleague("step", repair, "verified", "--progress", "到会看过")
    colleague("step", repair, "closed")
    (watched,) = colleague.json("followups", "--shown", "watch", "--unit", "nc-1")
    assert watched["watch_until"] == _day(365)
    assert "整顿已核实待摘牌" in colleague("gaps")
    colleague.change("nc-1", "整顿已核实", {"weak.head": None})
    assert "整顿" not in colleague("gaps", "--lacks", "mended")
    colleague("step", repair, "open", "--progress", "新负责人也不到会")
    assert "新负责人也不到会" in colleague("show", repair)


def test_training_first(district: District) -> None:
    """Secretaries and key workers are trained first: counted per unit, asked at every visit, followed until done."""
    supervisor = district["supervisor"]
    too_many = supervisor.keep("count", "nc-2", wanted=1, counted_on=today(), members=30, trained=31)
    assert "骨干已培训 不能大于 党员数 30" in too_many
    for day, trained in ((_day(-20), 0), (today(), 4)):
        supervisor.keep("count", "nc-2", counted_on=day, members=30, trained=trained)
    assert supervisor.figures("nc-2")["field.count.trained"][-2:] == [0, 4]
    note = {"trained": {"verdict": "unmet", "note": "书记还没有参加"}}
    record = supervisor.visit("nc-2", answers=note)
    said = supervisor("show", record)
    assert "书记和骨干在学习开始前已培训" in said
    assert "书记还没有参加" in said
    problem: dict[str, Any] = {"nature": "problem", "title": "书记补训", "due_on": _day(7), "status": "open"}
    found = supervisor.keep("follow_up", "nc-2", origin=f"{record}#trained", **problem)
    assert found in supervisor.register("--unit", "nc-2", "--nature", "problem")


def test_help_with_difficulties(district: District) -> None:
    """A difficulty is helped with, in its own words, and never stands among the problems."""
    liaison = district["liaison"]
    unit = liaison.json("units")[0]["id"]
    before = liaison.brief(_day(-7), today())["问题、困难、意见"]
    record = liaison.keep(
        "follow_up",
        unit,
        nature="difficulty",
        title="两名下岗党员没有收入",
        due_on=_day(10),
        status="open",
        measure="联系街道安排公益岗位",
    )
    liaison("step", record, "in_progress", "--progress", "街道同意接收一人")
    said = liaison("show", record)
    for words in ("帮扶办法", "帮扶中", "街道同意接收一人"):
        assert words in said
    assert record in liaison.register("--nature", "difficulty")
    assert record not in liaison.register("--nature", "problem")
    after = liaison.brief(_day(-7), today())["问题、困难、意见"]
    assert after["困难"][0] == before["困难"][0] + 1
    assert after["问题"] == before["问题"]


async def test_reaching_every_member(district: District) -> None:
    """Members out of contact are found again; coverage is of those expected, the exempt counted apart."""
    supervisor = district["supervisor"]
    for day, lost, found in ((_day(-40), 3, 0), (today(), 1, 2)):
        supervisor.keep(
            "count", "nc-3", counted_on=day, members=40, floating=5, out_of_contact=lost, found_again=found, exempt=12
        )
    supervisor.visit("nc-3", **{"figure.coverage": 96})
    figures = supervisor.figures("nc-3")
    assert figures["field.count.out_of_contact"][-1] == 1
    assert 3 in figures["field.count.out_of_contact"]
    assert figures["field.count.found_again"][-1] == 2
    assert figures["field.count.exempt"][-1] == 12
    assert figures["trends.expected"][-1] == 28
    assert figures["figure.coverage"][-1] == 96
    assert "0-100" in supervisor.visit("nc-3", wanted=1, **{"figure.coverage": 130})
    too_many = supervisor.keep("count", "nc-3", wanted=1, counted_on=today(), members=40, out_of_contact=41)
    assert "失去联系 不能大于 党员数 40" in too_many
    shown = await seen(supervisor, "nc-3", "f10", words="摸底与复查")
    for words in ("失去联系", "应学党员", "不作硬性要求"):
        assert words in shown


async def test_three_stages_with_gates(district: District) -> None:
    """A stage shows what is missing at its gate; the group decides and says why; make-up is looked back on.

    A survey that fails asks for make-up, and the office sees every unit's place on one screen.
    """
    supervisor = district["supervisor"]
    supervisor.visit("yc-2", answers={"reading": {"verdict": "partly"}, "baseline": {"verdict": "unmet"}})
    assert supervisor.stands("yc-2")["missing"] == ["baseline", "reading"]
    gate: dict[str, Any] = {"stage": "study", "decided_on": today(), "due_on": _day(3)}
    assert "why" in supervisor.keep("gate", "yc-2", wanted=1, decision="make_up", **gate)
    supervisor.keep("gate", "yc-2", decision="make_up", why="必读篇目还差五人", missing="必读篇目", **gate)
    assert supervisor.stands("yc-2")["place"] == "make_up"
    rules = [reason["rule"] for reason in supervisor.reasons("yc-2")]
    assert "due_soon" in rules  # the follow-up of the make-up names it, not twice
    assert "make_up_due" not in rules
    assert "补课: 必读篇目" in supervisor("followups", "--unit", "yc-2")
    supervisor.visit("yc-2", summary="回头看: 已补学。")
    supervisor.keep("gate", "yc-2", decision="pass", why="回头看已补齐", **gate)
    decided = supervisor.stands("yc-2")
    assert (decided["place"], decided["why"]) == ("passed", "回头看已补齐")
    ballots: dict[str, Any] = {"given_out": 30, "returned": 30, "satisfied": 9, "fairly": 3, "unsatisfied": 18}
    supervisor.keep("survey", "yc-3", held_on=today(), stage="study", **ballots)
    failed = supervisor.stands("yc-3")
    assert (failed["place"], failed["satisfied"]) == ("survey_failed", 40)
    (reason, *_) = supervisor.reasons("yc-3")
    assert (reason["rule"], reason["words"]) == ("survey_failed", f"应补课: 测评满意 40%, 不到 60% ({today()})")
    assert "应补课: 测评满意 40%.." in await seen(supervisor, "", "f6", "end", words="待办", size=(80, 24))
    supervisor.keep("gate", "yc-3", decision="make_up", why="重新听取意见再测评", **gate)
    rules = [each["rule"] for each in supervisor.reasons("yc-3")]
    assert "due_soon" in rules
    assert not {"make_up_due", "survey_failed"} & set(rules)
    supervisor.keep("survey", "yc-1", held_on=today(), stage="study", **ballots)
    district.sync("supervisor", "office")
    screen = await seen(district["office"], "", "ctrl+e", words="应补课(测评)")
    assert "测评满意 40%, 不到 60%" in screen
    assert "已转段 1" in screen
    for stage, gates in (("review", 7), ("rectify", 8)):
        assert len(supervisor.stands("yc-2", stage)["missing"]) == gates


def test_guidance_by_category(district: District) -> None:
    """One template asks each category what suits it."""
    office = district["office"]
    template = str(HERE / "templates" / "study.toml")
    units = {row["category"]: row["id"] for row in office.json("units")}
    asked = {category: office("form", template, "--unit", unit, "--check") for category, unit in units.items()}
    assert len(set(asked.values())) >= 7
    assert "送学上门, 不作硬性要求" in asked["retired_branch"]
    assert "学习时间有保证" not in asked["retired_branch"]
    for category in ("new_economic", "new_social"):
        assert "业余、小型、分散学习" in asked[category]
    assert "业余、小型、分散学习" not in asked["town_office"]
    assert "学习与建设进度错开" in asked["committee_office"]
    assert "教学科研" not in asked["committee_office"]  # an office, not a school


def test_liaison_officers(district: District) -> None:
    """A unit that must have a liaison officer and has none is a gap, until the office assigns one."""
    office, liaison = district["office"], district["liaison"]
    lacking = [row["unit"] for row in office.json("gaps", "--lacks", "liaison")]
    assert len(lacking) == 2
    assert {"no_liaison"} <= {
        reason["rule"]
        for visit in office.json("next", "--limit", "99")
        if visit["unit"] in lacking
        for reason in visit["reasons"]
    }
    office("assign", *lacking, "--liaison", "喻桂花", "--why", "新增联络任务")
    assert office.json("gaps", "--lacks", "liaison") == []
    district.sync("office", "liaison")
    assert set(lacking) <= {row["id"] for row in liaison.json("units")}


async def test_responsibility_chain(district: District) -> None:
    """The unit card shows every level that answers; a missing link stands there as a gap until it is filled."""
    supervisor = district["supervisor"]
    supervisor.change("yc", "原分管领导调离", {"chain.deputy": None})
    (gap,) = supervisor.json("gaps", "--lacks", "deputy")
    assert gap["unit"] == "yc"
    assert "缺分管负责人" in await seen(supervisor, "yc", "enter", words="责任链")
    assert supervisor.brief(_day(-7), today())["薄弱环节"]["没有分管负责人的单位"] == [1]
    for line, rule in (("应有而没有联系点领导的单位", "contact_point"), ("应有而没有指导联络员的单位", "liaison")):
        lacking = len(district["office"].json("gaps", "--lacks", rule))
        assert district["office"].brief(_day(-7), today())["薄弱环节"][line] == [lacking]
    supervisor.change("yc", "新任分管", {"chain.deputy": "区农办副主任"})
    assert supervisor.json("gaps", "--lacks", "deputy") == []
    card = await seen(supervisor, "yc", "enter", words="责任链")
    assert "区农办副主任 > 党委书记 > 场长" in card


def test_supervision_groups(district: District) -> None:
    """A group has its units, given and taken by the office; which were visited, in which stage and when, is shown."""
    supervisor, office = district["supervisor"], district["office"]
    mine = {row["id"] for row in supervisor.json("units")}
    assert len(mine) == 16  # eleven of the second batch, five of the first
    office("assign", "nc-t", "--group", "第五督导组", "--why", "分工调整")
    district.sync("office", "supervisor")
    assert {row["id"] for row in supervisor.json("units")} == mine - {"nc-t"}
    supervisor.visit("yc-3")
    assert next(row["last_visit"] for row in supervisor.json("units") if row["id"] == "yc-3") == today()
    assert supervisor.stands("yc-3", "review")["place"] == "not_visited"
    coverage = supervisor.brief(today(), today())["各督导组覆盖情况"]["第四督导组"]
    assert coverage[:3] == [10, 1, 1]  # of its ten units one was visited today, once
    district.sync("supervisor", "office")
    assert office.stands("yc-3")["place"] == "ready"
    assert office.brief(today(), today())["各督导组覆盖情况"]["第四督导组"][:3] == [10, 1, 1]


async def test_the_masses_judgement(district: District) -> None:
    """Opinions are gathered and answered; satisfaction is surveyed again and its trend shown."""
    supervisor, colleague = district["supervisor"], district["colleague"]
    before = supervisor.figures("yc-4")
    for day, satisfied, unsatisfied in ((_day(-3), 10, 15), (today(), 22, 3)):
        ballots: dict[str, Any] = {
            "given_out": 32,
            "returned": 30,
            "satisfied": satisfied,
            "fairly": 5,
            "unsatisfied": unsatisfied,
        }
        supervisor.keep("survey", "yc-4", held_on=day, stage="study", **ballots)
    shares = supervisor.figures("yc-4")["trends.share"][-2:]
    assert [round(share) for share in shares] == [50, 90]
    record = supervisor.keep(
        "follow_up", "yc-4", nature="suggestion", title="多开晚间班", due_on=_day(3), status="open"
    )
    assert record in supervisor.register("--shown", "soon", "--nature", "suggestion")
    supervisor("step", record, "reported", "--progress", "下月起每周两次")
    district.sync("supervisor", "colleague")
    colleague("step", record, "verified")
    figures = colleague.figures("yc-4")
    known = before.get("trends.gathered", [0])[-1], before.get("trends.answered", [0])[-1]
    assert (figures["trends.gathered"][-1], figures["trends.answered"][-1]) == (known[0] + 1, known[1] + 1)
    screen = await seen(colleague, "yc-4", "f10", words="满意度测评")
    for words in ("征求到意见", "已答复", "满意和基本满意", "90%"):
        assert words in screen


def test_good_practice(district: District) -> None:
    """What is worth spreading is marked where it is seen and gathered in the brief."""
    supervisor = district["supervisor"]
    before = supervisor.brief(today(), today())["典型经验"]
    record = supervisor.visit("nc", good_practice="船头十分钟学习")
    note: dict[str, Any] = {
        "noted_on": today(),
        "mode": "visit",
        "content": "到船上看了学习",
        "good_practice": "夜校接送班",
    }
    supervisor.keep("liaison_note", "nc", **note)
    after = supervisor.brief(today(), today())["典型经验"]
    for line in ("督导检查中发现的", "联络记录中写到的"):
        assert after[line][0] == before[line][0] + 1
    file = supervisor.home / "brief.html"
    supervisor("export", "brief", "--from", today(), "--to", today(), "--out", str(file))
    brief = file.read_text(encoding="utf-8")
    assert "船头十分钟学习" in brief
    assert "夜校接送班" in brief
    assert record in [hit["record"] for hit in supervisor.json("search", "船头十分钟")]


async def test_no_box_ticking_no_burden(district: District) -> None:
    """Copied answers, late records and crowded visits are hinted at to the author and the office, and block nothing.

    The office's list says of every inspection what the inspection itself says, and names no person.
    """
    supervisor, office = district["supervisor"], district["office"]
    late = _day(-20)
    quiet = next(
        unit for unit in ("nc-4", "nc-2", "nc-3", "yc-1", "yc-2") if not _visited(supervisor, unit, late, _day(-9))
    )
    supervisor.visit(quiet, visited_on=late, summary="同上")
    record = supervisor.visit(quiet, visited_on=_day(-10), summary="同上", arrived="08:30", left="11:30")
    codes = {hint["code"] for hint in supervisor.json("show", record)["hints"]}
    assert {"copied", "late", "production"} <= codes
    busy = [supervisor.visit("nc-1", summary=f"第{number}次。") for number in range(5)]
    crowded = {hint["code"] for hint in supervisor.json("show", busy[-1])["hints"]}
    assert "month" in crowded  # the campaign's ceiling is four
    assert "two_groups" not in crowded
    other = supervisor.visit("nc-1", group="g-5", summary="另一个组。")
    assert "two_groups" in {hint["code"] for hint in supervisor.json("show", other)["hints"]}
    district.sync("supervisor", "office")
    listed = next(row for row in office.json("hints") if row["record"] == record)
    assert {hint["code"] for hint in listed["hints"]} == codes
    for row in office.json("hints"):
        assert office.json("show", row["record"])["hints"] == row["hints"]
    assert "周明远" not in await seen(office, "", "ctrl+r", "f9", words="有提示")
    assert "周明远" not in office("hints")


def _visited(laptop: Laptop, unit: str, since: str, until: str) -> bool:
    visits = [row for row in laptop.json("history", unit) if row["kind"] == "inspection"]
    return any(since <= row["fields"]["visited_on"] <= until for row in visits)


def test_work_and_campaign_together(district: District) -> None:
    """An inspection notes the effect on production and on the unit's own work."""
    supervisor = district["supervisor"]
    record = supervisor.visit("yc-1", effect_on_work="放苗没有耽误", answers={"no-burden": {"verdict": "met"}})
    said = supervisor("show", record)
    assert "放苗没有耽误" in said
    assert "没有影响生产和工作" in said
    assert record in [hit["record"] for hit in supervisor.json("search", "放苗没有耽误")]


def test_reports_upward(district: District) -> None:
    """A brief for a period, a file for each unit and a register of follow-ups go up as papers and tables."""
    supervisor = district["supervisor"]
    out = supervisor.home / "out"
    out.mkdir()
    for command in (
        ("brief", "--from", _day(-30), "--to", today()),
        ("unit", "--unit", "yc"),
        ("register",),
    ):
        for ending in ("docx", "xlsx", "html", "csv"):
            file = out / f"{command[0]}.{ending}"
            supervisor("export", *command, "--out", str(file))
    opened = supervisor.json("followups", "--unit", "yc")[0]
    for name in ("unit", "register"):
        for said in (
            _docx(out / f"{name}.docx"),
            _xlsx(out / f"{name}.xlsx"),
            *((out / f"{name}.{ending}").read_text(encoding="utf-8-sig") for ending in ("html", "csv")),
        ):
            assert "瑶湖水产场党委" in said
            assert opened["title"] in said
    visits = [each for each in supervisor.json("history", "yc") if each["kind"] == "inspection"]
    sheet = out / "sheet.docx"
    supervisor("export", "sheet", "--record", visits[0]["record"], "--out", str(sheet))
    (code,) = set(re.findall(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b", _docx(sheet).partition("核对码")[2][:20]))
    assert supervisor.json("show", code)["record"] == visits[0]["record"]


def _docx(file: Path) -> str:
    document = docx.Document(str(file))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def _xlsx(file: Path) -> str:
    sheets = load_workbook(file).worksheets
    return "\n".join(str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row)


def test_lasting_mechanism(district: District, tmp_path: Path) -> None:
    """What was found stays open across stages until somebody other than the one who reported it has verified it."""
    supervisor, colleague = district["supervisor"], district["colleague"]
    late: dict[str, Any] = {"due_on": _day(-1), "opened_on": _day(-8)}
    record = supervisor.keep("follow_up", "yc-3", nature="problem", title="笔记不全", status="open", **late)
    supervisor.keep("gate", "yc-3", stage="study", decision="pass", why="其余各项已达到", decided_on=today())
    (tmp_path / "third.toml").write_text(_THIRD_BATCH.format(day=today()), encoding="utf-8")
    district.store("import", "campaign", str(tmp_path / "third.toml"))
    district.sync("supervisor")
    supervisor("campaign", "c-third")
    assert record in supervisor.register("--overdue")  # across stages and batches
    supervisor("step", record, "reported", "--progress", "已补齐")
    assert "核实" in supervisor("step", record, "verified", wanted=1)
    district.sync("supervisor", "colleague")
    assert record in colleague.register("--shown", "reported")
    assert "原因" in colleague("step", record, "returned", wanted=1)
    colleague("step", record, "returned", "--progress", "还差两本")
    district.sync("supervisor", "colleague")
    supervisor("step", record, "reported", "--progress", "两本也补了")
    district.sync("supervisor", "colleague")
    colleague("step", record, "verified", "--progress", "当面看过")
    colleague("step", record, "closed")
    assert record not in colleague.register()
    assert record in colleague.register("--shown", "closed")
    steps = [(version["set"]["status"], version["set"].get("progress", "")) for version in _versions(colleague, record)]
    assert steps == [
        ("open", ""),
        ("reported", "已补齐"),
        ("returned", "还差两本"),
        ("reported", "两本也补了"),
        ("verified", "当面看过"),
        ("closed", ""),
    ]


def _versions(laptop: Laptop, record: str) -> list[dict[str, dict[str, str]]]:
    versions: list[dict[str, dict[str, str]]] = laptop.json("show", record)["versions"]
    return versions
