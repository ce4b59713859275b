"""Backends, tokens and the sign-in against the stand-in for Google, over real sockets."""

import asyncio
import os
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from holding import Holding

from gcli2api_tui.clock import Clock
from gcli2api_tui.credentials.credential import (
    ApiKey,
    Credential,
    CredentialSettings,
    Kind,
    OAuthTokens,
    ServiceAccount,
)
from gcli2api_tui.events.problems import FaultKind, Problem, UpstreamFault
from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.events.secret import Secret
from gcli2api_tui.simulator import code_assist, service_accounts
from gcli2api_tui.simulator.app import default_world, serve
from gcli2api_tui.simulator.world import CLIENT_ID, CLIENT_SECRET, OWN_CLIENT_ID, OWN_CLIENT_SECRET
from gcli2api_tui.upstream.access_tokens import TokenEndpoint, TokenProvider, Tokens
from gcli2api_tui.upstream.code_assist import CodeAssist
from gcli2api_tui.upstream.gemini_api import GeminiApi
from gcli2api_tui.upstream.http_client import open_client
from gcli2api_tui.upstream.oauth_client import OAuthClient, endpoints
from gcli2api_tui.upstream.oauth_sign_in import SignIns
from gcli2api_tui.upstream.service_account import ServiceTokens
from gcli2api_tui.upstream.vertex import Vertex

REQUEST = {"contents": [{"role": "user", "parts": [{"text": "Say hi."}]}]}
REDIRECT = "http://127.0.0.1:7861/auth/callback"


class Side:
    """Our side of the wire."""

    def __init__(self, url, client):
        wire_id = lambda backend, model: model  # noqa: E731
        self.client, self.clock, self.projects, self.tiers = client, Clock(), [], []
        self.tokens = Tokens(TokenEndpoint(client, url, self.clock), self.clock, Holding())
        self.gemini = GeminiApi(client, url, self.clock, wire_id)
        self.assisting = lambda fallback: CodeAssist(
            client,
            url,
            self.tokens,
            self.clock,
            wire_id,
            lambda who, project: self.projects.append(project),
            lambda who, tier: self.tiers.append(tier),
            fallback,
        )
        self.assist = self.assisting("")
        self.vertex = Vertex(
            client,
            url,
            {
                Kind.VERTEX_OAUTH: TokenProvider(self.tokens),
                Kind.SERVICE_ACCOUNT: TokenProvider(ServiceTokens(TokenEndpoint(client, url, self.clock), self.clock)),
            },
            self.clock,
            wire_id,
            lambda: ["gemini-2.5-flash", "gemini-3.5-flash-lite"],
        )
        self.moment = 1000.0
        self.oauth = OAuthClient(CLIENT_ID, Secret(CLIENT_SECRET))
        self.signins = SignIns(
            client,
            lambda: self.oauth,
            endpoints(url),
            Clock(now=lambda: self.moment),
            lambda: REDIRECT,
            loopback_only=True,
        )


@pytest.fixture
async def side():
    async with serve(world=default_world()) as google, open_client(loopback_only=True) as client:
        it = Side(google.url, client)
        it.world = google.world
        it.world.add_api_key("AIza-test-key", project="test", free=False)
        yield it


def key(text="AIza-test-key"):
    return Credential(CredentialId("k"), Kind.API_KEY, "key", ApiKey(Secret(text)))


def person(name, project=""):
    tokens = OAuthTokens(Secret(f"1//sim-{name}"), CLIENT_ID, Secret(CLIENT_SECRET))
    return Credential(CredentialId(name), Kind.OAUTH, name, tokens, project=project)


async def said(backend, credential):
    async with backend.stream(credential, "gemini-3.5-flash-lite", REQUEST) as reads:
        events = [event async for read in reads for event in read]
    assert events[-1]["candidates"][0]["finishReason"] == "STOP" and events[-1]["usageMetadata"]
    parts = [part for event in events for part in event["candidates"][0]["content"].get("parts", ())]
    return "".join(part.get("text", "") for part in parts)


async def test_a_key_streams_and_answers_whole(side):
    assert await said(side.gemini, key())
    whole = await side.gemini.generate(key(), "gemini-3.5-flash-lite", REQUEST)
    assert whole["candidates"][0]["finishReason"] == "STOP"
    assert "models" in await side.gemini.check(key())


async def test_a_wrong_key_needs_the_person(side):
    with pytest.raises(UpstreamFault) as caught:
        await said(side.gemini, key("AIza-unknown"))
    assert caught.value.kind is FaultKind.NEEDS_LOGIN


