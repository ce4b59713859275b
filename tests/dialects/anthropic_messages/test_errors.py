"""Every problem in Anthropic's shape, and as the exception that Anthropic's SDK makes of it."""

import json

import anthropic
import httpx
import pytest
from anthropic.types import ErrorResponse

from gcli2api_tui.dialects.errors import anthropic_refusal
from gcli2api_tui.events.problems import ClientFault, FaultKind, NoCredential, Problem, UpstreamFault

CASES = [
    (ClientFault("m", param="max_tokens"), 400, "invalid_request_error", anthropic.BadRequestError),
    (ClientFault("m", status=401), 401, "authentication_error", anthropic.AuthenticationError),
    (ClientFault("m", status=403), 403, "permission_error", anthropic.PermissionDeniedError),
    (ClientFault("m", status=404), 404, "not_found_error", anthropic.NotFoundError),
    (ClientFault("m", status=413), 413, "request_too_large", anthropic.RequestTooLargeError),
    (ClientFault("m", status=405), 405, "invalid_request_error", anthropic.APIStatusError),
    (NoCredential("m", retry_after_s=2.5), 429, "rate_limit_error", anthropic.RateLimitError),
    (NoCredential("m"), 503, "api_error", anthropic.ServiceUnavailableError),
    (UpstreamFault(FaultKind.CLIENT, "m"), 400, "invalid_request_error", anthropic.BadRequestError),
    (UpstreamFault(FaultKind.DAILY, "m"), 429, "rate_limit_error", anthropic.RateLimitError),
    (UpstreamFault(FaultKind.CAPACITY, "m"), 529, "overloaded_error", anthropic.OverloadedError),
    (UpstreamFault(FaultKind.TIMEOUT, "m"), 504, "timeout_error", anthropic.DeadlineExceededError),
    (UpstreamFault(FaultKind.NETWORK, "m"), 502, "api_error", anthropic.InternalServerError),
    (UpstreamFault(FaultKind.NEEDS_LOGIN, "m", status=401), 503, "api_error", anthropic.ServiceUnavailableError),
    (Problem("m"), 500, "api_error", anthropic.InternalServerError),
]


@pytest.mark.parametrize(("problem", "status", "kind", "raised"), CASES)
def test_shape_and_exception(problem, status, kind, raised):
    answer = anthropic_refusal(problem, "req_1")
    body = json.loads(answer.body)
    if kind != "request_too_large":  # the SDK has an exception for it, but no type
        ErrorResponse.model_validate(body, strict=True)
    assert (answer.status, body["error"]["type"], body["request_id"]) == (status, kind, "req_1")
    response = httpx.Response(status, request=httpx.Request("POST", "http://x"), content=answer.body)
    made = anthropic.Anthropic(api_key="k")._make_status_error("m", body=body, response=response)
    assert isinstance(made, raised)


def test_the_field_is_named_in_the_words():
    def message(problem):
        return json.loads(anthropic_refusal(problem, "r").body)["error"]["message"]

    assert message(ClientFault("It is wrong.", param="tools.[0]")) == "tools.[0]: It is wrong."
    assert message(ClientFault("'model' is missing.", param="model")) == "'model' is missing."


def test_waiting_times_and_advice():
    headers = dict(anthropic_refusal(NoCredential("m", retry_after_s=2.5), "r").headers)
    assert (headers["Retry-After"], headers["retry-after-ms"]) == ("3", "2500")
    assert dict(anthropic_refusal(ClientFault("m"), "r").headers)["x-should-retry"] == "false"


def test_threads_are_declined_in_the_words_that_sdks_understand(understand):
    with pytest.raises(ClientFault) as caught:
        understand(thread={"type": "create"})
    details = json.loads(anthropic_refusal(caught.value, "r").body)["error"]["details"]
    assert details == {"error_code": "thread_unsupported_request", "unsupported": ["thread"]}
