"""What the backend for Vertex AI sends, for each of its three kinds, and where."""

import asyncio
import json
import sys
from dataclasses import replace

import pytest
from holding import Holding

from gcli2api_tui.credentials.credential import (
    ApiKey,
    Credential,
    CredentialSettings,
    Kind,
    OAuthTokens,
    ServiceAccount,
)
from gcli2api_tui.events.problems import FaultKind, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.simulator import service_accounts
from gcli2api_tui.upstream.access_tokens import TokenEndpoint, TokenProvider, Tokens
from gcli2api_tui.upstream.service_account import ServiceTokens
from gcli2api_tui.upstream.vertex import Vertex, host, without_call_ids

BASE = "http://127.0.0.1:1"
EVENT = {"candidates": [{"content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP"}]}
REQUEST = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}], "generationConfig": {"temperature": 1}}
EXPRESS = "/v1/publishers/google/models/m-wire"
PLACED = "/v1/projects/proj/locations/{}/publishers/google/models/m-wire"


@pytest.fixture(scope="module")
def pem():
    return service_accounts._new_key()[0]


@pytest.fixture
def vertex(google):
    google.on("/token", (200, {"access_token": "fresh", "expires_in": 3600}))
    endpoint = TokenEndpoint(google.client, BASE, google.clock)
    token_provider = {
        Kind.VERTEX_OAUTH: TokenProvider(Tokens(endpoint, google.clock, Holding())),
        Kind.SERVICE_ACCOUNT: TokenProvider(ServiceTokens(endpoint, google.clock)),
    }
    google.make = lambda base: Vertex(
        google.client,
        base,
        token_provider,
        google.clock,
        lambda backend, model: f"{model}-wire",
        lambda: ["first", "second"],
    )
    return google.make(BASE + "/")


def robot(pem, location="", project="proj"):
    secret = ServiceAccount("bot@proj", Secret(pem), "kid")
    settings = CredentialSettings(location=location)
    return Credential(CredentialId("r"), Kind.SERVICE_ACCOUNT, "bot", secret, project, settings=settings)


def person(location=""):
    secret = OAuthTokens(Secret("1//refresh"), "id", Secret("pair"))
    settings = CredentialSettings(location=location)
    return Credential(CredentialId("p"), Kind.VERTEX_OAUTH, "ann", secret, "proj", settings=settings)


def express():
    return Credential(CredentialId("e"), Kind.VERTEX_EXPRESS, "key", ApiKey(Secret("AIzaTest")))


def refused(kind):
    return pytest.raises(UpstreamFault, check=lambda fault: fault.kind is FaultKind(kind))


async def test_an_express_key_goes_in_a_header_to_a_path_without_a_project(google, vertex):
    google.on(f"{EXPRESS}:streamGenerateContent", (200, f"data: {json.dumps(EVENT)}\r\n\r\n".encode()))
    async with vertex.stream(express(), "m", REQUEST) as reads:
        assert [event async for read in reads for event in read] == [EVENT]
    sent = google.asked[0]
    assert sent.headers["x-goog-api-key"] == "AIzaTest" and "AIza" not in str(sent.url)
    assert "authorization" not in sent.headers and str(sent.url).endswith("?alt=sse")


async def test_a_service_account_signs_and_its_token_serves(google, vertex, pem):
    google.on(f"{PLACED.format('global')}:generateContent", (200, EVENT))
    assert await vertex.generate(robot(pem), "m", REQUEST) == EVENT
    form = google.asked[0].content.decode()
    assert "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer" in form and "PRIVATE" not in form
    assert google.asked[1].headers["authorization"] == "Bearer fresh"
    assert "x-goog-user-project" not in google.asked[1].headers


async def test_a_sign_in_says_who_pays(google, vertex):
    google.on(f"{PLACED.format('eu')}:generateContent", (200, EVENT))
    await vertex.generate(person("eu"), "m", REQUEST)
    assert google.asked[1].headers["x-goog-user-project"] == "proj"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("global", "https://aiplatform.googleapis.com"),
        ("us", "https://aiplatform.us.rep.googleapis.com"),
        ("eu", "https://aiplatform.eu.rep.googleapis.com"),
        ("us-central1", "https://us-central1-aiplatform.googleapis.com"),
    ],
)
async def test_the_location_decides_the_host(google, vertex, pem, location, expected):
    assert host(location) == expected
    google.on(f"{PLACED.format(location)}:generateContent", (200, EVENT))
    await google.make("").generate(robot(pem, location), "m", REQUEST)
    assert str(google.asked[1].url) == f"{expected}{PLACED.format(location)}:generateContent"


