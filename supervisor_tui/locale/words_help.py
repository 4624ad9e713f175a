"""The sentences of `--help`: English, as `cli/parser` writes them -> 中文. Read only when help is shown in Chinese."""

WORDS: dict[str, str] = {
    "A terminal workbench for supervision groups in the field. 督导工作台。": (
        "督导工作台: 督导组、联络员下基层用的记录本, 没有网络也能用。"
    ),
    "Without a command the workbench opens.": "不写命令就打开工作台。每个命令的说明: supervisor-tui 命令 --help",
    "show this help message and exit": "显示这份说明",
    "print the version": "显示版本号",
    "the program's folder (or SUPERVISOR_TUI_HOME)": "程序存放资料的文件夹 (或环境变量 SUPERVISOR_TUI_HOME)",
    "which profile (default: default)": "用哪一份档案 (不写就是 default)",
    "the language (default: the locale)": "语言: zh 中文, en 英文 (不写就按系统设置)",
    "an encrypted profile's passphrase, the file's first line (or SUPERVISOR_TUI_PASSPHRASE_FILE)": (
        "加密档案的口令, 取这个文件的第一行 (或环境变量 SUPERVISOR_TUI_PASSPHRASE_FILE)"
    ),
    "try everything on a sample district, with a central store of its own": "打开示例区试用, 自带中心服务器",
    "do the main job without a terminal, printing each step": "不开界面, 把主要工作做一遍, 逐步显示",
    "a generated district of N units": "生成有 N 个单位的示例区",
    "keep the demo's files in DIR (an empty or new folder)": "把示例的文件留在 DIR (空的或新的文件夹)",
    "enrol this laptop with a one-time code from the office": "用办公室给的一次性代码登记这台电脑",
    "let units take part in a campaign from a day, or until one (office)": (
        "让单位从某天起参加一批活动, 或到某天为止 (办公室)"
    ),
    "keep it without asking, whatever day it names": "日期再怪也直接保存, 不再问",
    "a text file with one unit a line": "文本文件, 一行一个单位",
    "the units of a batch": "某一批次的单位",
    "the campaign": "活动的编号",
    "the first day, YYYY-MM-DD": "第一天, YYYY-MM-DD",
    "the last day; without --from: end what runs on it": "最后一天; 不写 --from 就是参加到那天为止",
    "the reason, where something that stood changes": "原因, 原来的情况要改时写明",
    "the central store's address": "中心服务器的地址",
    "the one-time code": "一次性代码",
    "a name for this laptop": "给这台电脑起的名称",
    "where this laptop stands with the office": "这台电脑的上报和接收情况",
    "print one JSON value and nothing else": "只输出一个 JSON 值, 供程序读取",
    "exchange with the central store until nothing is left": "与中心服务器同步, 直到双方一致",
    "go on, once a minute, until stopped": "一直同步, 每分钟一次, 直到停下",
    "say first where to, by which proxy, and who is trusted": "先说明服务器地址、所用的代理和信任的证书",
    "exchange by stick: write what is to go to the office, read its answer": (
        "用 U 盘同步: 写出要交办公室的文件, 读入办公室的答复"
    ),
    "write or read": "write 写出, read 读入",
    "set an existing profile aside under another name first": "已有的档案先改名放到一边",
    "the file, or the stick's folder: the names are found there": "文件, 或 U 盘的文件夹 (文件名自动取、自动找)",
    "how much of attachments it may carry each way": "一趟最多带多少附件, 去和回各算各的",
    "the units in scope, with last visit, open and overdue follow-ups": (
        "工作范围内的单位, 及末次督导、未结和超期的事项"
    ),
    "part of a name, or pinyin initials": "名称的一部分, 或拼音首字母",
    "one category, e.g. weak_enterprise": "只要一种类别, 如 weak_enterprise (困难企业)",
    "comma-separated, for a spreadsheet": "输出 csv, 供电子表格打开",
    "everything on one unit, newest first": "一个单位的全部记录, 最近的在前",
    "a unit's id, name, part of its name, or pinyin initials": "单位: 编号、名称、名称的一部分或拼音首字母",
    "keep a new record; fields as a JSON object from a file or stdin": (
        "保存一条新记录; 各项内容是一个 JSON 对象, 来自文件或标准输入"
    ),
    "inspection, liaison_note, follow_up, count, survey, gate …": (
        "inspection 督导检查, liaison_note 联络记录, follow_up 事项, count 摸底, survey 测评, gate 阶段把关 …"
    ),
    "the unit it is about": "记录所属的单位",
    "read the fields (a JSON object) from this file instead of stdin": "各项内容 (JSON 对象) 从这个文件读",
    "keep a new version of a record: the fields that change": "更正一条记录: 只写改动的项目, 旧版本保留",
    "a record's id, its beginning, or its check code": "记录: 记录号、记录号的开头或核对码",
    "the reason, kept with the change": "原因, 与改动一起保存",
    "attach a file to an inspection, a note or a follow-up": "给督导检查、联络记录或事项加附件",
    "attach a file, for an item of the checklist that asks for it or for none; repeatable": (
        "附上文件: 检查表某项要的 (项=文件), 或不属于哪一项的; 可写多次"
    ),
    "the item of the checklist that asks for it": "检查表里要这个文件的项",
    "pdf, picture, office document or text, up to 20 MiB": "pdf、图片、办公文档或文本, 最大 20 MiB",
    "a record's attachments; with --save one of them as a file": "一条记录的附件; 加 --save 存成文件",
    "the number in the list": "列表中的序号",
    "the file or folder to save it in": "存到哪个文件或文件夹",
    "withdraw a record; it stays readable": "撤回一条记录; 仍可查看",
    "close a unit (office): each open follow-up goes to a successor or is settled, all of it or nothing": (
        "撤并一个单位 (办公室): 未结事项逐条移交或了结, 一次办成"
    ),
    "although the unit has closed before": "单位在此之前已撤并, 仍要记",
    "those that have closed instead": "改列已撤并的单位",
    "from this day on; today without": "从哪天起; 不写为今天",
    "the last day; without it no end": "最后一天; 不写就没有止期",
    "what stands was wrong from its first day": "原来的指定是错的, 从那一天起更正",
    "the day it ended; today without it": "撤并日期; 不写为今天",
    "how it ended": "怎么撤并的: merged 合并, dissolved 撤销, moved 转出",
    "what follows it; repeatable": "承接单位; 可写多次",
    "hand a follow-up to a successor": "把一个事项移交给承接单位 (事项=单位)",
    "settle a follow-up, with the reason": "写明原因了结一个事项 (事项=原因)",
    "settle all others, with one reason": "其余事项以同一原因了结",
    "take the closing of a unit back within 30 days (office): it was never closed": (
        "三十天以内撤销撤并 (办公室): 如同没有撤并过"
    ),
    "move a follow-up on": "推进一个事项",
    "open, in_progress, reported, verified, closed, returned …": (
        "open 待办, in_progress 办理中, reported 已报完成, verified 已核实, closed 已销号, returned 退回 …"
    ),
    "what was done": "做了什么",
    "one record with all its versions": "一条记录和它的全部版本",
    "fields that two people changed differently": "两个人改得不一样的项目",
    "settle a conflict": "裁定一处冲突",
    "the field, as `conflicts` names it": "项目, 按 conflicts 列出的写法",
    "the version whose value to take": "采用哪个版本的内容",
    "another value instead": "都不用, 另写内容",
    "search everything in scope": "搜索工作范围内的全部内容",
    "words to look for": "要找的文字",
    "inspection, liaison_note, follow_up …": "inspection 督导检查, liaison_note 联络记录, follow_up 事项 …",
    "from this day (or month) on": "从这一天 (或月) 起",
    "up to this day (or month)": "到这一天 (或月) 止",
    "of one stage of a campaign, the one at hand": "只要一次活动的一个阶段的; 不写活动就是手头这一次",
    "of units of one category": "只要一种类别的单位的",
    "of units of one group, by id or name": "只要一个督导组的单位的, 写编号或名称",
    "at most N": "最多 N 条",
    "the register of follow-ups": "事项台账",
    "only those past their date": "只要超期的",
    "open (the default), overdue, soon, to_answer, reported, verified, moved, watch, closed, given_up, void, or all": (
        "open 未结 (不写就是), overdue 超期, soon 快到期, to_answer 待办公室答复, reported 待核实, verified 待销号, "
        "moved 改过期限, watch 销号后观察, closed 已销号, given_up 不再办理, void 已撤销, all 全部"
    ),
    "of one nature": "只要一种性质的: problem 问题, difficulty 困难, suggestion 意见",
    "open, in_progress, reported, verified …": "open 待办, in_progress 办理中, reported 已报完成, verified 已核实 …",
    "of one unit": "只要一个单位的",
    "of one class of problems": "只要一类问题的",
    "that this unit leads, as it is written there": "由这个单位牵头的, 照原文写",
    "of this responsible unit, as it is written": "由这个责任单位办的, 照原文写",
    "of this responsible post, as it is written": "由这个责任岗位办的, 照原文写",
    "put off N times or more": "改过 N 次以上期限的",
    "that this person reported": "由此人报告办完的",
    "that this person verified": "由此人核实的",
    "opened from this record, or a kind of record": "由这条记录, 或这种记录立的",
    "with these words in the title or the unit's name": "标题或单位名称里有这些字的",
    "accept a record, or return it with a comment; grant a request, or refuse it (office)": (
        "审阅记录: 采纳, 或写明意见退回; 裁定申请: 同意, 或说明理由不同意 (办公室)"
    ),
    "accepted or returned": "accepted 采纳或同意, returned 退回或不同意",
    "what is to be put right, or why": "要补正什么, 或为什么不同意",
    "what the office was asked for and has not ruled on: to put off, give up or withdraw a follow-up": (
        "办公室还没有裁定的申请: 延期、不再办理或撤销事项"
    ),
    "every unit's place at the gate of a stage, and what is missing": "各单位阶段把关的情况, 还缺什么",
    "a campaign; the one at hand without it": "哪次活动; 不写就是手头这一次",
    "of one campaign; the brief: the one at hand without it; all": "哪次活动的; 汇总不写就是手头这一次; all: 各次并列",
    "of one campaign": "只看哪次活动的",
    "as it was at the end of a day; now without it": "截至哪一天的情况; 不写就是现在",
    "the day of the step; today without it": "这一步是哪一天; 不写就是今天",
    "a stage; the one under way without it": "哪个阶段; 不写就是正在进行的阶段",
    "where to go next, each unit with its reasons": "下一步去哪里, 每个单位都有理由",
    "units that lack a group, a liaison officer, a post that answers for them, or a repair": (
        "缺督导组、联络员、责任人或整顿的单位"
    ),
    "group, liaison, contact_point, first …": "group 督导组, liaison 联络员, contact_point 联系点 …",
    "give units to a group or a liaison officer (office); every laptop follows at its next sync": (
        "把单位交给督导组或联络员 (办公室); 各台电脑下次同步时生效"
    ),
    "units by id, name, or pinyin initials": "单位: 编号、名称或拼音首字母",
    "a group by id or name; empty for none": "督导组, 写编号或名称; 写空就是取消",
    "a liaison officer by id or name; empty for none": "联络员, 写编号或姓名; 写空就是取消",
    "the records whose day or campaign changed when this file came from an earlier version": "从旧版升级时, "
    "日期或所属活动改变了的记录",
    "a unit's counts, figures, opinions and satisfaction over time": "一个单位的人数、数据、意见和满意度的前后变化",
    "inspections with something worth a second look, newest first": "值得再看一眼的督导检查, 最近的在前",
    "look at the newest N": "只看最近 N 条",
    "draw units by lot; the seed is kept, so that anybody can draw again": "抽签选单位; 种子留存, 谁都可以复核",
    "how many units": "抽几个单位",
    "of one category": "只从一种类别中抽",
    "draw again with this seed": "用这个种子重抽一遍",
    "the draws made here so far": "列出在这台电脑上抽过的签",
    "encrypt this profile, change its passphrase, or take it off": "给档案加密, 更换口令, 或取消加密",
    "set, change or remove": "set 加密, change 更换, remove 取消",
    "read the new passphrase from this file's first line": "新口令取这个文件的第一行",
    "copy this profile, also while it is in use (encrypted if it is, or with --passphrase-file); bring it back "
    "with restore, never by copying the file": (
        "把档案备份成一个文件, 使用中也可以; 档案已加密或写了 --passphrase-file 时, 备份也加密; "
        "要恢复请用 restore, 不要把文件直接拷回去"
    ),
    "a new file": "一个新文件",
    "make a profile from a backup; an existing one is never overwritten, so use this instead of copying the file": (
        "用备份做一份新档案, 已有的档案绝不覆盖; 恢复只用这条命令, 不要把文件直接拷回去"
    ),
    "the backup": "备份文件",
    "the campaigns there are; with an id, work in that one from now on": "列出活动; 写了编号, 以后就在那个活动里工作",
    "its id": "活动的编号",
    "choose none: of each unit the one it takes part in": "不选定活动: 各单位按它参加的活动",
    "try a template's file for a unit before it goes out; nothing is kept": (
        "检查表下发之前, 按一个单位试填; 不保存任何内容"
    ),
    "a template in toml": "检查表文件 (toml)",
    "the unit whose category it is asked for": "按哪个单位的类别试",
    "only say what is wrong, or what it would ask": "不试填, 只说哪里不对或会问什么",
    "the figures of a period; issue them under a number, list and show issued briefs, which never change": (
        "一段时间的数字; 编号印发, 列出、查看印发过的简报, 印发后数字不再改动"
    ),
    "without it the figures as they are": "list 列出, issue 印发, show 查看; 不写就是现在的数字",
    "3, 2026-3, or the record's id": "期号: 3, 2026-3, 或记录号",
    "issue it without asking": "不询问, 直接印发",
    "the brief that was issued under it, as it was": "印发过的哪一期, 照印发时的原样",
    "write the brief, a unit's file, the register, an inspection's sheet for signing, or the entries": (
        "写出简报、单位档案、事项台账、现场签字单或原始记载"
    ),
    "which of them": "brief 简报, unit 单位档案, register 事项台账, sheet 签字单, entries 原始记载",
    "docx, xlsx, html, csv, json; else by --out's ending": "docx, xlsx, html, csv, json; 不写就看 --out 的扩展名",
    "the sheet's inspection: its id or check code": "签字单是哪次督导检查的: 记录号或核对码",
    "from this day on": "从这一天起",
    "up to this day": "到这一天止",
    "settled follow-ups, too, in the register": "台账里连已了结的事项一起列",
    "the file to write; - for stdout": "写到哪个文件; - 是标准输出",
    "replace a file of that name": "已有同名文件就替换",
    "whether this laptop can be relied on: file, history, office, proxy, clock, disk": (
        "这台电脑靠不靠得住: 档案、历史、办公室、代理、时钟、磁盘"
    ),
    "fold every entry again; the same records come back": "从全部记载重新整理; 记录不会变",
    "the same workbench in a browser, on this machine only": "在本机的浏览器里打开同一个工作台",
    "a port of loopback; a free one without it": "本机的端口; 不写就用空闲的",
    "recompute chains, seals, receipts and what is shown of them; or an exported file, without any profile": (
        "重新核对各条链、签章、回执和屏幕上的内容; 也可核对导出的文件, 不需要档案"
    ),
    "one unit's ledger, or a file; all without it": "一个单位的台账, 或一个文件; 不写就核对全部",
    "the central store's public key, for a file": "核对文件用的中心服务器公钥",
}
