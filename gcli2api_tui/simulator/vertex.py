"""Vertex AI: express keys on `/v1/publishers/…`, Bearer tokens on `/v1/projects/{p}/locations/{l}/publishers/…`.

The same content as the Developer API, with stricter roles and errors of its own. Express keys are the world's API keys.
"""

from typing import Any

from quart import Quart, Response, jsonify

from gcli2api_tui.simulator import incoming, refusals
from gcli2api_tui.simulator.generation import Ask, count_tokens, next_fault, respond
from gcli2api_tui.simulator.journal import fingerprint
from gcli2api_tui.simulator.models import Model, find
from gcli2api_tui.simulator.quota import Limits
from gcli2api_tui.simulator.quota_refusals import vertex_exhausted
from gcli2api_tui.simulator.world import World

METHODS = ("generateContent", "streamGenerateContent")


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
            raise refusals.unauthenticated("CREDENTIALS_MISSING")
        incoming.entry().credential = fingerprint(secret)
        key = self._world.api_keys.get(secret)
        if key is None:
            raise refusals.bad_api_key()
        return await self._call(name, secret, key.project, key.limits)

    async def regional(self, project: str, location: str, name: str) -> Response:
        if incoming.api_key() and not incoming.bearer():
            raise _keys_refused()
        held = self._world.holder(incoming.bearer())
        if held is None:
            raise refusals.unauthenticated()
        incoming.entry().credential = held[0].email
        if project != held[0].project:
            raise _not_allowed(project, location, name.rpartition(":")[0])
        return await self._call(name, held[0].email, project, held[0].limits)

    async def _call(self, name: str, credential: str, project: str, limits: Limits) -> Response:
        name, _, method = name.rpartition(":")
        entry, body = incoming.entry(), await incoming.json_body()
        entry.model, entry.rpc = name, method
        if method == "countTokens":
            next_fault(self._world, credential, name, method, entry, project)
            _found(name, project)
            return jsonify({**count_tokens(body), "totalBillableCharacters": 0})
        if method not in METHODS:
            raise refusals.not_found()
        return await respond(self._world, self._ask(name, method, credential, project, limits, body), entry)

    def _ask(self, name: str, method: str, credential: str, project: str, limits: Limits, body: Any) -> Ask:
        return Ask(
            backend="vertex",
            credential=credential,
            project=project,
            model_id=name,
            method=method,
            find=lambda: _found(name, project),
            charge=lambda: self._charge(project, name, limits),
            body=body,
        )

    def _charge(self, project: str, name: str, limits: Limits) -> None:
        if self._world.meters.charge(f"vertex:{project}", name, limits, self._world.clock.now()):
            raise vertex_exhausted()


def _found(name: str, project: str) -> Model:
    model = find(name)
    if model is None:
        place = f"projects/{project}/locations/global/publishers/google/models/{name}"
        raise refusals.not_found(
            f"Publisher Model `{place}` was not found or your project does not have access to it. "
            "Please ensure you are using a valid model version."
        )
    return model


def _keys_refused() -> refusals.Refusal:
    text = (
        "API keys are not supported by this API. Expected OAuth2 access token or other authentication credentials that "
        "assert a principal. See https://cloud.google.com/docs/authentication"
    )
    return refusals.Refusal(401, text, refusals.error_info("CREDENTIALS_MISSING", service="aiplatform.googleapis.com"))


def _not_allowed(project: str, location: str, model: str) -> refusals.Refusal:
    permission = "aiplatform.endpoints.predict"
    resource = f"//aiplatform.googleapis.com/projects/{project}/locations/{location}/publishers/google/models/{model}"
    text = f"Permission '{permission}' denied on resource '{resource}' (or it may not exist)."
    info = refusals.error_info("IAM_PERMISSION_DENIED", "aiplatform.googleapis.com", permission=permission)
    return refusals.Refusal(403, text, info)
