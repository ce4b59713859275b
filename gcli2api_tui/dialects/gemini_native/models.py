"""Models in Google's shape: one, and a page of the list.

In: models of the catalogue, the backends that there are credentials for, a page's size and token as the client wrote
them. Out: JSON values. Google's shape has no field for a model's end: it stands in the description.
"""

import re
from collections.abc import Collection, Sequence

from gcli2api_tui.dialects.fields import digits
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.messages.message import say

_VERSION = re.compile(r"\d+(?:\.\d+)?")
_USUAL, _MOST = 50, 1000
_ANY = 10**9


def described(model: Model, backends: Collection[str] = ()) -> dict[str, object]:
    """One model, as `models.get` gives it."""
    version = _VERSION.search(model.id)
    ends = model.last_day(backends)
    return {
        "name": f"models/{model.id}",
        "version": version.group() if version else "latest",
        "displayName": model.id.replace("-", " ").title(),
        **({"description": say("model.ends", day=ends)} if ends else {}),
        "inputTokenLimit": model.input_limit,
        "outputTokenLimit": model.output_limit,
        "supportedGenerationMethods": list(model.methods),
        "thinking": model.thinks or model.abilities.thinking != "none",
    }


def page(models: Sequence[Model], size: str, token: str, backends: Collection[str] = ()) -> dict[str, object]:
    """A page of `models.list`; a size of 0 or none is Google's usual one. Raises ClientFault."""
    start = _number(token, "pageToken")
    end = start + min(_number(size, "pageSize") or _USUAL, _MOST)
    listed: dict[str, object] = {"models": [described(model, backends) for model in models[start:end]]}
    if end < len(models):
        listed["nextPageToken"] = str(end)
    return listed


def _number(text: str, param: str) -> int:
    return digits(text or "0", param, 0, _ANY)
