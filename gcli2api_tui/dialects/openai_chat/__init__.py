"""OpenAI's Chat Completions. In: a JSON body. Out: a ChatRequest; its encoder turns the answer back."""

from gcli2api_tui.dialects.errors import openai_error as error_body
from gcli2api_tui.dialects.errors import openai_refusal as refusal
from gcli2api_tui.dialects.openai_chat.choice import Options
from gcli2api_tui.dialects.openai_chat.encode import ChatEncoder
from gcli2api_tui.dialects.openai_chat.request import DIALECT, ChatRequest, parse

__all__ = ["DIALECT", "ChatEncoder", "ChatRequest", "Options", "error_body", "parse", "refusal"]
