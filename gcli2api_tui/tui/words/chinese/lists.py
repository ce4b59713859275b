"""Lists: their orders, their marks, and the palette, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "order.time": "按时间",
    "order.duration": "按用时",
    "order.tokens": "按令牌数",
    "order.first_word": "按首字时间",
    "order.trouble": "按问题、用量",
    "order.name": "按名称",
    "order.use": "按用量",
    "order.resets": "按重置时间",
    "title.marked": "已标记 {n}",
    "palette.title": "可以做的一切",
    "kind.credential": "凭据",
    "kind.client": "客户端",
    "kind.model": "模型",
    "kind.setting": "设置",
    "kind.theme": "主题",
    "kind.language": "语言",
    "kind.screen": "屏幕",
}
