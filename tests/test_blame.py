"""What Google refuses, and whom it costs: cases/blame, from a client's request to the next ordinary one.

A refusal about a thing that the request names, and whatever is not Google's API, takes nobody out; what is known to be
about a credential, a model, a day or money does what it says.
"""

import asyncio
import json
from typing import Any

import pytest
from stand_in import CASES, HELLO, Pool, Reply, StandIn, case, key, pool, refusal, reply, sign_in

from gcli2api_tui.credentials.credential import Kind

NAMED = {
    "file-of-another-key": "request-file",
    "file-not-active": "request-file",
    "cache-is-over": "request-cache",
    "bucket-denied": "request-bucket",
}
JSON = "application/json"
INFO = "type.googleapis.com/google.rpc.ErrorInfo"
STOCK = refusal(403, "The caller does not have permission", "PERMISSION_DENIED")
UNHEARD = {
    "403": refusal(403, "Zorp is not for your sort.", "PERMISSION_DENIED"),
    "403 with a reason": refusal(403, "No.", "PERMISSION_DENIED", {"@type": INFO, "reason": "ZORP_IS_SHUT"}),
    "404": refusal(404, "There is no zorp.", "NOT_FOUND"),
    "precondition": refusal(400, "The zorp has not set.", "FAILED_PRECONDITION"),
    "an array of one": (
        403,
        b'[{"error": {"code": 403, "message": "Zorp.", "status": "PERMISSION_DENIED"}}]',
        JSON,
    ),
}
GS = "gs://somebodys-bucket/report.pdf"
FILE = "https://generativelanguage.googleapis.com/v1beta/files/abc123"
ON = "/v1beta/models/gemini-2.5-flash:generateContent"
SAY = {"type": "text", "text": "Summarise this."}
SPELLINGS: dict[str, tuple[str, Any]] = {
    "native": (ON, case("blame/request-file.json")),
    "native, snake case": (
        ON,
        {"contents": [{"role": "user", "parts": [{"file_data": {"file_uri": FILE}}, {"text": "Sum up."}]}]},
    ),
    "a cache in snake case": (ON, {**HELLO, "cached_content": "cachedContents/abc123"}),
    "a store to search": (
        ON,
        {**HELLO, "tools": [{"fileSearch": {"fileSearchStoreNames": ["fileSearchStores/x"]}}]},
    ),
    "in a tool's result": (
        ON,
        {
            "contents": [
                {"role": "user", "parts": [{"text": "go"}]},
                {"role": "model", "parts": [{"functionCall": {"name": "f", "args": {}}}]},
                {
                    "role": "user",
                    "parts": [
                        {"functionResponse": {"name": "f", "response": {}, "parts": [{"fileData": {"fileUri": GS}}]}}
                    ],
                },
            ]
        },
    ),
    "chat": (
        "/v1/chat/completions",
        {
            "model": "gemini-2.5-flash",
            "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": GS}}, SAY]}],
        },
    ),
    "messages": (
        "/v1/messages",
        {
            "model": "gemini-2.5-flash",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": [{"type": "image", "source": {"type": "url", "url": GS}}, SAY]}],
        },
    ),
    "responses": (
        "/v1/responses",
        {
            "model": "gemini-2.5-flash",
            "input": [{"role": "user", "content": [{"type": "input_image", "image_url": GS}]}],
        },
    ),
}


def everyone(found: Reply) -> StandIn:
    return StandIn(lambda who: found)


