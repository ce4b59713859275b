"""What other proxies get wrong on the way of a request, each turned round into a test of ours.

The name of a test says what is right, its docstring what was seen elsewhere. Faults of translation alone are in
tests/dialects/test_rivals_chat.py; those that a test of the same thing already covers are in ELSEWHERE.
"""

import ast
import asyncio
import gzip
import json
import string
from pathlib import Path

import httpx
import pytest
from examples import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from mock_google import mocked
from whole_path import HI, Google, Proxy, said

from gcli2api_tui.clock import Clock
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.upstream.classify import classify_oauth
from gcli2api_tui.upstream.gemini_api import GeminiApi

TESTS = Path(__file__).parent

ELSEWHERE = {
    # Concurrency and state
    "two managers of credentials: a switch in the panel does not reach the proxy, each overwrites the other's file": (
        "control/test_pool_membership.py::test_a_switch_is_on_the_disk_and_does_not_touch_the_other_settings"
    ),
    "singletons are made in a race": "test_house.py::test_no_module_keeps_state",
    "a task nobody holds may vanish, and its failure with it": (
        "test_tasks.py::test_a_crash_is_logged_with_the_tasks_name"
    ),
    "20 requests refresh one token 20 times": "upstream/test_access_tokens.py::test_twenty_at_once_cost_one_refresh",
    "requests of one moment land on one credential": "pool/test_pool.py::test_concurrent_leases_spread",
    "random choice uses credentials unevenly": (
        "test_main_job.py::test_every_kind_of_credential_serves_and_rotation_spreads"
    ),
    "a new TLS context and connection for each request": (
        "upstream/test_connection_pool.py::test_request_goes_out_whole_and_connection_is_used_again"
    ),
    "no test that a client who leaves ends the upstream call": (
        "relay/test_relay.py::test_a_client_that_leaves_closes_the_upstream_call"
    ),
    "no drain: a running answer is cut at the stop": (
        "server/test_hypercorn_server.py::test_a_running_answer_may_end_while_it_drains"
    ),
    # Statuses
    "500 for no credential": "test_main_job.py::test_without_credentials_the_client_is_told_what_to_do",
    "403 for a bad key": "server/test_quart_app.py::test_wrong_key",
    "422 for validation": "server/test_quart_app.py::test_bad_bodies_are_400_and_name_the_field",
    # Quota and credentials
    "Retry-After, RetryInfo and quotaResetDelay are not read": "upstream/test_classify.py::test_hints_in_their_order",
    "the day's reset at a fixed hour of UTC": "pool/test_quota.py::test_a_keys_day_ends_at_midnight_in_california",
    "a file with a list, or of Gemini CLI, is taken and then fails": (
        "credentials/test_import_one_file.py::test_gemini_cli_takes_the_default_client_and_the_email"
    ),
    "an upstream 401 is returned instead of renewing the token": (
        "relay/test_retry_loop.py::test_a_refused_token_is_renewed_once_on_the_same_credential"
    ),
    "a failed connection is tried again on the same credential": (
        "relay/test_retry_loop.py::test_a_failure_before_content_is_hidden_by_another_credential"
    ),
    "no rest at all where Google names no reset": (
        "pool/test_cooldown_spans.py::test_without_a_hint_worth_the_name_the_guess_doubles"
    ),
    # Requests
    "the role developer is passed on": "dialects/openai_chat/test_request.py::test_system_leads_or_keeps_its_place",
    "a sentence is made up where only a system message is": (
        "dialects/openai_chat/test_request.py::test_only_system_becomes_the_question"
    ),
    "images on the web are dropped silently": "dialects/openai_chat/test_request.py::test_faults_name_the_field",
    "sound, files and data URLs with parameters are dropped": "dialects/openai_chat/test_request.py::test_media",
    "logprobs are ignored": "dialects/openai_chat/test_encode.py::test_logprobs_reach_the_client",
    "parallel_tool_calls is ignored": "dialects/openai_chat/test_encode.py::test_parallel_calls_off_keeps_the_first",
    "allowed_tools is not known": "dialects/openai_chat/test_request.py::test_tool_choice",
    "a recursive schema is a 500": "gemini/test_json_schema.py::test_recursion_ends_as_a_plain_type",
    "the bypass signature always, even for an earlier turn": (
        "dialects/openai_chat/test_request.py::test_bypass_only_where_a_signature_is_required"
    ),
    # Answers
    "finish_reason stop on every chunk; no role, or one in every chunk; usage unasked": (
        "dialects/openai_chat/test_encode.py::test_role_once_finish_once_and_no_usage_unasked"
    ),
    "usage on every chunk and no last one of its own": (
        "dialects/openai_chat/test_encode.py::test_usage_asked_for_is_the_last_chunk"
    ),
    "a signature is not emitted": ("dialects/openai_chat/test_encode.py::test_tool_calls_count_over_the_whole_stream"),
    "Gemini's own finish words reach the client": "dialects/openai_chat/test_encode.py::test_finish_reasons",
    "a refused prompt has no choices": "dialects/openai_chat/test_encode.py::test_blocked_prompt",
    "a call that cannot be read ends with stop": (
        "dialects/openai_chat/test_encode.py::test_no_good_end_is_a_fault_and_the_next_try_starts_clean"
    ),
    # Fake streaming and waiting
    "fake streaming sends nothing until all is there": (
        "relay/test_attempt.py::test_it_opens_at_once_and_beats_until_the_whole_answer_is_there"
    ),
    "the name for fake streaming that is in the manual is a 500": (
        "gemini/test_model_names.py::test_old_and_new_spellings_of_fake_streaming"
    ),
    "a failed stream falls back to nothing": (
        "relay/test_attempt.py::test_a_stream_that_breaks_off_before_content_becomes_a_whole_answer"
    ),
    # Full answers
    "two wishes in a name, and one of them is dropped": (
        "gemini/test_model_names.py::test_fake_and_full_together_contradict"
    ),
    "full answers only for streams": "relay/test_cut_off_answers.py::test_an_answer_at_its_limit_is_continued",
    "joining repeats what the model repeats": (
        "relay/test_cut_off_answers.py::test_any_answer_in_any_rounds_arrives_once"
    ),
    "an answer is continued without an end to it": "relay/test_cut_off_answers.py::test_there_is_a_bound",
    # Headers
    "no header says what is left": "test_headers.py::test_limits_that_are_known_are_told",
    "models whose dates change with each call, and no model by its name": "server/test_quart_app.py::test_models",
    "a stalled upstream hangs for ever": "relay/test_relay.py::test_the_deadline_ends_a_request",
    # The code itself
    "310 broad excepts, most log and go on": "test_house.py::test_broad_excepts_are_counted_and_each_has_a_reason",
    "functions of 365 lines": "test_house.py::test_functions_are_short",
    "files of 1800 lines": "test_house.py::test_files_are_short",
    "folders without a test": "test_house.py::test_every_folder_of_the_package_has_tests",
    "errors travel as responses inside data": (
        "relay/test_response.py::test_after_the_commit_a_final_failure_is_an_error_object"
    ),
}
"""Fault of a rival → the test that holds us to better, as `file::test` below tests/."""


