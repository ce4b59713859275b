"""OpenAI's Responses. In: a JSON body. Out: a ResponseRequest; its encoder turns the answer back into events."""

from gcli2api_tui.dialects.openai_responses.encode import Options, ResponseEncoder
from gcli2api_tui.dialects.openai_responses.request import DIALECT, ResponseRequest, parse
from gcli2api_tui.dialects.openai_responses.stored_responses import Kept, input_items, read, wanted, written

__all__ = [
    "DIALECT",
    "Kept",
    "Options",
    "ResponseEncoder",
    "ResponseRequest",
    "input_items",
    "parse",
    "read",
    "wanted",
    "written",
]
