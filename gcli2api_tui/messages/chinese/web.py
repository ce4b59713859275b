"""What the web page refuses and tells, in Chinese."""

from collections.abc import Mapping

WEB: Mapping[str, str] = {
    "web.no_token": "表单不属于当前会话。",
    "web.load_again": "请重新加载页面，再提交一次。",
    "web.form": "无法读取表单。",
    "web.files": "一次最多接受 {n} 个文件。",
    "web.in_parts": "请分批发送，或打包成 ZIP。",
    "web.no_file": "没有选择文件。",
    "web.no_text": "没有粘贴任何内容。",
    "web.wrong_key": "来自 {peer} 的网页登录输入了错误的管理密钥。",
    "web.downloaded": "网页下载了 {n} 个凭据，来自 {peer}：{names}。",
    "web.in_clear": "凭据不会以明文经网络发送。",
    "web.use_tls": "请使用 https（设置 tls_cert 和 tls_key）、隧道（`ssh -L`），"
    "或在服务器上运行 `gcli2api-tui creds export`。",
    "web.not_sure": "没有吊销：请先勾选“无法撤销”。",
}