async def test_a_sign_in_refreshes_finds_its_project_and_answers(side):
    assert await said(side.assist, person("alice"))
    assert side.projects == ["sim-alice"]
    assert "sim-alice" in await side.assist.check(person("alice"))
    quotas = await side.assist.quota(person("alice"))
    assert quotas and all(0.0 <= quota.remaining <= 1.0 for quota in quotas)
    assert side.tiers == ["standard-tier"]


async def test_tokens_that_end_early_are_renewed(side):
    await said(side.assist, person("alice", "sim-alice"))
    side.world.expire_access_tokens()
    with pytest.raises(UpstreamFault) as caught:
        await said(side.assist, person("alice", "sim-alice"))
    assert caught.value.kind is FaultKind.AUTH
    await side.assist.renew(person("alice", "sim-alice"))
    assert await said(side.assist, person("alice", "sim-alice"))


@pytest.mark.parametrize(("name", "kind"), [("erin", FaultKind.NEEDS_LOGIN), ("frank", FaultKind.TIER)])
async def test_accounts_that_google_refuses(side, name, kind):
    with pytest.raises(UpstreamFault) as caught:
        await said(side.assist, person(name))
    assert caught.value.kind is kind


async def browser(side, url):
    """What the person's browser does: follows Google's page to the redirect's address."""
    answer = await side.client.by_httpx.send("GET", url + "&login_hint=alice@example.com", {})
    await answer.aclose()
    assert answer.status == 302
    return answer.headers["location"]


