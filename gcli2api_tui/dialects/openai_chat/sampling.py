"""The numbers of a chat request → generationConfig, without tools, thinking and response format."""

from collections.abc import Mapping

from gcli2api_tui.dialects.fields import flag, items, number, table, text, whole, wrong
from gcli2api_tui.gemini.catalogue import Model
from gcli2api_tui.messages.message import say

MAX_STOPS = 4
MAX_CHOICES = 8
MAX_TOP_LOGPROBS = 20
RAW_SOUND = ("pcm16", "pcm")
_VOICES_OF_OPENAI = frozenset(
    "alloy ash ballad cedar coral echo fable marin nova onyx sage shimmer verse".split()  # noqa: SIM905 - a list of words
)


def read_sampling(body: Mapping[str, object], model: Model) -> dict[str, object]:
    """generationConfig with only what the client asked for: an absent field stays Google's default."""
    config: dict[str, object] = {
        "temperature": number(body.get("temperature"), "temperature", 0, 2),
        "topP": number(body.get("top_p"), "top_p", 0, 1),
        "topK": whole(body.get("top_k"), "top_k", 0) or None,
        "maxOutputTokens": _limit(body, model),
        "stopSequences": _stops(body.get("stop")) or None,
        "candidateCount": _choices(body.get("n")),
        "seed": _seed(body.get("seed")),
        # User interfaces send 0 for "not set", and several models refuse the field at all.
        "presencePenalty": number(body.get("presence_penalty"), "presence_penalty", -2, 2) or None,
        "frequencyPenalty": number(body.get("frequency_penalty"), "frequency_penalty", -2, 2) or None,
    }
    config |= _logprobs(body) | _modalities(body)
    return {key: value for key, value in config.items() if value is not None}


def _limit(body: Mapping[str, object], model: Model) -> int | None:
    newer = whole(body.get("max_completion_tokens"), "max_completion_tokens", 1)
    older = whole(body.get("max_tokens"), "max_tokens", 1)
    limit = older if newer is None else newer
    return None if limit is None else min(limit, model.longest_answer)


def _stops(value: object) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    stops = [text(item, f"stop.[{n}]") for n, item in enumerate(items(value, "stop"))]
    if len(stops) > MAX_STOPS:
        wrong("stop", say("request.stops", most=MAX_STOPS, count=len(stops)))
    return [stop for stop in stops if stop]


def _choices(value: object) -> int | None:
    count = whole(value, "n", 1, MAX_CHOICES)
    return None if count == 1 else count


def _seed(value: object) -> int | None:
    """Google's seed has 32 bits; a longer one is masked, which keeps it repeatable."""
    seed = whole(value, "seed")
    return seed if seed is None or -(2**31) <= seed < 2**31 else seed & 0x7FFFFFFF


def _logprobs(body: Mapping[str, object]) -> dict[str, object]:
    asked = flag(body.get("logprobs"), "logprobs")
    top = whole(body.get("top_logprobs"), "top_logprobs", 0, MAX_TOP_LOGPROBS)
    if top is not None and not asked:
        wrong("top_logprobs", say("request.logprobs"))
    return {"responseLogprobs": asked or None, "logprobs": top or None}


def _modalities(body: Mapping[str, object]) -> dict[str, object]:
    """What kinds of answer are wanted. Google's models give sound alone, never beside text."""
    found = items(body.get("modalities"), "modalities")
    names = [text(item, f"modalities.[{n}]").lower() for n, item in enumerate(found)]
    for position, name in enumerate(names):
        if name not in ("text", "image", "audio"):
            wrong(f"modalities.[{position}]", say("request.modality", name=name[:40]))
    if "audio" in names:
        return {"responseModalities": ["AUDIO"], "speechConfig": _voice(table(body.get("audio"), "audio"))}
    return {"responseModalities": [name.upper() for name in names]} if names not in ([], ["text"]) else {}


def _voice(audio: Mapping[str, object]) -> dict[str, object] | None:
    """One of Google's voices by its name; where OpenAI's are named, Google chooses."""
    if (form := text(audio.get("format"), "audio.format").lower()) not in ("", "wav", *RAW_SOUND):
        wrong("audio.format", say("request.sound_format", form=form[:40]))
    voice = audio.get("voice")
    if not isinstance(voice, str) or not voice or voice.lower() in _VOICES_OF_OPENAI:
        return None
    return {"voiceConfig": {"prebuiltVoiceConfig": {"voiceName": voice}}}


def wants_samples(body: Mapping[str, object]) -> bool:
    """Whether sound is wanted without the head of a file."""
    audio = body.get("audio")
    form = audio.get("format") if isinstance(audio, dict) else None
    return isinstance(form, str) and form.lower() in RAW_SOUND
