"""The frame of every page, and its errors, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "frame.skip": "跳到内容",
    "frame.tabs": "栏目",
    "frame.language": "语言",
    "frame.demo": "演示",
    "frame.news": "操作结果",
    "frame.undo": "撤销",
    "frame.foot": "gcli2api-tui {version} · 终端面板有更多内容",
    "tab.credentials": "凭据",
    "tab.add": "添加",
    "tab.connect": "连接",
    "tab.usage": "用量",
    "tab.log": "日志",
    "comma": "，",
    "colon": "：",
    "problem.title": "没有成功",
    "problem.back": "回到凭据",
    "missing.title": "没有这个页面",
}
