"""Vertex AI: express keys on `/v1/publishers/…`, Bearer tokens on `/v1/projects/{p}/locations/{l}/publishers/…`.

The same content as the Developer API, with stricter roles and errors of its own; `/v1beta1` serves the same, other
versions nothing. Express keys are the world's API keys; tokens are a person's or a service account's. Previews of
Gemini 3 are in the location `global` only, Gemini 4 in that and in `us` and `eu`. Embeddings are
predictions, one text each.
"""

from collections.abc import Mapping
from typing import Any

from quart import Quart, Response, jsonify, request

from gcli2api_tui.simulator import gemini_api, incoming, refusals
from gcli2api_tui.simulator.generation import Ask, count_tokens, next_fault, respond
from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.models import EMBEDDING, Model
from gcli2api_tui.simulator.quota import VERTEX_HEADER, served_tier
from gcli2api_tui.simulator.quota_refusals import vertex_exhausted
from gcli2api_tui.simulator.usage import tokens
from gcli2api_tui.simulator.validate import camel
from gcli2api_tui.simulator.world import Principal, World

SERVICE = "aiplatform.googleapis.com"
METHODS = ("generateContent", "streamGenerateContent")
COUNTED = frozenset({"contents", "systemInstruction", "tools", "generationConfig"})
INSTANCE = frozenset({"content", "task_type", "title", "mimeType"})
PARAMETERS = frozenset({"outputDimensionality", "autoTruncate"})
LOCATIONS = frozenset(
    ["global", "us", "eu", "us-central1", "us-east5", "europe-west1", "europe-west4", "asia-northeast1"]
)

MULTI_REGIONS = frozenset({"global", "us", "eu"})


class Vertex:
    def __init__(self, world: World) -> None:
        self._world = world

    def attach(self, app: Quart) -> None:
        for version in ("v1", "v1beta1"):
            express = f"/{version}/publishers/google/models/<path:name>"
            regional = f"/{version}/projects/<project>/locations/<location>/publishers/google/models/<path:name>"
            app.add_url_rule(express, f"{version}_express", self.express, methods=["POST"])
            app.add_url_rule(regional, f"{version}_regional", self.regional, methods=["POST"])

    async def express(self, name: str) -> Response:
        secret = incoming.api_key()
        if not secret:
            raise refusals.unauthenticated("CREDENTIALS_MISSING", SERVICE)
        incoming.entry().credential = fingerprint(secret)
        key = self._world.api_keys.get(secret)
        if key is None:
            raise refusals.bad_api_key(SERVICE)
        gemini_api.check_state(key, SERVICE)
        return await self._call(name, secret, Principal(secret, key.project, key.limits), "global")

    async def regional(self, project: str, location: str, name: str) -> Response:
        if incoming.api_key() and not incoming.bearer():
            raise _keys_refused()
        who = self._world.principal(incoming.bearer())
        if who is None:
            missing = "ACCESS_TOKEN_EXPIRED" if incoming.bearer() else "CREDENTIALS_MISSING"
            raise refusals.unauthenticated(missing, SERVICE)
        incoming.entry().credential = who.email
        payer = request.headers.get("x-goog-user-project", who.project)
        if payer != who.project:
            raise _not_payer(payer)
        if project != who.project:
            raise _not_allowed(project, location, name.rpartition(":")[0])
        return await self._call(name, who.email, who, location)

    async def _call(self, name: str, credential: str, who: Principal, location: str) -> Response:
        name, _, method = name.rpartition(":")
        entry, body = incoming.entry(), await incoming.json_body()
        entry.model, entry.rpc = name, method
        if method in METHODS:
            return await respond(self._world, self._ask(name, method, credential, who, location, body), entry)
        next_fault(self._world, credential, name, method, entry, who.project)
        if method == "countTokens":
            self._found(name, who.project, location)
            return jsonify(_counted(body))
        if method == "predict":
            return jsonify(self._predicted(name, who.project, location, body))
        raise refusals.not_found()

    def _ask(self, name: str, method: str, credential: str, who: Principal, location: str, body: object) -> Ask:
        return Ask(
            backend="vertex",
            credential=credential,
            project=who.project,
            model_id=name,
            method=method,
            find=lambda: self._found(name, who.project, location),
            charge=lambda: self._charge(who, name, location),
            body=body,
            tier=served_tier(request.headers.get(VERTEX_HEADER)),
        )

    def _found(self, name: str, project: str, location: str) -> Model:
        model = self._world.find(name, "vertex")
        if model is None or location not in _locations(model):
            raise _no_model(name, project, location)
        return model

    def _charge(self, who: Principal, name: str, location: str) -> None:
        """Limits are a project's in a location."""
        owner = f"vertex:{who.project}:{location}"
        if self._world.meters.charge(owner, name, who.limits, self._world.clock.now()):
            raise vertex_exhausted()

    def _predicted(self, name: str, project: str, location: str, body: Mapping[str, Any]) -> dict[str, object]:
        if name != EMBEDDING or location not in LOCATIONS:
            raise _no_model(name, project, location)
        instances, parameters = body.get("instances"), body.get("parameters") or {}
        if not isinstance(instances, list) or len(instances) != 1:
            raise refusals.invalid("The model accepts one instance per request.")
        _only(instances[0], INSTANCE, "instances[0]")
        _only(parameters, PARAMETERS, "parameters")
        text = instances[0].get("content")
        if not isinstance(text, str) or not text:
            raise refusals.invalid("The text content is empty.")
        return _prediction(text, int(parameters.get("outputDimensionality") or 3072), self._world.seed)


