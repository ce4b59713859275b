"""The headers that clients act on, over the whole path, with every kind of answer."""

import json
import re
from dataclasses import replace

import pytest
from whole_path import Google, Proxy, said

from gcli2api_tui.credentials.credential import CredentialSettings
from gcli2api_tui.events.problems import FaultKind, UpstreamFault

RESET = re.compile(r"(\d+h\d+m|\d+m)?\d+s")
NATIVE = "/v1beta/models/gemini-2.5-pro:generateContent"
BODY = json.dumps({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}).encode()


def limited(proxy, limit=9):
    for view in proxy.pool.view():
        proxy.pool.replace(replace(view.credential, settings=CredentialSettings(daily_limit=limit)))
    return proxy


ASKED = [
    ("good", {}, 200),
    ("stream", {"stream": True}, 200),
    ("no model", {"model": ""}, 400),
    ("unknown model", {"model": "gpt-9"}, 404),
    ("bad key", {"key": "wrong"}, 401),
    ("no JSON", {"data": b"{"}, 400),
    ("no path", {"path": "/v1/nothing"}, 404),
    ("google native", {"path": NATIVE, "data": BODY}, 200),
    ("google native, no model", {"path": NATIVE.replace("2.5", "9"), "data": BODY}, 404),
]


@pytest.mark.parametrize(("asked", "status"), [row[1:] for row in ASKED], ids=[row[0] for row in ASKED])
async def test_every_answer_has_an_id_of_its_own(asked, status):
    proxy = Proxy()
    first, second = await proxy.ask(**asked), await proxy.ask(**asked)
    assert (first.status, second.status) == (status, status)
    ids = {first.headers["x-request-id"], second.headers["x-request-id"]}
    assert len(ids) == 2 and all(re.fullmatch("req_[0-9a-f]{24}", one) for one in ids)


HI = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 50, "model": "gemini-2.5-pro"}
BODIES = {
    "/v1/chat/completions": HI,
    "/v1/completions": {"model": "gemini-2.5-pro", "prompt": "hi"},
    "/v1/messages": HI,
}


@pytest.mark.parametrize("path", BODIES)
async def test_an_answer_has_the_number_of_its_request(path):
    answer = await Proxy().ask(path=path, data=json.dumps(BODIES[path]).encode())
    number = answer.headers["x-request-id"].removeprefix("req_")
    assert re.fullmatch(f"(chatcmpl-|cmpl-|msg_){number}", answer.body["id"])


async def test_a_response_that_is_kept_is_not_named_by_what_stands_in_logs():
    """Who knows its name may read it and go on from it."""
    body = {"model": "gemini-2.5-pro", "input": "hi"}
    answer = await Proxy().ask(path="/v1/responses", data=json.dumps(body).encode())
    assert re.fullmatch("resp_[0-9a-f]{24}", answer.body["id"])
    assert answer.headers["x-request-id"].removeprefix("req_") not in answer.raw.decode()


@pytest.mark.parametrize("stream", [True, False])
async def test_limits_that_are_known_are_told(stream):
    proxy = limited(Proxy())
    for left in ("17", "16"):
        answer = await proxy.ask(stream=stream)
        assert answer.headers["x-ratelimit-limit-requests"] == "18"
        assert answer.headers["x-ratelimit-remaining-requests"] == left
        assert RESET.fullmatch(answer.headers["x-ratelimit-reset-requests"])


async def test_limits_that_are_not_known_are_not_made_up():
    answer = await Proxy().ask()
    assert answer.status == 200 and not [name for name, _ in answer.headers.items() if "ratelimit" in name.lower()]


async def test_a_limit_that_is_reached_is_told_with_the_time_it_takes():
    google = Google([UpstreamFault(FaultKind.DAILY, "gone", status=429, hint_s=3000, learned_limit=250)])
    proxy = Proxy(google)
    for stream in (True, False):
        answer = await proxy.ask(stream=stream)
        assert answer.status == 429
        told = {name.lower(): value for name, value in answer.headers.items()}
        assert told["retry-after"] == "120" and told["retry-after-ms"] == "120000"
        assert told["x-ratelimit-reset-requests"] == "50m0s" and "in 50 min" in answer.body["error"]["message"]
        assert told["x-should-retry"] == "false" and told["content-type"] == "application/json"
        assert (told["x-ratelimit-limit-requests"], told["x-ratelimit-remaining-requests"]) == ("500", "0")


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/messages", NATIVE])
async def test_every_dialect_bounds_the_wait_and_says_the_true_one(path):
    google = Google([UpstreamFault(FaultKind.DAILY, "gone", status=429, hint_s=18_000)])
    asked = {"data": BODY} if path == NATIVE else {"input": "hi", "max_tokens": 9}
    answer = await Proxy(google).ask(path, **asked)
    assert answer.status == 429 and "in 5 h 0 min" in answer.body["error"]["message"]
    told = {name.lower(): value for name, value in answer.headers.items()}
    assert (told["retry-after"], told["x-should-retry"]) == ("120", "false")
    assert told["x-ratelimit-reset-requests"] == "5h0m0s"


async def test_a_limit_without_a_time_has_a_guess_and_no_promise():
    for kind, told in ((FaultKind.RATE, "5"), (FaultKind.DAILY, "120")):
        answer = await Proxy(Google([UpstreamFault(kind, "no", status=429)]), names=["ann"]).ask()
        assert (answer.status, answer.headers["Retry-After"]) == (429, told)


async def test_a_short_rest_is_waited_for():
    answer = await Proxy(Google([UpstreamFault(FaultKind.RATE, "slow", status=429, hint_s=2.5)])).ask()
    assert (answer.headers["Retry-After"], answer.headers["retry-after-ms"]) == ("3", "2500")
    assert "x-should-retry" not in answer.headers


async def test_what_stays_wrong_is_not_to_be_tried_again():
    for asked in ({"model": ""}, {"key": "wrong"}, {"model": "gpt-9"}):
        assert (await Proxy().ask(**asked)).headers["x-should-retry"] == "false"
    answer = await Proxy(Google([UpstreamFault(FaultKind.CLIENT, "no", status=400)])).ask()
    assert answer.headers["x-should-retry"] == "false" and "Retry-After" not in answer.headers


async def test_a_stream_is_neither_kept_nor_collected_on_its_way():
    answer = await Proxy(Google([said({"text": "x"}, finish="STOP")])).ask(stream=True)
    assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-cache", "no")
    assert "Content-Encoding" not in answer.headers
