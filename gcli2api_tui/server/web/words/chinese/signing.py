"""Signing in and out of the page, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "sign_in.title": "登录",
    "sign_in.key": "管理密钥",
    "sign_in.hint": "在服务器所在的机器上，`gcli2api-tui key --panel` 会显示它。",
    "sign_in.go": "登录",
    "sign_in.ended": "会话已结束，刚才的操作没有执行。请登录后再做一次。",
    "sign_out": "退出登录",
}