@pytest.mark.parametrize("location", ["evil.example/", "x@evil.example", "a", "us-central1.evil.example"])
async def test_no_token_goes_to_a_host_that_a_location_made_up(google, vertex, pem, location):
    with refused("project"):
        await google.make("").generate(robot(pem, location), "m", REQUEST)
    assert not google.asked


async def test_a_credential_without_a_project_says_what_to_do(vertex, google, pem):
    with refused("project") as caught:
        await vertex.generate(robot(pem, project=""), "m", REQUEST)
    assert "project" in caught.value.way_out and not google.asked


async def test_twenty_at_once_sign_once_and_the_token_is_kept(google, vertex, pem):
    google.on(f"{PLACED.format('global')}:generateContent", (200, EVENT))
    await asyncio.gather(*(vertex.generate(robot(pem), "m", REQUEST) for _ in range(20)))
    google.now += 3000
    await vertex.generate(robot(pem), "m", REQUEST)
    assert len([one for one in google.asked if one.url.path == "/token"]) == 1
    google.now += 400
    await vertex.generate(robot(pem), "m", REQUEST)
    assert len([one for one in google.asked if one.url.path == "/token"]) == 2


async def test_a_refused_token_costs_one_new_one(google, vertex, pem):
    path = f"{PLACED.format('global')}:generateContent"
    google.on(path, (401, {"error": {"code": 401, "message": "no", "status": "UNAUTHENTICATED"}}), (200, EVENT))
    google.on("/token", (200, {"access_token": "one"}), (200, {"access_token": "two"}))
    with refused("auth"):
        await vertex.generate(robot(pem), "m", REQUEST)
    await asyncio.gather(*(vertex.renew(robot(pem)) for _ in range(3)))
    await vertex.generate(robot(pem), "m", REQUEST)
    assert google.asked[-1].headers["authorization"] == "Bearer two"
    assert len([one for one in google.asked if one.url.path == "/token"]) == 2


async def test_an_exchanged_key_is_used_at_once(google, vertex, pem):
    google.on(f"{PLACED.format('global')}:generateContent", (200, EVENT))
    await vertex.generate(robot(pem), "m", REQUEST)
    other = replace(robot(pem), secret=replace(robot(pem).secret, private_key_id="new"))
    await vertex.generate(other, "m", REQUEST)
    assert len([one for one in google.asked if one.url.path == "/token"]) == 2


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Invalid JWT Signature.", "needs-login"),
        ("Invalid grant: account not found", "needs-login"),
        ("Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.", "protocol"),
    ],
)
async def test_a_refused_assertion_is_named_and_a_wrong_clock_blames_no_key(google, vertex, pem, said, kind):
    google.on("/token", (400, {"error": "invalid_grant", "error_description": said}))
    with refused(kind) as caught:
        await vertex.generate(robot(pem), "m", REQUEST)
    assert said in caught.value.message and ("service account" in caught.value.message or kind == "protocol")


@pytest.mark.parametrize("key", ["", "nonsense", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
async def test_a_key_that_cannot_sign_is_the_persons_to_replace(vertex, google, key):
    with refused("needs-login") as caught:
        await vertex.generate(robot(key), "m", REQUEST)
    assert not google.asked and "AAAA" not in caught.value.sentence and "JSON key" in caught.value.way_out


async def test_where_nothing_can_sign_the_way_out_is_named(vertex, pem, monkeypatch):
    monkeypatch.setitem(sys.modules, "google.auth", None)
    with refused("forbidden") as caught:
        await vertex.generate(robot(pem), "m", REQUEST)
    assert "cryptography" in caught.value.way_out


async def test_a_dead_key_cannot_be_renewed_and_no_kind_has_quota_figures(vertex, pem):
    with refused("needs-login"):
        await vertex.renew(express())
    assert await vertex.quota(express()) == () == await vertex.quota(robot(pem))


async def test_counting_sends_what_vertex_takes(google, vertex):
    google.on(f"{EXPRESS}:countTokens", (200, {"totalTokens": 3}))
    body = {**REQUEST, "tools": [{"googleSearch": {}}], "safetySettings": []}
    assert await vertex.count_tokens(express(), "m", body) == {"totalTokens": 3}
    assert json.loads(google.asked[0].content).keys() == {"contents", "tools"}


WIRED = ("first-wire", "second-wire")


async def test_a_check_counts_tokens_which_is_free(google, vertex, pem):
    gone = {"error": {"code": 404, "message": "Publisher Model", "status": "NOT_FOUND"}}
    denied = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "denied on resource project p"}}
    first, second = (f"{PLACED.format('us-central1').replace('m-wire', name)}:countTokens" for name in WIRED)
    google.on(first, (200, {"totalTokens": 1}), (404, gone))
    google.on(second, (200, {"totalTokens": 1}), (404, gone), (403, denied))
    good = "Vertex AI answers for project proj in us-central1."
    assert await vertex.check(robot(pem, "us-central1")) == good
    assert not google.bodies(second)
    assert await vertex.check(robot(pem, "us-central1")) == good, "the first model has ended: the second answers"
    assert "has none of first, second there" in await vertex.check(robot(pem, "us-central1"))
    with refused("project"):
        await vertex.check(robot(pem, "us-central1"))


