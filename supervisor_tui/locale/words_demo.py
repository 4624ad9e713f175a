"""The words of the demo: key -> (中文, English)."""

WORDS: dict[str, tuple[str, str]] = {
    "demo.not_empty": ("文件夹 {folder} 不是空的。", "The folder {folder} is not empty."),
    "demo.generating": ("生成 {units} 个单位的示例区", "Generating a district of {units} units"),
    "demo.laying_out": ("把示例区装入中心服务器", "Filling a central store with the sample district"),
    "demo.store": ("中心服务器: {address}", "Central store: {address}"),
    "demo.offline": (
        "服务器停了, 下面在没有网络时记录",
        "The store is stopped; what follows is written without network",
    ),
    "demo.record": ("写一条{kind}", "Recording: {kind}"),
    "demo.cannot_sync": ("没有网络时同步, 内容留在本机", "A sync without network keeps everything"),
    "demo.online": ("恢复网络, 两台电脑同步", "Back online: both laptops sync"),
    "demo.read_back": ("在第二台电脑上看{unit}的档案", "The history of {unit}, read on the second laptop"),
    "demo.done": (
        "完成: 第一台电脑写的 {records} 条记录, 第二台电脑都读到了, 核对无误。",
        "Done: the second laptop has read all {records} records of the first, and everything verifies.",
    ),
    "demo.failed": ("演示没有完成, 见上面的输出。", "The demo did not finish; see the output above."),
    "demo.no_store": ("中心服务器没有启动。", "The central store did not start."),
}