@pytest.mark.parametrize("test", sorted(set(ELSEWHERE.values())))
def test_the_tests_named_here_exist(test):
    path, _, name = test.partition("::")
    tree = ast.parse((TESTS / path).read_text("utf-8"))
    assert name in [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def fault(kind, status=500, **more):
    return UpstreamFault(FaultKind(kind), f"Google says {kind}.", status=status, **more)


CALL = said({"functionCall": {"name": "f", "args": {"a": "true"}}}, finish="STOP")
FAKE = {"model": "假流式/gemini-2.5-pro", "stream": True}


# ---- fake streaming ----


FAKED = pytest.mark.parametrize("broken", [False, True], ids=["by name", "after a stream that broke"])


async def faked(answer, broken, **body):
    """A fake stream, asked for by the name or come to by itself; a true one would have a text before the answer."""
    script = [said({"text": "not whole"}), answer]
    google = Google([fault("protocol")], script) if broken else Google(script)
    return await Proxy(google).ask(**({"stream": True} if broken else FAKE), **body)


@FAKED
async def test_a_tool_call_survives_a_fake_stream(broken):
    """Calls vanish, and a text that asks to try again stands in their place."""
    answer = await faked(CALL, broken)
    (call,) = [call for delta in answer.deltas for call in delta.get("tool_calls", ())]
    assert (call["function"]["name"], json.loads(call["function"]["arguments"])) == ("f", {"a": "true"})
    assert answer.text == "" and answer.events[-1]["choices"][0]["finish_reason"] == "tool_calls"


@FAKED
async def test_an_image_survives_a_fake_stream(broken):
    """An answer that is only an image is called empty."""
    image = said({"inlineData": {"mimeType": "image/png", "data": "iVBORw0K"}}, finish="STOP")
    assert (await faked(image, broken)).text == "![image](data:image/png;base64,iVBORw0K)"


@FAKED
async def test_thoughts_come_before_the_text_of_a_fake_stream(broken):
    """The thinking is sent after what it led to."""
    answer = await faked(said({"text": "hm", "thought": True}, {"text": "so"}, finish="STOP"), broken)
    assert [key for delta in answer.deltas for key in delta if key != "role"] == [
        "content", "reasoning_content", "content",
    ]  # fmt: skip


@FAKED
async def test_a_fake_stream_has_a_role_and_the_usage_that_was_asked_for(broken):
    """Neither is sent."""
    counts = {"promptTokenCount": 2, "candidatesTokenCount": 3}
    hello = said({"text": "hello"}, finish="STOP", usageMetadata=counts)
    answer = await faked(hello, broken, stream_options={"include_usage": True})
    assert answer.deltas[0]["role"] == "assistant" and answer.text == "hello"
    assert answer.events[-1]["usage"]["total_tokens"] == 5 and answer.raw.endswith(b"data: [DONE]\n\n")


# ---- full answers ----

FULL = {"model": "流式抗截断/gemini-2.5-pro"}


@pytest.mark.parametrize("stream", [True, False])
async def test_a_complete_answer_is_not_asked_for_again(stream):
    """An answer without the marker that was demanded of the model is sent three times: its end is not looked at."""
    google = Google([said({"text": "All there is."}, finish="STOP")])
    answer = await Proxy(google).ask(**FULL, stream=stream)
    told = answer.text if stream else answer.body["choices"][0]["message"]["content"]
    assert told == "All there is." and len(google.asked) == 1


async def test_no_marker_is_demanded_sent_or_taken_out():
    """A system instruction demands `[done]`; split over two chunks it leaks, and what people write of it is deleted."""
    google = Google([said({"text": "I am [do"}), said({"text": "ne]"}, finish="MAX_TOKENS")],
                    [said({"text": " [done]"}, finish="STOP")])  # fmt: skip
    answer = await Proxy(google).ask(**FULL, stream=True, messages=[{"role": "user", "content": "Say [done]."}])
    assert answer.text == "I am [done] [done]"
    first, second = (request for _, request in google.asked)
    assert first == {"contents": [{"role": "user", "parts": [{"text": "Say [done]."}]}]}
    assert second["contents"][:1] == first["contents"] and second.keys() == first.keys()
    assert second["contents"][1] == {"role": "model", "parts": [{"text": "I am [done]"}]}
    assert "done" not in second["contents"][2]["parts"][0]["text"]


async def test_each_continuation_holds_the_answer_once():
    """Attempts share a payload that each of them extends: the third carries the model's turn twice."""
    scripts = [[said({"text": word}, finish="MAX_TOKENS")] for word in ("one ", "two ")]
    google = Google(*scripts, [said({"text": "three"}, finish="STOP")])
    assert (await Proxy(google).ask(**FULL, stream=True)).text == "one two three"
    last = google.asked[-1][1]["contents"]
    assert [content["role"] for content in last] == ["user", "model", "user"]
    assert last[1]["parts"] == [{"text": "one two "}]


async def test_thoughts_are_no_part_of_what_is_continued():
    """Thoughts are collected into the text that the model is to continue."""
    thought = {"text": "hm", "thought": True}
    google = Google(
        [said(thought, {"text": "so"}, finish="MAX_TOKENS")], [said(thought, {"text": " on"}, finish="STOP")]
    )
    answer = await Proxy(google).ask(**FULL, stream=True)
    assert google.asked[1][1]["contents"][1] == {"role": "model", "parts": [{"text": "so"}]}
    assert [delta.get("reasoning_content") for delta in answer.deltas if "reasoning_content" in delta] == ["hm"]
    assert answer.text == "so on"


@pytest.mark.parametrize("finish", ["STOP", "MAX_TOKENS"])
async def test_a_call_is_delivered_once(finish):
    """A turn with a call is asked for again, and the client runs its tool up to three times."""
    google = Google([said({"text": "I look."}, CALL["candidates"][0]["content"]["parts"][0]), said(finish=finish)])
    answer = await Proxy(google).ask(**FULL, stream=True)
    assert len([call for delta in answer.deltas for call in delta.get("tool_calls", ())]) == 1
    assert len(google.asked) == 1


# ---- retries, rests and blame ----


async def test_text_is_not_repeated_when_the_upstream_breaks_off():
    """The whole request is sent again after bytes went out: the client reads the same text up to six times."""
    google = Google([said({"text": "Once"}), fault("network")], [said({"text": "Once more"}, finish="STOP")])
    answer = await Proxy(google).ask(stream=True)
    assert answer.text == "Once" and len(google.asked) == 1
    assert answer.events[-1]["error"]["type"] == "server_error" and b"[DONE]" not in answer.raw


async def test_an_empty_stream_is_not_asked_for_again_and_again():
    """An empty 200 leads to six calls in 0.4 s, then 429; an empty answer in one piece is a 204."""
    for stream in (True, False):
        google = Google([said(finish="STOP")])
        answer = await Proxy(google).ask(stream=stream)
        assert answer.status == 200 and len(google.asked) == 2
        assert (answer.events if stream else [answer.body])[-1]["choices"][0]["finish_reason"] == "stop"


async def test_an_exhausted_credential_is_not_called_again():
    """The next credential is picked before the failing one rests: with two, the exhausted one is called twice more."""
    google = Google([fault("daily", 429, hint_s=3600)], [said({"text": "ok"}, finish="STOP")])
    proxy = Proxy(google)
    assert [(await proxy.ask()).status for _ in range(4)] == [200] * 4
    first, *others = [name for name, _ in google.asked]
    assert len(google.asked) == 5 and first not in others


async def test_while_all_rest_the_waiting_time_is_told_and_google_left_alone():
    """500 with the words `no credential`, and no Retry-After."""
    google = Google([fault("rate", 429, hint_s=30)])
    proxy = Proxy(google)
    for _ in range(3):
        answer = await proxy.ask()
        assert (answer.status, answer.headers["Retry-After"]) == (429, "30")
        assert answer.body["error"]["code"] == "rate_limit_exceeded"
    assert len(google.asked) == 2


async def test_a_malformed_request_disables_nobody():
    """One bad request, tried on each, disables every credential."""
    google = Google([fault("client", 400)], [said({"text": "ok"}, finish="STOP")])
    proxy = Proxy(google)
    assert (await proxy.ask()).status == 400 and len(google.asked) == 1
    assert {view.state.value for view in proxy.pool.view()} == {"ready"}
    assert (await proxy.ask()).status == 200


async def test_a_model_that_is_missing_for_one_credential_marks_no_other_model():
    """A 404 for one preview name takes the preview flag from the whole pool, for good."""
    google = Google([fault("model", 404)], [fault("model", 404)], [said({"text": "ok"}, finish="STOP")])
    proxy = Proxy(google)
    assert (await proxy.ask(model="gemini-3-pro-preview")).status >= 400
    assert (await proxy.ask()).status == 200


async def test_googles_401_never_looks_like_a_wrong_key():
    """An upstream 401 is passed on, and the client asks its user for another key."""
    google = Google([fault("auth", 401)])
    answer = await Proxy(google).ask()
    assert answer.status == 503 and answer.body["error"]["code"] != "invalid_api_key"


async def test_who_fails_is_who_is_blamed_though_many_run():
    """The result of a request is booked on whatever credential is current when it ends."""

    class Choosy(Google):
        def script(self, label):
            return [fault("daily", 429, hint_s=3600)] if label == "bob" else self.scripts[0]

    proxy = Proxy(Choosy(), names=("ann", "bob", "cid"))
    answers = await asyncio.gather(*(proxy.ask() for _ in range(9)))
    assert [answer.status for answer in answers] == [200] * 9
    assert {view.credential.label: view.state.value for view in proxy.pool.view()} == {
        "ann": "ready", "bob": "cooling", "cid": "ready",
    }  # fmt: skip


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_portal_in_between_ends_no_sign_in(status):
    """400, 401 or 403 at the token endpoint disables the credential, though a captive portal or a proxy said it."""
    assert (
        classify_oauth(status, b"<html>Please sign in to the hotel's network</html>").kind is not FaultKind.NEEDS_LOGIN
    )


async def test_the_next_credential_serves_at_once():
    """A pause stands before every other credential, and is slept twice: 2.1 s for each."""
    proxy = Proxy(Google([fault("daily", 429, hint_s=3600)], [said({"text": "ok"}, finish="STOP")]))
    assert (await proxy.ask()).status == 200
    assert all(seconds > 5 for seconds in proxy.slept), "only the timekeeper may wait"


async def test_another_attempt_asks_the_same():
    """Attempts share a payload that each of them changes: the third has the model's turn twice."""
    google = Google([fault("server")], [fault("network")], [CALL])
    tools = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}]
    assert (await Proxy(google).ask(tools=tools, max_tokens=9)).status == 200
    first, *others = [request for _, request in google.asked]
    assert others == [first, first]


