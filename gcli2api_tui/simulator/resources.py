"""What the Gemini API keeps: files (48 hours), cached contents (an hour unless told), and interactions, that the next
request goes on from.

Each belongs to the project of the key that made it, and is refused to others in Google's words; an interaction does not
exist for them. Files come by the resumable protocol: start, then bytes at the offset that is due, then finalize, at an
address that needs no key.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import field
from typing import Any

from quart import Quart, Response, jsonify, request

from gcli2api_tui.quick_dataclass import dataclass
from gcli2api_tui.simulator import incoming, refusals, texts
from gcli2api_tui.simulator.gemini_api import GeminiApi
from gcli2api_tui.simulator.generation import next_fault
from gcli2api_tui.simulator.models import find
from gcli2api_tui.simulator.quota import day_of, timestamp
from gcli2api_tui.simulator.refusals import Refusal
from gcli2api_tui.simulator.request_shape import Request
from gcli2api_tui.simulator.response_events import dumps
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
    events: list[dict[str, object]] = [
        {"event_type": "interaction.created", "interaction": begun},
        {"event_type": "step.start", "index": 0, "step": {"type": "model_output"}},
        {"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": step["content"][0]["text"]}},
        {"event_type": "step.stop", "index": 0},
        {"event_type": "interaction.completed", "interaction": {**begun, "status": "completed"}},
    ]
    for event in events:
        yield b"event: " + str(event["event_type"]).encode() + b"\ndata: " + dumps(event) + b"\n\n"
    yield b"event: done\ndata: [DONE]\n\n"


FILE_S, CACHE_S = 48 * 3600.0, 3600.0


@dataclass(slots=True)
class Thing:
    """A file or a cache, as Google describes it."""

    project: str
    ends_at: float
    fields: dict[str, Any]


@dataclass(slots=True)
class Upload:
    """A file that still comes."""

    key: ApiKey
    fields: dict[str, Any]
    declared: int
    received: int = 0


@dataclass
class Kept:
    """All of one world's."""

    things: dict[str, Thing] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)


