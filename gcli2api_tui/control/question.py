"""A question to our own endpoint: as a person puts it, as the request that a client of a dialect would send, and what
came of it as the panel reads it.

Pure, and known to the panel. A `Question` has what Play shows; an `AskRequest` is what goes out, and may hold anything
that the dialect takes; what is not set is not sent. An `AskedRow` changes until it has ended, and its text is read
beside it, as an exchange's is.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Literal
from urllib.parse import quote, unquote

from gcli2api_tui.events.ids import ANY, AskId, CredentialId, ExchangeId, Usage
from gcli2api_tui.messages.message import NOTHING, Message
from gcli2api_tui.quick_dataclass import dataclass

Dialect = Literal["openai-chat", "openai-responses", "anthropic-messages", "gemini"]
DIALECTS: tuple[Dialect, ...] = ("openai-chat", "openai-responses", "anthropic-messages", "gemini")
Effort = Literal["", "none", "low", "medium", "high"]
EFFORTS: tuple[Effort, ...] = ("", "none", "low", "medium", "high")
"""How hard the model is to think; "" leaves it to the model."""

CREDENTIAL_HEADER = "x-gcli2api-credential"
"""The id of the one credential that is to serve a request; taken from this user's own processes alone."""
Fields = dict[str, Any]

_BUDGETS: Mapping[str, int] = {"none": 0, "low": 1024, "medium": 8192, "high": 24576}
"""Gemini's own dialect has two ways to say it; a budget is taken by all models that think by either."""
LONGEST_ANSWER = 8192
"""Anthropic's dialect demands a limit."""


_IN_PATH = re.compile(r"/models/([^:?]+):")
_IN_BODY = re.compile(r'"model"\s*:\s*("(?:[^"\\]|\\.)*")')
_LOOKED_AT, _LONGEST_NAME = 100_000, 200

AskedState = Literal["waiting", "answering", "done", "failed", "stopped"]
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side of a conversation said."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """What Play's form says."""

    model: str
    turns: tuple[Turn, ...]
    dialect: Dialect = "openai-chat"
    system: str = ""
    effort: Effort = ""
    temperature: float | None = None
    max_tokens: int | None = None
    stream: bool = True
    credential: CredentialId = ANY
    """The only one that is to be asked; any, where the pool chooses."""


@dataclass(frozen=True, slots=True)
class AskRequest:
    """What goes out. `path` begins with a slash, and `body` is JSON."""

    dialect: str
    path: str
    body: bytes
    credential: CredentialId = ANY

    @property
    def fields(self) -> Fields:
        """The body as an object. Raises ValueError where it is none."""
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise ValueError("not an object")
        return found


@dataclass(frozen=True, slots=True)
class AskedRow:
    """As the client saw it: the server's own row of the exchange may tell more."""

    id: AskId
    dialect: str
    model: str
    credential: CredentialId
    """The only one that was to be asked; "" for any."""
    asked_at: float
    state: AskedState = "waiting"
    status: int = 0
    """0 until the server answered."""
    exchange: ExchangeId | None = None
    """Its number in the ledger, as soon as the server has told it."""
    answered_by: str = ""
    first_at: float | None = None
    ended_at: float | None = None
    characters: int = 0
    usage: Usage | None = None
    finish: str = ""
    error: Message = NOTHING
    whole: bool = False
    """The dialect's own end was heard."""

    @property
    def ended(self) -> bool:
        return self.ended_at is not None

    @property
    def tokens(self) -> int:
        """Of the answer, with its thoughts; a guess while nobody has counted them."""
        if self.usage is not None:
            return self.usage.output + self.usage.thoughts
        return self.characters // CHARACTERS_PER_TOKEN


def ask_once(model: str, text: str, credential: CredentialId = ANY) -> AskRequest:
    """The shortest question there is: a first test call, a check of one credential."""
    return request_of(Question(model, (Turn("user", text),), credential=credential))


def request_of(question: Question, fields: Fields | None = None) -> AskRequest:
    """The request; `fields` of an earlier one of the same dialect stay where the question says nothing else."""
    written = _WRITERS[question.dialect](question, dict(fields or {}))
    return AskRequest(question.dialect, path_of(question), encoded(written), question.credential)


def encoded(fields: Fields) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")


def path_of(question: Question) -> str:
    """Where a client of the dialect sends it."""
    match question.dialect:
        case "openai-chat":
            return "/v1/chat/completions"
        case "openai-responses":
            return "/v1/responses"
        case "anthropic-messages":
            return "/v1/messages"
    return gemini_path(question.model, stream=question.stream)


