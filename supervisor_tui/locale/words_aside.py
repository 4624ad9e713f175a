"""Words for what the office keeps apart: why, what to do, and the screen on which the office rules."""

WORDS: dict[str, tuple[str, str]] = {
    # why the office keeps an entry apart, and what to do
    "apart.out_of_scope": (
        "上报时单位已不归记录人负责",
        "The unit was no longer the author's when this arrived",
    ),
    "apart_do.out_of_scope": (
        "内容已在办公室留存, 不必重写; 办公室可以准予采纳。",
        "The office holds it, nothing is to be written again; it can let it stand.",
    ),
    "apart.not_allowed": ("记录人的职责不能写其中的项", "The author's role may not write some of this"),
    "apart_do.not_allowed": (
        "内容已在办公室留存; 办公室可以准予采纳, 或请有权的人另写。",
        "The office holds it and can let it stand, or ask somebody who may to write it.",
    ),
    "apart.device_revoked": (
        "上报时这台电脑已被停用",
        "The laptop had been revoked when this arrived",
    ),
    "apart_do.device_revoked": (
        "内容已在办公室留存; 请办公室准予采纳, 并领取新的代码。",
        "The office holds it; ask for its release, and for a new code.",
    ),
    "apart.person_left": ("上报时记录人已不在岗", "The author had left when this arrived"),
    "apart_do.person_left": (
        "内容已在办公室留存; 由办公室决定是否采纳。",
        "The office holds it and decides whether it stands.",
    ),
    "apart.follow_ups_open": (
        "上报时该单位还有事项未了结, 不能撤并",
        "The unit still had open follow-ups when its closing arrived",
    ),
    "apart_do.follow_ups_open": (
        "请先移交或了结这些事项, 再由办公室准予采纳, 或重新撤并。",
        "Settle these follow-ups; then the office can let it stand, or the unit is closed anew.",
    ),
    "apart.parent_circle": (
        "单位被放到自己的下级之下",
        "The unit was put below one that stands below it",
    ),
    "apart_do.parent_circle": ("请另选上级单位。", "Choose another parent."),
    "apart.parent_unknown": ("没有这个上级单位", "There is no such parent"),
    "apart_do.parent_unknown": (
        "请另选上级单位; 上级单位随后到达的, 办公室可以准予采纳。",
        "Choose another parent; where it arrives later, the office can let this stand.",
    ),
    "apart.unit_has_records": (
        "该单位已有记录, 不能作废",
        "The unit has records and cannot be withdrawn",
    ),
    "apart_do.unit_has_records": (
        "有记录的单位只能撤并: 请写明撤并日期和去向。",
        "A unit with records is closed instead, with the day and what follows it.",
    ),
    "apart.unproved": (
        "服务器恢复之前可能未被采纳, 缺少说明结果的回执",
        "Perhaps kept apart before the office's store was restored; no receipt says what became of it",
    ),
    "apart_do.unproved": (
        "内容已在办公室留存, 不必重写; 等办公室裁定, 办公室可以准予采纳。",
        "The office holds it, nothing is to be written again; it waits for the office, which can let it stand.",
    ),
    "apart.wrong_author": (
        "记录人与这台电脑登记的人不符",
        "The author is not the person this laptop is enrolled for",
    ),
    "apart_do.wrong_author": (
        "请用记录人自己的电脑重写一遍。",
        "Write it again on the author's own laptop.",
    ),
    "apart.invalid_fields": ("有的项不合规定", "Some fields are not valid"),
    "apart_do.invalid_fields": ("请改正后另写一条。", "Write it again with these put right."),
    "apart.wrong_ledger": ("这种记录不能写在这里", "A record of this kind does not belong here"),
    "apart_do.wrong_ledger": ("请在对应的单位下另写一条。", "Write it again under the unit it belongs to."),
    "apart.bad_seal": ("电脑的签名不符", "The laptop's signature does not hold"),
    "apart_do.bad_seal": (
        "请告知办公室; 领新代码重新登记后, 另写一条。",
        "Tell the office; join again with a new code and write it again.",
    ),
    "apart.malformed": ("内容损坏, 无法读取", "It is damaged and cannot be read"),
    "apart_do.malformed": (
        "请核对本机这条记录, 另写一条, 并告知办公室。",
        "Look at the record here, write it again, and tell the office.",
    ),
    "waiting.too_large": (
        "{what} ({size}) 太大, 到服务器的路上不收{behind}; 其他照常上报。请写入U盘上报, 或请办公室放宽代理的上限。",
        "{what} ({size}) is too large for the way to the office{behind}; the rest is sent. Write it to a stick, or ask"
        " the office to let the proxy take more.",
    ),
    "waiting.behind": (
        ", 同一单位里本机后来写的 {count} 条也在等",
        "; {count} written here later about the same unit wait behind it",
    ),
    "waiting.short": ("太大未上报", "too large to send"),
    "apart.too_large": ("内容太大", "It is too large"),
    "apart_do.too_large": ("请分成几条另写。", "Write it again in parts."),
    "apart.no_body": ("只到了目录, 没有内容", "It came without its content"),
    "apart_do.no_body": ("请另写一条, 并告知办公室。", "Write it again, and tell the office."),
    "apart.fork": (
        "这台电脑的文件曾被恢复或复制, 同一位置已有另一条",
        "The file was restored or copied: another entry stands in this place",
    ),
    "apart_do.fork": (
        "再同步一次, 程序会自动接着写; 内容不会丢。",
        "Sync once more: the program goes on by itself, nothing is lost.",
    ),
    "apart.foreign_device": ("这是另一台设备写的", "Another device wrote it"),
    "apart_do.foreign_device": ("请用那台设备同步。", "Sync from that device."),
    "apart.unknown": ("办公室未采纳", "Kept apart by the office"),
    "apart_do.unknown": ("请与办公室联系。", "Talk to the office."),
    "ruling.released": ("办公室已准予采纳", "The office let it stand"),
    "ruling.answered": ("办公室答复", "The office answers"),
    "verdict.released": ("准予采纳", "let stand"),
    "verdict.answered": ("答复", "answered"),
    "aside.unit_gone": ("(已不归您负责的单位)", "(a unit no longer yours)"),
    "aside.district": ("(全区)", "(the district)"),
    "aside.staff": ("(人员与权限)", "(persons and rights)"),
    "aside.raw": ("原样", "as sent"),
    "aside.unreadable": ("(无法读取)", "(unreadable)"),
    "aside.content_gone": ("内容已随单位离开本机, 办公室留有全文", "left this laptop with the unit; the office has it"),
    # the screen of the office
    "aside.title": ("待裁定", "Rulings"),
    "aside.count": ("待裁定 {open}, 已答复 {ruled}", "{open} open, {ruled} ruled"),
    "aside.none": ("没有要裁定的记载", "nothing to rule on"),
    "aside.unit": ("单位", "unit"),
    "aside.by": ("记录人", "author"),
    "aside.what": ("内容", "what"),
    "aside.why": ("未采纳的原因", "why kept apart"),
    "aside.state": ("裁定", "ruling"),
    "aside.open": ("待裁定", "open"),
    "aside.on_its_way": ("已准予, 下次同步生效", "let stand; counts after the next sync"),
    "aside.can_release": (
        "F2 准予采纳: 全区的电脑下次同步即收到。F4 答复记录人。",
        "F2 lets it stand: every laptop gets it at its next sync. F4 answers the author.",
    ),
    "aside.cannot_release": (
        "这一条本身有误或没有位置, 不能准予采纳; F4 答复记录人, 请其另写。",
        "It is wrong in itself or has no place, so it cannot be let stand; F4 answers the author, to write it again.",
    ),
    "aside.rights_not_released": (
        "人员、权限和全区设置不能准予采纳, 由办公室另写; F4 答复记录人。",
        "Persons, rights and the district's settings are not let stand; the office writes them anew. F4 answers.",
    ),
    "aside.reason": ("记录人的说明", "The author's reason"),
    "aside.ask_release": ("准予采纳的理由 (记录人会看到)", "Why it may stand (the author will read it)"),
    "aside.ask_answer": ("给记录人的答复", "The answer to the author"),
    "aside.ruled": ("已裁定; 下次同步送出", "ruled; it goes out with the next sync"),
    "cmd.reviews": ("待审阅", "To review"),
    "cmd.reviews_help": (
        "还没有审阅的记录和退回后的更正。",
        "Records not reviewed yet, and corrections of returned ones.",
    ),
    "cmd.review": ("审阅", "Review"),
    "cmd.review_help": (
        "通过这条记录, 或退回并说明要补正什么。",
        "Accept this record, or return it saying what to put right.",
    ),
    "cmd.aside": ("待裁定", "Rulings"),
    "cmd.aside_help": (
        "未采纳的记载: 准予采纳, 或答复记录人 (办公室)",
        "Entries kept apart: let them stand, or answer (office)",
    ),
    "cmd.release": ("准予采纳", "Let it stand"),
    "cmd.release_help": ("让这条记载照常算数", "Let this entry count after all"),
    "cmd.answer": ("答复", "Answer"),
    "cmd.answer_help": ("给记录人一句话, 记载仍不算数", "A word to the author; the entry stays apart"),
    "todo.sort_ruling": ("裁定", "rule"),
    "todo.rulings": ("{count} 条记载等办公室裁定", "{count} entries wait for the office's ruling"),
    "todo.rulings_why": ("准予采纳或答复", "let stand, or answer"),
    "record.apart": ("办公室未采纳这条记录; 它不计入任何数字", "Kept apart by the office; it counts nowhere"),
    "sync.revoked": ("同步已停用", "sync revoked"),
    "cli.what": ("内容", "what"),
    "cli.why": ("原因", "why"),
    "cli.to_do": ("怎么办", "what to do"),
    "cli.ruling": ("裁定", "ruling"),
    "cli.last_error": ("上次同步的问题", "last sync's fault"),
}
