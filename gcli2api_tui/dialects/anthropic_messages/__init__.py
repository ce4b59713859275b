"""Anthropic's Messages. In: a JSON body. Out: a MessagesRequest; its encoder turns the answer back."""

from gcli2api_tui.dialects.anthropic_messages.encode import MessagesEncoder, Options
from gcli2api_tui.dialects.anthropic_messages.request import DIALECT, MessagesRequest, parse, parse_count
from gcli2api_tui.dialects.errors import anthropic_error as error_body
from gcli2api_tui.dialects.errors import anthropic_refusal as refusal
from gcli2api_tui.dialects.model_lists import anthropic_model as described
from gcli2api_tui.dialects.model_lists import anthropic_page as page

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