async def unharmed(one: Pool) -> None:
    """Every credential stands as it was, no model was taken from it, and the next request is served at once."""
    assert set(one.states) == {"ready"}
    assert one.cooldowns == 0
    assert await one.is_well()
    assert len(one.google.asked) == 1


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("names", [("k1",), ("k1", "k2", "k3")], ids=["one", "three"])
@pytest.mark.parametrize("name", NAMED)
async def test_a_thing_of_another_key_costs_nobody_anything(name: str, names: tuple[str, ...], stream: bool) -> None:
    found = case(f"blame/{name}.json")
    async with pool(*names, google=everyone(reply(found))) as one:
        answer = await one.native(case(f"blame/{NAMED[name]}.json"), stream=stream)
        assert answer.status == found["status"]
        assert found["body"]["error"]["message"] in answer.raw.decode()
        assert sorted(one.google.asked) == list(names)
        await unharmed(one)


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("words", UNHEARD)
async def test_words_never_heard_cost_nobody_where_the_request_names_a_thing(words: str, spelling: str) -> None:
    path, body = SPELLINGS[spelling]
    async with pool("k1", google=everyone(UNHEARD[words])) as one:
        answer = await one.send(path, body)
        assert answer.status == UNHEARD[words][0]
        assert "no_credentials" not in answer.raw.decode()
        await unharmed(one)


async def test_stock_words_prove_nothing_where_the_request_names_a_thing() -> None:
    async with pool(google=everyone(STOCK)) as one:
        assert (await one.native(case("blame/request-file.json"))).status == 403
        await unharmed(one)


async def test_who_owns_the_thing_serves_it_and_the_others_are_not_blamed() -> None:
    foreign = reply(case("blame/file-of-another-key.json"))
    async with pool(google=StandIn(lambda who: None if who == "k3" else foreign)) as one:
        assert (await one.native(case("blame/request-file.json"))).status == 200
        assert set(one.states) == {"ready"}
        assert sorted(one.google.asked) == ["k1", "k2", "k3"]


async def test_a_file_that_is_not_ready_is_told_before_one_that_is_foreign() -> None:
    """The key that owns it knows more than the others."""
    owns, others = (reply(case(f"blame/{name}.json")) for name in ("file-not-active", "file-of-another-key"))
    for owner in ("k1", "k2", "k3"):
        async with pool(google=StandIn(lambda who, owner=owner: owns if who == owner else others)) as one:
            answer = await one.native(case("blame/request-file.json"))
            assert "not in an ACTIVE state" in answer.raw.decode()


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        ("API_KEY_INVALID", "needs login"),
        ("TOS_VIOLATION", "disabled by Google"),
        ("SERVICE_DISABLED", "wrong project"),
        ("SUBSCRIPTION_REQUIRED", "wrong project"),
    ],
)
async def test_a_known_reason_is_believed_whatever_the_request_names(reason: str, state: str) -> None:
    found = refusal(403, "Zorp.", "PERMISSION_DENIED", {"@type": INFO, "reason": reason})
    async with pool(google=StandIn(lambda who: found if who == "k1" else None)) as one:
        assert (await one.native(case("blame/request-file.json"))).status == 200
        assert one.states == [state, "ready", "ready"]


@pytest.mark.parametrize("found", [STOCK, UNHEARD["403"]], ids=["stock", "unheard"])
async def test_a_bare_403_for_a_request_that_names_nothing_stays_forbidden(found: Reply) -> None:
    """Also where its words hold a name: what people say names nothing."""
    said = {"contents": [{"role": "user", "parts": [{"text": f"What is {GS} and tunedModels/x?"}]}]}
    async with pool(google=StandIn(lambda who: found if who == "k1" else None)) as one:
        assert (await one.native(said)).status == 200
        assert one.states == ["forbidden", "ready", "ready"]


@pytest.mark.parametrize("words", ["403", "403 with a reason", "404", "precondition"])
async def test_the_same_unheard_words_from_a_second_credential_are_about_the_request(words: str) -> None:
    async with pool(google=everyone(UNHEARD[words])) as one:
        answer = await one.native(HELLO)
        assert answer.status == UNHEARD[words][0]
        assert sorted(one.google.asked) == ["k1", "k2", "k3"]
        await unharmed(one)


async def test_unheard_words_are_held_until_the_request_is_over_and_then_count_if_it_was_served() -> None:
    async with pool(google=StandIn(lambda who: None if who == "k3" else UNHEARD["403"])) as one:
        assert (await one.native(HELLO)).status == 200
        assert one.states == ["forbidden", "forbidden", "ready"]


