"""Each error that Google is known to send, from its bytes to what people read: a table.

body → what it means → how the credential then stands, and what the panel says → what an OpenAI client gets, and what a
Gemini client gets, when the pool has no other credential. Everything is real but Google.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest
from whole_path import Google, Proxy

from gcli2api_tui.events.problems import FaultKind
from gcli2api_tui.ledger.credential_rows import CredentialState
from gcli2api_tui.tui.paint.credential_row import one_line, till
from gcli2api_tui.tui.paint.look import FANCY, Look
from gcli2api_tui.tui.words import Words
from gcli2api_tui.upstream.classify import classify

NOW = 1_795_000_000.0
TYPE = "type.googleapis.com/google.rpc."
CLOUD = "cloudcode-pa.googleapis.com"
RPC = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
       429: "RESOURCE_EXHAUSTED", 499: "CANCELLED", 500: "INTERNAL", 503: "UNAVAILABLE",
       504: "DEADLINE_EXCEEDED"}  # fmt: skip


def body(code: int, message: str, *details: dict[str, Any], word: str = "", **more: Any) -> bytes:
    """As Google writes it."""
    error = {"code": code, "message": message, **more, "status": word or RPC[code]}
    return json.dumps({"error": {**error, "details": details} if details else error}).encode()


def info(reason: str, domain: str = "googleapis.com", **metadata: str) -> dict[str, Any]:
    return {"@type": f"{TYPE}ErrorInfo", "reason": reason, "domain": domain, "metadata": metadata}


def retry(delay: str) -> dict[str, Any]:
    return {"@type": f"{TYPE}RetryInfo", "retryDelay": delay}


def quota(window: str, value: str) -> dict[str, Any]:
    violation = {
        "quotaMetric": "generativelanguage.googleapis.com/generate_content_free_tier_requests",
        "quotaId": f"GenerateRequests{window}PerProjectPerModel-FreeTier",
        "quotaDimensions": {"location": "global", "model": "gemini-2.5-pro"},
        "quotaValue": value,
    }
    return {"@type": f"{TYPE}QuotaFailure", "violations": [violation]}


def over(limit: int, again: str) -> str:
    return (
        "You exceeded your current quota, please check your plan and billing details. \n* Quota exceeded for metric: "
        f"generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: {limit}, "
        "model: gemini-2.5-pro\n"
        f"Please retry in {again}."
    )


EXHAUSTED = "You have exhausted your capacity on this model. Your quota will reset after"
TERMS = "This service has been disabled in this account for violation of Terms of Service."
NEW_KEY = "Make a new key at https://aistudio.google.com/apikey and add it."
APPEAL = "Only Google can undo this; the account's owner can appeal."
ELSE = "Use another credential, or ask who administers the account."
PROJECT = "Check the project's id, its APIs and the account's permissions there."
OTHER_MODEL = "Choose another model, or a credential that is entitled to this one."
MIDNIGHT_S = 75_200
"""From NOW to the next one in California."""


@dataclass
class Case:
    """One row. `why` is the end of the panel's sentence, `rest` (model, seconds); clients: (status, code, wait)."""

    name: str
    sent: tuple[int, bytes]
    kind: str
    state: str
    openai: tuple[int, str | None] | tuple[int, str, int]
    gemini: str
    why: str = ""
    rest: tuple[str, int] | None = None
    guessed: bool = False
    """Google named no time."""


MOST_S = 120
"""What is told in Retry-After."""
BAD, NONE = (400, None), (503, "no_credentials")
M = "gemini-2.5-pro"
BROKEN = (502, "upstream_error")

