"""The log, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "empty.logs": "No log line.",
    "filter.logs": "words in the log",
    "log.level": "from {level} on",
    "copy.log_line": "log line",
    "title.log_line": "Line",
    "log.at": "time",
    "log.grade": "level",
    "log.source": "source",
    "log.exchange": "exchange",
    "log.opens": "#{id}  enter opens it",
    "level.debug": "debug",
    "level.info": "info",
    "level.warning": "warning",
    "level.error": "error",
}
