"""Models in Google's shape: one, and a page of the list.

In: models of the catalogue, a page's size and token as the client wrote them. Out: JSON values.
"""

import re
from collections.abc import Sequence

from gcli2api_tui.dialects.fields import wrong
from gcli2api_tui.gemini.catalogue import Model

_VERSION = re.compile(r"\d+(?:\.\d+)?")
_USUAL, _MOST = 50, 1000


def described(model: Model) -> dict[str, object]:
    """One model, as `models.get` gives it."""
    version = _VERSION.search(model.id)
    return {
        "name": f"models/{model.id}",
        "version": version.group() if version else "latest",
        "displayName": model.id.replace("-", " ").title(),
        "inputTokenLimit": model.input_limit,
        "outputTokenLimit": model.output_limit,
        "supportedGenerationMethods": list(model.methods),
        "thinking": model.thinks or model.thinking != "none",
    }


def page(models: Sequence[Model], size: str, token: str) -> dict[str, object]:
    """A page of `models.list`; a size of 0 or none is Google's usual one. Raises ClientFault."""
    start = _number(token, "pageToken")
    end = start + min(_number(size, "pageSize") or _USUAL, _MOST)
    listed: dict[str, object] = {"models": [described(model) for model in models[start:end]]}
    if end < len(models):
        listed["nextPageToken"] = str(end)
    return listed


def _number(text: str, param: str) -> int:
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        wrong(param, f"'{param}' is not one that this server gave." if param == "pageToken" else f"'{param}' is wrong.")
    return int(text)
