"""The log, in Chinese."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "empty.logs": "没有日志。",
    "filter.logs": "日志中的词",
    "log.level": "{level} 及以上",
    "copy.log_line": "日志行",
    "title.log_line": "日志行",
    "log.at": "时间",
    "log.grade": "级别",
    "log.source": "来源",
    "log.exchange": "请求",
    "log.opens": "#{id}  enter 打开",
    "level.debug": "调试",
    "level.info": "信息",
    "level.warning": "警告",
    "level.error": "错误",
}
