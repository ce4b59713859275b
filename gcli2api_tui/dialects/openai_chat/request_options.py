"""What all of OpenAI's APIs can ask for alike: sampling, thinking, Google's extension, a tier, a conversation's name.

In: the body's fields, and headers in lower case. Out: what Google takes, or ClientFault. generationConfig holds only
what the client asked for: an absent field stays Google's default.
"""

from collections.abc import Callable, Mapping

from gcli2api_tui.dialects.fields import flag, items, number, table, text, whole, wrong
from gcli2api_tui.gemini.abilities import LEVELS, Abilities
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.gemini.model_names import Variant
from gcli2api_tui.gemini.service_tier import asked_tier
from gcli2api_tui.gemini.thinking import EFFORTS, for_effort, nearest_level
from gcli2api_tui.gemini.types import ThinkingConfig
from gcli2api_tui.messages.message import Message, say

MAX_STOPS = 4
MAX_CHOICES = 8
MAX_TOP_LOGPROBS = 20
RAW_SOUND = ("pcm16", "pcm")
_VOICES_OF_OPENAI = frozenset(
    "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse".split()  # noqa: SIM905 - a list of words
)


def read_sampling(body: Mapping[str, object], model: Model) -> dict[str, object]:
    """generationConfig with only what the client asked for: an absent field stays Google's default."""
    config: dict[str, object] = {}
    for field, name, read in _SAMPLED:
        if (given := body.get(field)) is not None and (found := read(given, field, model)) is not None:
            config.setdefault(name, found)
    if body.get("logprobs") is not None or body.get("top_logprobs") is not None:
        config |= _logprobs(body)
    if body.get("modalities") is not None:
        config |= _modalities(body)
    return config


def _limit(value: object, param: str, model: Model) -> int:
    return min(whole(value, param, 1) or 1, model.longest_answer)


def _stops(value: object, param: str, model: Model) -> list[str] | None:
    if isinstance(value, str):
        return [value] if value else None
    stops = [text(item, f"stop.[{n}]") for n, item in enumerate(items(value, param))]
    if len(stops) > MAX_STOPS:
        wrong(param, say("request.stops", most=MAX_STOPS, count=len(stops)))
    return [stop for stop in stops if stop] or None


def _choices(value: object, param: str, model: Model) -> int | None:
    count = whole(value, param, 1, MAX_CHOICES)
    return None if count == 1 else count


def _seed(value: object, param: str, model: Model) -> int | None:
    """Google's seed has 32 bits; a longer one is masked, which keeps it repeatable."""
    seed = whole(value, param)
    return seed if seed is None or -(2**31) <= seed < 2**31 else seed & 0x7FFFFFFF


def _penalty(value: object, param: str, model: Model) -> float | None:
    """User interfaces send 0 for "not set", and several models refuse the field at all."""
    return number(value, param, -2, 2) or None


_SAMPLED: tuple[tuple[str, str, Callable[[object, str, Model], object]], ...] = (
    ("temperature", "temperature", lambda value, param, _: number(value, param, 0, 2)),
    ("top_p", "topP", lambda value, param, _: number(value, param, 0, 1)),
    ("top_k", "topK", lambda value, param, _: whole(value, param, 0) or None),
    ("max_completion_tokens", "maxOutputTokens", _limit),
    ("max_tokens", "maxOutputTokens", _limit),
    ("stop", "stopSequences", _stops),
    ("n", "candidateCount", _choices),
    ("seed", "seed", _seed),
    ("presence_penalty", "presencePenalty", _penalty),
    ("frequency_penalty", "frequencyPenalty", _penalty),
)
"""(the client's field, Google's, what reads it), in the order in which errors are told; of two the first counts."""


def _logprobs(body: Mapping[str, object]) -> dict[str, object]:
    asked = flag(body.get("logprobs"), "logprobs")
    top = whole(body.get("top_logprobs"), "top_logprobs", 0, MAX_TOP_LOGPROBS)
    if top is not None and not asked:
        wrong("top_logprobs", say("request.logprobs"))
    return ({"responseLogprobs": True} if asked else {}) | ({"logprobs": top} if top else {})


def _modalities(body: Mapping[str, object]) -> dict[str, object]:
    """What kinds of answer are wanted. Google's models give sound alone, never beside text."""
    found = items(body["modalities"], "modalities")
    names = [text(item, f"modalities.[{n}]").lower() for n, item in enumerate(found)]
    for position, name in enumerate(names):
        if name not in ("text", "image", "audio"):
            wrong(f"modalities.[{position}]", say("request.modality", name=name[:40]))
    if "audio" in names:
        return {"responseModalities": ["AUDIO"], **_voice(table(body.get("audio"), "audio"))}
    return {"responseModalities": [name.upper() for name in names]} if names not in ([], ["text"]) else {}


def _voice(audio: Mapping[str, object]) -> dict[str, object]:
    """One of Google's voices by its name; where OpenAI's are named, Google chooses."""
    if (form := text(audio.get("format"), "audio.format").lower()) not in ("", "wav", *RAW_SOUND):
        wrong("audio.format", say("request.sound_format", form=form[:40]))
    voice = audio.get("voice")
    if not isinstance(voice, str) or not voice or voice.lower() in _VOICES_OF_OPENAI:
        return {}
    return {"speechConfig": {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}}


def wants_samples(body: Mapping[str, object]) -> bool:
    """Whether sound is wanted without the head of a file."""
    audio = body.get("audio")
    form = audio.get("format") if isinstance(audio, dict) else None
    return isinstance(form, str) and form.lower() in RAW_SOUND


def google_extension(fields: Mapping[str, object]) -> dict[str, object]:
    """Google's extension; SDKs merge extra_body into the top level, other clients send it nested."""
    if fields.get("google") is not None:
        return table(fields["google"], "google")
    if fields.get("extra_body") is None:
        return {}
    return table(table(fields.get("extra_body"), "extra_body").get("google"), "extra_body.google")


def read_thinking(google: Mapping[str, object], effort: object, param: str, variant: Variant) -> ThinkingConfig | None:
    """google.thinking_config beats the effort in field `param` beats the model's name; without any Google decides."""
    asked = google.get("thinking_config", google.get("thinkingConfig"))
    if asked is not None:
        return _asked_thinking(table(asked, "google.thinking_config"), variant.model.abilities)
    word = (text(effort, param) if effort is not None else "") or variant.effort
    if not word:
        return None
    if word not in EFFORTS:
        wrong(param, say("request.one_of", param=param, names=", ".join(EFFORTS)))
    return for_effort(variant.model.abilities, word)


def read_tier(fields: Mapping[str, object]) -> str:
    """Google's word for `service_tier`; empty for the usual one."""
    asked = fields.get("service_tier")
    return asked_tier(text(asked, "service_tier")) if asked is not None else ""


def affinity(fields: Mapping[str, object]) -> str:
    """What names the conversation; a value of the wrong type only loses the advantage."""
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
