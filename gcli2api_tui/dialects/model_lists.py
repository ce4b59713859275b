"""The list of models in Anthropic's and in Google's shape, one by one and page by page.

In: models, the backends that there are credentials for, and the query's values as they came. Out: JSON values. A cursor
of Anthropic's is the id of a model. A model with a date of Google's is `deprecated` there: it is asked until Google
refuses it. Google's shape has no field for a model's end: it stands in the description.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from gcli2api_tui.dialects.fields import digits, wrong
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.messages.message import say

_MOST_ANTHROPIC = 1000
_USUAL, _MOST_GOOGLE = 50, 1000
_ANY = 10**9
_VERSION = re.compile(r"\d+(?:\.\d+)?")


def anthropic_model(model: Model, created: int, backends: Collection[str] = ()) -> dict[str, object]:
    """One model; `created` in seconds since the epoch."""
    ends = model.last_day(backends)
    return {
        "type": "model",
        "id": model.id,
        "display_name": model.id,
        "created_at": datetime.fromtimestamp(created, UTC).isoformat().replace("+00:00", "Z"),
        "lifecycle": "deprecated" if ends else "active",
        "retires_at": f"{ends}T00:00:00Z" if ends else None,
        "max_input_tokens": model.input_limit,
        "max_tokens": model.output_limit,
    }


def anthropic_page(
    models: Sequence[Model], created: int, query: Mapping[str, str], backends: Collection[str] = ()
) -> dict[str, object]:
    """`after_id`, `before_id` and `limit`; without a limit all of them. Raises ClientFault."""
    ids = [model.id for model in models]
    begin = _position(ids, query, "after_id", -1) + 1
    end = _position(ids, query, "before_id", len(ids))
    limit = digits(query.get("limit") or str(_MOST_ANTHROPIC), "limit", 1, _MOST_ANTHROPIC)
    if "before_id" in query and "after_id" not in query:
        begin = max(begin, end - limit)
    shown = models[begin : min(end, begin + limit)]
    more = begin > 0 if "before_id" in query else begin + len(shown) < end
    return {
        "data": [anthropic_model(model, created, backends) for model in shown],
        "has_more": more,
        "first_id": shown[0].id if shown else None,
        "last_id": shown[-1].id if shown else None,
    }


def _position(ids: Sequence[str], query: Mapping[str, str], name: str, absent: int) -> int:
    if name not in query:
        return absent
    if query[name] not in ids:
        wrong(name, say("model.not_listed", name=name))
    return ids.index(query[name])


def google_model(model: Model, backends: Collection[str] = ()) -> dict[str, object]:
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


def google_page(models: Sequence[Model], size: str, token: str, backends: Collection[str] = ()) -> dict[str, object]:
    """A page of `models.list`; a size of 0 or none is Google's usual one. Raises ClientFault."""
    start = _number(token, "pageToken")
    end = start + min(_number(size, "pageSize") or _USUAL, _MOST_GOOGLE)
    listed: dict[str, object] = {"models": [google_model(model, backends) for model in models[start:end]]}
    if end < len(models):
        listed["nextPageToken"] = str(end)
    return listed


def _number(text: str, param: str) -> int:
    return digits(text or "0", param, 0, _ANY)