# name · what Google sends · what it means · how the credential stands · OpenAI client · Gemini client · panel · rest
CASES = [
    # The request is at fault: no penalty.
    Case("an argument", (400, body(400, "Request contains an invalid argument.")),
         "client", "ready", BAD, "INVALID_ARGUMENT"),
    Case("an unknown field", (400, body(400, 'Invalid JSON payload received. Unknown name "x": Cannot find field.')),
         "client", "ready", BAD, "INVALID_ARGUMENT"),
    Case("too long", (400, body(400, "The input token count (1200000) exceeds the maximum number of tokens allowed "
                                     "(1048576).")),
         "client", "ready", (400, "context_length_exceeded"), "INVALID_ARGUMENT"),
    # The credential is at fault: it stands still until a person acts.
    Case("a precondition", (400, body(400, "Precondition check failed.", word="FAILED_PRECONDITION")),
         "forbidden", "forbidden", NONE, "UNAVAILABLE", ELSE),
    Case("the country", (400, body(400, "User location is not supported for the API use.", word="FAILED_PRECONDITION")),
         "forbidden", "forbidden", NONE, "UNAVAILABLE", ELSE),
    Case("a wrong key", (400, body(400, "API key not valid. Please pass a valid API key.", info("API_KEY_INVALID"))),
         "needs-login", "needs login", NONE, "UNAVAILABLE", NEW_KEY),
    Case("an old key", (400, body(400, "API key expired. Please renew the API key.", info("API_KEY_INVALID"))),
         "needs-login", "needs login", NONE, "UNAVAILABLE", NEW_KEY),
    Case("a leaked key", (403, body(403, "Your API key was reported as leaked. Please use another API key.")),
         "needs-login", "needs login", NONE, "UNAVAILABLE", NEW_KEY),
    Case("no key", (403, body(403, "Method doesn't allow unregistered callers (callers without established identity). "
                                   "Please use API Key or other form of API consumer identity to call this API.")),
         "needs-login", "needs login", NONE, "UNAVAILABLE", NEW_KEY),
    Case("a dead token, also after its renewal",
         (401, body(401, "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie "
                         "or other valid authentication credential. See https://developers.google.com/identity/sign-in"
                         "/web/devconsole-project.", info("ACCESS_TOKEN_EXPIRED"))),
         "auth", "needs login", NONE, "UNAVAILABLE", NEW_KEY),
    Case("the wrong sort of credential",
         (401, body(401, "API keys are not supported by this API. Expected OAuth2 access token or other authentication "
                         "credentials that assert a principal.", info("CREDENTIALS_MISSING"))),
         "forbidden", "forbidden", NONE, "UNAVAILABLE", ELSE),
    Case("no permission",
         (403, body(403, "The caller does not have permission", errors=[{"domain": "global", "reason": "forbidden"}])),
         "forbidden", "forbidden", NONE, "UNAVAILABLE", f"The caller does not have permission. {ELSE}"),
    Case("terms, with a link",
         (403, body(403, f"{TERMS} Please submit an appeal to continue using this product.",
                    info("TOS_VIOLATION", CLOUD, appeal_url="https://forms.gle/a", appeal_url_link_text="Appeal"))),
         "terms", "disabled by Google", NONE, "UNAVAILABLE", f"{APPEAL} https://forms.gle/a"),
    Case("terms, as it was said before",
         (403, body(403, f"{TERMS} If you believe this is an error, contact "
                         "gemini-code-assist-user-feedback@google.com.")),
         "terms", "disabled by Google", NONE, "UNAVAILABLE", APPEAL),
    Case("terms, of Gemini",
         (403, body(403, "Gemini has been disabled in this account for violation of Terms of Service.")),
         "terms", "disabled by Google", NONE, "UNAVAILABLE", APPEAL),
    Case("a suspended key",
         (403, body(403, "Permission denied: Consumer 'api_key:AIzaPlanted000000' has been suspended.",
                    info("CONSUMER_SUSPENDED"))),
         "terms", "disabled by Google", NONE, "UNAVAILABLE", f"'api_key:••••' has been suspended. {APPEAL}"),
    Case("a verification",
         (403, body(403, "Verify your account to continue.",
                    info("VALIDATION_REQUIRED", CLOUD, validation_url="https://accounts.google.com/signin/continue?x=1",
                         validation_learn_more_url="https://support.google.com/accounts?p=al_alert"))),
         "validation", "needs verification", NONE, "UNAVAILABLE", "https://accounts.google.com/signin/continue?x=1"),
    Case("a tier that ended",
         (403, body(403, "This client is no longer supported for Gemini Code Assist for individuals. To continue, "
                         "please migrate to the Antigravity suite of products.", info("UNSUPPORTED_CLIENT", CLOUD))),
         "tier", "tier not served", NONE, "UNAVAILABLE",
         "Use a Gemini API key, or an account with a Code Assist Standard or Enterprise licence."),
    Case("a licence",
         (403, body(403, "You must be a named user on your organization's Gemini Code Assist Standard edition "
                         "subscription to use this service. Please contact your administrator to request an "
                         "entitlement to Gemini Code Assist Standard edition.")),
         "project", "wrong project", NONE, "UNAVAILABLE", PROJECT),
    Case("a service that is off",
         (403, body(403, "Gemini for Google Cloud API has not been used in project 123 before or it is disabled. "
                         "Enable it by visiting https://console.developers.google.com/x then retry.",
                    info("SERVICE_DISABLED", service="cloudaicompanion.googleapis.com", consumer="projects/123",
                         activationUrl="https://console.developers.google.com/x"))),
         "project", "wrong project", NONE, "UNAVAILABLE", f"{PROJECT} https://console.developers.google.com/x"),
    Case("a permission in the project",
         (403, body(403, "Permission 'cloudaicompanion.companions.generateChat' denied on resource '//cloudaicompanion."
                         "googleapis.com/projects/x/locations/global' (or it may not exist).",
                    info("IAM_PERMISSION_DENIED", permission="cloudaicompanion.companions.generateChat"))),
         "project", "wrong project", NONE, "UNAVAILABLE", PROJECT),
    Case("a policy",
         (403, body(403, "Request is prohibited by organization's policy.", info("SECURITY_POLICY_VIOLATED"))),
         "forbidden", "forbidden", NONE, "UNAVAILABLE", ELSE),
    # A thing that the request names: nobody is marked.
    Case("a file of another key",
         (403, body(403, "You do not have permission to access the File abc123 or it may not exist.")),
         "resource", "ready", (403, None), "PERMISSION_DENIED"),
    # The model is not for this credential.
    Case("no such entity", (404, body(404, "Requested entity was not found.")),
         "model", "model not entitled", (404, "model_not_found"), "NOT_FOUND", OTHER_MODEL, (M, 86_400)),
    Case("no such model",
         (404, body(404, "models/gemini-2.5-pro is not found for API version v1beta, or is not supported for "
                         "generateContent. Call ListModels to see the list of available models and their supported "
                         "methods.")),
         "model", "model not entitled", (404, "model_not_found"), "NOT_FOUND", OTHER_MODEL, (M, 86_400)),
    Case("a limit of 0", (429, body(429, over(0, "47.4s"), quota("PerDay", "0"), retry("47s"))),
         "model", "model not entitled", (404, "model_not_found"), "NOT_FOUND", OTHER_MODEL, (M, 86_400)),
    # A limit of a minute.
    Case("a minute's limit",
         (429, body(429, f"{EXHAUSTED} 0s.",
                    info("RATE_LIMIT_EXCEEDED", CLOUD, uiMessage="true", model=M, quotaResetDelay="579.276118ms",
                         quotaResetTimeStamp="2026-11-18T11:06:40Z"), retry("0.579276118s"))),
         "rate", "cooling", (429, "rate_limit_exceeded", 1), "RESOURCE_EXHAUSTED", "after 0s.", (M, 1)),
    Case("a wait of 0 s and a time that lies ahead",
         (429, body(429, f"{EXHAUSTED} 0s.",
                    info("RATE_LIMIT_EXCEEDED", CLOUD, quotaResetTimeStamp="2026-11-18T11:07:20Z"), retry("0s"))),
         "rate", "cooling", (429, "rate_limit_exceeded", 40), "RESOURCE_EXHAUSTED", "after 0s.", (M, 40)),
    Case("a minute's limit of a key", (429, body(429, over(10, "47.4s"), quota("PerMinute", "10"), retry("47s"))),
         "rate", "cooling", (429, "rate_limit_exceeded", 47), "RESOURCE_EXHAUSTED", "retry in 47.4s.", (M, 47)),
    Case("nothing but a 429: the only one is not cooled by a guess",
         (429, body(429, "Resource has been exhausted (e.g. check quota).")),
         "rate", "ready", (429, "rate_limit_exceeded", 5), "RESOURCE_EXHAUSTED", guessed=True),
    Case("the same from Vertex AI",
         (429, body(429, "Resource exhausted. Please try again later. Please refer to https://cloud.google.com/"
                         "vertex-ai/generative-ai/docs/error-code-429 for more details.")),
         "rate", "ready", (429, "rate_limit_exceeded", 5), "RESOURCE_EXHAUSTED", guessed=True),
    # A day's quota.
    Case("a day's quota",
         (429, body(429, f"{EXHAUSTED} 8h44m7s.",
                    info("QUOTA_EXHAUSTED", CLOUD, uiMessage="true", model=M, quotaResetDelay="8h44m7.20964964s"),
                    retry("31447.209649640s"))),
         "daily", "cooling", (429, "insufficient_quota", 31_448), "RESOURCE_EXHAUSTED", "8h44m7s.", (M, 31_447)),
    Case("a week's wait ends with the day",
         (429, body(429, f"{EXHAUSTED} 161h39m41s.",
                    info("QUOTA_EXHAUSTED", CLOUD, quotaResetDelay="161h39m41.300432511s"))),
         "daily", "cooling", (429, "insufficient_quota", MIDNIGHT_S), "RESOURCE_EXHAUSTED", "", (M, MIDNIGHT_S)),
    Case("a whole account's quota: every model rests",
         (429, body(429, "Individual quota reached. Please upgrade your subscription to increase your limits. Resets "
                         "in 9h22m20s.", info("QUOTA_EXHAUSTED", CLOUD), retry("33740.910400305s"))),
         "daily", "cooling", (429, "insufficient_quota", 33_741), "RESOURCE_EXHAUSTED", "9h22m20s.", ("", 33_741)),
    Case("a day's quota of a key, and the nonsense of 47 s",
         (429, body(429, over(250, "47.4s"), quota("PerDay", "250"), retry("47s"))),
         "daily", "cooling", (429, "insufficient_quota", MIDNIGHT_S), "RESOURCE_EXHAUSTED", "", (M, MIDNIGHT_S)),
    Case("credits",
         (429, body(429, "Resource has been exhausted (e.g. check quota).",
                    info("INSUFFICIENT_G1_CREDITS_BALANCE", CLOUD))),
         "daily", "cooling", (429, "insufficient_quota", MIDNIGHT_S), "RESOURCE_EXHAUSTED", "", (M, MIDNIGHT_S)),
    # Google is in trouble, and nobody here is to blame.
    Case("no capacity, as a 429",
         (429, body(429, "No capacity available for model gemini-3.1-pro-preview on the server",
                    info("MODEL_CAPACITY_EXHAUSTED", CLOUD, model="gemini-3.1-pro-preview"), retry("9s"))),
         "capacity", "ready", (503, "upstream_error", 9), "UNAVAILABLE"),
    Case("no capacity, as a 503",
         (503, body(503, "No capacity available for model gemini-3.1-pro-preview on the server",
                    info("MODEL_CAPACITY_EXHAUSTED", CLOUD, model="gemini-3.1-pro-preview"))),
         "capacity", "ready", (503, "upstream_error"), "UNAVAILABLE"),
    Case("overloaded", (503, body(503, "The model is overloaded. Please try again later.")),
         "capacity", "ready", (503, "upstream_error"), "UNAVAILABLE"),
    Case("cancelled", (499, body(499, "The operation was cancelled.")), "server", "ready", BROKEN, "UNAVAILABLE"),
    Case("internal",
         (500, body(500, "An internal error has occurred. Please retry or report in https://developers."
                         "generativeai.google/guide/troubleshooting")),
         "server", "ready", BROKEN, "UNAVAILABLE"),
    Case("too slow", (504, body(504, "Deadline expired before operation could complete.")),
         "timeout", "ready", (504, "upstream_timeout"), "DEADLINE_EXCEEDED"),
]  # fmt: skip