# ---- shapes ----


@pytest.mark.parametrize("kind", ["client", "capacity", "server", "terms", "timeout"])
async def test_googles_errors_come_in_openais_shape(kind):
    """Google's JSON is passed through raw with its status, or `error` is a bare string."""
    answer = await Proxy(Google([fault(kind)]), names=("ann",)).ask()
    assert answer.status >= 400 and answer.headers["Content-Type"] == "application/json"
    assert set(answer.body) == {"error"} and set(answer.body["error"]) == {"message", "type", "param", "code"}


async def test_an_answers_id_begins_as_openais_do():
    """The id is a bare uuid."""
    proxy = Proxy()
    first, second = await proxy.ask(), await proxy.ask(stream=True)
    ids = {first.body["id"], *(event["id"] for event in second.events)}
    assert len(ids) == 2 and all(found.startswith("chatcmpl-") for found in ids)


async def test_googles_headers_stay_with_us():
    """They are passed on with its errors: `content-encoding: gzip` before a body that is none, cookies, traces."""
    error = {"error": {"code": 400, "message": "No.", "status": "INVALID_ARGUMENT"}}
    headers = {"Content-Encoding": "gzip", "Set-Cookie": "a=b", "X-Trace": "t", "Server": "ESF", "Date": "today"}
    refused = httpx.Response(400, headers=headers, content=gzip.compress(json.dumps(error).encode()))
    client = mocked(lambda request: refused)
    google = GeminiApi(client, "http://127.0.0.1:9", Clock(now=lambda: 0.0), lambda backend, model: model)
    answer = await Proxy(google=google).ask(stream=True)
    assert answer.status == 400 and answer.body["error"]["message"] == "No."
    assert {name.lower() for name, _ in answer.headers.items()} == {
        "content-type", "content-length", "x-request-id", "x-should-retry", "x-gcli2api-exchange",
    }  # fmt: skip


