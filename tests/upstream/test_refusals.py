"""Whom a refusal is about, and how sure it is: by the words alone."""

import pytest

from gcli2api_tui.events.problems import FaultKind as K
from gcli2api_tui.events.problems import Proof
from gcli2api_tui.upstream.google_error import ErrorFacts
from gcli2api_tui.upstream.refusals import PLACE_S, passes_s, refusal

SERVICE = "aiplatform.endpoints.predict"


def facts(message="", reason="", word="", **metadata):
    return ErrorFacts(googles=True, message=message, reason=reason, word=word, metadata=metadata)


def denied(permission, on="//x"):
    return f"Permission '{permission}' denied on resource '{on}' (or it may not exist)."


@pytest.mark.parametrize(
    ("status", "said", "kind", "proof"),
    [
        (403, facts("x", "TOS_VIOLATION"), K.TERMS, Proof.KNOWN),
        (401, facts("x"), K.AUTH, Proof.KNOWN),
        (401, facts("API keys are not supported by this API."), K.FORBIDDEN, Proof.KNOWN),
        (400, facts("API key not valid. Pass a valid one.", word="INVALID_ARGUMENT"), K.NEEDS_LOGIN, Proof.KNOWN),
        (400, facts("API key expired.", word="INVALID_ARGUMENT"), K.NEEDS_LOGIN, Proof.KNOWN),
        (400, facts("You said: API key not valid", word="INVALID_ARGUMENT"), K.CLIENT, Proof.KNOWN),
        (403, facts("Organization policy constraint constraints/vertexai.allowedModels"), K.MODEL, Proof.KNOWN),
        (403, facts("x", "IAM_PERMISSION_DENIED", permission=SERVICE), K.PROJECT, Proof.KNOWN),
        (403, facts("x", "IAM_PERMISSION_DENIED", permission="storage.objects.get"), K.RESOURCE, Proof.KNOWN),
        (403, facts("x", "IAM_PERMISSION_DENIED"), K.PROJECT, Proof.STOCK),
        (403, facts(denied(SERVICE)), K.PROJECT, Proof.KNOWN),
        (403, facts(denied(SERVICE, "//projects/p/endpoints/7")), K.PROJECT, Proof.STOCK),
        (403, facts(denied("storage.buckets.get")), K.RESOURCE, Proof.KNOWN),
        (403, facts(denied("aiplatform.corpora.get")), K.PROJECT, Proof.STOCK),
        (403, facts("You do not have permission to access the File abc"), K.RESOURCE, Proof.KNOWN),
        (403, facts("Consumer has been suspended."), K.TERMS, Proof.KNOWN),
        (403, facts("The caller does not have permission"), K.FORBIDDEN, Proof.STOCK),
        (403, facts("The caller does not have permission.", "forbidden"), K.FORBIDDEN, Proof.STOCK),
        (403, facts("The caller does not have permission", "ZORP"), K.FORBIDDEN, Proof.NONE),
        (403, facts(""), K.FORBIDDEN, Proof.STOCK),
        (403, facts("Zorp."), K.FORBIDDEN, Proof.NONE),
        (404, facts("Requested entity was not found."), K.MODEL, Proof.STOCK),
        (404, facts("There is no zorp."), K.MODEL, Proof.NONE),
        (400, facts("Precondition check failed.", word="FAILED_PRECONDITION"), K.FORBIDDEN, Proof.STOCK),
        (400, facts("The zorp has not set.", word="FAILED_PRECONDITION"), K.RESOURCE, Proof.NONE),
    ],
)  # fmt: skip
def test_whom_it_is_about_and_how_sure_that_is(status, said, kind, proof):
    assert refusal(status, said) == (kind, proof)


def test_where_the_server_stands_may_change_by_itself():
    assert passes_s(facts("x", "API_KEY_IP_ADDRESS_BLOCKED")) == PLACE_S
    assert passes_s(facts("User location is not supported for the API use.")) == PLACE_S
    assert passes_s(facts("Zorp.", "TOS_VIOLATION")) is None


@pytest.mark.parametrize(
    ("reasons", "kind"),
    [
        ("ACCOUNT_STATE_INVALID", K.NEEDS_LOGIN),
        ("RESOURCE_PROJECT_INVALID accessNotConfigured", K.PROJECT),
        ("ORG_RESTRICTION_VIOLATION LOCATION_POLICY_VIOLATED USER_BLOCKED_BY_ADMIN", K.FORBIDDEN),
        ("API_KEY_HTTP_REFERRER_BLOCKED API_KEY_ANDROID_APP_BLOCKED API_KEY_IOS_APP_BLOCKED", K.FORBIDDEN),
        ("rateLimitExceeded userRateLimitExceeded", K.RATE),
    ],
)
def test_a_reason_decides_before_a_sentence(reasons, kind):
    for reason in reasons.split():
        assert refusal(403, facts("Consumer has been suspended.", reason)) == (kind, Proof.KNOWN)