def test_the_ids_of_calls_stay_behind_and_the_request_is_not_touched():
    call = {"role": "model", "parts": [{"functionCall": {"id": "1", "name": "f"}, "thoughtSignature": "s"}]}
    answer = {"role": "user", "parts": [{"functionResponse": {"id": "1", "name": "f", "response": {}}}]}
    request = {"contents": [call, answer], "tools": []}
    sent = without_call_ids(request)
    assert sent["contents"][0]["parts"] == [{"functionCall": {"name": "f"}, "thoughtSignature": "s"}]
    assert sent["contents"][1]["parts"] == [{"functionResponse": {"name": "f", "response": {}}}]
    assert call["parts"][0]["functionCall"]["id"] == "1"


@pytest.mark.parametrize("contents", [None, "hi", [5], [{"parts": 5}], [{"parts": [5, {"functionCall": 5}]}]])
def test_what_is_no_content_is_googles_to_refuse(contents):
    assert without_call_ids({"contents": contents}) == {"contents": contents}


def prediction(values, tokens=2):
    embeddings = {"values": values, "statistics": {"token_count": tokens, "truncated": False}}
    return 200, {"predictions": [{"embeddings": embeddings}], "metadata": {}}


def text(words, **more):
    return {"model": "models/m", "content": {"parts": [{"text": words}]}, **more}


async def test_an_embedding_is_a_prediction_and_comes_back_as_the_gemini_apis(google, vertex):
    google.on(f"{EXPRESS}:predict", prediction([0.5]))
    body = text("hello", taskType="RETRIEVAL_QUERY", title="t", outputDimensionality=1)
    answer = await vertex.embed(express(), "m", "embedContent", body)
    assert answer == {"embedding": {"values": [0.5]}, "usageMetadata": {"promptTokenCount": 2}}
    assert json.loads(google.asked[0].content) == {
        "instances": [{"content": "hello", "task_type": "RETRIEVAL_QUERY", "title": "t"}],
        "parameters": {"outputDimensionality": 1},
    }


async def test_a_batch_is_asked_one_text_at_a_time_and_keeps_its_order(google, vertex):
    async def by_text(request):
        return prediction([len(json.loads(request.content)["instances"][0]["content"])])

    google.on(f"{EXPRESS}:predict", by_text)
    words = ["x" * number for number in range(1, 21)]
    body = {"requests": [text(one) for one in words]}
    answer = await vertex.embed(express(), "m", "batchEmbedContents", body)
    assert [one["values"] for one in answer["embeddings"]] == [[number] for number in range(1, 21)]
    assert answer["usageMetadata"] == {"promptTokenCount": 40} and len(google.asked) == 20


IMAGE = {"content": {"parts": [{"inlineData": {"mimeType": "image/png", "data": ""}}]}}


@pytest.mark.parametrize("body", [IMAGE, {}, {"content": 5}, {"content": {"parts": []}}, {"content": {"parts": [5]}}])
async def test_what_vertex_cannot_embed_is_said_at_once(google, vertex, body):
    with refused("client") as caught:
        await vertex.embed(express(), "m", "embedContent", body)
    assert "text" in caught.value.way_out and not google.asked
    with refused("client"):
        await vertex.embed(express(), "m", "batchEmbedContents", {"requests": 5})


@pytest.mark.parametrize("answer", [{}, {"predictions": []}, {"predictions": [{"embeddings": {"values": 5}}]}])
async def test_an_odd_prediction_is_no_vector(google, vertex, answer):
    google.on(f"{EXPRESS}:predict", (200, answer))
    with refused("protocol"):
        await vertex.embed(express(), "m", "embedContent", text("hello"))
