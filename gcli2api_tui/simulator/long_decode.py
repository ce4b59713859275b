"""Long decode: what the model says is given in hops, each with a token for the next, as Gemini 4 does.

In: a checked request, all that the model would answer to it, and who asks. Out: the part that this hop gives. A token
is good for the request and the credential that it was made for, and for nothing else; only the limit may be raised.
Tokens come at the end of a hop, in its middle, and where the limit was reached. `hop_tokens` is how long a hop is.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator.invented_answers import Answer
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.refusals import invalid
from gcli2api_tui.simulator.request_shape import Request
from gcli2api_tui.simulator.usage import tokens

GENERATION = 4
"""From here on; earlier models know no token."""
HOP_TOKENS = 65_536
TOKEN: Final = "continuationToken"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands: tokens of thought that were made, characters of text that were given."""

    credential: str = ""
    digest: str = ""
    hop: int = 1
    thought: int = 0
    given: int = 0
    made: int = 0
    """Tokens, of both kinds."""


class LongDecode:
    """What the tokens that are out stand for."""

    def __init__(self, hop_tokens: int = HOP_TOKENS) -> None:
        self.hop_tokens = hop_tokens
        self._places: dict[str, Place] = {}

    def hop_of(self, body: object) -> int:
        """The number of the hop that a request asks for."""
        token = body.get(TOKEN) if isinstance(body, Mapping) else None
        place = self._places.get(token) if isinstance(token, str) else None
        return place.hop if place else 1

    def place(self, request: Request, model: Model, credential: str) -> Place:
        """Where this request goes on. Raises a Refusal where its token is not for it."""
        token = request.get(TOKEN)
        digest = _digest(request, model)
        if token is None:
            return Place(credential, digest)
        if model.family < GENERATION:
            raise invalid("Continuation tokens are not supported for this model.")
        found = self._places.get(token)
        if found is None or found.credential != credential:
            raise invalid("The continuation token is invalid.")
        if found.digest != digest:
            raise invalid("The continuation token was made for another request. Send the same request again.")
        return found

    def hop(self, whole: Answer, place: Place, limit: int | None, *, streams: bool) -> Answer:
        """The part of it that this request gets; `limit` is for all hops together."""
        most = self.hop_tokens if streams else self.hop_tokens // 2
        budget = min(most, (limit or most) - place.made)
        thought = min(whole.thought_tokens - place.thought, budget)
        text, end = self._spoken(whole.text, place, budget - thought)
        after = replace(place, thought=place.thought + thought, given=end, made=place.made + thought + tokens(text))
        part = replace(
            whole,
            prompt_tokens=whole.prompt_tokens + place.made,
            thoughts=whole.thoughts if place.made == 0 else (),
            thought_tokens=thought,
            text=text,
        )
        if end == len(whole.text) and after.thought == whole.thought_tokens:
            return part if whole.finish != "MAX_TOKENS" else self._stopped(part, after, whole.finish)
        goes_on = limit is not None and limit > most and after.made < limit
        finish = "CONTINUATION" if goes_on else "MAX_TOKENS"
        middle = self._middle(text, replace(after, hop=place.hop), place)
        return replace(self._stopped(part, after, finish), calls=(), checkpoints=middle)

    def _spoken(self, text: str, place: Place, budget: int) -> tuple[str, int]:
        """(what is said, where in the text it ends): as much as the tokens hold."""
        step, end, left = 256, place.given, budget
        while left > 0 and end < len(text):
            piece = text[end : end + min(step, left)]  # a character costs a token at most
            cost = tokens(piece)
            if cost > left:
                break
            end, left = end + len(piece), left - cost
        return text[place.given : end], end

    def _stopped(self, part: Answer, after: Place, finish: str) -> Answer:
        hop = after.hop + (finish == "CONTINUATION")
        return replace(part, finish=finish, token=self._token(replace(after, hop=hop)))

    def _middle(self, text: str, after: Place, before: Place) -> tuple[tuple[int, str], ...]:
        """A checkpoint half way through the text of a hop."""
        half = len(text) // 2
        if not half:
            return ()
        place = replace(
            after, given=before.given + half, made=before.made + after.thought - before.thought + tokens(text[:half])
        )
        return ((half, self._token(place)),)

    def _token(self, place: Place) -> str:
        token = hashlib.sha256(repr(place).encode()).hexdigest()[:32]
        self._places[token] = place
        return token


def _digest(request: Request, model: Model) -> str:
    """Of all that must stay the same: everything but the token and the limit."""
    config = {key: one for key, one in (request.get("generationConfig") or {}).items() if key != "maxOutputTokens"}
    same = {**request, "generationConfig": config, TOKEN: model.id}
    return hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()
