"""The log, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "empty.logs": "没有日志。",
    "filter.logs": "日志中的词",
    "log.level": "{level} 及以上",
}
