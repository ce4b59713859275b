"""Looking at requests: filters, exports, what is done with one; in Chinese."""

from collections.abc import Mapping

EXCHANGES: Mapping[str, str] = {
    "filter.no_name": "没有 {token} 这种筛选。可用：{names}、词和“短语”。",
    "filter.no_is": "没有 {token} 这种筛选。is: 可取 {names}",
    "filter.no_st": "没有 {token} 这种筛选。st: 可取 429、4xx 或 err。",
    "filter.no_span": "没有 {token} 这种筛选。它要一段时间：>2s、<500ms、10m。",
    "filter.no_count": "没有 {token} 这种筛选。它要一个数：>1k、<20、1042。",
    "filter.length": "要保存的筛选需 1 至 {most} 个字符。",
    "filter.kept": "已保存：{text}",
    "filter.many": "已保存 {most} 个筛选。",
    "filter.drop_one": "先移除一个：选中其标签，然后按 w。",
    "filter.unkept": "未保存 {text}。",
    "filter.dropped": "已移除：{text}",
    "export.none": "这些请求都已不再保留。",
    "export.disk": "无法写入 {path}：{why}",
    "export.done": "已写出 {n} 个请求：{path}",
    "screen.saved": "{name} 和 .txt 已写到 {folder}",
}
