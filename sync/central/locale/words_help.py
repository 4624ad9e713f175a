"""The sentences of `--help`: English, as the commands write them -> 中文. Read only when help is shown in Chinese."""

WORDS: dict[str, str] = {
    "The central store of a district. 中心服务器。": "一个区的中心服务器: 收下各台电脑的记录, 并由办公室管理。",
    "show this help message and exit": "显示这份说明",
    "print the version": "显示版本号",
    "the database (or CENTRAL_STORE_DB)": "数据库文件 (或环境变量 CENTRAL_STORE_DB)",
    "the language (or CENTRAL_STORE_LANG; default: the locale)": (
        "语言: zh 中文, en 英文 (或环境变量 CENTRAL_STORE_LANG; 不写就按系统设置)"
    ),
    "make a central store for a district": "给一个区建立中心服务器",
    "answer laptops until stopped": "开始服务, 直到停下",
    "what rows without a value for a field have": "这一项空着的行都填什么 (项目=内容)",
    "what a word in a cell means": "表里的词是什么意思, 如 国有企业=其他",
    "hidden rows, columns and sheets": "隐藏的行、列和工作表: read 读, skip 不读",
    "what has a line through it": "画了删除线的内容: read 读, skip 不读",
    "with mappings: no longer know this heading": "与 mappings 同用: 忘记这个表头或词",
    "units, counts, groups, inspections, templates or a campaign": (
        "导入单位名册、摸底数据、督导组分工、往期检查、检查表或活动"
    ),
    "the district in figures": "本区的各项数字",
    "supervision groups": "督导组",
    "the program's users": "使用本程序的人员",
    "give a unit its group or liaison officer": "给单位指定督导组或联络员",
    "a one-time enrolment code": "发一次性代码, 供电脑加入",
    "every enrolled device": "列出登记的设备",
    "stop a device's exchanges": "停用一台设备, 不让它再同步",
    "what is kept apart, and the office's rulings": "未采纳的内容, 和办公室的裁定",
    "exchange by stick": "用 U 盘同步",
    "a copy of the database, also while it is served; go back to it with restore, not by copying the file": (
        "备份数据库, 服务时也可以; 要恢复请用 restore, 不要把文件直接拷回去"
    ),
    "go on from a backup, which is never just copied back; the laptops give back what is newer": (
        "从备份恢复, 不要把文件直接拷回去; 备份之后的内容由各台电脑带回"
    ),
    "recompute chains, seals, receipts, running hashes, certificates": "重新核对各条链、签章、回执、累计摘要和证书",
    "who did what, and when": "谁在什么时候做了什么",
    "the district's id: letters, digits, _ or -": "区域编号: 字母、数字、_ 或 -",
    "the district's name, as people read it": "区域名称, 给人看的",
    "the address to listen on (default: loopback)": "在哪个地址上服务 (不写就只在本机)",
    "0 takes a free one": "端口; 写 0 就用一个空闲的",
    "believe X-Forwarded-For of this proxy": "相信这个代理给出的 X-Forwarded-For",
    "stop when standard input ends": "标准输入结束时停止",
    "what the file holds": (
        "units 单位, counts 摸底数据, groups 督导组, inspections 往期检查, templates 检查表, campaign 活动;"
        " mappings 列出记住的表头"
    ),
    "xlsx, csv or json; a folder of toml files; a toml file": (
        "xlsx、csv 或 json; 检查表是装 toml 文件的文件夹; 活动是一个 toml 文件"
    ),
    "keep the good rows even if others are rejected": "有的行被拒收时, 其余的行照样保存",
    "say every doubt, keep nothing": "只说出每一处疑问, 什么也不保存",
    "the whole report as JSON": "整个结果输出成 JSON",
    "what a heading means; - leaves it out": "表头是什么意思 (表头=项目); 写 - 就不读这一列",
    "the same as a toml or json table": "同上, 写在一个 toml 或 json 文件里",
    "this sheet of a workbook only": "只读工作簿里的这张表",
    "the year of days written without one": "没写年份的日期算哪一年",
    "the campaign that templates belong to; any": "检查表属于哪次活动; any 为各次活动通用",
    "the day of counts that carry none, YYYY-MM-DD": "没写日期的摸底数据算哪一天, 写成 2026-09-18",
    "print one JSON value and nothing else": "只输出一个 JSON 值, 供程序读取",
    "every group, its members and units counted": "列出督导组, 各有多少人、多少个单位",
    "everybody, with role and group": "列出人员, 各是什么职责、在哪个督导组",
    "add a group": "添加督导组",
    "its name": "名称",
    "add a user of the program": "添加人员",
    "another role or group: what is in sight follows at the next exchange": "换职责或督导组; 下次同步时生效",
    "a group's id or name; empty for none": "督导组的编号或名称; 写空就是取消",
    "their devices exchange no more; what was not sent is taken, and kept apart": (
        "一个人已离开: 其设备不能再同步; 没上报的内容仍收下, 但不采纳"
    ),
    "somebody who had left is here again": "离开的人又回来了",
    "let laptops go on that a restored store has forgotten": "接纳恢复以后服务器不认识的电脑",
    "without one, those that wait are listed": "设备编号; 不写就列出等候的电脑",
    "of its person, where that is forgotten as well": "连人员也不认识时, 写姓名",
    "the person's name": "姓名",
    "what the person may do": "职责: office 办公室, group 督导组, liaison 联络员, viewer 查阅",
    "a group's id or name": "督导组的编号或名称",
    "a person's id or name": "人员的编号或姓名",
    "the unit's id or full name": "单位的编号或全称",
    "a liaison officer's id or name; empty for none": "联络员的编号或姓名; 写空就是取消",
    "the units below it, too": "连同下级单位",
    "good for N days, 1 to 365 (default: 7)": "N 天内有效, 1 到 365 (不写就是 7 天)",
    "the device's id, as `devices` lists it": "设备编号, 见 devices 列出的",
    "not the devices that follow it": "不连带停用接着它使用的设备",
    "do not ask on the terminal: it cannot be undone": "在终端上也不再问一遍; 停用后不能恢复",
    "everything that was not released": "列出没有采纳的全部内容",
    "one of them with its content": "查看其中一条的内容",
    "let an entry stand after all; every laptop gets it": "采纳一条; 各台电脑都会收到",
    "a word to the author; the entry stays apart": "答复作者; 这一条仍不采纳",
    "its id, or the beginning of it": "编号, 或编号的开头",
    "kept with the ruling; the author reads it": "理由, 与裁定一起保存, 作者会读到",
    "answer the request in a file, or every request in a folder": "答复一个请求文件, 或文件夹里的所有请求文件",
    "what `supervisor-tui bundle write` wrote, or the folder it is in": (
        "supervisor-tui bundle write 写出的文件, 或它所在的文件夹"
    ),
    "the file, or the folder, for what `bundle read` is to read": "答复写到哪个文件或文件夹, 供 bundle read 读入",
    "a file that does not exist yet; it holds the store's key": "还不存在的文件; 里面有服务器的密钥, 请妥善保管",
    "the backup; it goes where --db says": "备份文件; 恢复到 --db 所指的位置",
    "set a database that stands there aside": "那里已有数据库时, 把它移到一边",
}
