"""Lists: their orders and their marks, in English."""

from collections.abc import Mapping

TEXTS: Mapping[str, str] = {
    "order.time": "by time",
    "order.duration": "by duration",
    "order.tokens": "by tokens",
    "order.first_word": "by first word",
    "order.trouble": "by trouble, use",
    "order.name": "by name",
    "order.use": "by use",
    "order.resets": "by reset",
    "title.marked": "{n} marked",
}
