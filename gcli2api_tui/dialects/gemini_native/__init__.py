"""Google's own API. In: a JSON body as generateContent takes it. Out: a Call; answers go back as Google gave them."""

from gcli2api_tui.dialects.gemini_native.encode import NativeEncoder
from gcli2api_tui.dialects.gemini_native.errors import error_body, refusal
from gcli2api_tui.dialects.gemini_native.models import described, page
from gcli2api_tui.dialects.gemini_native.request import DIALECT, parse, parse_count, parse_embed

__all__ = [
    "DIALECT",
    "NativeEncoder",
    "described",
    "error_body",
    "page",
    "parse",
    "parse_count",
    "parse_embed",
    "refusal",
]
