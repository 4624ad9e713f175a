"""The words of the office's commands and of what they refuse: key -> (中文, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "office.invalid": ("没有保存, 请改正以下各项:", "Nothing was kept; please put these right:"),
    "office.cannot": ("这里做不了: {why}。", "That cannot be done here: {why}."),
    "office.stdout_closed": (
        "标准输出是关着的, 要显示的内容没有地方写。",
        "Standard output is closed: what was to be shown had nowhere to go.",
    ),
    "office.no_text": (
        "命令里有不是文字的内容, 什么也没有改动。",
        "Something on the command line is no text; nothing was changed.",
    ),
    "office.crashed": (
        "程序出错, 这个命令没有做完; 已保存的都在。出错位置记在 {file} (不含记录内容)。",
        "The program met a fault, the command was not finished; what was kept is kept. {file} names the place, without"
        " content.",
    ),
    "office.group_or_liaison": ("请写 --group 或 --liaison, 或两个都写。", "Give --group, --liaison, or both."),
    "sample.made": (
        "示例的活动和检查表已写好, 改好以后依次导入:\n"
        "  central-store import campaign {campaign}\n  central-store import templates {templates} --campaign {id}",
        "The sample campaign and its checklists are written; edit them, then import them in this order:\n"
        "  central-store import campaign {campaign}\n  central-store import templates {templates} --campaign {id}",
    ),
    "sample.not_empty": (
        "文件夹 {folder} 里有东西; 请写一个新的。",
        "The folder {folder} is not empty; name a new one.",
    ),
    "office.made": ("{name}: {file}, 公钥 {key}", "{name}: {file}, public key {key}"),
    "office.listening": ("开始服务: {address}", "listening on {address}"),
    "office.group_added": ("已添加督导组“{name}”, 编号 {id}", "The group {name} was added; its id: {id}"),
    "office.person_added": ("已添加{role}“{name}”, 编号 {id}", "{name} ({role}) was added; the id: {id}"),
    "office.group_closed": (
        "督导组“{name}”已撤销, 其单位从那天起没有督导组。",
        "The group {name} is closed; its units have none from that day on.",
    ),
    "office.group_closed_later": (
        "督导组“{name}”自 {day} 起撤销, 从那天起所管单位没有督导组。",
        "The group {name} closes on {day}; its units have none from that day on.",
    ),
    "office.group_reopened_later": (
        "督导组“{name}”自 {day} 起恢复。",
        "The group {name} is there again from {day} on.",
    ),
    "office.person_left_later": (
        "{name}自 {day} 起离开, 在那以前其设备照常同步。",
        "{name} leaves on {day}; their devices exchange until then.",
    ),
    "office.person_back_later": (
        "{name}自 {day} 起回来, 从那天起其设备可以同步。",
        "{name} is here again from {day} on; their devices exchange from that day.",
    ),
    "office.group_reopened": ("督导组“{name}”已恢复。", "The group {name} is there again."),
    "office.group_stood": ("督导组“{name}”本来就是这样, 没有改动。", "{name} stood so already; nothing was changed."),
    "office.ends_first": ("止的日期早于起的日期。", "The last day is before the first."),
    "office.person_left": ("{name}已离开, 其设备不能再同步。", "{name} has left; their devices exchange no more."),
    "office.person_back": (
        "{name}又回来了, 其设备可以照常同步。",
        "{name} is here again; their devices exchange, too.",
    ),
    "office.had_left": ("{name}早已离开, 没有改动。", "{name} had left already; nothing was changed."),
    "office.had_not_left": ("{name}没有离开过, 没有改动。", "{name} had not left; nothing was changed."),
    "office.sees_nothing": (
        "还没有督导组, 所以看不到任何单位; 请用 person change PERSON --group 督导组 指定。",
        "Without a group this person sees no unit; `person change PERSON --group G` gives one.",
    ),
    "office.no_groups": ("还没有督导组。", "There is no group yet."),
    "office.no_persons": ("还没有人员。", "There is nobody yet."),
    "office.has_left": ("已离开", "has left"),
    "office.members": ("{count} 人", "{count} members"),
    "office.units": ("{count} 个单位", "{count} units"),
    "office.role_or_group": ("请写 --role 或 --group, 或两个都写。", "Give --role, --group, or both."),
    "office.changed": ("已改动 {count} 人", "{count} changed"),
    "office.assigned": ("已指定 {count} 个单位", "{count} assigned"),
    "office.stood": ("另有 {count} 个原来就是这样", "{count} stood so already"),
    "office.code": (
        "给{name}的一次性代码, {days} 天内有效, 只能用一次: {code}\n"
        "在那台电脑上运行: supervisor-tui join 服务器地址 {code}",
        "A code for {name}, good once and for {days} days: {code}\nOn that laptop: supervisor-tui join ADDRESS {code}",
    ),
    "office.revoked": (
        "{person}的设备 {device} 已停用, 不能再同步; 里面的内容仍可查看。",
        "{device} of {person} is revoked and exchanges no more; what is on it stays readable.",
    ),
    "office.revoke": (
        "停用{person}的电脑“{name}” ({device})? 停用后不能恢复, 再用要重新加入; "
        "它没上报的内容会收下, 但不采纳。输入 y 停用: ",
        "Revoke {name} of {person} ({device})? It cannot be undone: to go on it must join anew, and what it has not"
        " sent is taken and kept apart. y revokes it: ",
    ),
    "office.revokes_followers": (
        "接着它使用的设备也一并停用: {devices}。只停用这一台请加 --only。",
        "The devices that follow it are revoked as well: {devices}. With --only they are not.",
    ),
    "office.still_followed": (
        "{device} 是接着 {follows} 使用的; {follows} 没有停用。电脑丢失或被盗时, 请把它也停用。",
        "{device} follows {follows}, which is not revoked; if the laptop was lost or stolen, revoke that one as well.",
    ),
    "office.follows": ("接着 {device} 使用", "follows {device}"),
    "office.not_revoked": ("没有停用。", "Nothing was revoked."),
    "office.revoked_at": ("{at} 停用", "revoked {at}"),
    "office.last_used": ("最近使用 {day}", "last used {day}"),
    "office.never_used": ("还没有用过", "last used never"),
    "office.this_store": ("本机", "this store"),
    "office.store_before": ("恢复以前的本机", "this store before it was restored"),
    "stats.district": ("区域编号", "district"),
    "stats.name": ("区域", "name"),
    "stats.entries": ("记载", "entries"),
    "stats.ledgers": ("台账", "ledgers"),
    "stats.devices": ("写过记载的设备", "devices"),
    "stats.apart": ("未采纳的记载", "apart"),
    "stats.quarantine": ("读不出的来件", "quarantine"),
    "stats.kinds": ("各种记载", "kinds"),
    "stats.persons": ("人员", "persons"),
    "stats.groups": ("督导组", "groups"),
    "refused.district_id": (
        "区域编号只能是 1 到 64 个字母、数字、_ 或 -。",
        "A district's id is 1 to 64 letters, digits, _ or -.",
    ),
    "refused.port": ("没有端口 {port}: 端口是 0 到 65535。", "There is no port {port}: ports are 0 to 65535."),
    "refused.district_there": (
        "这个数据库已经有一个区, 没有改动它。",
        "This database already holds a district; nothing was changed.",
    ),
    "refused.no_district": (
        "这个数据库里还没有区; 请先运行 central-store init。",
        "There is no district in this database; make one with `central-store init`.",
    ),
    "refused.no_joiner": (
        "没有能加入的人员 {name} (没有这个人, 或已离开)。",
        "There is no person {name} who could join.",
    ),
    "enrol.done": (
        "{count} 个单位自 {day} 起参加活动 {campaign}",
        "{count} take part in {campaign} from {day}",
    ),
    "enrol.ended": ("{count} 个单位参加活动 {campaign} 到 {day} 为止", "{count} take part in {campaign} until {day}"),
    "enrol.stood": ("另有 {count} 个原来就是这样", "{count} stood so already"),
    "enrol.not_running": (
        "另有 {count} 个那天没有参加, 或原来就到那天为止",
        "{count} did not take part on that day, or ended on it already",
    ),
    "enrol.no_day": (
        "请写 --from 从哪天起参加; 只写 --until 就是到哪天为止。",
        "Give --from, the first day; --until alone is the last one.",
    ),
    "enrol.no_units": (
        "请写单位, 或用 --file、--batch、--category、--group 选出单位。",
        "Name units, or choose them by --file, --batch, --category or --group.",
    ),
    "enrol.no_text": ("{file} 不是文本文件 (UTF-8)。", "{file} is no text file (UTF-8)."),
    "office.no_day": ("“{day}”不是日期; 写成 2026-09-18。", "{day} is no day; write it like 2026-09-18."),
    "zone.first": ("一开始: {zone}", "at first: {zone}"),
    "zone.from": ("自 {day} 起: {zone}", "from {day}: {zone}"),
    "zone.changed": ("自 {day} 起按 {zone} 计日", "From {day} on days are those of {zone}."),
    "zone.stood": ("{day} 起原来就是 {zone}", "{zone} holds from {day} already."),
    "zone.name_and_day": (
        "改时区要写名称和 --from 从哪天起; 都不写就列出现有的。",
        "Another time zone needs its name and --from; without both, those there are are listed.",
    ),
    "refused.no_zone": (
        "没有时区“{zone}”; 请写 IANA 名称, 如 Asia/Shanghai。",
        "No time zone is called {zone}; write its IANA name, such as Asia/Shanghai.",
    ),
    "refused.clock_behind": (
        "本机时钟早于本库最近一次收讫的时刻; 请校准时钟, 或写明从哪天起。",
        "This machine's clock is behind the newest receipt given: set it right, or state the first day.",
    ),
    "refused.zone_past": (
        "时区最早从 {first} 改起: 在新旧时区都还没有开始的日子; 已经记下的, 日期不改。",
        "A time zone changes from {first} on, the next day that has begun by neither zone's clocks, or later: what is"
        " recorded keeps its day.",
    ),
    "refused.no_units": ("没有符合的单位。", "No unit is meant by that."),
    "refused.no_campaign": (
        "没有活动“{campaign}”; 有: {there}。",
        "There is no campaign {campaign}; there are: {there}.",
    ),
    "refused.until_before": (
        "最后一天 {until} 早于第一天 {since}。",
        "The last day {until} is before the first, {since}.",
    ),
    "refused.no_unit": ("没有单位“{name}”。", "No unit is called {name}."),
    "refused.no_group": (
        "没有督导组“{name}”; 有哪些请看 group list。",
        "No group is called {name}; `group list` names them.",
    ),
    "refused.no_person": (
        "没有人员“{name}”; 有哪些请看 person list。",
        "No person is called {name}; `person list` names them.",
    ),
    "refused.several_unit": (
        "叫“{name}”的单位有 {count} 个, 请写编号: {ids}。",
        "{count} units are called {name}; give the id of one: {ids}.",
    ),
    "refused.several_group": (
        "叫“{name}”的督导组有 {count} 个, 请写编号: {ids}。",
        "{count} groups are called {name}; give the id of one: {ids}.",
    ),
    "refused.several_person": (
        "叫“{name}”的人员有 {count} 人, 请写编号: {ids}。",
        "{count} people are called {name}; give the id of one: {ids}.",
    ),
    "refused.taken_group": (
        "已经有督导组“{name}” (编号 {id}), 没有再添加。",
        "There is a group {name} already ({id}); nothing was added.",
    ),
    "refused.taken_person": (
        "已经有人员“{name}” (编号 {id}), 没有再添加。"
        "同名的另一个人请加上区别, 如“{name}(二组)”; 离开后回来的用 person return。",
        "There is a person {name} already ({id}); nothing was added. Give another one of that name something that tells"
        " them apart; for one who had left, use `person return`.",
    ),
    "refused.no_liaison": (
        "“{name}”不是联络员, 或已离开, 没有指定; 请先用 person change 改职责。",
        "{name} is no liaison officer, or has left; nothing was assigned. `person change` gives another role.",
    ),
    "refused.days": (
        "代码不能有效 {days} 天; 请写 1 到 {most} 天。",
        "A code is good for 1 to {most} days, not {days}.",
    ),
    "refused.no_device": ("没有可以停用的设备 {device}。", "There is no device {device} to revoke."),
    "refused.not_waiting": (
        "没有等候接纳的电脑 {device}; 等候的电脑在恢复以后至少同步过一次。",
        "No laptop {device} waits; one that does has tried to exchange since the restoration.",
    ),
    "refused.nobody": (
        "这里已经没有人员 {person}, 请把 --name 和 --role 一起写上。",
        "Nobody is called {person} here any more: give --name and --role as well.",
    ),
    "refused.file_exists": (
        "已经有文件 {file}; 备份不覆盖已有文件, 请另取名称。",
        "There is a file {file} already; a backup does not replace another.",
    ),
    "refused.holds_a_district": (
        "{file} 已经有一个区; 加 --force 把它移到一边再恢复。",
        "{file} holds a district already; --force sets it aside and goes on.",
    ),
    "refused.no_file": ("没有文件 {file}。", "There is no file {file}."),
    "refused.no_backup": (
        "{file} 不是中心服务器的备份, 或已损坏。",
        "{file} is not a backup of a central store, or is damaged.",
    ),
    "refused.in_use": (
        "{file} 正在使用; 请先停下 central-store serve。",
        "{file} is in use; stop `central-store serve` first.",
    ),
    "refused.nothing_apart": (
        "未采纳的内容里没有“{name}”, 或不止一条。",
        "Nothing, or more than one thing, kept apart is called {name}.",
    ),
    "refused.not_releasable": (
        "这一条不能采纳: 它本身有错, 不在任何链里, 或会授予权限。请改用 answer 答复作者。",
        "This cannot be released: it is wrong in itself, has no place in a chain, or grants rights."
        " Answer its author instead.",
    ),
    "storage.none": (
        "没有数据库 {file}; 请先运行 central-store init。",
        "There is no database {file}; make one with `central-store init`.",
    ),
    "storage.misfit": ("这个改动与已有内容不符。", "The change does not fit what the store holds."),
    "storage.full": (
        "中心服务器的磁盘已满, 或配额已用完。",
        "The disk of the central store is full, or the quota on it is used up.",
    ),
    "storage.read_only": (
        "中心服务器的数据库无法写入: 它的磁盘、文件夹或文件是只读的。",
        "The database of the central store cannot be written: its disk, folder or file is read-only.",
    ),
    "storage.failing": (
        "磁盘不接受中心服务器写入的内容, 可能有故障; 以前收下的还在。请尽快备份到别的磁盘。",
        "The disk refuses what the central store writes and may be failing; what was taken before is there. Make a "
        "backup on another disk soon.",
    ),
    "storage.busy": ("中心服务器的数据库正忙, 请稍后再试。", "The database of the central store is busy."),
    "storage.unreadable": (
        "磁盘读不出中心服务器的数据库, 磁盘可能有故障; 没有改动它。",
        "The disk does not give back the database of the central store and may be failing; nothing was changed.",
    ),
    "storage.unexpected": (
        "中心服务器的数据库用不了; 没有改动它。",
        "The database of the central store cannot be used; nothing was changed.",
    ),
    "storage.denied": (
        "没有权限使用中心服务器的数据库或它的文件夹。",
        "There is no permission to use the database of the central store or its folder.",
    ),
    "storage.name_too_long": (
        "数据库文件或文件夹的名称太长, 系统不接受。",
        "The name of the database or of its folder is too long for the system.",
    ),
    "storage.no_locks": (
        "数据库所在的磁盘不支持文件锁 (多为网络盘), 不能放数据库; 请用 --db 换到本机磁盘。",
        "The disk the database lies on has no file locks (often a network drive) and cannot hold it; choose a place "
        "on a local disk with --db.",
    ),
    "storage.no_shared_memory": (
        "数据库所在的磁盘不支持共享内存 (多为网络盘或共享文件夹), 不能放数据库; 请用 --db 换到本机磁盘。",
        "The disk the database lies on has no shared memory (often a network drive or a shared folder) and cannot "
        "hold it; choose a place on a local disk with --db.",
    ),
    "storage.gone": (
        "数据库文件 {file} 已不在原处 (被删除、改名或换掉); 不再接收, 也不再签收据。",
        "The database {file} is no longer where it was (deleted, renamed or replaced); nothing is taken or signed.",
    ),
    "storage.gone_rescued": (
        "数据库文件 {file} 已不在原处 (被删除、改名或换掉); 不再接收, 也不再签收据。"
        "其中的内容已另存为 {copy}; 请停下 serve, 用 central-store restore 恢复它。",
        "The database {file} is no longer where it was (deleted, renamed or replaced); nothing is taken or signed. "
        "What it held is in {copy}: stop `serve` and go on from it with `central-store restore`.",
    ),
    "storage.foreign_log": (
        "{file} 是直接拷回来的, 旁边的 -wal 属于另一份, 合在一起会损坏; 没有打开它。"
        "请用 central-store restore 备份文件 --force 恢复。",
        "{file} was copied back over another database whose -wal is still beside it; together they would be damaged, "
        "and it was not opened. Use `central-store restore BACKUP --force` instead.",
    ),
    "storage.older": (
        "{file} 是一份旧的数据库, 像是直接拷回来的: 有 {count} 个一次性代码早已用过, 它却不知道。"
        "请停下 serve, 把它移到别处, 再用 central-store restore 恢复; 此后的内容由各台电脑带回。",
        "{file} is an older copy of the database, probably copied back: it has codes as unused that were used "
        "({count}). Stop `serve`, move it elsewhere and bring it back with `central-store restore`; the laptops give "
        "back what is newer.",
    ),
    "storage.damaged": (
        "中心服务器的数据库已损坏, 或不是本程序的文件。",
        "The database of the central store is damaged or not one of ours.",
    ),
    "storage.newer": (
        "这个数据库由更新版本的程序写过, 没有改动它; 请安装那个版本再打开。",
        "This database was written by a newer version of this program; nothing was changed. Install that version.",
    ),
    "denied.token_unknown": ("这台电脑没有在本区登记。", "This laptop is not enrolled here."),
    "denied.device_unknown": (
        "服务器恢复以后还不认识这台电脑; 请先让办公室的电脑同步一次。",
        "The central store was restored and does not know this laptop yet; let an office laptop exchange first.",
    ),
    "denied.device_revoked": ("这台电脑已停用。", "This laptop is revoked."),
    "denied.protocol_too_old": ("这台电脑的程序太旧, 请升级。", "This laptop's program is too old; please update it."),
    "denied.malformed": ("内容读不出来。", "The content cannot be read."),
    "denied.too_large": ("内容太大。", "The message is too large."),
    "denied.unavailable": ("服务器现在无法保存, 请稍后再试。", "The central store cannot keep anything now."),
}
