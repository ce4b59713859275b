"""Which project a Google sign-in works in: Code Assist's loadCodeAssist, then onboarding where it was never done.

In: a credential without a project, its token, and the project that the person set for such. Out: the project's id,
found once per credential however many ask. One that Google gave is reported through `on_project`, so that the vault
keeps it; the person's own is a setting and stays one. `on_tier` hears which licence the account has. An account that
Google does not serve leaves as a fault with Google's reason.
"""

from collections.abc import Callable, Mapping

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import Credential
from gcli2api_tui.events.problems import WAY_OUT, FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.messages.message import Message, quoted, say
from gcli2api_tui.upstream.google_call import ask
from gcli2api_tui.upstream.google_error import redacted
from gcli2api_tui.upstream.http_client import GoogleClient
from gcli2api_tui.upstream.single_flight import SingleFlight

OnProject = Callable[[CredentialId, str], None]
OnTier = Callable[[CredentialId, str], None]

_METADATA = {"ideType": "IDE_UNSPECIFIED", "platform": "PLATFORM_UNSPECIFIED", "pluginType": "GEMINI"}
_POLL_S = 5.0
_POLLS = 24
_FREE = "free-tier"


class Projects:
    """The project of each credential."""

    def __init__(
        self,
        client: GoogleClient,
        base: str,
        clock: Clock,
        on_project: OnProject,
        on_tier: OnTier,
        fallback: str = "",
    ) -> None:
        """`fallback` serves accounts to which Google gives no project of their own."""
        self._client = client
        self._base = base
        self._clock = clock
        self._on_project = on_project
        self._on_tier = on_tier
        self._tiers: dict[CredentialId, str] = {}
        self._fallback = fallback
        self._found: dict[CredentialId, str] = {}
        self._looking: SingleFlight[str] = SingleFlight(say("net.project_discovery"))

    async def of(self, credential: Credential, token: Secret) -> str:
        """The credential's own project, or the one that Google has for the account."""
        known = credential.project or self._found.get(credential.id)
        return known or await self._looking.run(credential.id, lambda: self._find(credential, token))

    async def describe(self, credential: Credential, token: Secret) -> Message:
        """One line on tier and project. Raises UpstreamFault when the account is not served."""
        loaded = await self._load(credential, token, credential.project)
        tier = _dict(loaded.get("paidTier")) or _dict(loaded.get("currentTier"))
        if not tier and (fault := _ineligible(loaded)):
            raise fault
        project = credential.project or loaded.get("cloudaicompanionProject") or await self.of(credential, token)
        name = str(tier.get("name") or tier.get("id") or "") or say("google.onboarded")
        return say("google.tier_and_project", tier=name, project=str(project))

    async def learn_tier(self, credential: Credential, token: Secret) -> None:
        """Ask once per process for what the account is entitled to, where the file does not know it."""
        if not credential.tier and credential.id not in self._tiers:
            await self._load(credential, token, credential.project)

    async def _find(self, credential: Credential, token: Secret) -> str:
        loaded = await self._load(credential, token, "")
        project = str(loaded.get("cloudaicompanionProject") or "")
        if not loaded.get("currentTier"):
            project = await self._onboard(loaded, credential, token)
        if project:
            self._on_project(credential.id, project)
        elif not self._fallback:
            raise _ineligible(loaded) or _no_project()
        self._found[credential.id] = project or self._own()
        return self._found[credential.id]

    def _own(self) -> str:
        """What the person set. Raises UpstreamFault for a number, which Google refuses later in worse words."""
        if self._fallback.isdigit():
            raise UpstreamFault(
                FaultKind.PROJECT,
                say("google.project_number", number=self._fallback),
                way_out=say("google.set_project_id"),
            )
        return self._fallback

    async def _load(self, credential: Credential, token: Secret, project: str) -> dict[str, object]:
        loaded = await self._post("loadCodeAssist", credential, token, _about(project))
        tier = _dict(loaded.get("paidTier")) or _dict(loaded.get("currentTier"))
        name, known = str(tier.get("id") or ""), self._tiers.get(credential.id)
        self._tiers[credential.id] = name
        if name not in ("", known):
            self._on_tier(credential.id, name)
        return loaded

    async def _onboard(self, loaded: Mapping[str, object], credential: Credential, token: Secret) -> str:
        """A first use. An account that is only refused is told so, instead of being sent through onboarding."""
        tiers = _dicts(loaded.get("allowedTiers"))
        tier = next((tier for tier in tiers if tier.get("isDefault")), {"id": "legacy-tier"})
        refused = _ineligible(loaded)
        if refused and (refused.kind in (FaultKind.VALIDATION, FaultKind.TIER) or tier.get("id") != _FREE):
            raise refused
        # The free tier must not name a project: Google answers "Precondition check failed".
        project = self._own() if tier.get("id") != _FREE else ""
        body = {"tierId": tier.get("id"), **_about(project)}
        operation = await self._post("onboardUser", credential, token, body)
        return await self._finished(operation, credential, token)

    async def _finished(self, operation: dict[str, object], credential: Credential, token: Secret) -> str:
        for _ in range(_POLLS):
            if error := _dict(operation.get("error")):
                raise UpstreamFault(_kind(error), _onboarding_failed(error))
            if operation.get("done"):
                return str(_dict(_dict(operation.get("response")).get("cloudaicompanionProject")).get("id") or "")
            await self._clock.sleep(_POLL_S)
            url = f"{self._base}/{operation.get('name', '')}"
            operation = await ask(self._client.way(credential), self._clock, "GET", url, headers=_bearer(token))
        raise UpstreamFault(FaultKind.TIMEOUT, say("google.not_set_up"))

    async def _post(
        self, method: str, credential: Credential, token: Secret, body: Mapping[str, object]
    ) -> dict[str, object]:
        url, client = f"{self._base}:{method}", self._client.way(credential)
        return await ask(client, self._clock, "POST", url, headers=_bearer(token), body=body)


