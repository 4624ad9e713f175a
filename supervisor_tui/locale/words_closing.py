"""Words of units that close, and of what corrections change in the past, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "refused.follow_ups_open": (
        "这个单位还有未结事项, 撤并时须逐条移交或了结。",
        "This unit has open follow-ups; closing it hands each on or settles it.",
    ),
    "refused.closed_for_good": (
        "撤并已超过三十天, 不能再撤销; 请另建新单位, 写明由何单位而来。",
        "This unit closed more than 30 days ago; make a new unit that names it as its predecessor.",
    ),
    "refused.closed_already": ("这个单位已经撤并。", "This unit is closed already."),
    "refused.closed_in_future": (
        "撤并日期不能在今天以后, 请到那一天再办。",
        "A unit is not closed on a day to come; close it when that day has come.",
    ),
    "refused.successor_needed": (
        "合并须写明并入哪个单位。",
        "A unit that is merged names the unit it is merged into.",
    ),
    "refused.outcome_needed": (
        "每条未结事项, 要么移交给一个承接单位, 要么写明原因了结。",
        "Each open follow-up goes to one of the successors, or is settled with a reason.",
    ),
    "refused.not_closed": ("这个单位没有撤并。", "This unit is not closed."),
    "fault.no_such_unit": ("没有这个单位 {wanted}", "there is no such unit: {wanted}"),
    "fault.circle": ("上下级关系成了圈", "the unit would stand above itself"),
    "field.follow_up.carried_to": ("移交为何事项", "Handed over as"),
    "close.say_each": (
        "这个单位有 {count} 条未结事项, 请用 --give 逐条移交, 或用 --settle 写明原因了结:",
        "This unit has {count} open follow-ups; say for each --give or --settle:",
    ),
    "close.pair": ("请写成 事项=内容: {given}", "Write FOLLOW_UP=WHAT: {given}"),
}
