"""What may be wrong with the profile's file, or with a file that was named: key -> (中文, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "upgrade.told": (
        "档案已从旧版升级: 记录按本区的日期和单位参加的活动重新归属, {days} 条记录换了日期, {campaigns} 条换了活动。"
        "逐条查看: 工作台按 Ctrl+W, 或 supervisor-tui upgrade-notes。",
        "The file came from an earlier version: records now have the district's days and belong to the campaign their "
        "unit took part in. {days} have another day, {campaigns} another campaign. "
        "Ctrl+W in the workbench, or supervisor-tui upgrade-notes, lists them.",
    ),
    "upgrade.nothing": ("升级没有改变任何记录的日期和活动。", "No upgrade changed the day or campaign of a record."),
    "upgrade.no_campaign": ("不属任何活动", "no campaign"),
    "upgrade.unit": ("单位", "Unit"),
    "upgrade.kind": ("类别", "Kind"),
    "upgrade.what": ("记录", "Record"),
    "upgrade.count": ("{count} 条", "{count}"),
    "upgrade.title": ("内容", "What"),
    "upgrade.day": ("日期", "Day"),
    "upgrade.campaign": ("活动", "Campaign"),
    "file.moved": (
        "档案文件已不在原处 (被删除、改名或换掉), 现在写的没有存到磁盘上。"
        "内容还在这里: 工作台开着时按 F11 另存一份, 再用 supervisor-tui restore 恢复。",
        "The profile's file is no longer where it was (deleted, renamed or replaced): nothing written now is on disk. "
        "It is still held here: with the workbench open, F11 writes a copy, and supervisor-tui restore brings it back.",
    ),
    "file.unreachable": (
        "没有权限进入档案所在的文件夹了, 现在写的不能算已存。"
        "内容还在这里: 请恢复文件夹的权限, 或按 F11 另存一份, 再用 supervisor-tui restore 恢复。",
        "There is no permission to enter the profile's folder any more: nothing written now counts as saved. It is "
        "still held here: give the permission back, or let F11 write a copy, which supervisor-tui restore brings back.",
    ),
    "file.foreign_log": (
        "档案文件是直接拷回来的, 旁边的 -wal 属于另一份, 合在一起会损坏; 没有打开它。"
        "请用 supervisor-tui restore 备份文件 --force 恢复。",
        "The profile's file was copied back over another one whose -wal is still beside it; together they would be "
        "damaged, and it was not opened. Use supervisor-tui restore BACKUP --force instead.",
    ),
    "file.older.seen": (
        "档案文件是拷回来的旧的一份, 后来写的内容不在里面。",
        "The profile's file is an older copy that was put back: what was written later is not in it.",
    ),
    "file.older.do": (
        "已上报的, 下次同步会取回; 没上报的只在较新的文件里, "
        "请用 supervisor-tui restore 备份文件 --force 恢复最新的一份。",
        "What was delivered comes back with the next sync; what was not stands in a newer file alone: bring the newest "
        "back with supervisor-tui restore BACKUP --force.",
    ),
    "file.full": (
        "无法写入: 磁盘已满, 或配额已用完。已保存的内容没有丢失; 腾出空间后再试。",
        "Cannot write: the disk is full, or the quota on it is used up. Nothing kept before was lost; make room, then "
        "try again.",
    ),
    "file.read_only": (
        "无法写入: 档案所在的磁盘、文件夹或文件是只读的。已保存的内容没有丢失。",
        "Cannot write: the profile's disk, folder or file is read-only. Nothing kept before was lost.",
    ),
    "file.failing": (
        "磁盘读写出错, 可能有故障, 刚才的内容没有存上。已保存的内容没有丢失; 请尽快备份到别的磁盘。",
        "The disk refuses what is written and may be failing; this was not kept. Nothing kept before was lost; make a "
        "backup on another disk soon.",
    ),
    "file.no_locks": (
        "档案所在的磁盘不支持文件锁 (多为网络盘), 不能放档案; 没有改动任何内容。请用 --home 换到本机磁盘上的文件夹。",
        "The disk the profile lies on has no file locks (often a network drive) and cannot hold a profile; nothing was "
        "changed. Choose a folder on a local disk with --home.",
    ),
    "file.no_shared_memory": (
        "档案所在的磁盘不支持共享内存 (多为网络盘或共享文件夹), 不能放档案; 没有改动任何内容。"
        "请用 --home 换到本机磁盘上的文件夹。",
        "The disk the profile lies on has no shared memory (often a network drive or a shared folder) and cannot hold "
        "a profile; nothing was changed. Choose a folder on a local disk with --home.",
    ),
    "file.name_too_long": (
        "文件夹或文件的名称太长, 系统不接受; 没有改动任何内容。",
        "The name of the file or of its folder is too long for the system; nothing was changed.",
    ),
    "file.denied": (
        "没有权限使用这个文件或文件夹; 没有改动任何内容。",
        "There is no permission to use this file or folder; nothing was changed.",
    ),
    "file.unreadable": (
        "磁盘读不出档案文件, 磁盘可能有故障; 没有改动它。已上报的记录在办公室都有。",
        "The disk does not give back the profile's file and may be failing; nothing was changed. The office has every "
        "delivered record.",
    ),
    "file.unexpected": (
        "本机文件用不了 ({why}); 没有改动它。",
        "The local file cannot be used ({why}); nothing was changed.",
    ),
    "file.not_plain": (
        "“{file}”不是普通文件; 请给出磁盘上的文件。",
        "“{file}” is not a plain file; name a file on the disk.",
    ),
    "rescue.ask": ("把内容另存到哪个文件?", "Into which file is a copy of everything held here to go?"),
    "rescue.written": (
        "已另存为 {file}。退出后用 supervisor-tui restore 恢复它。",
        "The copy is {file}. After leaving, bring it back with supervisor-tui restore.",
    ),
    "rescue.failed": (
        "没有另存成: {reason}",
        "The copy was not written: {reason}",
    ),
    "rescue.exists": ("已经有这个文件, 请换一个名称。", "There is a file of that name; choose another."),
    "rescue.leave_ask": (
        "写的还没有存到磁盘上, 离开就没有了。",
        "What is written here is not on disk; left now, it is gone.",
    ),
    "rescue.stay": ("留在这里", "stay here"),
    "rescue.leave": ("不存, 离开", "leave without saving"),
    "cmd.rescue": ("另存一份", "Save a copy"),
    "cmd.rescue_help": (
        "把打开着的档案全部内容写进一个新文件, 档案文件不在原处时也可以; 用 supervisor-tui restore 恢复它",
        "Write everything the open profile holds into a new file, even where its own file has gone; "
        "supervisor-tui restore takes it",
    ),
    "cli.stdout_closed": (
        "标准输出是关着的, 要显示的内容没有地方写。",
        "Standard output is closed: what was to be shown had nowhere to go.",
    ),
}
