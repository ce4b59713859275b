"""Answers made up: a request goes in, an `Answer` comes out, always the same one for the same seed and request, unless
whoever tests wrote down what is answered next.

The person's last words decide (see tool_calls.py), and `[sim:word]` or `[sim:word=value]` in them orders: `words=500`
(length), `finish=SAFETY`, `empty`, `blocked=SAFETY`, `fault=cut`, `think=70000` (tokens of thought). A fault of the
menu overrides. maxOutputTokens holds for thoughts and text together; an answer of several hops is all there here, and
cut into them in long_decode.py. What was written down is in scripted_turns.py.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import field, replace

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import texts
from gcli2api_tui.simulator.faults import Fault
from gcli2api_tui.simulator.media import IMAGE_TOKENS, drawn, ratio_of, wanted_modalities
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.request_shape import GenerationConfig, Request
from gcli2api_tui.simulator.sample_values import sample
from gcli2api_tui.simulator.scripted_turns import Lines
from gcli2api_tui.simulator.texts import PLAIN, Voice
from gcli2api_tui.simulator.tool_calls import last_text, wanted_calls
from gcli2api_tui.simulator.usage import Usage, request_tokens, tokens, truncated

DIRECTIVE = re.compile(r"\[sim:(\w+)(?:=([\w.-]+))?\]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model produced; `blocked` means that there is no candidate at all."""

    prompt_tokens: int
    thoughts: tuple[str, ...] = ()
    text: str = ""
    calls: tuple[Mapping[str, object], ...] = field(default=())
    finish: str = "STOP"
    blocked: str = ""
    thought_tokens: int = 0
    picture: str = ""
    """Base64 of a PNG."""
    searched: bool = False
    """Google Search was among the tools: the answer says where it was found."""
    token: str = ""
    """What the next hop of a long answer is asked with."""
    checkpoints: tuple[tuple[int, str], ...] = ()
    """(characters of the text, token): from where a stream that breaks can be resumed."""

    @property
    def usage(self) -> Usage:
        spoken = (
            IMAGE_TOKENS * bool(self.picture)
            + tokens(self.text)
            + sum(tokens(json.dumps(call, ensure_ascii=False)) for call in self.calls)
        )
        return Usage(self.prompt_tokens, spoken, self.thought_tokens)


def answer(
    request: Request, model: Model, seed: int, fault: Fault | None, lines: Lines | None = None, voice: Voice = PLAIN
) -> Answer:
    """`lines` are what a script says the model answers; what it thinks and how long it may be stay as they are."""
    prompt = last_text(request)
    orders = directives(prompt)
    empty = Answer(request_tokens(request))
    shape = fault.kind if fault else ""
    if shape == "blocked" or "blocked" in orders:
        reason = fault.options.get("reason") if fault else orders.get("blocked")
        return replace(empty, blocked=reason or "PROHIBITED_CONTENT")
    if shape in ("empty", "malformed_call") or "empty" in orders:
        finish = "MALFORMED_FUNCTION_CALL" if shape == "malformed_call" else "STOP"
        return replace(empty, finish=str(fault.options.get("finish", finish)) if fault else finish)
    if lines is None:
        words = int(orders.get("words") or voice.length(seed, prompt))
        lines = _lines(request, f"{seed}|{model.id}", prompt, shape, words, voice)
    full = _full(request, model, f"{seed}|{model.id}", prompt, lines)
    if model.draws and "IMAGE" in wanted_modalities(request) and "words" not in orders:
        full = replace(full, picture=drawn(f"{seed}|{prompt}", ratio_of(request)))
    finish = str(fault.options.get("finish", "SAFETY")) if fault and shape == "finish" else orders.get("finish", "")
    return replace(full, finish=finish) if finish else full


def directives(prompt: str) -> dict[str, str]:
    return dict(DIRECTIVE.findall(prompt))


def _lines(request: Request, seed: str, prompt: str, shape: str, words: int, voice: Voice) -> Lines:
    forced = {"tool_call": 1, "parallel_calls": 2}.get(shape, 0)
    calls = wanted_calls(request, prompt, forced=forced)
    config = request.get("generationConfig") or {}
    return Lines("" if calls else _text(request, config, seed, prompt, words, voice), tuple(calls))


def _full(request: Request, model: Model, seed: str, prompt: str, lines: Lines) -> Answer:
    config = request.get("generationConfig") or {}
    thought, thought_tokens = _thinking(config, model, seed, prompt)
    thought_tokens = int(directives(prompt).get("think") or thought_tokens)
    searched = any("googleSearch" in tool for tool in request.get("tools") or ())
    whole = Answer(
        request_tokens(request), thought, lines.text, lines.calls, thought_tokens=thought_tokens, searched=searched
    )
    return _limited(whole, config.get("maxOutputTokens"))


def _text(request: Request, config: GenerationConfig, seed: str, prompt: str, words: int, voice: Voice) -> str:
    schema = config.get("responseJsonSchema") or config.get("responseSchema")
    if config.get("responseMimeType") == "application/json":
        return json.dumps(sample(schema or {"type": "object"}, prompt), ensure_ascii=False)
    response = _function_response(request)
    about = f"The function answered: {response}\n\n" if response else ""
    text = about + voice.text(seed, prompt, words)
    ends = [at for stop in config.get("stopSequences") or () if (at := text.find(stop)) >= 0]
    return text[: min(ends)] if ends else text


def _function_response(request: Request) -> str:
    last = (request.get("contents") or [{}])[-1]
    found = [part["functionResponse"].get("response") for part in last.get("parts", ()) if "functionResponse" in part]
    return "; ".join(json.dumps(one, ensure_ascii=False)[:200] for one in found)


def _thinking(config: GenerationConfig, model: Model, seed: str, prompt: str) -> tuple[tuple[str, ...], int]:
    """Summaries only if asked for; the tokens are counted in any case, unless thinking is off."""
    thinking = config.get("thinkingConfig") or {}
    budget = thinking.get("thinkingBudget")
    if budget == 0 or (budget is None and not model.thinks):
        return (), 0
    summaries = texts.thoughts(seed, prompt)
    count = 3 * sum(map(tokens, summaries))
    limited = min(count, budget) if budget is not None and budget > 0 else count
    return summaries if thinking.get("includeThoughts") else (), limited


def _limited(whole: Answer, limit: int | None) -> Answer:
    if limit is None or whole.usage.answer + whole.thought_tokens <= limit:
        return whole
    if whole.thought_tokens >= limit:
        return replace(whole, text="", calls=(), thought_tokens=limit, finish="MAX_TOKENS")
    text = truncated(whole.text, limit - whole.thought_tokens)
    return replace(whole, text=text, calls=(), finish="MAX_TOKENS")
