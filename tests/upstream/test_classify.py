"""Every row of the catalogue of Google's errors, and the shapes they come in."""

import json

import pytest

from gcli2api_tui.events.problems import NEW_KEY, TOO_LONG, WAY_OUT, Proof
from gcli2api_tui.events.problems import FaultKind as K
from gcli2api_tui.messages.message import say
from gcli2api_tui.upstream.classify import classify, classify_oauth
from gcli2api_tui.upstream.google_error import seconds_of
from gcli2api_tui.upstream.refusals import KEY_TYPE_GONE, PLACE_S

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
    assert seconds_of(text) == (None if expected is None else pytest.approx(expected))


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
    assert fault.message.startswith("Google finds this machine's clock wrong: Invalid JWT")
    assert (fault.status, fault.reason) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("word", "says", "kind"),
    [
        ("invalid_grant", "Google no longer accepts the key: w.", K.NEEDS_LOGIN),
        ("org_internal", "The OAuth client of the key is for its own organization only: w.", K.FORBIDDEN),
        ("invalid_token", "Google refused the access token: w.", K.AUTH),
        ("invalid_scope", "Google refused the token request (invalid_scope): w.", K.PROTOCOL),
        ("zorp", "Google's sign-in service failed: w.", K.SERVER),
    ],
)
def test_an_oauth_error_says_who_and_keeps_googles_words(word, says, kind):
    fault = classify_oauth(403, json.dumps({"error": word, "error_description": "w."}).encode(), "the key")
    assert (fault.message, fault.kind, fault.status, fault.reason) == (says, kind, 403, word)
    assert fault.way_out == WAY_OUT.get(kind, "")
    assert classify_oauth(502, b"oops").message == "Google's sign-in service failed: status 502"
    assert classify_oauth(502, b"oops").reason == ""


def test_an_error_in_a_stream_has_its_own_status():
    said = error(429, "x", "RESOURCE_EXHAUSTED")
    assert classify(200, said, {}, NOW).status == 429
    assert classify(400, error(429, "x", "INVALID_ARGUMENT"), {}, NOW).status == 400


@pytest.mark.parametrize("status", [400, 403, 404, 429])
def test_what_is_not_googles_blames_the_way_there(status):
    fault = classify(status, b"<h1>Sign in to the hotel</h1>", {}, NOW)
    assert (fault.kind, fault.status) == (K.NETWORK, status)
    assert fault.message.startswith(f"What answered with status {status} is not Google's API: ")
    assert "hotel" in fault.message
    assert "it said nothing" in classify(status, b"", {}, NOW).message
    assert fault.way_out.startswith("Check the network")


@pytest.mark.parametrize(("status", "kind"), [(408, K.TIMEOUT), (413, K.CLIENT), (499, K.SERVER), (500, K.SERVER)])
def test_a_page_with_a_status_that_anybody_may_say_means_that_status(status, kind):
    assert classify(status, b"<h1>no</h1>", {}, NOW).kind is kind
    assert classify(status, b"", {}, NOW).message == f"Google answered with status {status}."


def test_a_request_too_large_and_one_too_long_have_codes_of_their_own():
    assert classify(413, b"", {}, NOW).code == "request_too_large"
    long = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    assert classify(400, error(400, long, "INVALID_ARGUMENT"), {}, NOW).code == TOO_LONG
    assert classify(429, error(429, long), {}, NOW).code == ""
    assert classify(409, error(409, "Aborted"), {}, NOW).kind is K.CLIENT
    assert classify(409, error(409, "Aborted"), {}, NOW).code == ""


def test_how_sure_a_refusal_is_and_how_long_it_lasts_come_with_it():
    abroad = classify(400, error(400, "User location is not supported.", "FAILED_PRECONDITION"), {}, NOW)
    assert (abroad.proof, abroad.passes_s) == (Proof.KNOWN, PLACE_S)
    unheard = classify(403, error(403, "Zorp."), {}, NOW)
    assert (unheard.proof, unheard.passes_s) == (Proof.NONE, None)


@pytest.mark.parametrize(
    ("consumer", "project"), [("projects/1/zones/2", "1/zones/2"), ("folders/1", ""), ("projects/1", "1")]
)
def test_only_a_project_is_one(consumer, project):
    assert classify(429, error(429, "Quota", "", "R", {"consumer": consumer}), {}, NOW).project == project


def test_whom_google_charged_and_whether_all_models_wait():
    fault = classify(429, error(429, "Quota", "", "R", {"consumer": "projects/123"}), {}, NOW)
    assert (fault.project, fault.every_model) == ("123", False)
    fault = classify(429, error(429, "Individual quota reached.", "", "R", {"consumer": "api_key:xyz"}), {}, NOW)
    assert (fault.kind, fault.project, fault.every_model) == (K.DAILY, "", True)


