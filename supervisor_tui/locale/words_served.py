"""Words of the workbench in a browser, 中文 and English."""

WORDS: dict[str, tuple[str, str]] = {
    "served.address": (
        "工作台在浏览器里打开, 只限本机, 只限有这个完整地址的人; Ctrl+C 停止:\n{address}",
        "The workbench is open in a browser, on this machine only, to whoever has this whole address; Ctrl+C stops:"
        "\n{address}",
    ),
    "served.opening": ("正在打开工作台 …", "Opening the workbench …"),
    "served.ended": ("工作台已退出, 草稿都在。", "The workbench has ended; the drafts are there."),
    "served.again": ("再打开", "Open again"),
    "served.missing": (
        "在浏览器里打开工作台需要: pip install 'supervisor-tui[browser]'",
        "The workbench in a browser wants: pip install 'supervisor-tui[browser]'",
    ),
    "served.port": (
        "端口 {port} 用不了, 请换一个, 或不写 --port。",
        "Port {port} cannot be used; choose another, or none.",
    ),
}
