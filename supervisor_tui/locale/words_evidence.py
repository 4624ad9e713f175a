"""Words about what was verified, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "cli.broken_whole": ("不符: {where}: {reason}。", "Does not hold: {where}: {reason}."),
    "cli.other_store": (
        "不符: 这个文件写的是公钥 {key} 的服务器, 不是给出的那个; 请核对公钥是否写全。",
        "Does not hold: this file names the store of the key {key}, not the one given; see that the key is whole.",
    ),
    "cli.unreceipted": (
        "其余 {count} 条还没有回执: 上报以前, 持有这台电脑的人可以改写它们, 谁也看不出来。",
        "{count} have no receipt yet: until they are delivered, whoever holds that laptop could rewrite them unseen.",
    ),
    "cli.unfinished": (
        "上一次同步没有做完: 缺少的签名和回执这次没有查出。请同步以后再核对一遍。",
        "The last sync was broken off: missing seals and receipts were let pass. Sync, then verify again.",
    ),
    "cli.verified_file": (
        "核对无误: {chains} 条链, {entries} 条记载, 其中 {receipted} 条有办公室回执; 由 {device} 导出。",
        "All holds: {chains} chains, {entries} entries, {receipted} with the office's receipt; exported by {device}.",
    ),
    "cli.verified_bundle": ("文件完整, 由 {device} 签名。", "The file is whole and signed by {device}."),
    "cli.key_unproved": (
        "用的是文件自带的公钥, 请与办公室公布的核对: {key}",
        "Checked against the key in the file itself; compare it with the office's: {key}",
    ),
    "cli.key_wanted": (
        "请用 --store-key 给出服务器的公钥。",
        "Give the central store's public key with --store-key.",
    ),
    "cli.no_evidence": (
        "这不是导出的台账, 也不是U盘交换文件。",
        "This is neither an exported ledger nor a bundle.",
    ),
    "broken.blob": ("附件内容与校验值不符", "the attachment's bytes are not those its name stands for"),
    "broken.certificate": ("设备证书不是服务器签发的", "the device's certificate is not the store's"),
    "broken.no_certificate": ("没有设备证书", "the device's certificate is missing"),
    "broken.derived": ("显示的内容与台账不一致", "what is shown of it is not what was written"),
    "broken.gap": ("缺少记载", "an entry is missing"),
    "broken.hash": ("校验值与内容不符", "its hash is not that of its bytes"),
    "broken.index": ("搜索索引与台账不一致", "the search index is not that of the records"),
    "broken.link": ("与前一条接不上", "it does not follow the entry before it"),
    "broken.malformed": ("内容被改动过或无法读取", "its content was changed or cannot be read"),
    "broken.no_seal": ("没有设备签名", "the device's seal is missing"),
    "broken.receipt": ("与办公室的回执不符", "it is not what the store's receipt says"),
    "broken.record": ("被归到别的记录", "it is filed under another record"),
    "broken.seal": ("设备签名不符", "the device's seal does not hold"),
    "broken.signature": ("文件不完整或被改动过", "the file was cut or changed"),
    "broken.store_key": ("不是这个服务器的台账", "it is another store's"),
    "broken.verdict": ("采纳与否与回执不符", "its verdict is not the receipt's"),
}
