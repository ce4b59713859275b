"""Every row of the catalogue of Google's errors, and the shapes they come in."""

import json

import pytest

from gcli2api_tui.events.problems import FaultKind as K
from gcli2api_tui.upstream import durations
from gcli2api_tui.upstream.classify import classify, classify_oauth

NOW = 1_795_392_000.0  # 2026-11-23T00:00:00Z


def error(code, message, word="", reason="", metadata=None, *more, **extra):
    details = list(more)
    if reason:
        details.append(
            {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "metadata": metadata or {}}
        )
    return {"error": {"code": code, "message": message, "status": word, "details": details, **extra}}


def retry(delay):
    return {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay}


def quota(name, value):
    return {
        "@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": name, "quotaValue": value}],
    }


SPENT = "You have exhausted your capacity on this model. Your quota will reset after 8h44m7s."
TOS = "This service has been disabled in this account for violation of Terms of Service."
ROWS = [
    (400, error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT"), K.CLIENT),
    (400, error(400, "User location is not supported for the API use.", "FAILED_PRECONDITION"), K.FORBIDDEN),
    (400, error(400, "API key not valid. Please pass a valid API key.", "", "API_KEY_INVALID"), K.NEEDS_LOGIN),
    (400, error(400, "API key expired. Please renew the API key."), K.NEEDS_LOGIN),
    (401, error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"), K.AUTH),
    (401, error(401, "API keys are not supported by this API. Expected OAuth2"), K.FORBIDDEN),
    (403, error(403, "The caller does not have permission", errors=[{"reason": "forbidden"}]), K.FORBIDDEN),
    (403, error(403, "Suspended.", "", "TOS_VIOLATION"), K.TERMS),
    (403, error(403, TOS), K.TERMS),
    (403, error(403, "Verify your account to continue.", "", "VALIDATION_REQUIRED"), K.VALIDATION),
    (403, error(403, "You must be a named user on your organization's edition"), K.PROJECT),
    (403, error(403, "It has not been used in project 1 before or it is disabled", "", "SERVICE_DISABLED"), K.PROJECT),
    (403, error(403, "Permission 'x' denied on resource 'y'", "", "IAM_PERMISSION_DENIED"), K.PROJECT),
    (403, error(403, "VPC", "", "SECURITY_POLICY_VIOLATED"), K.FORBIDDEN),
    (403, error(403, "Your API key was reported as leaked."), K.NEEDS_LOGIN),
    (403, error(403, "No", "", "UNSUPPORTED_CLIENT"), K.TIER),
    (404, error(404, "Requested entity was not found.", "NOT_FOUND"), K.MODEL),
    (429, error(429, SPENT, "", "RATE_LIMIT_EXCEEDED", {}, retry("0.579276118s")), K.RATE),
    (429, error(429, SPENT, "", "QUOTA_EXHAUSTED", {}, retry("33740.9s")), K.DAILY),
    (429, error(429, "Individual quota reached. Resets in 9h22m20s."), K.DAILY),
    (429, error(429, "No capacity", "", "MODEL_CAPACITY_EXHAUSTED"), K.CAPACITY),
    (503, error(503, "No capacity", "UNAVAILABLE", "MODEL_CAPACITY_EXHAUSTED"), K.CAPACITY),
    (429, error(429, "Resource has been exhausted", "", "INSUFFICIENT_G1_CREDITS_BALANCE"), K.DAILY),
    (429, error(429, "Resource has been exhausted (e.g. check quota)."), K.RATE),
    (429, error(429, "Quota", "", "", None, quota("GenerateRequestsPerDayPerProject", "250"), retry("47s")), K.DAILY),
    (429, error(429, "Quota", "", "", None, quota("GenerateRequestsPerMinute", "10")), K.RATE),
    (429, error(429, "Quota exceeded for metric: m, limit: 0, model: x"), K.MODEL),
    (429, error(429, "Quota", "", "", None, retry("3600s")), K.DAILY),
    (499, error(499, "client closed", "CANCELLED"), K.SERVER),
    (500, error(500, "Internal error encountered.", "INTERNAL"), K.SERVER),
    (502, b"<html><h1>Bad gateway</h1></html>", K.SERVER),
    (503, error(503, "The model is overloaded. Please try again later.", "UNAVAILABLE"), K.CAPACITY),
    (504, error(504, "Deadline expired before operation could complete."), K.TIMEOUT),
    (302, b"", K.PROTOCOL),
    # Vertex AI's own
    (429, error(429, "Resource exhausted. Please try again later. Please refer to x/error-code-429"), K.RATE),
    (404, error(404, "Publisher Model `projects/p/x` was not found or your project does not have access"), K.MODEL),
    (400, error(400, "Project `1` is not allowed to use Publisher Model `x`", "FAILED_PRECONDITION"), K.MODEL),
    (403, error(403, "Caller does not have required permission", "", "USER_PROJECT_DENIED"), K.PROJECT),
    (403, error(403, "Permission denied on resource project p.", "", "CONSUMER_INVALID"), K.PROJECT),
    (403, error(403, "This API method requires billing to be enabled.", "", "BILLING_DISABLED"), K.PROJECT),
    (403, error(403, "This API method requires billing to be enabled."), K.PROJECT),
    (403, error(403, "No", "", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"), K.NEEDS_LOGIN),
    (403, error(403, "Request had insufficient authentication scopes."), K.NEEDS_LOGIN),
    (403, error(403, "Requests to this API are blocked.", "", "API_KEY_SERVICE_BLOCKED"), K.FORBIDDEN),
]


@pytest.mark.parametrize(("status", "body", "kind"), ROWS)
def test_the_catalogue(status, body, kind):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    fault = classify(status, body, {}, NOW)
    assert fault.kind is kind and fault.status == status and fault.message


FULL = error(429, SPENT, "RESOURCE_EXHAUSTED", "QUOTA_EXHAUSTED", {"model": "m"}, retry("31447.2s"))


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([FULL]),
        json.dumps({"error": {"code": 429, "message": json.dumps(FULL)}}),
        json.dumps(FULL).replace(", ", ",, "),
        json.dumps({"error": {**FULL["error"], "errors": [{"reason": "rateLimitExceeded"}]}}),
    ],
    ids=["array", "nested", "double commas", "legacy list"],
)
def test_shapes_do_not_matter(body):
    fault = classify(429, body.encode(), {}, NOW)
    assert (fault.kind, fault.hint_s, fault.reason) == (K.DAILY, 31447.2, "QUOTA_EXHAUSTED")


AHEAD = "2026-11-23T01:00:00Z"


@pytest.mark.parametrize(
    ("body", "headers", "hint"),
    [
        (error(429, SPENT, "", "R", {"quotaResetDelay": "7s", "quotaResetTimeStamp": AHEAD}, retry("5s")), {}, 5.0),
        (error(429, SPENT, "", "R", {"quotaResetDelay": "579.27ms", "quotaResetTimeStamp": AHEAD}), {}, 0.57927),
        (error(429, SPENT, "", "R", {"quotaResetTimeStamp": AHEAD}, retry("0s")), {}, 3600.0),
        (error(429, SPENT), {"Retry-After": "17"}, 17.0),
        (error(429, SPENT), {"retry-after": "Mon, 23 Nov 2026 00:00:30 GMT"}, 30.0),
        (error(429, SPENT), {}, 8 * 3600 + 44 * 60 + 7.0),
        (error(429, "Please retry in 47.4s."), {}, 47.4),
        (error(429, "x", "", "", None, quota("GenerateRequestsPerMinutePerProject", "10")), {}, 60.0),
        (error(429, "x", "", "", None, retry("0s")), {}, 0.0),
        (error(429, "x"), {"retry-after": "soon"}, None),
    ],
)
def test_hints_in_their_order(body, headers, hint):
    assert classify(429, body, headers, NOW).hint_s == (None if hint is None else pytest.approx(hint))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.5s", 0.5), ("579.27ms", 0.57927), ("33740.91s", 33740.91), ("161h39m41.3s", 581981.3), ("x", None)],
)
def test_durations(text, expected):
    assert durations.seconds(text) == (None if expected is None else pytest.approx(expected))


def test_only_a_days_quota_teaches_a_limit():
    day, minute = quota("RequestsPerDayPerModel-FreeTier", "250"), quota("RequestsPerMinute", "10")
    assert classify(429, error(429, "x", "", "", None, day), {}, NOW).learned_limit == 250
    assert classify(429, error(429, "x", "", "", None, minute), {}, NOW).learned_limit is None


def test_links_are_kept_only_when_they_are_https():
    good = error(403, "x", "", "VALIDATION_REQUIRED", {"validation_url": "https://accounts.google.com/v"})
    help_ = {"@type": "type.googleapis.com/google.rpc.Help", "links": [{"url": "https://console/x"}]}
    bad = error(403, "x", "", "TOS_VIOLATION", {"appeal_url": "javascript:alert(1)"})
    assert classify(403, good, {}, NOW).link == "https://accounts.google.com/v"
    assert classify(403, error(403, "x", "", "", None, help_), {}, NOW).link == "https://console/x"
    assert classify(403, bad, {}, NOW).link == ""


def test_a_key_in_googles_words_is_masked():
    fault = classify(403, error(403, "Consumer 'api_key:AIzaSyPlanted123456' has been suspended."), {}, NOW)
    assert "AIzaSy" not in fault.sentence and "suspended" in fault.message


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, K.NEEDS_LOGIN),
        (400, {"error": "invalid_grant", "error_subtype": "invalid_rapt"}, K.NEEDS_LOGIN),
        (400, {"error": "redirect_uri_mismatch"}, K.PROTOCOL),
        (400, {"error": "unsupported_grant_type"}, K.PROTOCOL),
        (401, {"error": "invalid_client"}, K.NEEDS_LOGIN),
        (401, {"error": "unauthorized_client"}, K.NEEDS_LOGIN),
        (400, {"error": "invalid_token"}, K.AUTH),
        (403, {"error": "rate_limit_exceeded"}, K.SERVER),
        (500, b"oops", K.SERVER),
    ],
)
def test_oauth_errors(status, body, kind):
    assert classify_oauth(status, body).kind is kind


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, error(401, "API keys are not supported by this API. Expected OAuth2"), "add it as the other one"),
        (403, error(403, "Blocked.", "", "API_KEY_SERVICE_BLOCKED"), "add it as the other one"),
        (403, error(403, "No.", "", "BILLING_DISABLED"), "Enable billing"),
    ],
)
def test_a_refusal_may_have_a_better_way_out_than_its_kind(status, body, words):
    assert words in classify(status, body, {}, NOW).way_out


def test_a_wrong_clock_is_nobodys_sign_in():
    said = "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
    fault = classify_oauth(400, {"error": "invalid_grant", "error_description": said}, "this service account's key")
    assert fault.kind is K.PROTOCOL and fault.way_out == "Set the clock."