async def test_signing_in_with_the_whole_address_broken_over_lines(side):
    sign_in = await side.signins.begin()
    asked = parse_qs(urlsplit(sign_in.url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["prompt"] == ["consent"]
    assert asked["access_type"] == ["offline"] and asked["redirect_uri"] == [REDIRECT]
    back = await browser(side, sign_in.url)
    signed = await side.signins.finish(f" {back[:40]}\n  {back[40:]}\n")
    assert signed.email.endswith("@example.com") and signed.tokens.refresh_token and signed.tokens.access_token
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ
    with pytest.raises(Problem, match="no sign-in"):
        await side.signins.finish(back)


async def test_signing_in_with_the_bare_code(side):
    sign_in = await side.signins.begin()
    code = parse_qs(urlsplit(await browser(side, sign_in.url)).query)["code"][0]
    with pytest.raises(Problem, match="no sign-in"):  # from nobody who has it open
        await side.signins.finish(code)
    assert (await side.signins.finish(code, sign_in.id)).tokens.client_id == CLIENT_ID


async def test_tokens_keep_the_client_that_the_sign_in_began_with(side):
    side.oauth = OAuthClient(OWN_CLIENT_ID, Secret(OWN_CLIENT_SECRET))
    sign_in = await side.signins.begin()
    assert parse_qs(urlsplit(sign_in.url).query)["client_id"] == [OWN_CLIENT_ID]
    side.oauth = OAuthClient(CLIENT_ID, Secret(CLIENT_SECRET))
    tokens = (await side.signins.finish(await browser(side, sign_in.url))).tokens
    assert (tokens.client_id, tokens.client_secret) == (OWN_CLIENT_ID, Secret(OWN_CLIENT_SECRET))
    credential = Credential(CredentialId("own"), Kind.OAUTH, "own", tokens)
    assert await side.tokens.renew(credential, tokens.access_token.fingerprint()) != tokens.access_token


async def test_a_web_client_that_does_not_allow_our_address_is_told_what_to_do(side):
    secret = Secret(OWN_CLIENT_SECRET)
    side.oauth = OAuthClient(OWN_CLIENT_ID, secret, ("http://127.0.0.1:1/auth/callback",))
    with pytest.raises(Problem) as caught:
        await side.signins.begin()
    assert REDIRECT in caught.value.message and "Desktop" in caught.value.way_out
    side.oauth = OAuthClient(OWN_CLIENT_ID, secret, (REDIRECT,))
    assert (await side.signins.begin()).url


async def test_an_account_without_a_project_is_onboarded_with_the_persons(side, monkeypatch):
    monkeypatch.setattr(code_assist, "ONBOARDING_S", 0.0)
    gina = side.world.add_account("gina@example.com", project="gina-own", gives_project=False)
    with pytest.raises(UpstreamFault) as caught:
        await said(side.assist, person("gina"))
    assert caught.value.kind is FaultKind.PROJECT
    assert await said(side.assisting("gina-own"), person("gina"))
    assert side.projects == []
    gina.onboarded = False
    assert await said(side.assisting("gina-own"), person("gina"))
    assert side.projects == ["gina-own"], "Google gives it from now on"


def robot(file, location=""):
    secret = ServiceAccount(file["client_email"], Secret(file["private_key"]), file["private_key_id"])
    settings = CredentialSettings(location=location)
    return Credential(CredentialId("r"), Kind.SERVICE_ACCOUNT, "r", secret, file["project_id"], settings=settings)


async def test_vertex_serves_all_three_kinds(side):
    file = service_accounts.make(side.world, "robot@p.example", "robots")
    own = replace(person("alice", "sim-alice"), kind=Kind.VERTEX_OAUTH)
    express = replace(key(), kind=Kind.VERTEX_EXPRESS)
    for credential in (robot(file), robot(file, "us-central1"), own, express):
        assert await said(side.vertex, credential)
        assert (await side.vertex.generate(credential, "gemini-3.5-flash-lite", REQUEST))["candidates"]
        assert (await side.vertex.count_tokens(credential, "gemini-3.5-flash-lite", REQUEST))["totalTokens"] > 0
        assert "Vertex AI answers" in await side.vertex.check(credential)
        batch = {"requests": [{"content": {"parts": [{"text": words}]}} for words in ("a", "bc")]}
        answer = await side.vertex.embed(credential, "gemini-embedding-001", "batchEmbedContents", batch)
        assert len(answer["embeddings"]) == 2 and len(answer["embeddings"][0]["values"]) == 3072
    assert side.world.meters.used("vertex:robots:us-central1", "gemini-3.5-flash-lite", side.clock.now()) == 2


async def test_vertex_refusals_have_their_kinds(side):
    file = service_accounts.make(side.world, "robot@p.example", "robots")
    wrong = {**file, "project_id": "theirs"}
    for credential, kind in (
        (robot(wrong), "project"),
        (robot(file, "mars-west1"), "model"),
        (replace(person("alice", "theirs"), kind=Kind.VERTEX_OAUTH), "project"),
        (replace(key("AIza-unknown"), kind=Kind.VERTEX_EXPRESS), "needs-login"),
    ):
        with pytest.raises(UpstreamFault) as caught:
            await said(side.vertex, credential)
        assert caught.value.kind is FaultKind(kind)
    side.world.service_accounts["robot@p.example"].enabled = False
    side.world.expire_access_tokens()
    for kind in ("auth", "needs-login"):
        with pytest.raises(UpstreamFault) as caught:
            await said(side.vertex, robot(file)) if kind == "auth" else await side.vertex.renew(robot(file))
        assert caught.value.kind is FaultKind(kind)


async def test_a_wrong_code_is_told_in_googles_words(side):
    sign_in = await side.signins.begin()
    with pytest.raises(Problem, match="Google no longer accepts"):
        await side.signins.finish("4/wrong", sign_in.id)
    good = await browser(side, sign_in.url)  # it waits on
    assert (await side.signins.finish(good)).tokens.refresh_token
    assert not side.signins.waits(sign_in.id)


@pytest.mark.parametrize(
    "text",
    ["", "state=", "code=4/0Asecret", "code=4/0Asecret&state=", "error=access_denied", "error=access_denied&state=",
     "code=4/0Asecret&state=\ud800", "error=x&state=\udfff", f"{REDIRECT}?error=access_denied", "4/0Asecret"],
)  # fmt: skip
async def test_what_comes_to_our_address_without_its_state_changes_nothing(side, text):
    sign_in = await side.signins.begin()
    assert side.signins.meant(text) == ""
    with pytest.raises(Problem, match="no sign-in"):
        await side.signins.finish(text)
    assert side.signins.waits(sign_in.id)


@pytest.mark.parametrize("text", ["hello", "4/\ud800xxxx", "AIzaSyFAKE", "https://example.com/", '{"a": 1}', "code="])
async def test_a_paste_that_is_no_answer_leaves_it_open(side, text):
    sign_in = await side.signins.begin()
    with pytest.raises(Problem, match="no code"):
        await side.signins.finish(text, sign_in.id)
    assert side.signins.waits(sign_in.id)


async def test_a_sign_in_that_is_cancelled_while_google_is_asked_brings_nothing(side):
    sign_in = await side.signins.begin()
    asked = asyncio.ensure_future(side.signins.finish(await browser(side, sign_in.url)))
    await asyncio.sleep(0)
    with pytest.raises(Problem, match="just now"):
        await side.signins.finish("4/other", sign_in.id)
    side.signins.cancel(sign_in.id)
    with pytest.raises(Problem, match="cancelled"):
        await asked


async def test_sign_ins_that_do_not_fit_are_refused(side):
    sign_in = await side.signins.begin()
    with pytest.raises(Problem, match="no sign-in"):
        await side.signins.finish(f"{REDIRECT}?code=x&state=foreign")
    with pytest.raises(Problem, match="no code"):
        await side.signins.finish("https://example.com/nothing", sign_in.id)
    with pytest.raises(Problem, match="access_denied"):
        await side.signins.finish(f"?error=access_denied&state={sign_in.state.reveal()}")
    late = await side.signins.begin()
    side.moment += 301
    with pytest.raises(Problem, match="expired"):
        await side.signins.finish("4/late", late.id)


async def test_without_a_clients_secret_the_way_out_is_named(side):
    client = OAuthClient(CLIENT_ID, Secret(""))
    bare = SignIns(side.client, lambda: client, endpoints(), side.clock, lambda: REDIRECT)
    with pytest.raises(Problem) as caught:
        await bare.begin()
    assert "oauth_client_secret" in caught.value.way_out


async def test_no_secret_is_in_what_can_be_printed(side):
    sign_in = await side.signins.begin()
    assert sign_in.verifier.reveal() not in repr(sign_in)
    assert CLIENT_SECRET not in repr(side.signins.__dict__)


KINDS = {
    "capacity_429": "capacity", "capacity_503": "capacity", "overloaded": "capacity", "unavailable": "capacity",
    "deadline": "timeout", "internal": "server", "exhausted": "rate", "rate_limit": "rate", "per_minute": "rate",
    "vertex_exhausted": "rate", "quota_exhausted": "daily", "individual_quota": "daily", "per_day": "daily",
    "no_credits": "daily", "limit_zero": "model", "not_found": "model", "invalid_argument": "client",
    "too_long": "client", "bad_signature": "client", "location": "forbidden", "precondition": "forbidden",
    "permission_denied": "forbidden", "security_policy": "forbidden", "suspended": "terms",
    "key_expired": "needs-login", "key_invalid": "needs-login", "key_leaked": "needs-login", "terms": "terms",
    "terms_older": "terms", "validation": "validation", "service_disabled": "project", "wrong_project": "project",
    "no_licence": "project", "unauthenticated": "auth", "cut": "protocol", "hang_up": "protocol",
    "error_frame": "", "cancelled": "server", "unregistered": "needs-login",
}  # fmt: skip


@pytest.mark.parametrize(("menu", "kind"), KINDS.items())
async def test_every_fault_on_the_menu_has_its_kind(side, menu, kind):
    side.world.faults.push(menu)
    with pytest.raises(UpstreamFault) as caught:
        await said(side.gemini, key())
    assert not kind or caught.value.kind is FaultKind(kind)
    assert await said(side.gemini, key()), "the connection pool survives it"


@pytest.mark.parametrize("shape", ["gzip", "huge_event", "split_character", "coalesced"])
async def test_odd_but_good_streams_are_read(side, shape):
    side.world.faults.push(shape)
    assert await said(side.gemini, key())


async def test_both_backends_count_and_use_no_quota(side):
    long = {**REQUEST, "systemInstruction": {"parts": [{"text": "Be brief. " * 50}]}}
    for backend, credential in ((side.gemini, key()), (side.assist, person("alice"))):
        short_count = (await backend.count_tokens(credential, "gemini-3.5-flash-lite", REQUEST))["totalTokens"]
        long_count = (await backend.count_tokens(credential, "gemini-3.5-flash-lite", long))["totalTokens"]
        assert 0 < short_count < long_count
    quotas = await side.assist.quota(person("alice"))
    assert all(quota.remaining == 1.0 for quota in quotas)


async def test_thoughts_are_not_sent_to_be_counted(side):
    thought = {"role": "model", "parts": [{"text": "hm", "thought": True}]}
    body = {"contents": [*REQUEST["contents"], thought]}
    assert await side.assist.count_tokens(person("alice"), "gemini-3.5-flash-lite", body)
    sent = side.world.journal.calls(rpc="countTokens")[-1].body["request"]
    assert sent == {"model": "models/gemini-3.5-flash-lite", "contents": REQUEST["contents"]}


async def test_what_cannot_be_counted_is_googles_to_refuse(side):
    for parts in (5, "hi"):
        with pytest.raises(UpstreamFault) as caught:
            body = {**REQUEST, "systemInstruction": {"parts": parts}}
            await side.assist.count_tokens(person("alice"), "gemini-3.5-flash-lite", body)
        assert caught.value.kind is FaultKind.CLIENT
