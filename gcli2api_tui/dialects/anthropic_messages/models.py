"""The list of models in Anthropic's shape, page by page.

In: models, the backends that there are credentials for, and the query's values as they came. Out: JSON values. A cursor
is the id of a model. A model with a date of Google's is `deprecated`: it is asked until Google refuses it.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime

from gcli2api_tui.dialects.fields import digits, wrong
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.messages.message import say

MOST = 1000


def described(model: Model, created: int, backends: Collection[str] = ()) -> dict[str, object]:
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


def page(
    models: Sequence[Model], created: int, query: Mapping[str, str], backends: Collection[str] = ()
) -> dict[str, object]:
    """`after_id`, `before_id` and `limit`; without a limit all of them. Raises ClientFault."""
    ids = [model.id for model in models]
    begin = _position(ids, query, "after_id", -1) + 1
    end = _position(ids, query, "before_id", len(ids))
    limit = digits(query.get("limit") or str(MOST), "limit", 1, MOST)
    if "before_id" in query and "after_id" not in query:
        begin = max(begin, end - limit)
    shown = models[begin : min(end, begin + limit)]
    more = begin > 0 if "before_id" in query else begin + len(shown) < end
    return {
        "data": [described(model, created, backends) for model in shown],
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
