"""Words of the passphrase's screens, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "cmd.passphrase": ("口令", "Passphrase"),
    "cmd.passphrase_help": (
        "设口令、改口令或取消口令: 有口令的档案全部加密",
        "set, change or remove the passphrase: with one, the whole profile is encrypted",
    ),
    "cmd.unlock": ("打开", "Open"),
    "cmd.unlock_help": ("用口令打开档案", "Open the profile with its passphrase"),
    "cmd.anew": ("忘了口令", "Forgotten"),
    "cmd.anew_help": (
        "把打不开的档案放到一边, 用新代码重新加入",
        "set the profile aside that cannot be opened, and join again with a new code",
    ),
    "cmd.keep_passphrase": ("设定", "Keep"),
    "cmd.keep_passphrase_help": ("用这个口令加密档案", "Encrypt the profile with this passphrase"),
    "cmd.remove_passphrase": ("取消口令", "Remove"),
    "cmd.remove_passphrase_help": ("不再加密; 先输入现在的口令", "No longer encrypt; type the present one first"),
    "passphrase.wanted": (
        "这份档案已加密。请输入口令, 按 Enter 打开。",
        "This profile is encrypted. Type its passphrase; Enter opens it.",
    ),
    "passphrase.wrong": (
        "口令不对, 没有改动任何内容。请再输一次。",
        "The passphrase does not fit; nothing was changed. Please type it again.",
    ),
    "passphrase.trying": ("正在打开 …", "opening …"),
    "passphrase.forgotten": (
        "忘了口令, 谁也打不开这份档案。办公室凭回执能说出已收到哪些记录; 没有上报的只在这份档案里。"
        "向办公室要一个新代码, 按 F9 重新加入: 旧档案放到一边, 不会删除。",
        "Nobody can open the profile without its passphrase. By its receipts the office can tell which records it"
        " holds; what was not sent is in this profile alone. Ask the office for a new code, and F9 joins again: the"
        " old profile is set aside, not deleted.",
    ),
    "passphrase.anew_ask": (
        "把这份档案放到一边, 重新加入?",
        "Set this profile aside, and join again?",
    ),
    "passphrase.anew_no": ("不, 再试口令", "No, try the passphrase again"),
    "passphrase.anew_yes": ("是, 放到一边 (不删除)", "Yes, set it aside (it is not deleted)"),
    "passphrase.set_aside": (
        "旧档案放在 {profile}, 想起口令后可用 --profile {profile} 打开。",
        "The old profile is {profile}; --profile {profile} opens it once the passphrase is remembered.",
    ),
    "passphrase.title": ("口令", "Passphrase"),
    "passphrase.is_set": ("这份档案已加密。", "This profile is encrypted."),
    "passphrase.is_not_set": (
        "这份档案没有口令: 拿到这台电脑的人能读到全部记录。设了口令, 记录、草稿、附件、搜索和密钥全部加密。",
        "This profile has no passphrase: whoever gets this laptop can read every record. With one, records, drafts,"
        " attachments, the search index and the keys are encrypted.",
    ),
    "passphrase.warning": (
        "忘了口令谁也打不开, 办公室也不能; 它只能凭回执说出已收到哪些记录。固态硬盘可能留有加密前的旧内容。",
        "Nobody can open the profile without the passphrase, the office neither; it can only tell by receipts which"
        " records it holds. A solid-state disk may keep old blocks from before.",
    ),
    "passphrase.old": ("现在的口令", "present passphrase"),
    "passphrase.new": ("新口令 (至少 {shortest} 个字)", "new passphrase (at least {shortest} characters)"),
    "passphrase.again": ("再输一遍", "once more"),
    "passphrase.busy": (
        "正在同步或导出, 请等它结束再改口令。",
        "A sync or an export is under way; change the passphrase once it has ended.",
    ),
    "passphrase.in_form": (
        "请先离开正在填写的表单 (草稿会留着), 再改口令。",
        "Leave the form first (its draft stays), then change the passphrase.",
    ),
    "passphrase.working": (
        "正在重写档案, 请不要关机 …",
        "Writing the profile anew; please do not switch off …",
    ),
    "passphrase.failed": (
        "没有改成, 档案还是原样: 有别的程序正开着它, 或磁盘已满。",
        "It was not changed, the profile is as it was: another program has it open, or the disk is full.",
    ),
}
