"""What all of OpenAI's APIs can ask for alike: an effort of thinking, Google's own extension, a conversation's name.

In: the body's fields, and headers in lower case. Out: what Google takes, or ClientFault.
"""

from collections.abc import Mapping

from gcli2api_tui.dialects.fields import flag, table, text, whole, wrong
from gcli2api_tui.dialects.generation import session
from gcli2api_tui.gemini.abilities import LEVELS, Abilities
from gcli2api_tui.gemini.model_variants import Variant
from gcli2api_tui.gemini.service_tier import asked_tier
from gcli2api_tui.gemini.thinking import EFFORTS, for_effort, nearest_level
from gcli2api_tui.gemini.types import ThinkingConfig
from gcli2api_tui.messages.message import Message, say


def google_extension(fields: Mapping[str, object]) -> dict[str, object]:
    """Google's extension; SDKs merge extra_body into the top level, other clients send it nested."""
    if fields.get("google") is not None:
        return table(fields["google"], "google")
    return table(table(fields.get("extra_body"), "extra_body").get("google"), "extra_body.google")


def read_thinking(fields: Mapping[str, object], effort: object, param: str, variant: Variant) -> ThinkingConfig | None:
    """google.thinking_config beats the effort in field `param` beats the model's name; without any Google decides."""
    google = google_extension(fields)
    asked = google.get("thinking_config", google.get("thinkingConfig"))
    if asked is not None:
        return _asked_thinking(table(asked, "google.thinking_config"), variant.model.abilities)
    word = text(effort, param) or variant.effort
    if not word:
        return None
    if word not in EFFORTS:
        wrong(param, say("request.one_of", param=param, names=", ".join(EFFORTS)))
    return for_effort(variant.model.abilities, word)


def read_tier(fields: Mapping[str, object]) -> tuple[str, bool]:
    """(Google's word for `service_tier`, whether the answer says which one it came from)"""
    word = text(fields.get("service_tier"), "service_tier")
    return asked_tier(word), bool(word)


def affinity(fields: Mapping[str, object], headers: Mapping[str, str]) -> str:
    """What names the conversation; a value of the wrong type only loses the advantage."""
    if named := session(headers):
        return named
    for name in ("prompt_cache_key", "user"):
        if isinstance(value := fields.get(name), str) and value:
            return value[:200]
    return ""


def _asked_thinking(asked: Mapping[str, object], abilities: Abilities) -> ThinkingConfig:
    where = "google.thinking_config"
    budget = whole(asked.get("thinking_budget", asked.get("thinkingBudget")), f"{where}.thinking_budget", -1, 2**31 - 1)
    level = text(asked.get("thinking_level", asked.get("thinkingLevel")), f"{where}.thinking_level").upper()
    if budget is not None and level:
        wrong(where, say("request.budget_or_level"))
    if level and (level not in LEVELS or abilities.thinking != "level" or not abilities.levels):
        wrong(f"{where}.thinking_level", say("model.takes", model=abilities.model, what=_takes(abilities)))
    config: ThinkingConfig = {}
    if budget is not None:
        config["thinkingBudget"] = budget
    if level:
        config["thinkingLevel"] = nearest_level(abilities, level.lower())
    shown = asked.get("include_thoughts", asked.get("includeThoughts"))
    if shown is not None:
        config["includeThoughts"] = flag(shown, f"{where}.include_thoughts")
    return config


def _takes(abilities: Abilities) -> Message:
    if abilities.thinking == "level":
        return say("model.takes_levels", levels=", ".join(abilities.levels))
    return say("model.takes_budget") if abilities.thinking == "budget" else say("model.takes_none")