class Things:
    def __init__(self, world: World, api: GeminiApi) -> None:
        self._world, self._api, self._kept = world, api, Kept()
        self._interactions = Interactions(world, api.key)
        api.named = self.check

    def attach(self, app: Quart) -> None:
        for version in ("v1beta", "v1"):
            for path, view, methods in (
                (f"/upload/{version}/files", self.upload, ["POST"]),
                (f"/{version}/files", self.list_files, ["GET"]),
                (f"/{version}/files/<name>", self.file, ["GET", "DELETE"]),
                (f"/{version}/cachedContents", self.caches, ["GET", "POST"]),
                (f"/{version}/cachedContents/<name>", self.cache, ["GET", "PATCH", "DELETE"]),
            ):
                app.add_url_rule(path, f"{path} {version}", view, methods=methods)
        self._interactions.attach(app)

    def check(self, body: Request, key: ApiKey, model: str) -> None:
        """Refuses a generation that names what is not this project's."""
        for uri in _uris(body):
            identity = uri.rpartition("/files/")[2]
            if self._found("files", identity, key) is None:
                raise not_yours(identity)
        if cached := body.get("cachedContent"):
            thing = self._found("cachedContents", str(cached).rpartition("/")[2], key)
            if thing is None:
                raise Refusal(403, "CachedContent not found (or permission denied)")
            if thing.fields["model"].removeprefix("models/") != model:
                raise refusals.invalid(
                    f"Model used by GenerateContent request (models/{model}) and CachedContent "
                    f"({thing.fields['model']}) has to be the same."
                )

    # Files

    async def upload(self) -> Response:
        if identity := request.args.get("upload_id"):
            return await self._go_on(identity)
        key = self._api.key("files.upload")
        if request.headers.get("x-goog-upload-command") != "start":
            raise refusals.invalid("Invalid upload command.")
        body = await incoming.json_body()
        identity = self._world.mint("upload")
        length = int(request.headers.get("x-goog-upload-header-content-length", 0))
        self._kept.uploads[identity] = Upload(key, dict(body.get("file") or {}), length)
        address = f"{request.host_url.rstrip('/')}{request.path}?upload_id={identity}&upload_protocol=resumable"
        headers = {"x-goog-upload-url": address, "x-goog-upload-status": "active",
                   "x-goog-upload-chunk-granularity": "262144"}  # fmt: skip
        return Response(b"", headers=headers)

    async def _go_on(self, identity: str) -> Response:
        """Bytes are counted as they come, not kept."""
        upload = self._kept.uploads.get(identity)
        if upload is None:
            raise refusals.not_found("Upload has already been terminated.")
        incoming.entry().rpc = "files.upload.bytes"
        if int(request.headers.get("x-goog-upload-offset", -1)) != upload.received:
            raise refusals.invalid("Upload offset is not what was received.")
        async for received in request.body:
            upload.received += len(received)
        if "finalize" not in request.headers.get("x-goog-upload-command", ""):
            return Response(b"", headers={"x-goog-upload-status": "active"})
        del self._kept.uploads[identity]
        return Response(dumps({"file": self._stored(upload)}), content_type="application/json",
                        headers={"x-goog-upload-status": "final"})  # fmt: skip

    def _stored(self, upload: Upload) -> dict[str, Any]:
        name = str(upload.fields.get("name") or f"files/{self._world.mint('file')[:12]}")
        now = self._world.clock.now()
        fields = {
            "name": name,
            "displayName": upload.fields.get("displayName", upload.fields.get("display_name", "")),
            "mimeType": upload.fields.get("mimeType", upload.fields.get("mime_type", "text/plain")),
            "sizeBytes": str(upload.received),
            "createTime": timestamp(now),
            "expirationTime": timestamp(now + FILE_S),
            "uri": f"https://generativelanguage.googleapis.com/v1beta/{name}",
            "state": "ACTIVE",
            "source": "UPLOADED",
        }
        self._kept.things[name] = Thing(upload.key.project, now + FILE_S, fields)
        return fields

    async def list_files(self) -> Response:
        return self._listed("files", self._api.key("files.list"))

    async def file(self, name: str) -> Response:
        key = self._api.key(f"files.{request.method.lower()}")
        thing = self._found("files", name, key)
        if thing is None:
            raise not_yours(name)
        return self._answered(thing)

    # Cached contents

    async def caches(self) -> Response:
        key = self._api.key(f"caches.{request.method.lower()}")
        if request.method == "GET":
            return self._listed("cachedContents", key)
        body = await incoming.json_body()
        model = str(body.get("model", ""))
        if not model.startswith("models/"):
            raise refusals.invalid("* CreateCachedContentRequest.model: unexpected model name format\n")
        self.check(body, key, model.removeprefix("models/"))
        name, now = f"cachedContents/{self._world.mint('cache')[:12]}", self._world.clock.now()
        fields = {"name": name, "model": model, "displayName": body.get("displayName", ""),
                  "createTime": timestamp(now), "updateTime": timestamp(now),
                  "usageMetadata": {"totalTokenCount": 4096}}  # fmt: skip
        self._kept.things[name] = thing = Thing(key.project, now, fields)
        self._prolonged(thing, body)
        return jsonify(fields)

    async def cache(self, name: str) -> Response:
        key = self._api.key(f"caches.{request.method.lower()}")
        thing = self._found("cachedContents", name, key)
        if thing is None:
            raise Refusal(403, "CachedContent not found (or permission denied)")
        if request.method == "PATCH":
            self._prolonged(thing, await incoming.json_body())
        return self._answered(thing)

    def _prolonged(self, thing: Thing, body: Mapping[str, Any]) -> None:
        span = float(str(body.get("ttl") or f"{CACHE_S}s").removesuffix("s"))
        thing.ends_at = self._world.clock.now() + span
        thing.fields["expireTime"] = timestamp(thing.ends_at)

    # Both

    def _found(self, kind: str, identity: str, key: ApiKey) -> Thing | None:
        thing = self._kept.things.get(f"{kind}/{identity}")
        lives = thing and thing.project == key.project and thing.ends_at > self._world.clock.now()
        return thing if lives else None

    def _answered(self, thing: Thing) -> Response:
        if request.method == "DELETE":
            del self._kept.things[thing.fields["name"]]
            return jsonify({})
        return jsonify(thing.fields)

    def _listed(self, kind: str, key: ApiKey) -> Response:
        mine = [name.partition("/")[2] for name in self._kept.things if name.startswith(kind)]
        found = [thing.fields for name in mine if (thing := self._found(kind, name, key))]
        start, size = int(request.args.get("pageToken") or 0), int(request.args.get("pageSize") or 10)
        more = {"nextPageToken": str(start + size)} if start + size < len(found) else {}
        return jsonify({kind: found[start : start + size], **more} if found else {})


def not_yours(identity: str) -> Refusal:
    return Refusal(403, f"You do not have permission to access the File {identity} or it may not exist.")


def _uris(body: Request) -> Iterator[str]:
    for content in body.get("contents") or ():
        for part in content.get("parts") or ():
            uri = str((part.get("fileData") or {}).get("fileUri", ""))
            if "/files/" in uri:
                yield uri