async def test_a_greeting_is_a_question_like_any_other():
    """The one message `Hi` gets a written answer, in one piece even for a stream, and Google is not asked."""
    google = Google()
    answer = await Proxy(google).ask(messages=[{"role": "user", "content": "Hi"}], stream=True)
    assert answer.text == "hello" and google.asked[0][1]["contents"][0]["parts"] == [{"text": "Hi"}]


# ---- properties of the whole path ----


@given(st.lists(st.text(min_size=1), min_size=1, max_size=4))
@settings(max_examples=examples(40), deadline=None)
def test_any_text_arrives_unchanged(words):
    """Texts are trimmed, filtered and searched for markers in both directions."""

    async def go():
        google = Google([*(said({"text": text}) for text in words), said(finish="STOP")])
        prompt = "".join(words)
        answer = await Proxy(google).ask(stream=True, messages=[{"role": "user", "content": prompt}])
        assert answer.text == prompt
        assert google.asked[0][1]["contents"] == [{"role": "user", "parts": [{"text": prompt}]}]

    asyncio.run(go())


LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(string.printable, max_size=6)
FIELD = st.sampled_from(["role", "content", "type", "text", "function", "name", "arguments", "id", "url", "$ref"])
ANY = st.recursive(
    LEAF | st.sampled_from(["user", "tool", "image_url", "\ud83d", "data:,", 2**70]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELD, inner, max_size=4),
    max_leaves=10,
)
PLACES = (
    "model messages tools tool_choice functions stop n seed google response_format stream stream_options temperature "
    "max_tokens reasoning_effort user extra_body logprobs modalities"
)


