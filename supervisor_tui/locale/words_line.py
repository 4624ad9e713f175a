"""Words of the line to the store, 中文 and English: proxies, gateways, certificates, addresses."""

WORDS: dict[str, tuple[str, str]] = {
    "error.proxy_unreadable": (
        "环境变量 {variable} 里写的不是可用的代理地址, 应如 http://主机:8080 或 socks5://主机:1080。",
        "The variable {variable} does not hold a proxy's address such as http://host:8080 or socks5://host:1080.",
    ),
    "error.proxy_away": (
        "连接不上代理 {proxy} ({variable}); 请过些时候再试。",
        "The proxy {proxy} ({variable}) cannot be reached; try again later.",
    ),
    "error.proxy_wants_login": (
        "代理 {proxy} ({variable}) 要求用户名和口令 (407), 请写进这个变量, 或问网络管理员。",
        "The proxy {proxy} ({variable}) wants a name and a password (407): put them into that variable, or ask who"
        " runs the network.",
    ),
    "error.proxy_refuses": (
        "代理 {proxy} ({variable}) 不放行, 请核对代理的种类和权限。",
        "The proxy {proxy} ({variable}) does not let this pass; check its kind and its rules.",
    ),
    "error.no_certificates": (
        "环境变量 {variable} 指向的证书读不出来。",
        "The certificates that the variable {variable} names cannot be read.",
    ),
    "error.certificate_time": (
        "服务器证书在本机时间 {now} 尚未生效或已经过期: 请先核对这台电脑的日期和时间, 没有错再告知办公室。",
        "By this laptop's clock ({now}) the server's certificate is not valid yet or no longer: check the date and time"
        " here, and if they are right tell the office.",
    ),
    "error.token_taken": (
        "途中的网关去掉了登录信息 (Authorization), 请网络管理员放行。",
        "Something on the way takes the Authorization header out of the request; ask who runs the gateway to let it"
        " pass.",
    ),
    "error.way_wants_login": (
        "服务器前面的网关要求登录 (401), 请网络管理员放行。",
        "A gateway before the store wants a login of its own (401); ask who runs it to let the exchange pass.",
    ),
    "error.way_refuses": (
        "服务器前面的网关不放行 (403), 请网络管理员放行。",
        "A gateway before the store does not let this pass (403); ask who runs it.",
    ),
    "error.way_takes_no_such": (
        "服务器前面的网关不放行这种请求 ({status}), 请网络管理员放行 GET 和 POST。",
        "A gateway before the store does not let this kind of request pass ({status}); it must pass GET and POST.",
    ),
    "error.store_away": (
        "网关有应答, 后面的服务器没有 ({status}), 可能正在重启: 过一分钟再试。",
        "A gateway answers, the store behind it does not ({status}); it may be restarting. Try again in a minute.",
    ),
    "error.moved": (
        "这个地址转到了别处 ({at}), 没有发送任何内容到那里: 请向办公室核对服务器地址。",
        "This address leads on to another place ({at}), and nothing was sent there: ask the office for the store's"
        " address.",
    ),
    "error.other_store": (
        "这个地址上是另一个区的服务器, 或密钥不对: 没有同步, 请向办公室核对服务器地址。",
        "Another store answers at this address: it does not hold the key this laptop knows. Nothing was exchanged; ask"
        " the office for the store's address.",
    ),
    "error.fault": (
        "程序出错, 这件事没有做成, 已保存的都在。",
        "A fault of the program: this was not done, and everything kept is still here.",
    ),
    "line.moved": ("服务器地址现在是 {server}, 已记住。", "The store answers at {server} now; this is kept."),
    "line.server": ("服务器: {server}", "Store: {server}"),
    "line.proxy": ("代理: {proxy} ({variable})", "Proxy: {proxy} ({variable})"),
    "line.no_proxy": ("不用代理, 直接连接", "No proxy; straight to the store"),
    "line.excepted": ("{variable} 里读不懂: {entries}", "{variable} holds what cannot be read: {entries}"),
    "line.trust": ("证书: 信任本机系统的证书库", "Certificates: as this system trusts them"),
    "line.trust_variable": ("证书: 按 {variable}", "Certificates: as {variable} says"),
    "line.system": ("系统设置", "the system's settings"),
    "doctor.proxy": ("代理", "Proxy"),
    "doctor.proxy.do": (
        "改正这个环境变量 (或系统的代理设置), 再同步。",
        "Put this variable (or the system's setting) right, then sync.",
    ),
    "doctor.attachments": ("附件", "Attachments"),
    "doctor.attachments.do": (
        "同步一次; 仍不走时按原因处理, 或用 bundle write 写入U盘。",
        "Sync once more; if they still wait, see to the reason, or write a bundle onto a stick.",
    ),
    "waiting.files": ("附件 {count} 个 ({size}) 未上报: {names}", "{count} attachments ({size}) not sent: {names}"),
    "waiting.files_why": ("{what}。原因: {why}", "{what}. Why: {why}"),
    "waiting.files_short": ("未上报附件", "attachments not sent"),
    "work.failed": (
        "程序出错, 这件事没有做成, 已保存的都在; 出错位置 (不含记录内容) 记在 {file}。",
        "A fault of the program: this was not done, and everything kept is still here. The place, without any record's"
        " text, is in {file}.",
    ),
}
