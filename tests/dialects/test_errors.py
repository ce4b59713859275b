import json

import pytest

from gcli2api_tui.dialects.errors import openai_refusal
from gcli2api_tui.events.problems import TOO_LONG, ClientFault, FaultKind, NoCredential, Problem, UpstreamFault


def shape(problem):
    answer = openai_refusal(problem)
    error = json.loads(answer.body)["error"]
    assert set(error) == {"message", "type", "param", "code"}
    return answer.status, error["type"], error["code"], dict(answer.headers)


def test_retry_after_is_whole_seconds_and_at_least_one():
    for seconds, whole, milliseconds in ((0.0, "1", "1"), (0.2, "1", "200"), (41.01, "42", "41010")):
        status, kind, code, headers = shape(NoCredential("all rest", retry_after_s=seconds))
        assert (status, kind, code) == (429, "rate_limit_error", "rate_limit_exceeded")
        assert (headers["Retry-After"], headers["retry-after-ms"]) == (whole, milliseconds)
        assert "x-should-retry" not in headers


def test_an_sdk_is_not_to_try_again_before_a_long_wait_is_over():
    for seconds, said in ((60, None), (61, "false")):
        assert shape(NoCredential("all rest", retry_after_s=seconds))[3].get("x-should-retry") == said
        assert shape(UpstreamFault(FaultKind.CAPACITY, "busy", hint_s=seconds))[3].get("x-should-retry") == said


def test_a_day_without_quota_is_permanent():
    status, _, code, headers = shape(NoCredential("gone", retry_after_s=9000, daily=True))
    assert (status, code, headers["Retry-After"], headers["x-should-retry"]) == (
        429,
        "insufficient_quota",
        "9000",
        "false",
    )


def test_waiting_that_does_not_help_is_not_asked_for():
    status, _, code, headers = shape(NoCredential("none"))
    assert (status, code, headers["x-should-retry"]) == (503, "no_credentials", "false")
    assert "Retry-After" not in headers and "retry-after-ms" not in headers


@pytest.mark.parametrize("kind", FaultKind)
def test_googles_trouble_never_looks_like_a_wrong_password(kind):
    status, _, _, headers = shape(UpstreamFault(kind, "Google says no.", status=401))
    assert status == {
        FaultKind.CLIENT: 400,
        FaultKind.RESOURCE: 400,
        FaultKind.RATE: 429,
        FaultKind.DAILY: 429,
        FaultKind.SERVER: 502,
        FaultKind.PROTOCOL: 502,
        FaultKind.NETWORK: 502,
        FaultKind.TIMEOUT: 504,
        FaultKind.MODEL: 404,
    }.get(kind, 503)
    guess = {FaultKind.RATE: "5", FaultKind.DAILY: "1800"}.get(kind)
    assert headers.get("Retry-After") == guess, "a 429 without a time is tried again at once"


def test_a_long_wait_is_said_in_words():
    def message(problem):
        return json.loads(openai_refusal(problem).body)["error"]["message"]

    assert message(UpstreamFault(FaultKind.CAPACITY, "Busy.", hint_s=3000.0)) == "Busy. Try again in 50 min."
    assert message(UpstreamFault(FaultKind.CAPACITY, "Busy.", hint_s=9.0)) == "Busy."
    assert message(UpstreamFault(FaultKind.CLIENT, "No.", hint_s=3000.0)) == "No."


def test_googles_words_reach_the_client():
    words = "The input token count (9) exceeds the maximum."
    answer = openai_refusal(UpstreamFault(FaultKind.CLIENT, words, status=400, code=TOO_LONG))
    error = json.loads(answer.body)["error"]
    assert error["message"].startswith("The input token count") and error["code"] == "context_length_exceeded"


def test_a_client_fault_that_passes_is_worth_another_try():
    for seconds, said in ((3.0, None), (300.0, "false")):
        status, kind, _, headers = shape(ClientFault("too many", status=429, retry_after_s=seconds))
        assert (status, kind, headers.get("x-should-retry")) == (429, "rate_limit_error", said)
        assert headers["Retry-After"] == str(int(seconds))


def test_client_faults_and_the_rest():
    assert shape(ClientFault("no", param="n"))[:3] == (400, "invalid_request_error", None)
    assert shape(ClientFault("no", status=401, code="invalid_api_key"))[:3] == (
        401,
        "authentication_error",
        "invalid_api_key",
    )
    assert shape(Problem("broken"))[:2] == (500, "server_error")
