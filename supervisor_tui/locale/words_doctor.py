"""Words of `doctor`, 中文 and English: what was looked at, how it is, and what to do."""

WORDS: dict[str, tuple[str, str]] = {
    "doctor.looked_at": ("检查", "Looked at"),
    "doctor.state": ("结果", "Result"),
    "doctor.seen": ("情况", "What was seen"),
    "doctor.fine": ("正常", "fine"),
    "doctor.look": ("留意", "look"),
    "doctor.wrong": ("损坏", "wrong"),
    "doctor.file": ("文件", "File"),
    "doctor.copy": ("旧的一份", "Older copy"),
    "doctor.history": ("台账", "History"),
    "doctor.office": ("上报", "Office"),
    "doctor.conflicts": ("冲突", "Conflicts"),
    "doctor.apart": ("未被采纳", "Kept apart"),
    "doctor.line": ("上次同步", "Last sync"),
    "doctor.clock": ("时钟", "Clock"),
    "doctor.zone": ("时区", "Time zone"),
    "doctor.disk": ("磁盘", "Disk"),
    "doctor.rights": ("权限", "Rights"),
    "doctor.whole": ("{path} 完好, {kind}, {mb} MB", "{path} is whole, {kind}, {mb} MB"),
    "doctor.unreadable": ("{path} 读不出来", "{path} cannot be read"),
    "doctor.encrypted": ("已加密", "encrypted"),
    "doctor.plain": ("未加密", "not encrypted"),
    "doctor.holds": ("{chains} 条链, {entries} 条记载, 核对无误", "{chains} chains, {entries} entries, all hold"),
    "doctor.broken": ("{count} 处不符", "{count} places do not hold"),
    "doctor.all_sent": (
        "全部已上报, 办公室已收 {acknowledged} / {mine}",
        "all sent; the office holds {acknowledged} of {mine}",
    ),
    "doctor.unsent": (
        "{pending} 条未上报, 最早 {since}; 办公室已收 {acknowledged} / {mine}",
        "{pending} not sent, the oldest of {since}; the office holds {acknowledged} of {mine}",
    ),
    "doctor.conflicts.seen": ("{count} 项要裁定", "{count} to settle"),
    "doctor.apart.seen": ("{count} 条", "{count}"),
    "doctor.clock.fine": ("上次同步时与服务器一致", "agreed with the central store at the last sync"),
    "doctor.zone.fine": ("与本区一致 ({district})", "the same as the district's ({district})"),
    "doctor.zone.behind": (
        "本机时区比本区 ({district}) 慢 {amount}",
        "this machine's zone is {amount} hours behind the district's ({district})",
    ),
    "doctor.zone.ahead": (
        "本机时区比本区 ({district}) 快 {amount}",
        "this machine's zone is {amount} hours ahead of the district's ({district})",
    ),
    "doctor.free": ("可用 {mb} MB", "{mb} MB free"),
    "doctor.private": ("只有本人能读", "only its owner can read it"),
    "doctor.readable": ("别人也能读: {names}", "others can read: {names}"),
    "doctor.file.do": (
        "不要再往里写。先把整个文件夹另存一份, 再用 restore 恢复备份; 办公室有回执的内容, 重新加入后会全部取回。",
        "Write no more into it. Copy the whole folder elsewhere, then restore a backup; what the office has "
        "given receipts for comes back after joining anew.",
    ),
    "doctor.history.do": (
        "用 verify 看第一处不符; 另存一份文件夹, 告知办公室。",
        "Let verify name the first place; keep a copy of the folder and tell the office.",
    ),
    "doctor.office.do": (
        "有网络时同步一次, 或用 bundle write 写入U盘。",
        "Sync when there is a network, or write a bundle onto a stick.",
    ),
    "doctor.conflicts.do": (
        "在工作台按 Ctrl+K 裁定, 不用联网。",
        "Settle them with Ctrl+K in the workbench; no network is needed.",
    ),
    "doctor.apart.do": ("用 status 看每一条的原因和办法。", "Let status say why, and what to do, for each."),
    "doctor.line.do": ("再同步一次; 内容都在本机。", "Sync once more; everything is kept here."),
    "doctor.clock.do": (
        "请校准这台电脑的时钟; 记录的先后不受影响。",
        "Please set this laptop's clock; the order of records does not depend on it.",
    ),
    "doctor.zone.do": (
        "日期一律按本区时区算, 不受影响; 人在本区的, 请把这台电脑的时区和时间一起改过来。",
        "Days are the district's all the same; whoever is in the district should set this machine's zone and time.",
    ),
    "doctor.disk.do": ("请腾出空间, 否则无法保存和同步。", "Please make room, or nothing more can be kept or fetched."),
    "doctor.rights.do": (
        "请收回别人的读取权限 (文件 0600, 文件夹 0700)。",
        "Please take the right to read them from others (files 0600, folders 0700).",
    ),
}