@pytest.mark.parametrize(
    ("delay", "kind", "hint"), [("120s", K.RATE, 120.0), ("120.5s", K.DAILY, 120.5), ("47s", K.RATE, 47.0)]
)
def test_a_long_wait_is_a_days(delay, kind, hint):
    fault = classify(429, error(429, "Quota", "", "", None, retry(delay)), {}, NOW)
    assert (fault.kind, fault.hint_s) == (kind, hint)


@pytest.mark.parametrize("delay", ["47s", "120s"])
@pytest.mark.parametrize(
    "said",
    [
        lambda wait: error(429, "Quota", "", "", None, quota("RequestsPerDay", "250"), wait),
        lambda wait: error(429, "Quota", "", "R", {"quota_limit": "DailyRequests"}, wait),
        lambda wait: error(429, "Your prepayment credits are depleted.", "", "", None, wait),
        lambda wait: error(429, "x", "", "INSUFFICIENT_G1_CREDITS_BALANCE", None, wait),
    ],
)
def test_a_short_wait_said_of_a_day_or_of_money_is_not_believed(said, delay):
    fault = classify(429, said(retry(delay)), {}, NOW)
    assert (fault.kind, fault.hint_s) == (K.DAILY, None)


def test_a_short_wait_said_of_a_spent_quota_is_believed():
    fault = classify(429, error(429, "x", "", "QUOTA_EXHAUSTED", None, retry("47s")), {}, NOW)
    assert (fault.kind, fault.hint_s) == (K.DAILY, 47.0)
    assert classify(503, error(503, "x", "", "", None, quota("PerDay", "1"), retry("9s")), {}, NOW).hint_s == 9.0


def test_money_is_paid_and_a_dead_key_replaced():
    assert classify(429, error(429, "Your credits have been depleted."), {}, NOW).way_out == say("way_out.pay")
    assert classify(429, error(429, "Your quota has been used up.", "", "QUOTA_EXHAUSTED"), {}, NOW).way_out == ""
    suspended = error(403, "Suspended: insufficient funds.", "", "CONSUMER_SUSPENDED")
    assert classify(403, suspended, {}, NOW).way_out == WAY_OUT[K.TERMS]
    for gone in (error(400, "API key expired."), error(401, "x", "", KEY_TYPE_GONE)):
        status = gone["error"]["code"]
        assert classify(status, gone, {}, NOW).way_out == NEW_KEY
    assert classify(401, error(401, "x", "", KEY_TYPE_GONE), {}, NOW).message == say("google.key_type_gone")
    assert classify(401, error(401, "Bad token."), {}, NOW).way_out == WAY_OUT[K.AUTH]


@pytest.mark.parametrize("status", [429, 499, 503])
@pytest.mark.parametrize("said", ["limit: 0, model: x", "quota, limit: 0"])
def test_a_limit_of_nothing_is_the_models(status, said):
    assert classify(status, error(status, said), {}, NOW).kind is K.MODEL
    assert classify(status, error(status, "limit: 0.5, model: x"), {}, NOW).kind is not K.MODEL
    assert classify(403, error(403, said), {}, NOW).kind is not K.MODEL
    assert classify(429, error(429, "x", "", "", None, quota("PerDay", "0")), {}, NOW).kind is K.MODEL


@pytest.mark.parametrize(
    ("name", "value", "limit"),
    [
        ("GenerateRequestsPerDay", "250", 250),
        ("GenerateRequestsPerDay", "999999999", 999_999_999),
        ("GenerateRequestsPerDay", "9999999999", None),
        ("DailyRequests", "7", 7),
        ("GenerateRequestsPerMinute", "250", None),
        ("GenerateContentInputTokensPerModelPerDay", "6000000", None),
        ("RequestTokensPerDay", "6000000", None),
        ("CharactersPerDay", "250", None),
        ("GenerateRequestsPerDay", "many", None),
        ("GenerateRequestsPerDay", "", None),
        ("GenerateRequestsPerDay", "00", None),
    ],
)
def test_which_figure_is_a_days_limit_of_requests(name, value, limit):
    assert classify(429, error(429, "x", "", "", None, quota(name, value)), {}, NOW).learned_limit == limit


@pytest.mark.parametrize("key", ["appeal_url", "validation_url", "validation_link", "activationUrl"])
def test_each_field_of_google_that_holds_a_link_is_read(key):
    assert classify(403, error(403, "x", "", "R", {key: "https://x/y"}), {}, NOW).link == "https://x/y"
