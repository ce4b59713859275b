"""One call of a model, the same behind all three services: faults, rules, quota, then the answer's bytes.

`Ask` says who asks for what; `respond` gives a response. The order is Google's: a lined-up fault first, then the
model, the request's validity, and only a valid request is charged. A client that leaves ends every wait at once.
"""

from collections.abc import AsyncIterator, Callable, Sequence

from quart import Response, request

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import incoming, response_events
from gcli2api_tui.simulator.faults import REFUSALS, SHAPES, Fault
from gcli2api_tui.simulator.invented_answers import Answer, answer, directives
from gcli2api_tui.simulator.journal import Entry
from gcli2api_tui.simulator.long_decode import GENERATION
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.quota import ANSWER_HEADER, STANDARD, TRAFFIC, timestamp
from gcli2api_tui.simulator.refusals import Refusal
from gcli2api_tui.simulator.request_shape import REQUEST_TYPES, Request, check_shape
from gcli2api_tui.simulator.tool_calls import last_text
from gcli2api_tui.simulator.usage import request_tokens
from gcli2api_tui.simulator.validate import normalised, validated
from gcli2api_tui.simulator.world import World

JSON_TYPE = "application/json; charset=UTF-8"
PAGE = (
    "<!doctype html><html><head><title>Sign in to the network</title></head><body>Welcome to our Wi-Fi.</body></html>"
)


class Cut(Exception):
    """The connection ends here, with no end of the body; the application lets the socket go."""


class Page(Exception):
    """Somebody in between answers with a page of theirs, as at a captive portal."""


@dataclass(frozen=True, slots=True)
class Ask:
    """`find` and `charge` raise a Refusal where the caller's service would; `credential` is what faults match."""

    backend: str
    credential: str
    project: str
    model_id: str
    method: str
    find: Callable[[], Model]
    charge: Callable[[], None]
    body: object
    tier: str = STANDARD
    """The service tier that serves it."""

    @property
    def streams(self) -> bool:
        return self.method == "streamGenerateContent"


async def respond(world: World, ask: Ask, entry: Entry) -> Response:
    hop = world.long_decode.hop_of(ask.body)
    fault = next_fault(world, ask.credential, ask.model_id, ask.method, entry, ask.project, hop)
    model = ask.find()
    checked = validated(ask.body, model, _route(world, ask), ask.backend, streams=ask.streams)
    place = world.long_decode.place(checked, model, ask.credential)
    ask.charge()
    fault = fault or _ordered(checked, entry)
    _refuse(fault, world, ask.model_id, ask.project)
    await _wait_for_first_byte(world, ask, fault, entry)
    lines = None if fault else world.script.take(checked)
    result = answer(checked, model, world.seed, fault, lines, world.voice)
    if model.family >= GENERATION and not result.blocked:
        result = world.long_decode.hop(result, place, _limit(checked), streams=ask.streams)
    envelope = _envelope(world, ask, model)
    framed = _framed(world, ask, fault)
    if ask.streams:
        response = _stream(world, result, envelope, fault, framed, entry)
    else:
        await _pause(world, world.voice.takes_s(model.id, "".join((*result.thoughts, result.text))))
        response = _whole(result, envelope, fault, framed)
    if ask.backend == "gemini-api":
        response.headers[ANSWER_HEADER] = ask.tier
    return response


def next_fault(
    world: World, credential: str, model: str, method: str, entry: Entry, project: str = "sim-project", hop: int = 1
) -> Fault | None:
    """The fault that is due, raised at once if it is a refusal."""
    fault = world.faults.take(credential, model, method, hop)
    if fault:
        entry.fault = fault.kind
        _refuse(fault, world, model, project)
    return fault


def _refuse(fault: Fault | None, world: World, model: str, project: str) -> None:
    refusal = fault.refusal(model, project, world.clock.now()) if fault else None
    if fault and refusal:
        incoming.want_array(bool(fault.options.get("array")))
        raise refusal
    if fault and fault.kind == "hang_up":
        raise Cut
    if fault and fault.kind == "page":
        raise Page


def _limit(checked: Request) -> int | None:
    return (checked.get("generationConfig") or {}).get("maxOutputTokens")


def _ordered(checked: Request, entry: Entry) -> Fault | None:
    """A fault that the prompt itself asks for: `[sim:fault=cut]`."""
    kind = directives(last_text(checked)).get("fault", "")
    if kind not in REFUSALS and kind not in SHAPES:
        return None
    entry.fault = kind
    return Fault(kind)


async def _wait_for_first_byte(world: World, ask: Ask, fault: Fault | None, entry: Entry) -> None:
    if fault and fault.kind == "slow_first_byte":
        await world.clock.sleep(fault.option("delay_s", 30))
    else:
        await _pause(world, world.first_byte_s + world.voice.waits_s(ask.model_id, f"{world.seed}|{entry.id}"))


