"""Google's rules for the order of a conversation, and for what may stand in a function's response.

In: contents. Out: contents that Google takes; the same list where nothing is to change. The dialects put contents right
for every model. What comes in Google's own protocol is Google's to judge: two fitters change it after a refusal, and
from then on. Pure and total: contents may hold parts of any shape.
"""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from gcli2api_tui.gemini.abilities import Abilities
from gcli2api_tui.gemini.types import Content, GenerateRequest, Part
from gcli2api_tui.messages.message import Message, say

GO_ON: Content = {"role": "user", "parts": [{"text": "Continue."}]}
"""The least that a user can say where Google wants to hear one."""


def begun_by_user(contents: list[Content]) -> list[Content]:
    """With the user's word in front where the model begins with a call: windows of memory are cut so."""
    if contents and contents[0].get("role") == "model" and any(map(_calls, contents[0].get("parts") or ())):
        return [GO_ON, *contents]
    return contents


def ended_by_user(contents: list[Content]) -> list[Content]:
    """With the user's word behind the model's last."""
    return [*contents, GO_ON] if ends_with_model(contents) else contents


def ends_with_model(contents: Sequence[Content]) -> bool:
    return bool(contents) and contents[-1].get("role") == "model"


def with_users_word(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, Message] | None:
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


def with_plain_results(abilities: Abilities, request: GenerateRequest) -> tuple[GenerateRequest, Message] | None:
    """Results with `$ref` as text."""
    if not abilities.refuses("reference_in_result"):
        return None
    contents = _contents(request)
    changed = without_references(contents)
    if changed is contents:
        return None
    return {**request, "contents": changed}, say("fit.references", model=abilities.model)


def refers(response: object) -> bool:
    """Whether the key `$ref` is anywhere in it: Google takes that for the name of a picture beside the response."""
    level = [response]
    while level:
        below: list[object] = []
        for one in level:
            if isinstance(one, dict):
                if "$ref" in one:
                    return True
                below += one.values()
            elif isinstance(one, list):
                below += one
        level = below
    return False


def without_references(contents: list[Content]) -> list[Content]:
    """With every response that refers to pictures which are not there as the text of its JSON."""
    changed = [_plain_content(content) for content in contents]
    return changed if any(new is not old for new, old in zip(changed, contents, strict=True)) else contents


def _plain_content(content: Content) -> Content:
    parts = list(content.get("parts") or ())
    plain = [_plain_part(part) for part in parts]
    same = all(new is old for new, old in zip(plain, parts, strict=True))
    return content if same else {**content, "parts": plain}


def _plain_part(part: Part) -> Part:
    made: Mapping[str, object] = part.get("functionResponse") or {} if isinstance(part, dict) else {}
    if not isinstance(made, dict) or made.get("parts") or not refers(made.get("response")):
        return part
    text = json.dumps(made["response"], ensure_ascii=False)
    return cast(Part, {**part, "functionResponse": {**made, "response": {"result": text}}})


def _calls(part: object) -> bool:
    return isinstance(part, dict) and "functionCall" in part


def _contents(request: GenerateRequest) -> list[Content]:
    """Those of a good shape, or none at all."""
    given = request.get("contents")
    listed = given if isinstance(given, list) else []
    good = all(isinstance(one, dict) and isinstance(one.get("parts"), list) for one in listed)
    return listed if good else []
