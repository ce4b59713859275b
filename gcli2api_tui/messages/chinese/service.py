"""The life of the server's process: start, background, stop, restart, its log."""

from collections.abc import Mapping

SERVICE: Mapping[str, str] = {
    "service.killed": "服务器被外部终止（信号 {signal}）；运行 `gcli2api-tui` 可重新启动。",
    "service.serves_here": "仍在 {url} 上服务。按 Ctrl+C 或运行 `kill {pid}` 可停止。",
    "service.serves_demo": "演示继续在 {url} 上运行，进程号 {pid}。运行 `kill {pid}` 可结束。",
    "service.serves": (
        "仍在 {url} 上服务，进程号 {pid}。运行 `gcli2api-tui{home}` 可再次打开面板，`gcli2api-tui stop{home}` 可停止。"
    ),
    "service.stopped": "已停止：进程 {pid} 已结束。",
    "service.kills": "它没有按时结束：正在强制终止进程 {pid}。",
    "service.still_running": "正在等待进行中的回答；按 Ctrl+C 不再等待，`gcli2api-tui stop{home} --now` 会结束它们。",
    "service.hangs": "此目录的服务器（进程 {pid}）没有应答。",
    "service.stop_now": "`gcli2api-tui stop{home} --now` 可将其结束。",
    "service.look_for_it": "请稍候；如果一直这样，请查找它的进程。",
    "service.ask_to_kill": "结束它并启动新的吗？",
    "service.flags_start": (
        "--host 和 --port 用于启动：去掉它们即可查看其面板，或先用 `gcli2api-tui stop{home}` 停止它。"
    ),
    "service.ask_to_restart": "这里运行的服务器版本为 {version}，本程序为 {own}。待没有回答进行时重启它吗？",
    "service.version_apart": (
        "服务器版本为 {version}，本程序为 {own}：`gcli2api-tui restart{home} --when-idle` 可使两者一致。"
    ),
    "service.restarted": "已重启：{url}，进程 {pid}，版本 {version}。",
    "service.not_back": "服务器已结束，没有重新启动。",
    "service.read_log": "`gcli2api-tui logs{home}` 会说明原因；`gcli2api-tui serve{home}` 可启动它。",
    "service.no_restart": "此服务器不能自行重启。",
    "service.stop_and_start": "请停止后再启动。",
    "service.no_background": "在这里服务器不能离开终端。",
    "service.background_there": "请用系统自带的服务方式启动 `gcli2api-tui serve`。",
    "service.with_panel": "进程 {pid}，面板在终端中打开。",
    "service.without_panel": "进程 {pid}，在后台运行。",
    "service.lines_lost": "有 {n} 行日志无法写入。",
    "service.no_log": "{folder} 中没有日志。",
    "service.log_on": "设置 log_file 为 on 的服务器会写日志：`gcli2api-tui config show{home}`。",
    "service.begins": "gcli2api-tui {version} 在 {url} 上服务，进程号 {pid}。",
    "service.told_to_stop": "收到信号，服务器停止。",
    "service.panel_left": "面板已关闭；服务器继续运行。",
    "service.panel_lost": "面板失去了终端或已崩溃；服务器继续运行。",
    "service.left": "服务器继续在 {url} 上服务，进程号 {pid}。",
    "service.ends": "此目录的服务器正在停止（进程 {pid}），最后的回答仍在进行。之后会启动新的。",
    "service.others_home": "目录 {folder} 属于另一个用户，其服务器可能正在运行。",
    "service.as_its_user": "请以该用户身份运行，或用 --home 指定自己的目录。",
}
