"""The log, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "empty.logs": "No log line.",
    "filter.logs": "words in the log",
    "log.level": "from {level} on",
}
