"""Looking at requests: filters, exports, what is done with one; in Chinese."""

from collections.abc import Mapping

EXCHANGES: Mapping[str, str] = {
    "filter.no_name": "没有 {token} 这种筛选。可用：{names}、词和“短语”。",
    "filter.no_is": "没有 {token} 这种筛选。is: 可取 {names}",
    "filter.no_st": "没有 {token} 这种筛选。st: 可取 429、4xx 或 err。",
    "filter.no_span": "没有 {token} 这种筛选。它要一段时间：>2s、<500ms、10m。",
    "filter.no_count": "没有 {token} 这种筛选。它要一个数：>1k、<20、1042。",
}
