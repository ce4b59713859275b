"""Google's logprobsResult → OpenAI's `logprobs.content`: one entry for each token, with the likeliest others.

In: a candidate as it came. Out: entries in order; none where Google gave none. An entry that is not whole is left
out, because clients read `token` and `logprob` without asking.
"""

import math
from collections.abc import Mapping
from itertools import zip_longest

from gcli2api_tui.gemini.types import Candidate


def read_logprobs(candidate: Candidate) -> list[dict[str, object]]:
    """The entries of one candidate's share of the answer."""
    result = _table(candidate.get("logprobsResult"))
    chosen, others = _list(result.get("chosenCandidates")), _list(result.get("topCandidates"))
    entries = []
    for token, alternatives in zip_longest(chosen, others[: len(chosen)]):
        if entry := _entry(token):
            ranked = map(_entry, _list(_table(alternatives).get("candidates")))
            entries.append({**entry, "top_logprobs": [one for one in ranked if one]})
    return entries


def _entry(value: object) -> dict[str, object]:
    found = _table(value)
    token, probability = found.get("token"), found.get("logProbability")
    if not isinstance(token, str) or not isinstance(probability, int | float) or not math.isfinite(probability):
        return {}
    # A token may be half a character; what cannot be written as bytes has none.
    return {"token": token, "logprob": float(probability), "bytes": list(token.encode("utf-8", "replace"))}


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
