"""Words of an exchange by stick, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "cmd.write_stick": ("写入U盘", "To stick"),
    "cmd.write_stick_help": (
        "没有网络时: 把未上报的内容写成一个加密文件, 由U盘带给办公室",
        "without a network: write what is unsent into a sealed file that a stick carries to the office",
    ),
    "cmd.read_stick": ("读取U盘", "From stick"),
    "cmd.read_stick_help": ("读取办公室写回U盘的回执和新内容", "Read the receipts and news the office wrote back"),
    "stick.where_to": (
        "写到哪里? U盘的文件夹, 或一个新文件名。",
        "Where to? The stick's folder, or the name of a new file.",
    ),
    "stick.where_from": (
        "从哪里读? U盘的文件夹, 或办公室写回的文件。",
        "Where from? The stick's folder, or the file the office wrote back.",
    ),
    "stick.written": (
        "已写入 {file}, 含 {entries} 条",
        "written: {file}, with {entries} unsent entries",
    ),
    "stick.carried": ("含附件 {count} 个。", "{count} attachments with it."),
    "stick.carried_on": (
        "含附件 {count} 个, 其中 {unfinished} 个放不下, 下次接着带。",
        "{count} attachments with it; {unfinished} did not fit and go on with the next bundle.",
    ),
    "cli.attached_fetched": ("收到附件 {count} 个。", "{count} attachments received."),
    "cli.bundle_attachments": (
        "附件的上限是 0 到 {most} 之间的 MiB 数。",
        "Attachments are bounded by a number of MiB from 0 to {most}.",
    ),
    "stick.again": ("还有内容, 请再写一次U盘", "there is more to say: write to the stick once more"),
    "cli.bundle_written": (
        "已写入 {file}: 未上报 {entries} 条。收到回执前仍算未上报。",
        "Written: {file}, {entries} unsent entries. They count as unsent until the receipts come back.",
    ),
    "cli.bundle_again": ("还有内容: 请再写一个文件带去。", "There is more to say: please write another bundle."),
    "error.no_answer": (
        "这里没有给本机的新答复, 什么也没有改变。",
        "There is no answer here that this laptop waits for; nothing was changed.",
    ),
    "error.stick": (
        "U盘或文件读写失败 ({why}), 什么也没有改变。",
        "The stick or the file cannot be used ({why}); nothing was changed.",
    ),
    "error.bundle_unreadable": (
        "这不是本程序写的交换文件, 什么也没有改变。",
        "This file is not a bundle of this program; nothing was changed.",
    ),
    "error.bundle_is_request": (
        "这是要带给办公室的文件, 不是办公室的答复。",
        "This file is on its way to the office; it is not the office's answer.",
    ),
    "error.bundle_is_answer": (
        "这是办公室的答复, 应由电脑读取。",
        "This file is an answer, for a laptop to read.",
    ),
    "error.bundle_district": (
        "这个文件是另一个区的, 什么也没有改变。",
        "This file is for another district; nothing was changed.",
    ),
    "error.bundle_other": (
        "这是给另一台电脑的答复, 什么也没有改变。",
        "This answer is for another laptop; nothing was changed.",
    ),
    "error.bundle_damaged": (
        "文件已损坏、不完整或被改动过, 什么也没有改变; 请重新拷贝。",
        "The file is damaged, cut short or was changed; nothing was changed here. Please copy it again.",
    ),
    "error.bundle_exists": ("这个文件已经存在, 请换一个名字。", "The file exists already; please choose another name."),
    "error.bundle_read": (
        "这个答复已经读过或已失效, 什么也没有改变。",
        "This answer was read already, or is void; nothing was changed.",
    ),
    "error.bundle_old": (
        "写这个文件以后又同步过, 答复已过时; 什么也没有丢失, 需要时请再写一个。",
        "An exchange since has overtaken this answer. Nothing is lost; write another bundle if need be.",
    ),
}
