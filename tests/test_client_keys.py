"""A client key on the whole path: what it may do, which credentials serve it, and what ends when it is taken away."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from beside_google import OTHER, PAID, Beside, beside_google
from whole_path import HI, Answer, Google, Proxy, said

from gcli2api_tui.events.records import CredentialId
from gcli2api_tui.gemini.catalogue import named
from gcli2api_tui.ledger.exchange_rows import ExchangeState
from gcli2api_tui.upstream.sse_decoder import SseDecoder

NATIVE = "/v1beta/models/gemini-2.5-pro"
GEMINI = {"contents": [{"role": "user", "parts": [{"text": "hi"}]}]}
COUNTED = {"promptTokenCount": 3, "candidatesTokenCount": 5, "thoughtsTokenCount": 2}


def issued(proxy: Proxy, name: str = "ada", **wishes: str) -> str:
    return proxy.keys.add(name, wishes)[1].reveal()


async def ask(proxy: Proxy, key: str, **body: Any) -> Answer:
    return await proxy.ask(key=key, **body)


async def post(proxy: Proxy, key: str, path: str, body: Any) -> tuple[int, Any]:
    answer = await proxy.client.post(path, json=body, headers={"x-goog-api-key": key})
    return answer.status_code, json.loads(await answer.get_data())


async def test_its_name_travels_to_the_ledger_and_what_it_used_is_counted() -> None:
    proxy = Proxy(Google([said({"text": "hello"}, finish="STOP", usageMetadata=COUNTED)]))
    key = issued(proxy, rpd="10")
    assert (await ask(proxy, key)).status == 200 and (await ask(proxy, "key")).status == 200
    rows = proxy.ledger.snapshot().exchanges
    assert [row.client_key for row in rows] == ["ada", "client"]
    assert list(proxy.store.sums().values()) == [(1, 10)]
    assert key not in repr(proxy.ledger.snapshot()) and key not in repr(proxy.store.keys)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses", "/v1/messages", f"{NATIVE}:generateContent"])
async def test_a_limit_is_told_in_every_dialect_before_google_is_asked(path: str) -> None:
    proxy = Proxy()
    key = issued(proxy, rpm="1")
    for status in (200, 429):
        body = {**HI, "max_tokens": 5, "input": "hi", **GEMINI}
        answer = await proxy.client.post(path, json=body, headers={"x-api-key": key})
        assert answer.status_code == status, await answer.get_data()
    assert answer.headers["Retry-After"] == "60" and len(proxy.google.asked) == 1
    assert "ada" in (await answer.get_data()).decode()


async def test_a_long_wait_is_true_in_words_and_bounded_for_programs() -> None:
    proxy = Proxy()
    key = issued(proxy, rpd="1")
    await ask(proxy, key)
    refused = await ask(proxy, key)
    assert (refused.headers["Retry-After"], refused.headers["x-should-retry"]) == ("120", "false")
    assert refused.headers["x-ratelimit-reset-requests"].startswith("20h53m")
    assert "20 h 54 min" in refused.body["error"]["message"]


async def test_a_hundred_at_once_are_as_many_as_the_limit_for_google() -> None:
    proxy = Proxy()
    key = issued(proxy, rpd="7")
    answers = await asyncio.gather(*(ask(proxy, key) for _ in range(100)))
    assert Counter(one.status for one in answers) == {200: 7, 429: 93}
    assert len(proxy.google.asked) == 7


async def test_what_a_limit_refuses_again_and_again_fills_no_log() -> None:
    proxy = Proxy()
    key = issued(proxy, rpd="1")
    for _ in range(50):
        await ask(proxy, key)
    told = [row for row in proxy.ledger.snapshot().log if row.text.key == "http.refused"]
    assert len(told) == 1


@pytest.mark.parametrize(("wish", "said_so"), [({"enabled": "off"}, "switched off"), ({"expires": "1d"}, "expired")])
async def test_a_key_that_serves_nobody_says_why_and_guesses_nothing(wish: dict[str, str], said_so: str) -> None:
    proxy = Proxy()
    key = issued(proxy, **wish)
    proxy.now += 90_000
    for _ in range(40):
        refused = await ask(proxy, key)
    assert refused.status == 401 and said_so in refused.body["error"]["message"]
    assert proxy.google.asked == []


async def test_a_revoked_key_is_named_and_a_wrong_one_is_not() -> None:
    proxy = Proxy()
    key = issued(proxy)
    proxy.keys.revoke("ada")
    assert "'ada' is revoked" in (await ask(proxy, key)).body["error"]["message"]
    assert "ada" not in (await ask(proxy, key[:-1])).body["error"]["message"]


@pytest.mark.parametrize("path", ["/admin/api/snapshot", "/admin/api/keys", "/metrics"])
async def test_it_opens_no_door_but_the_clients(path: str) -> None:
    proxy = Proxy()
    assert (await proxy.get(path, Authorization=f"Bearer {issued(proxy)}")).status == 401


async def test_models_that_it_may_not_use_are_a_403_and_in_no_list() -> None:
    proxy = Proxy()
    key = issued(proxy, models="gemini-2.5-flash*")
    assert (await ask(proxy, key)).status == 403
    assert (await ask(proxy, key, model="fake/gemini-2.5-flash-search")).status == 200
    for method in ("countTokens", "embedContent"):
        assert (await post(proxy, key, f"{NATIVE}:{method}", GEMINI | {"content": GEMINI["contents"][0]}))[0] == 403
    listed = (await proxy.get("/v1/models", Authorization=f"Bearer {key}")).body["data"]
    assert listed and all(one["id"].startswith("gemini-2.5-flash") for one in listed)
    assert (await proxy.get("/v1/models/gemini-2.5-pro", Authorization=f"Bearer {key}")).status == 403
    assert (await proxy.get("/v1/models/gemini-2.5-pro")).status == 200


async def test_only_its_credentials_serve_it_however_they_fare() -> None:
    proxy = Proxy(names=("ann", "bob", "cid"))
    key = issued(proxy, credentials="bob")
    for _ in range(6):
        assert (await ask(proxy, key)).status == 200
    assert {label for label, _ in proxy.google.asked} == {"bob"}
    proxy.pool.retire(CredentialId("bob"))
    refused = await ask(proxy, key)
    assert refused.status == 503 and "this key may use" in refused.body["error"]["message"]
    assert (await ask(proxy, "key")).status == 200
    listed = (await proxy.get("/v1/models", Authorization=f"Bearer {key}")).body["data"]
    assert listed == []


async def test_a_conversation_does_not_follow_to_a_credential_outside_the_group() -> None:
    proxy = Proxy(names=("ann", "bob"))
    key = issued(proxy, credentials="bob")
    turns = {"messages": [*HI["messages"], {"role": "assistant", "content": "yes"}, *HI["messages"]], "user": "one"}
    for sent in ("key", key, "key", key):
        await ask(proxy, sent, **turns)
    assert [label for label, _ in proxy.google.asked][1::2] == ["bob", "bob"]


async def test_what_a_key_adds_where_the_client_says_nothing() -> None:
    proxy = Proxy()
    key = issued(proxy, thinking="low", service_tier="flex")
    await ask(proxy, key)
    await ask(proxy, key, reasoning_effort="high", service_tier="priority")
    plain, own = (request for _, request in proxy.google.asked)
    assert plain["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 1024 and plain["serviceTier"] == "flex"
    assert own["generationConfig"]["thinkingConfig"]["thinkingBudget"] == 24_576 and own["serviceTier"] == "priority"


class Endless(Google):
    """Says a word, and then nothing for ever."""

    async def _reads(self, script: Any) -> Any:
        yield [said({"text": "hello"})]
        await asyncio.Event().wait()


@pytest.mark.parametrize("how", ["off", "revoke"])
async def test_a_running_stream_ends_with_an_error_when_its_key_is_taken_away(how: str) -> None:
    proxy = Proxy(Endless())
    key, other = issued(proxy), issued(proxy, "bob")
    asking = [asyncio.get_running_loop().create_task(ask(proxy, one, stream=True)) for one in (key, other)]
    while len(proxy.google.asked) < 2 or not all(row.first_byte_at for row in proxy.ledger.snapshot().exchanges):
        await asyncio.sleep(0)
    proxy.keys.revoke("ada") if how == "revoke" else proxy.keys.set("ada", {"enabled": "off"})
    answer = await asking[0]
    assert (answer.status, answer.text) == (200, "hello") and b"[DONE]" not in answer.raw
    assert answer.events[-1]["error"]["code"] == "invalid_api_key"
    states = {row.client_key: row.state for row in proxy.ledger.snapshot().exchanges}
    assert states == {"ada": ExchangeState.FAILED, "bob": ExchangeState.STREAMING} and not asking[1].done()
    proxy.services.relay.cancel_all()  # type: ignore[attr-defined]
    await asking[1]


async def test_places_are_free_again_whatever_ended_a_request() -> None:
    proxy = Proxy(Endless())
    key = issued(proxy, concurrent="1")
    asking = asyncio.get_running_loop().create_task(ask(proxy, key, stream=True))
    while not proxy.google.asked:
        await asyncio.sleep(0)
    assert (await ask(proxy, key)).status == 429
    proxy.services.relay.cancel_all()  # type: ignore[attr-defined]
    await asking
    assert proxy.gate.counts("ada").in_flight == 0


async def test_pictures_are_refused_once_and_whole() -> None:
    proxy = Proxy()
    proxy.add_models(named("gemini-3.1-flash-image", frozenset({"gemini-api"})))
    key = issued(proxy, rpd="2")
    body = {"prompt": "a cat", "n": 4}
    status, answer = await post(proxy, key, "/v1/images/generations", body)
    assert (status, answer["error"]["code"]) == (429, "rate_limit_exceeded"), answer


async def test_files_and_lists_stay_within_the_group() -> None:
    async with beside_google(PAID, OTHER) as it:
        given = {"paid": PAID, "other": OTHER}
        keys = {name: it.proxy.keys.add(name, {"credentials": one})[1].reveal() for name, one in given.items()}
        for name, key in keys.items():
            await uploaded(it, name, key)
        for name, key in keys.items():
            listed = await it.anonymous().get("/v1beta/files", headers={"x-goog-api-key": key})
            assert [one["displayName"] for one in listed.json()["files"]] == [name]
            other = next(row.name for row in it.owned("files") if row.credential != given[name])
            part = {"fileData": {"fileUri": f"https://generativelanguage.googleapis.com/v1beta/{other}"}}
            body = {"contents": [{"role": "user", "parts": [part]}]}
            asked = await it.anonymous().post(f"{NATIVE}:generateContent", headers={"x-goog-api-key": key}, json=body)
            assert asked.status_code in (403, 404, 503), "another's file is on a credential that it may not use"


async def test_a_revoked_key_ends_its_upload() -> None:
    async with beside_google(PAID) as it:
        _, secret = it.proxy.keys.add("ada", {})
        address = await begun(it, "ada", secret.reveal())
        it.proxy.keys.revoke("ada")
        end = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        assert (await it.anonymous().post(address, headers=end, content=b"words")).status_code == 401


async def begun(it: Beside, name: str, key: str) -> str:
    start = {"X-Goog-Upload-Command": "start", "X-Goog-Upload-Protocol": "resumable", "x-goog-api-key": key}
    answer = await it.anonymous().post("/upload/v1beta/files", headers=start, json={"file": {"displayName": name}})
    return str(answer.headers["x-goog-upload-url"])


async def uploaded(it: Beside, name: str, key: str) -> None:
    end = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
    assert (await it.anonymous().post(await begun(it, name, key), headers=end, content=b"words")).status_code == 200


class Unending:
    """Google's answer that begins and never ends, of what is asked for or sent."""

    def __init__(self, kind: str) -> None:
        self.headers = {"content-type": kind}
        self.begun, self.closed = asyncio.Event(), False

    async def open(self, *_: Any) -> "Unending":
        return self

    def events(self) -> SseDecoder:
        return SseDecoder(0.0)

    async def reads(self) -> AsyncGenerator[bytes, None]:
        try:
            yield b"event: step.delta\ndata: {"
            await self.json()
        finally:
            self.closed = True

    async def json(self) -> dict[str, object]:
        self.begun.set()
        await asyncio.Event().wait()
        return {}

    async def aclose(self) -> None:
        self.closed = True