@pytest.fixture(params=CASES, ids=[re.sub(r"\W+", "-", case.name) for case in CASES])
def case(request) -> Case:
    return request.param


def proxy(case: Case) -> Proxy:
    """A pool of one, and a Google that says nothing else."""
    return Proxy(Google([classify(case.sent[0], case.sent[1], {}, NOW)]), names=["ann"])


def test_what_it_means(case: Case) -> None:
    assert classify(case.sent[0], case.sent[1], {}, NOW).kind is FaultKind(case.kind)


async def test_how_the_credential_stands_and_what_the_panel_says(case: Case) -> None:
    one = proxy(case)
    await one.ask()
    row = one.pool.view()[0].row("")
    assert row.state is CredentialState(case.state)
    assert [(rest.model, round(rest.until - NOW)) for rest in row.cooldowns] == ([case.rest] if case.rest else [])
    assert bool(row.why) is (case.state != "ready")
    assert row.why.endswith(case.why)
    look = Look(Words(), FANCY, NOW)
    shown = "".join(text for text, _ in one_line(row, 120, look))
    if case.state == "cooling" and case.rest:
        assert till(NOW + case.rest[1], look) in shown
    else:
        assert {"ready": "not tried yet", "needs login": "key refused"}.get(case.state, case.state) in shown


