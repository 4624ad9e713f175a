"""The headings and words offices use, Chinese and English, and the fields they mean. A table; read through `headings`.

A field of an import that is not a record field: `-` is a column that is never read (running numbers, sums, and whatever
would be personal data), `unit` the unit a row is about.
"""

from __future__ import annotations

import re

from sync.model.validation import half_width

_UNIT_NAMES = (
    "单位名称 单位 党组织名称 基层党组织名称 基层党组织 党组织 组织名称 支部名称 党支部名称 党支部 单位全称"
    " 党组织全称 名称 受检单位 被检查单位 督导单位 unit unitname name organisation organization"
)
_COUNTS = {
    "organisations": "党组织数 基层党组织数 组织数 支部数 党支部数 organisations organizations",
    "members": "党员数 党员人数 党员总数 党员 在册党员 在册党员数 党员合计 members partymembers",
    "retired": "离退休 离退休党员 离退休党员数 离退休人数 退休党员 退休 retired",
    "laid_off": "下岗 下岗党员 下岗失业 下岗失业党员 下岗职工党员 下岗党员数 失业党员 laidoff unemployed",
    "floating": "流动 流动党员 流动党员数 外出流动党员 流动人数 floating mobile",
    "out_of_contact": "失联 失联党员 失联党员数 失去联系 失去联系党员 失去联系的党员 outofcontact lost",
    "found_again": "找回 已找回 找回党员 找回失联党员 重新取得联系 foundagain found",
    "exempt": "年老体弱 年老体弱党员 不作硬性要求 不作要求 免学 exempt",
    "to_train": "应培训 应训人数 应训 应参加培训 to_train",
    "trained": "已培训 培训人数 书记和骨干培训 受训 培训 trained",
}
_UNITS = {
    "id": "编号 代码 单位代码 单位编号 组织代码 党组织代码 code unitcode",
    "name": _UNIT_NAMES,
    "category": "类别 单位类别 组织类别 单位类型 类型 性质 单位性质 category type",
    "parent": "上级党组织 上级党组织名称 上级单位 上级 隶属党组织 隶属 隶属关系 所属党委 所属党组织 主管单位 parent",
    "batch": "批次 参学批次 batch",
    "address": "地址 单位地址 住址 address",
    "chain.first": "第一责任人 第一责任人职务 firstresponsible",
    "chain.deputy": "分管责任人 分管领导 副职责任人 responsibledeputy deputy",
    "chain.contact_point": "联系点领导 联系点 联系领导 包点领导 contactpoint contactpointleader",
    "chain.direct": "直接责任人 直接责任人职务 directlyresponsible",
    "chain.business": "行政负责人 业务负责人 协助责任人 businesshead",
    "weak.incomplete": "组织不健全 班子不健全 incomplete",
    "weak.head": "负责人不胜任 书记不胜任 班子软弱 weakhead",
    "weak.subordination": "隶属关系不清 隶属不清 隶属不顺 unclearsubordination",
    "note": "备注 说明 note remarks",
    "counted_on": "统计时间 统计日期 摸底时间 摸底日期 截止日期 截止时间 countedon",
    **_COUNTS,
}
_COUNT_TABLE = {
    "unit": f"{_UNIT_NAMES} {_UNITS['id']}",
    "counted_on": f"{_UNITS['counted_on']} 时间 日期 date",
    **_COUNTS,
}
_GROUPS = {
    "group": "督导组 督导组名称 组别 组名 小组 检查组 组 group groupname",
    "member": "成员 组员 督导组成员 人员 督导员 姓名 members member",
    "leader": "组长 负责人 leader head",
    "unit": "负责单位 督导单位 联系单位 所督导单位 督导对象 单位 单位名称 党组织名称 units unit",
    "liaison": "联络员 指导联络员 liaison liaisonofficer",
    "from": "起 自 起始 起始日期 开始日期 开始时间 起始时间 起始日 自何时 from since start",
    "until": "止 到 至 终止 截止 终止日期 截止日期 结束日期 结束时间 终止时间 截止日 至何时 until to end",
    "term": "起止 起止日期 起止时间 任期 联系期限 联系时间 term",
}
_INSPECTIONS = {
    "unit": f"{_UNIT_NAMES} 责任单位 整改单位 {_UNITS['id']}",
    "visited_on": "日期 检查日期 督导日期 排查日期 检查时间 督导时间 排查时间 时间 到访日期 date visitedon visited",
    "stage": "阶段 活动阶段 所处阶段 stage",
    "group": "督导组 检查组 组别 组 group",
    "inspector": "督导人员 检查人员 检查人 督导员 参加人员 inspectors inspector",
    "summary": "情况 检查情况 督导情况 情况摘要 主要情况 小结 总体情况 summary findings",
    "problem": "存在问题 存在的问题 发现问题 发现的问题 问题 主要问题 问题描述 隐患 隐患内容 隐患描述 problem problems",
    "cause": "原因 问题原因 原因分析 产生原因 cause",
    "measure": "整改措施 整改意见 整改要求 措施 整改建议 measure measures",
    "due_on": "整改时限 整改期限 时限 期限 完成时限 限期 整改限期 dueon due deadline",
    "responsible_post": "责任人 整改责任人 责任岗位 整改责任岗位 responsiblepost responsible",
    "progress": "整改情况 整改进展 整改结果 整改状态 隐患状态 问题状态 是否整改 进展 办理情况 落实情况 progress",
    "good_practice": "典型经验 好的做法 经验做法 亮点 goodpractice",
    "effect_on_work": "对工作的影响 工作影响 对生产的影响 effectonwork",
    "unit_reply": "单位意见 被检查单位意见 单位答复 unitreply reply",
    "arrived": "到达 到达时间 arrived",
    "left": "离开 离开时间 left",
}
_NEVER = "序号 号 no number serial 合计 小计"
PERSONAL = (
    "身份证 身份证号 身份证号码 公民身份号码 证件号码 手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 微信号"
    " 家庭住址 出生年月 出生日期 idnumber phone mobile"
)

