"""Where a long answer goes on: from hop to hop, and where a client sends it back for more. Pure; the policy asks.

A token is good on the credential that began, for the request that began: a hop is asked for there or nowhere. One that
failed passingly is asked for again, as often as any request in trouble; a token that is new is progress, and counts
from the beginning. Where nothing goes on, the client has what there is, as an answer that was too long.

Google gives a token with an end at the client's own limit, too. A client that sends the same conversation once more,
with just that answer as its last turn ("Continue" in a chat program, a prefill), means the rest of it: Google gets the
request that was answered, the token, and as much more as the client now asks for. Known by the words alone, so for
clients of every kind. Nothing is guessed: by one other word Google gets the conversation as it stands.
"""

import hashlib
import json
from collections.abc import Callable, Sequence

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.finish_reasons import DIVERGED
from gcli2api_tui.gemini.types import GenerateRequest, GenerateResponse
from gcli2api_tui.messages.message import NOTHING, Message, say
from gcli2api_tui.quick_dataclass import dataclass, replace
from gcli2api_tui.relay.answer_hops import MOST_HOPS, WORDS, Checkpoint
from gcli2api_tui.relay.steps_and_outcomes import Broke, HopEnded, Left, Outcome, Refused, Step, StoppedAtLimit

MOST_REQUESTS = 2 * MOST_HOPS
"""For one answer, those included that failed."""
WINDOW = 1_048_576
"""Tokens of prompt, thoughts and text together: no limit is larger."""
LIMIT_UNSAID = 65_536
"""What Google gives where the client names no limit."""


@dataclass(frozen=True, slots=True)
class Stood:
    """An answer that goes no further: `end` is all that the client has not got of it."""

    end: GenerateResponse
    checkpoint: Checkpoint | None = None
    """Of a long answer."""
    why: Message = NOTHING

    @property
    def has_content(self) -> bool:
        return self.checkpoint is None or self.checkpoint.shown


def resumed(outcomes: Sequence[Outcome]) -> Step | None:
    """The next hop, or the rest of one that broke off."""
    last = outcomes[-1]
    if not isinstance(last, HopEnded | Broke) or last.pause is None or len(outcomes) >= MOST_REQUESTS:
        return None
    checkpoint = last.pause.checkpoint
    if checkpoint.hop > MOST_HOPS or (isinstance(last, Broke) and last.fault.reason == DIVERGED):
        return None
    step = last.attempt.step
    so_far = step.so_far.extended(last.said) if step.so_far and last.said is not None else None
    key = "why.hop" if isinstance(last, HopEnded) else "why.hop_again"
    return replace(
        step,
        reason=say(key, hop=checkpoint.hop, tokens=f"{checkpoint.made:,}"),
        lease=None,
        only=last.attempt.lease.credential.id,
        without=((),),
        pause_s=0.0,
        renew=False,
        empty_counts=True,
        so_far=so_far,
        checkpoint=checkpoint,
    )


def asked_again(refused: Refused) -> Step:
    """The same hop once more, on the same credential."""
    return replace(refused.attempt.step, lease=None, renew=False, only=refused.attempt.lease.credential.id)


def began(outcomes: Sequence[Outcome]) -> tuple[CredentialId, ...]:
    """Who has begun the answer, and could not go on with it."""
    return tuple({one.attempt.lease.credential.id: None for one in outcomes if isinstance(one, HopEnded | Broke)})


def stalled(outcomes: Sequence[Outcome]) -> list[FaultKind]:
    """The failures since the last token that was new."""
    last = outcomes[-1]
    reached = last.pause.checkpoint if isinstance(last, Broke) and last.pause else last.attempt.step.checkpoint
    kinds: list[FaultKind] = []
    for one in reversed(outcomes):
        began = one.attempt.step.checkpoint
        if not isinstance(one, Refused | Broke) or not began or not reached or began.token != reached.token:
            break
        kinds.append(one.fault.kind)
    return kinds


def as_it_stood(outcomes: Sequence[Outcome]) -> Stood | None:
    """The answer that Google ended at its limit or between two hops, where what should follow has brought nothing.

    A long answer stands wherever it broke off: what the client has of it is good, and it is not complete.
    """
    for one in reversed(outcomes):
        if isinstance(one, StoppedAtLimit):
            return Stood(one.end)
        if isinstance(one, HopEnded | Broke | Left) and one.pause:
            return Stood(one.pause.end, one.pause.checkpoint)
        if not isinstance(one, Refused) and not (isinstance(one, Left) and not one.content):
            return None
    return None


@dataclass(frozen=True, slots=True)
class Unended:
    """An answer that can go on, on the credential that began it."""

    request: GenerateRequest
    """What it is the answer to, with a limit for all of it."""
    checkpoint: Checkpoint
    credential: CredentialId


def raised(request: GenerateRequest, made: int, asked: GenerateRequest) -> GenerateRequest:
    """The request with room for as much as `asked` wants, behind what was `made`: Google's limit is for all hops."""
    more = _config(asked).get("maxOutputTokens")
    limit = min(WINDOW, made + (more if isinstance(more, int) and more > 0 else LIMIT_UNSAID))
    return {**request, "generationConfig": {**_config(request), "maxOutputTokens": limit}}


def remembered(model: str, request: GenerateRequest, rest: Checkpoint, credential: CredentialId) -> tuple[str, str]:
    """(key, value) for an answer that ended at its limit; the key is empty where no client could send it back."""
    if not rest.said:
        return "", ""
    answered = _before(request) if ends_with_model(request) else request
    return _key(model, answered, rest.said), f"{credential}\n{rest.made}\n{rest.token}"


def unended(model: str, request: GenerateRequest, kept: Callable[[str], str]) -> Unended | None:
    """What the client asks the rest of; `kept` gives the value of a key."""
    said = _last(request)
    value = kept(_key(model, _before(request), said)) if said else ""
    if not value:
        return None
    credential, made, token = value.split("\n", 2)
    answered = raised(_before(request), int(made), request)
    return Unended(answered, Checkpoint(token, earlier=int(made), said=said), CredentialId(credential))


def _last(request: GenerateRequest) -> str:
    """The words that the conversation ends with, if they are the model's and there is nothing but words."""
    if not ends_with_model(request):
        return ""
    parts: object = request["contents"][-1].get("parts")
    given: list[object] = parts if isinstance(parts, list) else [None]
    words = ""
    for one in given:
        if not isinstance(one, dict) or one.keys() - WORDS:
            return ""
        text = "" if one.get("thought") else one.get("text")
        if not isinstance(text, str):
            return ""
        words += text
    return words


def ends_with_model(request: GenerateRequest) -> bool:
    contents: object = request.get("contents")
    last = contents[-1] if isinstance(contents, list) and contents else None
    return isinstance(last, dict) and last.get("role") == "model"


def _before(request: GenerateRequest) -> GenerateRequest:
    """The request that the last turn answers."""
    return {**request, "contents": request["contents"][:-1]}


def _key(model: str, request: GenerateRequest, said: str) -> str:
    """Of all but the limit, which is what changes."""
    config = {name: value for name, value in _config(request).items() if name != "maxOutputTokens"}
    same = json.dumps([model, {**request, "generationConfig": config}, said], sort_keys=True)
    return hashlib.sha256(f"unended {same}".encode("utf-8", "surrogatepass")).hexdigest()


def _config(request: GenerateRequest) -> dict[str, object]:
    config: object = request.get("generationConfig")
    return config if isinstance(config, dict) else {}
