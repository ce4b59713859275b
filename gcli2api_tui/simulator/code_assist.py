"""Code Assist: `/v1internal:{method}` with a Bearer token, and the operations that onboarding leaves behind.

The account's tier decides what setup says. Buckets are per account and model and reset 24 h after the first use.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from quart import Quart, Response, jsonify

from gcli2api_tui.simulator import incoming, onboarding, refusals
from gcli2api_tui.simulator.dates import day_of, timestamp
from gcli2api_tui.simulator.generation import Ask, count_tokens, next_fault, respond
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.protobuf_types import REQUEST, check_shape
from gcli2api_tui.simulator.quota_refusals import code_assist_quota
from gcli2api_tui.simulator.world import Account, World

JSON = dict[str, Any]
ENVELOPE = frozenset({"model", "project", "user_prompt_id", "userPromptId", "request", "enabled_credit_types"})


class CodeAssist:
    def __init__(self, world: World) -> None:
        self._world = world
        self._methods: dict[str, Callable[[Account, JSON], Awaitable[Response]]] = {
            "generateContent": self._generate,
            "streamGenerateContent": self._stream,
            "countTokens": self._count,
            "loadCodeAssist": self._load,
            "onboardUser": self._onboard,
            "retrieveUserQuota": self._quota,
        }

    def attach(self, app: Quart) -> None:
        app.add_url_rule("/v1internal:<method>", "code_assist", self.call, methods=["GET", "POST"])
        app.add_url_rule("/v1internal/operations/<name>", "operation", self.operation)

    async def call(self, method: str) -> Response:
        account = self._account(method)
        body = await incoming.json_body()
        model = _model_of(body)
        incoming.entry().model = model
        if method in ("generateContent", "streamGenerateContent"):
            return await self._methods[method](account, body)
        next_fault(self._world, account.email, model, method, incoming.entry(), account.project)
        if method in self._methods:
            return await self._methods[method](account, body)
        return jsonify(_small_answer(method, account, body))

    async def operation(self, name: str) -> Response:
        account = self._account("operations.get")
        if name not in account.operations:
            raise refusals.not_found()
        return jsonify(onboarding.operation(account, name, self._world.clock.now()))

    def _account(self, method: str) -> Account:
        entry = incoming.entry()
        entry.rpc = method
        held = self._world.holder(incoming.bearer())
        if held is None:
            raise refusals.unauthenticated("ACCESS_TOKEN_EXPIRED" if incoming.bearer() else "CREDENTIALS_MISSING")
        entry.credential = held[0].email
        return held[0]

    async def _stream(self, account: Account, body: JSON) -> Response:
        return await respond(self._world, self._ask(account, body, "streamGenerateContent"), incoming.entry())

    async def _generate(self, account: Account, body: JSON) -> Response:
        return await respond(self._world, self._ask(account, body, "generateContent"), incoming.entry())

    def _ask(self, account: Account, body: JSON, method: str) -> Ask:
        model = str(body.get("model", ""))
        return Ask(
            backend="code-assist",
            credential=account.email,
            project=account.project,
            model_id=model,
            method=method,
            find=lambda: self._entitled(account, body, model),
            charge=lambda: self._charge(account, model),
            body=body.get("request"),
        )

    def _entitled(self, account: Account, body: JSON, name: str) -> Model:
        """The envelope, the account, its project and the model, in the order in which Google looks."""
        for field in body:
            if field not in ENVELOPE:
                raise refusals.unknown_name(field)
        if account.tier == "VALIDATION_REQUIRED":
            raise refusals.validation_required()
        if account.tier == "UNSUPPORTED_CLIENT" or not account.onboarded:
            raise refusals.permission_denied()
        _check_project(str(body.get("project", "")), account)
        model = self._world.find(name, "code-assist")
        if model is None or name in account.without_models:
            raise refusals.not_found()
        return model

    def _charge(self, account: Account, model: str) -> None:
        now = self._world.clock.now()
        broken = self._world.meters.charge(account.email, model, account.limits, now)
        if broken:
            reason = "RATE_LIMIT_EXCEEDED" if broken.window == "PerMinute" else "QUOTA_EXHAUSTED"
            raise code_assist_quota(reason, model, broken.delay_s, now)

    async def _count(self, account: Account, body: JSON) -> Response:
        request = body.get("request") or {}
        name = str(request.get("model", ""))
        if not name.startswith("models/"):
            raise refusals.invalid()
        if self._world.find(name.removeprefix("models/"), "code-assist") is None:
            raise refusals.not_found()
        return jsonify({"totalTokens": count_tokens(request)["totalTokens"]})

    async def _load(self, account: Account, body: JSON) -> Response:
        return jsonify(onboarding.load(account, str(body.get("cloudaicompanionProject", ""))))

    async def _onboard(self, account: Account, body: JSON) -> Response:
        return jsonify(onboarding.onboard(self._world, account, body))

    async def _quota(self, account: Account, body: JSON) -> Response:
        _check_project(str(body.get("project", "")), account)
        now, limit = self._world.clock.now(), account.limits.per_day
        there = [model.id for model in self._world.models if model.served_by("code-assist", day_of(now))]
        served = [model for model in there if model not in account.without_models]
        return jsonify({"buckets": [self._bucket(account, model, limit or 1500, now) for model in served]})

    def _bucket(self, account: Account, model: str, limit: int, now: float) -> JSON:
        bucket = self._world.meters.bucket(account.email, model, now)
        left = max(0, limit - bucket.used)
        return {
            "resetTime": timestamp(bucket.resets_at or now + 86400),
            "tokenType": "REQUESTS",
            "modelId": model,
            "remainingAmount": str(left),
            "remainingFraction": round(left / limit, 6),
        }


def _model_of(body: Any) -> str:
    check_shape(body, {"model": str, "project": str, "request": REQUEST})
    return str(body.get("model") or (body.get("request") or {}).get("model") or "")


def _check_project(project: str, account: Account) -> None:
    if project.isdigit() or not project:
        raise refusals.invalid()
    if project != account.project:
        raise refusals.wrong_project(project)


def _small_answer(method: str, account: Account, body: JSON) -> JSON:
    """Methods that clients call and whose answer hardly matters."""
    if method == "listExperiments":
        return {"experimentIds": [], "flags": []}
    if method in ("getCodeAssistGlobalUserSetting", "setCodeAssistGlobalUserSetting"):
        opt_in = bool(body.get("freeTierDataCollectionOptin", False))
        return {"cloudaicompanionProject": account.project, "freeTierDataCollectionOptin": opt_in}
    if method in ("fetchAdminControls", "recordCodeAssistMetrics"):
        return {}
    raise refusals.not_found()