async def _pause(world: World, seconds: float) -> None:
    if seconds:
        await world.pacing.sleep(seconds)


def _envelope(world: World, ask: Ask, model: Model) -> response_events.Envelope:
    return response_events.Envelope(
        model=model.id,
        family=model.family,
        response_id=world.mint("response"),
        created=timestamp(world.clock.now()),
        route=_route(world, ask),
        wrapped=ask.backend == "code-assist",
        traffic="" if ask.backend == "gemini-api" else TRAFFIC[ask.tier],
        retires=_retires(ask, model),
    )


def _retires(ask: Ask, model: Model) -> str:
    """Only the Gemini API tells it."""
    day = model.ends.get("gemini-api") if ask.backend == "gemini-api" else None
    return f"{day}T00:00:00Z" if day else ""


def _route(world: World, ask: Ask) -> str:
    """What signatures are bound to."""
    return f"{world.seed}|{ask.project}"


def _framed(world: World, ask: Ask, fault: Fault | None) -> Refusal | None:
    """What a fault puts into the answer itself."""
    if fault is None or fault.kind != "error_frame":
        return None
    return fault.frame(ask.model_id, ask.project, world.clock.now())


def _whole(result: Answer, envelope: response_events.Envelope, fault: Fault | None, framed: Refusal | None) -> Response:
    answered, kind = response_events.whole(result, envelope, huge=_huge(fault)), fault.kind if fault else ""
    if framed:
        raise framed
    if kind == "cut":
        raise Cut
    if kind == "no_finish":
        _forget_finish([answered])
    body = response_events.dumps(answered)
    if kind == "gzip":
        return Response(response_events.gzipped(body), headers={"content-encoding": "gzip"}, content_type=JSON_TYPE)
    return Response(body, content_type=JSON_TYPE)


def _stream(
    world: World,
    result: Answer,
    envelope: response_events.Envelope,
    fault: Fault | None,
    framed: Refusal | None,
    entry: Entry,
) -> Response:
    kind = fault.kind if fault else ""
    events = response_events.events(result, envelope, huge=_huge(fault), one_event=kind == "several_parts")
    if kind == "no_finish":
        _forget_finish(events)
    if fault and framed:
        events = [*events[: int(fault.option("after", 2))], framed.body()]
    sse = request.args.get("alt") == "sse"
    frames = list(response_events.sse(events) if sse else response_events.array(events))
    paces = [world.voice.takes_s(envelope.model, _said(event)) for event in events]
    response = Response(_send(world, _packets(frames, kind), paces, fault, entry))
    response.timeout = None
    response.content_type = "text/event-stream" if sse else JSON_TYPE
    if kind == "gzip":
        response.headers["content-encoding"] = "gzip"
    return response


def _packets(frames: Sequence[bytes], kind: str) -> list[bytes]:
    if kind == "coalesced":
        return [b"".join(frames)]
    if kind == "split_character":
        return [packet for frame in frames for packet in response_events.split_inside_character(frame)]
    return response_events.compressed(frames) if kind == "gzip" else list(frames)


def _said(event: response_events.JSON) -> str:
    """The words of one event, thoughts among them."""
    candidates = (event.get("response") or event).get("candidates", ())
    return "".join(part.get("text", "") for one in candidates for part in one["content"].get("parts", ()))


async def _send(
    world: World, packets: Sequence[bytes], paces: Sequence[float], fault: Fault | None, entry: Entry
) -> AsyncIterator[bytes]:
    kind = fault.kind if fault else ""
    slow = fault if fault and kind == "slow_chunks" else None
    clock, pause_s = (world.clock, slow.option("delay_s", 1)) if slow else (world.pacing, world.pace_s)
    pause_s = pause_s or (0.01 if kind == "split_character" else 0)
    for number, packet in enumerate(packets):
        if fault and kind == "cut" and number >= fault.option("after", 2):
            raise Cut
        if number and pause_s:
            await clock.sleep(pause_s)
        elif number < len(paces):
            await _pause(world, paces[number])
        entry.sent_events = number + 1
        yield packet
    if kind == "cut":
        raise Cut


def _forget_finish(events: list[response_events.JSON]) -> None:
    for event in events:
        for candidate in (event.get("response") or event).get("candidates", ()):
            candidate.pop("finishReason", None)


def _huge(fault: Fault | None) -> int:
    return int(fault.option("size", 1_000_000)) if fault and fault.kind == "huge_event" else 0


def count_tokens(body: object) -> response_events.JSON:
    """The answer of countTokens for contents alone or a whole generateContentRequest."""
    check_shape(body, REQUEST_TYPES)
    total = request_tokens(normalised(body))
    return {"totalTokens": total, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": total}]}
