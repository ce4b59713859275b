"""Google's own API. In: a JSON body as generateContent takes it. Out: a Call; answers go back as Google gave them."""

from gcli2api_tui.dialects.errors import google_error as error_body
from gcli2api_tui.dialects.errors import google_refusal as refusal
from gcli2api_tui.dialects.gemini_native.encode import NativeEncoder
from gcli2api_tui.dialects.gemini_native.request import DIALECT, parse, parse_count, parse_embed
from gcli2api_tui.dialects.model_lists import google_model as described
from gcli2api_tui.dialects.model_lists import google_page as page

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
