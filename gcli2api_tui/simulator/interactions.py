"""Google's Interactions API: answers that Google keeps, and that the next request goes on from.

An interaction is of the project whose key made it; to others it does not exist.
"""

from collections.abc import AsyncIterator, Callable
from typing import Any

from quart import Quart, Response, jsonify, request

from gcli2api_tui.simulator import incoming, refusals, texts
from gcli2api_tui.simulator.dates import day_of, timestamp
from gcli2api_tui.simulator.generation import next_fault
from gcli2api_tui.simulator.models import find
from gcli2api_tui.simulator.wire import dumps
from gcli2api_tui.simulator.world import ApiKey, World

WORDS = 12
KNOWN = frozenset(
    {"model", "agent", "input", "stream", "store", "background", "previous_interaction_id", "system_instruction",
     "tools", "generation_config", "response_format", "response_modalities", "service_tier", "safety_settings"}
)  # fmt: skip


class Interactions:
    def __init__(self, world: World, key: Callable[[str], ApiKey]) -> None:
        self._world, self._key = world, key
        self._kept: dict[str, tuple[str, dict[str, Any]]] = {}

    def attach(self, app: Quart) -> None:
        for version in ("v1beta", "v1"):
            one = f"/{version}/interactions"
            app.add_url_rule(one, f"{version}_interact", self.create, methods=["POST"])
            app.add_url_rule(f"{one}/<name>", f"{version}_interaction", self.one, methods=["GET", "DELETE"])
            app.add_url_rule(f"{one}/<name>/cancel", f"{version}_cancel", self.cancel, methods=["POST"])

    async def create(self) -> Response:
        key = self._key("interactions.create")
        body = await incoming.json_body()
        for name in body:
            if name not in KNOWN:
                raise refusals.unknown_name(name)
        model = str(body.get("model", ""))
        incoming.entry().model = model
        next_fault(self._world, key.key, model, "interactions.create", incoming.entry(), key.project)
        if find(model, "gemini-api", day_of(self._world.clock.now())) is None:
            raise refusals.not_found(f"Model {model} is not found.")
        if previous := body.get("previous_interaction_id"):
            self._found(str(previous), key)
        if not body.get("input"):
            raise refusals.invalid("input is required.")
        made = self._made(body, model)
        self._kept[made["id"]] = key.project, made
        if body.get("stream"):
            return Response(_events(made), content_type="text/event-stream")
        return jsonify(made)

    def _made(self, body: dict[str, Any], model: str) -> dict[str, Any]:
        identity = f"v1_{self._world.mint('interaction')}"
        text = texts.compose(identity, str(body["input"]), WORDS)
        now = timestamp(self._world.clock.now())
        steps = [{"type": "model_output", "content": [{"type": "text", "text": text}]}]
        usage = {"total_input_tokens": 1, "total_output_tokens": WORDS, "total_tokens": WORDS + 1}
        return {"id": identity, "object": "interaction", "model": model, "status": "completed", "role": "model",
                "created": now, "updated": now, "steps": steps, "usage": usage}  # fmt: skip

    async def one(self, name: str) -> Response:
        made = self._found(name, self._key(f"interactions.{request.method.lower()}"))
        if request.method == "DELETE":
            del self._kept[name]
            return jsonify({})
        return jsonify(made)

    async def cancel(self, name: str) -> Response:
        made = self._found(name, self._key("interactions.cancel"))
        return jsonify({**made, "status": "cancelled"})

    def _found(self, name: str, key: ApiKey) -> dict[str, Any]:
        project, made = self._kept.get(name, ("", {}))
        if not made or project != key.project:
            raise refusals.not_found(f"Interaction {name} not found.")
        return made


async def _events(made: dict[str, Any]) -> AsyncIterator[bytes]:
    step = made["steps"][0]
    begun = {"id": made["id"], "object": "interaction", "status": "in_progress", "model": made["model"]}
    events: list[dict[str, Any]] = [
        {"event_type": "interaction.created", "interaction": begun},
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": step["content"][0]["text"]}},
        {"event_type": "step.stop", "index": 0},
        {"event_type": "interaction.completed", "interaction": {**begun, "status": "completed"}},
    ]
    for event in events:
        yield b"event: " + event["event_type"].encode() + b"\ndata: " + dumps(event) + b"\n\n"
    yield b"event: done\ndata: [DONE]\n\n"
