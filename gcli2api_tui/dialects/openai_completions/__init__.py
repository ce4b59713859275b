"""OpenAI's legacy Completions. In: a JSON body with a prompt. Out: a CompletionRequest; its encoder says text back."""

from gcli2api_tui.dialects.openai_completions.encode import TextEncoder
from gcli2api_tui.dialects.openai_completions.request import DIALECT, CompletionRequest, parse

__all__ = ["DIALECT", "CompletionRequest", "TextEncoder", "parse"]
