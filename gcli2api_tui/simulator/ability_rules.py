"""What single models do not take of a request: a table of Google's refusals by ability, in Google's words.

In: a request in camelCase and a model. Out: nothing, or a Refusal for the first that is wrong. What all of a
generation refuse is here too. The product has a table of its own, which is not read here: a mistake in one must not
hide behind the same in the other.
"""

from collections.abc import Callable, Mapping
from typing import Any

from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.refusals import invalid

Rule = tuple[Callable[[Mapping[str, Any], Mapping[str, Any]], bool], str]
"""(whether a request with this generationConfig asks for it, the words of the refusal, with {model})"""

RULES: Mapping[str, Rule] = {
    "penalties": (
        lambda request, config: any(config.get(name) is not None for name in ("presencePenalty", "frequencyPenalty")),
        "Penalty is not enabled for this model",
    ),
    "candidates": (
        lambda request, config: config.get("candidateCount", 1) != 1,
        "Multiple candidates is not enabled for this model",
    ),
    "seed": (lambda request, config: config.get("seed") is not None, "Seed is not supported for this model."),
    "logprobs": (lambda request, config: bool(config.get("responseLogprobs")), "Logprobs is not enabled for {model}"),
    "caches": (
        lambda request, config: bool(request.get("cachedContent")),
        "CachedContent is not supported for this model.",
    ),
    "system_instruction": (
        lambda request, config: request.get("systemInstruction") is not None,
        "Developer instruction is not enabled for {model}",
    ),
    "json_mode": (
        lambda request, config: config.get("responseMimeType") == "application/json",
        "JSON mode is not enabled for {model}",
    ),
    "functions": (lambda request, config: bool(request.get("tools")), "Function calling is not enabled for {model}"),
}
_OF_ALL = frozenset({"candidates"})
_SINCE_4 = frozenset({"penalties", "caches"})


def check_abilities(request: Mapping[str, Any], model: Model) -> None:
    config = request.get("generationConfig") or {}
    refused = model.refuses | _OF_ALL | (_SINCE_4 if model.family >= 4 else frozenset())
    for name, (asks, words) in RULES.items():
        if name in refused and asks(request, config):
            raise invalid(words.format(model=f"models/{model.id}"))