def _prediction(text: str, length: int, seed: int) -> dict[str, object]:
    content = {"content": {"parts": [{"text": text}]}, "outputDimensionality": length}
    statistics = {"token_count": tokens(text), "truncated": False}
    embeddings = {**gemini_api.vector(content, seed), "statistics": statistics}
    return {"predictions": [{"embeddings": embeddings}], "metadata": {"billableCharacterCount": len(text)}}


def _counted(body: Mapping[str, object]) -> dict[str, object]:
    for name in body:
        if camel(name) not in COUNTED:
            raise refusals.unknown_name(name)
    return {**count_tokens(body), "totalBillableCharacters": 0}


def _only(fields: object, known: frozenset[str], where: str) -> None:
    if not isinstance(fields, dict):
        raise refusals.invalid(f"Invalid value at '{where}'")
    for name in fields:
        if name not in known:
            raise refusals.unknown_name(name, where)


def _locations(model: Model) -> frozenset[str]:
    if model.family >= 4:
        return MULTI_REGIONS
    return frozenset({"global"}) if model.family == 3 and model.id.endswith("-preview") else LOCATIONS


def _no_model(name: str, project: str, location: str) -> refusals.Refusal:
    place = f"projects/{project}/locations/{location}/publishers/google/models/{name}"
    return refusals.not_found(
        f"Publisher Model `{place}` was not found or your project does not have access to it. "
        "Please ensure you are using a valid model version. For more information, see: "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/learn/model-versions"
    )


def _keys_refused() -> refusals.Refusal:
    text = (
        "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that "
        "assert a principal. See https://cloud.google.com/docs/authentication"
    )
    return refusals.Refusal(401, text, refusals.error_info("CREDENTIALS_MISSING", service=SERVICE))


def _not_payer(project: str) -> refusals.Refusal:
    page = f"https://console.developers.google.com/iam-admin/iam/project?project={project}"
    text = (
        f"Caller does not have required permission to use project {project}. Grant the caller the "
        "roles/serviceusage.serviceUsageConsumer role, or a custom role with the serviceusage.services.use "
        f"permission, by visiting {page} and then retry. Propagation of the new permission may take a few minutes."
    )
    info = refusals.error_info("USER_PROJECT_DENIED", service=SERVICE, consumer=f"projects/{project}")
    return refusals.Refusal(403, text, refusals.help_links(("Google developer console IAM admin", page)), info)


def _not_allowed(project: str, location: str, model: str) -> refusals.Refusal:
    permission = "aiplatform.endpoints.predict"
    resource = f"//{SERVICE}/projects/{project}/locations/{location}/publishers/google/models/{model}"
    text = f"Permission '{permission}' denied on resource '{resource}' (or it may not exist)."
    info = refusals.error_info("IAM_PERMISSION_DENIED", SERVICE, permission=permission, resource=resource)
    return refusals.Refusal(403, text, info)