def _about(project: str) -> dict[str, object]:
    """What setup calls say of us, and of the project where one is named."""
    if not project:
        return {"metadata": dict(_METADATA)}
    return {"cloudaicompanionProject": project, "metadata": {**_METADATA, "duetProject": project}}


def _ineligible(loaded: Mapping[str, object]) -> UpstreamFault | None:
    """Why Google does not serve the account, with the link for a verification if that is all it takes."""
    tiers = _dicts(loaded.get("ineligibleTiers"))
    if not tiers:
        return None
    validation = next((tier for tier in tiers if tier.get("reasonCode") == "VALIDATION_REQUIRED"), None)
    tier = validation or tiers[0]
    kind = FaultKind.VALIDATION if validation else FaultKind.TIER
    link = str(tier.get("validationUrl") or "") if validation else ""
    words = "; ".join(str(tier.get("reasonMessage") or tier.get("reasonCode") or "") for tier in tiers)
    return UpstreamFault(
        kind,
        quoted(redacted(words)) if words else say("google.account_not_served"),
        status=403,
        reason=str(tier.get("reasonCode") or ""),
        link=link if link.startswith("https://") else "",
        way_out=WAY_OUT[kind],
    )


def _no_project() -> UpstreamFault:
    return UpstreamFault(
        FaultKind.PROJECT,
        say("google.no_project"),
        way_out=say("google.set_project"),
    )


_FINAL = frozenset({3, 5, 7, 9, 16})
"""Codes of google.rpc.Status about the account: argument, not found, permission, precondition, unauthenticated."""


def _kind(error: Mapping[str, object]) -> FaultKind:
    """What an operation's error means; trouble of Google's passes."""
    code = error.get("code")
    return FaultKind.PROJECT if isinstance(code, int) and code in _FINAL else FaultKind.SERVER


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _bearer(token: Secret) -> dict[str, str]:
    return {"authorization": f"Bearer {token.reveal()}"}


def _onboarding_failed(error: Mapping[str, object]) -> Message:
    words = error.get("message")
    return quoted(redacted(str(words))) if words else say("google.onboarding_failed")
