"""Anthropic's Messages. In: a JSON body. Out: a MessagesRequest; its encoder turns the answer back."""

from gcli2api_tui.dialects.anthropic_messages.encode import MessagesEncoder, Options
from gcli2api_tui.dialects.anthropic_messages.errors import error_body, refusal
from gcli2api_tui.dialects.anthropic_messages.models import described, page
from gcli2api_tui.dialects.anthropic_messages.request import DIALECT, MessagesRequest, parse, parse_count

__all__ = [
    "DIALECT",
    "MessagesEncoder",
    "MessagesRequest",
    "Options",
    "described",
    "error_body",
    "page",
    "parse",
    "parse_count",
    "refusal",
]
