"""What the source asks of a unit, duty by duty: the checklists ask it, of the units it concerns, where it belongs.

Read through `supervisor-tui form FILE --unit UNIT --check`, which prints what the form would ask of that unit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fixtures.district import HERE
from tests.acceptance.people import District
from tests.days import today

Asked = Callable[[str, str], str]
UNITS = {
    "enterprise": "fg-01",
    "weak": "kn-1",
    "two_new": "xj-1",
    "association": "xs-1",
    "town": "cd",
    "retired": "cd-t",
    "farm": "yc",
    "committee_office": "gx",
}
EVERY = tuple(UNITS)
MUST_HAVE_OFFICER = ("weak", "two_new", "association")


@pytest.fixture
def asked(district: District) -> Asked:
    """What a checklist asks of a unit, as the office reads it."""
    known: dict[tuple[str, str], str] = {}

    def read(template: str, unit: str) -> str:
        if (template, unit) not in known:
            file = str(HERE / "templates" / f"{template}.toml")
            known[template, unit] = district["office"]("form", file, "--unit", UNITS[unit], "--check")
        return known[template, unit]

    return read


def _line(said: str, words: str) -> str:
    """The line of a checklist that has these words; empty if there is none."""
    return next((line for line in said.splitlines() if words in line), "")


CONDITIONS = [  # duty, checklist, words: asked of every unit, and a condition for the next stage
    ("a leading group headed by the organisation's own head", "study", "成立了领导小组"),
    ("a working body in every unit", "study", "有工作机构或专人"),
    ("a plan of its own", "study", "有本单位的实施方案"),
    ("the plan approved from above", "study", "方案经上级党组织审定"),
    ("members counted by group", "study", "党员底数按类别摸清"),
    ("training before the others begin", "study", "在学习开始前已培训"),
    ("the required reading", "study", "必读篇目"),
    ("requirements of its own", "study", "讨论提出了本单位的具体要求"),
    ("opinions gathered widely", "review", "征求意见面宽"),
    ("heart-to-heart talks", "review", "班子之间、与党员之间都谈到"),
    ("self-analysis papers", "review", "应写的党员都写了分析材料"),
    ("the special meeting", "review", "专题民主生活会或组织生活会已开"),
    ("mending while reviewing", "review", "能改的马上改"),
    ("the sixth link: the verdict told", "review", "评议意见已同本人见面"),
    ("the seventh link: the outcome reported", "review", "评议情况已向党员和群众通报"),
    ("the first pairing: thought and work", "rectify", "思想上的和工作上的一起改"),
    ("the second pairing: offices and grass roots", "rectify", "机关改和基层改上下对得上"),
    ("the third pairing: problems and rules", "rectify", "解决一个问题, 立下一条规矩"),
    ("the lasting mechanism", "rectify", "长效机制建起来了"),
    ("outstanding problems solved", "rectify", "群众反映的突出问题已解决"),
    ("the masses' judgement", "rectify", "满意度测评已做"),
    ("bodies of an earlier batch kept on", "consolidate", "领导小组和工作机构没有撤"),
]


@pytest.mark.parametrize(("template", "words"), [row[1:] for row in CONDITIONS], ids=[row[0] for row in CONDITIONS])
def test_every_unit_is_asked_it_before_the_next_stage(asked: Asked, template: str, words: str) -> None:
    for unit in EVERY:
        assert "把关" in _line(asked(template, unit), words), unit


QUESTIONS = [  # duty, checklist, words: asked of every unit
    ("good people on the work", "preparation", "抽调的人懂政策"),
    ("the plan carries what is asked from above", "preparation", "上级的要求方案里都有着落"),
    ("the plan fits the unit", "study", "方案结合本单位实际"),
    ("the plan considers posts and production", "preparation", "方案考虑了岗位和生产的实际"),
    ("members and masses heard before the plan", "study", "定方案前听过党员和群众意见"),
    ("what members and masses think", "preparation", "怎么看这次活动"),
    ("questions of policy sent up", "preparation", "拿不准的政策问题已列出上报"),
    ("level by level", "preparation", "上一级查过、问过这一级"),
    ("the first responsible post in person", "preparation", "第一责任人亲自抓"),
    ("who of the leaders shares the work", "preparation", "哪些职务分担了工作"),
    ("the head of the branch runs it", "preparation", "支部负责人自己在组织实施"),
    ("retired and laid-off members found out", "preparation", "离退休、下岗等党员有多少"),
    ("members who sought the organisation", "preparation", "主动找到组织的党员"),
    ("training counted", "preparation", "先训率"),
    ("theory and policy learned in training", "preparation", "说得清理论和政策要点"),
    ("members out of contact looked for", "study", "对失去联系的党员在查找"),
    ("the main line of the campaign", "climate", "活动抓住了主要内容"),
    ("study by system", "study", "系统学习"),
    ("study with a partner", "study", "有人帮带"),
    ("study by example", "study", "先进的事例"),
    ("measured against the requirements", "climate", "党员对照要求找差距"),
    ("a practical activity of its own", "study", "主题实践活动"),
    ("study kept by rule", "study", "考勤、补课、笔记"),
    ("coverage of study", "study", "学习覆盖面"),
    ("what study led to", "study", "学了以后有行动"),
    ("mending while studying", "study", "边学边改"),
    ("mending while mending", "rectify", "边整边改"),
    ("the six common problems", "review", "六个共性问题"),
    ("problems that matter", "review", "影响发展稳定、牵涉群众利益"),
    ("the first link of verdicts: formed together", "review", "支部集体形成评议意见"),
    ("criticism and self-criticism", "review", "批评与自我批评认真"),
    ("members' own measures", "review", "党员有自己的改进措施"),
    ("nothing promised that cannot be done", "rectify", "不提做不到的目标"),
    ("by good example and own effort", "climate", "以正面教育、自己教育自己为主"),
    ("open debate of the requirements", "study", "党员敞开讨论过"),
    ("members' rights", "climate", "民主权利得到尊重"),
    ("members cared for", "climate", "对党员常谈心"),
    ("members take part of their own will", "climate", "不是应付"),
    ("secretaries backed", "climate", "支部书记的难处有人管"),
    ("open doors", "study", "请群众参加"),
    ("masses heard in many ways", "climate", "方式不止一种"),
    ("watched and judged by the masses", "climate", "愿意让群众监督"),
    ("difficulties of members", "study", "关心困难党员"),
    ("first tries of the grass roots", "climate", "基层自己想出的做法"),
    ("experience made a rule", "climate", "好经验有人总结"),
    ("conduct of the trade and civic virtue", "climate", "行风、社会公德、职业道德"),
    ("publicity", "climate", "有宣传栏或其他宣传"),
    ("publicity in forms people like", "climate", "宣传用大家爱看的形式"),
    ("publicity true to what was decided", "climate", "宣传口径同上级一致"),
    ("the tie to the local campaign, in study", "study", "建设和谐平安高新区"),
    ("the tie to the local campaign, in review", "review", "建设和谐平安高新区"),
    ("the tie to the local campaign, in rectifying", "rectify", "建设和谐平安高新区"),
    ("the tie to enterprise and reform", "climate", "同创业、改革发展稳定结合"),
    ("the unit's own work", "climate", "本单位的工作因此更好"),
    ("effect on production and work", "climate", "对生产和工作的影响"),
    ("no burden", "study", "没有影响生产和工作"),
    ("experience for the next batch", "consolidate", "为下一批提供了经验"),
]


@pytest.mark.parametrize(("template", "words"), [row[1:] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS])
def test_every_unit_is_asked_it(asked: Asked, template: str, words: str) -> None:
    for unit in EVERY:
        assert _line(asked(template, unit), words), unit


TOGETHER = [  # duty, and the questions that ask it together, by checklist: asked of every unit
    (
        "members do their part at their posts",
        {"rectify": ["党员在岗位上起带头作用"], "consolidate": ["党员带头作用看得见"]},
    ),
    (
        "instructions from above are carried out",
        {
            "preparation": ["上级的要求方案里都有着落"],
            "study": ["方案经上级党组织审定"],
            "climate": ["宣传口径同上级一致"],
        },
    ),
    (
        "study by system and with good example",
        {"study": ["系统学习", "先进的事例"], "climate": ["以正面教育、自己教育自己为主"]},
    ),
    (
        "members know the requirements",
        {"study": ["讨论提出了本单位的具体要求", "党员敞开讨论过"], "climate": ["党员对照要求找差距"]},
    ),
    (
        "members are heard and their zeal is raised",
        {"review": ["意见原汁原味整理反馈"], "climate": ["意见能说能听", "党员是自己要参加"]},
    ),
]


@pytest.mark.parametrize("asked_for", [row[1] for row in TOGETHER], ids=[row[0] for row in TOGETHER])
def test_every_unit_is_asked_all_of_it(asked: Asked, asked_for: dict[str, list[str]]) -> None:
    for unit in EVERY:
        for template, questions in asked_for.items():
            for words in questions:
                assert _line(asked(template, unit), words), (unit, words)


def test_members_find_their_faults_after_opinions_and_talks_and_analyse_them(asked: Asked) -> None:
    for unit in EVERY:
        said = asked("review", unit)
        course = (
            "征求意见面宽",
            "与党员之间都谈到",
            "材料自己动手, 问题找得准",
            "分析了原因, 提出了方向",
            "生活会已开",
        )
        places = [said.index(words) for words in course]
        assert places == sorted(places), unit


def test_who_prepares_late_is_held_at_the_first_gate(district: District) -> None:
    supervisor = district["supervisor"]
    prepared = ("leading-group", "staffed", "plan-made", "plan-approved", "baseline", "trained")
    supervisor.visit("yc-2", answers={item: {"verdict": "unmet"} for item in prepared})
    held = supervisor.stands("yc-2")
    assert held["place"] != "passed"
    assert set(held["missing"]) == {*prepared}


BY_KIND = [  # duty, checklist, words, of which units
    ("contact points where organisation is weak", "preparation", "联系点领导来过", MUST_HAVE_OFFICER),
    ("visits of the contact-point leader", "preparation", "联系点领导到访", MUST_HAVE_OFFICER),
    ("a liaison officer known to the branch", "study", "指导联络员到位", MUST_HAVE_OFFICER),
    ("the business head's support", "preparation", "行政负责人支持配合", tuple(u for u in EVERY if u != "retired")),
    ("a new pattern in private enterprises", "study", "企业里党建工作的新办法", ("enterprise",)),
    ("the new pattern has taken shape", "rectify", "企业党建的新办法成了形", ("enterprise",)),
    ("rural reform, growth and stability", "study", "学习联系农村改革", ("town", "farm")),
    ("prosperity together", "climate", "带群众致富有打算", ("town", "farm")),
    ("no fixed hours for old and ill members", "study", "送学上门", ("retired",)),
    ("spare time, small groups", "study", "业余、小型、分散学习", ("enterprise", "two_new", "association")),
    ("needed by the unit, welcome to members", "climate", "活动合单位的需要", ("two_new", "association")),
    ("understood by the owner", "climate", "业主了解并支持", ("enterprise", "two_new", "association")),
    ("laid-off members in a branch", "study", "下岗失业党员编入支部", ("weak", "farm")),
    ("the work committee of the university town is an office", "study", "服务学校不断档", ("committee_office",)),
    ("floating members reached", "preparation", "流动党员逐个联系上", tuple(u for u in EVERY if u != "retired")),
]


@pytest.mark.parametrize(("template", "words", "units"), [row[1:] for row in BY_KIND], ids=[row[0] for row in BY_KIND])
def test_the_units_it_concerns_are_asked_it_and_no_others(
    asked: Asked, template: str, words: str, units: tuple[str, ...]
) -> None:
    assert {unit for unit in EVERY if _line(asked(template, unit), words)} == set(units)


def test_a_liaison_officer_s_term_and_experience_are_looked_at(asked: Asked) -> None:
    said = asked("liaison-rounds", "weak")
    for words in ("任期定到活动结束", "联络员有基层工作经验", "联系点领导到访"):
        assert _line(said, words)


CLASSES = {
    "conviction": "理想信念",
    "growth": "发展观",
    "service": "服务群众",
    "duty": "责任心",
    "discipline": "组织纪律",
    "style": "不谦虚不节俭",
    "own": "单位自身的问题",
}


@pytest.mark.parametrize("name", CLASSES)
def test_a_problem_is_of_one_of_the_six_common_classes_or_the_unit_s_own(district: District, name: str) -> None:
    supervisor = district["supervisor"]
    fields: dict[str, Any] = {
        "nature": "problem",
        "title": "要改的一件事",
        "due_on": today(),
        "status": "open",
        "class": name,
    }
    record = supervisor.keep("follow_up", "yc", **fields)
    assert CLASSES[name] in supervisor("show", record)
    assert record in supervisor.register("--class", name)


def test_a_question_of_policy_comes_to_the_office_that_answers_it(district: District) -> None:
    supervisor, office = district["supervisor"], district["office"]
    fields: dict[str, Any] = {
        "nature": "problem",
        "title": "失业党员组织关系转不转",
        "due_on": today(),
        "status": "open",
    }
    record = supervisor.keep("follow_up", "nc-1", **fields | {"class": "policy"})
    assert supervisor.register("--shown", "to_answer") == [record]
    district.sync("supervisor", "office")
    assert office.register("--class", "policy") == [record]
    assert office.register("--shown", "to_answer") == [record]
    assert "政策性问题, 请办公室答复" in office("show", record)
    office("step", record, "reported", "--progress", "随人转, 见办公室答复")
    assert office.register("--shown", "to_answer") == []
    district.sync("office", "supervisor")
    assert "随人转" in supervisor("show", record)


def test_committees_answer_first_for_themselves_and_every_branch_has_one_above(district: District) -> None:
    office = district["office"]
    chains = {row["id"]: office.json("show", row["id"])["fields"] for row in office.json("units")}
    tops = [unit for unit, fields in chains.items() if not fields.get("parent")]
    assert sorted(tops) == ["cd", "fg", "ga", "gx", "jg", "mq", "nc", "yc", "yh"]
    for unit in tops:
        assert chains[unit]["chain.first"] == chains[unit]["chain.direct"]
