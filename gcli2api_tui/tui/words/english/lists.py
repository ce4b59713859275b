"""Lists: their orders, their marks, and the palette, in English."""

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
    "palette.title": "All that can be done",
    "kind.credential": "credential",
    "kind.client": "client",
    "kind.model": "model",
    "kind.setting": "setting",
    "kind.theme": "theme",
    "kind.language": "language",
    "kind.screen": "screen",
}
