"""The Gemini Developer API: `/v1beta/models/…` with an API key in the header or in `?key=`.

Limits are per project and model, and a day ends at midnight in Los Angeles. Listing models and counting tokens is free.
"""

from collections.abc import Callable
from typing import Any

from quart import Quart, Response, jsonify, request

from gcli2api_tui.simulator import incoming, refusals
from gcli2api_tui.simulator.generation import Ask, count_tokens, next_fault, respond
from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.models import EMBEDDING, Model, described_embedding, developer_list, find
from gcli2api_tui.simulator.quota import day_of, served_tier
from gcli2api_tui.simulator.quota_refusals import developer_quota
from gcli2api_tui.simulator.request_shape import CONTENT_TYPES, Request, check_shape
from gcli2api_tui.simulator.usage import request_tokens
from gcli2api_tui.simulator.validate import normalised
from gcli2api_tui.simulator.world import ApiKey, World

SERVICE = "generativelanguage.googleapis.com"
METHODS = ("generateContent", "streamGenerateContent")
EMBED = {"content": CONTENT_TYPES, "outputDimensionality": int}


class GeminiApi:
    def __init__(self, world: World) -> None:
        self._world = world
        self.named: Callable[[Request, ApiKey, str], None] = lambda body, key, model: None
        """Refuses a generation that names a thing of another's."""

    def attach(self, app: Quart) -> None:
        for version in ("v1beta", "v1", "v1alpha"):
            defaults = {"version": version}
            app.add_url_rule(f"/{version}/models", f"{version}_list", self.list_models, defaults=defaults)
            one = f"/{version}/models/<path:name>"
            app.add_url_rule(one, f"{version}_get", self.get_model, defaults=defaults)
            app.add_url_rule(one, f"{version}_call", self.call, methods=["POST"], defaults=defaults)

    async def list_models(self, version: str) -> Response:
        key = self.key("models.list")
        next_fault(self._world, key.key, "", "models.list", incoming.entry(), key.project)
        size, token = request.args.get("pageSize", ""), request.args.get("pageToken", "")
        return jsonify(_page(developer_list(day_of(self._world.clock.now()), self._world.models), size, token))

    async def get_model(self, version: str, name: str) -> Response:
        self.key("models.get")
        if name == EMBEDDING:
            return jsonify(described_embedding())
        return jsonify(self._found(name, version, "getModel").described())

    async def call(self, version: str, name: str) -> Response:
        name, _, method = name.rpartition(":")
        key = self.key(method)
        incoming.entry().model = name
        body = await incoming.json_body()
        if method in METHODS:
            return await respond(self._world, self._ask(key, name, method, version, body), incoming.entry())
        next_fault(self._world, key.key, name, method, incoming.entry(), key.project)
        if method == "countTokens":
            self._found(name, version, method)
            plain = normalised(body)
            return jsonify(count_tokens(plain.get("generateContentRequest", plain)))
        if method in ("embedContent", "batchEmbedContents"):
            return jsonify(_embedded(name, version, method, normalised(body) or {}, self._world.seed))
        raise refusals.not_found()

    def _ask(self, key: ApiKey, name: str, method: str, version: str, body: dict[str, object] | None) -> Ask:
        return Ask(
            backend="gemini-api",
            credential=key.key,
            project=key.project,
            model_id=name,
            method=method,
            find=lambda: self._found(name, version, method),
            charge=lambda: self._charge(key, name, body),
            body=body,
            tier=served_tier(normalised(body).get("serviceTier"), hurries=not key.free),
        )

    def key(self, method: str) -> ApiKey:
        """The living key of this request. A Bearer token beside it is ignored, as the official CLI sends both."""
        secret = incoming.api_key()
        if incoming.bearer().startswith("AQ."):
            raise refusals.wrong_kind_of_token(SERVICE)  # such a key is no access token
        if not secret:
            raise refusals.unregistered_caller()
        entry, known = incoming.entry(), self._world.api_keys.get(secret)
        entry.credential, entry.rpc = fingerprint(secret), method
        if known is None:
            raise refusals.bad_api_key()
        check_state(known)
        return known

    def _found(self, name: str, version: str, method: str) -> Model:
        model = self._world.find(name, "gemini-api")
        if model is None:
            raise refusals.no_such_model(name, version, method)
        return model

    def _charge(self, key: ApiKey, model: str, body: dict[str, object] | None) -> None:
        self.named(normalised(body), key, model)
        known = find(model, among=self._world.models)
        billed = key.free and known is not None and not known.free
        if billed or (key.models is not None and model not in key.models):
            raise developer_quota("PerDay", model, 0, 47.4, free=key.free)
        broken = self._world.meters.charge(key.project, model, key.limits, self._world.clock.now())
        if broken:
            raise developer_quota(broken.window, model, broken.limit, round(broken.delay_s, 3), free=key.free)


def _page(served: list[dict[str, object]], size: str, token: str) -> dict[str, object]:
    """50 a page unless told, 1000 at most; tokens are opaque to clients and good for one list only."""
    tokens = {str(start): start for start in range(len(served))}
    if token and token not in tokens:
        raise refusals.invalid("Invalid page token.")
    if size and not size.isdigit():
        raise refusals.invalid(f"Invalid value at 'page_size' (TYPE_INT32), \"{size}\"")
    start = tokens.get(token, 0)
    end = start + min(int(size or 0) or 50, 1000)
    more = {"nextPageToken": str(end)} if end < len(served) else {}
    return {"models": served[start:end], **more}


def check_state(key: ApiKey, service: str = SERVICE) -> None:
    """Refuses a key that is dead."""
    if key.state == "old_kind":
        raise refusals.wrong_kind_of_token(service)
    if key.state == "expired":
        raise refusals.expired_api_key()
    if key.state == "leaked":
        raise refusals.leaked_api_key()
    if key.state == "suspended":
        raise refusals.suspended_consumer()
    if key.state == "service_disabled":
        raise refusals.service_disabled(key.project, service)


def _embedded(name: str, version: str, method: str, body: dict[str, Any], seed: int) -> dict[str, Any]:
    if name != EMBEDDING:
        raise refusals.no_such_model(name, version, method)
    if method == "batchEmbedContents":
        check_shape(body, {"requests": [EMBED]}, "")
        return {"embeddings": [vector(one, seed) for one in body.get("requests") or ()]}
    check_shape(body, EMBED, "")
    return {"embedding": vector(body, seed)}


def vector(body: dict[str, Any], seed: int) -> dict[str, object]:
    """Small, stable numbers that depend on the content; `outputDimensionality` is obeyed."""
    if not body.get("content"):
        raise refusals.invalid("* EmbedContentRequest.content: content is not specified\n")
    weight = request_tokens({"contents": [body["content"]]}) + seed
    length = int(body.get("outputDimensionality") or 768)
    if not 1 <= length <= 3_072:
        raise refusals.invalid("* EmbedContentRequest.output_dimensionality: must be between 1 and 3072\n")
    return {"values": [round(((number * 37 + weight * 11) % 199 - 99) / 1000, 6) for number in range(length)]}
