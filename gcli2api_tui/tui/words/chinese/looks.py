"""Themes, languages and privacy, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "theme.auto": "配色：由终端决定",
    "theme.dark": "配色：深色",
    "theme.light": "配色：浅色",
    "theme.terminal": "配色：终端自身颜色",
    "language.en": "English（英文）",
    "language.zh": "中文",
    "private.on": "名称、密钥、提问和回答已隐藏；再按 * 显示。",
    "private.off": "已全部恢复显示。",
    "private.no_copy": "隐私模式下已隐藏，未复制：{what}。按 * 结束。",
    "status.private": "隐私",
}
