"""What setup says about an account: its tiers, why it has none, and the slow operation that gives it a project.

`free-tier` is onboarded without a project of the caller's (with one: 400), `standard-tier` with it: an account to
which Google gives no project comes out of it without one, unless the caller names it.
"""

from typing import Any

from gcli2api_tui.simulator import refusals
from gcli2api_tui.simulator.world import Account, World

JSON = dict[str, Any]
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


def load(account: Account, project: str) -> JSON:
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


def onboard(world: World, account: Account, body: JSON) -> JSON:
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


def operation(account: Account, name: str, now: float) -> JSON:
    """An account without a right to any tier comes out of it without a project."""
    answer: JSON = {"name": f"operations/{name}", "done": now >= account.operations[name]}
    if answer["done"]:
        refused = account.tier in MESSAGES or not account.gives_project
        given = {} if refused else {"cloudaicompanionProject": _project(account.project)}
        kind = "type.googleapis.com/google.internal.cloud.code.v1internal.OnboardUserResponse"
        answer["response"] = {"@type": kind, **given}
        account.onboarded = account.tier not in MESSAGES
    return answer


def _project(project: str) -> JSON:
    return {"id": project, "name": project, "projectNumber": "123"}


def _standard() -> JSON:
    return {
        "id": "standard-tier",
        "name": "Gemini Code Assist",
        "description": "Unlimited coding assistant with the most powerful Gemini models",
        "userDefinedCloudaicompanionProject": True,
        "privacyNotice": {},
        "isDefault": True,
    }


def _free() -> JSON:
    notice = {"showNotice": True, "noticeText": "This is a simulated privacy notice."}
    description = "Gemini-powered code suggestions and chat in your IDE"
    return {
        "id": "free-tier",
        "name": FREE_NAME,
        "description": description,
        "privacyNotice": notice,
        "isDefault": True,
    }


def _ineligible(reason: str) -> JSON:
    tier = {"reasonCode": reason, "reasonMessage": MESSAGES[reason], "tierId": "free-tier", "tierName": FREE_NAME}
    if reason == "VALIDATION_REQUIRED":
        tier["validationUrl"] = "https://accounts.google.com/signin/continue?sim=1"
        tier["validationUrlLinkText"] = "Verify your account"
        tier["validationErrorMessage"] = "Verify your account to continue."
    return tier