def bodies(place, value):
    """A good request with something odd in one place, from the top down into a message."""
    yield value
    yield {**HI, place: value}
    yield {**HI, "messages": [*HI["messages"], value]}
    yield {**HI, "messages": [{"role": "user", "content": value}], "a_field_of_tomorrow": value}
    yield {**HI, "messages": [*HI["messages"], {"role": "assistant", "content": "x", place: value}]}


def test_any_json_gets_an_answer_or_a_400():
    """Unforeseen shapes end as 500 with a Python error in them."""
    proxy, seen = Proxy(), set()
    with asyncio.Runner() as runner:

        @given(st.sampled_from(PLACES.split()), ANY | st.text(max_size=6))
        @settings(max_examples=examples(100), deadline=None)
        def check(place, value):
            for body in bodies(place, value):
                answer = runner.run(proxy.ask(data=json.dumps(body).encode()))
                assert answer.status < 500, answer.raw
                assert answer.status == 200 or answer.body["error"]["message"]
                seen.add(answer.status)

        check()
    assert seen >= {200, 400}


def test_any_json_gets_an_answer_of_google_natives_too():
    """A body that the native path forwards blindly ends as 500 as well."""
    proxy = Proxy()
    with asyncio.Runner() as runner:

        @given(st.sampled_from(["generateContent", "streamGenerateContent"]), ANY)
        @settings(max_examples=examples(60), deadline=None)
        def check(method, value):
            contents = [{"role": "user", "parts": [{"text": "hi"}]}]
            for body in (value, {"contents": value}, {"contents": contents, "generationConfig": value}):
                path = f"/v1beta/models/gemini-2.5-pro:{method}"
                answer = runner.run(proxy.ask(path, data=json.dumps(body).encode()))
                assert answer.status < 500, answer.raw

        check()
