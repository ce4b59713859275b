"""The checklist of a first run, and the demo beside it, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "demo.begins": "正在启动演示……",
    "demo.not": "演示无法启动：{why}",
    "key.first_run.demo": "演示",
    "first.about": "你的工具以 OpenAI、Claude 或 Gemini 的方式访问此地址，由 Gemini 回答。",
    "first.key": "工具用的密钥",
    "first.credential": "Gemini 凭据",
    "first.answer": "第一个答案",
    "first.tool": "你的工具",
    "first.copy": "y 复制",
    "first.none": "还没有",
    "first.add": "粘贴 API 密钥",
    "first.recommended": "（推荐）",
    "first.import": "导入找到的 {n} 个文件",
    "first.sign_in": "登录，或其他方式",
    "first.by_itself": "第 2 步后自动进行",
    "first.soon": "马上；用 1 次请求，esc 跳过",
    "first.uses": "用 1 次请求；esc 跳过",
    "first.failed": "失败了",
    "first.skipped": "已跳过",
    "first.again": "回车：提问",
    "first.waiting": "等待调用",
    "first.called_badly": "来过，但没有得到答案",
    "first.how": "回车：怎么接",
    "first.demo": "只想看看？按 ! 就地运行演示；不需要账号，数据不出本机。",
    "first.listening": "服务已在 {address} 监听",
    "first.question": "用一句话打个招呼。",
    "confirm.import": "导入 {n} 个文件：{files}？",
}