async def test_a_streamed_interaction_ends_with_an_error_when_its_key_is_taken_away(monkeypatch: Any) -> None:
    async with beside_google(PAID) as it:
        google = Unending("text/event-stream")
        monkeypatch.setattr(it.proxy.services.things, "_google", google)
        headers = {"x-goog-api-key": issued(it.proxy)}
        body = {"model": "gemini-3.5-flash-lite", "input": "hi", "stream": True}
        call = it.anonymous().post("/v1beta/interactions", headers=headers, json=body)
        asking = asyncio.get_running_loop().create_task(call)
        await google.begun.wait()
        it.proxy.keys.revoke("ada")
        answer = await asking
        last = json.loads(answer.text.strip().rpartition("\n\n")[2].partition("data: ")[2])
        assert (answer.status_code, last["event_type"]) == (200, "error")
        assert last["error"]["code"] == "invalid_api_key" and google.closed
        assert it.proxy.gate.counts("ada").in_flight == 0


async def test_a_download_and_an_upload_break_off_when_their_key_is_taken_away(monkeypatch: Any) -> None:
    async with beside_google(PAID) as it:
        key, google = issued(it.proxy), Unending("video/mp4")
        address = await begun(it, "ada", key)
        monkeypatch.setattr(it.proxy.services.things, "_google", google)
        download = it.anonymous().get("/v1beta/files/abc:download", headers={"x-goog-api-key": key})
        with pytest.raises(ConnectionAbortedError):  # out of the body: the server closes the connection
            await off_meanwhile(it, google, download)
        assert "/v1beta/files/abc:download broke off: The key that this was asked with" in it.proxy.log[-1]
        end = {"X-Goog-Upload-Command": "upload, finalize", "X-Goog-Upload-Offset": "0"}
        answer = await off_meanwhile(it, google, it.anonymous().post(address, headers=end, content=b"words"))
        assert answer.status_code == 401 and google.closed


async def off_meanwhile(it: Beside, google: Unending, call: Any) -> Any:
    """What a call gets whose key is switched off while Google sends or takes."""
    it.proxy.keys.set("ada", {"enabled": "on"})
    google.begun.clear()
    asking = asyncio.get_running_loop().create_task(call)
    await google.begun.wait()
    it.proxy.keys.set("ada", {"enabled": "off"})
    return await asking
