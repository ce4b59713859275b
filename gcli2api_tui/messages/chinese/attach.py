"""Looking at a server from another process, in Chinese."""

from collections.abc import Mapping

ATTACH: Mapping[str, str] = {
    "attach.lost": "{url} 没有回应（{why}）。",
    "attach.ended": "{url} 关闭了连接。",
    "attach.no_line": "与服务器的连接已断开 {seconds} 秒；正在重试。",
    "attach.not_ours": "那里回应的不是 gcli2api-tui（状态 {status}）。",
    "attach.check_url": "地址对吗？是否指向它的端口？",
    "attach.strange": "此版本不理解服务器的回应（{why}）。",
    "attach.same_version": "请在两端使用相同版本的 gcli2api-tui。",
    "attach.version": "那里的服务器是版本 {theirs}，这里是 {ours}。",
    "attach.untrusted": "不信任服务器的证书：{why}。",
    "attach.other_certificate": "它出示的证书与之前不同（SHA-256 {now}，之前为 {before}）。",
    "attach.renewed": "如果是有意更新的，请用新证书重新连接：--cacert FILE；否则可能是别人在回应。",
    "attach.cacert": "请用 --cacert FILE 给出签发它的证书。",
    "attach.no_cacert": "{path} 中没有可读取的证书（{why}）。",
    "attach.in_clear": "通过 http，从这里到 {host} 之间的任何人都能看到面板密钥。",
    "attach.tunnel": "请使用 https，或隧道：`ssh -L {port}:127.0.0.1:{port} {host}`，然后 `attach http://127.0.0.1:{port}`。",
    "attach.no_url": "`{url}` 不是服务器地址。",
    "attach.url_form": "地址形如 http://127.0.0.1:7861 或 https://host:port。",
    "attach.wrong_key": "服务器不接受此密钥。",
    "attach.which_key": "它需要面板密钥：在那里运行 `gcli2api-tui key --panel` 即可打印。",
    "attach.read_only": "此面板只能查看（--read-only）。",
    "attach.start_again": "若要更改，请不带 --read-only 启动。",
    "attach.connect_there": "客户端的文件在使用者的机器上，而密钥不会传输。",
    "attach.connect_how": "请在服务器的机器上运行 `gcli2api-tui connect`。",
    "attach.not_read": "无法读取 {path}：{why}。",
    "attach.too_large": "{path} 大于 {mb} MB。",
    "attach.no_files": "{path} 中没有含凭据的文件。",
    "attach.needs_terminal": "面板需要终端。",
    "attach.status_instead": "`gcli2api-tui status` 以文本显示相同内容。",
}