def gemini_path(model: str, *, stream: bool) -> str:
    method = "streamGenerateContent?alt=sse" if stream else "generateContent"
    return f"/v1beta/models/{quote(model, safe='/')}:{method}"


def text_of(turns: tuple[Turn, ...]) -> str:
    """The last that a person said."""
    return next((turn.text for turn in reversed(turns) if turn.role == "user"), "")


# The four dialects


def _put(fields: Fields, name: str, value: object) -> None:
    """A field that is not set is not there."""
    if value is None or value == "":
        fields.pop(name, None)
    else:
        fields[name] = value


def _openai_chat(question: Question, fields: Fields) -> Fields:
    said = [{"role": turn.role, "content": turn.text} for turn in question.turns]
    system = [{"role": "system", "content": question.system}] if question.system else []
    fields |= {"model": question.model, "messages": [*system, *said], "stream": question.stream}
    _put(fields, "reasoning_effort", question.effort)
    _put(fields, "temperature", question.temperature)
    limit = "max_tokens" if "max_tokens" in fields else "max_completion_tokens"
    _put(fields, limit, question.max_tokens)
    _put(fields, "stream_options", {"include_usage": True} if question.stream else None)
    return fields


def _openai_responses(question: Question, fields: Fields) -> Fields:
    said = [{"role": turn.role, "content": turn.text} for turn in question.turns]
    fields |= {"model": question.model, "input": said, "stream": question.stream}
    fields.setdefault("store", False)
    reasoning = {name: value for name, value in (fields.get("reasoning") or {}).items() if name != "effort"}
    if question.effort:
        reasoning = {"summary": "auto", **reasoning, "effort": question.effort}
    _put(fields, "reasoning", reasoning or None)
    _put(fields, "instructions", question.system)
    _put(fields, "temperature", question.temperature)
    _put(fields, "max_output_tokens", question.max_tokens)
    return fields


def _anthropic(question: Question, fields: Fields) -> Fields:
    said = [{"role": turn.role, "content": turn.text} for turn in question.turns]
    fields |= {"model": question.model, "messages": said, "stream": question.stream}
    fields["max_tokens"] = question.max_tokens or LONGEST_ANSWER
    _put(fields, "system", question.system)
    _put(fields, "temperature", question.temperature)
    thinking = {"type": "disabled"} if question.effort == "none" else {"type": "adaptive"} if question.effort else None
    _put(fields, "thinking", thinking)
    output = {name: value for name, value in (fields.get("output_config") or {}).items() if name != "effort"}
    if question.effort not in ("", "none"):
        output["effort"] = question.effort
    _put(fields, "output_config", output or None)
    return fields


def _gemini(question: Question, fields: Fields) -> Fields:
    roles = {"user": "user", "assistant": "model"}
    fields["contents"] = [{"role": roles[turn.role], "parts": [{"text": turn.text}]} for turn in question.turns]
    _put(fields, "systemInstruction", {"parts": [{"text": question.system}]} if question.system else None)
    config = dict(fields.get("generationConfig") or {})
    _put(config, "temperature", question.temperature)
    _put(config, "maxOutputTokens", question.max_tokens)
    budget = _BUDGETS.get(question.effort)
    thinking = None if budget is None else {"thinkingBudget": budget, "includeThoughts": budget > 0}
    if budget is not None or "thinkingConfig" in config:
        _put(config, "thinkingConfig", thinking)
    _put(fields, "generationConfig", config or None)
    return fields


_WRITERS: Mapping[str, Callable[[Question, Fields], Fields]] = {
    "openai-chat": _openai_chat,
    "openai-responses": _openai_responses,
    "anthropic-messages": _anthropic,
    "gemini": _gemini,
}


def known_dialect(name: str) -> Dialect | None:
    """One that Play has a form for."""
    return next((dialect for dialect in DIALECTS if dialect == name), None)


def is_object(body: bytes) -> bool:
    """By its first character alone: the server reads it, and says what is wrong with it."""
    return body.lstrip()[:1] == b"{"


def model_of(request: AskRequest) -> str:
    """What is asked for, as far as it is quickly found."""
    if found := _IN_PATH.search(request.path):
        return unquote(found[1])[:_LONGEST_NAME]
    found = _IN_BODY.search(request.body[:_LOOKED_AT].decode("utf-8", "replace"))
    return json.loads(found[1])[:_LONGEST_NAME] if found else ""
