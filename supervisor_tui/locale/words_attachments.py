"""Words of attachments, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "cmd.attach": ("附加文件", "Attach"),
    "cmd.attach_help": ("附加一个文件: 输入、粘贴或拖入它的路径", "Attach a file: type, paste or drop its path"),
    "cmd.attachments": ("附件", "Files"),
    "cmd.attachments_help": ("打开附件, 或另存", "Open an attachment, or save it elsewhere"),
    "attachment.ask": ("要附加的文件 (输入、粘贴或拖入):", "The file to attach (type, paste or drop its path):"),
    "attachment.ask_for": (
        "“{title}”的文件 (输入、粘贴或拖入路径):",
        "The file for “{title}” (type, paste or drop its path):",
    ),
    "attachment.no_item": (
        "这条记录的检查表里没有要文件的项“{item}”。",
        "The record's checklist has no item “{item}” that asks for a file.",
    ),
    "attachment.why": ("附加的理由:", "The reason:"),
    "attachment.none": ("没有附件", "There are no attachments."),
    "attachment.choose": ("哪一个附件?", "Which attachment?"),
    "attachment.ask_out": ("另存到 (留空则直接打开):", "Save to (empty: open it):"),
    "attachment.heading": ("附件 {count} 个", "{count} attachments"),
    "attachment.here": ("在本机", "here"),
    "attachment.unsent": ("在本机, 未上报", "here, not sent yet"),
    "attachment.away": ("不在本机, 打开时下载", "not here; fetched when opened"),
    "attachment.attached": ("已附加 {name}", "{name} attached"),
    "attachment.saved": ("已保存: {file}", "Saved: {file}"),
    "attachment.opened": (
        "已用系统程序打开 {name}; 这份可读的副本在工作台退出时删除",
        "{name} opened with the system's program; this readable copy is removed when the workbench ends",
    ),
    "attachment.fetching": ("正在下载 {name}", "fetching {name}"),
    "attachment.no_file": ("没有这个文件, 或读不了。", "There is no such file, or it cannot be read."),
    "attachment.no_opener": ("本机没有能打开它的程序, 请另存。", "No program here opens it; please save it."),
    "cli.attached_sent": ("附件已上报 {count} 个。", "{count} attachments sent."),
    "sync.phase_attach": ("正在上报附件", "sending attachments"),
    "cli.attach": ("上报附件", "attachments"),
    "refused.attachment_type": (
        "不收这种文件: 请用 PDF、图片、办公文档或文本, 且内容与扩展名一致。",
        "This type of file is not taken: a pdf, a picture, an office document or text, as its ending says.",
    ),
    "refused.attachment_size": ("文件超过 20 MB。", "The file is larger than 20 MiB."),
    "refused.attachment_empty": ("文件是空的。", "The file is empty."),
    "refused.attachment_record": (
        "文件只能附加到检查、联络记录和事项。",
        "Files are attached to inspections, notes and follow-ups.",
    ),
    "error.wrong_offset": ("附件上报中断, 将接着上报。", "The attachment was cut off; it will go on from there."),
}