async def test_what_an_openai_client_gets(case: Case) -> None:
    answer = await proxy(case).ask()
    error = answer.body["error"]
    assert (answer.status, error["code"]) == case.openai[:2]
    assert error["message"]
    assert answer.headers.get("Retry-After") == (str(min(case.openai[2], MOST_S)) if len(case.openai) == 3 else None)


async def test_what_a_gemini_client_gets(case: Case) -> None:
    content = {"contents": [{"parts": [{"text": "hi"}]}]}
    answer = await proxy(case).ask("/v1beta/models/gemini-2.5-pro:generateContent", data=json.dumps(content).encode())
    error = answer.body["error"]
    assert (answer.status, error["code"], error["status"]) == (case.openai[0], case.openai[0], case.gemini)
    delays = [detail["retryDelay"] for detail in error.get("details", ()) if "retryDelay" in detail]
    assert delays == ([f"{case.openai[2]}s"] if len(case.openai) == 3 and not case.guessed else [])


def test_the_table_leaves_no_kind_and_no_state_out() -> None:
    """The rest are failures of the way to Google, and states that people or traffic make."""
    assert set(FaultKind) - {FaultKind(case.kind) for case in CASES} == {FaultKind.PROTOCOL, FaultKind.NETWORK}
    states = {CredentialState(case.state) for case in CASES}
    assert set(CredentialState) - states == {
        CredentialState.BUSY, CredentialState.NEARLY_OUT, CredentialState.DISABLED,
    }  # fmt: skip