_TABLES = {"units": _UNITS, "counts": _COUNT_TABLE, "groups": _GROUPS, "inspections": _INSPECTIONS}
FIELDS: dict[str, tuple[str, ...]] = {what: tuple(table) for what, table in _TABLES.items()}
SOUGHT = {  # one of these names must be found before a row passes for the headings
    "units": ("name", "id"),
    "counts": ("unit",),
    "groups": ("group",),
    "inspections": ("unit",),
}

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")


def plain(text: object) -> str:
    """A heading or word as it is compared: half-width, no blanks, no signs, lower case."""
    return re.sub(r"[\s:*_、.·-]+", "", half_width(str(text))).lower()


def without_brackets(text: object) -> str:
    """The same without what stands in brackets: 党员数（人）."""
    return plain(_BRACKETS.sub("", half_width(str(text))))


def _meanings(what: str) -> dict[str, str]:
    known = {plain(word): "-" for word in f"{_NEVER} {PERSONAL}".split()}
    for field, names in _TABLES[what].items():
        for word in (field, *names.split()):
            known.setdefault(plain(word), field)
    return known


MEANINGS = {what: _meanings(what) for what in _TABLES}


def field_called(what: str, text: str) -> str:
    """The field somebody means by its own name or by any word for it (党员数); what is neither stands for itself."""
    name = text.strip()
    return name if name in (*FIELDS[what], "-") else MEANINGS[what].get(plain(name), name)


_PERSONAL = tuple(plain(word) for word in PERSONAL.split())


def is_personal(heading: str) -> bool:
    """Whether a column would hold what this program never keeps of a person: 联系电话, also 负责人联系电话."""
    return without_brackets(heading).endswith(_PERSONAL)


CATEGORY_WORDS = {
    "non_public": (
        "非公 非公企业 非公有制企业 非公经济 非公经济组织 非公有制经济组织 民营 民营企业 私营 私营企业 外资 外资企业"
    ),
    "weak_enterprise": "困难企业 特困企业 困难国有企业 停产企业 破产企业 改制企业",
    "new_economic": "新经济组织 新经济",
    "new_social": "新社会组织 新社会 社会组织",
    "town_office": "乡镇机关 乡镇 镇机关 街道机关 街道 机关 党政机关",
    "retired_branch": "退休支部 离退休支部 离退休党支部 退休党支部 老干部支部",
    "farm": "农场 水产场 农场水产场 林场 农林场",
    "university": "高校 大学 高等院校 院校",
    "public_security": "公安 公安机关 派出所",
    "other": "其他 其它",
}
CATEGORIES = {plain(word): name for name, words in CATEGORY_WORDS.items() for word in words.split()}

STAGE_WORDS = {
    "study": "学习动员 学习动员阶段 学习 第一阶段",
    "review": "分析评议 分析评议阶段 评议 第二阶段",
    "rectify": "整改提高 整改提高阶段 整改 第三阶段",
    "consolidate": "巩固 巩固期 巩固阶段 回头看",
}
# What is said of a problem that has been put right: whether it has, another person still verifies.
_MENDED_WORDS = "已整改 已整改完成 整改完成 已完成 完成 已解决 已办结 办结 已落实 关闭 已关闭 已闭环 销号 已销号 是"
MENDED = frozenset(_MENDED_WORDS.split())
NO_PROBLEM = re.compile(
    r"(?:均|暂|都)?(?:未发现|未见|没发现|没有发现|没有|无)(?:任何|明显|其他|异常)?(?:问题|隐患|不足|异常)?"
)
_DUTY_WORDS = "组长 副组长 常务副组长 成员 组员 联络员 指导联络员 牵头 牵头人 负责人 督导员"
DUTIES = frozenset(_DUTY_WORDS.split())

STAGES = {plain(word): name for name, words in STAGE_WORDS.items() for word in words.split()}