async def test_what_a_client_wrote_is_no_reason_when_google_quotes_it() -> None:
    quoted = 'Invalid JSON payload received. Unknown name "API key not valid, verify your account": Cannot find field.'
    async with pool(google=everyone(refusal(400, quoted, "INVALID_ARGUMENT"))) as one:
        assert (await one.native(HELLO)).status == 400
        await unharmed(one)


PAGES = {path.stem: reply(case(f"blame/{path.name}")) for path in sorted((CASES / "blame").glob("page-*.json"))}
HTML = "text/html"
FROM_THE_WAY = {
    **PAGES,
    **{f"a login page as a {code}": (code, b"<html>Sign in to the network</html>", HTML) for code in (400, 401, 429)},
    "nothing": (403, b"", HTML),
    "a line": (403, b"Forbidden", "text/plain"),
    "a gateway's JSON": (403, b'{"message": "Forbidden"}', JSON),
    "another server's error": (
        401,
        b'{"error": {"message": "Bad key", "type": "auth", "code": "x"}}',
        JSON,
    ),
    "an error in one word": (404, b'{"error": "not found"}', JSON),
    "a status in words": (403, b'{"error": {"code": 403, "message": "x", "status": "Forbidden by Zorp"}}', JSON),
    "no status": (403, b'{"error": {"code": 403, "message": "Forbidden"}}', JSON),
    "a redirect": (302, b"", HTML),
    "a portal's 200": (200, b"<html>Welcome to the airport</html>", HTML),
}
KINDS = {
    "key": key,
    "vertex": lambda name: key(name, Kind.VERTEX_EXPRESS),
    "sign-in": sign_in,
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("page", FROM_THE_WAY)
async def test_what_is_not_googles_api_blames_nobody(page: str, kind: str, stream: bool) -> None:
    async with pool(credential=KINDS[kind], google=everyone(FROM_THE_WAY[page])) as one:
        answer = await one.native(HELLO, stream=stream)
        assert answer.status in (502, 503)
        assert json.loads(answer.raw)["error"]["message"]
        assert len(one.google.asked) <= 4
        await unharmed(one)


async def test_a_page_at_the_token_endpoint_ends_no_sign_in() -> None:
    for page in PAGES.values():
        async with pool(credential=sign_in, google=StandIn(token=lambda page=page: page)) as one:
            assert (await one.native(HELLO)).status in (502, 503)
            one.google.token = None
            await unharmed(one)


async def test_a_page_in_place_of_a_token_is_passing_trouble() -> None:
    async with pool("k1", credential=sign_in) as one:
        assert (await one.native(HELLO)).status == 200
        one.google.token = lambda: (200, b"<html>portal</html>", HTML)
        one.proxy.now += 3599 - 200  # due, and good for 200 s yet
        assert (await one.native(HELLO)).status == 200


async def test_tokens_a_day_are_no_requests_a_day() -> None:
    found = case("blame/tokens-per-day.json")
    async with pool(google=everyone(reply(found))) as one:
        answer = await one.send("/v1/chat/completions", {"model": "gemini-2.5-flash", "messages": [SAYS]})
        assert (answer.status, answer.body["error"]["code"]) == (429, "insufficient_quota")
        assert not [name for name in dict(answer.headers) if name.lower().startswith("x-ratelimit-limit")]
        assert set(one.states) == {"cooling"}


async def test_a_limit_of_requests_is_found_among_several_violations() -> None:
    found = case("blame/tokens-per-day.json")
    violations = found["body"]["error"]["details"][0]["violations"]
    violations.append({"quotaId": "GenerateRequestsPerDayPerProjectPerModel-FreeTier", "quotaValue": "250"})
    async with pool(google=everyone(reply(found))) as one:
        answer = await one.send("/v1/chat/completions", {"model": "gemini-2.5-flash", "messages": [SAYS]})
        assert answer.headers["x-ratelimit-limit-requests"] == "750"


SAYS = {"role": "user", "content": "hi"}
ASKS = {
    "/v1/messages": {"model": "gemini-2.5-flash", "max_tokens": 9, "messages": [SAYS]},
    "/v1/chat/completions": {"model": "gemini-2.5-flash", "messages": [SAYS]},
    "/v1/responses": {"model": "gemini-2.5-flash", "input": "hi"},
}
COUNTED = "prompt is too long: 1200000 tokens > 1048576 maximum"
TOO_LONG = {
    "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).": COUNTED,
    "The input token count exceeds the maximum number of tokens allowed 1048576.": "prompt is too long: The input",
    "Unable to submit request because the input token count is 1200000 but model only supports up to 1048576.": COUNTED,
}


@pytest.mark.parametrize(("message", "words"), TOO_LONG.items())
@pytest.mark.parametrize("path", ASKS)
async def test_too_long_is_said_in_the_words_that_clients_know(path: str, message: str, words: str) -> None:
    async with pool(google=everyone(refusal(400, message, "INVALID_ARGUMENT"))) as one:
        answer = await one.send(path, ASKS[path])
        error = answer.body["error"]
        assert answer.status == 400
        assert error["type"] == "invalid_request_error"
        if path == "/v1/messages":
            assert error["message"].startswith(words)
        else:
            assert error["code"] == "context_length_exceeded"
        assert len(one.google.asked) == 1
        await unharmed(one)


@pytest.mark.parametrize("path", ASKS)
@pytest.mark.parametrize("found", [reply(case("blame/too-large-413.json")), (413, b"<html>413</html>", HTML)])
async def test_too_large_stays_413_whoever_says_it(path: str, found: Reply) -> None:
    async with pool(google=everyone(found)) as one:
        answer = await one.send(path, ASKS[path])
        assert answer.status == 413
        assert "request_too_large" in (answer.body["error"].get("type"), answer.body["error"].get("code"))
        assert len(one.google.asked) == 1
        await unharmed(one)


MONEY = [
    "Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage.",
    "Your project has exceeded its monthly spending cap. Please go to AI Studio to manage your project spend cap.",
]


@pytest.mark.parametrize("message", MONEY)
@pytest.mark.parametrize("kind", ["key", "sign-in"])
async def test_money_that_is_gone_leaves_the_credential_alone_for_long(message: str, kind: str) -> None:
    found = refusal(429, message, "RESOURCE_EXHAUSTED", {"@type": INFO[:-9] + "RetryInfo", "retryDelay": "7s"})
    broke = {"key": "k1", "sign-in": "of-refresh-k1"}[kind]
    async with pool(credential=KINDS[kind], google=StandIn(lambda who: found if who == broke else None)) as one:
        assert (await one.native(HELLO)).status == 200
        assert one.states == ["cooling", "ready", "ready"]
        one.proxy.now += 600
        for _ in range(4):
            await one.native(HELLO)
            assert broke not in one.google.asked
        one.google.answer = lambda who: found
        answer = await one.send("/v1/chat/completions", ASKS["/v1/chat/completions"])
        assert (answer.status, answer.body["error"]["code"]) == (429, "insufficient_quota")
        assert answer.headers["x-should-retry"] == "false"


OVER = {
    "disabled_client": "needs login",
    "deleted_client": "needs login",
    "restricted_client": "needs login",
    "admin_policy_enforced": "forbidden",
    "org_internal": "forbidden",
    "access_denied": "forbidden",
    "account_disabled": "forbidden",
}


@pytest.mark.parametrize(("word", "state"), OVER.items())
async def test_a_sign_in_that_is_over_is_asked_for_once(word: str, state: str) -> None:
    over = (400, json.dumps({"error": word, "error_description": "It is over."}).encode(), JSON)
    async with pool("k1", credential=sign_in, google=StandIn(token=lambda: over)) as one:
        answers = await asyncio.gather(*(one.native(HELLO) for _ in range(5)))
        assert {answer.status for answer in answers} == {503}
        assert (one.states, one.google.refreshes) == ([state], 1)
        one.google.token = None
        await one.native(HELLO)
        assert one.google.refreshes == 1


@pytest.mark.parametrize("name", ["token-disabled-client", "token-admin-policy"])
async def test_another_credential_serves_where_a_sign_in_is_over(name: str) -> None:
    one_over = iter([reply(case(f"blame/{name}.json"))])
    well = (200, b'{"access_token": "good", "expires_in": 3599}', JSON)
    async with pool("k1", "k2", credential=sign_in, google=StandIn(token=lambda: next(one_over, well))) as one:
        assert (await one.native(HELLO)).status == 200
        assert one.states == [OVER[case(f"blame/{name}.json")["body"]["error"]], "ready"]


@pytest.mark.parametrize("word", ["temporarily_unavailable", "internal_failure", "zorp"])
async def test_what_is_not_known_to_be_final_passes(word: str) -> None:
    passing = (400, json.dumps({"error": word}).encode(), JSON)
    async with pool("k1", credential=sign_in, google=StandIn(token=lambda: passing)) as one:
        assert (await one.native(HELLO)).status == 502
        assert one.states == ["ready"]


async def test_a_policy_about_a_model_costs_the_model() -> None:
    found = case("blame/model-disallowed-by-policy.json")
    for message in (found["body"]["error"]["message"], "Zorp: constraints/vertexai.allowedModels."):
        found["body"]["error"]["message"] = message
        async with pool("k1", google=everyone(reply(found))) as one:
            assert (await one.native(HELLO)).status == 404
            one.google.answer = lambda who: None
            assert (await one.native(HELLO)).status == 404
            assert (await one.native(HELLO, model="gemini-2.5-pro")).status == 200


@pytest.mark.parametrize("name", ["licence-missing", "code-assist-not-enabled"])
async def test_a_licence_that_is_missing_is_a_wrong_project(name: str) -> None:
    async with pool("k1", google=everyone(reply(case(f"blame/{name}.json")))) as one:
        await one.native(HELLO)
        assert one.states == ["wrong project"]
        if name == "licence-missing":
            why = one.proxy.pool.view()[0].why
            assert why.endswith("https://cloud.google.com/gemini/docs/codeassist/request-license")


async def test_a_key_of_the_old_sort_leaves_with_its_own_words() -> None:
    reason = {"@type": INFO, "reason": "ACCESS_TOKEN_TYPE_UNSUPPORTED"}
    found = refusal(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED", reason)
    async with pool("k1", "k2", google=StandIn(lambda who: found if who == "k1" else None)) as one:
        assert (await one.native(HELLO)).status == 200
        assert one.states == ["needs login", "ready"]
        assert one.proxy.pool.view()[0].why.startswith("Google takes no AIza keys any more. Make a new key")


async def test_a_country_that_is_not_served_passes_when_the_server_has_moved() -> None:
    found = refusal(400, "User location is not supported for the API use.", "FAILED_PRECONDITION")
    async with pool(google=everyone(found)) as one:
        answer = await one.native(HELLO)
        assert answer.status == 503
        assert set(one.states) == {"forbidden"}
        again = await one.native(HELLO)
        assert one.google.asked == []
        assert "where this server stands" in again.raw.decode()
        one.proxy.now += 301
        await unharmed(one)


@pytest.mark.parametrize("method", ["countTokens", "embedContent"])
async def test_a_question_about_a_thing_of_another_key_costs_nobody_anything(method: str) -> None:
    asks = case("blame/request-file.json")
    asks |= {"content": asks["contents"][0]} if method == "embedContent" else {}
    model = "gemini-embedding-001" if method == "embedContent" else "gemini-2.5-flash"
    async with pool(google=everyone(reply(case("blame/file-of-another-key.json")))) as one:
        answer = await one.send(f"/v1beta/models/{model}:{method}", asks)
        assert answer.status == 403
        assert sorted(one.google.asked) == ["k1", "k2", "k3"]
        await unharmed(one)


async def test_a_model_outside_the_catalogue_is_a_thing_of_somebodys() -> None:
    """`known_model` is the catalogue's word; wiring gives it."""
    async with pool(google=everyone(UNHEARD["403"])) as one:
        relay = one.proxy.services.relay
        relay._known_model = lambda model: model != "gemini-2.5-flash"
        assert (await one.native(HELLO)).status == 403
        await unharmed(one)
