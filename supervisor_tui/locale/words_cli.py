"""The words of the command line and of refusals: key -> (中文, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "cli.no_text": (
        "命令里有不是文字的内容, 什么也没有改动。",
        "Something on the command line is no text; nothing was changed.",
    ),
    "cli.stopped": ("已停止, 已写的内容都在。", "Stopped; everything written is kept."),
    "cli.invalid": ("没有保存, 请改正以下各项:", "Nothing was kept; please put these right:"),
    "cli.bad_profile": (
        "档案名称只能是 1 到 40 个字母、数字、_ 或 -。",
        "A profile's name is 1 to 40 letters, digits, _ or -.",
    ),
    "cli.no_profile": (
        "这台电脑还没有加入。请用 supervisor-tui join 地址 代码 加入, 或运行 supervisor-tui demo 试用。",
        "This laptop has not joined yet. Use supervisor-tui join URL CODE, or try supervisor-tui demo.",
    ),
    "cli.cannot_write": (
        "无法写入。已保存的内容没有丢失。",
        "It cannot be written. Nothing kept before was lost.",
    ),
    "cli.in_use": (
        "另一个程序正在使用这份档案, 没有改动它; 请先关闭工作台。",
        "Another program is using this profile and nothing was changed; close the workbench first.",
    ),
    "cli.passphrase_ask": ("口令:", "Passphrase:"),
    "cli.passphrase_ask_new": ("新口令:", "New passphrase:"),
    "cli.passphrase_ask_again": ("再输一遍:", "Once more:"),
    "cli.passphrase_differs": ("两次输入不同, 没有改动。", "The two differ; nothing was changed."),
    "cli.passphrase_empty": ("文件“{file}”的第一行是空的。", "The first line of “{file}” is empty."),
    "cli.passphrase_short": (
        "口令至少 {shortest} 个字符, 没有改动。",
        "A passphrase has at least {shortest} characters; nothing was changed.",
    ),
    "cli.passphrase_is_set": (
        "这份档案已有口令; 请用 passphrase change 更换。",
        "This profile has a passphrase; use passphrase change.",
    ),
    "cli.passphrase_is_not_set": ("这份档案没有口令。", "This profile has no passphrase."),
    "cli.passphrase_set": (
        "档案已加密。口令忘了没有人能打开。旧文件已覆盖, 但固态硬盘和系统快照可能仍留有旧内容。",
        "The profile is encrypted. Nobody can open it without the passphrase. The old file was overwritten, but "
        "a solid-state disk or a snapshot may still keep what stood in it.",
    ),
    "cli.passphrase_change": (
        "口令已更换。以前的副本仍用旧口令。",
        "The passphrase was changed. Earlier copies still open with the old one.",
    ),
    "cli.passphrase_removed": ("档案不再加密。", "The profile is no longer encrypted."),
    "cli.passphrase_wrong": ("口令不对, 没有改动任何内容。", "The passphrase does not fit; nothing was changed."),
    "cli.passphrase_wanted": (
        "这份档案已加密, 需要口令 (--passphrase-file)。忘了口令: 办公室凭回执能说出已收到哪些记录; "
        "向办公室要一个新代码, 用 --profile 新名称 join 地址 代码 重新加入。",
        "This profile is encrypted and wants its passphrase (--passphrase-file). If it is forgotten, the office's "
        "receipts tell what is safe: ask the office for a new code and use --profile NEW join URL CODE.",
    ),
    "cli.no_encryption": (
        "加密档案需要附加组件: pip install 'supervisor-tui[encrypted]'。",
        "Encrypted profiles want the extra: pip install 'supervisor-tui[encrypted]'.",
    ),
    "cli.backup_exists": (
        "文件“{file}”已经存在, 没有改动它。",
        "“{file}” exists already and was not touched.",
    ),
    "cli.backup_made": ("已备份到“{file}”。", "The backup is in “{file}”."),
    "cli.not_a_backup": (
        "文件“{file}”不是本程序的备份, 或已损坏; 没有改动任何内容。",
        "“{file}” is not a backup of this program, or damaged; nothing was changed.",
    ),
    "cli.restored": (
        "已恢复。下次同步时从办公室取回备份之后的记录。",
        "Restored. The next sync fetches from the office what came after the backup.",
    ),
    "cli.file_trouble": (
        "文件用不了 ({why}), 什么也没有改变。",
        "The file cannot be used ({why}); nothing was changed.",
    ),
    "cli.set_aside": (
        "原来的档案没有删除, 现在叫“{profile}”, 可用 --profile {profile} 打开。",
        "The profile that stood there was not deleted: it is “{profile}” now, and --profile {profile} opens it.",
    ),
    "cli.newer": (
        "本机文件由更新版本的程序写过, 没有改动它; 文件没有损坏, 请安装那个版本再打开。",
        "The local file was written by a newer version of this program and was not touched. It is not damaged: install"
        " that version.",
    ),
    "cli.damaged": (
        "本机文件已损坏或不是本程序的文件, 没有改动它。已上报的记录在办公室都有。",
        "The local file is damaged or not one of ours; it was not touched. The office has every delivered record.",
    ),
    "cli.no_such_unit": ("找不到单位“{unit}”, 或不止一个符合。", "No unit, or more than one, fits “{unit}”."),
    "cli.no_such_record": ("找不到记录“{record}”, 或不止一条符合。", "No record, or more than one, fits “{record}”."),
    "cli.not_a_follow_up": ("这条记录不是事项。", "This record is not a follow-up."),
    "cli.value_not_json": ("--value 不是 JSON 值。", "--value is not a JSON value."),
    "cli.take_or_value": ("请给出 --take 或 --value 其中之一。", "Give either --take or --value."),
    "cli.fields_wanted": (
        "请用 --file 给出各项内容(JSON 对象), 或从标准输入送入。",
        "Give the fields (a JSON object) with --file, or on standard input.",
    ),
    "cli.no_such_file": ("无法读取文件“{file}”。", "The file “{file}” cannot be read."),
    "cli.file_too_large": ("内容超过 1 MB, 没有保存。", "More than 1 MB; nothing was kept."),
    "cli.not_json": ("内容不是 JSON 对象, 没有保存。", "Not a JSON object; nothing was kept."),
    "cli.profile_exists": (
        "档案“{profile}”已经存在, 没有改动它, 代码也没有用掉。可用 --profile 另取名称。",
        "The profile “{profile}” exists already and was not touched, nor was the code used. Choose another with"
        " --profile.",
    ),
    "cli.restore_exists": (
        "档案“{profile}”已经存在, 没有改动它。可用 --profile 另取名称, 或用 --force 把它放到一边。",
        "The profile “{profile}” exists already and was not touched. Choose another with --profile,"
        " or set it aside with --force.",
    ),
    "cli.joined": ("{person}, 已加入{district}。", "{person} has joined {district}."),
    "cli.push": ("上报", "sending"),
    "cli.pull": ("接收", "fetching"),
    "cli.synced": (
        "上报 {pushed} 条, 接收 {pulled} 条, 待处理冲突 {conflicts} 条。",
        "Sent {pushed}, fetched {pulled}; {conflicts} in conflict.",
    ),
    "cli.kept_apart": ("{ledger} 第 {seq} 条未被采纳: {message}", "{ledger} no. {seq} was kept apart: {message}"),
    "fork.title": ("两份档案", "two files"),
    "fork.told": (
        "电脑“{name}”({device}) 的档案有两份在用 (复制过, 或恢复过旧备份), {since} 以后两边各写各的; "
        "什么都没有丢, 本机已作为新设备接着用; 请只留一份, 另一份不用了就请办公室停用。",
        "The file of the computer {name} ({device}) is in use twice, as it was copied or restored from an old backup,"
        " and each side has written by itself since {since}; nothing is lost, and this laptop goes on as a new device;"
        " keep one of the two, and ask the office to revoke the other.",
    ),
    "cli.rebuilt": ("已从 {entries} 条记载重新整理。", "Folded again from {entries} entries."),
    "cli.verified": (
        "核对无误: {chains} 条链, {entries} 条记载, 其中 {receipted} 条有办公室回执。",
        "All holds: {chains} chains, {entries} entries, {receipted} with the office's receipt.",
    ),
    "cli.broken": (
        "第一处不符: 台账 {ledger}, 设备 {device}, 第 {seq} 条: {reason}。",
        "First break: ledger {ledger}, device {device}, entry {seq}: {reason}.",
    ),
    "cli.line": ("第 {line} 行", "line {line}"),
    "cli.no_campaigns": (
        "本机还没有活动; 办公室导入以后, 同步一次就有。",
        "There is no campaign here yet; once the office has imported one, a sync brings it.",
    ),
    "cli.no_such_campaign": ("本机没有活动 {campaign}", "there is no campaign {campaign} here"),
    "cli.form_wants_unit": ("请用 --unit 指明按哪个单位试用", "Say with --unit which unit to try it for"),
    "cli.form_no_terminal": (
        "试用检查表需要终端; 只检查请加 --check。",
        "Trying a checklist needs a terminal; with --check it is only looked through.",
    ),
    "cli.no_terminal": (
        "工作台需要终端; 在脚本里请用各个子命令 (--help)。",
        "The workbench needs a terminal; in scripts use the commands (--help).",
    ),
    "cli.demo_no_terminal": (
        "演示需要终端; 没有终端请加 --headless。",
        "The demo needs a terminal; without one, add --headless.",
    ),
    "cli.reasons": ("原因", "reasons"),
    "cli.seed": ("种子", "seed"),
    "cli.lot": ("签", "lot"),
    "cli.id": ("编号", "id"),
    "cli.drawn_from": ("抽取范围", "drawn from"),
    "cli.drawn_units": ("{count} 个单位 (名单摘要 {digest})", "{count} units (digest of the list {digest})"),
    "cli.draw_count": ("请抽 1 到 {units} 个单位。", "Draw 1 to {units} units."),
    "cli.draw_how": (
        "复核: 对名单中每个编号算 sha256(种子 + 换行 + 编号), 按结果从小到大取前几个。",
        "To draw again: sha256(seed + newline + id) of every unit in the list, the smallest first.",
    ),
    "cli.person": ("人员", "person"),
    "cli.district": ("区域", "district"),
    "cli.server": ("服务器", "server"),
    "cli.pending": ("未上报", "not yet sent"),
    "cli.oldest": ("最早一条", "oldest of these"),
    "cli.receipts": ("办公室已收", "the office holds"),
    "cli.conflicts": ("冲突", "conflicts"),
    "cli.quarantined": ("未被采纳", "kept apart"),
    "cli.last_sync": ("上次同步", "last sync"),
    "cli.unit": ("单位", "unit"),
    "cli.category": ("类别", "category"),
    "cli.last_visit": ("末次督导", "last visit"),
    "cli.open": ("未结", "open"),
    "cli.overdue": ("超期", "overdue"),
    "cli.day": ("日期", "date"),
    "cli.at": ("时间", "time"),
    "cli.kind": ("种类", "kind"),
    "cli.title": ("内容", "title"),
    "cli.by": ("记录人", "by"),
    "cli.state": ("状态", "state"),
    "cli.record": ("记录号", "record"),
    "cli.delivered": ("已上报", "delivered"),
    "cli.apart": ("未被采纳", "kept apart"),
    "verdict_of_version.pending": ("未上报", "not yet sent"),
    "verdict_of_version.accepted": ("已采纳", "accepted"),
    "verdict_of_version.apart": ("未被采纳", "kept apart"),
    "verdict_of_version.invalid": ("不生效", "not valid"),
    "cli.why": ("原因", "why"),
    "cli.changed": ("改动", "changed"),
    "cli.text": ("内容", "text"),
    "cli.due_on": ("期限", "due"),
    "cli.stands": ("期限情况", "stands"),
    "cli.nature": ("性质", "nature"),
    "cli.status": ("进展", "status"),
    "cli.field": ("项目", "field"),
    "cli.version": ("版本", "version"),
    "cli.value": ("内容", "value"),
    "refused.already_kept": ("这条记录已经保存过了。", "This record has been kept already."),
    "refused.not_found": ("找不到这条记录或这个版本。", "There is no such record or version here."),
    "refused.not_reviewed": (
        "办公室只审阅没有撤回的督导检查和联络记录。",
        "The office reviews inspections and liaison notes that stand.",
    ),
    "refused.comment_needed": ("退回或不同意要说明理由。", "What is returned or refused says why."),
    "refused.not_conflicted": ("这一项没有冲突。", "There is no conflict on this field."),
    "refused.changed_meanwhile": (
        "更正期间同一项内容已被改动; 请对照现在的内容再完成。",
        "What is corrected here has been changed meanwhile; look at it as it stands now, then finish again.",
    ),
    "refused.ends_before_it_begins": (
        "止的日期早于起的日期, 没有保存。",
        "The last day is before the first, so nothing was kept.",
    ),
    "refused.nothing_changed": ("内容没有变化, 没有保存新版本。", "Nothing would change, so no version was kept."),
    "refused.clock_impossible": (
        "本机时钟显示的时间不可能，请先校准日期和时间，再保存。",
        "This computer's clock shows a time that cannot be; set date and time, then keep it again.",
    ),
    "refused.why_needed": ("修改已保存的记录要写明原因。", "A change to a kept record needs its reason."),
    "refused.too_new": (
        "这条记录由更新版本的程序写成, 请升级后再改。",
        "This record was written by a newer version; update this program to change it.",
    ),
    "refused.unit_has_records": (
        "这个单位已经有记录, 不能撤回; 单位不在了, 请写撤并日期和原因。",
        "Things are recorded of this unit, so it is not withdrawn; say when and why it closed.",
    ),
    "refused.not_mended": (
        "整顿事项经别人核实以后, 才能摘去这一项。",
        "This flag stays until somebody else has verified its follow-up.",
    ),
    "cli.enrol_no_day": (
        "请写 --from 从哪天起参加; 只写 --until 就是到哪天为止。",
        "Give --from, the first day; --until alone is the last one.",
    ),
    "cli.enrol_no_units": (
        "请写单位, 或用 --file、--batch、--category、--group 选出单位。",
        "Name units, or choose them by --file, --batch, --category or --group.",
    ),
    "cli.keep_it": ("照样保存吗? (y/n) ", "Keep it? (y/n) "),
    "cli.not_kept": ("没有保存。", "Nothing was kept."),
    "cli.enrol_none": ("没有符合的单位。", "No unit is meant by that."),
    "cli.enrol_no_text": ("{file} 不是文本文件 (UTF-8)。", "{file} is no text file (UTF-8)."),
    "cli.group_or_liaison": ("请写 --group 或 --liaison。", "Give --group or --liaison."),
    "cli.no_such_group": ("没有这个督导组: {group}", "There is no such group: {group}"),
    "cli.no_such_liaison": ("没有这位联络员: {person}", "There is no such liaison officer: {person}"),
    "cli.given": ("(写的是 {value})", "(given: {value})"),
    "cli.meant": ("是不是 {name}?", "meant: {name}?"),
    "cli.words_needed": ("这一步要写明情况, 没有改动。", "This step asks for words; nothing was changed."),
    "refused.reason_needed": ("这一步要写明原因。", "This step needs its reason."),
    "refused.step_not_allowed": ("这个事项现在不能走到这一步。", "This follow-up cannot take that step now."),
    "refused.verified_by_reporter": (
        "报告完成的人不能自己核实, 请由他人核实。",
        "Who reported it done may not verify it; another person must.",
    ),
    "error.no_connection": (
        "连接不上服务器, 请过些时候再试。",
        "The central store cannot be reached; try again later.",
    ),
    "error.not_a_store": (
        "这个地址应答的不是中心服务器。",
        "Something other than a central store answers at this address.",
    ),
    "error.bad_address": (
        "服务器地址不对, 应以 http:// 或 https:// 开头。",
        "The server's address is wrong; it must begin with http:// or https://.",
    ),
    "error.certificate": (
        "服务器证书无法核实, 没有发送任何内容。",
        "The server's certificate does not hold, so nothing was sent.",
    ),
    "error.damaged_answer": (
        "应答在途中损坏, 请再试一次。",
        "The answer arrived damaged; please try again.",
    ),
    "error.bad_signature": (
        "应答不是本区服务器签署的, 没有采用, 请告知办公室。",
        "The answer is not signed by our store and was not used; please tell the office.",
    ),
    "error.no_progress": (
        "同步没有进展, 请告知办公室。",
        "The exchange makes no progress; please tell the office.",
    ),
    "error.too_slow": (
        "线路太慢, 请过些时候再试。",
        "The line is too slow; try again later.",
    ),
    "error.stopped": ("已停止。", "Stopped."),
    "error.kept": ("{sentence}内容都保存在本机。", "{sentence} Everything is kept on this laptop."),
}
