"""Fitters of a history: how it begins and ends, `$ref` in a result; only where Google has refused it.

The dialects put contents right for every model. What comes in Google's own protocol is Google's to judge: these change
it after a refusal, and from then on. Total: contents of odd shapes are left alone.
"""

from typing import Any, cast

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.turns import GO_ON, begun_by_user, ended_by_user, without_references
from gcli2api_tui.gemini.types import Content, GenerateRequest
from gcli2api_tui.messages.message import Message, say


def turns(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, Message] | None:
    """The user's word where Google wants to hear one."""
    begins, ends = abilities.refuses("begins_with_call"), abilities.refuses("only_model_turn")
    if not begins and not ends:
        return None
    contents = _contents(request)
    changed = begun_by_user(contents) if begins else contents
    if ends and len(changed) == 1:
        changed = ended_by_user(changed)
    if changed is contents:
        return None
    words = GO_ON["parts"][0]["text"]
    return {**request, "contents": changed}, say("fit.turns", model=abilities.model, words=words)


def references(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, Message] | None:
    """Results with `$ref` as text."""
    if not abilities.refuses("reference_in_result"):
        return None
    contents = _contents(request)
    changed = without_references(contents)
    if changed is contents:
        return None
    return {**request, "contents": changed}, say("fit.references", model=abilities.model)


def _contents(request: GenerateRequest) -> list[Content]:
    """Those of a good shape, or none at all."""
    given: Any = request.get("contents")
    listed = given if isinstance(given, list) else []
    good = all(isinstance(one, dict) and isinstance(one.get("parts"), list) for one in listed)
    return cast(list[Content], listed) if good else []
