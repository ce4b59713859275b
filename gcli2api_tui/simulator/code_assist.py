"""Code Assist: `/v1internal:{method}` with a Bearer token, and what setup says about an account.

The account's tier decides what setup says: `free-tier` is onboarded without a project of the caller's (with one: 400),
`standard-tier` with it: an account to which Google gives no project comes out of that slow operation without one,
unless the caller names it. Buckets are per account and model and reset 24 h after the first use.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from quart import Quart, Response, jsonify

from gcli2api_tui.simulator import incoming, refusals
from gcli2api_tui.simulator.generation import Ask, count_tokens, next_fault, respond
from gcli2api_tui.simulator.models import Model
from gcli2api_tui.simulator.quota import day_of, timestamp
from gcli2api_tui.simulator.quota_refusals import code_assist_quota
from gcli2api_tui.simulator.request_shape import REQUEST_TYPES, check_shape
from gcli2api_tui.simulator.world import Account, World

ONBOARDING_S = 5.0
FREE_NAME = "Gemini Code Assist for individuals"
MESSAGES = {
    "UNSUPPORTED_CLIENT": (
        "This client is no longer supported for Gemini Code Assist for individuals. To continue using Gemini, please "
        "migrate to the Antigravity suite of products: https://antigravity.google"
    ),
    "VALIDATION_REQUIRED": "Your account needs to be verified before it can use Gemini Code Assist.",
    "RESTRICTED_AGE": "Your current account is not eligible for Gemini Code Assist for individuals because of its age.",
    "UNSUPPORTED_LOCATION": "Your current location is not supported by Gemini Code Assist for individuals.",
}


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
        return jsonify(operation(account, name, self._world.clock.now()))

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
        return jsonify(load(account, str(body.get("cloudaicompanionProject", ""))))

    async def _onboard(self, account: Account, body: JSON) -> Response:
        return jsonify(onboard(self._world, account, body))

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
    check_shape(body, {"model": str, "project": str, "request": REQUEST_TYPES})
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


def load(account: Account, project: str) -> dict[str, object]:
    """The answer of loadCodeAssist."""
    if project.isdigit():
        raise refusals.invalid()
    if account.tier in MESSAGES:
        return {"allowedTiers": [_standard()], "ineligibleTiers": [_ineligible(account.tier)]}
    allowed = [_free() if account.tier == "free-tier" else _standard()]
    if not account.onboarded:
        return {"allowedTiers": allowed}
    return {
        "currentTier": {key: value for key, value in allowed[0].items() if key != "isDefault"},
        "allowedTiers": allowed,
        **({"cloudaicompanionProject": account.project} if account.gives_project else {}),
        "gcpManaged": False,
    }


def onboard(world: World, account: Account, body: dict[str, object]) -> dict[str, object]:
    """Begins the operation, or says how far the one that runs is: older clients ask again with onboardUser."""
    project = str(body.get("cloudaicompanionProject") or "")
    if project.isdigit():
        raise refusals.invalid()
    if body.get("tierId") == "free-tier" and project:
        raise refusals.precondition()
    if project and project != account.project:
        raise refusals.wrong_project(project)
    account.gives_project = account.gives_project or bool(project)
    if not account.operations:
        account.operations[f"sim-{world.mint('operation')}"] = world.clock.now() + ONBOARDING_S
    return operation(account, next(iter(account.operations)), world.clock.now())


def operation(account: Account, name: str, now: float) -> dict[str, object]:
    """An account without a right to any tier comes out of it without a project."""
    answer: dict[str, object] = {"name": f"operations/{name}", "done": now >= account.operations[name]}
    if answer["done"]:
        refused = account.tier in MESSAGES or not account.gives_project
        given = {} if refused else {"cloudaicompanionProject": _project(account.project)}
        kind = "type.googleapis.com/google.internal.cloud.code.v1internal.OnboardUserResponse"
        answer["response"] = {"@type": kind, **given}
        account.onboarded = account.tier not in MESSAGES
    return answer


def _project(project: str) -> dict[str, object]:
    return {"id": project, "name": project, "projectNumber": "123"}


def _standard() -> dict[str, object]:
    return {
        "id": "standard-tier",
        "name": "Gemini Code Assist",
        "description": "Unlimited coding assistant with the most powerful Gemini models",
        "userDefinedCloudaicompanionProject": True,
        "privacyNotice": {},
        "isDefault": True,
    }


def _free() -> dict[str, object]:
    notice = {"showNotice": True, "noticeText": "This is a simulated privacy notice."}
    description = "Gemini-powered code suggestions and chat in your IDE"
    return {
        "id": "free-tier",
        "name": FREE_NAME,
        "description": description,
        "privacyNotice": notice,
        "isDefault": True,
    }


def _ineligible(reason: str) -> dict[str, str]:
    tier = {"reasonCode": reason, "reasonMessage": MESSAGES[reason], "tierId": "free-tier", "tierName": FREE_NAME}
    if reason == "VALIDATION_REQUIRED":
        tier["validationUrl"] = "https://accounts.google.com/signin/continue?sim=1"
        tier["validationUrlLinkText"] = "Verify your account"
        tier["validationErrorMessage"] = "Verify your account to continue."
    return tier
